//! Between the contract and the domain.

mod homecare;
mod night_care;
mod percentages;
mod quotes;
mod tables;

pub use homecare::{
    AgreeHomeCare, RecordAndersWerken, accept_uplift, agree_home_care, anders_werken, get_home_care, home_care_tariff,
    list_home_care, make_uplift, uplift_offer,
};
pub use night_care::{SettleNightCare, get_night_care, night_care_refusals, settle_night_care, settlement};
pub use percentages::{agree, agreed, list_percentages};
pub use quotes::{Quote, quote, quoted};
pub use tables::{Import, import, list_tariffs, maximum_tariff};
