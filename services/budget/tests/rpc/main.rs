//! iWlz messages, the register of insured persons, and the claims that are held against them, through the contract, on both engines.
#![cfg(test)]

mod claims;
mod insured;
mod keys;
mod listing;
mod messages;
mod retention;
mod support;
