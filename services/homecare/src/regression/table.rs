//! Reading a feature table, line by line as it comes.

use std::collections::{BTreeSet, HashMap, HashSet};

use identifiers::Agb;
use money::{Decimal, Money, Rounding};
use sha2::{Digest, Sha256};

use crate::domain::{FeatureColumn, FeatureRow};

/// The columns every table begins with.
pub const FIXED: [&str; 5] = ["insured", "agb", "months", "cost", "hours"];
/// More characteristics than anybody regresses on.
const MOST_COLUMNS: usize = 200;
/// More categories of one characteristic are a sign of a number that was called a category.
const MOST_LEVELS: usize = 100;
const LONGEST_NAME: usize = 60;
/// Faults that are told; how many there are in all is told too.
const MOST_FAULTS: usize = 100;
const MOST_MONTHS_HUNDREDTHS: i64 = 12_00;

/// A table while it is read. It holds no line but the one that is not complete yet.
#[derive(Debug)]
pub struct TableReader {
    categories: BTreeSet<String>,
    columns: Vec<FeatureColumn>,
    /// The place of each level of each category.
    levels: Vec<HashMap<String, usize>>,
    /// Insured and provider, hashed, so that none counts twice.
    seen: HashSet<[u8; 16]>,
    providers: BTreeSet<Agb>,
    rest: Vec<u8>,
    line: u64,
    header: bool,
    rows: u64,
    faults: Faults,
    total_faults: u64,
}

/// Where the faults of a table are, and what they are.
pub type Faults = Vec<(String, String)>;

/// What a table turned out to be.
#[derive(Debug)]
pub struct Read {
    /// Its characteristics.
    pub columns: Vec<FeatureColumn>,
    /// How many rows it has.
    pub rows: u64,
    /// Of how many providers.
    pub providers: u64,
}

impl TableReader {
    /// A table in which these characteristics are categories, and the others numbers.
    pub fn new(categories: &[String]) -> TableReader {
        TableReader {
            categories: categories.iter().cloned().collect(),
            columns: Vec::new(),
            levels: Vec::new(),
            seen: HashSet::new(),
            providers: BTreeSet::new(),
            rest: Vec::new(),
            line: 0,
            header: false,
            rows: 0,
            faults: Vec::new(),
            total_faults: 0,
        }
    }

    /// Takes bytes, and hands each row that is in order to `each`.
    pub fn take(&mut self, bytes: &[u8], each: &mut impl FnMut(FeatureRow)) {
        let Some(last) = bytes.iter().rposition(|byte| *byte == b'\n') else {
            self.rest.extend_from_slice(bytes);
            return;
        };
        let (lines, rest) = bytes.split_at(last + 1);
        let mut whole = std::mem::take(&mut self.rest);
        whole.extend_from_slice(lines);
        self.lines(&whole, each);
        self.rest = rest.to_vec();
    }

    /// Reads what is left, and tells what the table is.
    ///
    /// # Errors
    /// Every fault, by line and column; of very many the first hundred.
    pub fn finish(mut self, each: &mut impl FnMut(FeatureRow)) -> Result<Read, Faults> {
        let rest = std::mem::take(&mut self.rest);
        self.lines(&rest, each);
        if !self.header {
            self.fault("table", "is empty");
        } else if self.rows == 0 && self.total_faults == 0 {
            self.fault("table", "has no rows");
        }
        if self.total_faults > self.faults.len() as u64 {
            let more = format!("has {} faults, of which the first {MOST_FAULTS} are told", self.total_faults);
            self.faults.push(("table".to_owned(), more));
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        Ok(Read { columns: self.columns, rows: self.rows, providers: self.providers.len() as u64 })
    }

    fn lines(&mut self, bytes: &[u8], each: &mut impl FnMut(FeatureRow)) {
        for line in bytes.split(|byte| *byte == b'\n') {
            if line.iter().all(u8::is_ascii_whitespace) {
                // Also what comes after the last line.
                self.line += u64::from(!line.is_empty());
                continue;
            }
            self.line += 1;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line);
            let mut record = csv::StringRecord::new();
            match reader.read_record(&mut record) {
                Ok(_) if self.header => {
                    if let Some(row) = self.row(&record) {
                        each(row);
                    }
                }
                Ok(_) => self.columns(&record),
                Err(error) => self.fault(&format!("line {}", self.line), &error.to_string()),
            }
        }
    }

