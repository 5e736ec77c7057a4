//! Screening following a real home-care service, through their contracts, on both engines.
#![cfg(test)]

mod alone;
mod cases;
mod claim_rules;
mod controls;
mod doubles;
mod facts;
mod following;
mod network;
mod peers;
mod registers;
mod retention;
mod rotation;
mod support;
mod work;
