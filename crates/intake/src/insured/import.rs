//! Taking in an extract of the register.
//!
//! As with claim files: the bytes are checked and hashed as they arrive, with no transaction open, and what of a row is
//! kept goes, by pseudonym, to a spool. Only a file that is right as a whole gets to the database.

use std::{pin::pin, time::Duration};

use bytes::Bytes;
use calendar::amsterdam_date;
use chrono::{Datelike, NaiveDate};
use contract::common;
use database::Tx;
use edge::{Arrival, Call, EdgeError, Fields, Office};
use futures::{Stream, StreamExt as _};
use identifiers::{Pseudonym, PseudonymKeys};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tonic::Status;

use super::{
    cover::Span,
    extract::{Extract, Faults, Row},
    store::{self, Insurance, StoredImport},
};
use crate::{
    Intake,
    receive::{LARGEST_CHUNK, invalid, spool_failed},
    rpc::{WAITING, answering},
    spool::Spool,
    work::{REPORT_BYTES, gone, next, record},
};

/// Bytes of a period in the spool: a pseudonym and two days.
const PERIOD: usize = 24;
/// Periods read and stored at a time.
const PERIODS: usize = 50_000;

/// A part of an import.
#[derive(Clone, Debug, PartialEq)]
pub enum InsuredPart {
    /// The first message.
    Start(common::InsuredStart),
    /// A piece of the file.
    Chunk(Bytes),
    /// A message with nothing in it.
    Nothing,
}

/// A part of the answer.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "few are made, and taken apart at once")]
pub enum InsuredReply {
    /// How far the import is.
    Progress(common::InsuredProgress),
    /// What became of it.
    Result(common::InsuredResult),
}

/// Where parts of the answer go.
struct Replies {
    to: mpsc::Sender<InsuredReply>,
    patience: Duration,
    received_bytes: i64,
}

impl Replies {
    /// Hands a part to the call's answer; an error when nobody takes it.
    async fn send(&self, reply: InsuredReply) -> Result<(), EdgeError> {
        self.to.send_timeout(reply, self.patience).await.map_err(|_| gone())
    }

    async fn report(&self, stored_rows: i64) -> Result<(), EdgeError> {
        let progress = common::InsuredProgress { received_bytes: self.received_bytes, stored_rows };
        self.send(InsuredReply::Progress(progress)).await
    }
}

/// What a file is said to be.
#[derive(Clone, Copy, Debug)]
struct Announced {
    covers: Span,
    sha256: [u8; 32],
}

impl Announced {
    fn read(start: &common::InsuredStart, today: NaiveDate) -> Result<Self, EdgeError> {
        let mut fields = Fields::new();
        let reference = fields.date("start.reference_date", start.reference_date.as_ref());
        let past = reference.is_none_or(|reference| reference <= today);
        fields.check(past, "start.reference_date", "lies in the future");
        let first = fields.date("start.first_day", start.first_day.as_ref());
        let order = first.zip(reference).is_none_or(|(first, reference)| first <= reference);
        fields.check(order, "start.first_day", "lies after start.reference_date");
        let sha256: Option<[u8; 32]> = start.sha256.as_slice().try_into().ok();
        fields.check(sha256.is_some(), "start.sha256", "expected 32 bytes");
        let (first, last, sha256) = fields.all((first, reference, sha256))?;
        Ok(Self { covers: Span { first, last }, sha256 })
    }
}

/// A file that is arriving.
struct Arriving<'k> {
    keys: &'k PseudonymKeys,
    announced: Announced,
    extract: Extract,
    hash: Sha256,
    kept: Kept,
    bytes: u64,
    largest: u64,
}

/// What is kept of the rows.
struct Kept {
    spool: Spool,
    /// Periods that are not in the spool yet.
    waiting: Vec<u8>,
    unnamed_rows: i64,
    outside_rows: i64,
}

/// A file that is right.
struct Extracted {
    announced: Announced,
    rows: i64,
    kept: Kept,
}

impl Kept {
    fn row(&mut self, keys: &PseudonymKeys, covers: Span, row: &Row) {
        let days = Span { first: row.first_day, last: row.last_day.unwrap_or(NaiveDate::MAX) };
        if row.bsn.is_none() {
            self.unnamed_rows += 1;
        } else if days.shared(covers).is_none() {
            self.outside_rows += 1;
        } else {
            self.waiting.extend_from_slice(keys.pseudonym(&row.bsn).as_bytes());
            let last_day = row.last_day.map_or(i32::MAX, |day| day.num_days_from_ce());
            for day in [row.first_day.num_days_from_ce(), last_day] {
                self.waiting.extend_from_slice(&day.to_be_bytes());
            }
        }
    }
}

/// A period as [`Kept`] keeps it.
fn period(bytes: &[u8; PERIOD]) -> Option<Insurance> {
    let (client, days) = bytes.split_first_chunk::<16>()?;
    let day = |at: usize| days[at..].first_chunk().copied().map(i32::from_be_bytes);
    Some(Insurance {
        client: Pseudonym::from_bytes(*client),
        first_day: NaiveDate::from_num_days_from_ce_opt(day(0)?)?,
        last_day: NaiveDate::from_num_days_from_ce_opt(day(4)?),
    })
}

