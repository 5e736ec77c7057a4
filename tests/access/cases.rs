//! What was said in a case, and of what registers hold, is shown to investigators only (SCR-03).

use contract::{access::Role, screening as proto};
use database::DecisionRow;
use testkit::on_both_engines;
use tonic::Code;

use crate::world::{OWN, Which, World, reason};

/// Records a decision of a kind, whose id is the kind.
async fn decided(world: &World, kind: &str) {
    let now = world.clock.now();
    let rules_sha256 = world.db.save_rule_set("rules", "seeded", now).await.unwrap();
    let decision = DecisionRow {
        decision_id: kind.to_owned(),
        office: OWN.to_owned(),
        kind: kind.to_owned(),
        subject: "seeded".to_owned(),
        decided_time: now,
        rules_sha256,
        facts: "{}".to_owned(),
        facts_sha256: [0; 32],
        explanation: Vec::new(),
    };
    let mut tx = world.db.write().await.unwrap();
    tx.save_decision(&decision).await.unwrap();
    tx.commit(now).await.unwrap();
}

on_both_engines! {
    async fn scr_03_an_auditor_is_told_of_no_case_and_of_no_register(engine) {
        let world = World::open(engine, Which::Screening).await;
        let (auditor, investigator) = (world.token(Role::Auditor, OWN), world.token(Role::Investigator, OWN));
        for (kind, hidden) in [
            ("case_response", true), ("case_assessed", true), ("case_decided", true), ("integrity_judged", true),
            ("claim_signal", false), ("integrity", false),
        ] {
            decided(&world, kind).await;
            let explain = proto::ExplainRequest { decision_id: kind.to_owned() };
            let receipt = proto::GetReceiptRequest { decision_id: kind.to_owned() };
            let refused = |code: Code, why: &str| (code, why) == (Code::PermissionDenied, "ROLE_NOT_ADMITTED");
            // What was seeded can't be told: whoever gets that far is admitted.
            for (token, hidden) in [(&auditor, hidden), (&investigator, false)] {
                let (code, why) = reason(&world.ask::<_, proto::ExplainResponse>(&explain, token).await.unwrap_err());
                assert_eq!(refused(code, &why), hidden, "{kind}: {code:?} {why}");
                let (code, why) = reason(&world.ask::<_, proto::GetReceiptResponse>(&receipt, token).await.unwrap_err());
                assert_eq!(refused(code, &why), hidden, "{kind}: {code:?} {why}");
            }
        }
        world.close().await;
    }
}
