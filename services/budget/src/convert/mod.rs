//! Between the contract and the domain.

mod production;
mod reply;
mod request;

pub use production::{
    correction, list_corrections, list_production, list_refusals, list_timeliness, production, refusal,
    stream_production, timeliness,
};
pub use reply::{budget, click, forecast, lot_use, room, volumes};
pub use request::{
    Answer, Change, Establish, Release, Settle, answer_forecast, change_room, click_request, commit_click,
    establish_room, file_budgets, get_room, list_claim_files, make_forecast, office_year, paged_year, record_base,
    release_reserve, settle_forecast,
};
