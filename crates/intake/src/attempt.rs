//! Second pass: one transaction in which a file is decided and stored.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Rows, Tx};
use edge::{Call, EdgeError, Office};
use vektis::{
    check::Finding,
    codes::{self, Codes, ReturnCode},
    layout::Header,
};

use crate::{
    Intake,
    batch::{Batch, Reader},
    days::Days,
    decider::{Decider, FileHeader, FileSummary, FileVerdict, JudgedLine},
    findings::{Findings, place},
    history::History,
    insured::Insured,
    judge::{judge, too_late, write_row},
    links,
    receive::Received,
    results::{Decided, Outcome, Results},
    retention::removed_through,
    store::{self, CLAIM_LINE, LineKey, StoredFile},
    work::Progress,
};

/// What became of a file that is technically right.
pub(crate) enum Verdict {
    /// Rejected after all.
    Rejected(Codes, Finding),
    /// The same file is on record.
    Known(StoredFile),
    /// Stored now.
    Stored { results: Results, findings: Findings, insurer_reference: String, received_time: DateTime<Utc> },
}

/// Decides about a file and commits.
pub(crate) async fn attempt<D: Decider>(
    intake: &Intake,
    call: &Call,
    header: &FileHeader,
    received: &mut Received,
    decider: &mut D,
    progress: &Progress,
) -> Result<Verdict, EdgeError> {
    let mut tx = intake.core.db().write().await?;
    let file_number = store::take_senders(&mut tx, &header.office, header.agb, header.payee).await?;
    if let Some(known) = store::file_of_invoice(&mut tx, &header.office, header.payee, &header.invoice_number).await? {
        tx.rollback().await?;
        // the invoice number is taken: by this very file, or by another
        return Ok(if known.sha256 == received.sha256 && known.agb == header.agb.to_string() {
            Verdict::Known(known)
        } else {
            rejected(Codes::one(codes::INVOICE_NUMBER.code), Some("0116"))
        });
    }
    if header.is_test {
        // Nothing of a test message may be paid or count: it is answered as a message that is not taken.
        tx.rollback().await?;
        return Ok(rejected(Codes::one(codes::PRODUCTION_OR_TEST.code), Some("0105")));
    }
    if let FileVerdict::Reject(codes) = decider.begin(&mut tx, header).await? {
        tx.rollback().await?;
        return Ok(rejected(codes, None));
    }
    let key = LineKey { office: header.office.to_string(), agb: header.agb.to_string(), file_number };
    let removed_through = removed_through(&mut tx, &header.office).await?;
    let insured = Insured::begin(&mut tx, &header.office, &intake.keys).await?;
    let insured_import_id = insured.import_id().to_owned();
    let deciding = Deciding { removed_through, insured, ..Deciding::new(intake, header, received, decider, &key) };
    let (results, findings) = deciding.run(&mut tx, progress).await?;
    let (granted_lines, granted_cents) = (results.granted_lines, results.granted_cents);
    let summary = FileSummary { header, granted_lines, granted_cents, insured_import_id: &insured_import_id };
    let insurer_reference = insurer_reference(&header.file_id);
    store::save_file(&mut tx, &summary, &results, &received.sha256, &insurer_reference, &key).await?;
    decider.finish(&mut tx, &summary).await?;
    tx.audit(call.done(&format!("file {}", header.file_id)));
    tx.commit(intake.core.clock.now()).await?;
    Ok(Verdict::Stored { results, findings, insurer_reference, received_time: header.received_time })
}

fn rejected(reasons: Codes, field: Option<&'static str>) -> Verdict {
    let first = reasons.iter().next().unwrap_or(codes::HEADER.code);
    let codes = [ReturnCode::FILE_REJECTED].into_iter().chain(reasons.iter()).collect();
    Verdict::Rejected(codes, Finding { code: first, level: vektis::codes::Level::File, place: place(1), field })
}

/// The office's own reference of a file: the part of its id that is random, as long as the field is.
fn insurer_reference(file_id: &str) -> String {
    let digits: String = file_id.chars().filter(char::is_ascii_hexdigit).collect();
    digits[digits.len().saturating_sub(24)..].to_ascii_uppercase()
}

/// The header of an accepted file. None when it lacks what the checks ask, which can't be.
pub(crate) fn file_header(
    received: &Received,
    office: &Office,
    file_id: String,
    received_time: DateTime<Utc>,
) -> Option<FileHeader> {
    let bytes = received.summary.header?;
    let header = Header::new(&bytes);
    Some(FileHeader {
        file_id,
        office: office.clone(),
        agb: header.institution()?,
        payee: header.payee_code()?,
        message: received.summary.message?,
        invoice_number: header.invoice_number().to_string(),
        invoice_date: header.invoice_date()?,
        first_day: header.period_begin()?,
        last_day: header.period_end()?,
        uzovi: header.uzovi(),
        is_test: header.is_test(),
        lines: received.summary.counts.performances,
        submitted_cents: received.summary.claimed_cents,
        received_time,
    })
}

