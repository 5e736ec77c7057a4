//! Tests of the reader of iWlz messages.

mod documents;
mod properties;
mod reading;
mod rejecting;
