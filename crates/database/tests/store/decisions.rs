//! Decisions and rules.

use database::{DatabaseError, DecisionRow, execute, to_micros};
use testkit::{TestDb, on_both_engines};

use crate::{MIGRATIONS, audit::entry, later, now};

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
}