    fn fault(&mut self, field: &str, problem: &str) {
        self.total_faults += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((field.to_owned(), problem.to_owned()));
        }
    }

    fn columns(&mut self, header: &csv::StringRecord) {
        self.header = true;
        // A table from Excel may begin with a byte order mark.
        let names: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        if names.len() < FIXED.len() || names[..FIXED.len()] != FIXED {
            self.fault("line 1", &format!("must begin with the columns {}", FIXED.join(",")));
        }
        let features = names.get(FIXED.len()..).unwrap_or_default();
        if features.is_empty() || features.len() > MOST_COLUMNS {
            self.fault("line 1", &format!("names {} characteristics, expected 1 to {MOST_COLUMNS}", features.len()));
        }
        let mut known = BTreeSet::new();
        for name in features {
            if name.is_empty() || name.len() > LONGEST_NAME {
                self.fault("line 1", &format!("a name of a column must have 1 to {LONGEST_NAME} bytes: \"{name}\""));
            } else if !known.insert((*name).to_owned()) || FIXED.contains(name) {
                self.fault("line 1", &format!("names the column {name} twice"));
            }
        }
        for category in self.categories.difference(&known).cloned().collect::<Vec<_>>() {
            self.fault("start.categories", &format!("{category} is no column of the table"));
        }
        let column = |name: &&str| FeatureColumn {
            name: (*name).to_owned(),
            levels: self.categories.contains(*name).then(Vec::new),
        };
        self.columns = features.iter().map(column).collect();
        self.levels = vec![HashMap::new(); self.columns.len()];
    }

    fn row(&mut self, record: &csv::StringRecord) -> Option<FeatureRow> {
        let line = self.line;
        let at = |name: &str| format!("line {line} {name}");
        let before = self.total_faults;
        if record.len() != FIXED.len() + self.columns.len() {
            let problem = format!("has {} columns, expected {}", record.len(), FIXED.len() + self.columns.len());
            self.fault(&format!("line {line}"), &problem);
            return None;
        }
        let insured = record.get(0).unwrap_or_default();
        if insured.is_empty() {
            self.fault(&at("insured"), "is missing");
        }
        let agb = record.get(1).unwrap_or_default().parse::<Agb>();
        if let Err(error) = &agb {
            self.fault(&at("agb"), &error.to_string());
        }
        let months = hundredths(record.get(2)).filter(|months| (1..=MOST_MONTHS_HUNDREDTHS).contains(months));
        if months.is_none() {
            self.fault(&at("months"), "expected more than 0 and at most 12, with at most two decimals");
        }
        let cost = hundredths(record.get(3));
        if cost.is_none() {
            self.fault(&at("cost"), "expected euros, not negative and with at most two decimals");
        }
        let hours = hundredths(record.get(4));
        if hours.is_none() {
            self.fault(&at("hours"), "expected hours, not negative and with at most two decimals");
        }
        let features = self.features(record);
        let agb = agb.ok()?;
        if !insured.is_empty() && !self.seen.insert(hashed(insured, agb)) {
            self.fault(&at("insured"), "is in the table before, with the same provider");
        }
        if self.total_faults > before {
            return None;
        }
        self.rows += 1;
        self.providers.insert(agb);
        Some(FeatureRow { agb, months_hundredths: months?, cost_cents: cost?, hours_hundredths: hours?, features })
    }

    fn features(&mut self, record: &csv::StringRecord) -> Vec<f64> {
        let mut features = Vec::with_capacity(self.columns.len());
        for index in 0..self.columns.len() {
            let text = record.get(FIXED.len() + index).unwrap_or_default();
            let value = if self.columns[index].levels.is_some() { self.level(index, text) } else { number(text) };
            match value {
                Ok(value) => features.push(value),
                Err(problem) => {
                    let field = format!("line {} {}", self.line, self.columns[index].name);
                    self.fault(&field, &problem);
                }
            }
        }
        features
    }

    /// The place of a level among those of its category, a new one where it was not seen before.
    fn level(&mut self, index: usize, text: &str) -> Result<f64, String> {
        if text.is_empty() || text.len() > LONGEST_NAME {
            return Err(format!("expected a category of 1 to {LONGEST_NAME} bytes"));
        }
        let (column, levels) = (&mut self.columns[index], &mut self.levels[index]);
        let known = column.levels.get_or_insert_default();
        if let Some(place) = levels.get(text) {
            return Ok(*place as f64);
        }
        if known.len() == MOST_LEVELS {
            return Err(format!("is one more category than {MOST_LEVELS}"));
        }
        known.push(text.to_owned());
        levels.insert(text.to_owned(), known.len() - 1);
        Ok((known.len() - 1) as f64)
    }
}

