//! The parameters and texts of registration.

use std::sync::Arc;

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS, kept};
use explain::{Parameter, ParameterSpec, Schema, Text, Window};

use crate::domain::{Category, DocumentKind};

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

/// The documents of a provider with a running agreement.
pub const DOCUMENTS_EXISTING_RUNNING: Parameter<Vec<Arc<str>>> =
    Parameter::list("REG-03", "documents_existing_running");
/// The documents of a provider with an expiring agreement.
pub const DOCUMENTS_EXISTING_EXPIRING: Parameter<Vec<Arc<str>>> =
    Parameter::list("REG-03", "documents_existing_expiring");
/// The documents of a provider that is existing elsewhere.
pub const DOCUMENTS_EXISTING_ELSEWHERE: Parameter<Vec<Arc<str>>> =
    Parameter::list("REG-03", "documents_existing_elsewhere");
/// The documents of a new provider.
pub const DOCUMENTS_NEW: Parameter<Vec<Arc<str>>> = Parameter::list("REG-03", "documents_new");
/// What the office wants beside them.
pub const DOCUMENTS_REGIONAL: Parameter<Vec<Arc<str>>> = Parameter::list("REG-03", "documents_regional");

/// Whether a deadline in a weekend moves to the Monday after.
pub const ROLL_FORWARD: Parameter<bool> = Parameter::flag("REG-05", "roll_forward");
/// When providers register.
pub const REGISTRATION: Parameter<Window> = Parameter::window("REG-05", "milestone_registration");
/// When new providers register, where that is another time.
pub const REGISTRATION_NEW: Parameter<Window> = Parameter::window("REG-05", "milestone_registration_new");

/// How many years people of providers are kept after their last day.
pub const PERSON_YEARS: Parameter<u32> = Parameter::count("SCR-03", "person_years");

/// Before the name of a milestone in the rule files.
const MILESTONE_PREFIX: &str = "milestone_";
/// Every milestone a calendar can have.
pub const MILESTONES: &[Parameter<Window>] = &[
    Parameter::window("REG-05", "milestone_publication"),
    Parameter::window("REG-05", "milestone_questions"),
    Parameter::window("REG-05", "milestone_note_of_information"),
    Parameter::window("REG-05", "milestone_objection_to_policy"),
    Parameter::window("REG-05", "milestone_hardship_request"),
    Parameter::window("REG-05", "milestone_hardship_answer"),
    REGISTRATION,
    REGISTRATION_NEW,
    Parameter::window("REG-05", "milestone_completion_new"),
    Parameter::window("REG-05", "milestone_talks"),
    Parameter::window("REG-05", "milestone_decision"),
    Parameter::window("REG-05", "milestone_decision_new"),
    Parameter::window("REG-05", "milestone_response"),
    Parameter::window("REG-05", "milestone_new_offer"),
    Parameter::window("REG-05", "milestone_new_offer_response"),
    Parameter::window("REG-05", "milestone_provisional"),
    Parameter::window("REG-05", "milestone_definitive"),
    Parameter::window("REG-05", "milestone_agreement"),
    Parameter::window("REG-05", "milestone_mid_year_1"),
    Parameter::window("REG-05", "milestone_mid_year_2"),
];

/// The name of a milestone as the contract tells it.
pub fn milestone_name(parameter: &Parameter<Window>) -> &'static str {
    parameter.name().strip_prefix(MILESTONE_PREFIX).unwrap_or(parameter.name())
}

/// The list of documents of a category.
pub fn documents_of(category: Category) -> Parameter<Vec<Arc<str>>> {
    match category {
        Category::ExistingRunning => DOCUMENTS_EXISTING_RUNNING,
        Category::ExistingExpiring => DOCUMENTS_EXISTING_EXPIRING,
        Category::ExistingElsewhere => DOCUMENTS_EXISTING_ELSEWHERE,
        Category::New => DOCUMENTS_NEW,
    }
}

/// An agreement here runs through the year.
pub const EXISTING_RUNNING: Text = Text::new("REG-02", "existing_running", &["first_day", "year_end"]);
/// An agreement here runs through the year by an extension that does not count.
pub const EXISTING_EXTENDED: Text = Text::new("REG-02", "existing_extended", &["first_day", "year_end"]);
/// An agreement here ends before the year does.
pub const EXISTING_EXPIRING: Text = Text::new("REG-02", "existing_expiring", &["first_day", "last_day", "year_end"]);
/// No agreement here at the receipt.
pub const NONE_HERE: Text = Text::new("REG-02", "none_here", &["received"]);
/// No agreement here in the year before.
pub const NONE_HERE_YEAR_BEFORE: Text = Text::new("REG-02", "none_here_year_before", &["year_before"]);
/// An agreement elsewhere all of the year before, with claims.
pub const EXISTING_ELSEWHERE: Text =
    Text::new("REG-02", "existing_elsewhere", &["other_office", "year_before", "claiming_since"]);
