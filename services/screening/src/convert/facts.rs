//! Files of facts: CSV, read as a whole, with everything that is wrong told at once. Of a citizen service number only
//! the pseudonym goes further.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use contract::screening as proto;
use edge::{EdgeError, Fields, InvalidRequest, Office};
use identifiers::{Agb, Bsn, PseudonymKeys};
use money::Decimal;
use uuid::Uuid;

use crate::{
    domain::{FactKind, Thing, ValueKind, line_subject},
    store::FactRow,
};

/// Faults that are told.
const TOLD: usize = 1_000;

/// How a file is known.
#[derive(Clone, Debug)]
pub struct FactsStart {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The kind of all facts.
    pub kind: FactKind,
    /// Who says so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How many rows it has.
    pub rows: i64,
}

/// Reads how a file is known.
pub fn facts_start(start: &proto::FactsStart) -> Result<FactsStart, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&start.request_id);
    let office = fields.office("start.office", &start.office);
    let kind = FactKind::from_code(&start.kind);
    fields.check(kind.is_some(), "start.kind", "expected a kind of fact, such as indication");
    let source = fields.text("start.source", &start.source);
    let sha256: Option<[u8; 32]> = start.sha256.as_slice().try_into().ok();
    fields.check(sha256.is_some(), "start.sha256", "expected 32 bytes");
    let (request_id, office, kind, source, sha256) = fields.all((request_id, office, kind, source, sha256))?;
    Ok(FactsStart { request_id, office, kind, source, sha256, rows: start.rows })
}

/// The faults of a file, as far as they are told.
struct Faults(Vec<(String, String)>);

impl Faults {
    fn add(&mut self, row: i64, column: &str, problem: &str) {
        if self.0.len() < TOLD {
            self.0.push((format!("row {row}.{column}"), problem.to_owned()));
        }
    }
}

/// The rows of a file, and the pseudonyms that are the same client's.
pub type Read = (Vec<FactRow>, BTreeSet<Vec<String>>);

/// Reads a file. No part of it is in an error.
pub fn read_facts(
    file: &[u8],
    start: &FactsStart,
    keys: Option<&PseudonymKeys>,
    today: NaiveDate,
) -> Result<Read, EdgeError> {
    let wrong = |field: &str, problem: String| EdgeError::from(InvalidRequest(vec![(field.to_owned(), problem)]));
    let text = str::from_utf8(file).map_err(|_| wrong("chunk", "is not a text in UTF-8".to_owned()))?;
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let columns = start.kind.columns();
    if lines.next() != Some(&columns.join(",")) {
        return Err(wrong("header", format!("expected {}", columns.join(","))));
    }
    let (mut faults, mut rows, mut pseudonyms) = (Faults(Vec::new()), Vec::new(), BTreeSet::new());
    let mut count = 0;
    for (number, line) in (1_i64..).zip(lines) {
        count = number;
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() != columns.len() {
            faults.add(number, "row", &format!("expected {} columns", columns.len()));
            continue;
        }
        let mut row = RowReader { number, kind: start.kind, cells: &cells, today, faults: &mut faults };
        if let Some(read) = row.read(keys, &mut pseudonyms) {
            rows.push(read);
        }
    }
    if count != start.rows {
        faults.0.insert(0, ("start.rows".to_owned(), format!("the file has {count} rows")));
    }
    if faults.0.is_empty() { Ok((rows, pseudonyms)) } else { Err(InvalidRequest(faults.0).into()) }
}

/// Which numbers a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    FromZero,
    Percent,
    Any,
}

/// A row that is being read.
struct RowReader<'a> {
    number: i64,
    kind: FactKind,
    cells: &'a [&'a str],
    today: NaiveDate,
    faults: &'a mut Faults,
}

