//! The rules of registration as data: parameters, texts and the built-in rule files.

mod parameters;
mod texts;

use explain::{CheckWords, Schema};

pub use parameters::*;
pub use texts::*;

/// The words of the checks: the categories of providers, and the grounds of a registration beside those that are for
/// what comes after it.
const WORDS: CheckWords = CheckWords {
    whom: &["existing_running", "existing_expiring", "existing_elsewhere", "new"],
    grounds: &[
        "incomplete",
        "incorrect",
        "false_data",
        "suitability",
        "declaration",
        "exclusion",
        "framework",
        "doubts",
        "business_plan",
        "weighty",
        "signal",
        "product",
        "condition",
        "obligation",
    ],
};

/// Everything the rule files of registration may say.
pub const SCHEMA: Schema =
    Schema { parameters: &parameters::ALL, texts: &texts::ALL, checks: Some(WORDS), ..Schema::EMPTY };

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../rules/", $name)))),*] };
}

/// The rule files built in.
pub const FILES: &[(&str, &str)] = files![
    "checks-wlz-2023-vgz-obligations.toml",
    "checks-wlz-2023-vgz.toml",
    "checks-wlz-documents-new.toml",
    "checks-wlz-documents.toml",
    "checks-wlz-grounds.toml",
    "checks-wlz-later.toml",
    "checks-wlz-plan.toml",
    "checks-wlz-products-behaviour.toml",
    "checks-wlz-products-lvg.toml",
    "checks-wlz-products.toml",
    "checks-zvw-2024-vgz-conduct.toml",
    "checks-zvw-2024-vgz-dementia.toml",
    "checks-zvw-2024-vgz-modules.toml",
    "checks-zvw-2024-vgz-new.toml",
    "checks-zvw-2024-vgz-practice.toml",
    "checks-zvw-2024-vgz-zzp.toml",
    "checks-zvw-2024-vgz.toml",
    "retention.toml",
    "regions.toml",
    "texts.toml",
    "texts-awards.toml",
    "texts-calendar.toml",
    "wlz.toml",
    "wlz-2022.toml",
    "wlz-2023-vgz.toml",
    "zvw-2024-vgz.toml",
];
