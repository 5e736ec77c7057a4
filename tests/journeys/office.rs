//! An office with registration, tariffing and budget running, and screening where it is asked for, on one engine.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient},
    common, registration,
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use database::Migration;
use futures::StreamExt;
use identifiers::{Agb, Bsn, Uzovi};
use runtime::{Clock, Ids, Peer, Running, Settings, peer};
use telemetry::admin::Readiness;
use testkit::{Engine, TestDb};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

/// The office.
pub const VGZ: &str = "vgz";

/// An office.
pub struct Office {
    pub clock: Clock,
    pub registration: RegistrationServiceClient<Channel>,
    pub tariffing: TariffingServiceClient<Channel>,
    pub budget: BudgetServiceClient<Channel>,
    pub settings: Settings,
    pub databases: Vec<TestDb>,
    running: Vec<Running>,
    /// Where registration and budget wait for screening.
    screening: Vec<oneshot::Sender<Peer>>,
    ids: Ids,
    _keys: tempfile::TempDir,
}

static NONE: &[Migration] = &[];

impl Office {
    /// Starts the three services on fresh databases, with the clock at 1 February 2023.
    pub async fn open(engine: Engine) -> Office {
        let clock = Clock::manual(Utc.with_ymd_and_hms(2023, 2, 1, 9, 0, 0).unwrap());
        let (ids, stop) = (Ids::random(), CancellationToken::new());
        let keys = tempfile::tempdir().unwrap();
        let key = keys.path().join("key");
        std::fs::write(&key, format!("1 {}\n", "07".repeat(32))).unwrap();
        let mut databases = Vec::new();
        for _ in 0..3 {
            databases.push(TestDb::open(engine, NONE).await);
        }
        let settings = |index: usize| Settings {
            database: databases[index].url().to_owned(),
            pseudonym_key_file: Some(key.clone()),
            ..Settings::default()
        };
        let with = || (clock.clone(), ids.clone(), stop.clone());
        let (of_registration, coming) = oneshot::channel();
        let registration =
            ::registration::start_before_screening(settings(0), with(), async { coming.await.ok() }).await.unwrap();
        let (a, b, c) = with();
        let tariffing = ::tariffing::start(settings(1), a, b, c).await.unwrap();
        let mut settings = settings(2);
        settings.peers.insert("registration".to_owned(), registration.url());
        settings.peers.insert("tariffing".to_owned(), tariffing.url());
        let (of_budget, coming) = oneshot::channel();
        let budget = ::budget::start_before_screening(settings.clone(), with(), async { coming.await.ok() });
        let budget = budget.await.unwrap();
        Office {
            registration: RegistrationServiceClient::connect(registration.url()).await.unwrap(),
            tariffing: TariffingServiceClient::connect(tariffing.url()).await.unwrap(),
            budget: BudgetServiceClient::connect(budget.url()).await.unwrap(),
            settings,
            running: vec![registration, tariffing, budget],
            screening: vec![of_registration, of_budget],
            clock,
            ids,
            databases,
            _keys: keys,
        }
    }

    /// Stops everything, the last that was started first.
    pub async fn close(self) {
        for running in self.running.into_iter().rev() {
            running.stop().await.unwrap();
        }
    }

    /// Starts screening, which follows budget and registration. Home care is away: what budget grants is screened all the
    /// same.
    pub async fn start_screening(&mut self) -> ScreeningServiceClient<Channel> {
        let db = TestDb::open(self.databases[0].engine(), NONE).await;
        let mut settings = Settings { database: db.url().to_owned(), ..Settings::default() };
        settings.peers = [
            ("budget", self.budget_url()),
            ("registration", self.registration_url()),
            ("homecare", "http://127.0.0.1:1".to_owned()),
        ]
        .map(|(name, url)| (name.to_owned(), url))
        .into();
        let (clock, ids, stop) = (self.clock.clone(), self.ids.clone(), CancellationToken::new());
        let screening = ::screening::start(settings, clock, ids, stop).await.unwrap();
        let client = ScreeningServiceClient::connect(screening.url()).await.unwrap();
        self.databases.push(db);
        self.running.push(screening);
        client
    }

    /// Has registration and budget follow screening, which was started.
    pub fn follow_screening(&mut self) {
        let channel = Channel::from_shared(self.running[3].url()).unwrap().connect_lazy();
        self.screening.drain(..).for_each(|waits| assert!(waits.send(peer("office", channel.clone())).is_ok()));
    }

