//! The service in this process, a client of it, and short ways to say what a test needs.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};
use contract::{
    common::{Act, Date, Explanation, Period, Proposal, Sector, Verdict},
    registration::{
        self as proto, Category, InterviewGround, Procedure, registration_service_client::RegistrationServiceClient,
    },
};
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

/// The provider most tests use.
pub const AGB: &str = "41410001";

/// A service with a database, a clock and an address of its own.
pub struct World {
    pub client: RegistrationServiceClient<Channel>,
    pub clock: Clock,
    pub db: TestDb,
    ids: Ids,
    requests: AtomicU64,
    _running: Running,
    files: TempDir,
}

impl World {
    /// A service with the built-in rules; it is 16 July 2021, two weeks before the Wlz round of 2022 closes.
    pub async fn open(engine: Engine) -> World {
        World::with_rules(engine, str::to_owned).await
    }

    /// A service with the built-in rules changed.
    pub async fn with_rules(engine: Engine, change: impl Fn(&str) -> String) -> World {
        let db = TestDb::open(engine, registration::store::MIGRATIONS).await;
        World::over(db, Clock::manual(utc("2021-07-16 10:00:00")), Ids::series(), change).await
    }

    /// The same database, time and ids under a service with other rules.
    pub async fn again_with_rules(self, change: impl Fn(&str) -> String) -> World {
        let World { db, clock, ids, requests, .. } = self;
        World { requests, ..World::over(db, clock, ids, change).await }
    }

    async fn over(db: TestDb, clock: Clock, ids: Ids, change: impl Fn(&str) -> String) -> World {
        let files = files(change);
        let running = start(&db, &files, &clock, &ids).await;
        let client = RegistrationServiceClient::connect(running.url()).await.unwrap();
        World { client, clock, db, ids, requests: AtomicU64::new(0), _running: running, files }
    }

    /// Another replica of the service on the same database, and a client of it.
    pub async fn replica(&self) -> (RegistrationServiceClient<Channel>, Running) {
        let running = start(&self.db, &self.files, &self.clock, &self.ids).await;
        (RegistrationServiceClient::connect(running.url()).await.unwrap(), running)
    }

