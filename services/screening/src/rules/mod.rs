//! The parameters and texts of screening: those of the claim rules by family, the others here.

mod care_forms;
mod cases;
mod common;
mod controls;
mod death;
mod double;
mod home_care;
mod lvg;
mod network;
mod palliative;
mod peers;
mod registers;
mod score;
mod supplements;
mod treatment;

use std::sync::Arc;

pub use care_forms::*;
pub use cases::*;
pub use common::*;
pub use controls::*;
pub use death::*;
pub use double::*;
use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS, kept};
use explain::{Known, Parameter, ParameterSpec, RuleScope, Rules, Schema, Text};
pub use home_care::*;
pub use lvg::*;
pub use network::*;
pub use palliative::*;
pub use peers::*;
pub use registers::*;
pub use score::*;
pub use supplements::*;
pub use treatment::*;

use crate::domain::SignalKind;

/// What every claim rule has in the rule files.
#[derive(Debug)]
pub struct RuleWords {
    /// Its name.
    pub id: &'static str,
    /// Whether it is used: `off` or `live`.
    pub mode: Parameter<Arc<str>>,
    /// How certain what it finds is: `exact` or `signal`.
    pub kind: Parameter<Arc<str>>,
    /// What it is about.
    pub about: Text,
    /// What it found.
    pub found: Text,
}

impl RuleWords {
    /// How certain what it finds is; none when it is off, or not in force.
    pub fn judges(&self, rules: &Rules, scope: &RuleScope<'_>) -> Option<Known<SignalKind>> {
        rules.get(&self.mode, scope).ok().filter(|mode| &*mode.value == "live")?;
        let kind = rules.get(&self.kind, scope).ok()?;
        // Loading made sure that the word is one of the two.
        let value = SignalKind::from_code(&kind)?;
        Some(Known { value, origin: kind.origin })
    }
}

/// The words of a claim rule, from its name and the inputs of the text that tells what it found.
macro_rules! claim_rule {
    ($id:literal, [$($input:literal),* $(,)?]) => {
        $crate::rules::RuleWords {
            id: $id,
            mode: explain::Parameter::choice("SCR-04", concat!($id, "_mode"), &["off", "live"]),
            kind: explain::Parameter::choice("SCR-04", concat!($id, "_kind"), &["exact", "signal"]),
            about: explain::Text::new("SCR-04", concat!($id, "_about"), &[]),
            found: explain::Text::new("SCR-04", $id, &[$($input),*]),
        }
    };
}
use claim_rule;

/// How many years the lines are kept.
pub const CLAIM_YEARS: Parameter<u32> = Parameter::count("SCR-03", "claim_years");
/// How many years credits are kept of which the line is not there.
pub const CREDIT_YEARS: Parameter<u32> = Parameter::count("SCR-03", "credit_years");
/// How many years signals are kept.
pub const SIGNAL_YEARS: Parameter<u32> = Parameter::count("SCR-03", "signal_years");

/// How many years facts are kept.
pub const FACT_YEARS: Parameter<u32> = Parameter::count("SCR-03", "fact_years");

/// Lines are kept.
pub const CLAIM_KEPT: Text = kept("claim");
/// Credits are kept.
pub const CREDIT_KEPT: Text = kept("credit");
/// Signals are kept.
pub const SIGNAL_KEPT: Text = kept("signal");
/// Facts are kept.
pub const FACT_KEPT: Text = kept("fact");

const RULES: &[&[RuleWords]] = &[
    double::RULES,
    death::RULES,
    lvg::RULES,
    supplements::RULES,
    palliative::RULES,
    treatment::RULES,
    care_forms::RULES,
    home_care::RULES,
];

