//! The service in this process, a client of it, and short ways to say what a test needs.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use budget::{
    domain::{Agreement, Tariff},
    store,
};
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient, submit_claims_request as request},
    common,
};
use futures::stream;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use iwlz::{Allocation, Client, DeliveryForm, MessageKind, OfficeCode, testing};
use money::Money;
use runtime::{Clock, Ids, Running, Settings};
use tempfile::NamedTempFile;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    aw320::ReturnRecord,
    framing::{Frame, ReturnSplitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

pub const AGB: &str = "41410001";
pub const OTHER_AGB: &str = "41410002";
pub const BSN: &str = "123456782";
pub const OTHER_BSN: &str = "111222333";
/// The agreed tariffs of Z053 and H126, in eurocents.
const TARIFFS: [(&str, i64); 2] = [("Z053", 25_110), ("H126", 6_794)];

/// A service with a database and a clock of its own, and an agreement with the provider. It is 10 April 2023.
pub struct World {
    pub client: BudgetServiceClient<Channel>,
    pub clock: Clock,
    pub running: Running,
    pub db: TestDb,
    settings: Settings,
    keys: NamedTempFile,
    requests: AtomicU64,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn agb(text: &str) -> Agb {
    text.parse().unwrap()
}

pub fn bsn(text: &str) -> Bsn {
    text.parse().unwrap()
}

pub fn nijmegen() -> OfficeCode {
    OfficeCode::parse("5508").unwrap()
}

impl World {
    pub async fn open(engine: Engine) -> World {
        let db = TestDb::open(engine, store::MIGRATIONS).await;
        for provider in [AGB, OTHER_AGB] {
            agree(&db, provider).await;
        }
        let keys = NamedTempFile::new().unwrap();
        // Nobody is there to follow: what they would make known is on record.
        let peers = ["registration", "tariffing"].map(|name| (name.to_owned(), "http://127.0.0.1:1".to_owned()));
        let settings = Settings {
            database: db.url().to_owned(),
            pseudonym_key_file: Some(keys.path().to_owned()),
            peers: BTreeMap::from(peers).into_iter().collect(),
            ..Settings::default()
        };
        let clock = Clock::manual(moment("2023-04-10T10:00:00Z"));
        write_keys(&keys, &[1]);
        let running = start(&settings, &clock).await;
        let client = BudgetServiceClient::connect(running.url()).await.unwrap();
        World { client, clock, running, db, settings, keys, requests: AtomicU64::new(0) }
    }

    /// The same service, started anew with other keys.
    pub async fn with_keys(mut self, versions: &[u8]) -> World {
        self.running.stop().await.unwrap();
        write_keys(&self.keys, versions);
        self.running = start(&self.settings, &self.clock).await;
        self.client = BudgetServiceClient::connect(self.running.url()).await.unwrap();
        self
    }

    pub fn client(&self) -> BudgetServiceClient<Channel> {
        self.client.clone()
    }

    pub fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("00000000-0000-4000-8000-{number:012x}")
    }

    /// Hands in a message of the provider.
    pub async fn import(&self, message: &[u8]) -> Result<proto::ImportIwlzResponse, Status> {
        self.import_for("vgz", AGB, message).await
    }

    pub async fn import_for(
        &self,
        office: &str,
        agb: &str,
        message: &[u8],
    ) -> Result<proto::ImportIwlzResponse, Status> {
        let request = proto::ImportIwlzRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            agb: agb.to_owned(),
            message: message.to_vec(),
        };
        Ok(self.client().import_iwlz(request).await?.into_inner())
    }

    /// Hands in a message that is right.
    pub async fn take(&self, message: &[u8]) -> proto::IwlzMessage {
        self.import(message).await.unwrap().message.unwrap()
    }

    /// Hands in an AW33 with an allocation of the first client, and gives it.
    pub async fn allocate(&self, identification: &str, allocation: &Allocation) {
        self.take(&aw33(identification, &[(BSN, std::slice::from_ref(allocation))])).await;
    }

    pub async fn listed(&self, change: impl Fn(&mut proto::ListAllocationsRequest)) -> Vec<proto::Allocation> {
        let mut request = proto::ListAllocationsRequest { office: "vgz".to_owned(), ..Default::default() };
        change(&mut request);
        self.client().list_allocations(request).await.unwrap().into_inner().allocations
    }

    /// Submits a file and gives the codes of each line.
    pub async fn codes(&self, invoice: &str, lines: &[Line]) -> Vec<String> {
        self.submit(invoice, lines).await.into_iter().map(|(codes, _)| codes).collect()
    }

    /// Submits a file and gives the codes and the granted eurocents of each line, as the return says.
    pub async fn submit(&self, invoice: &str, lines: &[Line]) -> Vec<(String, i64)> {
        use proto::submit_claims_response::Part;
        let start = request::Part::Start(common::ClaimsStart { office: "vgz".to_owned() });
        let parts = [start, request::Part::Chunk(Bytes::from(file(invoice, lines)))];
        let parts = parts.map(|part| proto::SubmitClaimsRequest { part: Some(part) });
        let mut answers = self.client().submit_claims(stream::iter(parts)).await.unwrap().into_inner();
        let mut aw320 = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            match answer.part.unwrap() {
                Part::Progress(_) => {}
                Part::Result(result) => assert!(!result.rejected, "{result:?}"),
                Part::Aw320(piece) => aw320.extend_from_slice(&piece),
            }
        }
        returned(&aw320)
    }
}

fn write_keys(file: &NamedTempFile, versions: &[u8]) {
    let line = |version: &u8| format!("{version} {}\n", format!("{version:02x}").repeat(32));
    std::fs::write(file.path(), versions.iter().map(line).collect::<String>()).unwrap();
}

