//! The parameters and texts of home care (TAR-11, TAR-22).

use std::sync::Arc;

use explain::{Parameter, ParameterSpec, Text, Window};
use money::{Decimal, Percentage};

/// The index of the NZa for the year.
pub const PRICE_INDEX: Parameter<Percentage> = Parameter::percent("TAR-11", "price_index");
/// What the office adds to it.
pub const INDEX_ADDITION: Parameter<Decimal> = Parameter::points("TAR-11", "index_addition");
/// The index in place of the NZa's, for who came out of the benchmark better than expected.
pub const BENCHMARK_BETTER: Parameter<Percentage> = Parameter::percent("TAR-11", "benchmark_index_better");
/// For who came out as expected.
pub const BENCHMARK_AS_EXPECTED: Parameter<Percentage> = Parameter::percent("TAR-11", "benchmark_index_as_expected");
/// For who came out worse than expected.
pub const BENCHMARK_WORSE: Parameter<Percentage> = Parameter::percent("TAR-11", "benchmark_index_worse");
/// Whether the surcharge for working differently is part of what is indexed for the next year.
pub const SURCHARGE_CARRIES: Parameter<bool> = Parameter::flag("TAR-11", "anders_werken_carries");
/// The year whose turnover night care is divided by.
pub const ANW_TURNOVER_YEAR: Parameter<Arc<str>> =
    Parameter::choice("TAR-11", "anw_turnover_year", &["year_before", "two_years_before"]);
/// Whether tariffs are lowered for night care before or after they are indexed.
pub const ANW_ORDER: Parameter<Arc<str>> = Parameter::choice("TAR-11", "anw_order", &["before", "after"]);
/// Whether agreements with people without staff share in night care.
pub const ANW_SCOPE: Parameter<Arc<str>> = Parameter::choice("TAR-11", "anw_scope", &["with_zzp", "without_zzp"]);
/// Until when a raised offer can be accepted.
pub const UPLIFT_ACCEPT: Parameter<Window> = Parameter::window("TAR-22", "uplift_accept");

/// Every parameter of home care.
pub(super) const PARAMETERS: [ParameterSpec; 10] = [
    PRICE_INDEX.spec(),
    INDEX_ADDITION.spec(),
    BENCHMARK_BETTER.spec(),
    BENCHMARK_AS_EXPECTED.spec(),
    BENCHMARK_WORSE.spec(),
    SURCHARGE_CARRIES.spec(),
    ANW_TURNOVER_YEAR.spec(),
    ANW_ORDER.spec(),
    ANW_SCOPE.spec(),
    UPLIFT_ACCEPT.spec(),
];

/// The tariff of the year before.
pub const PREVIOUS: Text = Text::new("TAR-11", "previous", &["previous"]);
/// The same, with its surcharge.
pub const PREVIOUS_WITH_SURCHARGE: Text =
    Text::new("TAR-11", "previous_with_surcharge", &["previous", "surcharge", "carries"]);
/// An offer that is not negotiated.
pub const NOT_NEGOTIABLE: Text = Text::new("TAR-11", "not_negotiable", &["type"]);
/// The index of the NZa.
pub const INDEX_PLAIN: Text = Text::new("TAR-11", "index_plain", &["type", "index"]);
/// The index of an outcome of the benchmark.
pub const INDEX_BENCHMARK: Text = Text::new("TAR-11", "index_benchmark", &["type", "outcome", "index"]);
/// An outcome that no index is stated for.
pub const INDEX_UNSTATED: Text = Text::new("TAR-11", "index_unstated", &["type", "outcome", "index"]);
/// What the office adds.
pub const ADDITION: Text = Text::new("TAR-11", "index_addition", &["index", "points"]);
/// An offer from before the uplift.
pub const ORIGINAL_OFFER: Text = Text::new("TAR-22", "original_offer", &["index"]);
/// The tariff with the index.
pub const INDEXED: Text = Text::new("TAR-11", "indexed", &["tariff", "index"]);
/// The tariff lowered for night care before it is indexed.
pub const NIGHT_CARE_BEFORE: Text = Text::new("TAR-11", "night_care_before", &["tariff", "reduction", "order"]);
/// The tariff lowered for night care after it was indexed.
pub const NIGHT_CARE_AFTER: Text = Text::new("TAR-11", "night_care_after", &["tariff", "reduction", "order"]);
/// A provider that came after night care was settled.
pub const NIGHT_CARE_OUTSIDE: Text = Text::new("TAR-11", "night_care_outside", &["region"]);
/// A tariff below the maximum.
pub const MAXIMUM_HOLDS: Text = Text::new("TAR-11", "maximum_holds", &["tariff", "maximum"]);
/// A tariff that would be above the maximum.
pub const MAXIMUM_LOWERS: Text = Text::new("TAR-11", "maximum_lowers", &["tariff", "maximum"]);
/// The surcharge for working differently.
pub const SURCHARGE: Text = Text::new("TAR-11", "surcharge", &["tariff", "surcharge", "letter"]);
/// A surcharge that no letter states yet.
pub const SURCHARGE_UNSTATED: Text = Text::new("TAR-11", "surcharge_unstated", &["awarded"]);
/// A provider of the region that is missing.
pub const PROVIDER_MISSING: Text = Text::new("TAR-11", "provider_missing", &["agb"]);
/// A provider of the region that does not take part.
pub const PROVIDER_DECLINES: Text = Text::new("TAR-11", "provider_declines", &["agb"]);
/// A region that does not take part.
pub const REGION_DECLINES: Text = Text::new("TAR-11", "region_declines", &["region"]);
/// Who takes part.
pub const NIGHT_CARE_SCOPE: Text = Text::new("TAR-11", "night_care_scope", &["region", "scope"]);
/// What the region's night care costs.
pub const NIGHT_CARE_TOTAL: Text = Text::new("TAR-11", "night_care_total", &[]);
/// The part of a provider.
pub const NIGHT_CARE_PART: Text =
    Text::new("TAR-11", "night_care_part", &["agb", "turnover", "all", "year", "total", "turnover_year"]);
