//! Files for the tests, and the way through splitter and checks.
#![allow(clippy::unwrap_used, dead_code, reason = "test support, shared by several test programs")]

use chrono::NaiveDate;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    check::{Checked, Checker, Finding, Summary},
    codes::Codes,
    framing::{Frame, Splitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields, RECORD},
};

/// A record and its CR LF.
pub const FULL: usize = RECORD + 2;
pub const BSNS: [&str; 4] = ["123456782", "111222333", "999999999", "100000009"];

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn today() -> NaiveDate {
    day(2023, 6, 1)
}

pub fn header(message: Message) -> HeaderFields {
    HeaderFields {
        message_code: message.code(),
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Agb::parse("41410001").ok(),
        payee: 4,
        period_begin: Some(day(2023, 2, 1)),
        period_end: Some(day(2023, 2, 28)),
        invoice_number: "F2023-02".into(),
        invoice_date: Some(day(2023, 3, 10)),
        ..HeaderFields::default()
    }
}

pub fn insured(message: Message, number: usize) -> InsuredFields {
    let wlz = message == Message::LongTermCare;
    InsuredFields {
        bsn: Bsn::parse(BSNS[number % BSNS.len()]).ok(),
        uzovi: Uzovi::parse("5508").ok(),
        client_number: format!("K{number}"),
        birth_date: Some(day(1940, 5, 6)),
        gender: 2,
        name_1: "JANSEN".into(),
        initials: "É".into(),
        name_use_3: 1,
        postcode: Postcode::parse("6511AB").ok(),
        house_number: 12,
        deceased: 2,
        indication_body: if wlz { 801 } else { 0 },
        indication_client: if wlz { format!("C{number:08}") } else { String::new() },
        ..InsuredFields::default()
    }
}

pub fn line(message: Message, reference: usize, quantity: u32, sign: Sign) -> PerformanceFields {
    let wlz = message == Message::LongTermCare;
    PerformanceFields {
        function_code: if wlz { 31 } else { 0 },
        indication_request: if wlz { 1000 } else { 0 },
        indication_decision: if wlz { 2000 } else { 0 },
        begin: Some(day(2023, 2, 3)),
        end: Some(day(2023, 2, 4)),
        product_list: message.code_lists()[0],
        product: "H126".into(),
        time_unit: 4,
        executor: Agb::parse("41410001").ok(),
        reference: format!("R{reference:06}"),
        previous_reference: if sign == Sign::Credit { "R000000".into() } else { String::new() },
        ..PerformanceFields::default()
    }
    .priced(6794, quantity, sign)
}

/// A file without faults: persons of three lines each, with comments and credit lines here and there.
pub fn good_file(message: Message, persons: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(message)).unwrap();
    for person in 0..persons {
        writer.insured(&insured(message, person)).unwrap();
        if person % 2 == 1 {
            writer.comment("toelichting één").unwrap();
            writer.comment("toelichting twee").unwrap();
        }
        for number in 0..3 {
            let sign = if person > 0 && number == 2 { Sign::Credit } else { Sign::Debit };
            writer.performance(&line(message, person * 3 + number, 1 + number as u32, sign)).unwrap();
            if number == 1 {
                writer.comment("bij de regel").unwrap();
            }
        }
    }
    writer.finish().unwrap();
    out
}

/// Everything there is to know of a file, in a form that can be compared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    pub frames: Vec<String>,
    pub findings: Vec<Finding>,
    pub line_codes: Vec<Codes>,
    pub summary: Summary,
}

impl Seen {
    /// The codes of all findings.
    pub fn codes(&self) -> Vec<String> {
        self.findings.iter().map(|finding| finding.code.to_string()).collect()
    }

    /// Codes and fields of all findings.
    pub fn fields(&self) -> Vec<(String, Option<&'static str>)> {
        self.findings.iter().map(|finding| (finding.code.to_string(), finding.field)).collect()
    }

    /// The codes of the lines that are refused.
    pub fn refused(&self) -> Vec<Codes> {
        self.line_codes.iter().copied().filter(|codes| !codes.is_empty()).collect()
    }
}

pub fn see<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Seen {
    let (mut frames, mut findings, mut line_codes) = (Vec::new(), Vec::new(), Vec::new());
    let mut checker = Checker::new(today());
    let mut splitter: Splitter = Splitter::new();
    let mut work = |frame: Frame<'_>| {
        frames.push(match frame {
            Frame::Record { place, bytes } => format!("{place:?} {}", bytes.escape_ascii()),
            Frame::Fault { place, fault } => format!("{place:?} {fault:?}"),
        });
        if let Checked::Performance(_, codes) = checker.check(&frame, &mut findings) {
            line_codes.push(codes);
        }
    };
    for chunk in chunks {
        splitter.feed(chunk, &mut work);
    }
    splitter.finish(&mut work);
    let summary = checker.finish(&mut findings);
    Seen { frames, findings, line_codes, summary }
}

/// Number of the line of the file, counted from 0, that is the middle claim line.
pub fn middle_line(file: &[u8]) -> usize {
    let lines: Vec<usize> = (0..file.len() / FULL).filter(|at| &file[at * FULL..at * FULL + 2] == b"04").collect();
    lines[lines.len() / 2]
}

/// Writes text over a record, at a position counted from 1.
pub fn put(file: &mut [u8], record: usize, position: usize, text: &str) {
    let at = record * FULL + position - 1;
    file[at..at + text.len()].copy_from_slice(text.as_bytes());
}

/// Adds to a number of `length` digits in a record.
pub fn add(file: &mut [u8], record: usize, position: usize, length: usize, more: u64) {
    let at = record * FULL + position - 1;
    let number: u64 = std::str::from_utf8(&file[at..at + length]).unwrap().parse().unwrap();
    put(file, record, position, &format!("{:0length$}", number + more));
}

/// What a defect must lead to.
pub enum Expect {
    /// The file is rejected, with 0001 and this code first.
    Rejected(&'static str),
    /// Only the middle line is refused, with this code, and this field is named.
    Line(&'static str, &'static str),
}

pub fn expect(name: &str, wrong: impl Fn(&mut Vec<u8>), expected: Expect) {
    for message in Message::ALL {
        let good = good_file(message, 4);
        assert_eq!(see([good.as_slice()]).findings, [], "{name} {message:?}");
        let mut file = good.clone();
        wrong(&mut file);
        let seen = see([file.as_slice()]);
        match &expected {
            Expect::Rejected(code) => {
                let codes: Vec<String> = seen.summary.file_codes.iter().map(|code| code.to_string()).collect();
                assert_eq!(codes[..2], ["0001".to_owned(), (*code).to_owned()], "{name} {:?}", seen.findings);
            }
            Expect::Line(code, field) => {
                assert!(!seen.summary.is_rejected(), "{name} {:?}", seen.findings);
                assert_eq!(seen.fields()[0], ((*code).to_owned(), Some(*field)), "{name}");
                let place = seen.findings[0].place;
                assert_eq!(place.record_number as usize, middle_line(&good) + 1, "{name}");
                assert_eq!(place.offset as usize, middle_line(&good) * FULL, "{name}");
                let refused = seen.refused();
                assert_eq!(refused.len(), 1, "{name}");
                assert_eq!(refused[0].iter().next().unwrap().to_string(), *code, "{name}");
            }
        }
    }
}

pub fn last(file: &[u8]) -> usize {
    file.len() / FULL - 1
}
