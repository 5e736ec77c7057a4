//! [`Intake`], and the work on one file from its first byte to its answer.

use std::{
    pin::{Pin, pin},
    time::Duration,
};

use bytes::Bytes;
use calendar::amsterdam_date;
use contract::common;
use database::DatabaseError;
use edge::{Arrival, Call, Core, EdgeError, Office};
use futures::{Stream, StreamExt as _};
use identifiers::PseudonymKeys;
use tokio::sync::mpsc;
use tonic::Status;
use tracing::{Instrument, Span};
use vektis::{
    Message,
    aw320::{self, HeaderAnswer},
    check::Finding,
    codes::{self, Codes, ReturnCode},
    layout::Header,
};

use crate::{
    Decider, Incoming, Part, answer,
    attempt::{Verdict, attempt, file_header, recall},
    findings::{Findings, place},
    measures::{Ended, Handling},
    receive::{LARGEST_CHUNK, Received, Receiver, invalid},
    results::Results,
};

/// Bytes received between two reports of progress.
pub(crate) const REPORT_BYTES: u64 = 8 * 1024 * 1024;
/// Lines decided between two reports of progress.
const REPORT_LINES: usize = 50_000;
/// How often a file is decided again after its transaction met another's lock.
const ATTEMPTS: u32 = 5;

/// What the intake may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file taken, in bytes. The counters of the format allow about 600 MB.
    pub file_bytes: u64,
    /// How much of a file is kept in memory; the rest goes, encrypted, to a temporary file.
    pub memory_bytes: usize,
    /// How long the intake waits for a client to send its next message, or to take its next piece of the answer.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 1024 * 1024 * 1024, memory_bytes: 8 * 1024 * 1024, patience: Duration::from_secs(60) }
    }
}

/// The intake of a service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The service's core, whose database has this crate's [`MIGRATIONS`](crate::MIGRATIONS).
    pub core: Core,
    /// Make the clients' pseudonyms.
    pub keys: PseudonymKeys,
    /// Which declarations the service takes; others are rejected with 0010.
    pub messages: &'static [Message],
    /// Limits.
    pub limits: Limits,
}

/// Where parts of the answer go.
pub(crate) struct Progress {
    parts: mpsc::Sender<Part>,
    patience: Duration,
    received_bytes: i64,
    total_lines: usize,
}

impl Progress {
    pub(crate) fn new(parts: mpsc::Sender<Part>, patience: Duration) -> Self {
        Self { parts, patience, received_bytes: 0, total_lines: 0 }
    }

    /// Hands a part to the call's answer. A client that doesn't read holds a transaction and a spool: not for long.
    async fn send(&self, part: Part) -> Result<(), EdgeError> {
        self.parts.send_timeout(part, self.patience).await.map_err(|_| gone())
    }

    /// An error when nobody is there any more to read the answer.
    pub(crate) fn check(&self) -> Result<(), EdgeError> {
        if self.parts.is_closed() { Err(gone()) } else { Ok(()) }
    }

    async fn report(&self, decided: usize) -> Result<(), EdgeError> {
        let part = common::ClaimsProgress {
            received_bytes: self.received_bytes,
            decided_lines: decided as i64,
            total_lines: self.total_lines as i64,
        };
        self.send(Part::Progress(part)).await
    }

    /// Reports decided lines now and then.
    pub(crate) async fn decided(&self, lines: usize) -> Result<(), EdgeError> {
        let before = lines.saturating_sub(crate::batch::RECORDS);
        if lines / REPORT_LINES > before / REPORT_LINES { self.report(lines).await } else { self.check() }
    }

    /// Sends a piece of the return.
    pub(crate) async fn aw320(&self, piece: Bytes) -> Result<(), EdgeError> {
        self.send(Part::Aw320(piece)).await
    }
}

pub(crate) fn gone() -> EdgeError {
    EdgeError::Precondition {
        reason: "CLIENT_GONE",
        subject: "call".to_owned(),
        message: "the client went away".to_owned(),
    }
}

