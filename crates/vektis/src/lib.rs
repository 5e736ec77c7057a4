//! AW319 claim files and AW320 returns: reader, checks, writer.
//!
//! A file goes through three steps, none of which does I/O:
//!
//! 1. [`framing::Splitter`] takes the bytes in whatever chunks they arrive and finds the records;
//! 2. [`check::Checker`] judges record after record and says what is wrong, with the return code;
//! 3. [`aw320`] writes the return message from the records and the decisions on them.
//!
//! [`layout`] holds the field tables, [`aw319`] writes claim files. No bytes make this crate panic.
//!
//! Sources: Vektis EI standard AW319 v1.4 (message specification edition 7, 07-09-2016), AW320 v1.3,
//! code list COD954-VEKT.

pub mod aw319;
pub mod aw320;
pub mod check;
pub mod code_list;
pub mod codes;
pub mod framing;
pub mod layout;
mod message;
mod number;
mod text;
mod value;

pub use message::{Message, Sign};
pub use text::Text;
