//! Screening following a real home-care service, through their contracts, on both engines.
#![cfg(test)]

mod cases;
mod claim_rules;
mod doubles;
mod facts;
mod following;
mod registers;
mod retention;
mod rotation;
mod support;
mod work;
