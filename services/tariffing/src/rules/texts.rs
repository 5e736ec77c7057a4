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

/// Every text.
pub(super) const ALL: [Text; 11] = [
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
];
