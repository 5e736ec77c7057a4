//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod percentages;
mod support;
mod tables;
mod tariff_proposals;
