//! Every call of home care, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod benchmark;
mod ceilings;
mod files;
mod offers;
mod retention;
mod support;
