//! The parameters and texts of the claim rules (SCR-04): treatment.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// H335 or H336 without the request of the general practitioner, which was asked for and not handed in.
pub const CONSULT_NO_REQUEST: RuleWords =
    super::claim_rule!("consult_no_request", ["line", "agb", "product", "first", "last"]);
/// Of it: consult products.
pub const CONSULT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "consult_products");
/// Other disciplines used for long beside a consult: their use is short.
pub const OTHER_DISCIPLINES: RuleWords =
    super::claim_rule!("other_disciplines", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: other discipline products.
pub const OTHER_DISCIPLINE_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "other_discipline_products");
/// Of it: other discipline weeks.
pub const OTHER_DISCIPLINE_WEEKS: Parameter<u32> = Parameter::count("SCR-04", "other_discipline_weeks");
/// A behavioural expert charged to the GZSP although the client has a Wlz indication.
pub const GZSP_BEHAVIOURAL: RuleWords =
    super::claim_rule!("gzsp_behavioural", ["line", "agb", "product", "first", "last"]);
/// Of it: gzsp behavioural products.
pub const GZSP_BEHAVIOURAL_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "gzsp_behavioural_products");
/// Individual treatment beside a package that includes treatment.
pub const TREATMENT_BESIDE_PACKAGE: RuleWords =
    super::claim_rule!("treatment_beside_package", ["line", "agb", "package", "package_agb"]);
/// Of it: individual treatment products.
pub const INDIVIDUAL_TREATMENT_PRODUCTS: Parameter<Vec<Arc<str>>> =
    Parameter::list("SCR-04", "individual_treatment_products");
/// Of it: packages with treatment.
pub const PACKAGES_WITH_TREATMENT: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "packages_with_treatment");
/// ZG treatment from the Wlz with a profile other than ZG.
pub const ZG_OTHER_PROFILE: RuleWords =
    super::claim_rule!("zg_other_profile", ["line", "agb", "product", "first", "last"]);
/// Of it: zg treatment products.
pub const ZG_TREATMENT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "zg_treatment_products");
/// ZG treatment without end beside ZGvis 1 or 2.
pub const ZG_UNLIMITED: RuleWords = super::claim_rule!("zg_unlimited", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: zg treatment weeks.
pub const ZG_TREATMENT_WEEKS: Parameter<u32> = Parameter::count("SCR-04", "zg_treatment_weeks");
/// GGZ treatment from the Wlz with modular stay, VPT, MPT or PGB (through 2022).
pub const GGZ_TREATMENT: RuleWords = super::claim_rule!("ggz_treatment", ["line", "agb", "product", "first", "last"]);
/// Of it: ggz treatment products.
pub const GGZ_TREATMENT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "ggz_treatment_products");
/// Of it: ggz zvw last year.
pub const GGZ_ZVW_LAST_YEAR: Parameter<u32> = Parameter::count("SCR-04", "ggz_zvw_last_year");

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    CONSULT_PRODUCTS.spec(),
    OTHER_DISCIPLINE_PRODUCTS.spec(),
    OTHER_DISCIPLINE_WEEKS.spec(),
    GZSP_BEHAVIOURAL_PRODUCTS.spec(),
    INDIVIDUAL_TREATMENT_PRODUCTS.spec(),
    PACKAGES_WITH_TREATMENT.spec(),
    ZG_TREATMENT_PRODUCTS.spec(),
    ZG_TREATMENT_WEEKS.spec(),
    GGZ_TREATMENT_PRODUCTS.spec(),
    GGZ_ZVW_LAST_YEAR.spec(),
];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[
    CONSULT_NO_REQUEST,
    OTHER_DISCIPLINES,
    GZSP_BEHAVIOURAL,
    TREATMENT_BESIDE_PACKAGE,
    ZG_OTHER_PROFILE,
    ZG_UNLIMITED,
    GGZ_TREATMENT,
];
