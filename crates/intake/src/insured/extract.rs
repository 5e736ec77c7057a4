//! [`Extract`]: the rows of a register as its bytes arrive, and everything that is wrong in them.
//!
//! One line is one row; a value may stand in quotes. What is kept of a line that is not whole yet is bounded.

use chrono::NaiveDate;
use contract::common;
use identifiers::Bsn;

/// How many faults are told; all are counted.
const TOLD: usize = 1_000;
/// The header.
const HEADER: &str = "bsn,from,until";
/// A line longer than this is none of a register.
const LONGEST_LINE: usize = 200;
/// The years that a period may begin and end in.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

/// A period of insurance of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) bsn: Bsn,
    pub(super) first_day: NaiveDate,
    /// None while the end is open.
    pub(super) last_day: Option<NaiveDate>,
}

/// Reads an extract piece by piece.
#[derive(Debug, Default)]
pub(super) struct Extract {
    /// A line of which the end has not come.
    rest: Vec<u8>,
    lines: i64,
    rows: i64,
    faults: Faults,
}

/// What is wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) told: Vec<common::InsuredFault>,
    pub(super) total: i64,
}

impl Faults {
    fn add(&mut self, line: i64, column: &str, problem: impl ToString) {
        self.total += 1;
        if self.told.len() < TOLD {
            let problem = problem.to_string();
            self.told.push(common::InsuredFault { line, column: column.to_owned(), problem });
        }
    }
}

impl Extract {
    /// Reads on. Each row that is right goes to `take`.
    pub(super) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Row)) {
        let mut left = bytes;
        while let Some(end) = left.iter().position(|byte| *byte == b'\n') {
            let (line, after) = (&left[..end], &left[end + 1..]);
            left = after;
            if self.rest.is_empty() {
                self.line(line, &mut take);
            } else {
                let mut whole = std::mem::take(&mut self.rest);
                keep(&mut whole, line);
                self.line(&whole, &mut take);
                whole.clear();
                self.rest = whole;
            }
        }
        keep(&mut self.rest, left);
    }

    /// Ends reading: how many rows there were, and what is wrong.
    pub(super) fn finish(mut self, mut take: impl FnMut(Row)) -> (i64, Faults) {
        if !self.rest.is_empty() {
            let last = std::mem::take(&mut self.rest);
            self.line(&last, &mut take);
        }
        if self.rows == 0 && self.faults.total == 0 {
            // Nobody insured at all would refuse every claim.
            self.faults.add(0, "", "holds no rows");
        }
        (self.rows, self.faults)
    }

    /// Whether anything is wrong so far: then no row matters any more.
    pub(super) fn is_faulty(&self) -> bool {
        self.faults.total > 0
    }

    fn line(&mut self, line: &[u8], take: &mut impl FnMut(Row)) {
        self.lines += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.lines == 1 {
            return self.header(line);
        }
        // A file may end in empty lines.
        if line.is_empty() {
            return;
        }
        self.rows += 1;
        if line.len() > LONGEST_LINE {
            return self.faults.add(self.lines, "", format!("is longer than {LONGEST_LINE} bytes"));
        }
        let mut values = line.split(|byte| *byte == b',').map(value);
        let (Some(bsn), Some(from), Some(until), None) = (values.next(), values.next(), values.next(), values.next())
        else {
            let count = line.split(|byte| *byte == b',').count();
            return self.faults.add(self.lines, "", format!("has {count} value(s) instead of 3"));
        };
        if let Some(row) = self.row(bsn, from, until) {
            take(row);
        }
    }

    fn header(&mut self, line: &[u8]) {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        let names: Vec<&[u8]> = line.split(|byte| *byte == b',').map(value).collect();
        if names != HEADER.split(',').map(str::as_bytes).collect::<Vec<_>>() {
            self.faults.add(1, "", format!("expected the header {HEADER}"));
        }
    }

    /// The row, with all of its faults noted.
    fn row(&mut self, bsn: &[u8], from: &[u8], until: &[u8]) -> Option<Row> {
        let line = self.lines;
        let bsn = Bsn::parse_bytes(bsn).map_err(|error| self.faults.add(line, "bsn", error)).ok();
        let first_day = date(from);
        if first_day.is_none() {
            self.faults.add(line, "from", NO_DATE);
        }
        let last_day = match until {
            [] => Some(None),
            text => date(text).map(Some),
        };
        match (first_day, last_day) {
            (_, None) => self.faults.add(line, "until", NO_DATE),
            (Some(first), Some(Some(last))) if last < first => self.faults.add(line, "until", "lies before from"),
            _ => return Some(Row { bsn: bsn?, first_day: first_day?, last_day: last_day? }),
        }
        None
    }
}

