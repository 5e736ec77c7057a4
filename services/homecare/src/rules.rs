//! The parameters and texts of home care.

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS};
use explain::{Parameter, Schema, Text};
use intake::{CLAIM_FILE_TEXT, CLAIM_FILE_YEARS, INSURED_TEXT, INSURED_YEARS};
use money::Percentage;

/// The share of a ceiling at which the first signal is given.
pub const FIRST_SIGNAL: Parameter<Percentage> = Parameter::percent("HOM-05", "first_signal_percentage");
/// The share at which the second one is given.
pub const SECOND_SIGNAL: Parameter<Percentage> = Parameter::percent("HOM-05", "second_signal_percentage");

/// A share of a ceiling is reached.
pub const THRESHOLD: Text = Text::new("HOM-05", "threshold", &["ceiling", "spent", "percentage"]);
/// The room before a file.
pub const ROOM: Text = Text::new("HOM-05", "room", &["ceiling", "spent"]);
/// What was granted of a file.
pub const GRANTED: Text = Text::new("HOM-05", "granted", &["claimed", "room", "credited"]);
/// What went beyond the ceiling.
pub const BEYOND: Text = Text::new("HOM-05", "beyond", &["claimed", "granted"]);

/// Everything the rule files of home care may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[
        FIRST_SIGNAL.spec(),
        SECOND_SIGNAL.spec(),
        CLAIM_FILE_YEARS.spec(),
        INSURED_YEARS.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    texts: &[THRESHOLD, ROOM, GRANTED, BEYOND, CLAIM_FILE_TEXT, INSURED_TEXT, REQUEST_KEPT, AUDIT_KEPT],
    ..Schema::EMPTY
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] =
    &[("zvw.toml", include_str!("../rules/zvw.toml")), ("retention.toml", include_str!("../rules/retention.toml"))];
