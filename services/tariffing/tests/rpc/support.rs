//! The service in this process, a client of it, and short ways to say what a test needs.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};
use contract::{
    common::{Date, Decimal, Explanation, Money},
    tariffing::{self as proto, tariffing_service_client::TariffingServiceClient},
};
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

/// The office most tests use.
pub const VGZ: &str = "vgz";
/// The provider most tests use.
pub const AGB: &str = "41410001";

const TABLE: &str = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n";

/// A service with a database, a clock and an address of its own.
pub struct World {
    pub client: TariffingServiceClient<Channel>,
    pub clock: Clock,
    pub db: TestDb,
    ids: Ids,
    requests: AtomicU64,
    _running: Running,
    _files: TempDir,
}

impl World {
    /// A service with the built-in rules; it is 1 October 2022.
    pub async fn open(engine: Engine) -> World {
        World::with_rules(engine, str::to_owned).await
    }

    /// A service with the built-in rules changed.
    pub async fn with_rules(engine: Engine, change: impl Fn(&str) -> String) -> World {
        let db = TestDb::open(engine, tariffing::store::MIGRATIONS).await;
        World::over(db, Clock::manual(utc("2022-10-01 10:00:00")), Ids::series(), change).await
    }

    /// The same database, time and ids under a service with other rules.
    pub async fn again_with_rules(self, change: impl Fn(&str) -> String) -> World {
        let World { db, clock, ids, requests, .. } = self;
        World { requests, ..World::over(db, clock, ids, change).await }
    }

    async fn over(db: TestDb, clock: Clock, ids: Ids, change: impl Fn(&str) -> String) -> World {
        let files = tempfile::tempdir().unwrap();
        for (name, text) in tariffing::rules::FILES {
            std::fs::write(files.path().join(name), change(text)).unwrap();
        }
        let rules = Some(files.path().to_owned());
        let settings = Settings { database: db.url().to_owned(), rules, ..Settings::default() };
        let running = tariffing::start(settings, clock.clone(), ids.clone(), CancellationToken::new()).await.unwrap();
        let client = TariffingServiceClient::connect(running.url()).await.unwrap();
        World { client, clock, db, ids, requests: AtomicU64::new(0), _running: running, _files: files }
    }

    /// A client of its own.
    pub fn client(&self) -> TariffingServiceClient<Channel> {
        self.client.clone()
    }

    /// A request id that was not used before.
    pub fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("00000000-0000-4000-8000-{number:012x}")
    }

    /// Imports lines of a table of maximum tariffs for an office.
    pub async fn import(&self, office: &str, lines: &str) -> Result<proto::ImportMaximumTariffsResponse, Status> {
        let request = proto::ImportMaximumTariffsRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            source: "example".to_owned(),
            csv: format!("{TABLE}{lines}").into_bytes(),
        };
        Ok(self.client().import_maximum_tariffs(request).await?.into_inner())
    }

    pub async fn explained(&self, decision_id: &str) -> Explanation {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        self.client().explain(request).await.unwrap().into_inner().explanation.unwrap()
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc()
}

pub fn date(text: &str) -> Date {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    Date { year: parts[0], month: parts[1], day: parts[2] }
}

pub fn decimal(text: &str) -> Option<Decimal> {
    Some(Decimal { value: text.to_owned() })
}

pub fn euros(cents: i64) -> Option<Money> {
    Some(Money { cents })
}

/// The steps of an explanation: rule and English text.
pub fn steps(explanation: &Explanation) -> Vec<(&str, &str)> {
    explanation.steps.iter().map(|step| (step.rule_id.as_str(), step.text_en.as_str())).collect()
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