/// Takes a file from its stream, decides about it and answers.
pub(crate) async fn work<D: Decider + 'static>(
    intake: Intake,
    arrival: Arrival,
    incoming: impl Stream<Item = Result<Incoming, Status>> + Send,
    decider: impl FnOnce(&Office) -> D + Send,
    mut progress: Progress,
) -> Result<(), Status> {
    let mut incoming = pin!(incoming);
    let patience = intake.limits.patience;
    let office: Office = match next(&mut incoming, patience).await? {
        Some(Incoming::Start { office }) => office.parse().map_err(|error| invalid("start.office", error))?,
        _ => return Err(invalid("start", "must be the first message").into()),
    };
    arrival.knock(office.as_str()).await?;
    let receiver = Receiver::new(amsterdam_date(intake.core.clock.now()), &intake.limits);
    let received = receive(receiver, incoming, patience, &mut progress).instrument(stage("receive")).await?;
    // A task of its own, since a statement that is dropped halfway can leave a connection that answers no more, with
    // its locks: this one looks between statements whether the client is still there.
    let decider = decider(&office);
    let core = intake.core.clone();
    let handling = handle(intake, arrival, office, received, decider, progress);
    let handled = core.spawn(handling.instrument(stage("handle"))).await;
    Ok(handled.map_err(|error| EdgeError::Stored(format!("the task of an intake: {error}")))??)
}

/// The span of a stage of the intake, within that of the call.
fn stage(name: &'static str) -> Span {
    tracing::info_span!(target: "zorginkoop", "intake", otel.name = format!("intake {name}"))
}

/// Receives the whole file, as far as its sender lets it come.
async fn receive(
    mut receiver: Receiver,
    mut incoming: Pin<&mut (impl Stream<Item = Result<Incoming, Status>> + Send)>,
    patience: Duration,
    progress: &mut Progress,
) -> Result<Received, Status> {
    let mut since_yield = 0;
    while let Some(part) = next(&mut incoming, patience).await? {
        let Incoming::Chunk(chunk) = part else { return Err(invalid("part", "expected a chunk").into()) };
        let before = receiver.received() / REPORT_BYTES;
        receiver.take(&chunk).await?;
        if receiver.received() / REPORT_BYTES > before {
            progress.received_bytes = receiver.received().cast_signed();
            progress.report(0).await?;
        }
        since_yield += chunk.len();
        if since_yield >= LARGEST_CHUNK {
            // a megabyte takes about a millisecond: others get their turn
            since_yield = 0;
            tokio::task::yield_now().await;
        }
    }
    progress.received_bytes = receiver.received().cast_signed();
    Ok(receiver.finish().await?)
}

/// The next message, unless the client keeps the intake waiting.
pub(crate) async fn next<T>(
    incoming: &mut (impl Stream<Item = Result<T, Status>> + Unpin),
    patience: Duration,
) -> Result<Option<T>, Status> {
    match tokio::time::timeout(patience, incoming.next()).await {
        Ok(message) => message.transpose(),
        Err(_) => Err(Status::deadline_exceeded(format!("no message came for {} seconds", patience.as_secs()))),
    }
}

async fn handle<D: Decider>(
    intake: Intake,
    arrival: Arrival,
    office: Office,
    mut received: Received,
    mut decider: D,
    mut progress: Progress,
) -> Result<(), EdgeError> {
    if !received.summary.is_rejected()
        && let Some((codes, finding)) = not_taken(&intake, &received)
    {
        reject(&mut received, codes, finding);
    }
    let call = admit(&arrival, &office, &received).await?;
    let mut handling = Handling::begins(intake.core.name(), office.as_str());
    if received.summary.is_rejected() {
        answer_rejected(&intake, &call, &received, &progress).await?;
        handling.ends(Ended::Rejected);
        return Ok(());
    }
    let now = intake.core.clock.now();
    let header = file_header(&received, &office, intake.core.ids.next().to_string(), now)
        .ok_or_else(|| EdgeError::Stored("an accepted file without header".to_owned()))?;
    progress.total_lines = usize::try_from(header.lines).unwrap_or(usize::MAX);
    let mut attempts = 1;
    let verdict = loop {
        match attempt(&intake, &call, &header, &mut received, &mut decider, &progress).await {
            // nothing was stored, and the bytes are still here: once more, behind whoever had the lock
            Err(EdgeError::Database(DatabaseError::Busy(error))) if attempts < ATTEMPTS => {
                tracing::info!(%error, attempts, "a claim file is decided again");
                attempts += 1;
                progress.check()?;
            }
            verdict => break verdict?,
        }
    };
    let (results, findings, answer, file_id, resubmitted) = match verdict {
        Verdict::Rejected(codes, finding) => {
            reject(&mut received, codes, finding);
            answer_rejected(&intake, &call, &received, &progress).await?;
            handling.ends(Ended::Rejected);
            return Ok(());
        }
        Verdict::Known(known) => {
            record(&intake, &call, &format!("sent again: file {}", known.file_id)).await?;
            let (results, findings) = recall(&intake, &known, &mut received).await?;
            let answer = header_answer(&known.insurer_reference, amsterdam_date(known.received_time));
            (results, findings, answer, known.file_id, true)
        }
        Verdict::Stored { results, findings, insurer_reference, received_time } => {
            let answer = header_answer(&insurer_reference, amsterdam_date(received_time));
            handling.count(&results);
            (results, findings, answer, header.file_id.clone(), false)
        }
    };
    handling.is_on_record();
    let result = result_of(&received, &findings, Some(&results));
    progress.send(Part::Result(common::ClaimsResult { file_id, resubmitted, ..result })).await?;
    answer::send(&mut received, &results, &answer, &progress).await?;
    handling.ends(if resubmitted { Ended::SentAgain } else { Ended::Accepted });
    Ok(())
}

