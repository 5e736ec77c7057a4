//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod homecare;
mod homecare_night_care;
mod homecare_support;
mod homecare_uplift;
mod support;
mod tables;