    /// Where registration listens.
    pub fn registration_url(&self) -> String {
        self.running[0].url()
    }

    /// Where tariffing listens.
    pub fn tariffing_url(&self) -> String {
        self.running[1].url()
    }

    /// Where budget listens.
    pub fn budget_url(&self) -> String {
        self.running[2].url()
    }

    /// Which services run, and whether they are ready.
    pub fn readiness(&self) -> Vec<Readiness> {
        self.running.iter().map(Running::readiness).collect()
    }

    /// Lets somebody else take a proposal of budget.
    pub async fn take(&mut self, proposal: &common::Proposal) {
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        self.budget.decide_proposal(request).await.unwrap();
    }

    pub fn id(&self) -> String {
        self.ids.next().to_string()
    }

    pub fn set(&self, date: &str) {
        self.clock.set(noon(date));
    }

    /// The example tariffs: Z053 at 251.10 a day, H126 at 67.94 an hour, CENT at one cent.
    pub async fn import_tariffs(&mut self) {
        let csv = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n\
                   Z053,example,GZ,verblijf,14,251.10,0,0,2022-01-01,2023-12-31\n\
                   H126,example,GZ,mpt,04,67.94,0,0,2022-01-01,2023-12-31\n\
                   CENT,example,GZ,mpt,82,0.01,0,0,2022-01-01,2023-12-31\n";
        let request = tariffing::ImportMaximumTariffsRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            source: "example".to_owned(),
            csv: csv.as_bytes().to_vec(),
        };
        self.tariffing.import_maximum_tariffs(request).await.unwrap();
    }

    /// Records `percentage` as agreed with a provider for a year.
    pub async fn agree(&mut self, agb: &str, year: i32, percentage: &str) -> tariffing::AgreedPercentage {
        let request = tariffing::RecordPercentageRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            sector: common::Sector::Gz.into(),
            agb: agb.to_owned(),
            year,
            percentage: Some(common::Decimal { value: percentage.to_owned() }),
            basis: tariffing::PercentageBasis::Regular.into(),
            motivation: "test".to_owned(),
        };
        self.tariffing.record_percentage(request).await.unwrap().into_inner().agreed.unwrap()
    }

    /// An agreement of the whole of 2022 and 2023, and the full maximum tariff in both years.
    pub async fn contract(&mut self, agb: &str) {
        let request = registration::CreateProviderRequest {
            request_id: self.id(),
            provider: Some(registration::Provider {
                agb: agb.to_owned(),
                name: "example".to_owned(),
                kvk: "12345678".to_owned(),
            }),
        };
        self.registration.create_provider(request).await.unwrap();
        let request = registration::RecordAgreementRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            act: common::Act::Wlz.into(),
            sector: common::Sector::Gz.into(),
            agb: agb.to_owned(),
            period: period("2022-01-01", "2023-12-31"),
            claiming_since: date("2022-01-01"),
            extended: false,
            conditional: false,
            region: "5508".to_owned(),
        };
        self.registration.record_agreement(request).await.unwrap();
        for year in [2022, 2023] {
            self.agree(agb, year, "100.0").await;
        }
    }

    /// Waits until budget has what the others made known.
    pub async fn caught_up(&mut self) {
        let registered = self.registration.get_progress(registration::GetProgressRequest {}).await.unwrap();
        let tariffed = self.tariffing.get_progress(tariffing::GetProgressRequest {}).await.unwrap();
        let wanted = [
            ("registration", registered.into_inner().last_sequence),
            ("tariffing", tariffed.into_inner().last_sequence),
        ];
        for _ in 0..600 {
            let feeds = self.budget.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().feeds;
            let reached = |(service, last): &(&str, i64)| {
                *last == 0 || feeds.iter().any(|feed| feed.service == *service && feed.sequence >= *last)
            };
            if wanted.iter().all(reached) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("budget did not catch up");
    }

    /// The contract room of 2023, all of it for care in kind.
    pub async fn room(&mut self, zin: i64) {
        let request = proto::EstablishRoomRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            year: 2023,
            regions: vec!["5508".to_owned()],
            zin: money(zin),
            pgb: money(0),
            motivation: "test".to_owned(),
        };
        self.budget.establish_room(request).await.unwrap();
    }

    /// Base production of exactly this many cents, from PGB.
    pub async fn base(&mut self, agb: &str, cents: i64) {
        let volume = common::Decimal { value: cents.to_string() };
        let request = proto::RecordBaseProductionRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: agb.to_owned(),
            kind: proto::BaseKind::FromPgb.into(),
            volumes: vec![proto::ProductVolume { product: "CENT".to_owned(), volume: Some(volume) }],
            motivation: "test".to_owned(),
        };
        self.budget.record_base_production(request).await.unwrap();
    }

    /// Opens a round and simulates it.
    pub async fn simulated(
        &mut self,
        kind: proto::RoundKind,
        fund_overproduction: bool,
    ) -> Result<proto::SimulateRoundResponse, Status> {
        let request = proto::OpenRoundRequest {
            request_id: self.id(),
            office: VGZ.to_owned(),
            year: 2023,
            kind: kind.into(),
            cut_off_time: None,
        };
        let round = self.budget.open_round(request).await?.into_inner().round.unwrap();
        let choices = Some(proto::RoundChoices { fund_overproduction });
        let request = proto::SimulateRoundRequest { request_id: self.id(), round_id: round.round_id, choices };
        Ok(self.budget.simulate_round(request).await?.into_inner())
    }

    /// Proposes a simulation.
    pub async fn propose(&mut self, simulation: &proto::Simulation) -> Result<proto::CommitRoundResponse, Status> {
        let simulation_id = simulation.simulation_id.clone();
        let request = proto::CommitRoundRequest { request_id: self.id(), simulation_id };
        Ok(self.budget.commit_round(request).await?.into_inner())
    }

    /// What a simulation does to the providers.
    pub async fn providers(&mut self, simulation: &proto::Simulation) -> Vec<proto::RoundProvider> {
        let simulation_id = simulation.simulation_id.clone();
        let request = proto::ListRoundProvidersRequest { simulation_id, ..Default::default() };
        self.budget.list_round_providers(request).await.unwrap().into_inner().providers
    }

    /// Opens, simulates, proposes and takes a round: the round as it was committed, and its simulation.
    pub async fn commit_round(&mut self, kind: proto::RoundKind) -> (proto::Round, proto::Simulation) {
        let simulation = self.simulated(kind, true).await.unwrap().simulation.unwrap();
        let proposed = self.propose(&simulation).await.unwrap();
        self.take(&proposed.proposal.unwrap()).await;
        let request = proto::GetRoundRequest { round_id: simulation.round_id.clone() };
        let round = self.budget.get_round(request).await.unwrap().into_inner().round.unwrap();
        (round, simulation)
    }

    /// The round of base production: the budgets, and the decision on all of them.
    pub async fn file_budgets(&mut self) -> (Vec<proto::Budget>, String) {
        let (round, _) = self.commit_round(proto::RoundKind::BaseProduction).await;
        let request = proto::ListBudgetsRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
        (self.budget.list_budgets(request).await.unwrap().into_inner().budgets, round.decision_id)
    }

    pub async fn lot(&mut self, as_of: Option<DateTime<Utc>>) -> proto::LotUse {
        let as_of_time = as_of.and_then(|time| {
            Some(prost_types::Timestamp {
                seconds: time.timestamp(),
                nanos: i32::try_from(time.timestamp_subsec_nanos()).ok()?,
            })
        });
        let request = proto::GetRoomRequest { office: VGZ.to_owned(), year: 2023, as_of_time };
        let room = self.budget.get_room(request).await.unwrap().into_inner().room.unwrap();
        room.lots[0]
    }

    /// Submits a file to budget in pieces.
    pub async fn submit(&mut self, file: &[u8]) -> Result<(common::ClaimsResult, Vec<u8>), Status> {
        submit(&mut self.budget, file, 1 << 18).await
    }

    /// As [`submit`](Self::submit), as part of a trace.
    pub async fn submit_within(
        &mut self,
        file: &[u8],
        trace_parent: &str,
    ) -> Result<(common::ClaimsResult, Vec<u8>), Status> {
        let mut request = submission(file, 1 << 18);
        request.metadata_mut().insert("traceparent", trace_parent.parse().unwrap());
        answered(&mut self.budget, request).await
    }

    pub async fn explain(&mut self, decision_id: &str) -> common::Explanation {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        self.budget.explain(request).await.unwrap().into_inner().explanation.unwrap()
    }
}

