//! The parameters and texts of cases (SCR-07).

use std::sync::Arc;

use edge::retention::kept;
use explain::{Parameter, ParameterSpec, Text};

const GROUNDS: &[&str] = &["fraud", "irregularity", "any"];

/// How many days the provider has to respond.
pub const CASE_RESPONSE_DAYS: Parameter<u32> = Parameter::count("SCR-07", "case_response_days");
/// How many days the provider has to object to a decision.
pub const CASE_OBJECTION_DAYS: Parameter<u32> = Parameter::count("SCR-07", "case_objection_days");
/// How many years a decided case counts for the integrity of a provider.
pub const CASE_INTEGRITY_YEARS: Parameter<u32> = Parameter::count("SCR-07", "case_integrity_years");
/// What it takes to end agreements at once: `fraud`, `irregularity` (fraud, or a confirmed exact signal) or `any`.
pub const CASE_TERMINATE_GROUND: Parameter<Arc<str>> = Parameter::choice("SCR-07", "case_terminate_ground", GROUNDS);
/// What it takes to conclude no new agreement.
pub const CASE_NO_AGREEMENT_GROUND: Parameter<Arc<str>> =
    Parameter::choice("SCR-07", "case_no_agreement_ground", GROUNDS);
/// What it takes to set conditions.
pub const CASE_CONDITIONS_GROUND: Parameter<Arc<str>> = Parameter::choice("SCR-07", "case_conditions_ground", GROUNDS);
/// How many years cases are kept after they were closed.
pub const CASE_YEARS: Parameter<u32> = Parameter::count("SCR-03", "case_years");

