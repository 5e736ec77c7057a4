//! Technical checks of an AW319 file, record after record, in constant memory.
//!
//! The checks are those that need nothing but the file and the date: form, order, counts, and what fields
//! say of each other. Whether a person is insured, a reference was used before or a tariff was agreed is
//! for whoever has the data.
//!
//! A finding of level X rejects the file; from then on findings about single lines are left out, since no
//! line of a rejected file is answered. A finding of level D refuses a line, or an insured person with all
//! lines.

mod comment;
mod finding;
mod header;
mod insured;
mod performance;
mod scan;
mod trailer;

use chrono::NaiveDate;
pub use finding::Finding;
use finding::Grounds;
pub(crate) use header::neutral as neutral_header;

use crate::{
    Message,
    codes::{self, Codes, Ground, Level, ReturnCode},
    framing::{Frame, FrameFault, Place},
    layout::{Comment, Header, Insured, Performance, RECORD, Trailer},
    value,
};

/// Findings of level X that are kept; one is enough to reject a file, and a broken one could give millions.
const FILE_FINDINGS: usize = 100;

/// A record after its checks.
#[derive(Clone, Copy, Debug)]
pub enum Checked<'a> {
    /// The header.
    Header(Header<'a>),
    /// An insured person, with the codes of the refusal, if any.
    Insured(Insured<'a>, Codes),
    /// A claim line, with the codes of the refusal, if any: its own and those of the insured person.
    Performance(Performance<'a>, Codes),
    /// A comment, with the codes of what is wrong with it.
    Comment(Comment<'a>, Codes),
    /// The trailer.
    Trailer(Trailer<'a>),
    /// Not a record of the standard; the file is rejected.
    Unreadable,
}

/// How many records there are of each kind.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Insured records (02).
    pub insured: u64,
    /// Performance records (04).
    pub performances: u64,
    /// Comment records (98).
    pub comments: u64,
}

impl Counts {
    /// All detail records: everything but header and trailer.
    #[must_use]
    pub const fn details(&self) -> u64 {
        self.insured + self.performances + self.comments
    }
}

/// What is known of a file after its last record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Summary {
    /// Which declaration it is, if the header says so.
    pub message: Option<Message>,
    /// Codes that reject the file: 0001 and the first two specific ones. None if it's accepted.
    pub file_codes: Codes,
    /// The records that were counted.
    pub counts: Counts,
    /// Sum of the claimed amounts that were read, in eurocents.
    pub claimed_cents: i64,
    /// The header as it came, if there was one of the right length.
    pub header: Option<[u8; RECORD]>,
    /// The trailer as it came, if there was one of the right length.
    pub trailer: Option<[u8; RECORD]>,
}

impl Summary {
    /// Whether the file as a whole is rejected.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        !self.file_codes.is_empty()
    }
}

/// How far into the order of records the file is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    Start,
    Header,
    Insured,
    Line,
    End,
    /// A record couldn't be read: whatever comes next may be right.
    Unknown,
}

/// What a line must have in common with its insured record, and what was wrong with that.
#[derive(Clone, Copy)]
struct Parent {
    /// BSN, UZOVI number and insured number, which stand next to each other.
    identity: [u8; 28],
    /// Indication body and client number there, which stand next to each other.
    indication: [u8; 24],
    grounds: Grounds,
}

/// Checks the records of one file in order.
pub struct Checker {
    /// Day on which the file is judged, yyyymmdd.
    today: u32,
    message: Option<Message>,
    /// Invoice date, yyyymmdd; the last day there is if it isn't known.
    invoice_date: u32,
    stage: Stage,
    /// Number the next detail record must have; none if the one before couldn't be read.
    next_detail: Option<u64>,
    /// Number of the last detail record, which its comments repeat.
    group: Option<u64>,
    next_comment: u32,
    parent: Option<Parent>,
    counts: Counts,
    claimed_cents: i64,
    /// A record couldn't be read, so that counts and total can't be compared.
    lost: bool,
    file_codes: Codes,
    file_findings: usize,
    header: Option<[u8; RECORD]>,
    trailer: Option<[u8; RECORD]>,
    last: Place,
}

impl Checker {
    /// A checker for a file that is judged on `today`.
    #[must_use]
    pub fn new(today: NaiveDate) -> Self {
        Self {
            today: value::date::number(today).unwrap_or(u32::MAX),
            message: None,
            invoice_date: u32::MAX,
            stage: Stage::Start,
            next_detail: Some(1),
            group: None,
            next_comment: 1,
            parent: None,
            counts: Counts::default(),
            claimed_cents: 0,
            lost: false,
            file_codes: Codes::none(),
            file_findings: 0,
            header: None,
            trailer: None,
            last: Place::default(),
        }
    }

