//! The parameters and texts of home care.

mod applications;

pub use applications::*;

use std::sync::Arc;

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS};
use explain::{Parameter, Schema, Text};
use intake::{CLAIM_FILE_TEXT, CLAIM_FILE_YEARS, INSURED_TEXT, INSURED_YEARS};
use money::{Money, Percentage};

mod offers;

pub use offers::*;

mod year_end;

pub use year_end::*;

use crate::retention::{FEATURE_TABLE_TEXT, FEATURE_TABLE_YEARS};

/// The share of a ceiling at which the first signal is given.
pub const FIRST_SIGNAL: Parameter<Percentage> = Parameter::percent("HOM-05", "first_signal_percentage");
/// The share at which the second one is given.
pub const SECOND_SIGNAL: Parameter<Percentage> = Parameter::percent("HOM-05", "second_signal_percentage");

/// Whether last year's season is used in a forecast.
pub const SEASONALITY: Parameter<bool> = Parameter::flag("HOM-05", "forecast_seasonality");
/// How many days after its end a month without claims counts as a month without care.
pub const SILENT_DAYS: Parameter<u32> = Parameter::count("HOM-05", "forecast_silent_days");
/// Before how many months a forecast or an average of hours is no ground for a signal.
pub const SIGNAL_MONTHS: Parameter<u32> = Parameter::count("HOM-05", "signal_months");
/// Whether refused lines revive by themselves when there is room again; see the rule file for why they can't.
pub const REFUSED_LINES_REVIVE: Parameter<bool> = Parameter::flag("HOM-05", "refused_lines_revive");
/// Products that are not bought separately.
pub const NOT_BOUGHT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-11", "not_bought_products");
/// Products that pay coordination and availability of night care.
pub const NIGHT_CARE_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-10", "night_care_products");
/// Products that pay home-care technology.
pub const TECHNOLOGY_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("HOM-12", "technology_products");

/// The turnover above which a provider is in the benchmark.
pub const BENCHMARK_TURNOVER: Parameter<Money> = Parameter::euro("HOM-02", "benchmark_turnover");
/// How much the score of cost counts beside that of hours.
pub const COST_WEIGHT: Parameter<Percentage> = Parameter::percent("HOM-02", "cost_weight_percentage");

/// A case of screening claims something back of a line.
pub const CASE_RECLAIMED: Text = Text::new("HOM-09", "case_reclaimed", &["case", "reference", "claimed", "granted"]);
/// A case of screening claims something back of a line that was credited before.
pub const CASE_CREDITED: Text = Text::new("HOM-09", "case_credited", &["case", "reference", "claimed", "granted"]);
/// Other cases claim something back of the line too.
pub const CASE_EARLIER: Text = Text::new("HOM-09", "case_earlier", &["reference", "earlier"]);
/// A provider is excluded from the benchmark.
pub const EXCLUDED: Text = Text::new("HOM-02", "excluded", &["ground", "motivation"]);
/// An exclusion ends.
pub const EXCLUSION_LIFTED: Text = Text::new("HOM-02", "exclusion_lifted", &["motivation"]);
/// Which providers are in a run.
pub const RUN_PROVIDERS: Text = Text::new("HOM-02", "run_providers", &["turnover", "left_out"]);
/// How well a measure is explained.
pub const RUN_FIT: Text =
    Text::new("HOM-02", "run_fit", &["measure", "providers", "insured", "columns", "residual_error"]);
/// How well the columns can be told apart.
pub const RUN_CONDITION: Text = Text::new("HOM-02", "run_condition", &[]);
/// What a characteristic adds.
pub const CHARACTERISTIC: Text = Text::new("HOM-02", "characteristic", &["measure", "name", "mean", "coefficient"]);
/// What the characteristics let expect.
pub const EXPECTED: Text = Text::new("HOM-02", "expected", &["measure", "months", "insured"]);
/// Observed against expected.
pub const SCORE: Text = Text::new("HOM-02", "score", &["measure", "observed", "expected"]);
/// Nothing is expected to hold it against.
pub const NO_SCORE: Text = Text::new("HOM-02", "no_score", &["measure", "expected"]);
/// Both scores in one.
pub const TOTAL_SCORE: Text = Text::new("HOM-02", "total_score", &["cost", "hours", "weight"]);
/// The place among all.
pub const RANK: Text = Text::new("HOM-02", "rank", &["total", "of"]);

