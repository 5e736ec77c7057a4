//! The decisions of tariffing: pure functions of facts and rules.

mod guide;
mod mirror;
mod percentage;
mod product;
mod timeline;

pub use guide::{Account, BreakEven, Guide, GuideFacts, LeftOut, LeftOutReason, Neutral, derive_guide};
pub use mirror::{MirrorFacts, mirror};
pub use percentage::{PercentageFacts, derive_percentage};
pub use product::{QuoteFacts, quote, tariffs};
pub use timeline::{changed, days_of, timeline};

#[cfg(test)]
pub(crate) use product::tests as fixture;
