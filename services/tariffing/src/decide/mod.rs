//! The decisions of tariffing: pure functions of facts and rules.

mod homecare;
mod percentage;
mod product;
mod timeline;

pub use homecare::{
    AcceptanceFacts, Accepted, Contracted, HeldFacts, HomeCareFacts, NightCareFacts, NightCareOutcome,
    NightCareRefusal, UpliftFacts, Windowed, accept_uplift, holding, home_care_tariff, is_open, night_care,
    offer_uplift, shares, tariff_on, turnover_year,
};
pub use percentage::{PercentageFacts, derive_percentage};
pub use product::{QuoteFacts, quote, tariffs};
pub use timeline::{changed, days_of, timeline};

#[cfg(test)]
pub(crate) use product::tests as fixture;
