//! Screening alone, with lines put there directly: what looks at many providers needs many.

use chrono::NaiveDate;
use contract::{
    common,
    screening::{self as proto, screening_service_client::ScreeningServiceClient},
};
use futures::stream;
use money::Money;
use runtime::{Clock, Ids, Running, Settings};
use screening::domain::{Claim, Credit, LineKey};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};

/// Screening; it is 1 June 2024. Nobody else is there.
pub struct Alone {
    pub client: ScreeningServiceClient<Channel>,
    pub db: TestDb,
    pub clock: Clock,
    pub running: Running,
    key: NamedTempFile,
}

pub fn agb(number: u32) -> String {
    format!("4141{number:04}")
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A granted line: provider, client, first and last day, cents, quantity and unit.
pub fn line(reference: &str, agb: &str, client: &str, days: (&str, &str), cents: i64, of: (i64, &str)) -> Claim {
    Claim {
        key: LineKey { service: "homecare".to_owned(), file_id: format!("F{reference}"), detail_number: 1 },
        granted_time: "2024-05-01T10:00:00Z".parse().unwrap(),
        agb: agb.parse().unwrap(),
        client: client.to_owned(),
        product: "1000".to_owned(),
        first_day: day(days.0),
        last_day: day(days.1),
        granted: Money::from_cents(cents),
        reference: reference.to_owned(),
        quantity: of.0,
        unit: of.1.to_owned(),
        function_code: 0,
        care_profile: 0,
    }
}

impl Alone {
    pub async fn open(engine: Engine) -> Alone {
        Alone::open_with(engine, &[]).await
    }

    /// Under rule files of which some are replaced by others.
    pub async fn open_with(engine: Engine, files: &[(&str, String)]) -> Alone {
        let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
        let key = NamedTempFile::new().unwrap();
        std::fs::write(key.path(), format!("1 {}\n", "07".repeat(32))).unwrap();
        let clock = Clock::manual("2024-06-01T10:00:00Z".parse().unwrap());
        let running = start(&db, &key, &clock, files).await;
        let client = ScreeningServiceClient::connect(running.url()).await.unwrap();
        Alone { client, db, clock, running, key }
    }

    /// Stops it, and starts it again under other rule files.
    pub async fn again_with(self, files: &[(&str, String)]) -> Alone {
        let Alone { db, clock, running, key, .. } = self;
        running.stop().await.unwrap();
        let running = start(&db, &key, &clock, files).await;
        let client = ScreeningServiceClient::connect(running.url()).await.unwrap();
        Alone { client, db, clock, running, key }
    }

    /// The same with other keys for pseudonyms.
    pub async fn with_keys(self, keys: &[(u32, u8)]) -> Alone {
        let line = |(version, byte): &(u32, u8)| format!("{version} {}\n", format!("{byte:02x}").repeat(32));
        std::fs::write(self.key.path(), keys.iter().map(line).collect::<String>()).unwrap();
        self.again_with(&[]).await
    }

    pub async fn grant(&self, lines: &[Claim]) {
        let now = self.clock.now();
        let mut tx = self.db.write().await.unwrap();
        screening::store::add_claims(&mut tx, &"vgz".parse().unwrap(), lines).await.unwrap();
        tx.commit(now).await.unwrap();
    }

    /// Opens a case about a provider from one signal.
    pub async fn open_case(&self, agb: &str, signal_id: &str) {
        let request = proto::OpenCaseRequest {
            request_id: Ids::random().next().to_string(),
            office: "vgz".to_owned(),
            agb: agb.to_owned(),
            signal_ids: vec![signal_id.to_owned()],
            motivation: "looked at".to_owned(),
        };
        self.client.clone().open_case(request).await.unwrap();
    }

    pub async fn credit(&self, of: &Claim) {
        let now = self.clock.now();
        let key = LineKey { detail_number: 2, ..of.key.clone() };
        let credit = Credit { key, credited_time: now, agb: of.agb, reference: of.reference.clone() };
        let mut tx = self.db.write().await.unwrap();
        screening::store::add_credits(&mut tx, &"vgz".parse().unwrap(), &[credit]).await.unwrap();
        tx.commit(now).await.unwrap();
    }

    pub async fn facts(&self, kind: &str, csv: &str) -> Result<proto::ImportFactsResponse, Status> {
        use proto::import_facts_request::Part;
        let start = proto::FactsStart {
            request_id: Ids::random().next().to_string(),
            office: "vgz".to_owned(),
            kind: kind.to_owned(),
            source: "a test".to_owned(),
            sha256: Sha256::digest(csv).to_vec(),
            rows: csv.lines().count() as i64 - 1,
        };
        let parts = [Part::Start(start), Part::Chunk(csv.as_bytes().to_vec())];
        let parts = parts.map(|part| proto::ImportFactsRequest { part: Some(part) });
        Ok(self.client.clone().import_facts(stream::iter(parts)).await?.into_inner())
    }

    /// The signals of a rule that stand, by provider.
    pub async fn standing(&self, rule: &str) -> Vec<proto::Signal> {
        let request = proto::ListSignalsRequest {
            office: "vgz".to_owned(),
            rule: rule.to_owned(),
            standing_only: true,
            page_size: 1000,
            ..proto::ListSignalsRequest::default()
        };
        let mut signals = self.client.clone().list_signals(request).await.unwrap().into_inner().signals;
        signals.sort_by(|a, b| (&a.rule, &a.agb).cmp(&(&b.rule, &b.agb)));
        signals
    }

    /// The texts of an explanation in a language.
    pub async fn told(&self, decision_id: &str, dutch: bool) -> Vec<String> {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        let explanation = self.client.clone().explain(request).await.unwrap().into_inner().explanation.unwrap();
        words(explanation, dutch)
    }
}

pub fn words(explanation: common::Explanation, dutch: bool) -> Vec<String> {
    explanation.steps.into_iter().map(|step| if dutch { step.text_nl } else { step.text_en }).collect()
}

/// A rule file that is built in, changed.
pub fn changed(name: &str, from: &str, to: &str) -> (String, String) {
    let (name, text) = screening::rules::FILES.iter().find(|(known, _)| *known == name).unwrap();
    assert!(text.contains(from), "{from}");
    ((*name).to_owned(), text.replacen(from, to, 1))
}

async fn start(db: &TestDb, key: &NamedTempFile, clock: &Clock, files: &[(&str, String)]) -> Running {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let peers = ["homecare", "budget", "registration"].map(|name| (name.to_owned(), "http://127.0.0.1:1".to_owned()));
    let settings = Settings {
        database: db.url().to_owned(),
        rules: Some(folder.path().to_owned()),
        pseudonym_key_file: Some(key.path().to_owned()),
        peers: peers.into(),
        ..Settings::default()
    };
    screening::start(settings, clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap()
}
