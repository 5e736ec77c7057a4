//! Controls by samples (SCR-09).

use chrono::NaiveDate;
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::{LineKey, codes::codes};

codes! {
    /// Which control rules hold.
    ControlKind,
    /// Formele controle: whether a line meets the conditions.
    Formal = "formal",
    /// Materiële controle: whether the care was given and was appropriate.
    Material = "material",
}

codes! {
    /// How lines are drawn.
    SampleMethod,
    /// Each line as likely: tells how many lines are wrong.
    Attribute = "attribute",
    /// Each euro as likely: tells how many euros are wrong.
    MonetaryUnit = "monetary_unit",
}

/// A line of a population.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PopulationLine {
    /// Where it is on record.
    pub key: LineKey,
    /// The provider.
    pub agb: Agb,
    /// The product.
    pub product: String,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// What was granted.
    pub granted: Money,
    /// The provider's reference.
    pub reference: String,
}

/// A line of a sample.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drawn {
    /// The place of its part of the population.
    pub stratum: usize,
    /// Whether it was drawn whatever the seed: it is as large as the interval, or everything is looked at.
    pub certain: bool,
    /// The line.
    pub line: PopulationLine,
}

/// At least, most likely and at most: lines of an attribute sample, euros of one of monetary units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// At least this, with the confidence of the control.
    pub low: Decimal,
    /// Most likely.
    pub likely: Decimal,
    /// At most this, with the confidence of the control.
    pub high: Decimal,
}

/// What a control comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// The lines that were found wrong.
    pub wrong_lines: u64,
    /// What is wrong in them.
    pub established: Money,
    /// What is wrong in the whole population.
    pub bounds: Bounds,
    /// Whether as much is right as must be.
    pub reached: bool,
}
