//! Callers as they come: over real connections, with certificates and tokens, good and bad.
#![cfg(test)]

mod address;
mod certificates;
mod handshakes;
mod office;
mod reloading;
mod rsa;
mod tokens;
