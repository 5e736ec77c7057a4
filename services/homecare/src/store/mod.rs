//! Tables of home care, by what they hold.

mod agreements;
mod applications;
mod benchmark;
mod ceilings;
mod consumption;
mod decisions;
mod offers;
mod raises;
mod year_end;

pub use agreements::{add_agreement, agreement_years, page_of_agreements};
pub use applications::{add_application, application, page_of_applications, save_application};
pub use benchmark::{
    FEATURE_ROW, add_exclusion, add_run, add_score, add_table, contracted, encode_row, excluded, next_number,
    page_of_exclusions, page_of_runs, page_of_scores, page_of_tables, rows_after, run, same_table, table,
};
pub use ceilings::{Spent, spend, take_ceilings};
pub use consumption::{
    CeilingChange, Grown, add_ceiling_entry, add_clients, add_months, consumption_of, page_of_consumption,
};
pub use decisions::{add_decision, add_signal, page_of_decisions, signals_of};
pub use offers::{
    accept_offer, add_offer, add_refusal, agreements_of, consumption_in, last_offer_numbers, next_offer_number, offer,
    open_offer, page_of_offers, page_of_refusals, respond_to_offer, scores_of,
};
pub use raises::{
    add_raise, add_stop, agreed, client_stop, end_stop, is_stopped, page_of_raises, page_of_stops, raise,
    raise_ceiling, raise_is_open, save_raise, standing, take_ceiling,
};
pub use year_end::{
    add_subcontracting, add_year_end, add_year_end_decision, add_year_end_entry, client_care, page_of_year_end,
    stops_in, subcontracting_in, take_year, year_end, year_end_entries, year_end_entry,
};

use database::Migration;
use edge::{EdgeError, Record};
use identifiers::Agb;
use intake::reclaim;
use serde::{Serialize, de::DeserializeOwned};

const CASE_RECLAIM: [Migration; 2] = reclaim::migrations(160);

/// The schema of home care.
pub const MIGRATIONS: &[Migration] = &[
    intake::MIGRATIONS[0],
    intake::MIGRATIONS[1],
    intake::MIGRATIONS[2],
    intake::MIGRATIONS[3],
    intake::MIGRATIONS[4],
    intake::MIGRATIONS[5],
    intake::MIGRATIONS[6],
    intake::MIGRATIONS[7],
    intake::MIGRATIONS[8],
    Migration::new(100, "homecare", include_str!("../../migrations/0100_homecare.sql")),
    Migration::append_only(
        101,
        "append_only",
        &["agreement", "agreement_tariff", "ceiling_signal", "ceiling_decision"],
    ),
    Migration::new(110, "benchmark", include_str!("../../migrations/0110_benchmark.sql")),
    Migration::append_only(
        111,
        "benchmark_append_only",
        &["feature_table", "feature_row", "benchmark_exclusion", "benchmark_run", "benchmark_score"],
    ),
    Migration::purgeable(112, "benchmark_purgeable", &["feature_row"]),
    Migration::new(120, "consumption", include_str!("../../migrations/0120_consumption.sql")),
    Migration::append_only(121, "consumption_append_only", &["ceiling_entry", "care_month_entry"]),
    Migration::new(130, "offers", include_str!("../../migrations/0130_offers.sql")),
    Migration::append_only(131, "offers_append_only", &["offer_refusal"]),
    Migration::new(140, "raises", include_str!("../../migrations/0140_raises.sql")),
    Migration::append_only(
        141,
        "raises_append_only",
        &["raise_request", "raise_version", "client_stop", "client_stop_end"],
    ),
    Migration::new(145, "applications", include_str!("../../migrations/0145_applications.sql")),
    Migration::append_only(146, "applications_append_only", &["application", "application_version"]),
    Migration::new(150, "year_end", include_str!("../../migrations/0150_year_end.sql")),
    Migration::append_only(
        151,
        "year_end_append_only",
        &["subcontracting_share", "year_end", "year_end_entry", "year_end_decision"],
    ),
    CASE_RECLAIM[0],
    CASE_RECLAIM[1],
];

/// To whom a feature table belongs.
pub const FEATURE_TABLE: Record =
    Record { kind: "feature_table", owner: "SELECT office, '' FROM feature_table WHERE table_id = $1" };

/// To whom a run of the benchmark belongs.
pub const BENCHMARK_RUN: Record =
    Record { kind: "benchmark_run", owner: "SELECT office, '' FROM benchmark_run WHERE run_id = $1" };

/// To whom a request to raise a ceiling belongs.
pub const RAISE: Record = Record { kind: "raise", owner: "SELECT office, agb FROM raise_request WHERE raise_id = $1" };

/// To whom an application belongs.
pub const APPLICATION: Record =
    Record { kind: "application", owner: "SELECT office, agb FROM application WHERE application_id = $1" };

/// To whom a stop for new clients belongs.
pub const CLIENT_STOP: Record =
    Record { kind: "client_stop", owner: "SELECT office, agb FROM client_stop WHERE stop_id = $1" };

/// To whom an offer belongs.
pub const CEILING_OFFER: Record =
    Record { kind: "ceiling_offer", owner: "SELECT office, agb FROM ceiling_offer WHERE offer_id = $1" };

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}

/// What is kept as JSON.
fn json<T: DeserializeOwned>(text: &str) -> Result<T, EdgeError> {
    serde_json::from_str(text).map_err(|error| EdgeError::Stored(error.to_string()))
}

/// The opposite of [`json`].
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    // Nothing that is kept has keys that aren't texts, which is all that can fail.
    serde_json::to_string(value).unwrap_or_default()
}
