//! Dates as Dutch care purchasing counts them.
//!
//! - [`WorkingDays`]: which days count, from a [`Holiday`] list that is data (Algemene termijnenwet art. 3).
//! - [`Deadline`]: a local time in Amsterdam that a receipt stamp is in time for, or late.
//! - [`CareMonth`]: the calendar month care was given in, and its share of a year.
//! - [`dutch_date`] and [`english_date`]: a date as people write it.
//!
//! "Now" is always an argument.

mod care_month;
mod deadline;
mod working_days;
mod written;

pub use care_month::{CareMonth, ParseCareMonthError, days_in_year};
pub use deadline::{Cutoff, Deadline, amsterdam_date, amsterdam_time, calendar_days_after};
pub use working_days::{Holiday, WorkingDays};
pub use written::{dutch_date, english_date};
