//! The calls of home care: read, load, decide, save, reply.

mod agreements;
mod applications;
mod benchmark;
mod cases;
mod client_stops;
mod consumption;
mod decisions;
mod features;
mod insured;
mod offer_answers;
mod offer_inputs;
mod offers;
mod proposals;
mod raises;
mod reads;
mod service;
mod year_end;
mod year_end_inputs;

use edge::Core;
use intake::Intake;

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
