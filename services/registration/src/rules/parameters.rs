//! The parameters of registration.

use std::sync::Arc;

use edge::retention::{AUDIT_YEARS, REQUEST_YEARS};
use explain::{Parameter, ParameterSpec, Window};

/// The regions that an office buys for.
pub const REGIONS: Parameter<Vec<Arc<str>>> = Parameter::list("REG-01", "regions");

/// What "this office" means in the category: the office, its agreements in the same region, or in the same sector.
pub const CATEGORY_SCOPE: Parameter<Arc<str>> =
    Parameter::choice("REG-02", "category_scope", &["office", "region", "sector"]);
/// Whether an agreement that an extension carries through the year counts as running.
pub const EXTENSION_COUNTS: Parameter<bool> = Parameter::flag("REG-02", "extension_counts_as_running");
/// Which agreements count: those on record at the receipt, or also those recorded until the assessment.
pub const AGREEMENTS_KNOWN_AT: Parameter<Arc<str>> =
    Parameter::choice("REG-02", "agreements_known_at", &["receipt", "assessment"]);
/// When an agreement with this office makes a provider existing: in force at the receipt, or in the year before.
pub const EXISTING_WHEN: Parameter<Arc<str>> =
    Parameter::choice("REG-02", "existing_when", &["at_receipt", "year_before"]);
/// Whether an agreement elsewhere makes a category of its own.
pub const ELSEWHERE_COUNTS: Parameter<bool> = Parameter::flag("REG-02", "elsewhere_counts");

/// Whether a deadline in a weekend moves to the Monday after.
pub const ROLL_FORWARD: Parameter<bool> = Parameter::flag("REG-05", "roll_forward");
/// When providers register.
pub const REGISTRATION: Parameter<Window> = Parameter::window("REG-05", "milestone_registration");
/// When new providers register, where that is another time.
pub const REGISTRATION_NEW: Parameter<Window> = Parameter::window("REG-05", "milestone_registration_new");

/// When new providers that signed up complete their registration.
pub const COMPLETION_NEW: Parameter<Window> = Parameter::window("REG-05", "milestone_completion_new");
/// Until when providers register during the year, in order of time.
pub const MID_YEAR: &[Parameter<Window>] =
    &[Parameter::window("REG-05", "milestone_mid_year_1"), Parameter::window("REG-05", "milestone_mid_year_2")];

/// When providers can ask questions about the policy.
pub const QUESTIONS: Parameter<Window> = Parameter::window("REG-05", "milestone_questions");
/// When the questions are answered.
pub const NOTE_OF_INFORMATION: Parameter<Window> = Parameter::window("REG-05", "milestone_note_of_information");
/// When providers can object to the policy.
pub const OBJECTION_TO_POLICY: Parameter<Window> = Parameter::window("REG-05", "milestone_objection_to_policy");
/// When providers can make a hardship request.
pub const HARDSHIP_REQUEST: Parameter<Window> = Parameter::window("REG-05", "milestone_hardship_request");
/// When providers respond to an offer.
pub const RESPONSE: Parameter<Window> = Parameter::window("REG-05", "milestone_response");
/// When providers respond to a newer offer.
pub const NEW_OFFER_RESPONSE: Parameter<Window> = Parameter::window("REG-05", "milestone_new_offer_response");
/// When the award is definitive.
pub const DEFINITIVE: Parameter<Window> = Parameter::window("REG-05", "milestone_definitive");
/// When there must be an agreement.
pub const AGREEMENT: Parameter<Window> = Parameter::window("REG-05", "milestone_agreement");
/// When the contracted supply is published.
pub const SUPPLY: Parameter<Window> = Parameter::window("REG-05", "milestone_supply");

/// Whether new providers are interviewed.
pub const INTERVIEW_NEW: Parameter<bool> = Parameter::flag("REG-06", "interview_new");

/// How many working days there are to answer a clarification.
pub const CLARIFICATION_DAYS: Parameter<u32> = Parameter::count("REG-07", "clarification_days");
/// Whether the answer to a clarification may cure that a registration is late, incomplete or incorrect.
pub const CLARIFICATION_MAY_CURE: Parameter<bool> = Parameter::flag("REG-07", "clarification_may_cure");

/// Through which year running agreements run.
pub const TERM_RUNNING_THROUGH: Parameter<u32> = Parameter::count("REG-11", "term_running_through");
/// How many years existing providers get that had an agreement all of the year before.
pub const TERM_EXISTING_YEARS: Parameter<u32> = Parameter::count("REG-11", "term_existing_years");
/// How many years all others get.
pub const TERM_OTHER_YEARS: Parameter<u32> = Parameter::count("REG-11", "term_other_years");
/// How many years these may be extended by.
pub const TERM_EXTENSION_YEARS: Parameter<u32> = Parameter::count("REG-11", "term_extension_years");

/// How many days the office has to answer about a subcontractor.
pub const SUBCONTRACTOR_DAYS: Parameter<u32> = Parameter::count("REG-12", "subcontractor_days");
/// Whether no answer is no objection.
pub const SUBCONTRACTOR_SILENCE: Parameter<bool> = Parameter::flag("REG-12", "subcontractor_silence");
/// Whether consent is asked for people without staff (zzp).
pub const SUBCONTRACTOR_SELF_EMPLOYED: Parameter<bool> = Parameter::flag("REG-12", "subcontractor_self_employed");

