//! The parameters and texts of the hardship clause (TAR-08).

use std::sync::Arc;

use explain::{Parameter, ParameterSpec, Text, Window};

/// When a request can be filed; where no source names a window, any time.
pub const HARDSHIP_WINDOW: Parameter<Window> = Parameter::window("TAR-08", "hardship_window");
/// The kinds of documents without which a request is not complete.
pub const HARDSHIP_DOCUMENTS: Parameter<Vec<Arc<str>>> = Parameter::list("TAR-08", "hardship_documents");
/// Until when a request is to be answered; where no source names a day, none is kept.
pub const HARDSHIP_ANSWER: Parameter<Window> = Parameter::window("TAR-08", "hardship_answer");
/// Calendar days to object, counted from the day after the decision was received.
pub const HARDSHIP_OBJECTION_DAYS: Parameter<u32> = Parameter::count("TAR-08", "hardship_objection_days");

/// Every parameter of the hardship clause.
pub(super) const PARAMETERS: [ParameterSpec; 4] =
    [HARDSHIP_WINDOW.spec(), HARDSHIP_DOCUMENTS.spec(), HARDSHIP_ANSWER.spec(), HARDSHIP_OBJECTION_DAYS.spec()];

/// No source names a window.
pub const HARDSHIP_ANY_TIME: Text = Text::new("TAR-08", "any_time", &["received"]);
/// It came within the window.
pub const HARDSHIP_IN_TIME: Text = Text::new("TAR-08", "in_time", &["received", "last", "local", "inclusive"]);
/// It came before the window opened.
pub const HARDSHIP_TOO_EARLY: Text = Text::new("TAR-08", "too_early", &["received", "opens"]);
/// It came after the last day.
pub const HARDSHIP_TOO_LATE: Text = Text::new("TAR-08", "too_late", &["received", "last", "local", "inclusive"]);
/// Until when it is answered.
pub const HARDSHIP_ANSWER_BY: Text = Text::new("TAR-08", "answer_by", &["local", "inclusive"]);
/// A document of the list is missing.
pub const HARDSHIP_DOCUMENT_MISSING: Text = Text::new("TAR-08", "document_missing", &["kind", "needed"]);
/// All documents of the list are there.
pub const HARDSHIP_COMPLETE: Text = Text::new("TAR-08", "complete", &["needed"]);
/// Nobody judged whether the provider delivers care efficiently.
pub const EFFICIENCY_NOT_JUDGED: Text = Text::new("TAR-08", "efficiency_not_judged", &[]);
/// The provider shows that it delivers care efficiently.
pub const EFFICIENCY_SHOWN: Text = Text::new("TAR-08", "efficiency_shown", &["judged_by", "motivation"]);
/// The provider does not show it.
pub const EFFICIENCY_NOT_SHOWN: Text = Text::new("TAR-08", "efficiency_not_shown", &["judged_by", "motivation"]);
/// Nobody weighed the duty of care.
pub const DUTY_OF_CARE_NOT_WEIGHED: Text = Text::new("TAR-08", "duty_of_care_not_weighed", &[]);
/// The duty of care was weighed.
pub const DUTY_OF_CARE_WEIGHED: Text = Text::new("TAR-08", "duty_of_care_weighed", &["judged_by", "motivation"]);
/// No figures are on record.
pub const HARDSHIP_NO_FIGURES: Text = Text::new("TAR-08", "figures_missing", &[]);
/// The deficit without incidental charges.
pub const HARDSHIP_CLEANED: Text = Text::new("TAR-08", "cleaned", &["deficit", "incidental_charges"]);
/// Corrected for losses on real estate.
pub const HARDSHIP_CORRECTED: Text = Text::new("TAR-08", "corrected", &["before", "real_estate_losses"]);
/// After reserves.
pub const HARDSHIP_ABSORBED: Text = Text::new("TAR-08", "absorbed", &["before", "absorbing_reserves"]);
/// After operational improvements.
pub const HARDSHIP_IMPROVED: Text = Text::new("TAR-08", "improved", &["before", "improvements"]);
/// Nothing is left of the deficit.
pub const HARDSHIP_NOTHING_REMAINS: Text = Text::new("TAR-08", "nothing_remains", &["before"]);
/// There is no revenue to divide by.
pub const HARDSHIP_NO_REVENUE: Text = Text::new("TAR-08", "no_revenue", &["remaining", "wlz_revenue"]);
/// The highest addition.
pub const HARDSHIP_HIGHEST: Text = Text::new("TAR-08", "highest_addition", &["remaining", "wlz_revenue"]);
/// More points than the figures bear.
pub const HARDSHIP_ABOVE_HIGHEST: Text = Text::new("TAR-08", "points_above_highest", &["points", "highest"]);
/// An objection is upheld with more than was granted.
pub const HARDSHIP_NOT_MORE: Text = Text::new("TAR-08", "points_not_more", &["points", "granted"]);
/// An addition is granted.
pub const HARDSHIP_GRANTED: Text =
    Text::new("TAR-08", "granted", &["points", "highest", "year", "decided_by", "motivation"]);
/// The request is rejected.
pub const HARDSHIP_REJECTED: Text = Text::new("TAR-08", "rejected", &["decided_by", "motivation"]);
/// The objection came in time.
pub const HARDSHIP_OBJECTION_IN_TIME: Text = Text::new("TAR-08", "objection_in_time", &["received", "days", "filed"]);
/// The objection came too late.
pub const HARDSHIP_OBJECTION_LATE: Text = Text::new("TAR-08", "objection_late", &["received", "days", "filed"]);
/// The objection is upheld.
pub const HARDSHIP_UPHELD: Text =
    Text::new("TAR-08", "objection_upheld", &["points", "highest", "year", "decided_by", "motivation"]);
/// The objection is dismissed.
pub const HARDSHIP_DISMISSED: Text = Text::new("TAR-08", "objection_dismissed", &["decided_by", "motivation"]);

/// Every text of the hardship clause, beside the step of a derivation.
pub(super) const TEXTS: [Text; 28] = [
    HARDSHIP_ANY_TIME,
    HARDSHIP_IN_TIME,
    HARDSHIP_TOO_EARLY,
    HARDSHIP_TOO_LATE,
    HARDSHIP_ANSWER_BY,
    HARDSHIP_DOCUMENT_MISSING,
    HARDSHIP_COMPLETE,
    EFFICIENCY_NOT_JUDGED,
    EFFICIENCY_SHOWN,
    EFFICIENCY_NOT_SHOWN,
    DUTY_OF_CARE_NOT_WEIGHED,
    DUTY_OF_CARE_WEIGHED,
    HARDSHIP_NO_FIGURES,
    HARDSHIP_CLEANED,
    HARDSHIP_CORRECTED,
    HARDSHIP_ABSORBED,
    HARDSHIP_IMPROVED,
    HARDSHIP_NOTHING_REMAINS,
    HARDSHIP_NO_REVENUE,
    HARDSHIP_HIGHEST,
    HARDSHIP_ABOVE_HIGHEST,
    HARDSHIP_NOT_MORE,
    HARDSHIP_GRANTED,
    HARDSHIP_REJECTED,
    HARDSHIP_OBJECTION_IN_TIME,
    HARDSHIP_OBJECTION_LATE,
    HARDSHIP_UPHELD,
    HARDSHIP_DISMISSED,
];
