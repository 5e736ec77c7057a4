//! What claim files make of production, through the contract, on both engines.
#![cfg(test)]

mod corrections;
mod cubes;
mod days;
mod killed;
mod refusals;
mod support;
mod timeliness;
