//! Tests of the reader of iWlz messages.
#![cfg(test)]

mod documents;
mod properties;
mod reading;
mod rejecting;
