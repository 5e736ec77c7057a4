//! The service in this process, a client of it, and short ways to say what a test needs.

use budget::{
    domain::{Agreement, OfficeYear, Tariff},
    store,
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient},
    common,
};
use database::{DecisionRow, Tx, fetch_one};
use futures::{StreamExt, TryStreamExt};
use identifiers::{Agb, Bsn, Uzovi};
use money::Money;
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

pub const AGB: &str = "41410001";
pub const OTHER: &str = "41410002";
/// A record and its CR LF.
const RECORD: usize = 312;

macro_rules! sums {
    ($table:literal) => {
        concat!(
            "SELECT CAST(SUM(approved_lines + credited_lines) AS BIGINT),
                    CAST(SUM(approved_cents - credited_cents) AS BIGINT), CAST(SUM(refused_lines) AS BIGINT) FROM ",
            $table
        )
    };
}
const PRESENT: &str = sums!("production");
const ENTRIES: &str = sums!("production_entry");
const LINES: &str = "SELECT
        (SELECT COUNT(*) FROM claim_line WHERE outcome > 0)
            - (SELECT CAST(COALESCE(SUM(approved_lines + credited_lines), 0) AS BIGINT) FROM correction),
        (SELECT CAST(SUM(granted_cents) AS BIGINT) FROM claim_line)
            - (SELECT CAST(COALESCE(SUM(approved_cents - credited_cents), 0) AS BIGINT) FROM correction),
        (SELECT COUNT(*) FROM claim_line WHERE outcome = 0)
            - (SELECT CAST(COALESCE(SUM(refused_lines), 0) AS BIGINT) FROM refusal_entry WHERE care_month = '')";

/// Budget with a database and a clock of its own, and two providers with agreements and tariffs of 2022 and 2023; it is
/// 10 March 2023.
pub struct World {
    pub client: BudgetServiceClient<Channel>,
    pub clock: Clock,
    pub db: TestDb,
    pub running: Running,
    keys: TempDir,
}

