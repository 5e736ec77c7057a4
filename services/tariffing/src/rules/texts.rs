//! The texts of tariffing.

use edge::retention::{AUDIT_KEPT, REQUEST_KEPT};
use explain::Text;

/// The start of a derivation.
pub const GUIDE: Text = Text::new("TAR-01", "guide", &["guide"]);
/// The percentage on record.
pub const AGREED: Text = Text::new("TAR-01", "agreed", &["percentage"]);
/// The part of the tariff that follows the percentage.
pub const CARE_PART: Text = Text::new("TAR-01", "care_part", &["maximum", "percentage"]);
/// The part for housing and inventory.
pub const HOUSING_PART: Text = Text::new("TAR-01", "housing_part", &["housing", "percentage"]);
/// Both parts together.
pub const TARIFF: Text = Text::new("TAR-01", "tariff", &["care_part", "housing_part"]);
/// Nothing was filed.
pub const NOTHING_FILED: Text = Text::new("TAR-06", "nothing_filed", &["guide"]);
/// A step up or down.
pub const ADJUSTMENT: Text = Text::new("TAR-10", "adjustment", &["theme", "percentage", "points"]);
/// The cap.
pub const CAP: Text = Text::new("TAR-10", "cap", &["cap", "percentage"]);
/// The rounding of the percentage.
pub const ROUNDING: Text = Text::new("TAR-10", "rounding", &["percentage"]);

/// Who counts for a guide percentage.
pub const GUIDE_GROUP: Text = Text::new("TAR-13", "guide_group", &["lines", "year", "least_share"]);
/// The break-even percentage of a provider.
pub const GUIDE_BREAK_EVEN: Text =
    Text::new("TAR-13", "guide_break_even", &["agb", "in_force", "revenue", "operating_result"]);
/// How many providers are enough.
pub const GUIDE_NEEDED: Text = Text::new("TAR-13", "guide_needed", &["share", "providers"]);
/// The guide percentage derived.
pub const GUIDE_DERIVED: Text = Text::new("TAR-13", "guide_derived", &["needed", "providers"]);
/// No provider is left to derive one from.
pub const GUIDE_NOBODY: Text = Text::new("TAR-13", "guide_nobody", &["lines"]);

/// Compared with the sector.
pub const MIRROR_SECTOR: Text = Text::new("TAR-15", "group_sector", &["sector", "office", "year"]);
/// Compared with the region.
pub const MIRROR_REGION: Text = Text::new("TAR-15", "group_region", &["region", "sector", "office", "year"]);
/// The region is not known.
pub const MIRROR_NO_REGION: Text = Text::new("TAR-15", "group_no_region", &["year"]);
/// Average cost of a client in a month.
pub const MIRROR_COST: Text = Text::new("TAR-15", "cost", &[]);
/// Clients.
pub const MIRROR_CLIENTS: Text = Text::new("TAR-15", "clients", &[]);
/// The share including treatment.
pub const MIRROR_TREATMENT: Text = Text::new("TAR-15", "treatment", &[]);
/// Absence.
pub const MIRROR_ABSENCE: Text = Text::new("TAR-15", "absence", &[]);
/// Overhead.
pub const MIRROR_OVERHEAD: Text = Text::new("TAR-15", "overhead", &[]);
/// Personnel not on the payroll.
pub const MIRROR_PNIL: Text = Text::new("TAR-15", "pnil", &[]);
/// Reserves.
pub const MIRROR_RESERVES: Text = Text::new("TAR-15", "reserves", &[]);
/// Liquidity.
pub const MIRROR_LIQUIDITY: Text = Text::new("TAR-15", "liquidity", &[]);
/// Solvency.
pub const MIRROR_SOLVENCY: Text = Text::new("TAR-15", "solvency", &[]);
/// The result.
pub const MIRROR_RESULT: Text = Text::new("TAR-15", "result", &[]);
/// The share of a care profile.
pub const MIRROR_PROFILE: Text = Text::new("TAR-15", "care_profile", &["profile"]);
/// The provider beside its peers.
pub const MIRROR_COMPARED: Text = Text::new("TAR-15", "compared", &["own", "median", "lower", "upper", "peers"]);
/// The peers, where the provider's own figure is not known.
pub const MIRROR_PEERS_ONLY: Text = Text::new("TAR-15", "peers_only", &["lower", "upper", "peers"]);
/// Too few peers to compare with.
pub const MIRROR_TOO_FEW: Text = Text::new("TAR-15", "too_few", &["peers", "least"]);

/// Every text.
pub(super) const ALL: [Text; 33] = [
    GUIDE,
    AGREED,
    CARE_PART,
    HOUSING_PART,
    TARIFF,
    NOTHING_FILED,
    ADJUSTMENT,
    CAP,
    ROUNDING,
    GUIDE_GROUP,
    GUIDE_BREAK_EVEN,
    GUIDE_NEEDED,
    GUIDE_DERIVED,
    GUIDE_NOBODY,
    MIRROR_SECTOR,
    MIRROR_REGION,
    MIRROR_NO_REGION,
    MIRROR_COST,
    MIRROR_CLIENTS,
    MIRROR_TREATMENT,
    MIRROR_ABSENCE,
    MIRROR_OVERHEAD,
    MIRROR_PNIL,
    MIRROR_RESERVES,
    MIRROR_LIQUIDITY,
    MIRROR_SOLVENCY,
    MIRROR_RESULT,
    MIRROR_PROFILE,
    MIRROR_COMPARED,
    MIRROR_PEERS_ONLY,
    MIRROR_TOO_FEW,
    REQUEST_KEPT,
    AUDIT_KEPT,
];
