//! A PostgreSQL cluster of one's own, for tests and measurements: its programs found, its folder made, its server started
//! on a free port of this machine and stopped again.

mod programs;
mod server;

use std::io;

pub use programs::{Programs, find};
pub use server::Server;

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A program, folder or port can't be used.
    #[error("{what}: {source}")]
    Io {
        /// What for.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// PostgreSQL refuses.
    #[error("{program}: {said}")]
    Refused {
        /// Its program.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// PostgreSQL refuses to run as root, and there is nobody else to run it.
    #[error("PostgreSQL doesn't run as root and there is no user postgres or nobody")]
    NoOwner,
}

impl Problem {
    pub(crate) fn of(what: &'static str) -> impl Fn(io::Error) -> Problem {
        move |source| Problem::Io { what, source }
    }
}
