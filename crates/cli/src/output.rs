//! Answers for people and for programs.

use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use contract::common;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

use crate::failure::Failure;

/// Writes a line to standard output. A reader that went away is no failure of ours.
pub fn line(text: impl AsRef<str>) {
    let _ = writeln!(io::stdout(), "{}", text.as_ref());
}

/// A text from elsewhere without what a terminal would obey. Lines stay lines.
pub fn printable(text: &str) -> String {
    text.chars().filter(|char| *char == '\n' || !char.is_control()).collect()
}

/// Writes a message of a contract as proto3 JSON, field names as in the contract.
///
/// # Errors
/// When the message is not of that name.
pub fn json(message: &impl Message, name: &str) -> Result<(), Failure> {
    line(json_text(message, name)?);
    Ok(())
}

/// A message of a contract as proto3 JSON.
///
/// # Errors
/// When the message is not of that name.
pub fn json_text(message: &impl Message, name: &str) -> Result<String, Failure> {
    let other = |error: &dyn std::fmt::Display| Failure::Other(error.to_string());
    let pool = DescriptorPool::decode(contract::DESCRIPTORS).map_err(|error| other(&error))?;
    let descriptor = pool.get_message_by_name(name).ok_or_else(|| Failure::Other(format!("no contract has {name}")))?;
    let message =
        DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).map_err(|error| other(&error))?;
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut text);
    message.serialize_with_options(&mut serializer, &options).map_err(|error| other(&error))?;
    String::from_utf8(text).map_err(|error| other(&error))
}

/// A table with right-aligned columns from `numbers_from` on.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, numbers_from: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(header.to_vec());
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(numbers_from) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// An amount in Dutch notation; absent is nothing.
pub fn euro(amount: Option<&common::Money>) -> String {
    amount.map_or_else(String::new, |amount| money::Money::from_cents(amount.cents).to_dutch())
}

/// The cents of an amount; absent is zero.
pub fn cents(amount: Option<&common::Money>) -> i64 {
    amount.map_or(0, |amount| amount.cents)
}
