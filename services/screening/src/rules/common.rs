//! What the explanations of all claim rules share (SCR-04).

use explain::Text;

/// A line at stake as a whole.
pub const WHOLE_AT_STAKE: Text = Text::new("SCR-04", "whole_at_stake", &["granted"]);
/// Some days of a line at stake.
pub const SHARE_AT_STAKE: Text = Text::new("SCR-04", "share_at_stake", &["granted", "days", "of"]);
/// Lines at stake together.
pub const LINES_AT_STAKE: Text = Text::new("SCR-04", "lines_at_stake", &["agb"]);
/// Hours at stake.
pub const HOURS_AT_STAKE: Text = Text::new("SCR-04", "hours_at_stake", &["granted"]);
/// No line says what is at stake.
pub const UNKNOWN_AT_STAKE: Text = Text::new("SCR-04", "unknown_at_stake", &[]);
/// What is on record contradicts the rule.
pub const KIND_EXACT: Text = Text::new("SCR-04", "kind_exact", &["kind"]);
/// It asks for a look.
pub const KIND_SIGNAL: Text = Text::new("SCR-04", "kind_signal", &["kind"]);
/// A line was credited since.
pub const WITHDRAWN: Text = Text::new("SCR-04", "withdrawn", &["reference", "agb"]);
/// Other lines became known since.
pub const WITHDRAWN_LINES: Text = Text::new("SCR-04", "withdrawn_lines", &["rule"]);
/// A fact became known since.
pub const WITHDRAWN_FACTS: Text = Text::new("SCR-04", "withdrawn_facts", &["rule"]);
/// The rules are others.
pub const WITHDRAWN_RULES: Text = Text::new("SCR-04", "withdrawn_rules", &["rule"]);

/// The texts beside those of the rules.
pub(super) const TEXTS: &[Text] = &[
    WHOLE_AT_STAKE,
    SHARE_AT_STAKE,
    LINES_AT_STAKE,
    HOURS_AT_STAKE,
    UNKNOWN_AT_STAKE,
    KIND_EXACT,
    KIND_SIGNAL,
    WITHDRAWN,
    WITHDRAWN_LINES,
    WITHDRAWN_FACTS,
    WITHDRAWN_RULES,
];
