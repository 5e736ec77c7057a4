//! Journeys through several services by their public calls, each on both engines.
#![cfg(test)]

mod budget;
mod claims;
mod click;
mod errors;
mod mirror;
mod office;
mod running;
mod screening;
mod tariffing;