/// A case was opened.
pub const CASE_OPENED: Text = Text::new("SCR-07", "case_opened", &["signals", "rules", "at_stake", "motivation"]);
/// Signals were added.
pub const CASE_EXTENDED: Text = Text::new("SCR-07", "case_extended", &["signals", "rules", "motivation"]);
/// The provider was told.
pub const CASE_INFORMED: Text = Text::new("SCR-07", "case_informed", &["informed", "signals", "at_stake", "document"]);
/// Until when it can respond, by the term of the rules.
pub const CASE_TERM: Text = Text::new("SCR-07", "case_term", &["days"]);
/// Until when it can respond, by the day that was given.
pub const CASE_TERM_GIVEN: Text = Text::new("SCR-07", "case_term_given", &["given"]);
/// The provider responded.
pub const CASE_RESPONSE: Text = Text::new("SCR-07", "case_response", &["received", "due", "document"]);
/// The provider was heard.
pub const CASE_HEARD: Text = Text::new("SCR-07", "case_heard", &["informed", "due"]);
/// A signal is so.
pub const CASE_CONFIRMED: Text = Text::new("SCR-07", "case_confirmed", &["signal", "rule", "at_stake"]);
/// A signal is not so.
pub const CASE_DISMISSED: Text = Text::new("SCR-07", "case_dismissed", &["signal", "rule"]);
/// What was established in all.
pub const CASE_ESTABLISHED: Text = Text::new("SCR-07", "case_established", &["signals"]);
/// It was fraud.
pub const CASE_FRAUD: Text = Text::new("SCR-07", "case_fraud", &["motivation"]);
/// It was misuse.
pub const CASE_MISUSE: Text = Text::new("SCR-07", "case_misuse", &["motivation"]);
/// It was misleading.
pub const CASE_MISLEADING: Text = Text::new("SCR-07", "case_misleading", &["motivation"]);
/// It was improper.
pub const CASE_IMPROPER: Text = Text::new("SCR-07", "case_improper", &["motivation"]);
/// It was not appropriate.
pub const CASE_NOT_APPROPRIATE: Text = Text::new("SCR-07", "case_not_appropriate", &["motivation"]);
/// It was nothing.
pub const CASE_UNFOUNDED: Text = Text::new("SCR-07", "case_unfounded", &["motivation"]);
/// It was reported.
pub const CASE_REPORTED: Text = Text::new("SCR-07", "case_reported", &["authority", "reported"]);
/// Agreements end at once.
pub const CASE_TERMINATED: Text = Text::new("SCR-07", "case_terminated", &["act", "ground"]);
/// No new agreement.
pub const CASE_NO_AGREEMENT: Text = Text::new("SCR-07", "case_no_agreement", &["act", "ground"]);
/// Conditions.
pub const CASE_CONDITIONS: Text = Text::new("SCR-07", "case_conditions", &["act", "ground", "conditions"]);
/// What is claimed back of the lines of a service.
pub const CASE_RECLAIMED: Text = Text::new("SCR-07", "case_reclaimed", &["act", "lines", "established"]);
/// No measure.
pub const CASE_NO_MEASURE: Text = Text::new("SCR-07", "case_no_measure", &[]);
/// Who proposed and who decided are two, and why.
pub const CASE_DECIDED: Text = Text::new("SCR-07", "case_decided", &["motivation"]);
/// It is done.
pub const CASE_CLOSED: Text = Text::new("SCR-07", "case_closed", &["motivation"]);
/// In letters: what may follow.
pub const LETTER_TERMINATE: Text = Text::new("SCR-07", "letter_terminate", &[]);
/// In letters: what may follow.
pub const LETTER_NO_AGREEMENT: Text = Text::new("SCR-07", "letter_no_agreement", &[]);
/// In letters: what may follow.
pub const LETTER_CONDITIONS: Text = Text::new("SCR-07", "letter_conditions", &[]);
/// In letters: what may follow.
pub const LETTER_RECLAIM: Text = Text::new("SCR-07", "letter_reclaim", &[]);
/// In letters: nothing follows.
pub const LETTER_NONE: Text = Text::new("SCR-07", "letter_none", &[]);
/// In letters: how to respond.
pub const LETTER_RESPOND: Text = Text::new("SCR-07", "letter_respond", &[]);
/// In letters: how to object.
pub const LETTER_OBJECT: Text = Text::new("SCR-07", "letter_object", &[]);
/// What a decided case means for the integrity.
pub const INTEGRITY_CASE: Text = Text::new("SCR-07", "integrity_case", &["case", "until"]);
/// Cases are kept.
pub const CASE_KEPT: Text = kept("case");

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    CASE_RESPONSE_DAYS.spec(),
    CASE_OBJECTION_DAYS.spec(),
    CASE_INTEGRITY_YEARS.spec(),
    CASE_TERMINATE_GROUND.spec(),
    CASE_NO_AGREEMENT_GROUND.spec(),
    CASE_CONDITIONS_GROUND.spec(),
    CASE_YEARS.spec(),
];

/// The texts.
pub(super) const TEXTS: &[Text] = &[
    CASE_OPENED,
    CASE_EXTENDED,
    CASE_INFORMED,
    CASE_TERM,
    CASE_TERM_GIVEN,
    CASE_RESPONSE,
    CASE_HEARD,
    CASE_CONFIRMED,
    CASE_DISMISSED,
    CASE_ESTABLISHED,
    CASE_FRAUD,
    CASE_MISUSE,
    CASE_MISLEADING,
    CASE_IMPROPER,
    CASE_NOT_APPROPRIATE,
    CASE_UNFOUNDED,
    CASE_REPORTED,
    CASE_TERMINATED,
    CASE_NO_AGREEMENT,
    CASE_CONDITIONS,
    CASE_RECLAIMED,
    CASE_NO_MEASURE,
    CASE_DECIDED,
    CASE_CLOSED,
    LETTER_TERMINATE,
    LETTER_NO_AGREEMENT,
    LETTER_CONDITIONS,
    LETTER_RECLAIM,
    LETTER_NONE,
    LETTER_RESPOND,
    LETTER_OBJECT,
    INTEGRITY_CASE,
    CASE_KEPT,
];
