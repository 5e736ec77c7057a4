use super::{Checker, Finding, Grounds, Parent, Stage, scan};
use crate::{
    codes::{self, Codes},
    framing::Place,
    layout::RECORD,
    number::{at, value, value12},
    value::{bsn, postcode},
};

impl Checker {
    /// Checks an insured record and remembers what its lines must repeat.
    pub(super) fn insured(&mut self, place: Place, record: &[u8; RECORD], findings: &mut Vec<Finding>) -> Codes {
        let mut grounds = Grounds::none();
        // an insured record right after another one means that the first has no lines
        self.step(&[Stage::Header, Stage::Line], Stage::Insured, "0201", &mut grounds);
        scan::INSURED_FORM.check(record, &mut grounds);
        self.number(value12::<2>(record), "0202", &mut grounds);
        self.counts.insured += 1;

        if bsn::view(&record[14..23]).is_none() {
            grounds.add(codes::BSN, "0203");
        }
        if at::<23, 4, RECORD>(record) == b"0000" {
            grounds.add(codes::UZOVI, "0204");
        }
        let born = value::<53, 8>(record);
        if !self.is_past(born) || born == self.today {
            grounds.add(codes::BIRTH_DATE, "0207");
        }
        if !matches!(record[61], b'1' | b'2') {
            grounds.add(codes::GENDER, "0208");
        }
        if is_blank(&record[63..88]) {
            grounds.add(codes::NAME, "0210");
        }
        match (record[98], is_blank(&record[99..124])) {
            (b'2', false) | (b'0', true) => {}
            (b'0' | b'2', _) => grounds.add(codes::OTHER, "0213"),
            _ => grounds.add(codes::OTHER, "0212"),
        }
        if !is_initials(&record[134..140]) {
            grounds.add(codes::INITIALS, "0215");
        }
        if record[140] > b'4' {
            grounds.add(codes::NAME_USE_3, "0216");
        }
        match postcode::own(&record[141..147]) {
            None => grounds.add(codes::OTHER, "0217"),
            Some(None) if !record[167..169].iter().all(u8::is_ascii_uppercase) => {
                grounds.add(codes::COUNTRY, "0221");
            }
            Some(_) => {}
        }
        if !matches!(record[180], b'1' | b'2') {
            grounds.add(codes::DECEASED, "0223");
        }

        self.parent = Some(Parent {
            identity: *at::<14, 28, RECORD>(record),
            indication: *at::<181, 24, RECORD>(record),
            grounds,
        });
        if grounds.is_empty() {
            return Codes::none();
        }
        self.report(place, &grounds, findings);
        grounds.codes()
    }
}

fn is_blank(field: &[u8]) -> bool {
    field.iter().all(|byte| *byte == b' ')
}

/// Letters, accents allowed, without dots or spaces between them; at least one.
fn is_initials(field: &[u8]) -> bool {
    let length = field.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    length > 0 && field[..length].iter().all(|byte| char::from(*byte).is_alphabetic())
}
