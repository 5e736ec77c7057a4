//! Tables of tariffs and percentages.

mod percentages;
mod tables;

use database::Migration;

pub use percentages::{PercentageOf, add_percentage, percentages, percentages_of};
pub use tables::{add_table, tariffs_between, tariffs_of, tariffs_on};

/// The schema of tariffing.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "tariffing", include_str!("../../migrations/0100_tariffing.sql")),
    Migration::append_only(101, "append_only", &["tariff_table", "maximum_tariff", "agreed_percentage"]),
];
