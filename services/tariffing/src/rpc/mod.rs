//! The calls of tariffing: read, load, decide, save, reply.

mod changes;
mod decisions;
mod effects;
mod figures;
mod guide;
mod hardship;
mod hardship_decisions;
mod homecare;
mod mirror;
mod mix;
mod night_care;
mod percentages;
mod positions;
mod proposals;
mod quotes;
mod results;
mod service;
mod tables;
mod tariff_proposals;
mod uplift;
mod what_if;

use edge::Core;

use crate::snapshot::Snapshots;

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    snapshots: Snapshots,
}

impl Rpc {
    /// The calls over a core.
    pub fn new(core: Core) -> Rpc {
        let snapshots = Snapshots::start(core.clone());
        Rpc { core, snapshots }
    }
}
