//! The parameters and texts of applications (HOM-08, HOM-12).

use std::sync::Arc;

use explain::{Parameter, Text, Window};

/// Until when innovation budget is applied for.
pub const INNOVATION_UNTIL: Parameter<Window> = Parameter::window("HOM-08", "innovation_until");
/// Until when a made-to-measure agreement that shares savings is made.
pub const SHARED_SAVINGS_UNTIL: Parameter<Window> = Parameter::window("HOM-08", "shared_savings_until");
/// Until when the preferred insurer takes a business case for night care.
pub const NIGHT_CARE_UNTIL_PREFERRED: Parameter<Window> = Parameter::window("HOM-08", "night_care_until_preferred");
/// Until when another insurer does.
pub const NIGHT_CARE_UNTIL: Parameter<Window> = Parameter::window("HOM-08", "night_care_until");
/// The types of agreement that an application can come from.
pub const APPLICATION_TYPES: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-08", "application_types");
/// What is declared for innovation budget.
pub const INNOVATION_REQUIREMENTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-08", "innovation_requirements");
/// What is declared for shared savings.
pub const SHARED_SAVINGS_REQUIREMENTS: Parameter<Vec<Arc<str>>> =
    Parameter::list("HOM-08", "shared_savings_requirements");
/// What is declared for night care.
pub const NIGHT_CARE_REQUIREMENTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-08", "night_care_requirements");
/// What is declared for technology.
pub const TECHNOLOGY_REQUIREMENTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-12", "technology_requirements");
/// What is declared for working differently.
pub const WORKING_DIFFERENTLY_REQUIREMENTS: Parameter<Vec<Arc<str>>> =
    Parameter::list("HOM-08", "working_differently_requirements");

/// Whether an application is in time.
pub const APPLICATION_DEADLINE: Text = Text::new("HOM-08", "application_deadline", &["kind", "filed", "until"]);
/// An application without a last day.
pub const APPLICATION_NO_DEADLINE: Text = Text::new("HOM-08", "application_no_deadline", &["kind", "filed"]);
/// Whether the agreement allows an application.
pub const APPLICATION_TYPE: Text = Text::new("HOM-08", "application_type", &["type", "types"]);
/// All that is asked is declared.
pub const APPLICATION_DECLARED: Text = Text::new("HOM-08", "application_declared", &["asked"]);
/// Something that is asked is not declared.
pub const APPLICATION_LACKS: Text = Text::new("HOM-08", "application_lacks", &["asked"]);
/// An application is granted.
pub const APPLICATION_GRANTED: Text = Text::new("HOM-08", "application_granted", &["kind", "asked", "impact"]);
/// An application is refused.
pub const APPLICATION_REFUSED: Text = Text::new("HOM-08", "application_refused", &["kind", "asked", "impact"]);
