//! The present version on a database of the first one, a replica of which goes on writing as it did.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use contract::registration::{Agreement, Event, event::Fact};
use database::{AuditAction, AuditOutcome, AuditRow, DatabaseError, Db, entry_sha256, execute, fetch_one};
use prost::Message;
use runtime::{Clock, Ids, StartError};
use testkit::on_both_engines;
use tokio_util::sync::CancellationToken;

use crate::{
    calls::{self, OFFICE},
    world::{World, until},
};

// As they stood in the first version.
const TAKE: &str = "UPDATE commit_counter SET last_feed = last_feed + $1, last_audit = last_audit + $2
                    WHERE counter_id = 1 RETURNING last_feed, last_audit, audit_head";
const PUBLISH: &str = "INSERT INTO feed (sequence, office, kind, payload, recorded_time)
                       VALUES ($1, $2, $3, $4, $5)";
const RECORD: &str =
    "INSERT INTO audit (sequence, event_time, actor, role, authentication, action, event_code, outcome,
                                         object_type, object_id, office, request_id, detail, recorded_time,
                                         previous_sha256, sha256)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13, $14, $15)";
const HEAD: &str = "UPDATE commit_counter SET audit_head = $1 WHERE counter_id = 1";

/// Takes back what the schema got since.
async fn take_back(world: &World) {
    let mut tx = world.registration.write().await.unwrap();
    execute!(tx, "ALTER TABLE feed DROP COLUMN trace_parent").unwrap();
    execute!(tx, "DELETE FROM _sqlx_migrations WHERE version = 12").unwrap();
    tx.commit(world.clock.now()).await.unwrap();
}

/// A replica of the first version, as far as it concludes agreements.
struct FirstVersion {
    db: Db,
    clock: Clock,
    ids: Ids,
    concluded: AtomicUsize,
}

impl FirstVersion {
    /// Concludes agreements until it is stopped.
    async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.conclude().await.unwrap();
            self.concluded.fetch_add(1, Ordering::Relaxed);
            // SQLite has one writer, and the others want to be it too.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn concluded(&self) -> usize {
        self.concluded.load(Ordering::Relaxed)
    }

    async fn conclude(&self) -> Result<(), DatabaseError> {
        let agreement = Agreement {
            agreement_id: self.ids.next().to_string(),
            office: OFFICE.to_owned(),
            sector: contract::common::Sector::Gz.into(),
            agb: calls::agb(900),
            period: Some(calls::years()),
            ..Agreement::default()
        };
        let mut tx = self.db.write().await?;
        let (feed, audit, head) = fetch_one!(tx, TAKE, 1_i64, 1_i64 => (i64, i64, Option<Vec<u8>>))?;
        let entry = self.entry(audit, head, &agreement.agreement_id);
        let fact = Some(Fact::AgreementConcluded(agreement));
        let payload = Event { office: OFFICE.to_owned(), fact, ..Event::default() }.encode_to_vec();
        let now = self.clock.now();
        execute!(tx, PUBLISH, feed, OFFICE, "agreement_concluded", payload.as_slice(), now)?;
        execute!(
            tx,
            RECORD,
            entry.sequence,
            entry.event_time,
            &entry.actor,
            &entry.role,
            &entry.authentication,
            entry.action.letter(),
            &entry.event_code,
            entry.outcome.as_str(),
            &entry.object_type,
            &entry.object_id,
            &entry.office,
            &entry.detail,
            entry.recorded_time,
            entry.previous_sha256.as_slice(),
            entry.sha256.as_slice(),
        )?;
        execute!(tx, HEAD, entry.sha256.as_slice())?;
        tx.commit(now).await
    }

    fn entry(&self, sequence: i64, head: Option<Vec<u8>>, object_id: &str) -> AuditRow {
        let now = self.clock.now();
        let mut entry = AuditRow {
            sequence,
            event_time: now,
            actor: "first".to_owned(),
            role: "purchaser".to_owned(),
            authentication: "local".to_owned(),
            action: AuditAction::Create,
            event_code: "RecordAgreement".to_owned(),
            outcome: AuditOutcome::Done,
            object_type: "agreement".to_owned(),
            object_id: object_id.to_owned(),
            office: OFFICE.to_owned(),
            request_id: String::new(),
            detail: String::new(),
            recorded_time: now,
            previous_sha256: head.map_or([0; 32], |head| head.try_into().unwrap()),
            sha256: [0; 32],
        };
        entry.sha256 = entry_sha256(&entry);
        entry
    }
}

on_both_engines! {
    async fn a_replica_of_the_first_version_writes_on_while_newer_ones_migrate_and_serve(engine) {
        let world = World::open(engine).await;
        take_back(&world).await;
        let refused = world.start(false).await.err().expect("the schema is older than this version needs");
        let is_older = matches!(&refused, StartError::Database(DatabaseError::Outdated { missing }) if *missing == [12]);
        assert!(is_older, "{refused}");

        let (db, clock) = ((*world.registration).clone(), world.clock.clone());
        let first = FirstVersion { db, clock, ids: Ids::random(), concluded: AtomicUsize::new(0) };
        let stop = CancellationToken::new();
        let newer = async {
            until(async || first.concluded() >= 5).await;
            let (a, b) = tokio::join!(world.start(true), world.start(true));
            let (mut a, mut b) = (a.unwrap(), b.unwrap());
            let followers = [world.follow(&a).await, world.follow(&b).await];
            let (before, meanwhile) = (first.concluded(), 10);
            for number in 0..meanwhile {
                let (by, again) = if number % 2 == 0 { (&mut a, &mut b) } else { (&mut b, &mut a) };
                world.conclude(number, by, again).await;
            }
            until(async || first.concluded() >= before + meanwhile).await;
            stop.cancel();
            (a, b, followers, meanwhile)
        };
        let ((), (a, b, followers, meanwhile)) = tokio::join!(first.run(stop.clone()), newer);
        world.holds(first.concluded() + meanwhile, &mut [a, b]).await;
        for follower in followers {
            follower.stop().await.unwrap();
        }
    }
}
