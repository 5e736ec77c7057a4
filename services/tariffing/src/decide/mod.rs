//! The decisions of tariffing: pure functions of facts and rules.

mod percentage;
mod product;
mod timeline;

pub use percentage::{PercentageFacts, derive_percentage, first_day_of};
pub use product::{QuoteFacts, quote, tariff};
pub use timeline::timeline;
