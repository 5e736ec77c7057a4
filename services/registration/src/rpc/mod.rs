//! The calls of registration: read, load, decide, save, reply.

mod agreements;
mod appeals;
mod assessing;
mod awards;
mod decisions;
mod documents;
mod duties;
mod inquiries;
mod offers;
mod people;
mod proposals;
mod providers;
mod registrations;
mod rounds;
mod service;
mod subcontracting;
mod supply;

use std::{sync::Arc, time::Duration};

use edge::Core;
use envelope::KeyRing;
use objects::Objects;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    people_keys: Option<Arc<KeyRing>>,
    objects: Option<Objects>,
    patience: Duration,
}

impl Rpc {
    /// The calls over a core, with the keys that people are sealed with, the place for contents of documents, and how long
    /// a silent peer is waited for.
    pub fn new(core: Core, people_keys: Option<Arc<KeyRing>>, objects: Option<Objects>, patience: Duration) -> Rpc {
        Rpc { core, people_keys, objects, patience }
    }

    fn new_id(&self) -> String {
        self.core.ids.next().to_string()
    }
}
