//! The parameters and texts of the claim rules (SCR-04): care after death and after the indication.

use explain::{Parameter, ParameterSpec};

use super::RuleWords;

/// Care other than mutation days after the death of the client.
pub const AFTER_DEATH: RuleWords = super::claim_rule!("after_death", ["line", "agb", "product", "death"]);
/// More mutation days after the death of the client than allowed.
pub const MUTATION_DAYS_OVER: RuleWords = super::claim_rule!("mutation_days", ["line", "agb", "death", "days", "most"]);
/// Of it: mutation days most.
pub const MUTATION_DAYS: Parameter<u32> = Parameter::count("SCR-04", "mutation_days_most");
/// Care of the Wlz after the end of the indication while no other one holds.
pub const AFTER_INDICATION: RuleWords =
    super::claim_rule!("after_indication", ["line", "agb", "product", "first", "last", "profile", "until"]);

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[MUTATION_DAYS.spec()];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[AFTER_DEATH, MUTATION_DAYS_OVER, AFTER_INDICATION];