impl Arriving<'_> {
    async fn take(&mut self, chunk: &[u8]) -> Result<(), EdgeError> {
        if chunk.len() > LARGEST_CHUNK {
            return Err(invalid("chunk", format!("is longer than {LARGEST_CHUNK} bytes")));
        }
        self.bytes += chunk.len() as u64;
        if self.bytes > self.largest {
            return Err(EdgeError::Precondition {
                reason: "REGISTER_TOO_LARGE",
                subject: "chunk".to_owned(),
                message: format!("the register is larger than {} bytes", self.largest),
            });
        }
        self.hash.update(chunk);
        let Self { keys, announced, kept, extract, .. } = self;
        extract.feed(chunk, |row| kept.row(keys, announced.covers, &row));
        self.spool().await
    }

    /// Moves what is waiting to the spool; of a file that is wrong nothing is kept.
    async fn spool(&mut self) -> Result<(), EdgeError> {
        if !self.extract.is_faulty() {
            self.kept.spool.append(&self.kept.waiting).await.map_err(spool_failed)?;
        }
        self.kept.waiting.clear();
        Ok(())
    }

    async fn finish(self) -> Result<Result<Extracted, Faults>, EdgeError> {
        let Self { keys, announced, extract, hash, mut kept, .. } = self;
        if <[u8; 32]>::from(hash.finalize()) != announced.sha256 {
            return Err(invalid("start.sha256", "is not that of the file that came"));
        }
        let (rows, faults) = extract.finish(|row| kept.row(keys, announced.covers, &row));
        if faults.total > 0 {
            return Ok(Err(faults));
        }
        kept.spool.append(&kept.waiting).await.map_err(spool_failed)?;
        kept.spool.finish().await.map_err(spool_failed)?;
        Ok(Ok(Extracted { announced, rows, kept }))
    }
}

impl Intake {
    /// Takes a full extract of the register of insured persons from the stream of a call and gives the stream that answers
    /// it: progress, then the result. The caller is admitted for the office that the first message names, before more is
    /// read. A call that ends in an error, or whose answer is dropped before the commit, leaves no trace.
    pub fn import_insured<S, M, R>(
        &self,
        arrival: Arrival,
        messages: S,
    ) -> impl Stream<Item = Result<R, Status>> + Send + 'static
    where
        S: Stream<Item = Result<M, Status>> + Send + 'static,
        M: Into<InsuredPart>,
        R: From<InsuredReply> + Send + 'static,
    {
        let (to, replies) = mpsc::channel(WAITING);
        let parts = messages.map(|message| message.map(Into::into));
        let to = Replies { to, patience: self.limits.patience, received_bytes: 0 };
        answering(replies, take_in(self.clone(), arrival, parts, to))
    }

    fn arriving(&self, announced: Announced) -> Arriving<'_> {
        let spool = Spool::new(self.limits.memory_bytes);
        Arriving {
            keys: &self.keys,
            announced,
            extract: Extract::default(),
            hash: Sha256::new(),
            kept: Kept { spool, waiting: Vec::new(), unnamed_rows: 0, outside_rows: 0 },
            bytes: 0,
            largest: self.limits.file_bytes,
        }
    }
}

/// Takes an extract from its stream and answers.
async fn take_in(
    intake: Intake,
    arrival: Arrival,
    parts: impl Stream<Item = Result<InsuredPart, Status>> + Send,
    mut replies: Replies,
) -> Result<(), Status> {
    let (mut parts, patience) = (pin!(parts), intake.limits.patience);
    let Some(InsuredPart::Start(start)) = next(&mut parts, patience).await? else {
        return Err(invalid("start", "must be the first message").into());
    };
    let office: Office = start.office.parse().map_err(|error| invalid("start.office", error))?;
    let call = arrival.admit(office.as_str(), "", "").await?;
    let mut arriving = intake.arriving(Announced::read(&start, amsterdam_date(intake.core.clock.now()))?);
    while let Some(part) = next(&mut parts, patience).await? {
        let InsuredPart::Chunk(chunk) = part else { return Err(invalid("part", "expected a chunk").into()) };
        let before = arriving.bytes / REPORT_BYTES;
        arriving.take(&chunk).await?;
        replies.received_bytes = arriving.bytes.cast_signed();
        if arriving.bytes / REPORT_BYTES > before {
            replies.report(0).await?;
        }
        // a pseudonym for each row is work: others get their turn
        tokio::task::yield_now().await;
    }
    let extracted = match arriving.finish().await? {
        Ok(extracted) => extracted,
        Err(Faults { told: faults, total: total_faults }) => {
            record(&intake, &call, &format!("{total_faults} fault(s)")).await?;
            let result = common::InsuredResult { faults, total_faults, ..common::InsuredResult::default() };
            return Ok(replies.send(InsuredReply::Result(result)).await?);
        }
    };
    // A task of its own, for the same reason as that of a claim file.
    let kept = intake.core.spawn(keep(intake.clone(), call, office, extracted, replies)).await;
    Ok(kept.map_err(|error| EdgeError::Stored(format!("the task of an import: {error}")))??)
}

