//! Who gets in, whose data they get, and what the audit log keeps of it: each on both engines, over TLS, with tokens.
#![cfg(test)]

mod cases;
mod console;
mod credentials;
mod insured;
mod iwlz;
mod limits;
mod log;
mod offices;
mod people;
mod seed;
mod walk;
mod world;
