//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod support;
mod tables;
