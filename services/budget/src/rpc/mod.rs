//! The calls of budget: read, load, decide, save, reply.

mod budgets;
mod cases;
mod decisions;
mod escalations;
mod forecasts;
mod forms;
mod innovations;
mod insured;
mod iwlz;
mod ledger;
mod preview;
mod production;
mod proposals;
mod publication;
mod reads;
mod reconciliation;
mod room;
mod round_commit;
mod round_inputs;
mod rounds;
mod service;

use edge::{Core, EdgeError};
use intake::Intake;

use crate::domain::OfficeYear;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    intake: Intake,
}

impl Rpc {
    /// The calls over a core and an intake.
    pub fn new(core: Core, intake: Intake) -> Rpc {
        Rpc { core, intake }
    }
}

fn no_room(year: &OfficeYear) -> EdgeError {
    EdgeError::NotFound { what: "the contract room of", id: year.to_string() }
}
