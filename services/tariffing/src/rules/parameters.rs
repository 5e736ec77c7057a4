//! The parameters of tariffing.

use std::sync::Arc;

use edge::retention::{AUDIT_YEARS, REQUEST_YEARS};
use explain::{Parameter, ParameterSpec};
use money::Percentage;

/// Richttariefpercentage: where a derivation starts.
pub const GUIDE_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "guide_percentage");
/// The percentage of NHC and NIC.
pub const HOUSING_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "housing_percentage");
/// Whether the guide percentage is the highest there is.
pub const GUIDE_IS_CAP: Parameter<bool> = Parameter::flag("TAR-01", "guide_is_cap");
/// What the range of a theme limits: all surcharges on the theme together, or each initiative.
pub const THEME_CAP_SCOPE: Parameter<Arc<str>> =
    Parameter::choice("TAR-03", "theme_cap_scope", &["theme", "initiative"]);
/// Whether an initiative that earned a surcharge for the year before may earn one again.
pub const CARRY_SURCHARGE: Parameter<bool> = Parameter::flag("TAR-05", "carry_surcharge");
/// The guide percentage that a tariff of the year before is held against: of that year, or of the year itself.
pub const HISTORIC_REFERENCE: Parameter<Arc<str>> =
    Parameter::choice("TAR-07", "historic_reference", &["year_before", "year"]);
/// What a percentage of the year before may rest on without counting as historically lower.
pub const HISTORIC_EXCLUDES: Parameter<Vec<Arc<str>>> = Parameter::list("TAR-07", "historic_excludes");
/// Whether points are percentage points, or a part of the guide percentage.
pub const ADJUSTMENT_MODE: Parameter<Arc<str>> =
    Parameter::choice("TAR-10", "adjustment_mode", &["points", "relative"]);
/// No percentage above this one.
pub const CAP_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-10", "cap_percentage");
/// The first year that a falling line may begin in.
pub const LINE_FIRST_YEAR: Parameter<u32> = Parameter::count("TAR-12", "line_first_year");

/// Only providers with a share of revenue under the Wlz above this one count for a guide percentage.
pub const GUIDE_LEAST_WLZ_SHARE: Parameter<Percentage> = Parameter::percent("TAR-13", "guide_least_wlz_share");
/// At least this share of the providers has a neutral or positive result at a guide percentage.
pub const GUIDE_LEAST_NEUTRAL: Parameter<Percentage> = Parameter::percent("TAR-13", "guide_least_neutral");
/// How many others must have a figure for it to be compared.
pub const MIRROR_LEAST_PEERS: Parameter<u32> = Parameter::count("TAR-15", "mirror_least_peers");

/// Every parameter.
pub(super) const ALL: [ParameterSpec; 15] = [
    GUIDE_PERCENTAGE.spec(),
    HOUSING_PERCENTAGE.spec(),
    GUIDE_IS_CAP.spec(),
    THEME_CAP_SCOPE.spec(),
    CARRY_SURCHARGE.spec(),
    HISTORIC_REFERENCE.spec(),
    HISTORIC_EXCLUDES.spec(),
    ADJUSTMENT_MODE.spec(),
    CAP_PERCENTAGE.spec(),
    LINE_FIRST_YEAR.spec(),
    GUIDE_LEAST_WLZ_SHARE.spec(),
    GUIDE_LEAST_NEUTRAL.spec(),
    MIRROR_LEAST_PEERS.spec(),
    REQUEST_YEARS.spec(),
    AUDIT_YEARS.spec(),
];
