//! The service in this process, a client of it, and short ways to say what a test needs.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use chrono::{NaiveDate, NaiveDateTime};
use contract::{
    common,
    homecare::{self as proto, homecare_service_client::HomecareServiceClient, submit_claims_request as request},
};
use futures::stream;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use runtime::{Clock, Ids, Running, Settings, StartError};
use tempfile::{NamedTempFile, TempDir};
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;
use vektis::{
    Sign,
    aw319::FileWriter,
    aw320::ReturnRecord,
    framing::{Frame, ReturnSplitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

pub const AGB: &str = "41410001";
/// The agreed tariff of product 1000, in eurocents.
pub const TARIFF: i64 = 7_276;

/// A service with a database and a clock of its own; it is 1 March 2025.
pub struct World {
    pub client: HomecareServiceClient<Channel>,
    pub clock: Clock,
    pub running: Running,
    requests: AtomicU64,
    pub db: TestDb,
    _key: NamedTempFile,
}

impl World {
    pub async fn open(engine: Engine) -> World {
        World::open_with(engine, |settings| settings).await.unwrap()
    }

    /// With other rules in place of the built-in file of that name.
    pub async fn open_with_rules(engine: Engine, name: &str, rules: &str) -> Result<World, StartError> {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join(name), rules).unwrap();
        let path = folder.path().to_owned();
        World::open_with(engine, |settings| Settings { rules: Some(path), ..settings }).await
    }

    async fn open_with(engine: Engine, change: impl FnOnce(Settings) -> Settings) -> Result<World, StartError> {
        let db = TestDb::open(engine, homecare::store::MIGRATIONS).await;
        let key = NamedTempFile::new().unwrap();
        std::fs::write(key.path(), format!("1 {}\n", "07".repeat(32))).unwrap();
        let settings = Settings {
            database: db.url().to_owned(),
            pseudonym_key_file: Some(key.path().to_owned()),
            // Nothing is followed here: what comes of facts of registration is applied by the tests.
            peers: [("registration".to_owned(), "http://127.0.0.1:9".to_owned())].into(),
            ..Settings::default()
        };
        let clock = Clock::manual("2025-03-01T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        let stop = CancellationToken::new();
        let running = homecare::start(change(settings), clock.clone(), Ids::random(), stop).await?;
        let client = HomecareServiceClient::connect(running.url()).await.unwrap();
        Ok(World { client, clock, running, requests: AtomicU64::new(0), db, _key: key })
    }

    /// The id of a request that was not made before.
    pub fn id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Sets the clock.
    pub fn set(&self, time: &str) {
        self.clock.set(time.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    }

    /// Lets somebody else take a proposal.
    pub async fn take(&self, proposal_id: &str) {
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: proposal_id.to_owned(),
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        self.client().decide_proposal(request).await.unwrap();
    }

    pub fn client(&self) -> HomecareServiceClient<Channel> {
        self.client.clone()
    }

    /// A request for an agreement that was not made before: product 1000 at the tariff.
    pub fn agreement(&self, year: i32, ceiling_cents: i64) -> proto::ConcludeAgreementRequest {
        proto::ConcludeAgreementRequest {
            request_id: self.id(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            year,
            r#type: proto::AgreementType::Standard.into(),
            ceiling: Some(common::Money { cents: ceiling_cents }),
            hours_per_client_month: Some(common::Decimal { value: "12.5".to_owned() }),
            tariffs: vec![tariff("1000", TARIFF)],
        }
    }

    pub async fn conclude(&self, year: i32, ceiling_cents: i64) -> proto::Agreement {
        let request = self.agreement(year, ceiling_cents);
        self.client().conclude_agreement(request).await.unwrap().into_inner().agreement.unwrap()
    }

    pub async fn submit(&self, invoice: &str, lines: &[Line]) -> Answer {
        send(self.client(), file(invoice, lines)).await.unwrap()
    }

    pub async fn consumption(&self) -> proto::Consumption {
        self.client().get_consumption(asked(2024)).await.unwrap().into_inner().consumption.unwrap()
    }

    /// Spent, room and beyond, in eurocents.
    pub async fn amounts(&self) -> (i64, i64, i64) {
        let used = self.consumption().await;
        (used.spent.unwrap().cents, used.room.unwrap().cents, used.beyond.unwrap().cents)
    }

    /// The decisions about the ceiling of 2024, the newest first.
    pub async fn decisions(&self) -> Vec<proto::CeilingDecision> {
        let request = proto::ListCeilingDecisionsRequest {
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            year: 2024,
            ..proto::ListCeilingDecisionsRequest::default()
        };
        self.client().list_ceiling_decisions(request).await.unwrap().into_inner().decisions
    }

    /// The English texts of an explanation.
    pub async fn explained(&self, decision_id: &str) -> Vec<String> {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        let explanation = self.client().explain(request).await.unwrap().into_inner().explanation.unwrap();
        assert_eq!(explanation.decision_id, decision_id);
        explanation.steps.into_iter().map(|step| step.text_en).collect()
    }
}

/// Asks for the use of a year as it is now.
pub fn asked(year: i32) -> proto::GetConsumptionRequest {
    proto::GetConsumptionRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), year, as_of_time: None }
}

pub fn tariff(product: &str, cents: i64) -> proto::ProductTariff {
    proto::ProductTariff { product: product.to_owned(), unit: "04".to_owned(), tariff: Some(common::Money { cents }) }
}

/// A line of product 1000 on 4 and 5 March 2024, at the tariff.
#[derive(Clone, Debug)]
pub struct Line {
    pub bsn: &'static str,
    pub days: (&'static str, &'static str),
    pub fields: PerformanceFields,
}

/// A debit line.
pub fn debit(reference: &str, quantity: u32) -> Line {
    let fields = PerformanceFields {
        product_list: 65,
        product: "1000".into(),
        time_unit: 4,
        executor: Agb::parse(AGB).ok(),
        reference: reference.into(),
        ..PerformanceFields::default()
    };
    let days = ("2024-03-04", "2024-03-05");
    Line { bsn: "123456782", days, fields: fields.priced(TARIFF, quantity, Sign::Debit) }
}

/// A credit of a debit line.
pub fn credit(reference: &str, quantity: u32, of: &str) -> Line {
    let debit = debit(reference, quantity);
    let fields = PerformanceFields { previous_reference: of.into(), ..debit.fields };
    Line { fields: fields.priced(TARIFF, quantity, Sign::Credit), ..debit }
}

/// A file about 2024, of after that year.
pub fn file(invoice: &str, lines: &[Line]) -> Vec<u8> {
    file_until(invoice, ("2024-12-31", "2025-02-01"), lines)
}

/// A file with another date of the invoice.
pub fn invoiced(invoice: &str, date: &str, lines: &[Line]) -> Vec<u8> {
    file_until(invoice, ("2024-12-31", date), lines)
}

/// A file about 2024 up to a day, of another.
pub fn file_until(invoice: &str, (last, dated): (&str, &str), lines: &[Line]) -> Vec<u8> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let header = HeaderFields {
        message_code: 428,
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Agb::parse(AGB).ok(),
        payee: 4,
        period_begin: day("2024-01-01"),
        period_end: day(last),
        invoice_number: invoice.into(),
        invoice_date: day(dated),
        ..HeaderFields::default()
    };
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header).unwrap();
    for line in lines {
        writer.insured(&insured(line.bsn)).unwrap();
        let (begin, end) = (day(line.days.0), day(line.days.1));
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

#[derive(Debug, PartialEq)]
pub struct Answer {
    pub result: common::ClaimsResult,
    pub aw320: Vec<u8>,
}

impl Answer {
    /// The code and the granted eurocents of each line, as the return says.
    pub fn lines(&self) -> Vec<(String, i64)> {
        let mut lines = Vec::new();
        ReturnSplitter::new().feed(&self.aw320, |frame| {
            let Frame::Record { bytes, .. } = frame else { panic!("{frame:?}") };
            if let ReturnRecord::Performance(line) = ReturnRecord::read(bytes).unwrap() {
                let codes: Vec<String> = line.codes().iter().map(|code| code.to_string()).collect();
                lines.push((codes.join(" "), line.granted_cents().unwrap()));
            }
        });
        lines
    }
}

/// A line of the return, to compare with.
pub fn returned(code: &str, cents: i64) -> (String, i64) {
    (code.to_owned(), cents)
}

pub async fn send(client: HomecareServiceClient<Channel>, file: Vec<u8>) -> Result<Answer, Status> {
    send_to(client, "vgz", file).await
}

pub async fn send_to(
    mut client: HomecareServiceClient<Channel>,
    office: &str,
    file: Vec<u8>,
) -> Result<Answer, Status> {
    use proto::submit_claims_response::Part;
    let start = request::Part::Start(common::ClaimsStart { office: office.to_owned() });
    let parts = [start, request::Part::Chunk(Bytes::from(file))];
    let parts = parts.map(|part| proto::SubmitClaimsRequest { part: Some(part) });
    let mut answers = client.submit_claims(stream::iter(parts)).await?.into_inner();
    let (mut result, mut aw320) = (None, Vec::new());
    while let Some(answer) = answers.message().await? {
        match answer.part.unwrap() {
            Part::Progress(_) => {}
            Part::Result(found) => result = Some(found),
            Part::Aw320(piece) => aw320.extend_from_slice(&piece),
        }
    }
    Ok(Answer { result: result.unwrap(), aw320 })
}

pub fn utc(text: &str) -> i64 {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc().timestamp()
}

/// The fields a status calls wrong.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
    violations.into_iter().map(|violation| violation.field).collect()
}

/// The code and the reason of a status.
pub fn refused(status: &Status) -> (Code, String) {
    (status.code(), status.get_error_details().error_info().unwrap().reason.clone())
}
