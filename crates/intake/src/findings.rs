//! [`Findings`]: what is reported about a file, a bounded number of it.

use contract::common;
use vektis::{
    check::Finding,
    code_list::CodeList,
    codes::{Codes, Level, ReturnCode},
    framing::Place,
    layout::RECORD,
};

/// A record and its CR LF.
pub(crate) const FULL: usize = RECORD + 2;
/// How many findings are reported; all are counted.
const KEPT: usize = 1_000;

/// The first findings in the order of the records, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Vec<Finding>,
    total: u64,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.total += 1;
        if self.kept.len() < KEPT {
            self.kept.push(finding);
        }
    }

    /// The codes of a record of an accepted file.
    pub(crate) fn add_codes(&mut self, record_number: u64, codes: Codes) {
        for code in codes.iter() {
            self.add(Finding { code, level: Level::Record, place: place(record_number), field: field_of(code) });
        }
    }

    pub(crate) fn total(&self) -> i64 {
        self.total.cast_signed()
    }

    pub(crate) fn to_proto(&self) -> Vec<common::ClaimFinding> {
        self.kept.iter().map(to_proto).collect()
    }
}

/// Where a record of an accepted file stands: all before it have the same length.
pub(crate) fn place(record_number: u64) -> Place {
    Place { record_number, offset: (record_number - 1) * FULL as u64 }
}

/// The field a code of the decisions is about; none when it's the line as a whole, or when several come into question.
pub(crate) fn field_of(code: ReturnCode) -> Option<&'static str> {
    Some(match code.as_bytes() {
        b"0581" => "0416",
        b"0582" => "0417",
        b"0611" => "0425",
        b"0638" => "0418",
        b"0651" | b"8017" => "0432",
        b"8021" => "0431",
        b"8032" => "0426",
        b"8033" => "0429",
        _ => return None,
    })
}

fn to_proto(finding: &Finding) -> common::ClaimFinding {
    let texts = finding.describe(CodeList::builtin());
    common::ClaimFinding {
        return_code: finding.code.to_string(),
        record_number: finding.place.record_number.cast_signed(),
        byte_offset: finding.place.offset.cast_signed(),
        field: finding.field.unwrap_or_default().to_owned(),
        text_nl: texts.map(|texts| texts.text_nl.clone()).unwrap_or_default(),
        text_en: texts.map(|texts| texts.text_en.clone()).unwrap_or_default(),
    }
}
