//! The commands that are not the demo.

pub mod claims;
pub mod click;
pub mod explain;
pub mod quote;
pub mod room;
pub mod up;
