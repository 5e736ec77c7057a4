use super::{Checker, Finding, Grounds, Parent, Stage, scan};
use crate::{
    Message,
    codes::{self, Codes},
    framing::Place,
    layout::RECORD,
    number::{at, is_date, parse, value, value12},
};

/// Lines may be about care from 1 January 2013 on (field 0414).
const FIRST_DAY: u32 = 20_130_101;

/// Per time unit whether it is one (COD218-VEKT); 00 is "not applicable".
const TIME_UNITS: [bool; 100] = set([0, 1, 2, 3, 4, 7, 11, 12, 13, 14, 15, 16, 21, 24, 31, 33, 36, 41, 81, 82]);

/// Per function code whether it is one (COD732-VEKT); 00 is "none".
const FUNCTIONS: [bool; 100] = set([0, 21, 31, 41, 61, 62, 63, 64, 71, 81, 82, 91]);

const fn set<const N: usize>(members: [usize; N]) -> [bool; 100] {
    let mut set = [false; 100];
    let mut index = 0;
    while index < N {
        set[members[index]] = true;
        index += 1;
    }
    set
}

fn is_in(set: &[bool; 100], member: u32) -> bool {
    set.get(member as usize).copied().unwrap_or(false)
}

impl Checker {
    /// Checks a line. This is where the time goes: nothing is allocated or copied for a line that is fine.
    #[inline]
    pub(super) fn performance(&mut self, place: Place, record: &[u8; RECORD], findings: &mut Vec<Finding>) -> Codes {
        let mut grounds = Grounds::none();
        self.step(&[Stage::Insured, Stage::Line], Stage::Line, "0401", &mut grounds);
        scan::PERFORMANCE_FORM.check(record, &mut grounds);
        // numbers are compared with each other only when all of them are numbers
        let clean = grounds.is_empty();
        self.number(value12::<2>(record), "0402", &mut grounds);
        self.counts.performances += 1;

        if let Some(parent) = &self.parent {
            as_parent(parent, record, &mut grounds);
        }
        self.dates(record, &mut grounds);
        self.product(record, &mut grounds);
        parties(record, &mut grounds);
        self.amounts(record, clean, &mut grounds);
        references(record, &mut grounds);

        if grounds.is_empty() && self.parent.as_ref().is_none_or(|parent| parent.grounds.is_empty()) {
            return Codes::none();
        }
        self.refuse(place, &grounds, findings)
    }

    /// Reports a line, with what was wrong with its insured record first.
    #[cold]
    fn refuse(&mut self, place: Place, grounds: &Grounds, findings: &mut Vec<Finding>) -> Codes {
        let inherited = self.parent.map_or(Grounds::none(), |parent| parent.grounds);
        for (ground, field) in inherited.iter() {
            // what rejects the file was reported with the insured record
            if ground.level == codes::Level::Record && !self.is_rejected() {
                findings.push(Finding { code: ground.code, level: ground.level, place, field: Some(field) });
            }
        }
        self.report(place, grounds, findings);
        inherited.codes().iter().chain(grounds.codes().iter()).collect()
    }

    #[inline]
    fn dates(&self, record: &[u8; RECORD], grounds: &mut Grounds) {
        let (begin, end) = (value::<105, 8>(record), value::<113, 8>(record));
        let begins = is_date(begin);
        // a day that is still to come is wrong by itself; only a past one is held against the invoice
        if !begins || begin > self.today || begin < FIRST_DAY {
            grounds.add(codes::PERFORMANCE_DATE, "0414");
        } else if begin > self.invoice_date {
            grounds.add(codes::BEGIN_AFTER_INVOICE, "0414");
        }
        if !is_date(end) || end > self.today || (begins && end < begin) {
            grounds.add(codes::PERFORMANCE_DATE, "0415");
        } else if end > self.invoice_date {
            grounds.add(codes::END_AFTER_INVOICE, "0415");
        }
    }

