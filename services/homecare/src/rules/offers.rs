//! The parameters and texts of offers: the type (HOM-01), the ceiling (HOM-03) and the rest (HOM-04).

use std::sync::Arc;

use explain::{Parameter, Text, Window};
use money::{Money, Percentage};

/// The share of the providers in the benchmark that are among the best.
pub const PLUS_BEST: Parameter<Percentage> = Parameter::percent("HOM-01", "plus_best_percentage");
/// How many years a plus agreement runs, by the year it was concluded for.
pub const PLUS_YEARS: Parameter<u32> = Parameter::count("HOM-01", "plus_years");
/// The first year without new agreements with sole proprietors.
pub const ZZP_CLOSED_FROM: Parameter<u32> = Parameter::count("HOM-01", "zzp_closed_from");
/// The first year without any.
pub const ZZP_ENDED_FROM: Parameter<u32> = Parameter::count("HOM-01", "zzp_ended_from");
/// The lowest level of qualification of a sole proprietor.
pub const ZZP_LEVEL: Parameter<u32> = Parameter::count("HOM-01", "zzp_level");
/// The level at which no agreement with a nurse is needed.
pub const ZZP_NURSE_LEVEL: Parameter<u32> = Parameter::count("HOM-01", "zzp_nurse_level");
/// The least number of different clients of a sole proprietor.
pub const ZZP_CLIENTS: Parameter<u32> = Parameter::count("HOM-01", "zzp_clients");
/// What becomes of a provider that is excluded from the benchmark, unless a purchaser decides otherwise.
pub const EXCLUDED_RULE: Parameter<Arc<str>> =
    Parameter::choice("HOM-01", "excluded_ceiling_rule", &["as_client_following", "none", "lowered"]);
/// What the lower ceiling of an excluded provider is taken from.
pub const EXCLUDED_CUT_BASE: Parameter<Arc<str>> =
    Parameter::choice("HOM-03", "excluded_cut_base", &["previous", "base", "indexed"]);
/// The most it is lowered by.
pub const EXCLUDED_CUT_MOST: Parameter<Percentage> = Parameter::percent("HOM-03", "excluded_cut_most_percentage");
/// The index of the tariff.
pub const TARIFF_INDEX: Parameter<Percentage> = Parameter::percent("HOM-03", "tariff_index_percentage");
/// Whether the ceiling of a standard agreement is indexed.
pub const INDEX_STANDARD: Parameter<bool> = Parameter::flag("HOM-03", "index_standard_ceiling");
/// Which hours of the year before an improvement is measured from.
pub const HOURS_BASE: Parameter<Arc<str>> = Parameter::choice("HOM-03", "hours_base", &["agreed", "realised"]);
/// What the standardised ceiling of client_following is.
pub const CLIENT_FOLLOWING_CEILING: Parameter<Arc<str>> =
    Parameter::choice("HOM-03", "client_following_ceiling", &["base", "most"]);
/// The most it is.
pub const CLIENT_FOLLOWING_MOST: Parameter<Money> = Parameter::euro("HOM-03", "client_following_most");
/// How much the own hours count in those of client_following; the mean counts for the rest.
pub const OWN_HOURS_WEIGHT: Parameter<Percentage> = Parameter::percent("HOM-03", "own_hours_weight_percentage");
/// When a provider may respond to its first offer of a year.
pub const RESPONSE: Parameter<Window> = Parameter::window("HOM-04", "response");
/// When it may respond to a later one.
pub const NEW_OFFER_RESPONSE: Parameter<Window> = Parameter::window("HOM-04", "new_offer_response");
/// Until when an offer can be accepted.
pub const ACCEPTANCE: Parameter<Window> = Parameter::window("HOM-04", "acceptance");

/// The forecast that a request states.
pub const FORECAST_STATED: Text = Text::new("HOM-03", "forecast_stated", &["forecast"]);
/// The forecast by the days that are over.
pub const FORECAST_GRANTED: Text = Text::new("HOM-03", "forecast_granted", &["spent", "days", "of"]);
/// A condition of a sole proprietor.
pub const ZZP_CONDITION: Text = Text::new("HOM-01", "zzp_condition", &["condition", "stated"]);
/// A sole proprietor gets an offer.
pub const ZZP: Text = Text::new("HOM-01", "zzp", &["clients"]);
/// It gets none, since there are none any more.
pub const ZZP_ENDED: Text = Text::new("HOM-01", "zzp_ended", &["from"]);
/// It gets none, since there are no new ones.
pub const ZZP_CLOSED: Text = Text::new("HOM-01", "zzp_closed", &["from"]);
/// It gets none, since conditions are not met.
pub const ZZP_REFUSED: Text = Text::new("HOM-01", "zzp_refused", &["conditions"]);
/// A plus agreement runs on.
pub const PLUS_RUNS_ON: Text = Text::new("HOM-01", "plus_runs_on", &["since", "years"]);
/// Who turns over little follows the client.
pub const SMALL_TURNOVER: Text = Text::new("HOM-01", "small_turnover", &["turnover", "most"]);
/// The type of who is excluded from the benchmark.
pub const EXCLUDED_TYPE: Text = Text::new("HOM-01", "excluded_type", &["treatment", "motivation"]);
/// Among the best.
pub const AMONG_BEST: Text = Text::new("HOM-01", "among_best", &["turnover", "rank", "of", "share"]);
/// Not among the best.
pub const NOT_AMONG_BEST: Text = Text::new("HOM-01", "not_among_best", &["turnover", "rank", "of", "share"]);
/// There is no offer while something is not known.
pub const MISSING: Text = Text::new("HOM-04", "missing", &["missing"]);

