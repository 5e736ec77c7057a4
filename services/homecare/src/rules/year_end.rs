//! The parameters and texts of the end of the year (HOM-09).

use std::sync::Arc;

use explain::{Parameter, Text};
use money::Percentage;

const TREATMENTS: &[&str] = &["reclaim", "talk"];

/// The share of the care that subcontractors may deliver at most.
pub const SUBCONTRACTING_MOST: Parameter<Percentage> = Parameter::percent("HOM-09", "subcontracting_most_percentage");
/// What is proposed about claims over the ceiling.
pub const OVER_CEILING_TREATMENT: Parameter<Arc<str>> =
    Parameter::choice("HOM-09", "over_ceiling_treatment", TREATMENTS);
/// What is proposed about hours above the agreement.
pub const HOURS_TREATMENT: Parameter<Arc<str>> = Parameter::choice("HOM-09", "hours_treatment", TREATMENTS);
/// What is proposed about too much subcontracting.
pub const SUBCONTRACTING_TREATMENT: Parameter<Arc<str>> =
    Parameter::choice("HOM-09", "subcontracting_treatment", TREATMENTS);
/// What is proposed about new clients during a stop.
pub const CLIENT_STOP_TREATMENT: Parameter<Arc<str>> = Parameter::choice("HOM-09", "client_stop_treatment", TREATMENTS);

/// Until when what was recorded counts.
pub const CUT_OFF: Text = Text::new("HOM-09", "cut_off", &["type"]);
/// Nothing was claimed over the ceiling.
pub const YEAR_WITHIN: Text = Text::new("HOM-09", "year_within", &["ceiling"]);
/// Something was.
pub const YEAR_BEYOND: Text = Text::new("HOM-09", "year_beyond", &["ceiling", "spent"]);
/// The hours of the year.
pub const YEAR_HOURS: Text = Text::new("HOM-09", "year_hours", &["hours", "client_months"]);
/// No hours to hold against the agreement.
pub const YEAR_NO_HOURS: Text = Text::new("HOM-09", "year_no_hours", &["agreed"]);
/// The hours agreement was kept.
pub const YEAR_HOURS_KEPT: Text = Text::new("HOM-09", "year_hours_kept", &["average", "agreed"]);
/// It was not.
pub const YEAR_HOURS_ABOVE: Text = Text::new("HOM-09", "year_hours_above", &["average", "agreed", "above", "spent"]);
/// Subcontracting within the norm.
pub const SUBCONTRACTING_WITHIN: Text =
    Text::new("HOM-09", "subcontracting_within", &["share", "most", "source", "day"]);
/// Subcontracting above the norm.
pub const SUBCONTRACTING_ABOVE: Text =
    Text::new("HOM-09", "subcontracting_above", &["share", "most", "source", "day", "spent"]);
/// Subcontracting is not known.
pub const SUBCONTRACTING_NOT_KNOWN: Text = Text::new("HOM-09", "subcontracting_not_known", &["most"]);
/// There was no stop.
pub const YEAR_NO_STOP: Text = Text::new("HOM-09", "year_no_stop", &[]);
/// Nobody new came during a stop.
pub const YEAR_STOP_KEPT: Text = Text::new("HOM-09", "year_stop_kept", &["first_day", "last_day"]);
/// Somebody did.
pub const YEAR_STOP_BROKEN: Text = Text::new("HOM-09", "year_stop_broken", &["first_day", "last_day", "clients"]);
/// What is proposed about a finding.
pub const TREATMENT: Text = Text::new("HOM-09", "treatment", &["finding", "treatment", "at_stake"]);
/// What could be reclaimed altogether.
pub const AT_STAKE: Text = Text::new("HOM-09", "at_stake", &["sum", "spent"]);
/// An amount is reclaimed.
pub const YEAR_END_RECLAIM: Text = Text::new("HOM-09", "year_end_reclaim", &["at_stake", "motivation"]);
/// It is talked about.
pub const YEAR_END_TALK: Text = Text::new("HOM-09", "year_end_talk", &["at_stake", "motivation"]);
/// Nothing is done.
pub const YEAR_END_NONE: Text = Text::new("HOM-09", "year_end_none", &["at_stake", "motivation"]);
