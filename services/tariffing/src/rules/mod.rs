//! The rules of tariffing as data: parameters, texts and the built-in rule files.

mod parameters;
mod texts;

use explain::Schema;

pub use parameters::*;
pub use texts::*;

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema = Schema { parameters: &parameters::ALL, texts: &texts::ALL, checks: None };

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../rules/", $name)))),*] };
}

/// The rule files built in.
pub const FILES: &[(&str, &str)] = files!["guide.toml", "mirror.toml", "retention.toml", "wlz.toml"];
