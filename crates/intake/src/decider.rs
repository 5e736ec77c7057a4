//! [`Decider`]: what a service adds to the intake.

use chrono::{DateTime, NaiveDate, Utc};
use contract::common;
use database::Tx;
use edge::{EdgeError, Office, to_proto};
use identifiers::{Agb, Pseudonym, Uzovi};
use vektis::{
    Message, Sign,
    codes::{Codes, ReturnCode},
    layout::Performance,
};

use crate::results::{Decided, Outcome};

/// Decides about the lines of one file. One is made per call.
pub trait Decider: Send {
    /// Loads what the decisions need, in the transaction that will store them. The lines of this provider can't
    /// change until it ends; rows of others that must not either are to be written to here.
    ///
    /// Called again, after a rollback, when the transaction met another's lock: it starts from nothing.
    fn begin(&mut self, tx: &mut Tx, file: &FileHeader) -> impl Future<Output = Result<FileVerdict, EdgeError>> + Send;

    /// Learns that a client of the lines that follow was known by a pseudonym of an earlier key. Told only while older
    /// keys are there beside the newest.
    fn linked(&mut self, _client: Pseudonym, _earlier: Pseudonym) {}

    /// Whether a day of care in this unit, in the year of `first_day`, can be bought once for a client: a line with a day
    /// on which the same provider was granted the same product for the same client is then refused with 0587. No I/O.
    ///
    /// Asked of every line that is technically right, before the decisions on the lines around it.
    fn days_once(&mut self, _first_day: NaiveDate, _time_unit: u32) -> bool {
        false
    }

    /// Decides about a debit line that is in order as such: technically right, its reference not used before.
    /// Called in the order of the file; no I/O.
    fn decide(&mut self, line: &ClaimLine<'_>) -> LineDecision;

    /// Learns that a credit line takes back what was granted on an earlier debit line. `granted_cents` is not
    /// positive. Called in the order of the file, between the decisions.
    fn take_back(&mut self, line: &ClaimLine<'_>, granted_cents: i64);

    /// Learns what became of a line: of every line of the file, whoever decided it, also of one that the checks refused.
    /// Called in the order of the file, after the decision; no I/O. Who keeps no sums of lines needs none of it.
    fn judged(&mut self, _line: &JudgedLine<'_>) {}

    /// Stores what follows from the file, and publishes. An error rolls everything back.
    fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> impl Future<Output = Result<(), EdgeError>> + Send;
}

/// Whether a file's lines are to be decided about at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileVerdict {
    /// They are.
    Continue,
    /// The file is rejected with these codes; 0001 comes before them by itself.
    Reject(Codes),
}

/// A claim file that is technically right.
#[derive(Clone, Debug)]
pub struct FileHeader {
    /// The id it will be on record under.
    pub file_id: String,
    /// The office it was submitted to.
    pub office: Office,
    /// The provider (instellingscode).
    pub agb: Agb,
    /// Who is paid: the provider, or who collects for it.
    pub payee: Agb,
    /// Which declaration it is.
    pub message: Message,
    /// The payee's invoice number.
    pub invoice_number: String,
    /// Date of the invoice.
    pub invoice_date: NaiveDate,
    /// First day of the declaration period.
    pub first_day: NaiveDate,
    /// Last day of the declaration period.
    pub last_day: NaiveDate,
    /// The insurer or office that the header names.
    pub uzovi: Option<Uzovi>,
    /// Whether the sender says it's a test (soort bericht T).
    pub is_test: bool,
    /// Lines in the file.
    pub lines: u64,
    /// Net amount claimed, in eurocents.
    pub submitted_cents: i64,
    /// When it was received.
    pub received_time: DateTime<Utc>,
}

/// A file whose lines were decided.
#[derive(Clone, Copy, Debug)]
pub struct FileSummary<'a> {
    /// The file.
    pub header: &'a FileHeader,
    /// Lines of which anything was granted.
    pub granted_lines: u64,
    /// Net amount granted, in eurocents.
    pub granted_cents: i64,
    /// The import of the register of insured persons that its lines were held against; empty for none.
    pub insured_import_id: &'a str,
}

impl FileSummary<'_> {
    /// The file as the contract has it, for the event that makes it known.
    #[must_use]
    pub fn to_proto(&self) -> common::ClaimFile {
        let header = self.header;
        common::ClaimFile {
            file_id: header.file_id.clone(),
            office: header.office.to_string(),
            agb: header.agb.to_string(),
            message_code: header.message.code().to_string(),
            invoice_number: header.invoice_number.clone(),
            period: to_proto::period(header.first_day, Some(header.last_day)),
            lines: header.lines.cast_signed(),
            submitted: Some(common::Money { cents: header.submitted_cents }),
            granted: Some(common::Money { cents: self.granted_cents }),
            received_time: to_proto::time(header.received_time),
            insured_import_id: self.insured_import_id.to_owned(),
        }
    }
}

