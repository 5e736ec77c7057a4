//! The parameters and texts of the claim rules (SCR-04): bridging care and (SG)LVG.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// Bridging care for longer than 2 x 13 weeks.
pub const BRIDGING: RuleWords = super::claim_rule!("bridging", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: bridging products.
pub const BRIDGING_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "bridging_products");
/// Of it: bridging weeks.
pub const BRIDGING_WEEKS: Parameter<u32> = Parameter::count("SCR-04", "bridging_weeks");
/// Of it: episode gap days.
pub const EPISODE_GAP_DAYS: Parameter<u32> = Parameter::count("SCR-04", "episode_gap_days");
/// An SGLVG indication used outside a Borg institution, other than bridging while actively waiting.
pub const SGLVG_OUTSIDE_BORG: RuleWords =
    super::claim_rule!("sglvg_outside_borg", ["line", "agb", "product", "first", "last"]);
/// An (SG)LVG indication settled as MPT, other than bridging while actively waiting.
pub const LVG_AS_MODULAR: RuleWords = super::claim_rule!("lvg_as_modular", ["line", "agb", "product", "first", "last"]);
/// An (SG)LVG indication settled as a VG package (ZZP or VPT), other than bridging while actively waiting.
pub const LVG_AS_VG: RuleWords = super::claim_rule!("lvg_as_vg", ["line", "agb", "product", "first", "last"]);
/// Of it: vg products.
pub const VG_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "vg_products");
/// An (SG)LVG indication used in stay without treatment, other than bridging while actively waiting.
pub const LVG_WITHOUT_TREATMENT: RuleWords =
    super::claim_rule!("lvg_without_treatment", ["line", "agb", "product", "first", "last"]);
/// Of it: packages without treatment.
pub const PACKAGES_WITHOUT_TREATMENT: Parameter<Vec<Arc<str>>> =
    Parameter::list("SCR-04", "packages_without_treatment");
/// Care after the end of an (SG)LVG indication without an extension of the CIZ, or after 13 weeks.
pub const LVG_TAIL: RuleWords = super::claim_rule!("lvg_tail", ["line", "agb", "product", "first", "last", "until"]);
/// Of it: lvg tail weeks.
pub const LVG_TAIL_WEEKS: Parameter<u32> = Parameter::count("SCR-04", "lvg_tail_weeks");
/// Of it: lvg tail months.
pub const LVG_TAIL_MONTHS: Parameter<u32> = Parameter::count("SCR-04", "lvg_tail_months");
/// An LVG indication used in a personal budget; only LVG 1 and 2 with a budget of before 2020 may, until the indication ends.
pub const LVG_BUDGET: RuleWords = super::claim_rule!("lvg_budget", ["profile", "from"]);
/// Of it: lvg budget from year.
pub const LVG_BUDGET_FROM_YEAR: Parameter<u32> = Parameter::count("SCR-04", "lvg_budget_from_year");
/// LVG care for a client of 23 years or older.
pub const LVG_AGE: RuleWords = super::claim_rule!("lvg_age", ["line", "agb", "product", "first", "last", "birthday"]);
/// Of it: lvg age limit.
pub const LVG_AGE_LIMIT: Parameter<u32> = Parameter::count("SCR-04", "lvg_age_limit");
/// An (SG)LVG indication that lasts longer than three years.
pub const LVG_INDICATION_LENGTH: RuleWords =
    super::claim_rule!("lvg_indication_length", ["line", "agb", "product", "first", "last", "from"]);
/// Of it: lvg indication years.
pub const LVG_INDICATION_YEARS: Parameter<u32> = Parameter::count("SCR-04", "lvg_indication_years");

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    BRIDGING_PRODUCTS.spec(),
    BRIDGING_WEEKS.spec(),
    EPISODE_GAP_DAYS.spec(),
    VG_PRODUCTS.spec(),
    PACKAGES_WITHOUT_TREATMENT.spec(),
    LVG_TAIL_WEEKS.spec(),
    LVG_TAIL_MONTHS.spec(),
    LVG_BUDGET_FROM_YEAR.spec(),
    LVG_AGE_LIMIT.spec(),
    LVG_INDICATION_YEARS.spec(),
];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[
    BRIDGING,
    SGLVG_OUTSIDE_BORG,
    LVG_AS_MODULAR,
    LVG_AS_VG,
    LVG_WITHOUT_TREATMENT,
    LVG_TAIL,
    LVG_BUDGET,
    LVG_AGE,
    LVG_INDICATION_LENGTH,
];
