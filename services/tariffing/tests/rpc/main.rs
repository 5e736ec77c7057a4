//! Every call of tariffing, through its contract, on both engines.
#![cfg(test)]

mod approved;
mod figures;
mod guide;
mod hardship;
mod hardship_support;
mod homecare;
mod homecare_night_care;
mod homecare_support;
mod homecare_uplift;
mod mirror;
mod mix;
mod percentages;
mod support;
mod tables;
mod tariff_proposals;
mod what_if;
