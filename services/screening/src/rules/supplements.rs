//! The parameters and texts of the claim rules (SCR-04): supplements.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// The observation supplement for longer than a year.
pub const OBSERVATION_YEAR: RuleWords =
    super::claim_rule!("observation_year", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: observation products.
pub const OBSERVATION_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "observation_products");
/// Of it: observation most months.
pub const OBSERVATION_MOST_MONTHS: Parameter<u32> = Parameter::count("SCR-04", "observation_most_months");
/// The observation supplement for longer than half a year without an extension on record.
pub const OBSERVATION_EXTENSION: RuleWords =
    super::claim_rule!("observation_extension", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: observation first months.
pub const OBSERVATION_FIRST_MONTHS: Parameter<u32> = Parameter::count("SCR-04", "observation_first_months");
/// Of it: observation step months.
pub const OBSERVATION_STEP_MONTHS: Parameter<u32> = Parameter::count("SCR-04", "observation_step_months");
/// The ventilation supplement with a care profile that it is not for.
pub const VENTILATION_PROFILE: RuleWords =
    super::claim_rule!("ventilation_profile", ["line", "agb", "product", "first", "last"]);
/// Of it: ventilation products.
pub const VENTILATION_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "ventilation_products");
/// Of it: ventilation profiles.
pub const VENTILATION_PROFILES: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "ventilation_profiles");

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    OBSERVATION_PRODUCTS.spec(),
    OBSERVATION_MOST_MONTHS.spec(),
    OBSERVATION_FIRST_MONTHS.spec(),
    OBSERVATION_STEP_MONTHS.spec(),
    VENTILATION_PRODUCTS.spec(),
    VENTILATION_PROFILES.spec(),
];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[OBSERVATION_YEAR, OBSERVATION_EXTENSION, VENTILATION_PROFILE];