async fn start(settings: &Settings, clock: &Clock) -> Running {
    budget::start(settings.clone(), clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap()
}

/// An agreement from 2022 on, with tariffs for three years.
async fn agree(db: &TestDb, provider: &str) {
    let mut tx = db.write().await.unwrap();
    let agreement = Agreement {
        agb: agb(provider),
        first_day: day("2022-01-01"),
        last_day: None,
        products: Vec::new(),
        region: String::new(),
    };
    store::add_agreement(&mut tx, &format!("agreement-{provider}"), "vgz", "gz", &agreement).await.unwrap();
    for year in 2022..=2024 {
        let tariff = |(product, cents): (&str, i64)| Tariff {
            agb: agb(provider),
            product: product.to_owned(),
            unit: if product == "Z053" { "14" } else { "04" }.to_owned(),
            first_day: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            last_day: NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            tariff: Money::from_cents(cents),
        };
        let tariffs = TARIFFS.map(tariff);
        store::replace_tariffs(&mut tx, ("vgz", agb(provider), year, "gz"), &tariffs).await.unwrap();
    }
    tx.commit(moment("2022-01-01T00:00:00Z")).await.unwrap();
}

/// A stay of profile 754 with the provider.
pub fn stay(first: &str, last: Option<&str>) -> Allocation {
    let days = (day(first), last.map(day));
    testing::allocation((nijmegen(), agb(AGB)), 754, DeliveryForm::Stay, days)
}

/// A message about clients, each with what is said of it.
pub fn message(kind: MessageKind, identification: &str, clients: &[Client]) -> Vec<u8> {
    let header = testing::header(kind, (nijmegen(), agb(AGB)), identification, day("2023-04-01"));
    testing::write(&header, clients)
}

/// An AW33 with allocations of clients.
pub fn aw33(identification: &str, allocated: &[(&str, &[Allocation])]) -> Vec<u8> {
    let client = |(number, allocations): &(&str, &[Allocation])| {
        let mut client = testing::client(1, bsn(number));
        client.allocations = allocations.to_vec();
        client
    };
    message(MessageKind::Aw33, identification, &allocated.iter().map(client).collect::<Vec<_>>())
}

/// A line of a claim file.
#[derive(Clone, Debug)]
pub struct Line {
    pub bsn: &'static str,
    pub product: &'static str,
    pub care_profile: u32,
    pub function_code: u32,
    pub quantity: u32,
    pub days: (&'static str, &'static str),
    pub tariff: i64,
    /// The reference of the line that it takes back; empty on a debit line.
    pub takes_back: &'static str,
}

/// A day of stay under profile 754 on each of the days.
pub fn day_of_stay(first: &'static str, last: &'static str) -> Line {
    let quantity = u32::try_from((day(last) - day(first)).num_days() + 1).unwrap();
    let (care_profile, function_code) = (754, 0);
    let (days, tariff) = ((first, last), TARIFFS[0].1);
    Line { bsn: BSN, product: "Z053", care_profile, function_code, quantity, days, tariff, takes_back: "" }
}

/// Two hours of personal care (function 31) on a day.
pub fn hours(date: &'static str) -> Line {
    let (care_profile, function_code) = (0, 31);
    let days = (date, date);
    let tariff = TARIFFS[1].1;
    Line { bsn: BSN, product: "H126", care_profile, function_code, quantity: 2, days, tariff, takes_back: "" }
}

fn file(invoice: &str, lines: &[Line]) -> Vec<u8> {
    let header = HeaderFields {
        message_code: Message::LongTermCare.code(),
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Some(agb(AGB)),
        payee: 4,
        period_begin: Some(day("2023-01-01")),
        period_end: Some(day("2023-03-31")),
        invoice_number: invoice.into(),
        invoice_date: Some(day("2023-04-05")),
        ..HeaderFields::default()
    };
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header).unwrap();
    for (number, line) in lines.iter().enumerate() {
        writer.insured(&insured(line.bsn)).unwrap();
        let fields = PerformanceFields {
            indication_request: 1,
            indication_decision: 2,
            function_code: line.function_code,
            care_profile: line.care_profile,
            begin: Some(day(line.days.0)),
            end: Some(day(line.days.1)),
            product_list: 55,
            product: line.product.into(),
            time_unit: if line.product.starts_with('Z') { 14 } else { 4 },
            executor: Some(agb(AGB)),
            reference: format!("{invoice}-{number}"),
            previous_reference: line.takes_back.into(),
            ..PerformanceFields::default()
        };
        let sign = if line.takes_back.is_empty() { Sign::Debit } else { Sign::Credit };
        writer.performance(&fields.priced(line.tariff, line.quantity, sign)).unwrap();
    }
    writer.finish().unwrap();
    out
}

fn insured(number: &str) -> InsuredFields {
    InsuredFields {
        bsn: Some(bsn(number)),
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

fn returned(aw320: &[u8]) -> Vec<(String, i64)> {
    let mut lines = Vec::new();
    ReturnSplitter::new().feed(aw320, |frame| {
        let Frame::Record { bytes, .. } = frame else { panic!("{frame:?}") };
        if let ReturnRecord::Performance(line) = ReturnRecord::read(bytes).unwrap() {
            let codes: Vec<String> = line.codes().iter().map(|code| code.to_string()).collect();
            lines.push((codes.join(" "), line.granted_cents().unwrap()));
        }
    });
    lines
}

/// The code and the reason of a status.
pub fn refused(status: &Status) -> (Code, String) {
    (status.code(), status.get_error_details().error_info().unwrap().reason.clone())
}

/// The fields a status calls wrong.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
    violations.into_iter().map(|violation| violation.field).collect()
}
