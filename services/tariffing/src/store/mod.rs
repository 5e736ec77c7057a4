//! Tables of tariffs and percentages.

mod homecare;
mod percentages;
mod tables;

use database::Migration;
use edge::Record;

pub use homecare::{
    TariffQuery, accept_offer, add_anders_werken, add_home_care_tariff, add_night_care, add_offer, anders_werken,
    bytes_of, home_care_tariffs, home_care_tariffs_of, night_care_of, offer, offer_to, take_year, tariffs_in_region,
};
pub use percentages::{PercentageOf, add_percentage, percentages, percentages_of};
pub use tables::{add_table, maximum_on, tariffs_between, tariffs_of, tariffs_on};

/// The schema of tariffing.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "tariffing", include_str!("../../migrations/0100_tariffing.sql")),
    Migration::append_only(101, "append_only", &["tariff_table", "maximum_tariff", "agreed_percentage"]),
    Migration::new(110, "homecare", include_str!("../../migrations/0110_homecare.sql")),
    Migration::append_only(
        111,
        "append_only_homecare",
        &["home_care_tariff", "anders_werken", "night_care", "uplift_offer", "uplift_acceptance"],
    ),
];

/// To whom records belong.
pub const RECORDS: &[Record] =
    &[Record { kind: "uplift_offer", owner: "SELECT office, agb FROM uplift_offer WHERE offer_id = $1" }];
