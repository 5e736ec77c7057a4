//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod approved;
mod figures;
mod guide;
mod mirror;
mod percentages;
mod support;
mod tables;
mod tariff_proposals;