/// Records an extract as the newer state of the register, unless it is on record.
async fn keep(
    intake: Intake,
    call: Call,
    office: Office,
    mut extracted: Extracted,
    replies: Replies,
) -> Result<(), EdgeError> {
    let Announced { covers, sha256 } = extracted.announced;
    let key_version = intake.keys.newest_version();
    let mut tx = intake.core.db().write().await?;
    let last_number = store::take(&mut tx, &office).await?;
    let last = store::import(&mut tx, &office, last_number).await?;
    let drawn_up_before = |reference: NaiveDate| last.as_ref().is_some_and(|last| reference < last.reference_day);
    let same = store::same(&mut tx, &office, (&sha256, covers), key_version).await?;
    // The same file as an earlier one of the same day says that what came between was wrong.
    if let Some(known) = same.filter(|same| same.number == last_number || drawn_up_before(same.reference_day)) {
        tx.audit(call.done(&format!("import {} again", known.import_id)));
        tx.commit(intake.core.clock.now()).await?;
        return replies.send(on_record(&known, true)).await;
    }
    if drawn_up_before(covers.last) {
        return Err(EdgeError::Precondition {
            reason: "REGISTER_NOT_NEWER",
            subject: covers.last.to_string(),
            message: "the register that holds was drawn up on a later day".to_owned(),
        });
    }
    let number = last_number + 1;
    stage(&mut tx, &office, &mut extracted.kept.spool, &replies).await?;
    let settled = store::settle(&mut tx, &office, number, covers.last).await?;
    let now = intake.core.clock.now();
    let import = StoredImport {
        office: office.to_string(),
        number,
        import_id: intake.core.ids.next().to_string(),
        first_day: covers.first,
        reference_day: covers.last,
        sha256: sha256.to_vec(),
        key_version: i64::from(key_version),
        file_rows: extracted.rows,
        persons: settled.persons,
        unnamed_rows: extracted.kept.unnamed_rows,
        outside_rows: extracted.kept.outside_rows,
        changed_persons: settled.changed,
        gone_persons: settled.gone,
        imported_by: call.identity().to_owned(),
        recorded_time: now,
    };
    store::add(&mut tx, &office, &import).await?;
    tx.audit(call.done(&format!("import {}", import.import_id)));
    tx.commit(now).await?;
    replies.send(on_record(&import, false)).await
}

fn on_record(import: &StoredImport, imported_before: bool) -> InsuredReply {
    let import = Some(import.to_proto());
    InsuredReply::Result(common::InsuredResult { import, imported_before, ..common::InsuredResult::default() })
}

/// Sets the periods of a spool ready, so many at a time.
async fn stage(tx: &mut Tx, office: &Office, spool: &mut Spool, replies: &Replies) -> Result<(), EdgeError> {
    let mut at = 0;
    while at < spool.len() {
        let bytes = spool.read(at, PERIODS * PERIOD).await.map_err(spool_failed)?;
        at += bytes.len() as u64;
        let (periods, rest) = bytes.as_chunks::<PERIOD>();
        let insured: Option<Vec<Insurance>> = periods.iter().map(period).collect();
        let insured = insured.filter(|_| rest.is_empty());
        let insured = insured.ok_or_else(|| EdgeError::Stored("the spool of a register".to_owned()))?;
        store::stage(tx, office, insured.into_iter()).await?;
        replies.report((at / PERIOD as u64).cast_signed()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_kept_by_pseudonym_and_read_back() {
        let keys = PseudonymKeys::only(identifiers::PseudonymKey::new(b"test", "client"));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let covers = Span { first: day("2022-01-01"), last: day("2023-12-31") };
        let mut kept = Kept { spool: Spool::new(0), waiting: Vec::new(), unnamed_rows: 0, outside_rows: 0 };
        let row = |bsn: &str, first: &str, last: Option<&str>| Row {
            bsn: bsn.parse().unwrap(),
            first_day: day(first),
            last_day: last.map(day),
        };
        for last in [Some("2022-01-01"), None] {
            kept.row(&keys, covers, &row("123456782", "2020-02-29", last));
        }
        kept.row(&keys, covers, &row("123456782", "2020-01-01", Some("2021-12-31")));
        kept.row(&keys, covers, &row("123456782", "2024-01-01", None));
        kept.row(&keys, covers, &row("999999999", "2020-01-01", None));
        assert_eq!((kept.waiting.len(), kept.outside_rows, kept.unnamed_rows), (2 * PERIOD, 2, 1));
        assert!(!kept.waiting.windows(9).any(|window| window == b"123456782"));
        let client = keys.pseudonym(&"123456782".parse().unwrap());
        let (periods, _) = kept.waiting.as_chunks::<PERIOD>();
        let read: Vec<Insurance> = periods.iter().map(|bytes| period(bytes).unwrap()).collect();
        let insurance = |last_day| Insurance { client, first_day: day("2020-02-29"), last_day };
        assert_eq!(read, [insurance(Some(day("2022-01-01"))), insurance(None)]);
    }
}
