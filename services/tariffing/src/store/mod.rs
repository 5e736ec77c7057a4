//! Tables of tariffs, percentages, annual figures and sums of approved care.

mod approved;
mod figures;
mod percentages;
mod tables;

use database::Migration;

pub use approved::{CareKey, CareSum, ClientsKey, add_care, add_clients, approved_care, sectors_of, without_sector};
pub use figures::{add_figures, figures, figures_of};
pub use percentages::{PercentageOf, add_percentage, percentages, percentages_of};
pub use tables::{add_table, tariffs_between, tariffs_of, tariffs_on};

/// The schema of tariffing.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "tariffing", include_str!("../../migrations/0100_tariffing.sql")),
    Migration::append_only(101, "append_only", &["tariff_table", "maximum_tariff", "agreed_percentage"]),
    Migration::new(120, "figures", include_str!("../../migrations/0120_figures.sql")),
    Migration::append_only(121, "figures_append_only", &["figures_table", "annual_figures"]),
];
