//! The decisions of tariffing: pure functions of facts and rules.

mod percentage;
mod product;
mod timeline;

pub use percentage::{PercentageFacts, derive_percentage};
pub use product::{QuoteFacts, quote, tariffs};
pub use timeline::{changed, days_of, timeline};

#[cfg(test)]
pub(crate) use product::tests as fixture;
