//! What claim files make of production, through the contract, on both engines.
#![cfg(test)]

mod corrections;
mod cubes;
mod days;
mod refusals;
mod support;
mod timeliness;
