//! Files, deciders and the way through the intake.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    budget::{self, SubmitClaimsResponse},
    common,
};
use database::{Engine, Tx, fetch_one};
use edge::{Arrival, Core, EdgeError, Office, Service};
use explain::Schema;
use futures::{StreamExt as _, stream};
use identifiers::{Agb, Bsn, Postcode, PseudonymKey, PseudonymKeys, Uzovi};
use identity::Caller;
use intake::{
    ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, Incoming, Intake, Limits, LineDecision, MIGRATIONS,
};
use runtime::{Clock, Ids, Settings};
use testkit::TestDb;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    aw320::ReturnRecord,
    codes::{Codes, ReturnCode},
    framing::{Frame, ReturnSplitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

/// A record and its CR LF.
pub const FULL: usize = 312;
/// A ceiling that is never met.
pub const NONE: i64 = i64::MAX / 2;

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, month, day).unwrap()
}

/// Grants what fits under a ceiling; over it, the rest or nothing. A day and a night can be bought once.
pub struct Ceiling(pub i64);

impl Decider for Ceiling {
    async fn begin(&mut self, _: &mut Tx, file: &FileHeader) -> Result<FileVerdict, EdgeError> {
        let known = file.office.as_str() != "none";
        let reason = ReturnCode::parse("8022").unwrap();
        Ok(if known { FileVerdict::Continue } else { FileVerdict::Reject(Codes::one(reason)) })
    }

    fn days_once(&mut self, _: NaiveDate, time_unit: u32) -> bool {
        time_unit == 14
    }

    fn decide(&mut self, line: &ClaimLine<'_>) -> LineDecision {
        let granted_cents = line.claimed_cents.min(self.0);
        self.0 -= granted_cents;
        match granted_cents == line.claimed_cents {
            true => LineDecision::Granted,
            false => LineDecision::Partly { granted_cents, codes: Codes::one(ReturnCode::parse("0609").unwrap()) },
        }
    }

    fn take_back(&mut self, _: &ClaimLine<'_>, granted_cents: i64) {
        self.0 -= granted_cents;
    }

    async fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> Result<(), EdgeError> {
        let payload = file.header.file_id.clone().into_bytes();
        tx.publish(database::Event { office: file.header.office.to_string(), kind: "claim_file", payload });
        Ok(())
    }
}

static SERVICE: Service = Service {
    name: "intake",
    grpc_name: "intake",
    migrations: &MIGRATIONS,
    rules: &[],
    schema: &Schema { parameters: &[], texts: &[], ..Schema::EMPTY },
    replay: |_, _, _| Ok(Vec::new()),
    records: &[],
    retention: &[intake::CLAIM_FILE_KEPT, intake::INSURED_KEPT],
    readings: |_, _| Box::pin(async { Ok(Vec::new()) }),
};

/// The call of a provider's adapter.
pub fn arrival(intake: &Intake) -> Arrival {
    let method = contract::access::method("/zorginkoop.budget.v1.BudgetService/SubmitClaims").unwrap();
    Arrival::new(intake.core.clone(), Arc::new(Caller::local("adapter")), method)
}

pub struct Setup {
    pub db: TestDb,
    pub intake: Intake,
}

impl Setup {
    pub async fn new(engine: Engine) -> Self {
        let db = TestDb::open(engine, &MIGRATIONS).await;
        let now: DateTime<Utc> = "2023-06-01T10:00:00Z".parse().unwrap();
        let settings = Settings { database: db.url().to_owned(), ..Settings::default() };
        let with = (Clock::manual(now), Ids::random(), CancellationToken::new());
        let intake = Intake {
            core: Core::open(&settings, &SERVICE, with).await.unwrap(),
            keys: PseudonymKeys::only(PseudonymKey::new(b"test", "claims")),
            messages: &[Message::LongTermCare],
            limits: Limits { memory_bytes: 1_000, ..Limits::default() },
        };
        Self { db, intake }
    }

    pub async fn send(&self, file: &[u8]) -> Answer {
        self.send_in(file, 100_000, NONE).await
    }

