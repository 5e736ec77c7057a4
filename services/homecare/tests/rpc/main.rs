//! Every call of home care, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod ceilings;
mod files;
mod insured;
mod retention;
mod support;