/// How many calendar days a decision on a raise may take.
pub const RAISE_DAYS: Parameter<u32> = Parameter::count("HOM-06", "raise_days");
/// From when on they are counted.
pub const RAISE_CLOCK_START: Parameter<Arc<str>> =
    Parameter::choice("HOM-06", "raise_clock_start", &["last_document", "completeness_notice"]);

/// Whether a ceiling is used far enough to ask for a raise.
pub const RAISE_THRESHOLD: Text = Text::new("HOM-06", "raise_threshold", &["ceiling", "spent", "used", "threshold"]);
/// Whether it will not suffice.
pub const RAISE_FORECAST: Text = Text::new("HOM-06", "raise_forecast", &["forecast", "ceiling"]);
/// Whether it was decided in time.
pub const RAISE_CLOCK: Text = Text::new("HOM-06", "raise_clock", &["day", "due"]);
/// The region.
pub const RAISE_REGION: Text = Text::new("HOM-06", "raise_region", &["regional"]);
/// The growth in clients.
pub const RAISE_GROWTH: Text = Text::new("HOM-06", "raise_growth", &["stated", "clients", "before"]);
/// The clients, where there is nothing to hold them against.
pub const RAISE_CLIENTS: Text = Text::new("HOM-06", "raise_clients", &["stated"]);
/// Hours against the agreement.
pub const RAISE_HOURS: Text = Text::new("HOM-06", "raise_hours", &["stated", "agreed"]);
/// The place in the benchmark.
pub const RAISE_BENCHMARK: Text = Text::new("HOM-06", "raise_benchmark", &["total", "of"]);
/// No place in a benchmark.
pub const RAISE_NO_BENCHMARK: Text = Text::new("HOM-06", "raise_no_benchmark", &[]);
/// A ceiling is raised.
pub const RAISE_GRANTED: Text = Text::new("HOM-06", "raise_granted", &["ceiling", "forecast", "motivation"]);
/// It is not.
pub const RAISE_REFUSED: Text = Text::new("HOM-06", "raise_refused", &["motivation"]);
/// A client stop is possible.
pub const STOP_ALLOWED: Text = Text::new("HOM-07", "stop_allowed", &["type"]);
/// A client stop starts.
pub const STOP_STARTED: Text = Text::new("HOM-07", "stop_started", &["alternatives", "informing", "consultation"]);
/// A client stop ends.
pub const STOP_ENDED: Text = Text::new("HOM-07", "stop_ended", &["motivation"]);

/// A share of a ceiling is reached.
pub const THRESHOLD: Text = Text::new("HOM-05", "threshold", &["ceiling", "spent", "percentage"]);
/// The room before a file.
pub const ROOM: Text = Text::new("HOM-05", "room", &["ceiling", "spent"]);
/// What was granted of a file.
pub const GRANTED: Text = Text::new("HOM-05", "granted", &["claimed", "room", "credited"]);
/// What went beyond the ceiling.
pub const BEYOND: Text = Text::new("HOM-05", "beyond", &["claimed", "granted"]);

