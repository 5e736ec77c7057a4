//! The parameters and texts of budget.

use std::sync::Arc;

use edge::retention::{AUDIT_KEPT, AUDIT_YEARS, REQUEST_KEPT, REQUEST_YEARS};
use explain::{Parameter, Schema, Text};
use intake::{CLAIM_FILE_TEXT, CLAIM_FILE_YEARS, INSURED_TEXT, INSURED_YEARS};
use money::{Percentage, Rate};

use crate::retention::{ALLOCATION_TEXT, ALLOCATION_YEARS};

/// The part of the room that is kept in reserve.
pub const RESERVE_PERCENTAGE: Parameter<Percentage> = Parameter::percent("BUD-02", "reserve_percentage");
/// The part of the room that is kept in reserve for innovation, beside that.
pub const INNOVATION_PERCENTAGE: Parameter<Percentage> = Parameter::percent("BUD-13", "innovation_percentage");
/// Of which part of the room the reserve is taken.
pub const RESERVE_BASE: Parameter<Arc<str>> = Parameter::choice("BUD-02", "reserve_base", &["zin", "total"]);
/// How many months of the year before base production is taken from.
pub const BASE_MONTHS: Parameter<u32> = Parameter::count("BUD-03", "base_months");
/// Which months those are: of care, or of filing.
pub const BASE_MONTH_KIND: Parameter<Arc<str>> = Parameter::choice("BUD-03", "base_month_kind", &["care", "filing"]);
/// The time units that are extrapolated by calendar days.
pub const DAY_PRICED_UNITS: Parameter<Vec<Arc<str>>> = Parameter::list("BUD-03", "day_priced_units");
/// The part of base production that is filed.
pub const PROVIDER_CAP: Parameter<Percentage> = Parameter::percent("BUD-04", "provider_cap_percentage");
/// The same for new providers, for whom no source states it.
pub const NEW_PROVIDER_CAP: Parameter<Percentage> = Parameter::percent("BUD-04", "new_provider_cap_percentage");
/// The part of the room that all providers together may take.
pub const COLLECTIVE_CAP: Parameter<Percentage> = Parameter::percent("BUD-04", "collective_cap_percentage");
/// What the collective cap is held against.
pub const COLLECTIVE_CAP_ON: Parameter<Arc<str>> =
    Parameter::choice("BUD-04", "collective_cap_on", &["base_production", "filed"]);
/// Of which part of the room the collective cap is taken.
pub const BUDGET_CAP_BASE: Parameter<Arc<str>> = Parameter::choice("BUD-04", "budget_cap_base", &["zin", "total"]);
/// Within how many working days after the month of care a provider files.
pub const PROVIDER_FILING_DAYS: Parameter<u32> = Parameter::count("BUD-05", "provider_filing_days");
/// Within how many working days the office handles a file.
pub const OFFICE_HANDLING_DAYS: Parameter<u32> = Parameter::count("BUD-05", "office_handling_days");
/// How many months of the year the forecast is made from.
pub const FORECAST_MONTHS: Parameter<u32> = Parameter::count("BUD-06", "forecast_months");
/// Whether the office's forecast holds when the provider does not answer in time.
pub const SILENCE_ACCEPTS: Parameter<bool> = Parameter::flag("BUD-06", "silence_accepts");
/// Whether the purchaser settles a forecast that was not agreed.
pub const PURCHASER_SETTLES: Parameter<bool> = Parameter::flag("BUD-06", "purchaser_settles");
/// The part of the room that is deployed at the click.
pub const CLICK_SHARE: Parameter<Rate> = Parameter::factor("BUD-07", "click_share");
/// Whether under-producers go down to their forecast when the room suffices.
pub const LOWER_WHEN_ROOM_SUFFICES: Parameter<bool> =
    Parameter::flag("BUD-07", "lower_underproduction_when_room_suffices");
/// Whether the reserve counts as room in the click.
pub const OVERRUN_ROOM: Parameter<Arc<str>> =
    Parameter::choice("BUD-07", "overrun_room", &["without_reserve", "with_reserve"]);
/// Which forecast the click uses.
pub const OVERRUN_BASIS: Parameter<Arc<str>> =
    Parameter::choice("BUD-07", "overrun_basis", &["agreed_forecast", "extrapolation"]);
/// How many months of the year the forecast of the reallocation is made from.
pub const REALLOCATION_MONTHS: Parameter<u32> = Parameter::count("BUD-10", "reallocation_months");
/// Whether under-producers go down to their forecast in the reallocation.
pub const REALLOCATION_LOWERS: Parameter<bool> = Parameter::flag("BUD-10", "lower_underproduction");
/// The last month in which zinnige zorg & innovatie can be agreed for the reallocation.
pub const INNOVATION_LAST_MONTH: Parameter<u32> = Parameter::count("BUD-10", "innovation_last_month");
/// Whether growth outside institutions goes first when there is too little to share.
pub const EXTRAMURAL_FIRST: Parameter<bool> = Parameter::flag("BUD-13", "extramural_growth_first");
/// Which care at home that is in base production: what was entered beside the claims, or all of it.
pub const EXTRAMURAL_BASE: Parameter<Arc<str>> =
    Parameter::choice("BUD-13", "extramural_first_in_base", &["expansion", "all"]);
