//! Writes AW319 files: record numbers, counts and totals are worked out here.

use thiserror::Error;

use crate::{
    Sign,
    layout::{CommentFields, DoesNotFit, HeaderFields, InsuredFields, PerformanceFields, RECORD, TrailerFields},
};

/// Why a record can't be written.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum WriteError {
    /// A value doesn't fit its field.
    #[error(transparent)]
    DoesNotFit(#[from] DoesNotFit),
    /// A claim line or comment without an insured record before it.
    #[error("a claim line or comment needs an insured record before it")]
    NoInsured,
}

/// Writes one file into a buffer.
///
/// Mark and number of each record are filled in, and in a line what it repeats of its insured record;
/// everything else is written as given, so that a test can write whatever it likes.
#[derive(Debug)]
pub struct FileWriter<'o> {
    out: &'o mut Vec<u8>,
    detail_number: u64,
    comment_line: u32,
    insured: Option<InsuredFields>,
    trailer: TrailerFields,
    total_cents: i64,
}

impl<'o> FileWriter<'o> {
    /// Starts a file with its header.
    ///
    /// # Errors
    /// A value doesn't fit; nothing is written then.
    pub fn new(out: &'o mut Vec<u8>, header: &HeaderFields) -> Result<Self, WriteError> {
        let record = HeaderFields { mark: 1, ..header.clone() }.write()?;
        let mut writer = Self {
            out,
            detail_number: 0,
            comment_line: 0,
            insured: None,
            trailer: TrailerFields::default(),
            total_cents: 0,
        };
        writer.push(&record);
        Ok(writer)
    }

    /// Adds an insured person; the lines that follow are about them.
    ///
    /// # Errors
    /// A value doesn't fit; nothing is written then.
    pub fn insured(&mut self, insured: &InsuredFields) -> Result<(), WriteError> {
        let insured = InsuredFields { mark: 2, detail_number: self.detail_number + 1, ..insured.clone() };
        let record = insured.write()?;
        self.detail(&record);
        self.trailer.insured_count += 1;
        self.insured = Some(insured);
        Ok(())
    }

    /// Adds a claim line. Gives its number in the file (identificatie detailrecord).
    ///
    /// # Errors
    /// A value doesn't fit, or there is no insured person yet; nothing is written then.
    pub fn performance(&mut self, line: &PerformanceFields) -> Result<u64, WriteError> {
        let insured = self.insured.as_ref().ok_or(WriteError::NoInsured)?;
        let line = PerformanceFields {
            mark: 4,
            detail_number: self.detail_number + 1,
            bsn: insured.bsn,
            uzovi: insured.uzovi,
            insured_number: insured.insured_number.clone(),
            indication_body: insured.indication_body,
            indication_client: insured.indication_client.clone(),
            ..line.clone()
        };
        let record = line.write()?;
        self.detail(&record);
        self.trailer.performance_count += 1;
        self.total_cents = self.total_cents.saturating_add(line.claimed_sign.apply(line.claimed_amount));
        Ok(self.detail_number)
    }

    /// Adds a line of comment with the record before it.
    ///
    /// # Errors
    /// The text is longer than 140 characters or has others than ISO 8859-1, or there is no insured person
    /// yet; nothing is written then.
    pub fn comment(&mut self, text: &str) -> Result<(), WriteError> {
        if self.insured.is_none() {
            return Err(WriteError::NoInsured);
        }
        let record = CommentFields {
            detail_number: self.detail_number,
            line_number: self.comment_line + 1,
            text: text.to_owned(),
            ..CommentFields::default()
        }
        .write()?;
        self.comment_line += 1;
        self.trailer.comment_count += 1;
        self.push(&record);
        Ok(())
    }

    /// Ends the file with its trailer, and gives what is in it.
    ///
    /// # Errors
    /// There are more records or euros than a trailer has room for.
    pub fn finish(mut self) -> Result<TrailerFields, WriteError> {
        self.trailer.detail_count =
            self.trailer.insured_count + self.trailer.performance_count + self.trailer.comment_count;
        self.trailer.total_amount = self.total_cents.saturating_abs();
        self.trailer.total_sign = Sign::of(self.total_cents);
        let record = self.trailer.write()?;
        self.push(&record);
        Ok(self.trailer)
    }

    fn detail(&mut self, record: &[u8; RECORD]) {
        self.detail_number += 1;
        self.comment_line = 0;
        self.push(record);
    }

    fn push(&mut self, record: &[u8; RECORD]) {
        self.out.extend_from_slice(record);
        self.out.extend_from_slice(b"\r\n");
    }
}

impl PerformanceFields {
    /// Sets tariff and quantity, and the amounts and signs that follow from them. `tariff_cents` is per
    /// unit, VAT included.
    #[must_use]
    pub fn priced(mut self, tariff_cents: i64, quantity: u32, sign: Sign) -> Self {
        self.tariff_cents = tariff_cents;
        self.quantity = quantity;
        self.calculated_amount = tariff_cents.saturating_mul(i64::from(quantity));
        self.claimed_amount = self.calculated_amount;
        self.calculated_sign = sign;
        self.claimed_sign = sign;
        self
    }
}
