//! Every call of home care, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod benchmark;
mod ceilings;
mod consumption;
mod files;
mod products;
mod retention;
mod support;
