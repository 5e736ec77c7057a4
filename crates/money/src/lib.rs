//! Money of the public purse: eurocents, rates and splits that lose nothing.
//!
//! - [`Money`] is a whole number of eurocents; every operation is checked, none rounds.
//! - [`Rate`] and [`Percentage`] are exact decimals; turning their product into [`Money`] names a [`Rounding`].
//! - [`split`] divides an amount over parties so that the parts add up to the whole, always.
//!
//! There is no floating point in this crate, and no way to make a fraction of a cent.

mod amount;
mod rate;
mod rounding;
mod split;
mod text;

pub use amount::{Money, MoneyError};
pub use rate::{Percentage, Rate};
pub use rounding::Rounding;
pub use rust_decimal::Decimal;
pub use split::{Split, SplitError, split};
pub use text::ParseMoneyError;