pub async fn submit(
    budget: &mut BudgetServiceClient<Channel>,
    file: &[u8],
    piece: usize,
) -> Result<(common::ClaimsResult, Vec<u8>), Status> {
    answered(budget, submission(file, piece)).await
}

/// The messages that a file is handed in with.
fn submission(
    file: &[u8],
    piece: usize,
) -> tonic::Request<impl futures::Stream<Item = proto::SubmitClaimsRequest> + Send + 'static> {
    use proto::submit_claims_request::Part;
    let start = proto::SubmitClaimsRequest { part: Some(Part::Start(common::ClaimsStart { office: VGZ.to_owned() })) };
    let chunks =
        file.chunks(piece).map(|chunk| proto::SubmitClaimsRequest { part: Some(Part::Chunk(chunk.to_vec().into())) });
    let parts: Vec<_> = std::iter::once(start).chain(chunks).collect();
    tonic::Request::new(futures::stream::iter(parts))
}

async fn answered(
    budget: &mut BudgetServiceClient<Channel>,
    request: tonic::Request<impl futures::Stream<Item = proto::SubmitClaimsRequest> + Send + 'static>,
) -> Result<(common::ClaimsResult, Vec<u8>), Status> {
    use proto::submit_claims_response::Part as Reply;
    let mut answer = budget.submit_claims(request).await?.into_inner();
    let (mut result, mut aw320) = (None, Vec::new());
    while let Some(part) = answer.next().await {
        match part?.part {
            Some(Reply::Result(found)) => result = Some(found),
            Some(Reply::Aw320(piece)) => aw320.extend_from_slice(&piece),
            Some(Reply::Progress(_)) | None => {}
        }
    }
    Ok((result.expect("a result"), aw320))
}

