//! The audit log and its chain.

use database::{
    AuditAction, AuditCheck, AuditEntry, AuditOutcome, BrokenLink, Db, Engine, Event, entry_sha256, execute, to_micros,
};
use testkit::{TestDb, on_both_engines};

use crate::{MIGRATIONS, id, later, now};

pub fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        time: to_micros(now()),
        actor: "anna".to_owned(),
        role: "purchaser".to_owned(),
        authentication: "certificate",
        action: AuditAction::Update,
        event_code: "SealAgreement".to_owned(),
        outcome: AuditOutcome::Done,
        object_type: "agreement".to_owned(),
        object_id: format!("A-{n}"),
        office: "vgz".to_owned(),
        request_id: (n % 2 == 0).then(|| id(7)),
        detail: String::new(),
    }
}

async fn write(db: &Db, entries: &[AuditEntry], seconds: i64) {
    let mut tx = db.write().await.unwrap();
    for entry in entries {
        tx.audit(entry.clone());
    }
    tx.publish(Event { office: "vgz".to_owned(), kind: "sealed", payload: vec![1] });
    tx.commit(later(seconds)).await.unwrap();
}

/// What somebody with rights on the tables could do.
async fn by_hand(db: &Db, change: &'static str) {
    let unlock: &[&str] = match db.engine() {
        Engine::Sqlite => &["DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"],
        Engine::Postgres => &["ALTER TABLE audit DISABLE TRIGGER ALL"],
    };
    let mut tx = db.write().await.unwrap();
    for statement in unlock.iter().copied().chain([change]) {
        execute!(tx, statement).unwrap();
    }
    tx.commit(now()).await.unwrap();
}

async fn broken(db: &Db) -> Option<BrokenLink> {
    db.check_audit().await.unwrap().broken
}

fn at(sequence: i64, problem: &'static str) -> Option<BrokenLink> {
    Some(BrokenLink { sequence, problem })
}

const MISSING: &str = "the entry is missing";
const CHANGED: &str = "the entry was changed";
const APART: &str = "the entry does not follow the one before";
const STRANGE: &str = "the entry was not made by the service";

on_both_engines! {
    async fn the_log_is_read_in_pages_and_is_a_chain(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        assert_eq!(db.check_audit().await.unwrap(), AuditCheck { first: 1, entries: 0, broken: None, head: [0; 32] });
        for round in 0..3 {
            let mut tx = db.write().await.unwrap();
            tx.audit(entry(round * 2));
            tx.audit(entry(round * 2 + 1));
            tx.publish(Event { office: "vgz".to_owned(), kind: "sealed", payload: vec![1] });
            if round == 1 {
                tx.rollback().await.unwrap();
            } else {
                tx.commit(later(round)).await.unwrap();
            }
        }
        let mut tx = db.read().await.unwrap();
        let mut rows = tx.audit_page(0, 3).await.unwrap();
        rows.extend(tx.audit_page(3, 3).await.unwrap());
        let seen: Vec<_> = rows.iter().map(|row| (row.sequence, row.object_id.as_str())).collect();
        assert_eq!(seen, [(1, "A-0"), (2, "A-1"), (3, "A-4"), (4, "A-5")]);
        assert_eq!(rows[3].recorded_time, to_micros(later(2)));
        assert_eq!(rows[0].previous_sha256, [0; 32]);
        for pair in rows.windows(2) {
            assert_eq!(pair[1].previous_sha256, pair[0].sha256);
        }
        assert!(rows.iter().all(|row| row.sha256 == entry_sha256(row)));
        let head = rows[3].sha256;
        assert_eq!(db.check_audit().await.unwrap(), AuditCheck { first: 1, entries: 4, broken: None, head });
        assert_eq!(db.feed_last().await.unwrap(), 2);
    }

    async fn writers_at_once_make_one_chain(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let writers = (0..8).map(|writer| {
            let db = Db::clone(&db);
            tokio::spawn(async move {
                for round in 0..5 {
                    write(&db, &[entry(writer * 10 + round), entry(writer * 10 + round)], round).await;
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let check = db.check_audit().await.unwrap();
        assert_eq!((check.entries, check.broken), (80, None));
    }

    async fn every_change_by_hand_is_found_at_its_place(engine) {
        let changes = [
            ("UPDATE audit SET actor = 'bob' WHERE sequence = 3", at(3, CHANGED)),
            ("UPDATE audit SET detail = 'x' WHERE sequence = 1", at(1, CHANGED)),
            ("UPDATE audit SET request_id = NULL WHERE sequence = 3", at(3, CHANGED)),
            ("UPDATE audit SET recorded_time = event_time WHERE sequence = 3", at(3, CHANGED)),
            ("UPDATE audit SET sha256 = previous_sha256 WHERE sequence = 2", at(2, CHANGED)),
            ("UPDATE audit SET previous_sha256 = sha256 WHERE sequence = 4", at(4, APART)),
            ("DELETE FROM audit WHERE sequence = 2", at(2, MISSING)),
            ("DELETE FROM audit WHERE sequence = 1", at(1, MISSING)),
            ("DELETE FROM audit WHERE sequence >= 5", at(5, MISSING)),
            ("UPDATE audit SET sequence = sequence + 10 WHERE sequence > 3", at(4, MISSING)),
            ("INSERT INTO audit (sequence, event_time, actor, role, authentication, action, event_code, outcome,
                                 object_type, object_id, office, request_id, detail, recorded_time,
                                 previous_sha256, sha256)
              SELECT 7, event_time, actor, role, authentication, action, event_code, outcome, object_type, object_id,
                     office, request_id, detail, recorded_time, sha256, sha256
              FROM audit WHERE sequence = 6", at(7, CHANGED)),
            ("UPDATE commit_counter SET last_audit = 5", at(6, STRANGE)),
            ("UPDATE commit_counter SET audit_head = (SELECT sha256 FROM audit WHERE sequence = 5)", at(6, STRANGE)),
        ];
        for (change, found) in changes {
            let db = TestDb::open(engine, MIGRATIONS).await;
            write(&db, &[entry(0), entry(1)], 0).await;
            write(&db, &[entry(2), entry(3), entry(4), entry(5)], 1).await;
            assert_eq!(broken(&db).await, None);
            by_hand(&db, change).await;
            assert_eq!(broken(&db).await, found, "{change}");
        }
    }
}
