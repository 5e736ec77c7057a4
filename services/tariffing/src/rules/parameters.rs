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

/// Only providers with a share of revenue under the Wlz above this one count for a guide percentage.
pub const GUIDE_LEAST_WLZ_SHARE: Parameter<Percentage> = Parameter::percent("TAR-13", "guide_least_wlz_share");
/// At least this share of the providers has a neutral or positive result at a guide percentage.
pub const GUIDE_LEAST_NEUTRAL: Parameter<Percentage> = Parameter::percent("TAR-13", "guide_least_neutral");
/// How many others must have a figure for it to be compared.
pub const MIRROR_LEAST_PEERS: Parameter<u32> = Parameter::count("TAR-15", "mirror_least_peers");

/// Every parameter.
pub(super) const ALL: [ParameterSpec; 8] = [
    GUIDE_PERCENTAGE.spec(),
    HOUSING_PERCENTAGE.spec(),
    CAP_PERCENTAGE.spec(),
    GUIDE_LEAST_WLZ_SHARE.spec(),
    GUIDE_LEAST_NEUTRAL.spec(),
    MIRROR_LEAST_PEERS.spec(),
    REQUEST_YEARS.spec(),
    AUDIT_YEARS.spec(),
];