    /// Whether the file is rejected by what was seen so far.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        !self.file_codes.is_empty()
    }

    /// Checks the next piece of the file and adds what is wrong to `findings`.
    #[inline]
    pub fn check<'a>(&mut self, frame: &Frame<'a>, findings: &mut Vec<Finding>) -> Checked<'a> {
        match *frame {
            Frame::Record { place, bytes } => {
                self.last = place;
                match &bytes[..2] {
                    b"04" => Checked::Performance(Performance::new(bytes), self.performance(place, bytes, findings)),
                    b"02" => Checked::Insured(Insured::new(bytes), self.insured(place, bytes, findings)),
                    b"98" => Checked::Comment(Comment::new(bytes), self.comment(place, bytes, findings)),
                    b"01" => {
                        self.check_header(place, bytes, findings);
                        Checked::Header(Header::new(bytes))
                    }
                    b"99" => {
                        self.check_trailer(place, bytes, findings);
                        Checked::Trailer(Trailer::new(bytes))
                    }
                    _ => {
                        self.report_file(place, codes::MARK, None, findings);
                        Checked::Unreadable
                    }
                }
            }
            Frame::Fault { place, fault } => {
                self.last = place;
                self.fault(place, fault, findings);
                Checked::Unreadable
            }
        }
    }

    /// Ends the file: says whether it was complete, and what is known of it.
    #[must_use]
    pub fn finish(mut self, findings: &mut Vec<Finding>) -> Summary {
        match self.stage {
            Stage::Start => self.report_file(self.last, codes::MARK, Some("0101"), findings),
            Stage::Header | Stage::Insured | Stage::Line => {
                self.report_file(self.last, codes::MARK, Some("9901"), findings);
            }
            // the trailer may be among what couldn't be read, which was reported
            Stage::End | Stage::Unknown => {}
        }
        Summary {
            message: self.message,
            file_codes: self.file_codes,
            counts: self.counts,
            claimed_cents: self.claimed_cents,
            header: self.header,
            trailer: self.trailer,
        }
    }

    #[cold]
    fn fault(&mut self, place: Place, fault: FrameFault, findings: &mut Vec<Finding>) {
        let ground = match fault {
            FrameFault::WrongLength { .. } => codes::LENGTH,
            FrameFault::NoRecord | FrameFault::NoCrLf => codes::CRLF,
        };
        self.report_file(place, ground, None, findings);
        if fault != FrameFault::NoRecord {
            // what was in there can't be counted or numbered; complaining of that too would hide the cause
            self.lost = true;
            self.next_detail = None;
            self.group = None;
            self.parent = None;
            if self.stage != Stage::End {
                self.stage = Stage::Unknown;
            }
        }
    }

    /// Takes a step in the order of records.
    #[inline]
    fn step(&mut self, allowed: &[Stage], next: Stage, field: &'static str, grounds: &mut Grounds) {
        if self.stage != Stage::Unknown && !allowed.contains(&self.stage) {
            grounds.add(codes::MARK, field);
        }
        self.stage = next;
    }

    /// Compares the number of a detail record with the one it should have.
    #[inline]
    fn number(&mut self, number: u64, field: &'static str, grounds: &mut Grounds) {
        if self.next_detail.is_some_and(|expected| expected != number) {
            grounds.add(codes::DETAIL_NUMBER, field);
        }
        // counting on from what stands there reports a gap once
        self.next_detail = Some(number + 1);
        self.group = Some(number);
        self.next_comment = 1;
    }

    /// Whether a number yyyymmdd is a day that is not in the future.
    #[inline]
    fn is_past(&self, date: u32) -> bool {
        crate::number::is_date(date) && date <= self.today
    }

    /// Reports what is wrong with a record.
    #[cold]
    fn report(&mut self, place: Place, grounds: &Grounds, findings: &mut Vec<Finding>) {
        for (ground, field) in grounds.iter() {
            if ground.level == Level::File {
                self.report_file(place, ground, Some(field), findings);
            } else if !self.is_rejected() {
                findings.push(Finding { code: ground.code, level: ground.level, place, field: Some(field) });
            }
        }
    }

    /// Reports something that rejects the file, whatever the level of its code elsewhere.
    #[cold]
    fn report_file(&mut self, place: Place, ground: Ground, field: Option<&'static str>, findings: &mut Vec<Finding>) {
        self.file_codes.add(ReturnCode::FILE_REJECTED);
        self.file_codes.add(ground.code);
        if self.file_findings < FILE_FINDINGS {
            self.file_findings += 1;
            findings.push(Finding { code: ground.code, level: Level::File, place, field });
        }
    }
}