/// An agreement elsewhere all of the year before, without claims from its first day on.
pub const NEW_NO_CLAIMS: Text = Text::new("REG-02", "new_no_claims", &["other_office", "year_before", "year_start"]);
/// An agreement elsewhere for a part of the year before.
pub const NEW_PART_YEAR: Text = Text::new("REG-02", "new_part_year", &["other_office", "received", "year_before"]);
/// No agreement elsewhere.
pub const NEW_NONE: Text = Text::new("REG-02", "new_none", &["received"]);
/// What a provider has elsewhere does not count.
pub const NEW_HERE: Text = Text::new("REG-02", "new_here", &[]);
/// A deadline moves out of a weekend.
pub const ROLLED: Text = Text::new("REG-05", "rolled", &["local"]);
/// In time.
pub const IN_TIME: Text = Text::new("REG-05", "in_time", &["received", "local", "until", "inclusive"]);
/// Late.
pub const LATE: Text = Text::new("REG-05", "late", &["received", "local", "until", "inclusive"]);
/// The list of the category.
pub const REQUIRED: Text = Text::new("REG-03", "required", &["count", "documents"]);
/// The list of the office.
pub const REGIONAL: Text = Text::new("REG-03", "regional", &["count", "documents"]);
/// Nothing is missing.
pub const COMPLETE: Text = Text::new("REG-03", "complete", &[]);
/// Something is missing.
pub const INCOMPLETE: Text = Text::new("REG-03", "incomplete", &["missing"]);
/// Taken into consideration.
pub const ADMISSIBLE: Text = Text::new("REG-08", "admissible", &["in_time", "complete"]);
/// Not taken into consideration.
pub const NOT_CONSIDERED: Text = Text::new("REG-08", "not_considered", &["in_time", "complete"]);

/// People are kept.
pub const PERSON_KEPT: Text = kept("person");

/// A document is missing; the key is the document's code.
pub const fn missing(kind: DocumentKind) -> Text {
    Text::new("REG-03", kind.as_str(), &[])
}

const STEPS: &[Text] = &[
    EXISTING_RUNNING,
    EXISTING_EXTENDED,
    EXISTING_EXPIRING,
    NONE_HERE,
    NONE_HERE_YEAR_BEFORE,
    EXISTING_ELSEWHERE,
    NEW_NO_CLAIMS,
    NEW_PART_YEAR,
    NEW_NONE,
    NEW_HERE,
    ROLLED,
    IN_TIME,
    LATE,
    REQUIRED,
    REGIONAL,
    COMPLETE,
    INCOMPLETE,
    ADMISSIBLE,
    NOT_CONSIDERED,
    PERSON_KEPT,
    REQUEST_KEPT,
    AUDIT_KEPT,
];

const READINGS: &[ParameterSpec] = &[
    CATEGORY_SCOPE.spec(),
    EXTENSION_COUNTS.spec(),
    AGREEMENTS_KNOWN_AT.spec(),
    EXISTING_WHEN.spec(),
    ELSEWHERE_COUNTS.spec(),
    DOCUMENTS_EXISTING_RUNNING.spec(),
    DOCUMENTS_EXISTING_EXPIRING.spec(),
    DOCUMENTS_EXISTING_ELSEWHERE.spec(),
    DOCUMENTS_NEW.spec(),
    DOCUMENTS_REGIONAL.spec(),
    ROLL_FORWARD.spec(),
    PERSON_YEARS.spec(),
    REQUEST_YEARS.spec(),
    AUDIT_YEARS.spec(),
];

const PARAMETERS: [ParameterSpec; READINGS.len() + MILESTONES.len()] = {
    let mut all = [ROLL_FORWARD.spec(); READINGS.len() + MILESTONES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < READINGS.len() { READINGS[at] } else { MILESTONES[at - READINGS.len()].spec() };
        at += 1;
    }
    all
};

const TEXTS: [Text; STEPS.len() + DocumentKind::ALL.len()] = {
    let mut all = [COMPLETE; STEPS.len() + DocumentKind::ALL.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < STEPS.len() { STEPS[at] } else { missing(DocumentKind::ALL[at - STEPS.len()]) };
        at += 1;
    }
    all
};

/// Everything the rule files of registration may say.
pub const SCHEMA: Schema = Schema { parameters: &PARAMETERS, texts: &TEXTS };

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[
    ("texts.toml", include_str!("../rules/texts.toml")),
    ("wlz.toml", include_str!("../rules/wlz.toml")),
    ("wlz-2022.toml", include_str!("../rules/wlz-2022.toml")),
    ("wlz-2023-vgz.toml", include_str!("../rules/wlz-2023-vgz.toml")),
    ("retention.toml", include_str!("../rules/retention.toml")),
    ("zvw-2024-vgz.toml", include_str!("../rules/zvw-2024-vgz.toml")),
];