    #[inline]
    fn product(&self, record: &[u8; RECORD], grounds: &mut Grounds) {
        let (function, profile) = (value::<100, 2>(record), value::<102, 3>(record));
        // long-term care names a function, a care profile or both; the others neither
        let fits = match self.message {
            Some(Message::LongTermCare) => is_in(&FUNCTIONS, function) && (function != 0 || profile != 0),
            Some(_) => function == 0 && profile == 0,
            None => true,
        };
        if !fits {
            grounds.add(codes::FUNCTION, "0412");
        }
        if let Some(message) = self.message
            && !message.code_lists().contains(&value::<121, 3>(record))
        {
            grounds.add(codes::PRODUCT_LIST, "0416");
        }
        if at::<124, 5, RECORD>(record) == b"     " {
            grounds.add(codes::PRODUCT, "0417");
        }
        if value::<129, 4>(record) == 0 {
            grounds.add(codes::QUANTITY, "0418");
        }
        if !is_in(&TIME_UNITS, value::<133, 2>(record)) {
            grounds.add(codes::QUANTITY, "0419");
        }
    }

    #[inline]
    fn amounts(&mut self, record: &[u8; RECORD], clean: bool, grounds: &mut Grounds) {
        let (first, second) = (record[180], record[193]);
        if !matches!(first, b'D' | b'C') {
            grounds.add(codes::SIGN, "0427");
        } else if !matches!(second, b'D' | b'C') {
            grounds.add(codes::SIGN, "0430");
        } else if first != second {
            grounds.add(codes::SIGNS_DIFFER, "0430");
        }
        if !matches!(value::<181, 4>(record), 0 | 600 | 900 | 2100) {
            grounds.add(codes::VAT, "0428");
        }
        let mut claimed = value::<185, 8>(record);
        if clean {
            let calculated = u64::from(value::<172, 8>(record));
            // eight digits times four digits fit easily
            let product = u64::from(value::<164, 8>(record)) * u64::from(value::<129, 4>(record));
            if product != calculated {
                wrong_product(product, u64::from(claimed), grounds);
            } else if u64::from(claimed) > calculated {
                grounds.add(codes::CLAIMED_TOO_MUCH, "0429");
            }
        } else {
            // may not be a number; the trailer's total then won't fit either
            claimed = parse(&record[185..193]).and_then(|cents| u32::try_from(cents).ok()).unwrap_or(0);
        }
        let cents = i64::from(claimed);
        self.claimed_cents = self.claimed_cents.saturating_add(if second == b'C' { -cents } else { cents });
    }
}

/// Of three numbers one is wrong: the one that the other two speak against.
#[cold]
fn wrong_product(product: u64, claimed: u64, grounds: &mut Grounds) {
    if product == claimed {
        grounds.add(codes::CALCULATED, "0426");
    } else {
        grounds.add(codes::TARIFF, "0425");
    }
}

/// What a line repeats of its insured record.
#[inline]
fn as_parent(parent: &Parent, record: &[u8; RECORD], grounds: &mut Grounds) {
    let identity = at::<14, 28, RECORD>(record);
    let indication = at::<58, 24, RECORD>(record);
    if *identity == parent.identity && *indication == parent.indication {
        return;
    }
    if identity[..9] != parent.identity[..9] {
        grounds.add(codes::BSN, "0403");
    }
    if identity[9..13] != parent.identity[9..13] {
        grounds.add(codes::UZOVI, "0404");
    }
    if identity[13..] != parent.identity[13..] {
        grounds.add(codes::INSURED_NUMBER, "0405");
    }
    if indication[..4] != parent.indication[..4] {
        grounds.add(codes::OTHER, "0408");
    }
    if indication[4..] != parent.indication[4..] {
        grounds.add(codes::OTHER, "0409");
    }
}

/// Codes of the provider that gave the care, which must be there, and of the one that referred.
#[inline]
fn parties(record: &[u8; RECORD], grounds: &mut Grounds) {
    if !is_agb(value::<135, 8>(record)) {
        grounds.add(codes::EXECUTOR, "0420");
    }
    let referrer = value::<147, 8>(record);
    if referrer != 0 && !is_agb(referrer) {
        grounds.add(codes::REFERRER, "0422");
    }
}

/// As `identifiers::Agb`, for a number that is known to have eight digits.
#[inline]
const fn is_agb(number: u32) -> bool {
    number >= 1_000_000 && !number.is_multiple_of(1_000_000)
}

#[inline]
fn references(record: &[u8; RECORD], grounds: &mut Grounds) {
    const BLANK: [u8; 20] = [b' '; 20];
    if *at::<194, 20, RECORD>(record) == BLANK {
        grounds.add(codes::REFERENCE, "0431");
    }
    if record[193] == b'C' && *at::<214, 20, RECORD>(record) == BLANK {
        grounds.add(codes::PREVIOUS_REFERENCE, "0432");
    }
}
