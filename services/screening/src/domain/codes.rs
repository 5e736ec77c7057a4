//! Types that are a code in rule files and stores, and a number in the contract.

/// An enum of the contract of screening, each variant with its code.
macro_rules! codes {
    ($($all:tt)*) => { edge::codes! { screening $($all)* } };
}
pub(super) use codes;