impl RowReader<'_> {
    fn read(&mut self, keys: Option<&PseudonymKeys>, pseudonyms: &mut BTreeSet<Vec<String>>) -> Option<FactRow> {
        let subject = self.subject(keys, pseudonyms);
        let value = self.value();
        let days = self.days();
        let due_day = self.due();
        let withdrawn = match self.cell("withdrawn") {
            Some("yes") => Some(true),
            Some("") | None => Some(false),
            Some(_) => self.fault("withdrawn", "expected yes, or nothing"),
        };
        // Everything was looked at: what is wrong in one column hides nothing of another.
        let (subject, value, (first_day, last_day)) = (subject?, value?, days?);
        let (due_day, withdrawn) = (due_day?, withdrawn?);
        let thing = match self.kind.thing() {
            Thing::One => String::new(),
            Thing::Day => first_day.to_string(),
            Thing::DayAndValue => format!("{first_day} {value}"),
        };
        Some(FactRow { subject, thing, first_day, last_day, value, due_day, withdrawn, row_number: self.number })
    }

    fn cell(&self, column: &str) -> Option<&str> {
        self.kind.columns().iter().position(|known| *known == column).and_then(|at| self.cells.get(at).copied())
    }

    fn fault<T>(&mut self, column: &str, problem: &str) -> Option<T> {
        self.faults.add(self.number, column, problem);
        None
    }

    fn subject(&mut self, keys: Option<&PseudonymKeys>, pseudonyms: &mut BTreeSet<Vec<String>>) -> Option<String> {
        if let Some(bsn) = self.cell("bsn") {
            let Some(bsn) = bsn.parse::<Bsn>().ok().filter(|bsn| !bsn.is_none()) else {
                return self.fault("bsn", "expected a citizen service number");
            };
            let keys = keys?;
            let current = keys.pseudonym(&bsn).to_string();
            let earlier = keys.earlier(&bsn).map(|pseudonym| pseudonym.to_string());
            pseudonyms.insert(std::iter::once(current.clone()).chain(earlier).collect());
            return Some(current);
        }
        let agb = self.cell("agb").and_then(|agb| agb.parse::<Agb>().ok());
        let agb = agb.or_else(|| self.fault("agb", "expected an AGB code"));
        let Some(reference) = self.cell("reference").map(str::to_owned) else { return Some(agb?.to_string()) };
        let service = match self.cell("service") {
            Some("budget") => Some("budget"),
            Some("homecare") => Some("homecare"),
            _ => self.fault("service", "expected budget or homecare"),
        };
        let reference = match reference.len() {
            1..=20 => Some(reference),
            _ => self.fault("reference", "expected a reference of 1 to 20 characters"),
        };
        Some(line_subject(service?, agb?, &reference?))
    }

    fn value(&mut self) -> Option<String> {
        let value = self.cell("value").unwrap_or_default().to_owned();
        let upper = value.to_ascii_uppercase();
        match self.kind.value() {
            ValueKind::None => Some(String::new()),
            ValueKind::Profile
                if (3..=8).contains(&upper.len()) && upper.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                Some(upper)
            }
            ValueKind::Profile => self.fault("value", "expected a care profile such as VV4 or LVG1"),
            ValueKind::Agb if value.parse::<Agb>().is_ok() => Some(value),
            ValueKind::Agb => self.fault("value", "expected an AGB code"),
            ValueKind::YesNo if matches!(value.as_str(), "yes" | "no") => Some(value),
            ValueKind::YesNo => self.fault("value", "expected yes or no"),
            ValueKind::Words(words) if words.contains(&value.as_str()) => Some(value),
            ValueKind::Words(words) => self.fault("value", &format!("expected one of {}", words.join(", "))),
            ValueKind::Level if matches!(value.as_bytes(), [b'1'..=b'8']) => Some(value),
            ValueKind::Level => self.fault("value", "expected a level from 1 to 8"),
            ValueKind::Hours => self.decimal(&value, Range::FromZero, "expected hours such as 12.5"),
            ValueKind::Number => self.decimal(&value, Range::FromZero, "expected a number such as 12.5"),
            ValueKind::Euros => self.decimal(&value, Range::FromZero, "expected euros such as 1250000.50"),
            ValueKind::SignedEuros => self.decimal(&value, Range::Any, "expected euros such as -1250000.50"),
            ValueKind::Share => self.decimal(&value, Range::Percent, "expected a percentage such as 12.5"),
        }
    }

    /// A number with at most two decimals.
    fn decimal(&mut self, value: &str, range: Range, expected: &str) -> Option<String> {
        let digits = if range == Range::Any { value.strip_prefix('-').unwrap_or(value) } else { value };
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = Decimal::from_str_exact(value).ok().filter(|number| plain && number.scale() <= 2);
        // Amounts in cents have to fit with room to spare.
        let most = if range == Range::Percent { Decimal::ONE_HUNDRED } else { Decimal::from(1_000_000_000_000_i64) };
        match number.filter(|number| number.abs() <= most) {
            Some(number) => Some(number.normalize().to_string()),
            None => self.fault("value", expected),
        }
    }

    /// The days it holds: of a line today, since its days are those of the line.
    fn days(&mut self) -> Option<(NaiveDate, Option<NaiveDate>)> {
        if self.cell("reference").is_some() {
            return Some((self.today, Some(self.today)));
        }
        if self.cell("day").is_some() {
            let day = self.day("day")?;
            return Some((day, Some(day)));
        }
        let first = self.day("from");
        let open = self.cell("until") == Some("");
        let last = if open { Some(None) } else { self.day("until").map(Some) };
        let (first, last) = (first?, last?);
        if last.is_some_and(|last| last < first) {
            return self.fault("until", "lies before from");
        }
        Some((first, last))
    }

    /// The day to hand a document in, which has passed.
    fn due(&mut self) -> Option<Option<NaiveDate>> {
        if self.cell("due").is_none() {
            return Some(None);
        }
        let due = self.day("due")?;
        if due >= self.today {
            return self.fault("due", "has not passed yet");
        }
        Some(Some(due))
    }

    fn day(&mut self, column: &str) -> Option<NaiveDate> {
        let text = self.cell(column).unwrap_or_default();
        let day = if text.len() == 10 { text.parse::<NaiveDate>().ok() } else { None };
        match day.filter(|day| (1900..=2999).contains(&day.year())) {
            Some(day) => Some(day),
            None => self.fault(column, "expected a date such as 2024-01-31"),
        }
    }
}
