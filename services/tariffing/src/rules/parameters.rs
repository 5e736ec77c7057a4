//! The parameters of tariffing.

use edge::retention::{AUDIT_YEARS, REQUEST_YEARS};
use explain::{Parameter, ParameterSpec};
use money::Percentage;

/// Richttariefpercentage: where a derivation starts.
pub const GUIDE_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "guide_percentage");
/// The percentage of NHC and NIC.
pub const HOUSING_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-01", "housing_percentage");
/// No percentage above this one.
pub const CAP_PERCENTAGE: Parameter<Percentage> = Parameter::percent("TAR-10", "cap_percentage");

/// Every parameter.
pub(super) const ALL: [ParameterSpec; 5] = [
    GUIDE_PERCENTAGE.spec(),
    HOUSING_PERCENTAGE.spec(),
    CAP_PERCENTAGE.spec(),
    REQUEST_YEARS.spec(),
    AUDIT_YEARS.spec(),
];
