//! The protobuf contracts as Rust: messages, clients and servers of all services.
//!
//! This is the only place where the contracts are compiled. A service knows its own module and [`common`].

// Generated: the contracts carry the comments, prost copies them.
#![allow(clippy::all, missing_docs, rustdoc::all)]

pub mod access;
pub mod feed;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/modules.rs"));
}

pub use generated::zorginkoop::{
    audit::v1 as audit, budget::v1 as budget, common::v1 as common, homecare::v1 as homecare, register::v1 as register,
    registration::v1 as registration, retention::v1 as retention, screening::v1 as screening,
    tariffing::v1 as tariffing,
};

/// The descriptor set of all contracts, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
