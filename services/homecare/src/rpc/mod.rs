//! The calls of home care: read, load, decide, save, reply.

mod agreements;
mod benchmark;
mod consumption;
mod decisions;
mod features;
mod proposals;
mod reads;
mod service;

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
