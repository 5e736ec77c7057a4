//! Replicas of registration, and of budget that follows it, on the databases of a test.

use std::time::Duration;

use chrono::{TimeZone, Utc};
use contract::registration::{
    Event, GetProgressRequest, WatchRequest, registration_service_client::RegistrationServiceClient,
};
use database::{DatabaseError, Db, fetch_one};
use futures::{StreamExt, TryStreamExt};
use runtime::{Clock, Ids, Running, Settings, StartError};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

use crate::calls;

/// The databases, and what all replicas share.
pub struct World {
    pub registration: TestDb,
    pub budget: TestDb,
    /// It stands still: a lease runs out by nothing but its holder's giving it up.
    pub clock: Clock,
    ids: Ids,
    keys: TempDir,
}

/// A replica of registration.
pub struct Registration {
    pub client: RegistrationServiceClient<Channel>,
    running: Running,
}

impl World {
    pub async fn open(engine: Engine) -> World {
        let keys = tempfile::tempdir().unwrap();
        std::fs::write(keys.path().join("key"), format!("1 {}\n", "07".repeat(32))).unwrap();
        World {
            registration: TestDb::open(engine, registration::SERVICE.migrations).await,
            budget: TestDb::open(engine, budget::SERVICE.migrations).await,
            clock: Clock::manual(Utc.with_ymd_and_hms(2023, 2, 1, 9, 0, 0).unwrap()),
            ids: Ids::random(),
            keys,
        }
    }

    pub fn id(&self) -> String {
        self.ids.next().to_string()
    }

    /// Starts a replica of registration, which brings the schema up to date when it may.
    pub async fn start(&self, migrate: bool) -> Result<Registration, StartError> {
        let settings = Settings { database: self.registration.url().to_owned(), migrate, ..Settings::default() };
        let (clock, ids, stop) = (self.clock.clone(), self.ids.clone(), CancellationToken::new());
        let running = registration::start(settings, clock, ids, stop).await?;
        Ok(Registration { client: RegistrationServiceClient::connect(running.url()).await.unwrap(), running })
    }

    /// Starts a replica of budget, which follows that of registration.
    pub async fn follow(&self, registration: &Registration) -> Running {
        let mut settings = Settings {
            database: self.budget.url().to_owned(),
            pseudonym_key_file: Some(self.keys.path().join("key")),
            ..Settings::default()
        };
        settings.peers.insert("registration".to_owned(), registration.running.url());
        // Nobody is there: what tariffing makes known is no part of this.
        settings.peers.insert("tariffing".to_owned(), "http://127.0.0.1:1".to_owned());
        let (clock, ids, stop) = (self.clock.clone(), self.ids.clone(), CancellationToken::new());
        budget::start(settings, clock, ids, stop).await.unwrap()
    }

    /// Records a provider and an agreement by one replica, and sends the same requests to another, as who got no answer
    /// does: it is the same answer.
    pub async fn conclude(&self, number: usize, by: &mut Registration, again: &mut Registration) {
        let agb = calls::agb(number);
        let provider = calls::provider(self.id(), &agb);
        let recorded = by.client.create_provider(provider.clone()).await.unwrap().into_inner();
        assert_eq!(again.client.create_provider(provider).await.unwrap().into_inner(), recorded);
        let agreement = calls::agreement(self.id(), &agb);
        let concluded = by.client.record_agreement(agreement.clone()).await.unwrap().into_inner();
        assert_eq!(again.client.record_agreement(agreement).await.unwrap().into_inner(), concluded);
    }

    /// What budget followed last.
    pub async fn cursor(&self) -> i64 {
        let cursor = self.budget.read().await.unwrap().cursor("registration").await.unwrap();
        cursor.map_or(0, |cursor| cursor.sequence)
    }

    /// How many agreements budget knows.
    pub async fn agreements(&self) -> i64 {
        let mut tx = self.budget.read().await.unwrap();
        fetch_one!(tx, "SELECT COUNT(*) FROM agreement" => (i64,)).unwrap().0
    }

    /// Holds when so many agreements were concluded, each made known once and followed once: all replicas tell the same
    /// feed, without gaps, budget has every agreement, and nobody changed the audit log.
    pub async fn holds(&self, agreements: usize, replicas: &mut [Registration]) {
        let last = self.registration.feed_last().await.unwrap();
        until(async || self.cursor().await == last).await;
        assert_eq!(self.agreements().await, agreements as i64);
        let mut told = Vec::new();
        for replica in replicas {
            told.push(replica.feed().await);
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
        let sequences: Vec<i64> = told[0].iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, Vec::from_iter(1..=last));
        assert!(told[0].iter().all(|event| event.fact.is_some() && !event.kind.is_empty()));
        assert_eq!(self.registration.check_audit().await.unwrap().broken, None);
        assert_eq!(self.budget.check_audit().await.unwrap().broken, None);
    }
}

impl Registration {
    pub async fn stop(self) {
        self.running.stop().await.unwrap();
    }

    /// All that it made known.
    async fn feed(&mut self) -> Vec<Event> {
        let last = self.client.get_progress(GetProgressRequest {}).await.unwrap().into_inner().last_sequence;
        let events =
            self.client.watch(WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        let events = events.take(last as usize).map_ok(|answer| answer.event.unwrap());
        events.try_collect().await.unwrap()
    }
}

/// Waits until something is so.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..1_200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not come to that");
}

/// Whether anybody follows the feed of registration.
pub async fn is_followed(db: &Db) -> Result<bool, DatabaseError> {
    let mut tx = db.read().await?;
    Ok(fetch_one!(tx, "SELECT COUNT(*) FROM lease WHERE name = 'registration'" => (i64,))?.0 > 0)
}
