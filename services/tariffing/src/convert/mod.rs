//! Between the contract and the domain.

mod percentages;
mod quotes;
mod tables;

pub use percentages::{agree, agreed, list_percentages};
pub use quotes::{Quote, quote, quoted};
pub use tables::{Import, import, list_tariffs, maximum_tariff};
