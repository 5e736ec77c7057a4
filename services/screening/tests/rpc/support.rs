//! Home care and screening in this process, clients of them, and short ways to say what a test needs.

use std::{
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    common,
    homecare::{self as claims, homecare_service_client::HomecareServiceClient},
    screening::{self as proto, screening_service_client::ScreeningServiceClient},
};
use futures::stream;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use runtime::{Clock, Ids, Peer, Running, Settings, peer};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};
use testkit::{Engine, TestDb};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};
use vektis::{
    Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

pub const FIRST: &str = "41410001";
pub const SECOND: &str = "41410002";
/// The agreed tariff of products 1000 and 1001, in eurocents.
pub const TARIFF: i64 = 7_276;
/// Longer than a replica waits before it asks for the lease again.
const PATIENCE: Duration = Duration::from_secs(30);

/// The two services; it is 1 June 2024. Budget is not there: screening works on without it.
pub struct World {
    pub screening: ScreeningServiceClient<Channel>,
    pub homecare: HomecareServiceClient<Channel>,
    pub db: TestDb,
    pub clock: Clock,
    requests: AtomicU64,
    pub running: Option<Running>,
    pub owner: Running,
    owner_db: TestDb,
    key: NamedTempFile,
}

impl World {
    /// Both services, and agreements of both providers with room enough.
    pub async fn open(engine: Engine) -> World {
        let owner_db = TestDb::open(engine, homecare::store::MIGRATIONS).await;
        let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
        let key = NamedTempFile::new().unwrap();
        std::fs::write(key.path(), format!("1 {}\n", "07".repeat(32))).unwrap();
        let clock = Clock::manual("2024-06-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let (owner, followed) = own(&owner_db, &key, &clock).await;
        let homecare = HomecareServiceClient::connect(owner.url()).await.unwrap();
        let running = screen(&db, &key, &clock, &owner).await;
        let channel = Channel::from_shared(running.url()).unwrap().connect_lazy();
        assert!(followed.send(peer("homecare", channel)).is_ok());
        let screening = ScreeningServiceClient::connect(running.url()).await.unwrap();
        let requests = AtomicU64::new(0);
        let running = Some(running);
        let world = World { screening, homecare, db, clock, requests, running, owner, owner_db, key };
        world.conclude(FIRST, 10_000_000).await;
        world.conclude(SECOND, 10_000_000).await;
        world
    }

    /// Stops screening.
    pub async fn stop(&mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    /// Starts screening again on its database.
    pub async fn start(&mut self) {
        let running = screen(&self.db, &self.key, &self.clock, &self.owner).await;
        self.screening = ScreeningServiceClient::connect(running.url()).await.unwrap();
        self.running = Some(running);
    }

    /// The same under other rule files.
    pub async fn start_with(&mut self, files: &[(&str, String)]) {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let rules = folder.path().to_owned();
        let running = screen_under(rules, &self.db, &self.key, &self.clock, &self.owner).await;
        self.screening = ScreeningServiceClient::connect(running.url()).await.unwrap();
        self.running = Some(running);
    }

    /// Starts both services again with other keys for pseudonyms, by version.
    pub async fn with_keys(mut self, keys: &[(u32, u8)]) -> World {
        self.stop().await;
        let line = |(version, byte): &(u32, u8)| format!("{version} {}\n", format!("{byte:02x}").repeat(32));
        std::fs::write(self.key.path(), keys.iter().map(line).collect::<String>()).unwrap();
        let World { db, clock, requests, owner, owner_db, key, .. } = self;
        owner.stop().await.unwrap();
        let (owner, _) = own(&owner_db, &key, &clock).await;
        let homecare = HomecareServiceClient::connect(owner.url()).await.unwrap();
        let running = screen(&db, &key, &clock, &owner).await;
        let screening = ScreeningServiceClient::connect(running.url()).await.unwrap();
        World { screening, homecare, db, clock, requests, running: Some(running), owner, owner_db, key }
    }

    /// Forgets all that screening knows, and follows from the start.
    pub async fn anew(&mut self, engine: Engine) {
        self.stop().await;
        self.db = TestDb::open(engine, screening::store::MIGRATIONS).await;
        self.start().await;
    }

    pub async fn conclude(&self, agb: &str, ceiling_cents: i64) {
        let tariff = |product: &str| claims::ProductTariff {
            product: product.to_owned(),
            unit: "04".to_owned(),
            tariff: Some(common::Money { cents: TARIFF }),
        };
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let request = claims::ConcludeAgreementRequest {
            request_id: format!("00000000-0000-4000-8000-{number:012x}"),
            office: "vgz".to_owned(),
            agb: agb.to_owned(),
            year: 2024,
            r#type: claims::AgreementType::Standard.into(),
            ceiling: Some(common::Money { cents: ceiling_cents }),
            hours_per_client_month: Some(common::Decimal { value: "12".to_owned() }),
            tariffs: vec![tariff("1000"), tariff("1001")],
        };
        self.homecare.clone().conclude_agreement(request).await.unwrap();
    }

    /// Submits a file, of which every line is granted, and gives its id.
    pub async fn submit(&self, agb: &str, invoice: &str, lines: &[Line]) -> String {
        use claims::{submit_claims_request::Part, submit_claims_response::Part as Answer};
        let parts = [
            Part::Start(common::ClaimsStart { office: "vgz".to_owned() }),
            Part::Chunk(file(agb, invoice, lines).into()),
        ];
        let parts = parts.map(|part| claims::SubmitClaimsRequest { part: Some(part) });
        let mut answers = self.homecare.clone().submit_claims(stream::iter(parts)).await.unwrap().into_inner();
        let mut result = None;
        while let Some(answer) = answers.message().await.unwrap() {
            if let Some(Answer::Result(found)) = answer.part {
                result = Some(found);
            }
        }
        let result = result.unwrap();
        assert_eq!(result.granted_lines, lines.len() as i64, "{:?}", result.findings);
        result.file_id
    }

    /// Waits until screening applied all that home care made known.
    pub async fn caught_up(&self) {
        let progress = self.homecare.clone().get_progress(claims::GetProgressRequest {}).await.unwrap().into_inner();
        let reached = async {
            while self.applied().await < progress.last_sequence {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("screening follows home care");
    }

    /// How far screening followed home care.
    pub async fn applied(&self) -> i64 {
        let progress = self.screening.clone().get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        progress.feeds.iter().find(|feed| feed.service == "homecare").map_or(0, |feed| feed.sequence)
    }

    /// The last fact screening made known.
    pub async fn published(&self) -> i64 {
        let progress = self.screening.clone().get_progress(proto::GetProgressRequest {}).await.unwrap();
        progress.into_inner().last_sequence
    }

    /// The signals with a line of a provider, or all.
    pub async fn signals(&self, agb: &str) -> Vec<proto::Signal> {
        let request = proto::ListSignalsRequest {
            office: "vgz".to_owned(),
            agb: agb.to_owned(),
            ..proto::ListSignalsRequest::default()
        };
        self.screening.clone().list_signals(request).await.unwrap().into_inner().signals
    }

    /// The references of the pairs that stand, sorted.
    pub async fn standing(&self) -> Vec<(String, String)> {
        let signals = self.signals("").await.into_iter().filter(|signal| !signal.withdrawn);
        let pair = |signal: proto::Signal| (signal.evidence[0].reference.clone(), signal.evidence[1].reference.clone());
        let mut pairs: Vec<_> = signals.map(pair).collect();
        pairs.sort();
        pairs
    }

    /// Imports facts of a kind.
    pub async fn import(&self, kind: &str, csv: &str) -> Result<proto::ImportFactsResponse, Status> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        self.import_as(&format!("00000000-0000-4000-9000-{number:012x}"), kind, csv).await
    }

    /// The same as a request with an id.
    pub async fn import_as(
        &self,
        request_id: &str,
        kind: &str,
        csv: &str,
    ) -> Result<proto::ImportFactsResponse, Status> {
        use proto::import_facts_request::Part;
        let start = proto::FactsStart {
            request_id: request_id.to_owned(),
            office: "vgz".to_owned(),
            kind: kind.to_owned(),
            source: "a test".to_owned(),
            sha256: Sha256::digest(csv).to_vec(),
            rows: csv.lines().count() as i64 - 1,
        };
        let pieces = csv.as_bytes().chunks(40).map(|chunk| Part::Chunk(chunk.to_vec()));
        let parts: Vec<_> = std::iter::once(Part::Start(start)).chain(pieces).collect();
        let parts = parts.into_iter().map(|part| proto::ImportFactsRequest { part: Some(part) });
        Ok(self.screening.clone().import_facts(stream::iter(parts)).await?.into_inner())
    }

    /// Evaluates everybody anew: clients, signals raised and withdrawn.
    pub async fn run(&self) -> (i64, i64, i64) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("00000000-0000-4000-a000-{number:012x}");
        let request = proto::RunClaimRulesRequest { request_id, office: "vgz".to_owned() };
        let mut answers = self.screening.clone().run_claim_rules(request).await.unwrap().into_inner();
        let mut last = None;
        while let Some(answer) = answers.message().await.unwrap() {
            last = Some(answer);
        }
        let last = last.unwrap();
        assert!(last.done);
        (last.clients, last.raised, last.withdrawn)
    }

    /// The rules and references of the signals that stand, sorted.
    pub async fn found(&self) -> Vec<(String, String)> {
        let request = proto::ListSignalsRequest {
            office: "vgz".to_owned(),
            standing_only: true,
            ..proto::ListSignalsRequest::default()
        };
        let signals = self.screening.clone().list_signals(request).await.unwrap().into_inner().signals;
        let told = |signal: proto::Signal| {
            let lines: Vec<String> = signal.evidence.into_iter().map(|line| line.reference).collect();
            (signal.rule, lines.join(" "))
        };
        let mut found: Vec<_> = signals.into_iter().map(told).collect();
        found.sort();
        found
    }

    /// The Dutch texts of an explanation.
    pub async fn explained(&self, decision_id: &str) -> Vec<String> {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        let explanation = self.screening.clone().explain(request).await.unwrap().into_inner().explanation.unwrap();
        explanation.steps.into_iter().map(|step| step.text_nl).collect()
    }
}

/// Home care, and where it waits for screening to follow.
async fn own(db: &TestDb, key: &NamedTempFile, clock: &Clock) -> (Running, oneshot::Sender<Peer>) {
    let settings = Settings {
        database: db.url().to_owned(),
        pseudonym_key_file: Some(key.path().to_owned()),
        // Nobody is there: agreements are concluded here by hand.
        peers: [("registration".to_owned(), "http://127.0.0.1:9".to_owned())].into(),
        ..Settings::default()
    };
    let (followed, coming) = oneshot::channel();
    let with = (clock.clone(), Ids::random(), CancellationToken::new());
    let owner = homecare::start_before_screening(settings, with, async { coming.await.ok() }).await.unwrap();
    (owner, followed)
}

/// Rule files in which care of more than one provider is no signal, since the tests here look at other rules, and lines
/// are complete from 2023 on.
fn rules() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let (name, text) =
            screening::rules::FILES.iter().find(|(_, text)| text.contains("more_providers_mode")).unwrap();
        let at = text.find("more_providers_mode").unwrap();
        let text = format!("{}{}", &text[..at], text[at..].replacen("\"live\"", "\"off\"", 1));
        let at = text.find("staff_lines_from_year").unwrap();
        let stated = "values = [{ from = 2020-01-01, value = 2023 }]";
        let text = format!("{}{}", &text[..at], text[at..].replacen("unset = true", stated, 1));
        std::fs::write(folder.path().join(name), text).unwrap();
        folder
    });
    folder.path().to_owned()
}

