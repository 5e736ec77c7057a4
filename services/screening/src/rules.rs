//! The parameters and texts of screening.

use std::sync::Arc;

use explain::{Parameter, Schema, Text};

/// How certain a double is.
pub const DOUBLE_KIND: Parameter<Arc<str>> = Parameter::choice("SCR-04", "double_kind", &["exact", "signal"]);
/// Which amount of a double is at stake.
pub const DOUBLE_AT_STAKE: Parameter<Arc<str>> = Parameter::choice("SCR-04", "double_at_stake", &["smaller", "later"]);

/// How certain modular care beside a full package is.
pub const BESIDE_PACKAGE_KIND: Parameter<Arc<str>> =
    Parameter::choice("SCR-04", "beside_package_kind", &["exact", "signal"]);

/// Modular care beside a full package.
pub const BESIDE_PACKAGE: Text =
    Text::new("SCR-04", "beside_package", &["modular", "modular_agb", "package", "package_agb"]);
/// The amount at stake beside a package.
pub const MODULAR_AT_STAKE: Text = Text::new("SCR-04", "modular_at_stake", &["modular"]);
/// Two lines for the same client and product.
pub const DOUBLE: Text = Text::new("SCR-04", "double", &["product", "earlier", "earlier_agb", "later", "later_agb"]);
/// The days they share.
pub const OVERLAP: Text =
    Text::new("SCR-04", "overlap", &["earlier_first", "earlier_last", "later_first", "later_last"]);
/// The amount at stake.
pub const AT_STAKE: Text = Text::new("SCR-04", "at_stake", &["earlier", "later", "reading"]);
/// How certain it is.
pub const KIND: Text = Text::new("SCR-04", "kind", &["kind"]);
/// A line was credited since.
pub const WITHDRAWN: Text = Text::new("SCR-04", "withdrawn", &["reference", "agb"]);

/// Everything the rule files of screening may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[DOUBLE_KIND.spec(), DOUBLE_AT_STAKE.spec(), BESIDE_PACKAGE_KIND.spec()],
    texts: &[BESIDE_PACKAGE, MODULAR_AT_STAKE, DOUBLE, OVERLAP, AT_STAKE, KIND, WITHDRAWN],
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[("claims.toml", include_str!("../rules/claims.toml"))];
