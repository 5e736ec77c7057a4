//! The texts of tariffing.

use edge::retention::{AUDIT_KEPT, REQUEST_KEPT};
use explain::Text;

/// The start of a derivation.
pub const GUIDE: Text = Text::new("TAR-01", "guide", &["guide"]);
/// The percentage on record.
pub const AGREED: Text = Text::new("TAR-01", "agreed", &["percentage", "decision"]);
/// The part of the tariff that follows the percentage.
pub const CARE_PART: Text = Text::new("TAR-01", "care_part", &["maximum", "percentage"]);
/// The part for housing and inventory.
pub const HOUSING_PART: Text = Text::new("TAR-01", "housing_part", &["housing", "percentage"]);
/// Both parts together.
pub const TARIFF: Text = Text::new("TAR-01", "tariff", &["care_part", "housing_part"]);
/// Something was granted under a key that the rules don't have for this provider.
pub const UNKNOWN_GROUND: Text = Text::new("TAR-03", "unknown_ground", &["theme", "initiative"]);
/// The theme earns nothing.
pub const NO_SURCHARGE: Text = Text::new("TAR-03", "no_surcharge", &["theme", "initiative"]);
/// The points lie outside the range of the theme.
pub const OUT_OF_RANGE: Text =
    Text::new("TAR-03", "out_of_range", &["theme", "initiative", "points", "lowest", "highest"]);
/// No points were named where the rules leave them open.
pub const POINTS_MISSING: Text = Text::new("TAR-03", "points_missing", &["theme", "initiative"]);
/// It was agreed after the last day.
pub const TOO_LATE: Text = Text::new("TAR-03", "too_late", &["theme", "initiative", "agreed", "limit"]);
/// The initiative earned something on another theme, or on this one before.
pub const ONE_THEME: Text = Text::new("TAR-05", "one_theme", &["theme", "initiative", "other"]);
/// The initiative earned something for the year before.
pub const EARNED_BEFORE: Text = Text::new("TAR-05", "earned_before", &["theme", "initiative"]);
/// Nothing was filed.
pub const NOTHING_FILED: Text = Text::new("TAR-06", "nothing_filed", &["guide"]);
/// The theme is closed for who starts from a historically lower tariff.
pub const CLOSED: Text = Text::new("TAR-07", "closed", &["theme", "initiative"]);
/// The addition under the hardship clause.
pub const HARDSHIP_ADDITION: Text = Text::new("TAR-08", "addition", &["percentage", "points"]);
/// It isn't granted beside another one.
pub const ALTERNATIVE: Text = Text::new("TAR-09", "alternative", &["theme", "initiative", "other"]);
/// The cap.
pub const CAP: Text = Text::new("TAR-10", "cap", &["cap", "percentage"]);
/// The rounding of the percentage.
pub const ROUNDING: Text = Text::new("TAR-10", "rounding", &["percentage"]);
/// The percentage is revised after a supplementary note.
pub const REVISION: Text = Text::new("TAR-18", "revision", &["note", "before"]);
/// The percentage of a delivery form.
pub const FORM: Text = Text::new("TAR-21", "form", &["form", "percentage"]);
/// A provider is new to the office.
pub const NEW_PROVIDER: Text = Text::new("TAR-09", "new_provider_recorded", &["motivation"]);
/// A provider is not new to the office.
pub const EXISTING_PROVIDER: Text = Text::new("TAR-09", "existing_provider_recorded", &["motivation"]);
/// A percentage from elsewhere is put on record.
pub const RECORDED: Text = Text::new("TAR-10", "recorded", &["percentage", "motivation"]);
/// A year of a falling line.
pub const LINE_YEAR: Text = Text::new("TAR-12", "line_year", &["year", "percentage", "motivation"]);
/// The provider bids lower.
pub const LOWER_BID: Text = Text::new("TAR-17", "lower", &["bid", "current", "motivation"]);
/// The bid is not lower.
pub const BID_NOT_LOWER: Text = Text::new("TAR-17", "not_lower", &["bid", "current", "motivation"]);
/// A falling line runs, so there is no lower bid.
pub const LINE_RUNS: Text = Text::new("TAR-17", "line_runs", &["bid", "line"]);
/// What an interview led to.
pub const INTERVIEW: Text = Text::new("TAR-20", "entered", &["percentage", "motivation"]);

/// The result was reached.
pub const RESULT_MET: Text = Text::new("TAR-16", "met", &["measure", "start", "target", "value", "motivation"]);
/// The result was reached in part.
pub const RESULT_PARTLY: Text = Text::new("TAR-16", "partly", &["measure", "start", "target", "value", "motivation"]);
/// The result was not reached.
pub const RESULT_NOT_MET: Text = Text::new("TAR-16", "not_met", &["measure", "start", "target", "value", "motivation"]);
/// Nothing follows from the evaluation.
pub const NO_CONSEQUENCE: Text = Text::new("TAR-16", "no_consequence", &["motivation"]);
/// The surcharge ends for the next year.
pub const ENDED_NEXT_YEAR: Text = Text::new("TAR-16", "ended_next_year", &["motivation"]);
/// The surcharge is reclaimed.
pub const RECLAIMED: Text = Text::new("TAR-16", "reclaimed", &["motivation"]);
/// A grant is missing.
pub const MISSING_GRANT: Text = Text::new("TAR-10", "missing_grant", &["key"]);
/// Something that lowers could end.
pub const MISSING_END: Text = Text::new("TAR-10", "missing_end", &["key"]);

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
pub(super) const ALL: [Text; 60] = [
    GUIDE,
    AGREED,
    CARE_PART,
    HOUSING_PART,
    TARIFF,
    UNKNOWN_GROUND,
    NO_SURCHARGE,
    OUT_OF_RANGE,
    POINTS_MISSING,
    TOO_LATE,
    ONE_THEME,
    EARNED_BEFORE,
    NOTHING_FILED,
    CLOSED,
    HARDSHIP_ADDITION,
    ALTERNATIVE,
    CAP,
    ROUNDING,
    REVISION,
    FORM,
    NEW_PROVIDER,
    EXISTING_PROVIDER,
    RECORDED,
    LINE_YEAR,
    LOWER_BID,
    BID_NOT_LOWER,
    LINE_RUNS,
    INTERVIEW,
    RESULT_MET,
    RESULT_PARTLY,
    RESULT_NOT_MET,
    NO_CONSEQUENCE,
    ENDED_NEXT_YEAR,
    RECLAIMED,
    MISSING_GRANT,
    MISSING_END,
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
