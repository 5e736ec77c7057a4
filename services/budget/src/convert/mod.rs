//! Between the contract and the domain.

mod closing;
mod forecasts;
mod forms;
mod innovations;
mod iwlz;
mod ledger;
mod preview;
mod production;
mod reply;
mod request;
mod rounds;

pub use closing::{
    Escalate, ListForms, OpenInvestigation, Publication, RecordWrongful, SignForm, close_investigation, escalate,
    escalation, investigation, list_forms, open_investigation, provider_use, publication, record_wrongful, settlement,
    sign_form, signature,
};
pub use forecasts::{Answer, Settle, answer_forecast, forecast_round, make_forecast, settle_forecast};
pub use forms::{Committed, form_of};
pub use innovations::{Agree, agree_innovation, innovation, innovation_refusal};
pub use iwlz::{allocation, faults, import_iwlz, list_allocations, message, stored_message};
pub use ledger::{
    Advance, ListEntries, MoveBudget, Payments, advance, balances, entry, get_ledger, list_entries, move_budget,
    record_payments, settle_advance,
};
pub use preview::{Preview, list_rooms, preview_reserve, preview_round, room_key};
pub use production::{
    correction, list_corrections, list_production, list_refusals, list_timeliness, production, refusal,
    stream_production, timeliness,
};
pub use reply::{budget, forecast, lot_to_proto, lot_use, room, volumes};
pub use request::{
    Change, Establish, RecordAffordability, Release, change_room, establish_room, get_room, list_claim_files,
    office_year, paged_year, record_affordability, record_base, release_reserve,
};
pub use rounds::{
    OpenRound, agreed_product, commit_round, compare, differences, list_round_providers, open_round, round,
    round_in_words, round_kind, round_provider, simulate_round, simulation, totals,
};
