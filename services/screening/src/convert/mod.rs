//! Between contracts and the domain.

mod claims;
mod signals;

pub use claims::{claim, claim_file, first_day};
pub use signals::{get_signal, list_signals, signal};