    pub async fn send_in(&self, file: &[u8], chunk: usize, ceiling: i64) -> Answer {
        send(&self.intake, "vgz", file, chunk, ceiling).await.unwrap()
    }

    /// Rows in each of the intake's tables, of which none was removed.
    pub async fn rows(&self) -> [i64; 4] {
        let rows = self.counted().await;
        assert_eq!(self.db.feed_last().await.unwrap(), rows[1], "an event per file");
        rows
    }

    /// Rows in each of the intake's tables.
    pub async fn counted(&self) -> [i64; 4] {
        let mut tx = self.db.read().await.unwrap();
        let counted = fetch_one!(
            tx,
            "SELECT (SELECT COUNT(*) FROM claim_sender), (SELECT COUNT(*) FROM claim_file),
                    (SELECT COUNT(*) FROM claim_line), (SELECT COUNT(*) FROM claim_remark)" => (i64, i64, i64, i64)
        );
        let (senders, files, lines, remarks) = counted.unwrap();
        [senders, files, lines, remarks]
    }
}

pub fn parts(office: &str, file: &[u8], chunk: usize) -> Vec<Result<Incoming, Status>> {
    let start = Incoming::Start { office: office.to_owned() };
    let chunks = file.chunks(chunk).map(|chunk| Incoming::Chunk(Bytes::copy_from_slice(chunk)));
    std::iter::once(start).chain(chunks).map(Ok).collect()
}

pub async fn send(intake: &Intake, office: &str, file: &[u8], chunk: usize, ceiling: i64) -> Result<Answer, Status> {
    collect(intake, parts(office, file, chunk), ceiling).await
}

pub async fn collect(intake: &Intake, parts: Vec<Result<Incoming, Status>>, ceiling: i64) -> Result<Answer, Status> {
    use budget::submit_claims_response::Part;
    let answer =
        intake.submit::<_, _, _, SubmitClaimsResponse>(arrival(intake), stream::iter(parts), move |_: &Office| {
            Ceiling(ceiling)
        });
    let mut answer = std::pin::pin!(answer);
    let (mut aw320, mut result, mut progress) = (Vec::new(), None, Vec::new());
    while let Some(part) = answer.next().await {
        match part?.part.unwrap() {
            Part::Progress(report) => progress.push(report),
            Part::Result(found) => assert!(result.replace(found).is_none()),
            Part::Aw320(piece) => {
                assert!(result.is_some(), "the result comes first");
                aw320.extend_from_slice(&piece);
            }
        }
    }
    Ok(Answer { result: result.unwrap(), aw320, progress })
}

#[derive(Debug, PartialEq)]
pub struct Answer {
    pub result: common::ClaimsResult,
    pub aw320: Vec<u8>,
    pub progress: Vec<common::ClaimsProgress>,
}

/// Codes and granted cents of a record of the return.
pub type Returned = (Vec<String>, i64);

impl Answer {
    /// The codes of the return's header.
    pub fn header_codes(&self) -> Vec<String> {
        self.records()[0].0.clone()
    }

    pub fn records(&self) -> Vec<Returned> {
        let texts = |codes: Codes| codes.iter().map(|code| code.to_string()).collect::<Vec<_>>();
        let mut records = Vec::new();
        ReturnSplitter::new().feed(&self.aw320, |frame| {
            let Frame::Record { bytes, .. } = frame else { panic!("{frame:?}") };
            records.push(match ReturnRecord::read(bytes).unwrap() {
                ReturnRecord::Header(header) => (texts(header.codes()), 0),
                ReturnRecord::Insured(insured) => (texts(insured.codes()), 0),
                ReturnRecord::Performance(line) => (texts(line.codes()), line.granted_cents().unwrap()),
                ReturnRecord::Comment(comment) => (texts(comment.codes()), 0),
                ReturnRecord::Trailer(trailer) => (Vec::new(), trailer.granted_cents().unwrap()),
            });
        });
        records
    }