/// The part of its stays that may be with treatment when a provider grows.
pub const TREATMENT_STAY_CAP: Parameter<Percentage> = Parameter::percent("BUD-13", "treatment_stay_cap_percentage");
/// The part of the room that stays may take.
pub const INTRAMURAL_CEILING: Parameter<Percentage> = Parameter::percent("BUD-13", "intramural_ceiling_percentage");
/// What the codes of stays with treatment begin with.
pub const TREATMENT_STAY_PREFIXES: Parameter<Vec<Arc<str>>> = Parameter::list("BUD-13", "treatment_stay_prefixes");
/// What the codes of full packages at home begin with.
pub const VPT_PREFIXES: Parameter<Vec<Arc<str>>> = Parameter::list("BUD-13", "vpt_prefixes");
/// What the codes of modular packages at home begin with.
pub const MPT_PREFIXES: Parameter<Vec<Arc<str>>> = Parameter::list("BUD-13", "mpt_prefixes");

/// A case of screening claims something back of a line.
pub const CASE_RECLAIMED: Text = Text::new("BUD-11", "case_reclaimed", &["case", "reference", "claimed", "granted"]);
/// A case of screening claims something back of a line that was credited before.
pub const CASE_CREDITED: Text = Text::new("BUD-11", "case_credited", &["case", "reference", "claimed", "granted"]);
/// Other cases claim something back of the line too.
pub const CASE_EARLIER: Text = Text::new("BUD-11", "case_earlier", &["reference", "earlier"]);
/// Reserve for innovation is set apart.
pub const INNOVATION: Text = Text::new("BUD-13", "innovation", &["base", "percentage"]);
/// The reserve is set apart.
pub const RESERVE: Text = Text::new("BUD-02", "reserve", &["base", "percentage"]);
/// Approved production over a year.
pub const PRODUCTION: Text = Text::new("BUD-03", "production", &["product", "approved", "months", "month_kind"]);
/// Base production that was entered.
pub const ENTERED: Text = Text::new("BUD-03", "entered", &["product", "kind"]);
/// Base production in euros.
pub const BASE: Text = Text::new("BUD-03", "base", &[]);
/// The collective cap holds.
pub const COLLECTIVE_FITS: Text = Text::new("BUD-04", "collective_fits", &["total", "percentage", "base"]);
/// The collective cap is exceeded.
pub const COLLECTIVE_EXCEEDED: Text = Text::new("BUD-04", "collective_exceeded", &["total", "percentage", "base"]);
/// A provider's part of the scaling.
pub const SCALED: Text = Text::new("BUD-04", "scaled", &["production"]);
/// What is filed.
pub const FILED: Text = Text::new("BUD-04", "filed", &["percentage", "production"]);
/// Approved production over a year, for the forecast.
pub const EXTRAPOLATED: Text = Text::new("BUD-06", "extrapolated", &["product", "approved", "months"]);
/// The office's forecast.
pub const FORECAST: Text = Text::new("BUD-06", "forecast", &[]);
/// The provider agrees.
pub const FORECAST_AGREED: Text = Text::new("BUD-06", "agreed", &[]);
/// The provider's own forecast.
pub const FORECAST_OWN: Text = Text::new("BUD-06", "own", &["office"]);
/// The purchaser settles.
pub const FORECAST_SETTLED: Text = Text::new("BUD-06", "settled", &["motivation"]);
/// The room available at the click.
pub const AVAILABLE: Text = Text::new("BUD-07", "available", &["share", "room", "reserve"]);
/// The room of the reallocation.
pub const AVAILABLE_IN_FULL: Text = Text::new("BUD-10", "available", &["room"]);
/// The forecasts fit.
pub const ROOM_SUFFICES: Text = Text::new("BUD-07", "room_suffices", &["forecast", "available"]);
/// They fit, but not beside the budgets that are kept.
pub const SHORTAGE: Text = Text::new("BUD-07", "shortage", &["budgets"]);
/// The forecasts exceed the room.
pub const OVERRUN: Text = Text::new("BUD-07", "overrun", &["forecast", "available", "staying"]);
/// Even the budgets that stay exceed the room.
pub const COMMITMENT: Text = Text::new("BUD-07", "commitment", &["staying", "available"]);
/// What goes to over-production.
pub const GRANTED: Text = Text::new("BUD-07", "granted", &["to_share", "overproduction"]);
/// What is left.
pub const LEFT: Text = Text::new("BUD-07", "left", &["available"]);
/// A provider is raised in full.
pub const RAISED: Text = Text::new("BUD-07", "raised", &["forecast", "budget"]);
/// A provider keeps its budget.
pub const KEPT: Text = Text::new("BUD-07", "kept", &["forecast", "budget"]);
/// A provider goes down to its forecast.
pub const LOWERED: Text = Text::new("BUD-07", "lowered", &["forecast", "budget"]);
/// A provider bears its part of a shortage.
pub const LOWERED_IN_PROPORTION: Text =
    Text::new("BUD-07", "lowered_in_proportion", &["forecast", "budget", "shortage"]);