/// The lines of a file on their way through the decisions into the table.
struct Deciding<'a, D> {
    office: &'a Office,
    header: &'a FileHeader,
    reader: Reader<'a>,
    received: &'a mut Received,
    decider: &'a mut D,
    key: &'a LineKey,
    /// The last day of care of which files were removed.
    removed_through: Option<NaiveDate>,
    history: History,
    days: Days,
    insured: Insured,
    results: Results,
    findings: Findings,
}

impl<'a, D: Decider> Deciding<'a, D> {
    fn new(
        intake: &'a Intake,
        header: &'a FileHeader,
        received: &'a mut Received,
        decider: &'a mut D,
        key: &'a LineKey,
    ) -> Self {
        Self {
            office: &header.office,
            header,
            reader: Reader::new(received, &intake.keys),
            received,
            decider,
            key,
            removed_through: None,
            history: History::default(),
            days: Days::default(),
            insured: Insured::default(),
            results: Results::with_capacity(header.lines),
            findings: Findings::default(),
        }
    }

    /// Looks up a batch, then decides about it and reads the next one while the database inserts the one before.
    async fn run(mut self, tx: &mut Tx, progress: &Progress) -> Result<(Results, Findings), EdgeError> {
        let engine = tx.engine();
        self.history = History::begin(tx).await?;
        self.days = Days::begin(tx).await?;
        let mut waiting = None;
        let mut next = self.reader.next(self.received).await?;
        while let Some(mut batch) = next {
            batch.mark_days(self.decider);
            self.history.look_up(tx, self.office, self.header.agb, &batch).await?;
            links::add(tx, &batch.links).await?;
            batch.links.iter().for_each(|(client, earlier)| self.decider.linked(*client, *earlier));
            self.days.look_up(tx, self.office, self.header.agb, &batch).await?;
            self.insured.look_up(tx, self.office, &batch).await?;
            let mut rows = Rows::new(engine, &CLAIM_LINE);
            let work = async {
                self.decide(batch, &mut rows);
                progress.decided(self.results.len()).await?;
                self.reader.next(self.received).await
            };
            let (inserted, read) = tokio::join!(insert(tx, waiting.take()), work);
            inserted?;
            next = read?;
            waiting = Some(rows);
        }
        insert(tx, waiting.take()).await?;
        Ok((self.results, self.findings))
    }

    fn decide(&mut self, batch: Batch, rows: &mut Rows) {
        let mut technical = batch.findings.iter().peekable();
        for (number, codes) in &batch.remarks {
            self.results.remark(*number, *codes);
        }
        for line in &batch.lines {
            let record = batch.record(line);
            let decided = match record.end().zip(self.removed_through) {
                Some((last_day, through)) if last_day <= through => too_late(line),
                _ => judge(line, record, (&self.history, &self.days, &self.insured), self.decider),
            };
            self.decider.judged(&JudgedLine::new(record, &decided));
            if decided.outcome != Outcome::Refused {
                self.history.remember(record, &decided);
            }
            if decided.outcome == Outcome::Debit {
                self.days.remember(line, record);
            }
            while let Some(finding) = technical.next_if(|finding| finding.place.record_number <= line.record_number) {
                self.findings.add(*finding);
            }
            if line.codes.is_empty() && !decided.is_granted_in_full() {
                self.findings.add_codes(line.record_number, decided.codes);
            }
            write_row(rows, self.key, line, record, &decided);
            self.results.push(&decided);
        }
        technical.for_each(|finding| self.findings.add(*finding));
    }
}

async fn insert(tx: &mut Tx, rows: Option<Rows>) -> Result<(), DatabaseError> {
    if let Some(rows) = rows {
        tx.insert_many(rows).await?;
    }
    Ok(())
}

/// What a resubmitted file's return and findings are made from.
pub(crate) async fn recall(
    intake: &Intake,
    known: &StoredFile,
    received: &mut Received,
) -> Result<(Results, Findings), EdgeError> {
    let results = store::results_of(intake.core.db(), known).await?;
    let mut findings = Findings::default();
    let mut reader = Reader::new(received, &intake.keys);
    let mut index = 0;
    let mut remarks = results.remarks().peekable();
    while let Some(batch) = reader.next(received).await? {
        for line in &batch.lines {
            while let Some((number, codes)) = remarks.next_if(|(number, _)| *number < line.record_number) {
                findings.add_codes(number, codes);
            }
            let decided = results.line(index).unwrap_or(Decided::refused(Codes::none()));
            if !decided.is_granted_in_full() {
                findings.add_codes(line.record_number, decided.codes);
            }
            index += 1;
        }
    }
    remarks.for_each(|(number, codes)| findings.add_codes(number, codes));
    Ok((results, findings))
}
