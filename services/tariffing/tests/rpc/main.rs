//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod approved;
mod figures;
mod guide;
mod mirror;
mod support;
mod tables;