/// A provider gets its part of what there is to share.
pub const FUNDED: Text = Text::new("BUD-07", "funded", &["forecast", "budget", "to_share"]);

/// What an affordability agreement makes of a budget.
pub const AFFORDABLE_BUDGET: Text = Text::new("BUD-15", "budget", &["budget"]);
/// What an affordability agreement makes of a forecast.
pub const AFFORDABLE_TARIFF: Text = Text::new("BUD-15", "tariff", &["percentage"]);
/// Growth of stays is refused for their mix.
pub const TREATMENT_REFUSED: Text = Text::new("BUD-13", "treatment_refused", &["part", "forecast"]);
/// The growth of stays of all together exceeds the ceiling.
pub const VOLUME_CEILING: Text = Text::new("BUD-13", "volume_ceiling", &["percentage", "available", "held", "growth"]);
/// Growth of stays is refused for the ceiling.
pub const CEILING_REFUSED: Text = Text::new("BUD-13", "ceiling_refused", &["forecast"]);
/// Growth at home goes first.
pub const AT_HOME_FIRST: Text = Text::new("BUD-13", "at_home_first", &["funds", "growth"]);
/// The collective cap is exceeded, and care at home goes first.
pub const COLLECTIVE_EXCEEDED_HOME_FIRST: Text =
    Text::new("BUD-13", "collective_exceeded", &["total", "percentage", "base"]);
/// How much of the cap goes to care at home.
pub const BASE_HOME_FIRST: Text = Text::new("BUD-13", "base_home_first", &["funds", "first"]);
/// A provider's part of the scaling, when care at home goes first.
pub const SCALED_HOME_FIRST: Text = Text::new("BUD-13", "scaled_home_first", &["production", "first", "at_home"]);
/// What all are due.
pub const RECONCILED: Text = Text::new("BUD-11", "reconciled", &["providers"]);
/// A wrongful payment.
pub const WRONGFUL: Text = Text::new("BUD-11", "wrongful", &["reference"]);
/// A wrongful payment on a line that was credited.
pub const WRONGFUL_CREDITED: Text = Text::new("BUD-11", "wrongful_credited", &["reference", "amount"]);
/// Rightful production.
pub const RIGHTFUL: Text = Text::new("BUD-11", "rightful", &["production", "wrongful"]);
/// The acceptable costs.
pub const ACCEPTABLE: Text = Text::new("BUD-11", "acceptable", &["budget", "rightful"]);
/// What was paid.
pub const NET_PAID: Text = Text::new("BUD-11", "net_paid", &["paid", "advance"]);
/// What is to be settled.
pub const SETTLEMENT: Text = Text::new("BUD-11", "settlement", &["acceptable", "paid"]);
/// The overrun that is forecast.
pub const OVERRUN_FORECAST: Text = Text::new("BUD-08", "overrun", &["forecast", "room", "reserve"]);
/// Room from the PGB lot.
pub const PGB_TRANSFER: Text = Text::new("BUD-08", "pgb_transfer", &["overrun"]);
/// Room from other offices.
pub const OFFICE_TRANSFER: Text = Text::new("BUD-08", "office_transfer", &["overrun"]);
/// Consultation on extra means.
pub const CONSULTATION: Text = Text::new("BUD-08", "consultation", &["overrun"]);
/// Production that cannot be paid.
pub const UNPAID: Text = Text::new("BUD-08", "unpaid", &["overrun"]);
/// A product is agreed.
pub const PRODUCT_AGREED: Text = Text::new("BUD-10", "product", &["product", "volume"]);

