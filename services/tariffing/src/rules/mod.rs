//! The rules of tariffing as data: parameters, rows, texts and the built-in rule files.

mod parameters;
mod rows;
mod texts;

use explain::{CheckWords, Schema};

pub use parameters::*;
pub use rows::*;
pub use texts::*;

/// The words of the checks on proposals: what a failure shows.
const WORDS: CheckWords = CheckWords { whom: &["new", "existing"], grounds: &["incomplete", "condition", "judgement"] };

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema =
    Schema { parameters: &parameters::ALL, texts: &texts::ALL, checks: Some(WORDS), rows: &rows::ALL };

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../rules/", $name)))),*] };
}

/// The rule files built in.
pub const FILES: &[(&str, &str)] = files![
    "guide.toml",
    "mirror.toml",
    "checks-wlz-2023-vgz.toml",
    "retention.toml",
    "texts.toml",
    "wlz-2023-vgz-vv.toml",
    "wlz-2023-vgz.toml",
    "wlz-2024-cz.toml",
    "wlz-2024-dsw.toml",
    "wlz-2024-menzis.toml",
    "wlz-2024-salland.toml",
    "wlz-2024-vgz.toml",
    "wlz-2024-zilveren-kruis.toml",
    "wlz-2024-zorg-en-zekerheid.toml",
    "wlz.toml",
];
