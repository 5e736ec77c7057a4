//! The weights and texts of the risk score (SCR-08).

use explain::{Parameter, ParameterSpec, Text};

/// Points of a signal that contradicts a rule.
pub const SCORE_EXACT: Parameter<u32> = Parameter::count("SCR-08", "score_exact");
/// Points of a signal that may have a good reason.
pub const SCORE_SIGNAL: Parameter<u32> = Parameter::count("SCR-08", "score_signal");
/// How many signals of a rule count at most.
pub const SCORE_MOST: Parameter<u32> = Parameter::count("SCR-08", "score_most_signals");
/// How many euros at stake are a point.
pub const SCORE_EUROS: Parameter<u32> = Parameter::count("SCR-08", "score_euros_a_point");
/// Points of an objection.
pub const SCORE_OBJECTION: Parameter<u32> = Parameter::count("SCR-08", "score_objection");
/// Points of conditions.
pub const SCORE_CONDITIONS: Parameter<u32> = Parameter::count("SCR-08", "score_conditions");

/// What the signals of a rule weigh.
pub const SCORE_RULE: Text = Text::new(
    "SCR-08",
    "score_rule",
    &["rule", "exact", "exact_weight", "signals", "signal_weight", "most", "at_stake", "euros"],
);
/// What the integrity weighs.
pub const SCORE_INTEGRITY: Text = Text::new("SCR-08", "score_integrity", &["state"]);
/// The sum.
pub const SCORE_TOTAL: Text = Text::new("SCR-08", "score_total", &["rules"]);
/// What the work list is ordered by.
pub const SCORE_PRIORITY: Text = Text::new("SCR-08", "score_priority", &["at_stake", "points"]);

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    SCORE_EXACT.spec(),
    SCORE_SIGNAL.spec(),
    SCORE_MOST.spec(),
    SCORE_EUROS.spec(),
    SCORE_OBJECTION.spec(),
    SCORE_CONDITIONS.spec(),
];

/// The texts.
pub(super) const TEXTS: &[Text] = &[SCORE_RULE, SCORE_INTEGRITY, SCORE_TOTAL, SCORE_PRIORITY];
