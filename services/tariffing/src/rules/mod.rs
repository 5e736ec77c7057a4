//! The rules of tariffing as data: parameters, texts and the built-in rule files.

mod home_care;
mod parameters;
mod texts;

use explain::{ParameterSpec, Schema, Text};

pub use home_care::*;
pub use parameters::*;
pub use texts::*;

/// Everything the rule files of tariffing may say.
pub const SCHEMA: Schema = Schema { parameters: &PARAMETERS, texts: &TEXTS, checks: None };

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
pub const FILES: &[(&str, &str)] = files!["retention.toml", "texts-home-care.toml", "wlz.toml", "zvw-2024-vgz.toml"];