/// The months a forecast is made from.
pub const COUNTED: Text = Text::new("HOM-05", "forecast_counted", &["through", "silent"]);
/// A forecast by days.
pub const RUN_RATE: Text = Text::new("HOM-05", "forecast_run_rate", &["counted", "days", "year_days"]);
/// A forecast by last year's season.
pub const SEASONAL: Text = Text::new("HOM-05", "forecast_seasonal", &["counted", "part", "whole", "seasonality"]);
/// All months count.
pub const REALISED: Text = Text::new("HOM-05", "forecast_realised", &["counted"]);
/// A forecast is not below what is granted.
pub const AT_LEAST: Text = Text::new("HOM-05", "forecast_at_least", &["forecast", "granted"]);
/// A forecast within the ceiling.
pub const FORECAST_WITHIN: Text = Text::new("HOM-05", "forecast_within", &["forecast", "ceiling"]);
/// A forecast above the ceiling.
pub const FORECAST_ABOVE: Text = Text::new("HOM-05", "forecast_above", &["forecast", "ceiling"]);
/// A forecast above the ceiling is signalled.
pub const FORECAST_SIGNAL: Text = Text::new("HOM-05", "forecast_signal", &["months", "needed"]);
/// The rest will probably suffice.
pub const SUFFICES: Text = Text::new("HOM-05", "suffices", &["needed", "room"]);
/// The rest will probably not suffice.
pub const SUFFICES_NOT: Text = Text::new("HOM-05", "suffices_not", &["needed", "room"]);
/// Hours per client per month.
pub const HOURS: Text = Text::new("HOM-05", "hours", &["hours", "client_months", "months"]);
/// Hours above the agreement.
pub const HOURS_ABOVE: Text = Text::new("HOM-05", "hours_above", &["average", "agreed", "needed"]);
/// Lines of a product that is not bought separately.
pub const NOT_BOUGHT: Text = Text::new("HOM-11", "not_bought", &["product", "products", "lines"]);
/// Lines of night care that was not agreed.
pub const NIGHT_CARE: Text = Text::new("HOM-10", "night_care", &["product", "products", "lines"]);
/// Lines of technology that was not agreed.
pub const TECHNOLOGY: Text = Text::new("HOM-12", "technology", &["product", "products", "lines"]);