/// An agreement on innovation is in time.
pub const INNOVATION_IN_TIME: Text = Text::new("BUD-10", "innovation_in_time", &["agreed", "last"]);
/// An agreement on innovation is too late.
pub const INNOVATION_TOO_LATE: Text = Text::new("BUD-10", "innovation_too_late", &["agreed", "last"]);
/// What is agreed on innovation of a product.
pub const INNOVATION_PRODUCT: Text = Text::new("BUD-10", "innovation_product", &["product"]);
/// What is agreed on innovation in all.
pub const INNOVATION_AGREED: Text = Text::new("BUD-10", "innovation_agreed", &["before", "motivation"]);
/// What enters the reallocation beside the forecasts.
pub const INNOVATIONS: Text = Text::new("BUD-10", "innovations", &["providers"]);
/// What was agreed on innovation is added to a forecast.
pub const INNOVATION_ENTERS: Text = Text::new("BUD-10", "innovation_enters", &["forecast", "agreed"]);
/// Who had no budget enters with what was agreed on innovation alone.
pub const NEW_IN_REALLOCATION: Text = Text::new("BUD-10", "new_in_reallocation", &["forecast"]);

/// Everything the rule files of budget may say.
pub const SCHEMA: Schema = Schema {
    parameters: &[
        RESERVE_PERCENTAGE.spec(),
        RESERVE_BASE.spec(),
        BASE_MONTHS.spec(),
        BASE_MONTH_KIND.spec(),
        DAY_PRICED_UNITS.spec(),
        PROVIDER_CAP.spec(),
        NEW_PROVIDER_CAP.spec(),
        COLLECTIVE_CAP.spec(),
        COLLECTIVE_CAP_ON.spec(),
        BUDGET_CAP_BASE.spec(),
        PROVIDER_FILING_DAYS.spec(),
        OFFICE_HANDLING_DAYS.spec(),
        FORECAST_MONTHS.spec(),
        SILENCE_ACCEPTS.spec(),
        PURCHASER_SETTLES.spec(),
        CLICK_SHARE.spec(),
        LOWER_WHEN_ROOM_SUFFICES.spec(),
        INNOVATION_PERCENTAGE.spec(),
        OVERRUN_ROOM.spec(),
        OVERRUN_BASIS.spec(),
        REALLOCATION_MONTHS.spec(),
        REALLOCATION_LOWERS.spec(),
        INNOVATION_LAST_MONTH.spec(),
        EXTRAMURAL_FIRST.spec(),
        EXTRAMURAL_BASE.spec(),
        TREATMENT_STAY_CAP.spec(),
        INTRAMURAL_CEILING.spec(),
        TREATMENT_STAY_PREFIXES.spec(),
        VPT_PREFIXES.spec(),
        MPT_PREFIXES.spec(),
        CLAIM_FILE_YEARS.spec(),
        INSURED_YEARS.spec(),
        ALLOCATION_YEARS.spec(),
        REQUEST_YEARS.spec(),
        AUDIT_YEARS.spec(),
    ],
    texts: &[
        CASE_RECLAIMED,
        CASE_CREDITED,
        CASE_EARLIER,
        RESERVE,
        PRODUCTION,
        ENTERED,
        BASE,
        COLLECTIVE_FITS,
        COLLECTIVE_EXCEEDED,
        SCALED,
        FILED,
        EXTRAPOLATED,
        FORECAST,
        FORECAST_AGREED,
        FORECAST_OWN,
        FORECAST_SETTLED,
        AVAILABLE,
        ROOM_SUFFICES,
        SHORTAGE,
        OVERRUN,
        COMMITMENT,
        GRANTED,
        LEFT,
        RAISED,
        KEPT,
        LOWERED,
        LOWERED_IN_PROPORTION,
        FUNDED,
        INNOVATION,
        AVAILABLE_IN_FULL,
        AFFORDABLE_BUDGET,
        AFFORDABLE_TARIFF,
        TREATMENT_REFUSED,
        VOLUME_CEILING,
        CEILING_REFUSED,
        AT_HOME_FIRST,
        COLLECTIVE_EXCEEDED_HOME_FIRST,
        BASE_HOME_FIRST,
        SCALED_HOME_FIRST,
        PRODUCT_AGREED,
        INNOVATION_IN_TIME,
        INNOVATION_TOO_LATE,
        INNOVATION_PRODUCT,
        INNOVATION_AGREED,
        INNOVATIONS,
        INNOVATION_ENTERS,
        NEW_IN_REALLOCATION,
        RECONCILED,
        WRONGFUL,
        WRONGFUL_CREDITED,
        RIGHTFUL,
        ACCEPTABLE,
        NET_PAID,
        SETTLEMENT,
        OVERRUN_FORECAST,
        PGB_TRANSFER,
        OFFICE_TRANSFER,
        CONSULTATION,
        UNPAID,
        CLAIM_FILE_TEXT,
        INSURED_TEXT,
        ALLOCATION_TEXT,
        REQUEST_KEPT,
        AUDIT_KEPT,
    ],
    ..Schema::EMPTY
};

/// The rule files built in.
pub const FILES: &[(&str, &str)] = &[
    ("wlz.toml", include_str!("../rules/wlz.toml")),
    ("offices-2024.toml", include_str!("../rules/offices-2024.toml")),
    ("retention.toml", include_str!("../rules/retention.toml")),
];
