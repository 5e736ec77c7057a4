//! The calls of screening: read, load, decide, save, reply.

mod cases;
mod claim_rules;
mod decisions;
mod facts;
mod integrity;
mod letters;
mod proposals;
mod registers;
mod service;
mod shadow;
mod signals;
mod work;

use std::sync::Arc;

use edge::Core;
use envelope::KeyRing;
use identifiers::PseudonymKeys;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    /// The keys of clients' pseudonyms; without them no facts about clients are taken.
    keys: Option<Arc<PseudonymKeys>>,
    /// The keys that findings of registers are sealed with; without them no register is asked.
    finding_keys: Option<Arc<KeyRing>>,
}

impl Rpc {
    /// The calls over a core, with the keys of clients' pseudonyms and of findings, where there are any.
    pub fn new(core: Core, keys: Option<Arc<PseudonymKeys>>, finding_keys: Option<Arc<KeyRing>>) -> Rpc {
        Rpc { core, keys, finding_keys }
    }
}
