//! The calls of screening: read, load, decide, save, reply.

mod decisions;
mod integrity;
mod proposals;
mod registers;
mod service;
mod signals;

use std::sync::Arc;

use edge::Core;
use envelope::KeyRing;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    keys: Option<Arc<KeyRing>>,
}

impl Rpc {
    /// The calls over a core, with the keys that findings of registers are sealed with.
    pub fn new(core: Core, keys: Option<Arc<KeyRing>>) -> Rpc {
        Rpc { core, keys }
    }
}
