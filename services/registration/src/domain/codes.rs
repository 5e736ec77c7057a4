//! Types that are a code in rule files and stores, and a number in the contract.

/// An enum of the contract of registration, each variant with its code.
macro_rules! codes {
    ($($all:tt)*) => { edge::codes! { registration $($all)* } };
}
pub(super) use codes;
