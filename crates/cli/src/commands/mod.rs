//! The commands that are not the demo.

pub mod audit;
mod audit_line;
pub mod backup;
pub mod benchmark;
pub mod claims;
pub mod config;
pub mod console;
pub mod dev_certs;
pub mod explain;
pub mod insured;
pub mod iwlz;
pub mod policies;
pub mod proposals;
pub mod publish;
pub mod quote;
pub mod raises;
pub mod receipt;
pub mod receipt_keys;
pub mod registrations;
pub mod replay;
pub mod retention;
pub mod room;
pub mod rounds;
pub mod supply;
pub mod up;
pub mod verify;
