//! The calls of screening: read, load, decide, save, reply.

mod claim_rules;
mod decisions;
mod facts;
mod service;
mod shadow;
mod signals;

use std::sync::Arc;

use edge::Core;
use identifiers::PseudonymKeys;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    /// The keys of clients' pseudonyms; without them no facts about clients are taken.
    keys: Option<Arc<PseudonymKeys>>,
}

impl Rpc {
    /// The calls over a core, with the keys of clients' pseudonyms where there are any.
    pub fn new(core: Core, keys: Option<Arc<PseudonymKeys>>) -> Rpc {
        Rpc { core, keys }
    }
}
