//! The calls of screening: read, load, decide, save, reply.

mod decisions;
mod service;
mod signals;

use edge::Core;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
}

impl Rpc {
    /// The calls over a core.
    pub fn new(core: Core) -> Rpc {
        Rpc { core }
    }
}
