//! The rules of tariffing as data: parameters, rows, texts and the built-in rule files.

mod home_care;
mod parameters;
mod rows;
mod texts;

use explain::{CheckWords, ParameterSpec, Schema, Text};

pub use home_care::*;
pub use parameters::*;
pub use rows::*;
pub use texts::*;

/// The words of the checks on proposals: what a failure shows.
const WORDS: CheckWords = CheckWords { whom: &["new", "existing"], grounds: &["incomplete", "condition", "judgement"] };

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema = Schema { parameters: &PARAMETERS, texts: &TEXTS, checks: Some(WORDS), rows: &rows::ALL };

const PARAMETERS: [ParameterSpec; parameters::ALL.len() + home_care::PARAMETERS.len()] =
    joined(parameters::ALL, home_care::PARAMETERS);
const TEXTS: [Text; texts::ALL.len() + home_care::TEXTS.len()] = joined(texts::ALL, home_care::TEXTS);

/// Two lists as one; `ALL` is the length of both.
const fn joined<T: Copy, const FIRST: usize, const SECOND: usize, const ALL: usize>(
    first: [T; FIRST],
    second: [T; SECOND],
) -> [T; ALL] {
    let mut all = [first[0]; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < FIRST { first[at] } else { second[at - FIRST] };
        at += 1;
    }
    all
}

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../rules/", $name)))),*] };
}

/// The rule files built in.
pub const FILES: &[(&str, &str)] = files![
    "guide.toml",
    "mirror.toml",
    "checks-wlz-2023-vgz.toml",
    "retention.toml",
    "texts-home-care.toml",
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
    "zvw-2024-vgz.toml",
];
