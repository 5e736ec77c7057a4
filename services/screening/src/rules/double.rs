//! The parameters and texts of the claim rules (SCR-04): double claims.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec, Text};

use super::RuleWords;

/// The same product is granted twice for the same client on the same days, to the same or another provider.
pub const DOUBLE: RuleWords = super::claim_rule!("double", ["product", "earlier", "earlier_agb", "later", "later_agb"]);
/// Of it: double at stake.
pub const DOUBLE_AT_STAKE: Parameter<Arc<str>> = Parameter::choice("SCR-04", "double_at_stake", &["smaller", "later"]);
/// Modular care (MPT) beside a full package (ZZP or VPT) on the same days.
pub const BESIDE_PACKAGE: RuleWords =
    super::claim_rule!("beside_package", ["modular", "modular_agb", "package", "package_agb"]);
/// A personal budget (PGB) beside a full package (ZZP or VPT) on the same days.
pub const BUDGET_BESIDE_PACKAGE: RuleWords =
    super::claim_rule!("budget_beside_package", ["line", "agb", "product", "first", "last"]);
/// The days they share.
pub const OVERLAP: Text =
    Text::new("SCR-04", "overlap", &["earlier_first", "earlier_last", "later_first", "later_last"]);
/// The amount of a double at stake.
pub const AT_STAKE: Text = Text::new("SCR-04", "at_stake", &["earlier", "later", "reading"]);
/// The amount at stake beside a package.
pub const MODULAR_AT_STAKE: Text = Text::new("SCR-04", "modular_at_stake", &["modular"]);

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] = &[DOUBLE_AT_STAKE.spec()];

/// The texts beside those of the rules.
pub(super) const TEXTS: &[Text] = &[OVERLAP, AT_STAKE, MODULAR_AT_STAKE];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[DOUBLE, BESIDE_PACKAGE, BUDGET_BESIDE_PACKAGE];