/// What its tariff is lowered by.
pub const NIGHT_CARE_REDUCTION: Text = Text::new("TAR-11", "night_care_reduction", &["agb", "part", "hours"]);
/// What is left of its part.
pub const NIGHT_CARE_RESIDUAL: Text =
    Text::new("TAR-11", "night_care_residual", &["agb", "part", "hours", "reduction"]);
/// Nobody to divide it over.
pub const NIGHT_CARE_UNDIVIDED: Text = Text::new("TAR-11", "night_care_undivided", &["total"]);
/// Reductions and residual are the total.
pub const NIGHT_CARE_BALANCE: Text = Text::new("TAR-11", "night_care_balance", &["borne", "total"]);
/// What is on record for a day.
pub const HELD: Text = Text::new("TAR-11", "agreed", &["date", "tariff", "version", "ceiling"]);
/// Until when an offer can be accepted.
pub const OFFERED: Text = Text::new("TAR-22", "offered", &["local", "inclusive", "sent"]);
/// No offer can be made any more.
pub const OFFER_TOO_LATE: Text = Text::new("TAR-22", "offer_too_late", &["local", "inclusive", "sent"]);
/// An offer that was accepted in time.
pub const ACCEPTED: Text = Text::new("TAR-22", "accepted", &["local", "inclusive", "received"]);
/// An offer that lapsed.
pub const LAPSED: Text = Text::new("TAR-22", "lapsed", &["local", "inclusive", "received"]);
/// An offer that can still be accepted.
pub const OPEN: Text = Text::new("TAR-22", "open", &["local", "inclusive", "received"]);
/// What was agreed before is replaced.
pub const REPLACES: Text = Text::new("TAR-22", "replaces", &["earlier_tariff", "earlier_ceiling", "tariff", "ceiling"]);
/// Nothing was agreed before.
pub const CONCLUDES: Text = Text::new("TAR-22", "concludes", &["tariff", "ceiling"]);
/// What was agreed before goes on to hold.
pub const EARLIER_HOLDS: Text = Text::new("TAR-22", "earlier_holds", &["earlier_tariff", "earlier_ceiling"]);
/// Nothing was agreed before, and nothing is now.
pub const NOTHING_HOLDS: Text = Text::new("TAR-22", "nothing_holds", &[]);

/// Every text of home care.
pub(super) const TEXTS: [Text; 36] = [
    PREVIOUS,
    PREVIOUS_WITH_SURCHARGE,
    NOT_NEGOTIABLE,
    INDEX_PLAIN,
    INDEX_BENCHMARK,
    INDEX_UNSTATED,
    ADDITION,
    ORIGINAL_OFFER,
    INDEXED,
    NIGHT_CARE_BEFORE,
    NIGHT_CARE_AFTER,
    NIGHT_CARE_OUTSIDE,
    MAXIMUM_HOLDS,
    MAXIMUM_LOWERS,
    SURCHARGE,
    SURCHARGE_UNSTATED,
    PROVIDER_MISSING,
    PROVIDER_DECLINES,
    REGION_DECLINES,
    NIGHT_CARE_SCOPE,
    NIGHT_CARE_TOTAL,
    NIGHT_CARE_PART,
    NIGHT_CARE_REDUCTION,
    NIGHT_CARE_RESIDUAL,
    NIGHT_CARE_UNDIVIDED,
    NIGHT_CARE_BALANCE,
    HELD,
    OFFERED,
    OFFER_TOO_LATE,
    ACCEPTED,
    LAPSED,
    OPEN,
    REPLACES,
    CONCLUDES,
    EARLIER_HOLDS,
    NOTHING_HOLDS,
];
