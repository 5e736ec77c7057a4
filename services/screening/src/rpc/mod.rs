//! The calls of screening: read, load, decide, save, reply.

mod cases;
mod claim_rules;
mod controls;
mod decisions;
mod facts;
mod incoming;
mod integrity;
mod letters;
mod network;
mod peers;
mod proposals;
mod registers;
mod service;
mod shadow;
mod signals;
mod trial;
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
    /// The keys of pseudonyms of what providers are linked to; without them no links are taken.
    link_keys: Option<Arc<PseudonymKeys>>,
    /// The keys that findings of registers are sealed with; without them no register is asked.
    finding_keys: Option<Arc<KeyRing>>,
}

impl Rpc {
    /// The calls over a core, with the keys of pseudonyms, of clients and of links, and of findings, where there are any.
    pub fn new(
        core: Core,
        [keys, link_keys]: [Option<Arc<PseudonymKeys>>; 2],
        finding_keys: Option<Arc<KeyRing>>,
    ) -> Rpc {
        Rpc { core, keys, link_keys, finding_keys }
    }
}