/// Admits the caller for the provider that the file is of, and for no other. A file whose header names none is
/// answered to whoever may send files for the office at all: nothing of it is kept.
async fn admit(arrival: &Arrival, office: &Office, received: &Received) -> Result<Call, EdgeError> {
    let header = received.summary.header.as_ref().map(Header::new);
    let agb = header.and_then(Header::institution).map(|agb| agb.to_string());
    let invoice = header.map(|header| header.invoice_number().to_string()).unwrap_or_default();
    match agb {
        Some(agb) => arrival.admit(office.as_str(), &agb, &format!("{agb} {invoice}")).await,
        None => arrival.knock(office.as_str()).await,
    }
}

/// Records a file of which nothing is kept.
pub(crate) async fn record(intake: &Intake, call: &Call, detail: &str) -> Result<(), EdgeError> {
    let mut tx = intake.core.db().write().await?;
    tx.audit(call.done(detail));
    Ok(tx.commit(intake.core.clock.now()).await?)
}

fn header_answer(insurer_reference: &str, return_date: chrono::NaiveDate) -> HeaderAnswer {
    HeaderAnswer {
        insurer_reference: insurer_reference.to_owned(),
        return_date,
        codes: Codes::one(ReturnCode::NO_REMARK),
    }
}

/// Why a file that is in order isn't for this service.
fn not_taken(intake: &Intake, received: &Received) -> Option<(Codes, Finding)> {
    if received.summary.message.is_some_and(|message| intake.messages.contains(&message)) {
        return None;
    }
    let ground = codes::MESSAGE;
    let codes = [ReturnCode::FILE_REJECTED, ground.code].into_iter().collect();
    Some((codes, Finding { code: ground.code, level: ground.level, place: place(1), field: Some("0102") }))
}

fn reject(received: &mut Received, codes: Codes, finding: Finding) {
    received.summary.file_codes = codes;
    received.findings = Findings::default();
    received.findings.add(finding);
}

/// The result and the whole return of a rejected file. Nothing of it is stored, so that the reference in the return
/// comes from its content: the same file is rejected with the same bytes on the same day.
async fn answer_rejected(
    intake: &Intake,
    call: &Call,
    received: &Received,
    progress: &Progress,
) -> Result<(), EdgeError> {
    let codes: Vec<String> = received.summary.file_codes.iter().map(|code| code.to_string()).collect();
    record(intake, call, &format!("rejected: {}", codes.join(" "))).await?;
    let result = common::ClaimsResult { rejected: true, ..result_of(received, &received.findings, None) };
    progress.send(Part::Result(result)).await?;
    let reference = hex::encode_upper(&received.sha256[..12]);
    let mut out = Vec::new();
    aw320::write_rejected(&mut out, &received.summary, &reference, received.today)
        .map_err(|error| EdgeError::Stored(error.to_string()))?;
    progress.aw320(out.into()).await
}

fn result_of(received: &Received, findings: &Findings, results: Option<&Results>) -> common::ClaimsResult {
    let summary = &received.summary;
    let header = summary.header.as_ref().map(Header::new);
    common::ClaimsResult {
        agb: header.and_then(Header::institution).map(|agb| agb.to_string()).unwrap_or_default(),
        invoice_number: header.map(|header| header.invoice_number().to_string()).unwrap_or_default(),
        lines: summary.counts.performances.cast_signed(),
        granted_lines: results.map_or(0, |results| results.granted_lines.cast_signed()),
        submitted: Some(common::Money { cents: summary.claimed_cents }),
        granted: Some(common::Money { cents: results.map_or(0, |results| results.granted_cents) }),
        findings: findings.to_proto(),
        total_findings: findings.total(),
        ..common::ClaimsResult::default()
    }
}