/// Everything the rule files of home care may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[
        FIRST_SIGNAL.spec(),
        SECOND_SIGNAL.spec(),
        SEASONALITY.spec(),
        SILENT_DAYS.spec(),
        SIGNAL_MONTHS.spec(),
        REFUSED_LINES_REVIVE.spec(),
        NOT_BOUGHT_PRODUCTS.spec(),
        NIGHT_CARE_PRODUCTS.spec(),
        TECHNOLOGY_PRODUCTS.spec(),
        BENCHMARK_TURNOVER.spec(),
        COST_WEIGHT.spec(),
        RAISE_DAYS.spec(),
        RAISE_CLOCK_START.spec(),
        INNOVATION_UNTIL.spec(),
        SHARED_SAVINGS_UNTIL.spec(),
        NIGHT_CARE_UNTIL_PREFERRED.spec(),
        NIGHT_CARE_UNTIL.spec(),
        APPLICATION_TYPES.spec(),
        INNOVATION_REQUIREMENTS.spec(),
        SHARED_SAVINGS_REQUIREMENTS.spec(),
        NIGHT_CARE_REQUIREMENTS.spec(),
        TECHNOLOGY_REQUIREMENTS.spec(),
        WORKING_DIFFERENTLY_REQUIREMENTS.spec(),
        PLUS_BEST.spec(),
        PLUS_YEARS.spec(),
        ZZP_CLOSED_FROM.spec(),
        ZZP_ENDED_FROM.spec(),
        ZZP_LEVEL.spec(),
        ZZP_NURSE_LEVEL.spec(),
        ZZP_CLIENTS.spec(),
        EXCLUDED_RULE.spec(),
        EXCLUDED_CUT_BASE.spec(),
        EXCLUDED_CUT_MOST.spec(),
        TARIFF_INDEX.spec(),
        INDEX_STANDARD.spec(),
        HOURS_BASE.spec(),
        CLIENT_FOLLOWING_CEILING.spec(),
        CLIENT_FOLLOWING_MOST.spec(),
        OWN_HOURS_WEIGHT.spec(),
        RESPONSE.spec(),
        NEW_OFFER_RESPONSE.spec(),
        ACCEPTANCE.spec(),
        SUBCONTRACTING_MOST.spec(),
        OVER_CEILING_TREATMENT.spec(),
        HOURS_TREATMENT.spec(),
        SUBCONTRACTING_TREATMENT.spec(),
        CLIENT_STOP_TREATMENT.spec(),
        FEATURE_TABLE_YEARS.spec(),
        CLAIM_FILE_YEARS.spec(),
        INSURED_YEARS.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    texts: &[
        CASE_RECLAIMED,
        CASE_CREDITED,
        CASE_EARLIER,
        EXCLUDED,
        EXCLUSION_LIFTED,
        RUN_PROVIDERS,
        RUN_FIT,
        RUN_CONDITION,
        CHARACTERISTIC,
        EXPECTED,
        SCORE,
        NO_SCORE,
        TOTAL_SCORE,
        RANK,
        RAISE_THRESHOLD,
        RAISE_FORECAST,
        RAISE_CLOCK,
        RAISE_REGION,
        RAISE_GROWTH,
        RAISE_CLIENTS,
        RAISE_HOURS,
        RAISE_BENCHMARK,
        RAISE_NO_BENCHMARK,
        RAISE_GRANTED,
        RAISE_REFUSED,
        STOP_ALLOWED,
        STOP_STARTED,
        STOP_ENDED,
        APPLICATION_DEADLINE,
        APPLICATION_NO_DEADLINE,
        APPLICATION_TYPE,
        APPLICATION_DECLARED,
        APPLICATION_LACKS,
        APPLICATION_GRANTED,
        APPLICATION_REFUSED,
        FORECAST_STATED,
        FORECAST_GRANTED,
        ZZP_CONDITION,
        ZZP,
        ZZP_ENDED,
        ZZP_CLOSED,
        ZZP_REFUSED,
        PLUS_RUNS_ON,
        SMALL_TURNOVER,
        EXCLUDED_TYPE,
        AMONG_BEST,
        NOT_AMONG_BEST,
        MISSING,
        BASE_HELD,
        BASE_LOWER,
        INDEXED,
        NOT_INDEXED,
        GROWN,
        IMPROVED,
        NOT_IMPROVED,
        STANDARDISED,
        STANDARDISED_MOST,
        EXCLUDED_CUT,
        NIGHT_CARE_CORRECTION,
        HOURS_STATED,
        HOURS_KEPT,
        HOURS_BLENDED,
        HOURS_MEAN,
        TARIFF,
        TARIFF_STATED,
        OFFERED,
        REVISED,
        BENCHMARK_METHOD,
        BENCHMARK_OUTCOME,
        INNOVATION_BUDGET,
        ANDERS_WERKEN,
        RESPOND,
        RESPOND_OPEN,
        NOT_NEGOTIABLE,
        ACCEPT,
        ACCEPT_OPEN,
        THRESHOLD,
        ROOM,
        GRANTED,
        BEYOND,
        COUNTED,
        RUN_RATE,
        SEASONAL,
        REALISED,
        AT_LEAST,
        FORECAST_WITHIN,
        FORECAST_ABOVE,
        FORECAST_SIGNAL,
        SUFFICES,
        SUFFICES_NOT,
        HOURS,
        HOURS_ABOVE,
        NOT_BOUGHT,
        NIGHT_CARE,
        TECHNOLOGY,
        CUT_OFF,
        YEAR_WITHIN,
        YEAR_BEYOND,
        YEAR_HOURS,
        YEAR_NO_HOURS,
        YEAR_HOURS_KEPT,
        YEAR_HOURS_ABOVE,
        SUBCONTRACTING_WITHIN,
        SUBCONTRACTING_ABOVE,
        SUBCONTRACTING_NOT_KNOWN,
        YEAR_NO_STOP,
        YEAR_STOP_KEPT,
        YEAR_STOP_BROKEN,
        TREATMENT,
        AT_STAKE,
        YEAR_END_RECLAIM,
        YEAR_END_TALK,
        YEAR_END_NONE,
        CLAIM_FILE_TEXT,
        INSURED_TEXT,
        FEATURE_TABLE_TEXT,
        REQUEST_KEPT,
        AUDIT_KEPT,
    ],
    ..Schema::EMPTY
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[
    ("zvw.toml", include_str!("../rules/zvw.toml")),
    ("consumption.toml", include_str!("../rules/consumption.toml")),
    ("benchmark.toml", include_str!("../rules/benchmark.toml")),
    ("raises.toml", include_str!("../rules/raises.toml")),
    ("applications.toml", include_str!("../rules/applications.toml")),
    ("offers.toml", include_str!("../rules/offers.toml")),
    ("year_end.toml", include_str!("../rules/year_end.toml")),
    ("retention.toml", include_str!("../rules/retention.toml")),
];