    /// Another replica in a runtime of its own, which can be killed: everything in it stops where it is.
    pub async fn replica_apart(&self) -> (RegistrationServiceClient<Channel>, tokio::runtime::Runtime) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = settings(&self.db, &self.files);
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        let started = runtime.spawn(async move {
            let running = registration::start(settings, clock, ids, CancellationToken::new()).await.unwrap();
            (running.url(), running)
        });
        let (url, running) = started.await.unwrap();
        // It lives as long as its runtime.
        runtime.spawn(async move {
            let _running = running;
            std::future::pending::<()>().await
        });
        (RegistrationServiceClient::connect(url).await.unwrap(), runtime)
    }

    /// Where the contents of documents are kept.
    pub fn documents(&self) -> std::path::PathBuf {
        self.files.path().join("documents")
    }

    /// A client of its own, for calls at the same time.
    pub fn client(&self) -> RegistrationServiceClient<Channel> {
        self.client.clone()
    }

    /// A request id that was not used before.
    pub fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("00000000-0000-4000-8000-{number:012x}")
    }

    pub async fn provider(&self, agb: &str) {
        let provider = proto::Provider { agb: agb.to_owned(), name: "De Linde".to_owned(), kvk: "12345678".to_owned() };
        let request = proto::CreateProviderRequest { request_id: self.request_id(), provider: Some(provider) };
        self.client().create_provider(request).await.unwrap();
    }

    pub async fn round(&self, office: &str, sector: Sector, year: i32) -> proto::Round {
        let request = proto::OpenRoundRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            act: act_of(sector).into(),
            sector: sector.into(),
            year,
        };
        self.client().open_round(request).await.unwrap().into_inner().round.unwrap()
    }

    /// Records an agreement with an office for disabled people's care; with claims when `since` is given.
    pub async fn agreement(&self, office: &str, first: &str, last: Option<&str>, since: Option<&str>) {
        self.agreement_of(AGB, (office, Sector::Gz), (first, last), since).await;
    }

    pub async fn agreement_of(
        &self,
        agb: &str,
        (office, sector): (&str, Sector),
        (first, last): (&str, Option<&str>),
        since: Option<&str>,
    ) {
        let request = proto::RecordAgreementRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            act: act_of(sector).into(),
            sector: sector.into(),
            agb: agb.to_owned(),
            period: period(first, last),
            claiming_since: since.map(date),
            extended: false,
            conditional: false,
            region: String::new(),
        };
        self.client().record_agreement(request).await.unwrap();
    }

    /// A draft for a round, not sent yet.
    pub fn creation(&self, round_id: &str, content: proto::Content) -> proto::CreateRegistrationRequest {
        proto::CreateRegistrationRequest {
            request_id: self.request_id(),
            round_id: round_id.to_owned(),
            agb: AGB.to_owned(),
            procedure: Procedure::Regular.into(),
            content: Some(content),
        }
    }

    pub async fn create(&self, request: proto::CreateRegistrationRequest) -> Result<proto::Registration, Status> {
        Ok(self.client().create_registration(request).await?.into_inner().registration.unwrap())
    }

    /// Submits a draft.
    pub async fn submit(&self, registration_id: &str) -> Result<proto::Registration, Status> {
        let registration_id = registration_id.to_owned();
        let request = proto::SubmitRegistrationRequest { request_id: self.request_id(), registration_id };
        Ok(self.client().submit_registration(request).await?.into_inner().registration.unwrap())
    }

    /// A draft that is submitted at once.
    pub async fn register(&self, request: proto::CreateRegistrationRequest) -> proto::Registration {
        let draft = self.create(request).await.unwrap();
        self.submit(&draft.registration_id).await.unwrap()
    }

    /// A registration of the provider for the round of 2022 that was received.
    pub async fn registered(&self, category: Category, change: impl Fn(proto::Content) -> proto::Content) -> String {
        self.provider(AGB).await;
        if category == Category::ExistingRunning {
            self.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        }
        let round = self.round("vgz", Sector::Gz, 2022).await;
        let request = self.creation(&round.round_id, change(self.content(&round, category)));
        self.register(request).await.registration_id
    }

    pub async fn get(&self, registration_id: &str) -> proto::Registration {
        let request = proto::GetRegistrationRequest { registration_id: registration_id.to_owned() };
        self.client().get_registration(request).await.unwrap().into_inner().registration.unwrap()
    }

    /// Assesses; somebody else takes what is proposed.
    pub async fn assess(&self, registration_id: &str) -> Result<proto::Registration, Status> {
        let request = proto::AssessRegistrationRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
        };
        let answer = self.client().assess_registration(request).await?.into_inner();
        if let Some(proposal) = answer.proposal {
            self.decide("second", &proposal.proposal_id, Verdict::Take).await?;
        }
        Ok(self.get(registration_id).await)
    }

    /// Records the interview with the board, with these grounds to reject.
    pub async fn interview(&self, registration_id: &str, grounds: &[InterviewGround]) -> Result<(), Status> {
        let request = proto::RecordInterviewRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
            held_date: Some(date("2021-09-01")),
            location: "De Linde".to_owned(),
            grounds: grounds.iter().map(|ground| *ground as i32).collect(),
            motivation: "as in the minutes".to_owned(),
        };
        self.client().record_interview(request).await.map(drop)
    }

    pub async fn explained(&self, decision_id: &str) -> Explanation {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        self.client().explain(request).await.unwrap().into_inner().explanation.unwrap()
    }

    /// Takes or rejects a proposal under a name.
    pub async fn decide(&self, name: &str, proposal_id: &str, verdict: Verdict) -> Result<Proposal, Status> {
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: self.request_id(),
            proposal_id: proposal_id.to_owned(),
            verdict: verdict.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", name.parse().unwrap());
        Ok(self.client().decide_proposal(request).await?.into_inner().proposal.unwrap())
    }

    /// A registration of a provider with a running agreement, assessed: an agreement may be awarded.
    pub async fn admissible(&self) -> proto::Registration {
        let id = self.registered(Category::ExistingRunning, |content| content).await;
        self.assess(&id).await.unwrap()
    }
}

/// A folder with the built-in rule files, changed, and the key that people are sealed with.
fn files(change: impl Fn(&str) -> String) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    for (name, text) in registration::rules::FILES {
        std::fs::write(folder.path().join("rules").join(name), change(text)).unwrap();
    }
    let key = folder.path().join("people.keys");
    std::fs::write(&key, format!("1 {}\n", "09".repeat(32))).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    folder
}

fn settings(db: &TestDb, files: &TempDir) -> Settings {
    Settings {
        database: db.url().to_owned(),
        rules: Some(files.path().join("rules")),
        people_key_file: Some(files.path().join("people.keys")),
        documents: Some(files.path().join("documents").to_str().unwrap().to_owned()),
        ..Settings::default()
    }
}

async fn start(db: &TestDb, files: &TempDir, clock: &Clock, ids: &Ids) -> Running {
    registration::start(settings(db, files), clock.clone(), ids.clone(), CancellationToken::new()).await.unwrap()
}

/// A rule file with something else inside the parameters whose name begins so.
pub fn inside(text: &str, beginning: &str, old: &str, new: &str) -> String {
    let name = format!("name = \"{beginning}");
    let blocks = text.split("[[parameter]]");
    let changed = blocks.map(|block| if block.contains(&name) { block.replace(old, new) } else { block.to_owned() });
    changed.collect::<Vec<_>>().join("[[parameter]]")
}

/// The act that a sector is bought under.
pub fn act_of(sector: Sector) -> Act {
    if sector == Sector::HomeCare { Act::Zvw } else { Act::Wlz }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc()
}

pub fn date(text: &str) -> Date {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    Date { year: parts[0], month: parts[1], day: parts[2] }
}

pub fn period(first: &str, last: Option<&str>) -> Option<Period> {
    Some(Period { first_day: Some(date(first)), last_day: last.map(date) })
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

/// The code and the reason of a status, to compare with.
pub fn reason(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}

/// Waits until something is so, for as long as what happens by the clock may take.
pub async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it did not happen in 20 seconds");
}
