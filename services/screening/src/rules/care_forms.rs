//! The parameters and texts of the claim rules (SCR-04): school, dental care, aids and absence.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// The child supplement on day care during education.
pub const CHILD_SUPPLEMENT: RuleWords =
    super::claim_rule!("child_supplement", ["line", "agb", "product", "first", "last"]);
/// Of it: child supplement products.
pub const CHILD_SUPPLEMENT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "child_supplement_products");
/// Dental care from the Wlz where the Zvw pays; a treatment that had begun may go on for nine weeks after a move.
pub const DENTAL: RuleWords = super::claim_rule!("dental", ["line", "agb", "product", "first", "last"]);
/// Of it: dental products.
pub const DENTAL_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "dental_products");
/// Of it: dental weeks.
pub const DENTAL_WEEKS: Parameter<u32> = Parameter::count("SCR-04", "dental_weeks");
/// A mobility aid from the Wlz for who does not live in an institution.
pub const MOBILITY_AIDS: RuleWords = super::claim_rule!("mobility_aids", ["line", "agb", "product", "first", "last"]);
/// Of it: mobility aid products.
pub const MOBILITY_AID_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "mobility_aid_products");
/// A personal aid from the Wlz without stay with treatment.
pub const PERSONAL_AIDS: RuleWords = super::claim_rule!("personal_aids", ["line", "agb", "product", "first", "last"]);
/// Of it: personal aid products.
pub const PERSONAL_AID_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "personal_aid_products");
/// Absence for more days on end than allowed.
pub const ABSENCE_ON_END: RuleWords = super::claim_rule!("absence_on_end", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: absence products.
pub const ABSENCE_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "absence_products");
/// Of it: absence days on end.
pub const ABSENCE_DAYS_ON_END: Parameter<u32> = Parameter::count("SCR-04", "absence_days_on_end");
/// More days of absence in a year than allowed.
pub const ABSENCE_IN_YEAR: RuleWords = super::claim_rule!("absence_in_year", ["line", "agb", "total", "most"]);
/// Of it: absence days in year.
pub const ABSENCE_DAYS_IN_YEAR: Parameter<u32> = Parameter::count("SCR-04", "absence_days_in_year");
/// Absence in a hospital for longer than allowed.
pub const HOSPITAL_ABSENCE: RuleWords =
    super::claim_rule!("hospital_absence", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: hospital products.
pub const HOSPITAL_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "hospital_products");
/// Of it: hospital days.
pub const HOSPITAL_DAYS: Parameter<u32> = Parameter::count("SCR-04", "hospital_days");

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    CHILD_SUPPLEMENT_PRODUCTS.spec(),
    DENTAL_PRODUCTS.spec(),
    DENTAL_WEEKS.spec(),
    MOBILITY_AID_PRODUCTS.spec(),
    PERSONAL_AID_PRODUCTS.spec(),
    ABSENCE_PRODUCTS.spec(),
    ABSENCE_DAYS_ON_END.spec(),
    ABSENCE_DAYS_IN_YEAR.spec(),
    HOSPITAL_PRODUCTS.spec(),
    HOSPITAL_DAYS.spec(),
];

/// The rules.
pub(super) const RULES: &[RuleWords] =
    &[CHILD_SUPPLEMENT, DENTAL, MOBILITY_AIDS, PERSONAL_AIDS, ABSENCE_ON_END, ABSENCE_IN_YEAR, HOSPITAL_ABSENCE];