    /// The line records of the return: those with a code that a line has.
    pub fn lines(&self) -> Vec<Returned> {
        let lines = self.aw320.chunks(372).zip(self.records());
        lines.filter(|(bytes, _)| bytes.starts_with(b"04")).map(|(_, record)| record).collect()
    }

    pub fn findings(&self) -> Vec<(String, i64, String)> {
        let found = self.result.findings.iter();
        found.map(|found| (found.return_code.clone(), found.record_number, found.field.clone())).collect()
    }
}

/// A line for a test file: reference, quantity, and the reference it takes back.
#[derive(Clone)]
pub struct TestLine(pub &'static str, pub u32, pub Option<&'static str>);

pub fn header(invoice: &str) -> HeaderFields {
    HeaderFields {
        message_code: 187,
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Agb::parse("41410001").ok(),
        payee: 4,
        period_begin: Some(day(2, 1)),
        period_end: Some(day(2, 28)),
        invoice_number: invoice.into(),
        invoice_date: Some(day(3, 10)),
        ..HeaderFields::default()
    }
}

pub const TARIFF: i64 = 1_000;

pub fn line_fields(line: &TestLine) -> PerformanceFields {
    let sign = if line.2.is_some() { Sign::Credit } else { Sign::Debit };
    PerformanceFields {
        function_code: 31,
        begin: Some(day(2, 3)),
        end: Some(day(2, 4)),
        product_list: 55,
        product: "H126".into(),
        time_unit: 4,
        executor: Agb::parse("41410001").ok(),
        reference: line.0.into(),
        previous_reference: line.2.unwrap_or_default().into(),
        ..PerformanceFields::default()
    }
    .priced(TARIFF, line.1, sign)
}

pub fn insured(bsn: &str) -> InsuredFields {
    InsuredFields {
        bsn: Bsn::parse(bsn).ok(),
        uzovi: Uzovi::parse("5508").ok(),
        birth_date: NaiveDate::from_ymd_opt(1940, 5, 6),
        gender: 2,
        name_1: "JANSEN".into(),
        initials: "A".into(),
        name_use_3: 1,
        postcode: Postcode::parse("6511AB").ok(),
        deceased: 2,
        indication_body: 801,
        indication_client: "C1".into(),
        ..InsuredFields::default()
    }
}

/// A file of one person with a comment.
pub fn file(invoice: &str, lines: &[TestLine]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(invoice)).unwrap();
    writer.insured(&insured("123456782")).unwrap();
    writer.comment("toelichting één").unwrap();
    for line in lines {
        writer.performance(&line_fields(line)).unwrap();
    }
    writer.finish().unwrap();
    out
}

/// Four lines, one of which is taken back: records 4, 5, 6 and 7 of the file.
pub fn good_file() -> Vec<u8> {
    file(
        "F1",
        &[TestLine("R1", 1, None), TestLine("R2", 2, None), TestLine("R3", 3, None), TestLine("R4", 2, Some("R2"))],
    )
}

/// A large file of persons with `each` lines, over several batches.
pub fn large_file(invoice: &str, persons: usize, each: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(invoice)).unwrap();
    for person in 0..persons {
        writer.insured(&insured(["123456782", "111222333"][person % 2])).unwrap();
        for number in 0..each {
            let mut fields = line_fields(&TestLine("", 2, None));
            fields.reference = format!("{invoice}-{person}-{number}");
            writer.performance(&fields).unwrap();
        }
    }
    writer.finish().unwrap();
    out
}

/// Writes text over a record, counted from 1, at a position counted from 1.
pub fn put(file: &mut [u8], record: usize, position: usize, text: &str) {
    let at = (record - 1) * FULL + position - 1;
    file[at..at + text.len()].copy_from_slice(text.as_bytes());
}

pub fn granted(cents: i64) -> Returned {
    (vec!["8001".to_owned()], cents)
}

pub fn refused(code: &str) -> Returned {
    (vec![code.to_owned()], 0)
}

pub fn shared(setup: &Setup) -> Arc<Intake> {
    Arc::new(setup.intake.clone())
}
