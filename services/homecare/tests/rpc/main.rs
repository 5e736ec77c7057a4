//! Every call of home care, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod applications;
mod benchmark;
mod ceilings;
mod consumption;
mod files;
mod insured;
mod offers;
mod products;
mod raises;
mod retention;
mod support;
mod year_end;