pub fn noon(date: &str) -> DateTime<Utc> {
    day(date).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn date(text: &str) -> Option<common::Date> {
    let date = day(text);
    Some(common::Date { year: date.year(), month: date.month() as i32, day: date.day() as i32 })
}

pub fn period(first: &str, last: &str) -> Option<common::Period> {
    Some(common::Period { first_day: date(first), last_day: date(last) })
}

pub fn money(cents: i64) -> Option<common::Money> {
    Some(common::Money { cents })
}

pub fn cents(amount: &Option<common::Money>) -> i64 {
    amount.as_ref().map_or(0, |amount| amount.cents)
}

/// A line of a test file.
pub struct Line {
    pub product: &'static str,
    pub unit: u32,
    pub tariff: i64,
    pub quantity: u32,
    pub begin: &'static str,
    pub end: &'static str,
    pub credits: Option<String>,
}

impl Line {
    /// Days of stay in February 2023.
    pub fn stay(days: u32) -> Line {
        let end = ["2023-02-01", "2023-02-02", "2023-02-03", "2023-02-04"][days as usize - 1];
        Line { product: "Z053", unit: 14, tariff: 25_110, quantity: days, begin: "2023-02-01", end, credits: None }
    }

    /// A day of stay.
    pub fn day(on: &'static str) -> Line {
        Line { begin: on, end: on, ..Line::stay(1) }
    }

    /// Hours of care in a month.
    pub fn hours(hours: u32, begin: &'static str, end: &'static str) -> Line {
        Line { product: "H126", unit: 4, tariff: 6_794, quantity: hours, begin, end, credits: None }
    }
}

/// A claim file of a provider for February 2023; every line has the insured record of the one client.
pub fn claim_file(agb: &str, invoice: &str, lines: &[(&str, Line)]) -> Vec<u8> {
    let uzovi: Uzovi = "5508".parse().unwrap();
    let agb: Agb = agb.parse().unwrap();
    let mut file = Vec::new();
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
    let mut writer = FileWriter::new(&mut file, &header).unwrap();
    for (reference, line) in lines {
        let insured = InsuredFields {
            bsn: Some(Bsn::parse("123456782").unwrap()),
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
            begin: Some(day(line.begin)),
            end: Some(day(line.end)),
            product_list: 55,
            product: line.product.to_owned(),
            time_unit: line.unit,
            executor: Some(agb),
            reference: (*reference).to_owned(),
            previous_reference: line.credits.clone().unwrap_or_default(),
            ..PerformanceFields::default()
        };
        let sign = if line.credits.is_some() { Sign::Credit } else { Sign::Debit };
        writer.performance(&fields.priced(line.tariff, line.quantity, sign)).unwrap();
    }
    writer.finish().unwrap();
    file
}
