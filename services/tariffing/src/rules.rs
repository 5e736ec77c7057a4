//! The parameters and texts of tariffing.

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS};
use explain::{Parameter, Schema, Text};
use money::Percentage;

/// Richttariefpercentage: where a derivation starts.
pub const GUIDE_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "guide_percentage");
/// The percentage of NHC and NIC.
pub const HOUSING_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "housing_percentage");
/// No percentage above this one.
pub const CAP_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-10", "cap_percentage");

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

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[
        GUIDE_PERCENTAGE.spec(),
        HOUSING_PERCENTAGE.spec(),
        CAP_PERCENTAGE.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    texts: &[
        GUIDE,
        AGREED,
        CARE_PART,
        HOUSING_PART,
        TARIFF,
        NOTHING_FILED,
        ADJUSTMENT,
        CAP,
        ROUNDING,
        REQUEST_KEPT,
        AUDIT_KEPT,
    ],
    checks: None,
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] =
    &[("wlz.toml", include_str!("../rules/wlz.toml")), ("retention.toml", include_str!("../rules/retention.toml"))];
