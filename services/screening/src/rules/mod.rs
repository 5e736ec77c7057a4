//! The parameters and texts of screening.

mod registers;

use std::sync::Arc;

pub use registers::*;

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS, kept};
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

/// How many years the lines are kept.
pub const CLAIM_YEARS: Parameter<u32> = Parameter::count("SCR-03", "claim_years");
/// How many years credits are kept of which the line is not there.
pub const CREDIT_YEARS: Parameter<u32> = Parameter::count("SCR-03", "credit_years");
/// How many years signals are kept.
pub const SIGNAL_YEARS: Parameter<u32> = Parameter::count("SCR-03", "signal_years");

/// Findings of registers are kept.
pub const FINDING_KEPT: Text = kept("register_finding");
/// Consults are kept.
pub const CONSULT_KEPT: Text = kept("consult");
/// Lines are kept.
pub const CLAIM_KEPT: Text = kept("claim");
/// Credits are kept.
pub const CREDIT_KEPT: Text = kept("credit");
/// Signals are kept.
pub const SIGNAL_KEPT: Text = kept("signal");

/// Everything the rule files of screening may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[
        DOUBLE_KIND.spec(),
        DOUBLE_AT_STAKE.spec(),
        BESIDE_PACKAGE_KIND.spec(),
        CLAIM_YEARS.spec(),
        CREDIT_YEARS.spec(),
        SIGNAL_YEARS.spec(),
        FINDING_YEARS.spec(),
        CONSULT_YEARS.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    texts: &[
        BESIDE_PACKAGE,
        MODULAR_AT_STAKE,
        DOUBLE,
        OVERLAP,
        AT_STAKE,
        KIND,
        WITHDRAWN,
        CLAIM_KEPT,
        CREDIT_KEPT,
        SIGNAL_KEPT,
        FINDING_KEPT,
        CONSULT_KEPT,
        INTEGRITY_OBJECTION,
        INTEGRITY_CHECKS,
        INTEGRITY_FINDINGS,
        INTEGRITY_STATED,
        INTEGRITY_HEARD,
        INTEGRITY_JUDGED,
        REQUEST_KEPT,
        AUDIT_KEPT,
    ],
    rows: &[REGISTER],
    ..Schema::EMPTY
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[
    ("claims.toml", include_str!("../../rules/claims.toml")),
    ("registers.toml", include_str!("../../rules/registers.toml")),
    ("retention.toml", include_str!("../../rules/retention.toml")),
];