const NO_DATE: &str = "expected a date such as 2023-01-31, between 1900 and 2999";

/// Adds to a line that is not whole yet, as far as it needs to be told from one that is too long.
fn keep(line: &mut Vec<u8>, more: &[u8]) {
    let room = (LONGEST_LINE + 2).saturating_sub(line.len());
    line.extend_from_slice(&more[..more.len().min(room)]);
}

/// A value without the spaces and the quotes around it.
fn value(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).map_or(text, <[u8]>::trim_ascii)
}

fn date(text: &[u8]) -> Option<NaiveDate> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = text else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let year = i32::try_from(number(&[a, b, c, d])?).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, number(&[e, f])?, number(&[g, h])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8], piece: usize) -> (Vec<Row>, i64, Faults) {
        let (mut extract, mut rows) = (Extract::default(), Vec::new());
        for piece in file.chunks(piece) {
            extract.feed(piece, |row| rows.push(row));
        }
        let (count, faults) = extract.finish(|row| rows.push(row));
        (rows, count, faults)
    }

    fn told(file: &str) -> Vec<(i64, String)> {
        let (_, _, faults) = read(file.as_bytes(), 7);
        faults.told.into_iter().map(|fault| (fault.line, fault.column)).collect()
    }

    fn row(bsn: &str, from: &str, until: Option<&str>) -> Row {
        let day = |text: &str| text.parse().unwrap();
        Row { bsn: bsn.parse().unwrap(), first_day: day(from), last_day: until.map(day) }
    }

    #[test]
    fn rows_are_the_same_in_whatever_pieces_they_come() {
        let file = "\u{feff}bsn,from,until\r\n123456782,2022-01-01,2023-06-30\r\n\"111222333\", 2023-01-01 ,\r\n\r\n";
        let expected = [row("123456782", "2022-01-01", Some("2023-06-30")), row("111222333", "2023-01-01", None)];
        for piece in [1, 2, 3, 10, 1_000] {
            let (rows, count, faults) = read(file.as_bytes(), piece);
            assert_eq!((rows.as_slice(), count, faults.total), (expected.as_slice(), 2, 0), "{piece}");
        }
        // The last line may lack its end.
        assert_eq!(read(b"bsn,from,until\n123456782,2022-01-01,", 4).0, [row("123456782", "2022-01-01", None)]);
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_line_and_column() {
        let file = "bsn,from,until
123456789,2023-02-29,2023-13-01
123456782,2023-02-02,2023-02-01
123456782,2023-1-1,
123456782,2023-01-01
123456782,2023-01-01,,
12345678x,1899-12-31,3000-01-01";
        let column = |line, column: &str| (line, column.to_owned());
        let expected = [
            column(2, "bsn"),
            column(2, "from"),
            column(2, "until"),
            column(3, "until"),
            column(4, "from"),
            column(5, ""),
            column(6, ""),
            column(7, "bsn"),
            column(7, "from"),
            column(7, "until"),
        ];
        assert_eq!(told(file), expected);
        assert_eq!(told("from,bsn,until\n123456782,2023-01-01,\n"), [column(1, "")]);
        for nobody in ["", "bsn,from,until\n", "bsn,from,until\r\n\r\n"] {
            assert_eq!(told(nobody), [column(0, "")], "{nobody:?}");
        }
    }

    #[test]
    fn faults_are_counted_further_than_they_are_told_and_hold_nothing_of_the_file() {
        let file = "bsn,from,until\n".to_owned() + &"123456789,x,y\n".repeat(400);
        let (rows, count, faults) = read(file.as_bytes(), 65_536);
        assert_eq!((rows.len(), count, faults.total, faults.told.len()), (0, 400, 1_200, TOLD));
        assert!(!format!("{:?}", faults.told).contains("123456789"));
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut extract = Extract::default();
        for _ in 0..100 {
            extract.feed(&[b'x'; 10_000], |_| {});
        }
        assert!(extract.rest.len() <= LONGEST_LINE + 2);
        assert!(!extract.is_faulty());
        assert_eq!(extract.finish(|_| {}).1.total, 1);
    }
}
