//! Every call of registration, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod assessment;
mod award;
mod feed;
mod providers;
mod registrations;
mod rounds;
mod support;
