//! Every call of registration, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod assessment;
mod award;
mod feed;
mod four_eyes;
mod providers;
mod registrations;
mod retention;
mod rounds;
mod support;
