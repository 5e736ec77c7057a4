use super::{Checker, Finding, Grounds, Stage, scan};
use crate::{
    codes,
    framing::Place,
    layout::{Header, HeaderFields, RECORD},
    number::{is_date, value},
    value::agb,
};

impl Checker {
    /// Checks the header and remembers what the lines are held against.
    #[cold]
    pub(super) fn check_header(&mut self, place: Place, record: &[u8; RECORD], findings: &mut Vec<Finding>) {
        let mut grounds = Grounds::none();
        self.step(&[Stage::Start], Stage::Header, "0101", &mut grounds);
        for (ground, field) in grounds.iter() {
            self.report_file(place, ground, Some(field), findings);
        }
        if self.header.is_some() {
            // the first header keeps counting
            return;
        }
        self.header = Some(*record);
        let header = Header::new(record);
        let mut grounds = Grounds::none();
        scan::HEADER_FORM.check(record, &mut grounds);

        // a return message is not a claim
        self.message = header.message().filter(|message| Some(message.code()) == header.message_code());
        if self.message.is_none() {
            grounds.add(codes::MESSAGE, "0102");
        }
        if !matches!(record[9], b'P' | b'T') {
            grounds.add(codes::PRODUCTION_OR_TEST, "0105");
        }
        if header.software().is_some_and(|software| software != 0) && header.software_version().is_empty() {
            grounds.add(codes::HEADER, "0107");
        }
        if header.uzovi().is_none() {
            grounds.add(codes::HEADER_UZOVI, "0108");
        }
        parties(record, &mut grounds);

        let (begin, end) = (value::<64, 8>(record), value::<72, 8>(record));
        if !self.is_past(begin) {
            grounds.add(codes::PERIOD_BEGIN, "0114");
        }
        // the standard lets a period end after today: a claim may be sent before the month is over
        if !is_date(end) || end < begin {
            grounds.add(codes::PERIOD_END, "0115");
        }
        if header.invoice_number().is_empty() {
            grounds.add(codes::INVOICE_NUMBER, "0116");
        }
        let invoiced = value::<92, 8>(record);
        if self.is_past(invoiced) {
            self.invoice_date = invoiced;
        } else {
            grounds.add(codes::INVOICE_DATE, "0117");
        }
        if !is_vat_number(header.vat_number().padded()) {
            grounds.add(codes::HEADER, "0118");
        }
        for (ground, field) in grounds.iter() {
            self.report_file(place, ground, Some(field), findings);
        }
    }
}

/// The codes of the parties, and that the one that is paid is among them.
fn parties(record: &[u8; RECORD], grounds: &mut Grounds) {
    let header = Header::new(record);
    let codes = [
        (agb::own(&record[30..38]), codes::SERVICE_BUREAU, "0109"),
        (agb::own(&record[38..46]), codes::PROVIDER, "0110"),
        (agb::own(&record[46..54]), codes::PRACTICE, "0111"),
        (agb::own(&record[54..62]), codes::INSTITUTION, "0112"),
    ];
    for (code, ground, field) in codes {
        if code.is_none() {
            grounds.add(ground, field);
        }
    }
    if header.service_bureau().is_some_and(|bureau| !bureau.is_service_bureau()) {
        grounds.add(codes::SERVICE_BUREAU, "0109");
    }
    // provider and practice come together
    if header.provider().is_some() != header.practice().is_some() {
        grounds.add(codes::PROVIDER, "0110");
    }
    if header.practice().is_some() && record[48] != b'0' {
        grounds.add(codes::PRACTICE, "0111");
    }
    if header.institution().is_none() {
        grounds.add(codes::INSTITUTION, "0112");
    }
    match header.payee() {
        Some(payee @ 1..=4) => {
            let (code, ground, field) = codes[payee as usize - 1];
            if code.flatten().is_none() {
                grounds.add(ground, field);
            }
        }
        _ => grounds.add(codes::PAYEE, "0113"),
    }
}

/// NL, nine digits, B, two digits; or nothing for who isn't liable for VAT.
fn is_vat_number(field: &[u8]) -> bool {
    field.iter().all(|byte| *byte == b' ')
        || field.iter().enumerate().all(|(index, byte)| match index {
            0 => *byte == b'N',
            1 => *byte == b'L',
            11 => *byte == b'B',
            _ => byte.is_ascii_digit(),
        })
}

/// A header that says nothing but of which standard it is, for the return of a file without one.
pub(crate) fn neutral(message_code: u32) -> [u8; RECORD] {
    HeaderFields { message_code, ..HeaderFields::default() }.write().unwrap_or([b' '; RECORD])
}
