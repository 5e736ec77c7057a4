//! The calls of registration: read, load, decide, save, reply.

mod agreements;
mod people;
mod proposals;
mod providers;
mod registrations;
mod rounds;
mod service;

use std::sync::Arc;

use edge::Core;
use envelope::KeyRing;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    people_keys: Option<Arc<KeyRing>>,
}

impl Rpc {
    /// The calls over a core, with the keys that people are sealed with.
    pub fn new(core: Core, people_keys: Option<Arc<KeyRing>>) -> Rpc {
        Rpc { core, people_keys }
    }

    fn new_id(&self) -> String {
        self.core.ids.next().to_string()
    }
}