async fn screen(db: &TestDb, key: &NamedTempFile, clock: &Clock, owner: &Running) -> Running {
    screen_under(rules(), db, key, clock, owner).await
}

async fn screen_under(rules: PathBuf, db: &TestDb, key: &NamedTempFile, clock: &Clock, owner: &Running) -> Running {
    let nobody = || "http://127.0.0.1:1".to_owned();
    let peers = [("homecare", owner.url()), ("budget", nobody()), ("registration", nobody())];
    let settings = Settings {
        database: db.url().to_owned(),
        rules: Some(rules),
        pseudonym_key_file: Some(key.path().to_owned()),
        peers: peers.map(|(name, url)| (name.to_owned(), url)).into(),
        ..Settings::default()
    };
    screening::start(settings, clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap()
}

/// A line of product 1000 for one person on some days of March 2024.
#[derive(Clone, Debug)]
pub struct Line {
    pub bsn: &'static str,
    pub days: (u32, u32),
    pub fields: PerformanceFields,
}

pub fn debit(reference: &str, days: (u32, u32), quantity: u32) -> Line {
    let fields = PerformanceFields {
        product_list: 65,
        product: "1000".into(),
        time_unit: 4,
        executor: Agb::parse(FIRST).ok(),
        reference: reference.into(),
        ..PerformanceFields::default()
    };
    Line { bsn: "123456782", days, fields: fields.priced(TARIFF, quantity, Sign::Debit) }
}

pub fn credit(reference: &str, of: &Line) -> Line {
    let fields = PerformanceFields {
        reference: reference.into(),
        previous_reference: of.fields.reference.clone(),
        ..of.fields.clone()
    };
    Line { fields: fields.priced(TARIFF, of.fields.quantity, Sign::Credit), ..of.clone() }
}

fn file(agb: &str, invoice: &str, lines: &[Line]) -> Vec<u8> {
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day);
    let header = HeaderFields {
        message_code: 428,
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Agb::parse(agb).ok(),
        payee: 4,
        period_begin: day(3, 1),
        period_end: day(3, 31),
        invoice_number: invoice.into(),
        invoice_date: day(4, 10),
        ..HeaderFields::default()
    };
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header).unwrap();
    for line in lines {
        writer.insured(&insured(line.bsn)).unwrap();
        let (begin, end) = (day(3, line.days.0), day(3, line.days.1));
        writer.performance(&PerformanceFields { begin, end, ..line.fields.clone() }).unwrap();
    }
    writer.finish().unwrap();
    out
}

fn insured(bsn: &str) -> InsuredFields {
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
        ..InsuredFields::default()
    }
}

pub fn march(day: i32) -> Option<common::Date> {
    Some(common::Date { year: 2024, month: 3, day })
}

pub fn pair(earlier: &str, later: &str) -> (String, String) {
    (earlier.to_owned(), later.to_owned())
}