/// The ceiling of the year before is the base.
pub const BASE_HELD: Text = Text::new("HOM-03", "base_held", &["ceiling", "forecast", "realised", "agreed"]);
/// The lower of ceiling and forecast is the base.
pub const BASE_LOWER: Text = Text::new("HOM-03", "base_lower", &["ceiling", "forecast", "realised", "agreed"]);
/// The ceiling with the index.
pub const INDEXED: Text = Text::new("HOM-03", "indexed", &["base", "index"]);
/// The ceiling without.
pub const NOT_INDEXED: Text = Text::new("HOM-03", "not_indexed", &["base"]);
/// The ceiling with growth.
pub const GROWN: Text = Text::new("HOM-03", "grown", &["ceiling", "raise", "clients", "hours", "motivation"]);
/// The ceiling with the improvement in hours.
pub const IMPROVED: Text = Text::new("HOM-03", "improved", &["ceiling", "hours", "before"]);
/// There is no improvement that lowers the ceiling.
pub const NOT_IMPROVED: Text = Text::new("HOM-03", "not_improved", &["ceiling", "hours", "before"]);
/// The standardised ceiling.
pub const STANDARDISED: Text = Text::new("HOM-03", "standardised", &["ceiling", "most"]);
/// The standardised ceiling of who had none.
pub const STANDARDISED_MOST: Text = Text::new("HOM-03", "standardised_most", &["most"]);
/// A lower ceiling for who is excluded from the benchmark.
pub const EXCLUDED_CUT: Text = Text::new("HOM-03", "excluded_cut", &["base", "amount", "cut", "motivation"]);
/// The correction for night care.
pub const NIGHT_CARE_CORRECTION: Text = Text::new("HOM-03", "night_care", &["ceiling", "reduction", "motivation"]);
/// The hours that a request states.
pub const HOURS_STATED: Text = Text::new("HOM-03", "hours_stated", &["hours"]);
/// The hours of the year before.
pub const HOURS_KEPT: Text = Text::new("HOM-03", "hours_kept", &["hours"]);
/// The hours of client_following.
pub const HOURS_BLENDED: Text = Text::new("HOM-03", "hours_blended", &["own", "mean", "of", "weight"]);
/// The hours of who had none.
pub const HOURS_MEAN: Text = Text::new("HOM-03", "hours_mean", &["mean", "of"]);

/// A tariff with the index.
pub const TARIFF: Text = Text::new("HOM-04", "tariff", &["product", "previous", "index", "night_care"]);
/// A tariff that a request states.
pub const TARIFF_STATED: Text = Text::new("HOM-04", "tariff_stated", &["product", "stated", "night_care"]);
/// What is offered.
pub const OFFERED: Text = Text::new("HOM-04", "offered", &["type", "hours", "clients"]);
/// What is offered after negotiation.
pub const REVISED: Text = Text::new("HOM-04", "revised", &["type", "hours", "clients", "before", "motivation"]);
/// How the benchmark was made.
pub const BENCHMARK_METHOD: Text = Text::new("HOM-04", "benchmark_method", &[]);
/// What came of the benchmark.
pub const BENCHMARK_OUTCOME: Text = Text::new("HOM-04", "benchmark_outcome", &["run", "score", "of"]);
/// How to apply for innovation budget.
pub const INNOVATION_BUDGET: Text = Text::new("HOM-04", "innovation_budget", &[]);
/// How to apply for the surcharge for working differently.
pub const ANDERS_WERKEN: Text = Text::new("HOM-04", "anders_werken", &[]);
/// Until when a provider may respond.
pub const RESPOND: Text = Text::new("HOM-04", "respond", &["until"]);
/// No last moment to respond is stated.
pub const RESPOND_OPEN: Text = Text::new("HOM-04", "respond_open", &["number"]);
/// It may not respond.
pub const NOT_NEGOTIABLE: Text = Text::new("HOM-04", "not_negotiable", &["type"]);
/// Until when an offer can be accepted.
pub const ACCEPT: Text = Text::new("HOM-04", "accept", &["until"]);
/// No last moment to accept is stated.
pub const ACCEPT_OPEN: Text = Text::new("HOM-04", "accept_open", &["number"]);
