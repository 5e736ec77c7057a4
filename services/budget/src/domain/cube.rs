//! Figures of claim lines by product, month and unit (BUD-05).

use std::fmt;

use calendar::CareMonth;
use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use money::Money;

/// What is counted of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many lines.
    pub lines: i64,
    /// Their quantity, in units.
    pub quantity: i64,
    /// Their amount, in eurocents.
    pub cents: i64,
}

impl Figures {
    /// One line.
    pub fn line(quantity: i64, cents: i64) -> Figures {
        Figures { lines: 1, quantity, cents }
    }

    /// Adds others. A file's amounts have eight digits and its lines seven, so that the sums of many years fit.
    pub fn add(&mut self, other: Figures) {
        self.lines += other.lines;
        self.quantity += other.quantity;
        self.cents += other.cents;
    }
}

/// What became of the lines of a product in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// All lines; credit lines take off quantity and amount.
    pub submitted: Figures,
    /// Debit lines granted, with what was granted on them.
    pub approved: Figures,
    /// Credit lines granted, with what they took back: quantity and amount are positive.
    pub credited: Figures,
    /// Lines refused, with what was claimed on them; credit lines take off quantity and amount.
    pub refused: Figures,
}

impl Cell {
    /// Production as the rules count it: approved less credited. Of lines both are counted.
    pub fn net(&self) -> Figures {
        Figures {
            lines: self.approved.lines + self.credited.lines,
            quantity: self.approved.quantity - self.credited.quantity,
            cents: self.approved.cents - self.credited.cents,
        }
    }
}

/// Product, month of care and unit: small, since one is looked up for every line of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    product: [u8; 5],
    /// The month of the first day of care.
    pub care_month: CareMonth,
    unit: Option<u32>,
}

impl CellKey {
    /// The key of a product of visible ASCII of at most five characters; none for another.
    pub fn new(product: &str, care_month: CareMonth, unit: Option<u32>) -> Option<CellKey> {
        let mut padded = [b' '; 5];
        padded.get_mut(..product.len())?.copy_from_slice(product.as_bytes());
        product.is_ascii().then_some(CellKey { product: padded, care_month, unit })
    }

    /// The product.
    pub fn product(&self) -> &str {
        str::from_utf8(&self.product).unwrap_or_default().trim_end_matches(' ')
    }

    /// The unit in two digits; empty when it could not be read.
    pub fn unit(&self) -> String {
        self.unit.map(|unit| format!("{unit:02}")).unwrap_or_default()
    }
}

impl fmt::Debug for CellKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.product(), self.care_month, self.unit())
    }
}

/// A cell of a provider, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeRow {
    /// The provider.
    pub agb: Agb,
    /// The product.
    pub product: String,
    /// The month of care.
    pub care_month: CareMonth,
    /// The time unit.
    pub unit: String,
    /// The figures.
    pub cell: Cell,
}

/// Refused lines of a provider by reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The provider.
    pub agb: Agb,
    /// The product; empty when product or days could not be read.
    pub product: String,
    /// The month of care; empty likewise.
    pub care_month: String,
    /// The time unit; empty likewise.
    pub unit: String,
    /// The first code of the return.
    pub return_code: String,
    /// The lines.
    pub refused: Figures,
}

/// What a file granted and credited of a closed year (BUD-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The cell.
    pub row: CubeRow,
    /// The file.
    pub file_id: String,
    /// When it was recorded.
    pub recorded_time: DateTime<Utc>,
}

/// Lines of a month of care that were received on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The day in Amsterdam.
    pub received_date: NaiveDate,
    /// The day in Amsterdam on which the last of its files was answered.
    pub answered_date: NaiveDate,
    /// How many lines.
    pub lines: i64,
    /// What was claimed on them, credit lines taken off.
    pub amount: Money,
}