impl World {
    pub async fn open(engine: Engine) -> World {
        let db = TestDb::open(engine, store::MIGRATIONS).await;
        let keys = tempfile::tempdir().unwrap();
        let key = keys.path().join("key");
        std::fs::write(&key, format!("1 {}\n", "07".repeat(32))).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let mut settings =
            Settings { database: db.url().to_owned(), pseudonym_key_file: Some(key), ..Settings::default() };
        for peer in ["registration", "tariffing"] {
            // Nobody is there: what they would make known is put in below.
            settings.peers.insert(peer.to_owned(), "http://127.0.0.1:9".to_owned());
        }
        let clock = Clock::manual("2023-03-10T10:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let running = ::budget::start(settings, clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap();
        let client = BudgetServiceClient::connect(running.url()).await.unwrap();
        let world = World { client, clock, db, running, keys };
        for agb in [AGB, OTHER] {
            world.contract(agb).await;
        }
        world
    }

    async fn contract(&self, agb: &str) {
        let agb: Agb = agb.parse().unwrap();
        let agreement = Agreement {
            agb,
            first_day: day("2022-01-01"),
            last_day: None,
            products: Vec::new(),
            region: String::new(),
        };
        let tariff = |product: &str, unit: &str, year: i32, cents: i64| Tariff {
            agb,
            product: product.to_owned(),
            unit: unit.to_owned(),
            first_day: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            last_day: NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            tariff: Money::from_cents(cents),
        };
        let mut tx = self.db.write().await.unwrap();
        store::add_agreement(&mut tx, &format!("agreement-{agb}"), "vgz", "gz", &agreement).await.unwrap();
        for year in [2022, 2023] {
            let tariffs = [tariff("Z053", "14", year, 25_110), tariff("H126", "04", year, 6_794)];
            store::replace_tariffs(&mut tx, ("vgz", agb, year, "gz"), &tariffs).await.unwrap();
        }
        tx.commit(self.clock.now()).await.unwrap();
    }

    pub fn set(&self, time: &str) {
        self.clock.set(time.parse().unwrap());
    }

    pub fn client(&self) -> BudgetServiceClient<Channel> {
        self.client.clone()
    }

    /// Submits a file of the first provider.
    pub async fn submit(&self, invoice: &str, lines: &[Line]) -> common::ClaimsResult {
        self.send(file(AGB, invoice, lines)).await
    }

    pub async fn send(&self, file: Vec<u8>) -> common::ClaimsResult {
        let result = send(&self.client, file).await.unwrap();
        assert!(!result.rejected, "{:?}", result.findings);
        result
    }

    /// The file with the key of the pseudonyms.
    pub fn key(&self) -> std::path::PathBuf {
        self.keys.path().join("key")
    }

    pub async fn list(&self, request: proto::ListProductionRequest) -> proto::ListProductionResponse {
        self.client().list_production(request).await.unwrap().into_inner()
    }

    /// All production of 2023, as known at a moment or now.
    pub async fn production(&self, as_of: Option<&str>) -> Vec<proto::Production> {
        self.list(proto::ListProductionRequest { as_of_time: as_of.map(time), ..asked() }).await.production
    }

    pub async fn streamed(&self, request: proto::StreamProductionRequest) -> Vec<proto::StreamProductionResponse> {
        self.client().stream_production(request).await.unwrap().into_inner().try_collect().await.unwrap()
    }

    pub async fn refusals(&self, request: proto::ListRefusalsRequest) -> proto::ListRefusalsResponse {
        self.client().list_refusals(request).await.unwrap().into_inner()
    }

    pub async fn corrections(&self, request: proto::ListCorrectionsRequest) -> proto::ListCorrectionsResponse {
        self.client().list_corrections(request).await.unwrap().into_inner()
    }

    pub async fn timeliness(&self, request: proto::ListTimelinessRequest) -> proto::ListTimelinessResponse {
        self.client().list_timeliness(request).await.unwrap().into_inner()
    }

    /// Closes a year for a provider, as the commitment of its reconciliation does.
    pub async fn close(&self, year: i32, agb: &str) -> bool {
        let (tx, closed) = self.closing(year, agb).await;
        tx.commit(self.clock.now()).await.unwrap();
        closed
    }

    /// The same, not committed yet.
    pub async fn closing(&self, year: i32, agb: &str) -> (Tx, bool) {
        let now = self.clock.now();
        let rules = self.db.save_rule_set("rules", "a test", now).await.unwrap();
        let decision = DecisionRow {
            decision_id: format!("close-{year}-{agb}-{}", now.timestamp()),
            office: "vgz".to_owned(),
            kind: "a test".to_owned(),
            subject: "a test".to_owned(),
            decided_time: now,
            rules_sha256: rules,
            facts: "{}".to_owned(),
            facts_sha256: [0; 32],
            explanation: Vec::new(),
        };
        let year = OfficeYear { office: "vgz".parse().unwrap(), year };
        let mut tx = self.db.write().await.unwrap();
        tx.save_decision(&decision).await.unwrap();
        let agb = agb.parse().unwrap();
        let closed = store::close_year(&mut tx, &year, agb, &decision.decision_id, now).await.unwrap();
        (tx, closed)
    }

    /// What the present sums, the entries, and the claim lines with the corrections taken off come to: granted lines with
    /// their amount, and refused ones of which product and days can be read.
    pub async fn sums(&self) -> [(i64, i64, i64); 3] {
        let mut tx = self.db.read().await.unwrap();
        [
            fetch_one!(tx, PRESENT => (i64, i64, i64)).unwrap(),
            fetch_one!(tx, ENTRIES => (i64, i64, i64)).unwrap(),
            fetch_one!(tx, LINES => (i64, i64, i64)).unwrap(),
        ]
    }
}

/// Sends a file in pieces, and reads the answer to its end.
pub async fn send(client: &BudgetServiceClient<Channel>, file: Vec<u8>) -> Result<common::ClaimsResult, Status> {
    use proto::{submit_claims_request::Part, submit_claims_response::Part as Reply};
    let start = Part::Start(common::ClaimsStart { office: "vgz".to_owned() });
    let chunks: Vec<Part> = file.chunks(1 << 18).map(|chunk| Part::Chunk(chunk.to_vec().into())).collect();
    let parts = std::iter::once(start).chain(chunks).map(|part| proto::SubmitClaimsRequest { part: Some(part) });
    let parts: Vec<proto::SubmitClaimsRequest> = parts.collect();
    let mut answer = client.clone().submit_claims(futures::stream::iter(parts)).await?.into_inner();
    let mut result = None;
    while let Some(part) = answer.next().await {
        if let Some(Reply::Result(found)) = part?.part {
            result = Some(found);
        }
    }
    result.ok_or_else(|| Status::unavailable("no result"))
}

/// Asks for production of 2023.
pub fn asked() -> proto::ListProductionRequest {
    proto::ListProductionRequest { office: "vgz".to_owned(), year: 2023, ..Default::default() }
}

/// Asks for refusals of 2023.
pub fn refused() -> proto::ListRefusalsRequest {
    proto::ListRefusalsRequest { office: "vgz".to_owned(), year: 2023, ..Default::default() }
}

pub fn time(text: &str) -> prost_types::Timestamp {
    let time: DateTime<Utc> = text.parse().unwrap();
    prost_types::Timestamp { seconds: time.timestamp(), nanos: 0 }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Lines, quantity and eurocents.
pub fn figures(figures: Option<proto::LineFigures>) -> (i64, i64, i64) {
    let figures = figures.unwrap();
    (figures.lines, figures.quantity, figures.amount.unwrap().cents)
}

/// Product, month and what was submitted, approved, credited and refused.
pub type Row<'a> = (&'a str, &'a str, [(i64, i64, i64); 4]);

pub fn row(row: &proto::Production) -> Row<'_> {
    let cell = [row.submitted, row.approved, row.credited, row.refused].map(figures);
    (&row.product, &row.care_month, cell)
}

/// The fields a status calls wrong.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
    violations.into_iter().map(|violation| violation.field).collect()
}

