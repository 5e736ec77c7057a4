//! [`Results`]: what became of every record, in eight bytes per line.

use std::collections::{BTreeMap, HashMap};

use vektis::{
    aw320::LineAnswer,
    codes::{Codes, ReturnCode},
    layout::Performance,
};

/// 8059: another calculated amount is granted.
pub(crate) fn granted_otherwise() -> ReturnCode {
    // four digits always are a code
    ReturnCode::parse("8059").unwrap_or(ReturnCode::GRANTED)
}

/// What became of a line, as it is stored.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Outcome {
    /// Nothing is granted.
    Refused = 0,
    /// A debit line is granted, in full or in part.
    Debit = 1,
    /// A credit line takes back what was granted on its debit line.
    Credit = 2,
}

impl Outcome {
    pub(crate) fn from_stored(number: i64) -> Option<Self> {
        [Self::Refused, Self::Debit, Self::Credit].into_iter().find(|outcome| *outcome as i64 == number)
    }
}

/// The decision on a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Decided {
    pub(crate) outcome: Outcome,
    pub(crate) granted_cents: i64,
    pub(crate) codes: Codes,
}

impl Decided {
    pub(crate) const fn refused(codes: Codes) -> Self {
        Self { outcome: Outcome::Refused, granted_cents: 0, codes }
    }

    pub(crate) fn is_granted_in_full(&self) -> bool {
        self.outcome != Outcome::Refused && self.codes == Codes::one(ReturnCode::GRANTED)
    }

    fn answer(&self, line: Performance<'_>) -> LineAnswer {
        match self.outcome {
            Outcome::Refused => LineAnswer::refused(self.codes),
            _ if self.codes.iter().any(|code| code.as_bytes() == b"8059") => {
                LineAnswer::partly(self.granted_cents, self.granted_cents, self.codes)
            }
            _ => LineAnswer::partly(line.calculated_cents().unwrap_or(0), self.granted_cents, self.codes),
        }
    }
}

/// The decisions on the lines of a file, in order, and the codes on its other records where there are any.
#[derive(Debug, Default)]
pub(crate) struct Results {
    lines: Vec<Packed>,
    /// The few pairs of outcome and codes that occur.
    kinds: Vec<(Outcome, Codes)>,
    kind_of: HashMap<(Outcome, Codes), u32>,
    remarks: BTreeMap<u64, Codes>,
    pub(crate) granted_lines: u64,
    pub(crate) granted_cents: i64,
}

/// Amounts have eight digits at most, so they fit.
#[derive(Debug)]
struct Packed {
    granted_cents: i32,
    kind: u32,
}

impl Results {
    pub(crate) fn with_capacity(lines: u64) -> Self {
        Self { lines: Vec::with_capacity(usize::try_from(lines).unwrap_or(0)), ..Self::default() }
    }

    pub(crate) fn push(&mut self, decided: &Decided) {
        let kinds = &mut self.kinds;
        let kind = *self.kind_of.entry((decided.outcome, decided.codes)).or_insert_with(|| {
            kinds.push((decided.outcome, decided.codes));
            kinds.len() as u32 - 1
        });
        self.granted_lines += u64::from(decided.outcome != Outcome::Refused);
        self.granted_cents += decided.granted_cents;
        let granted_cents = i32::try_from(decided.granted_cents).unwrap_or(0);
        self.lines.push(Packed { granted_cents, kind });
    }

    pub(crate) fn remark(&mut self, record_number: u64, codes: Codes) {
        self.remarks.insert(record_number, codes);
    }

    pub(crate) fn remarks(&self) -> impl Iterator<Item = (u64, Codes)> + '_ {
        self.remarks.iter().map(|(number, codes)| (*number, *codes))
    }

    /// The codes of an insured or comment record.
    pub(crate) fn codes_of(&self, record_number: u64) -> Codes {
        self.remarks.get(&record_number).copied().unwrap_or(Codes::one(ReturnCode::NO_REMARK))
    }

    /// How many lines were decided.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The decision on a line, counted from 0.
    pub(crate) fn line(&self, index: usize) -> Option<Decided> {
        let packed = self.lines.get(index)?;
        let (outcome, codes) = *self.kinds.get(packed.kind as usize)?;
        Some(Decided { outcome, granted_cents: i64::from(packed.granted_cents), codes })
    }

    /// Lines, and what was granted on them in cents, by outcome and first code.
    pub(crate) fn totals(&self) -> BTreeMap<(Outcome, Option<ReturnCode>), (u64, i64)> {
        let mut totals = BTreeMap::new();
        for packed in &self.lines {
            let Some((outcome, codes)) = self.kinds.get(packed.kind as usize) else { continue };
            let (lines, cents) = totals.entry((*outcome, codes.iter().next())).or_insert((0, 0));
            *lines += 1;
            *cents += i64::from(packed.granted_cents);
        }
        totals
    }

    /// What the return says of a line, counted from 0.
    pub(crate) fn answer(&self, index: usize, line: Performance<'_>) -> Option<LineAnswer> {
        self.line(index).map(|decided| decided.answer(line))
    }
}
