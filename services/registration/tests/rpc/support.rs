//! The service in this process, a client of it, and short ways to say what a test needs.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};
use contract::{
    common::{Act, Date, Period, Proposal, Sector, Verdict},
    registration::{self as proto, DocumentKind, registration_service_client::RegistrationServiceClient},
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
    db: TestDb,
    ids: Ids,
    requests: AtomicU64,
    _running: Running,
    _rules: Option<TempDir>,
}

impl World {
    /// A service with the built-in rules; it is 16 July 2021, two weeks before the Wlz round of 2022 closes.
    pub async fn open(engine: Engine) -> World {
        let db = TestDb::open(engine, registration::store::MIGRATIONS).await;
        World::over(db, Clock::manual(utc("2021-07-16 10:00:00")), Ids::series(), None).await
    }

    /// A service with the built-in rules changed.
    pub async fn with_rules(engine: Engine, change: impl Fn(&str) -> String) -> World {
        let db = TestDb::open(engine, registration::store::MIGRATIONS).await;
        let rules = Some(changed(change));
        World::over(db, Clock::manual(utc("2021-07-16 10:00:00")), Ids::series(), rules).await
    }

    /// The same database, time and ids under a service with other rules.
    pub async fn again_with_rules(self, change: impl Fn(&str) -> String) -> World {
        let World { db, clock, ids, requests, .. } = self;
        World { requests, ..World::over(db, clock, ids, Some(changed(change))).await }
    }

    async fn over(db: TestDb, clock: Clock, ids: Ids, rules: Option<TempDir>) -> World {
        let settings = Settings {
            database: db.url().to_owned(),
            rules: rules.as_ref().map(|folder| folder.path().to_owned()),
            ..Settings::default()
        };
        let running =
            registration::start(settings, clock.clone(), ids.clone(), CancellationToken::new()).await.unwrap();
        let client = RegistrationServiceClient::connect(running.url()).await.unwrap();
        World { client, clock, db, ids, requests: AtomicU64::new(0), _running: running, _rules: rules }
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
        let act = if sector == Sector::HomeCare { Act::Zvw } else { Act::Wlz };
        let request = proto::OpenRoundRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            act: act.into(),
            sector: sector.into(),
            year,
        };
        self.client().open_round(request).await.unwrap().into_inner().round.unwrap()
    }

    /// Records an agreement with an office for disabled people's care; with claims when `since` is given.
    pub async fn agreement(&self, office: &str, first: &str, last: Option<&str>, since: Option<&str>) {
        let request = proto::RecordAgreementRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            act: Act::Wlz.into(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            period: period(first, last),
            claiming_since: since.map(date),
            extended: false,
            region: String::new(),
        };
        self.client().record_agreement(request).await.unwrap();
    }

    /// A registration of the provider for a round, not sent yet.
    pub fn submission(&self, round_id: &str, documents: &[DocumentKind]) -> proto::SubmitRegistrationRequest {
        proto::SubmitRegistrationRequest {
            request_id: self.request_id(),
            round_id: round_id.to_owned(),
            agb: AGB.to_owned(),
            region: "5508".to_owned(),
            products: vec!["Z053".to_owned(), "H300".to_owned()],
            documents: documents.iter().map(|kind| document(*kind)).collect(),
        }
    }

    pub async fn submit(&self, round_id: &str, documents: &[DocumentKind]) -> proto::Registration {
        let request = self.submission(round_id, documents);
        self.client().submit_registration(request).await.unwrap().into_inner().registration.unwrap()
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
        let request = proto::GetRegistrationRequest { registration_id: registration_id.to_owned() };
        Ok(self.client().get_registration(request).await?.into_inner().registration.unwrap())
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

    /// A provider with a running agreement, its registration handed in and assessed: an agreement may be awarded.
    pub async fn admissible(&self) -> proto::Registration {
        self.provider(AGB).await;
        self.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let round = self.round("vgz", Sector::Gz, 2022).await;
        let submitted = self.submit(&round.round_id, &RUNNING).await;
        self.assess(&submitted.registration_id).await.unwrap()
    }
}

/// The documents of a provider with a running agreement.
pub const RUNNING: [DocumentKind; 2] = [DocumentKind::ConsentDeclaration, DocumentKind::Annex1Subcontracting];

/// A folder with the built-in rule files, changed.
fn changed(change: impl Fn(&str) -> String) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in registration::rules::FILES {
        std::fs::write(folder.path().join(name), change(text)).unwrap();
    }
    folder
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

pub fn document(kind: DocumentKind) -> proto::Document {
    proto::Document { kind: kind.into(), content_sha256: vec![7; 32] }
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
