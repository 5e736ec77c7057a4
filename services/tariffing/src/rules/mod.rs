//! The rules of tariffing as data: parameters, rows, texts and the built-in rule files.

mod hardship;
mod home_care;
mod mix;
mod parameters;
mod rows;
mod texts;

use explain::{CheckWords, ParameterSpec, Schema, Text};

pub use hardship::*;
pub use home_care::*;
pub use mix::*;
pub use parameters::*;
pub use rows::*;
pub use texts::*;

/// The words of the checks on proposals: what a failure shows.
const WORDS: CheckWords = CheckWords { whom: &["new", "existing"], grounds: &["incomplete", "condition", "judgement"] };

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema = Schema { parameters: &PARAMETERS, texts: &TEXTS, checks: Some(WORDS), rows: &rows::ALL };

const PARAMETERS: [ParameterSpec; WLZ_PARAMETERS.len() + home_care::PARAMETERS.len()] =
    joined(WLZ_PARAMETERS, home_care::PARAMETERS);
const TEXTS: [Text; WLZ_TEXTS.len() + home_care::TEXTS.len()] = joined(WLZ_TEXTS, home_care::TEXTS);

const WLZ_PARAMETERS: [ParameterSpec; parameters::ALL.len() + REQUEST_PARAMETERS.len()] =
    joined(parameters::ALL, REQUEST_PARAMETERS);
const WLZ_TEXTS: [Text; texts::ALL.len() + REQUEST_TEXTS.len()] = joined(texts::ALL, REQUEST_TEXTS);

/// What providers ask beside a percentage: hardship requests, and stays with treatment.
const REQUEST_PARAMETERS: [ParameterSpec; hardship::PARAMETERS.len() + mix::PARAMETERS.len()] =
    joined(hardship::PARAMETERS, mix::PARAMETERS);
const REQUEST_TEXTS: [Text; hardship::TEXTS.len() + mix::TEXTS.len()] = joined(hardship::TEXTS, mix::TEXTS);

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
    "hardship.toml",
    "mix.toml",
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
