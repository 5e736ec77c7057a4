//! Between the contract and the domain.

mod iwlz;
mod reply;
mod request;

pub use iwlz::{allocation, faults, import_iwlz, list_allocations, message, stored_message};
pub use reply::{budget, click, forecast, lot_use, production, room, volumes};
pub use request::{
    Answer, Change, Establish, Release, Settle, answer_forecast, change_room, click_request, commit_click,
    establish_room, file_budgets, get_room, list_claim_files, list_production, make_forecast, office_year, paged_year,
    record_base, release_reserve, settle_forecast,
};