fn number(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number with a point for its decimals".to_owned())?;
    if value.is_finite() { Ok(value) } else { Err("expected a number that is finite".to_owned()) }
}

/// A number that is not negative, in hundredths.
fn hundredths(text: Option<&str>) -> Option<i64> {
    let value: Decimal = text?.parse().ok()?;
    let value = value.normalize();
    if value.is_sign_negative() || value.scale() > 2 {
        return None;
    }
    Money::from_euros(value, Rounding::Down).ok().map(Money::cents)
}

fn hashed(insured: &str, agb: Agb) -> [u8; 16] {
    let whole = Sha256::new().chain_update(insured).chain_update([0]).chain_update(agb.to_string()).finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(categories: &[&str], text: &str, piece: usize) -> Result<(Read, Vec<FeatureRow>), Faults> {
        let categories: Vec<String> = categories.iter().map(|name| (*name).to_owned()).collect();
        let mut reader = TableReader::new(&categories);
        let mut rows = Vec::new();
        let mut each = |row| rows.push(row);
        for piece in text.as_bytes().chunks(piece) {
            reader.take(piece, &mut each);
        }
        let read = reader.finish(&mut each)?;
        Ok((read, rows))
    }

    const TABLE: &str = "insured,agb,months,cost,hours,age_band,alone\n\
                         p1,41410001,12,1200.50,24,75-84,1\n\
                         p2,41410001,0.5,80,1.25,85+,0\r\n\
                         \n\
                         p1,41410002,6,600,12,75-84,1";

    #[test]
    fn hom_02_a_table_is_the_same_in_whatever_pieces_it_comes() {
        let (whole, rows) = read(&["age_band"], TABLE, TABLE.len()).unwrap();
        assert_eq!((whole.rows, whole.providers), (3, 2));
        let levels = Some(vec!["75-84".to_owned(), "85+".to_owned()]);
        let columns = [("age_band", levels), ("alone", None)];
        let columns = columns.map(|(name, levels)| FeatureColumn { name: name.to_owned(), levels });
        assert_eq!(whole.columns, columns);
        let row = &rows[1];
        assert_eq!((row.months_hundredths, row.cost_cents, row.hours_hundredths), (50, 8_000, 125));
        assert_eq!(row.features, [1.0, 0.0]);
        for piece in 1..40 {
            assert_eq!(read(&["age_band"], TABLE, piece).unwrap().1, rows);
        }
    }

    #[test]
    fn hom_02_every_fault_of_a_table_is_told_at_once() {
        let table = "insured,agb,months,cost,hours,age,alone\n\
                     p1,41410001,12,1200,24,80,1\n\
                     ,4141000,13,-1,1.234,old,inf\n\
                     p1,41410001,12,1200,24,80,1\n\
                     p2,41410001,12\n";
        let faults = read(&["region"], table, 7).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "start.categories",
                "line 3 insured",
                "line 3 agb",
                "line 3 months",
                "line 3 cost",
                "line 3 hours",
                "line 3 age",
                "line 3 alone",
                "line 4 insured",
                "line 5",
            ]
        );
    }

    #[test]
    fn hom_02_of_very_many_faults_a_hundred_are_told() {
        let table = format!("insured,agb,months,cost,hours,age\n{}", "p,x,12,1,1,1\n".repeat(500));
        let faults = read(&[], &table, 64).unwrap_err();
        assert_eq!(faults.len(), 101);
        assert_eq!(faults[100].1, "has 500 faults, of which the first 100 are told");
        for wrong in ["", "insured,agb\n", "insured,agb,months,cost,hours,age\n", "insured,agb,months,cost,hours,a,a\n"]
        {
            assert_eq!(read(&[], wrong, 8).unwrap_err().len(), if wrong == "insured,agb\n" { 2 } else { 1 }, "{wrong}");
        }
    }
}
