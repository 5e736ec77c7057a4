//! A provider beside its peers (TAR-15).

use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

/// Whom a provider is compared with; never with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerGroup {
    /// All others of the sector.
    Sector,
    /// The others of the sector in its region.
    Region,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Gemiddelde kosten per cliënt per maand, of approved claims.
    CostPerClientMonth,
    /// Clients of the year.
    Clients,
    /// The share of the days of care that included treatment.
    WithTreatment,
    /// Ziekteverzuim.
    Absence,
    /// Overhead over all revenue. The sources name the figure and not what it is a share of: a reading, as with the
    /// next two.
    Overhead,
    /// Personnel not on the payroll over all personnel, by costs.
    Pnil,
    /// Reserves over all revenue, so that large and small compare.
    Reserves,
    /// Current assets over current liabilities.
    Liquidity,
    /// Reserves over the total of the balance sheet.
    Solvency,
    /// The operating result over all revenue.
    Result,
    /// The share of the months of clients with a care profile, of approved claims.
    CareProfile,
}

/// What a figure is stated in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// Euros.
    Euro,
    /// Percent.
    Percent,
    /// A number without unit.
    Number,
}

impl FigureKind {
    /// What it is stated in.
    pub fn unit(self) -> FigureUnit {
        match self {
            FigureKind::CostPerClientMonth => FigureUnit::Euro,
            FigureKind::Clients | FigureKind::Liquidity => FigureUnit::Number,
            FigureKind::WithTreatment
            | FigureKind::Absence
            | FigureKind::Overhead
            | FigureKind::Pnil
            | FigureKind::Reserves
            | FigureKind::Solvency
            | FigureKind::Result
            | FigureKind::CareProfile => FigureUnit::Percent,
        }
    }
}

/// Why a comparison is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCompared {
    /// Fewer others have the figure than keep each of them unknown.
    TooFewPeers,
    /// The provider's figures don't tell its region.
    RegionNotKnown,
}

/// A figure of a provider beside that of its peers; values in two decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorFigure {
    /// What is compared.
    pub kind: FigureKind,
    /// The care profile, three digits; empty for other kinds.
    pub care_profile: String,
    /// The provider's own, if it is known.
    pub own: Option<Decimal>,
    /// How many others of the group have the figure.
    pub peers: usize,
    /// The comparison, or why there is none.
    pub compared: Result<Comparison, NotCompared>,
}

/// The peers, and the place of the provider beside them; values in two decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Of the peers.
    pub median: Decimal,
    /// Of the peers.
    pub lower_quartile: Decimal,
    /// Of the peers.
    pub upper_quartile: Decimal,
    /// Where the provider stands, if its own figure is known.
    pub standing: Option<Place>,
}

/// Where a provider stands beside its peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its own minus the median.
    pub gap: Decimal,
    /// From the lowest, from 1; equal figures share a place.
    pub place: usize,
    /// The quarter it lies in, 1 to 4; on a border the lower one.
    pub quarter: u32,
}

/// A provider beside its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The figures, care profiles last.
    pub figures: Vec<MirrorFigure>,
    /// The operating result.
    pub result: Option<Money>,
    /// Reserves.
    pub reserves: Option<Money>,
    /// Current assets minus current liabilities.
    pub working_capital: Option<Money>,
}
