//! Decisions, rules and the audit trail.

use database::{AuditAction, AuditEntry, DatabaseError, DecisionRow, Event, execute, to_micros};
use testkit::{TestDb, on_both_engines};

use crate::{MIGRATIONS, id, later, now};

fn decision(rules_sha256: [u8; 32]) -> DecisionRow {
    DecisionRow {
        decision_id: "D-1".to_owned(),
        office: "nl-428".to_owned(),
        kind: "tariff".to_owned(),
        subject: "A-7".to_owned(),
        decided_time: to_micros(now()),
        rules_sha256,
        facts: r#"{"a":1}"#.to_owned(),
        facts_sha256: [9; 32],
        explanation: vec![1, 2, 3],
    }
}

fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        time: to_micros(now()),
        actor: "spiffe://test/anna".to_owned(),
        role: "purchaser".to_owned(),
        action: AuditAction::Update,
        event_code: "agreement.seal".to_owned(),
        object_type: "agreement".to_owned(),
        object_id: format!("A-{n}"),
        office: "nl-428".to_owned(),
        request_id: (n % 2 == 0).then(|| id(7)),
        detail: String::new(),
    }
}

on_both_engines! {
    async fn decisions_and_their_rules_come_back(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let hash = db.save_rule_set("tariff.toml", "rate = 1", now()).await.unwrap();
        assert_eq!(db.save_rule_set("tariff.toml", "rate = 1", later(9)).await.unwrap(), hash);
        let mut tx = db.write().await.unwrap();
        tx.save_decision(&decision(hash)).await.unwrap();
        tx.commit(now()).await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.decision("D-1").await.unwrap(), Some(decision(hash)));
        assert_eq!(tx.decision("D-2").await.unwrap(), None);
        let rules = tx.rule_set(hash).await.unwrap().unwrap();
        assert_eq!((rules.content.as_str(), rules.recorded_time), ("rate = 1", to_micros(now())));
        assert_eq!(tx.rule_set([0; 32]).await.unwrap(), None);
    }

    async fn a_decision_needs_its_rules_and_never_changes(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let error = tx.save_decision(&decision([5; 32])).await.unwrap_err();
        assert!(matches!(error, DatabaseError::ForeignKey { .. }), "{error:?}");
        tx.rollback().await.unwrap();
        let hash = db.save_rule_set("tariff.toml", "rate = 1", now()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.save_decision(&decision(hash)).await.unwrap();
        tx.audit(entry(1));
        tx.commit(now()).await.unwrap();
        for change in [
            "UPDATE decision SET office = 'x'",
            "DELETE FROM decision",
            "UPDATE rule_set SET content = 'x'",
            "DELETE FROM rule_set",
            "UPDATE audit SET actor = 'x'",
            "DELETE FROM audit",
        ] {
            let mut tx = db.write().await.unwrap();
            let error = execute!(tx, change).unwrap_err();
            assert!(matches!(error, DatabaseError::AppendOnly(_)), "{change}: {error:?}");
        }
    }

    async fn the_audit_trail_is_read_in_pages(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for round in 0..3 {
            let mut tx = db.write().await.unwrap();
            tx.audit(entry(round * 2));
            tx.audit(entry(round * 2 + 1));
            tx.publish(Event { office: "nl-428".to_owned(), kind: "sealed", payload: vec![1] });
            if round == 1 {
                tx.rollback().await.unwrap();
            } else {
                tx.commit(later(round)).await.unwrap();
            }
        }
        let mut tx = db.read().await.unwrap();
        let first = tx.audit_page(0, 3).await.unwrap();
        let rest = tx.audit_page(3, 3).await.unwrap();
        let seen: Vec<_> = first.iter().chain(&rest).map(|row| (row.sequence, row.entry.clone())).collect();
        assert_eq!(seen, [(1, entry(0)), (2, entry(1)), (3, entry(4)), (4, entry(5))]);
        assert_eq!(rest[0].recorded_time, to_micros(later(2)));
        assert_eq!(db.feed_last().await.unwrap(), 2);
    }
}