/// The parameters, by what they belong to.
const PARAMETERS: &[&[ParameterSpec]] = &[
    &[
        CLAIM_YEARS.spec(),
        CREDIT_YEARS.spec(),
        SIGNAL_YEARS.spec(),
        FACT_YEARS.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    double::PARAMETERS,
    death::PARAMETERS,
    lvg::PARAMETERS,
    supplements::PARAMETERS,
    palliative::PARAMETERS,
    treatment::PARAMETERS,
    care_forms::PARAMETERS,
    home_care::PARAMETERS,
    registers::PARAMETERS,
    peers::PARAMETERS,
    network::PARAMETERS,
    score::PARAMETERS,
    controls::PARAMETERS,
    cases::PARAMETERS,
];

/// The texts, by what they belong to.
const TEXTS: &[&[Text]] = &[
    &[CLAIM_KEPT, CREDIT_KEPT, SIGNAL_KEPT, FACT_KEPT, REQUEST_KEPT, AUDIT_KEPT],
    common::TEXTS,
    double::TEXTS,
    registers::TEXTS,
    peers::TEXTS,
    peers::ABOUT,
    network::TEXTS,
    network::ABOUT,
    score::TEXTS,
    controls::TEXTS,
    cases::TEXTS,
];

/// What a measure (SCR-05) or a rule about what connects providers (SCR-06) is about.
pub fn about(rule: &str, part: &str) -> Option<&'static Text> {
    let is_it = |text: &&Text| text.rule == rule && text.key.strip_suffix("_about") == Some(part);
    peers::ABOUT.iter().chain(network::ABOUT).find(is_it)
}

const fn rule_count() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < RULES.len() {
        count += RULES[at].len();
        at += 1;
    }
    count
}

const fn parameter_count() -> usize {
    let (mut count, mut at) = (2 * rule_count(), 0);
    while at < PARAMETERS.len() {
        count += PARAMETERS[at].len();
        at += 1;
    }
    count
}

const fn text_count() -> usize {
    let (mut count, mut at) = (2 * rule_count(), 0);
    while at < TEXTS.len() {
        count += TEXTS[at].len();
        at += 1;
    }
    count
}

/// All parameters in a row: those of the lists, then mode and kind of each rule.
const ALL_PARAMETERS: [ParameterSpec; parameter_count()] = {
    let mut all = [CLAIM_YEARS.spec(); parameter_count()];
    let (mut next, mut list) = (0, 0);
    while list < PARAMETERS.len() {
        let mut at = 0;
        while at < PARAMETERS[list].len() {
            all[next] = PARAMETERS[list][at];
            (next, at) = (next + 1, at + 1);
        }
        list += 1;
    }
    list = 0;
    while list < RULES.len() {
        let mut at = 0;
        while at < RULES[list].len() {
            all[next] = RULES[list][at].mode.spec();
            all[next + 1] = RULES[list][at].kind.spec();
            (next, at) = (next + 2, at + 1);
        }
        list += 1;
    }
    all
};

/// All texts in a row: those of the lists, then both of each rule.
const ALL_TEXTS: [Text; text_count()] = {
    let mut all = [CLAIM_KEPT; text_count()];
    let (mut next, mut list) = (0, 0);
    while list < TEXTS.len() {
        let mut at = 0;
        while at < TEXTS[list].len() {
            all[next] = TEXTS[list][at];
            (next, at) = (next + 1, at + 1);
        }
        list += 1;
    }
    list = 0;
    while list < RULES.len() {
        let mut at = 0;
        while at < RULES[list].len() {
            all[next] = RULES[list][at].about;
            all[next + 1] = RULES[list][at].found;
            (next, at) = (next + 2, at + 1);
        }
        list += 1;
    }
    all
};

/// Everything the rule files of screening may say.
pub const SCHEMA: Schema =
    Schema { parameters: &ALL_PARAMETERS, texts: &ALL_TEXTS, rows: &[REGISTER, MEASURE, SIZE_BAND], ..Schema::EMPTY };

macro_rules! claim_files {
    ($($family:literal),* $(,)?) => {
        &[
            $((concat!("claims-", $family, ".toml"), include_str!(concat!("../../rules/claims/", $family, ".toml"))),)*
            ("network.toml", include_str!("../../rules/network.toml")),
            ("peers.toml", include_str!("../../rules/peers.toml")),
            ("registers.toml", include_str!("../../rules/registers.toml")),
            ("controls.toml", include_str!("../../rules/controls.toml")),
            ("cases.toml", include_str!("../../rules/cases.toml")),
            ("score.toml", include_str!("../../rules/score.toml")),
            ("retention.toml", include_str!("../../rules/retention.toml")),
            ("words.toml", include_str!("../../rules/words.toml")),
        ]
    };
}

/// The rule files built in.
pub const FILES: &[(&str, &str)] = claim_files![
    "care_forms",
    "common",
    "death",
    "double",
    "home_care",
    "lvg",
    "palliative",
    "supplements",
    "treatment"
];
