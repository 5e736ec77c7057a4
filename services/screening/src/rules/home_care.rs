//! The parameters and texts of the claim rules (SCR-04): home care (wijkverpleging).

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// Care by staff below level 3 without an arrangement.
pub const STAFF_LEVEL: RuleWords =
    super::claim_rule!("staff_level", ["line", "agb", "product", "first", "last", "level"]);
/// Of it: staff least level.
pub const STAFF_LEAST_LEVEL: Parameter<u32> = Parameter::count("SCR-04", "staff_least_level");
/// Other staff in the first week with a new client.
pub const STAFF_FIRST_WEEK: RuleWords =
    super::claim_rule!("staff_first_week", ["line", "agb", "begin", "week", "known"]);
/// Of it: staff first days.
pub const STAFF_FIRST_DAYS: Parameter<u32> = Parameter::count("SCR-04", "staff_first_days");
/// Of it: staff lines from year.
pub const STAFF_LINES_FROM_YEAR: Parameter<u32> = Parameter::count("SCR-04", "staff_lines_from_year");
/// Other staff for more than two weeks without a visit of level 3 or higher.
pub const STAFF_TWO_WEEKS: RuleWords = super::claim_rule!("staff_two_weeks", ["line", "agb", "begin", "most"]);
/// Of it: staff visit days.
pub const STAFF_VISIT_DAYS: Parameter<u32> = Parameter::count("SCR-04", "staff_visit_days");
/// More than one provider with a client in a month, without subcontracting.
pub const MORE_PROVIDERS: RuleWords = super::claim_rule!("more_providers", ["main", "agb", "first", "last"]);
/// More hours per client in a month on average than agreed with the provider.
pub const AVERAGE_HOURS: RuleWords =
    super::claim_rule!("average_hours", ["agb", "month", "hours", "clients", "agreed"]);
/// Night care claimed apart in a region that takes part in the joint night care.
pub const NIGHT_CARE: RuleWords = super::claim_rule!("night_care", ["line", "agb", "product", "first", "last"]);
/// Of it: night care products.
pub const NIGHT_CARE_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "night_care_products");
/// Home-care technology that another source pays too.
pub const TECHNOLOGY_TWICE: RuleWords =
    super::claim_rule!("technology_twice", ["line", "agb", "product", "first", "last"]);
/// Of it: technology products.
pub const TECHNOLOGY_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "technology_products");
/// A claim that the 5-minute registration that was asked for does not support.
pub const UNSUPPORTED: RuleWords = super::claim_rule!("unsupported", ["line", "agb", "product", "first", "last"]);

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    STAFF_LEAST_LEVEL.spec(),
    STAFF_FIRST_DAYS.spec(),
    STAFF_LINES_FROM_YEAR.spec(),
    STAFF_VISIT_DAYS.spec(),
    NIGHT_CARE_PRODUCTS.spec(),
    TECHNOLOGY_PRODUCTS.spec(),
];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[
    STAFF_LEVEL,
    STAFF_FIRST_WEEK,
    STAFF_TWO_WEEKS,
    MORE_PROVIDERS,
    AVERAGE_HOURS,
    NIGHT_CARE,
    TECHNOLOGY_TWICE,
    UNSUPPORTED,
];
