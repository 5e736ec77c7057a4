//! Journeys through several services by their public calls, each on both engines.
#![cfg(test)]

mod adapter;
mod budget;
mod cases;
mod claims;
mod click;
mod collector;
mod console;
mod errors;
mod home_care;
mod insured;
mod integrity;
mod ledger;
mod mirror;
mod office;
mod reconciliation;
mod rounds;
mod running;
mod screening;
mod tariffing;
mod telemetry;
