//! Rounds of one office and its year through the contract, under the rules of that office, on both engines.
#![cfg(test)]

mod click;
mod forms;
mod innovation;
mod preview;
mod regions;
mod support;