/// How many calendar days there are to object.
pub const OBJECTION_DAYS: Parameter<u32> = Parameter::count("REG-17", "objection_days");
/// From when these are counted: the announcement of the award, or its receipt.
pub const OBJECTION_START: Parameter<Arc<str>> =
    Parameter::choice("REG-17", "objection_start", &["announced", "received"]);
/// How many calendar days the office has to answer a hardship request.
pub const HARDSHIP_ANSWER_DAYS: Parameter<u32> = Parameter::count("REG-17", "hardship_answer_days");
/// Whether the office waits for the judge when proceedings were started in time.
pub const WAITS_FOR_JUDGE: Parameter<bool> = Parameter::flag("REG-17", "waits_for_judge");

/// Whether an agreement needs an integrity test.
pub const INTEGRITY_REQUIRED: Parameter<bool> = Parameter::flag("REG-13", "integrity_required");
/// What an objection of the integrity test does: the office weighs it, or it blocks.
pub const INTEGRITY_OBJECTION: Parameter<Arc<str>> =
    Parameter::choice("REG-13", "integrity_objection", &["weighs", "blocks"]);

/// How many years people of providers are kept after their last day.
pub const PERSON_YEARS: Parameter<u32> = Parameter::count("SCR-03", "person_years");

/// The rule of the calendar.
pub const MILESTONE_RULE: &str = "REG-05";
/// Before the name of a milestone in the rule files.
const MILESTONE_PREFIX: &str = "milestone_";

/// The name of a milestone as the contract tells it.
pub fn milestone_name(parameter: &Parameter<Window>) -> &'static str {
    parameter.name().strip_prefix(MILESTONE_PREFIX).unwrap_or(parameter.name())
}

/// Whom a milestone binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The provider.
    Provider,
    /// The office.
    Office,
}

/// Every milestone that a calendar can have, and whom it binds.
pub const MILESTONES: &[(Parameter<Window>, Party)] = &[
    (Parameter::window("REG-05", "milestone_publication"), Party::Office),
    (QUESTIONS, Party::Provider),
    (NOTE_OF_INFORMATION, Party::Office),
    (OBJECTION_TO_POLICY, Party::Provider),
    (HARDSHIP_REQUEST, Party::Provider),
    (Parameter::window("REG-05", "milestone_hardship_answer"), Party::Office),
    (REGISTRATION, Party::Provider),
    (REGISTRATION_NEW, Party::Provider),
    (COMPLETION_NEW, Party::Provider),
    (Parameter::window("REG-05", "milestone_talks"), Party::Office),
    (Parameter::window("REG-05", "milestone_decision"), Party::Office),
    (Parameter::window("REG-05", "milestone_decision_new"), Party::Office),
    (RESPONSE, Party::Provider),
    (Parameter::window("REG-05", "milestone_new_offer"), Party::Office),
    (NEW_OFFER_RESPONSE, Party::Provider),
    (Parameter::window("REG-05", "milestone_provisional"), Party::Office),
    (DEFINITIVE, Party::Office),
    (AGREEMENT, Party::Provider),
    (SUPPLY, Party::Office),
    (Parameter::window("REG-05", "milestone_mid_year_1"), Party::Provider),
    (Parameter::window("REG-05", "milestone_mid_year_2"), Party::Provider),
];

const OTHERS: &[ParameterSpec] = &[
    REGIONS.spec(),
    CATEGORY_SCOPE.spec(),
    EXTENSION_COUNTS.spec(),
    AGREEMENTS_KNOWN_AT.spec(),
    EXISTING_WHEN.spec(),
    ELSEWHERE_COUNTS.spec(),
    ROLL_FORWARD.spec(),
    INTERVIEW_NEW.spec(),
    CLARIFICATION_DAYS.spec(),
    CLARIFICATION_MAY_CURE.spec(),
    TERM_RUNNING_THROUGH.spec(),
    TERM_EXISTING_YEARS.spec(),
    TERM_OTHER_YEARS.spec(),
    TERM_EXTENSION_YEARS.spec(),
    SUBCONTRACTOR_DAYS.spec(),
    SUBCONTRACTOR_SILENCE.spec(),
    SUBCONTRACTOR_SELF_EMPLOYED.spec(),
    OBJECTION_DAYS.spec(),
    OBJECTION_START.spec(),
    HARDSHIP_ANSWER_DAYS.spec(),
    WAITS_FOR_JUDGE.spec(),
    INTEGRITY_REQUIRED.spec(),
    INTEGRITY_OBJECTION.spec(),
    PERSON_YEARS.spec(),
    REQUEST_YEARS.spec(),
    AUDIT_YEARS.spec(),
];

/// All of them.
pub(super) const ALL: [ParameterSpec; OTHERS.len() + MILESTONES.len()] = {
    let mut all = [ROLL_FORWARD.spec(); OTHERS.len() + MILESTONES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < OTHERS.len() { OTHERS[at] } else { MILESTONES[at - OTHERS.len()].0.spec() };
        at += 1;
    }
    all
};