/// A line that is technically right.
#[derive(Clone, Copy, Debug)]
pub struct ClaimLine<'a> {
    /// The record, for fields that are not taken out of it here.
    pub record: Performance<'a>,
    /// Its number in the file.
    pub detail_number: u64,
    /// The client; none for a person without citizen service number.
    pub client: Option<Pseudonym>,
    /// First day of the care.
    pub first_day: NaiveDate,
    /// Last day of the care, the first one at the earliest.
    pub last_day: NaiveDate,
    /// The product (prestatiecode).
    pub product: &'a str,
    /// The function code; 0 is none.
    pub function_code: u32,
    /// The care profile (zorgzwaartepakketcode); 0 is none.
    pub care_profile: u32,
    /// The quantity, in units.
    pub quantity: u32,
    /// The unit (tijdseenheid zorgperiode, COD218-VEKT).
    pub time_unit: u32,
    /// The tariff per unit, in eurocents.
    pub tariff_cents: i64,
    /// What is claimed, in eurocents; negative on a credit line.
    pub claimed_cents: i64,
}

/// A line after its decision. It may be one that the checks refused: what can't be read in it is absent.
#[derive(Clone, Copy, Debug)]
pub struct JudgedLine<'a> {
    /// The product (prestatiecode); absent unless it is visible ASCII.
    pub product: Option<&'a str>,
    /// First day of the care; absent unless both days can be read.
    pub first_day: Option<NaiveDate>,
    /// The unit (tijdseenheid zorgperiode, COD218-VEKT).
    pub time_unit: Option<u32>,
    /// The quantity, in units; negative on a credit line, 0 when it can't be read.
    pub quantity: i64,
    /// What is claimed, in eurocents; negative on a credit line, 0 when it can't be read.
    pub claimed_cents: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// What is granted, in eurocents; negative on a credit line.
    pub granted_cents: i64,
    /// The codes that the return gives it, the most important one first.
    pub codes: Codes,
}

impl<'a> JudgedLine<'a> {
    /// A line and its decision.
    pub(crate) fn new(record: Performance<'a>, decided: &Decided) -> Self {
        let quantity = i64::from(record.quantity().unwrap_or(0));
        let visible = |product: &&str| !product.is_empty() && product.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        Self {
            product: record.product().as_ascii().filter(visible),
            first_day: record.begin().filter(|_| record.end().is_some()),
            time_unit: record.time_unit(),
            quantity: if record.claimed_sign() == Some(Sign::Credit) { -quantity } else { quantity },
            claimed_cents: record.claimed_cents().unwrap_or(0),
            outcome: decided.outcome,
            granted_cents: decided.granted_cents,
            codes: decided.codes,
        }
    }
}

/// What a service decides about a debit line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineDecision {
    /// Granted as claimed: 8001.
    Granted,
    /// Less is granted than claimed. Nothing or less is a refusal, as much as claimed or more is granted in full.
    ///
    /// With 8059 among the codes the return says that the office calculated this amount itself; with others that
    /// the calculation stands and not all of it is paid, for example over a ceiling.
    Partly {
        /// What is granted, in eurocents.
        granted_cents: i64,
        /// Why.
        codes: Codes,
    },
    /// Nothing is granted, with these codes.
    Refused(Codes),
}

impl LineDecision {
    /// A refusal with one code.
    #[must_use]
    pub const fn refused(code: ReturnCode) -> Self {
        Self::Refused(Codes::one(code))
    }
}
