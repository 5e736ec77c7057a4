//! The parameters and texts of screening.

use std::sync::Arc;

use explain::{Parameter, Schema, Text};

/// How certain a double is.
pub const DOUBLE_KIND: Parameter<Arc<str>> = Parameter::choice("SCR-04", "double_kind", &["exact", "signal"]);
/// Which amount of a double is at stake.
pub const DOUBLE_AT_STAKE: Parameter<Arc<str>> = Parameter::choice("SCR-04", "double_at_stake", &["smaller", "later"]);

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
    parameters: &[DOUBLE_KIND.spec(), DOUBLE_AT_STAKE.spec()],
    texts: &[DOUBLE, OVERLAP, AT_STAKE, KIND, WITHDRAWN],
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[("claims.toml", include_str!("../rules/claims.toml"))];