/// A line of a test file.
#[derive(Clone)]
pub struct Line {
    pub reference: String,
    pub client: u32,
    pub product: &'static str,
    pub unit: u32,
    pub tariff: i64,
    pub quantity: u32,
    pub days: (&'static str, &'static str),
    pub credits: Option<&'static str>,
}

impl Line {
    /// The line that takes back another of the same care.
    pub fn credit(self, reference: &str, of: &'static str) -> Line {
        Line { reference: reference.to_owned(), credits: Some(of), ..self }
    }

    /// The same of another client.
    pub fn of(self, client: u32) -> Line {
        Line { client, ..self }
    }

    /// The same at another tariff.
    pub fn at(self, tariff: i64) -> Line {
        Line { tariff, ..self }
    }
}

/// Days of stay, each a unit.
pub fn stay(reference: &str, days: (&'static str, &'static str)) -> Line {
    let quantity = (day(days.1) - day(days.0)).num_days() as u32 + 1;
    let reference = reference.to_owned();
    Line { reference, client: 1, product: "Z053", unit: 14, tariff: 25_110, quantity, days, credits: None }
}

/// Hours of care on a day.
pub fn hours(reference: &str, on: &'static str, quantity: u32) -> Line {
    let reference = reference.to_owned();
    Line { reference, client: 1, product: "H126", unit: 4, tariff: 6_794, quantity, days: (on, on), credits: None }
}

/// A citizen service number that holds the eleven test.
fn bsn(client: u32) -> Bsn {
    let numbers = (0..=9).map(|last| format!("{:08}{last}", 10_000_000 + client * 7));
    numbers.filter_map(|text| Bsn::parse(&text).ok()).next().unwrap_or_else(|| bsn(client + 10_000))
}

/// A claim file of a provider; every line has its client's insured record before it.
pub fn file(agb: &str, invoice: &str, lines: &[Line]) -> Vec<u8> {
    let uzovi: Uzovi = "5508".parse().unwrap();
    let agb: Agb = agb.parse().unwrap();
    let header = HeaderFields {
        message_code: Message::LongTermCare.code(),
        uzovi: Some(uzovi),
        institution: Some(agb),
        production_or_test: "P".to_owned(),
        payee: 4,
        period_begin: Some(day("2023-02-01")),
        period_end: Some(day("2023-02-28")),
        invoice_number: invoice.to_owned(),
        invoice_date: Some(day("2023-03-05")),
        ..HeaderFields::default()
    };
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header).unwrap();
    for line in lines {
        let insured = InsuredFields {
            bsn: Some(bsn(line.client)),
            uzovi: Some(uzovi),
            birth_date: Some(day("1950-01-01")),
            gender: 1,
            name_1: "JANSEN".to_owned(),
            initials: "A".to_owned(),
            name_use_3: 1,
            deceased: 2,
            postcode: Some("6511AB".parse().unwrap()),
            indication_body: 801,
            indication_client: "C1".to_owned(),
            ..InsuredFields::default()
        };
        writer.insured(&insured).unwrap();
        let fields = PerformanceFields {
            indication_request: 1,
            indication_decision: 2,
            function_code: if line.unit == 14 { 0 } else { 31 },
            care_profile: if line.unit == 14 { 754 } else { 0 },
            begin: Some(day(line.days.0)),
            end: Some(day(line.days.1)),
            product_list: 55,
            product: line.product.to_owned(),
            time_unit: line.unit,
            executor: Some(agb),
            reference: line.reference.clone(),
            previous_reference: line.credits.unwrap_or_default().to_owned(),
            ..PerformanceFields::default()
        };
        let sign = if line.credits.is_some() { Sign::Credit } else { Sign::Debit };
        writer.performance(&fields.priced(line.tariff, line.quantity, sign)).unwrap();
    }
    writer.finish().unwrap();
    out
}

/// The file with bytes of a record replaced; records and positions count from 1.
pub fn edited(mut file: Vec<u8>, record: usize, position: usize, text: &str) -> Vec<u8> {
    let at = (record - 1) * RECORD + position - 1;
    file[at..at + text.len()].copy_from_slice(text.as_bytes());
    file
}
