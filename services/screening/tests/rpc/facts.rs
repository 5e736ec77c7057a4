//! Facts that come in: what they change, and what is wrong with them.

use contract::screening as proto;
use database::fetch_one;
use testkit::on_both_engines;
use tonic::Code;
use tonic_types::StatusExt;

use crate::support::*;

const BSN: &str = "123456782";

fn told(rule: &str, lines: &str) -> (String, String) {
    (rule.to_owned(), lines.to_owned())
}

on_both_engines! {
    async fn scr_04_after_death_a_fact_raises_and_takes_back_what_lines_do_not_tell(engine) {
        let world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 5), 1), Line { bsn: "111222333", ..debit("A2", (4, 5), 1) }]).await;
        world.caught_up().await;
        assert_eq!(world.found().await, []);

        let dead = |day: &str, withdrawn: &str| format!("bsn,day,withdrawn\n{BSN},{day},{withdrawn}\n");
        let done = world.import("deceased", &dead("2024-03-03", "")).await.unwrap();
        assert_eq!((done.clients, done.raised, done.withdrawn), (1, 1, 0));
        assert_eq!(world.found().await, [told("after_death", "A1")]);
        // The same said again changes nothing.
        let done = world.import("deceased", &dead("2024-03-03", "")).await.unwrap();
        assert_eq!((done.clients, done.raised, done.withdrawn), (1, 0, 0));
        let signal = world.signals("").await.remove(0);
        assert_eq!(
            world.explained(&signal.decision_id).await,
            [
                "De cliënt is op 3 maart 2024 overleden; regel A1 van zorgaanbieder 41410001 (1000) gaat over 2 \
                 dag(en) daarna. Na overlijden kunnen alleen mutatiedagen van het pakket worden gedeclareerd.",
                "De hele regel valt hieronder: het toegekende bedrag van € 72,76 staat ter discussie.",
                "Wat is vastgelegd spreekt de regel tegen: het signaal geldt als exact. Wat het betekent, is aan mensen.",
            ]
        );
        // A line that comes later is held against it; of another day it says something else.
        world.submit(FIRST, "F2", &[debit("A3", (8, 8), 1)]).await;
        world.caught_up().await;
        assert_eq!(world.found().await, [told("after_death", "A1"), told("after_death", "A3")]);
        let done = world.import("deceased", &dead("2024-03-06", "")).await.unwrap();
        assert_eq!((done.raised, done.withdrawn), (1, 2));
        assert_eq!(world.found().await, [told("after_death", "A3")]);
        let done = world.import("deceased", &dead("2024-03-06", "yes")).await.unwrap();
        assert_eq!((done.raised, done.withdrawn), (0, 1));
        let ended = world.signals("").await.remove(0);
        assert_eq!(
            world.explained(&ended.withdrawal_decision_id).await,
            ["Door wat over de cliënt, de zorgaanbieder of de regel bekend werd, vindt de regel ‘zorg na overlijden’ dit niet \
              meer zo: het signaal vervalt en € 72,76 staat niet meer ter discussie."]
        );
        assert_eq!(world.run().await, (2, 0, 0));
    }

    async fn scr_04_staff_level_of_lines_and_arrangements_of_providers(engine) {
        let world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 4), 1), debit("A2", (20, 20), 1)]).await;
        world.caught_up().await;
        let level = "service,agb,reference,value,withdrawn\nhomecare,41410001,A2,2,\nhomecare,41410001,A9,1,\n";
        let done = world.import("staff_level", level).await.unwrap();
        assert_eq!((done.clients, done.raised), (1, 1));
        assert_eq!(world.found().await, [told("staff_level", "A2")]);
        let arranged = "agb,from,until,withdrawn\n41410001,2024-03-01,,\n";
        let done = world.import("staff_arrangement", arranged).await.unwrap();
        assert_eq!((done.clients, done.withdrawn), (1, 1));
        // Hours per client and month: three for one client, where half an hour was agreed.
        let hours = "agb,value,from,until,withdrawn\n41410001,0.5,2024-01-01,,\n";
        let done = world.import("hours_agreement", hours).await.unwrap();
        assert_eq!((done.raised, done.withdrawn), (1, 0));
        let signal = world.signals(FIRST).await.remove(0);
        assert_eq!((signal.rule.as_str(), signal.client.as_str()), ("average_hours", ""));
        // Both lines are needed to make up one and a half of the two hours.
        let evidence = |signal: &proto::Signal| -> Vec<String> {
            signal.evidence.iter().map(|line| line.reference.clone()).collect()
        };
        assert_eq!(evidence(&signal), ["A1", "A2"]);
        // 2 hours of EUR 72.76, three quarters of them above the agreement.
        assert_eq!(signal.at_stake.unwrap().cents, 2 * TARIFF * 3 / 4);
        assert_eq!(world.run().await, (1, 0, 0));
        // More lines of the month say more; a credit less.
        world.submit(FIRST, "F2", &[debit("A3", (21, 21), 1)]).await;
        world.caught_up().await;
        let now: Vec<_> = world.signals(FIRST).await.into_iter().filter(|signal| !signal.withdrawn).collect();
        assert_eq!((now.len(), now[0].at_stake.unwrap().cents), (1, 5 * TARIFF / 2));
        assert_eq!(evidence(&now[0]), ["A1", "A2", "A3"]);
        // What is credited is evidence no more, and the signal of it is withdrawn for that.
        world.submit(FIRST, "F3", &[credit("C1", &debit("A1", (4, 4), 1))]).await;
        world.caught_up().await;
        let all = world.signals(FIRST).await.into_iter().filter(|signal| signal.rule == "average_hours");
        let (now, before): (Vec<_>, Vec<_>) = all.partition(|signal| !signal.withdrawn);
        assert_eq!((now.len(), evidence(&now[0])), (1, vec!["A2".to_owned(), "A3".to_owned()]));
        let why = world.explained(&before[0].withdrawal_decision_id).await;
        assert!(why[0].starts_with("Regel A1 van zorgaanbieder 41410001 is gecrediteerd"), "{why:?}");
        assert_eq!(world.run().await, (1, 0, 0));
    }

    async fn scr_04_facts_that_are_wrong_are_refused_as_a_whole_with_all_that_is_wrong(engine) {
        let world = World::open(engine).await;
        let file = "bsn,value,from,until,due,withdrawn\n\
                    123456789,letter,2024-02-30,2024-01-01,2999-06-01,no\n\
                    123456782,gp_request,2024-03-01,2024-03-31\n\
                    123456782,gp_request,2024-03-01,2024-02-01,2999-05-01,\n";
        let status = world.import("document_missing", file).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let fields: Vec<String> =
            details.bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.clone()).collect();
        let due = ["row 1.due", "row 1.withdrawn"];
        let first = ["row 1.bsn", "row 1.value", "row 1.from"].into_iter().chain(due);
        let all: Vec<&str> = first.chain(["row 2.row", "row 3.until", "row 3.due"]).collect();
        assert_eq!(fields, all);
        assert!(!format!("{status:?}").contains("123456789"));
        let level = "service,agb,reference,value,withdrawn\nwlz,1,,9,maybe\n";
        let status = world.import("staff_level", level).await.unwrap_err();
        let told = status.get_error_details();
        let fields: Vec<&str> = told.bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["row 1.agb", "row 1.service", "row 1.reference", "row 1.value", "row 1.withdrawn"]);
        for (kind, file) in [("death", "bsn,day,withdrawn\n"), ("deceased", "bsn,date\n")] {
            assert_eq!(world.import(kind, file).await.unwrap_err().code(), Code::InvalidArgument);
        }
        let count = "SELECT COUNT(*) FROM fact";
        assert_eq!(fetch_one!(world.db.read().await.unwrap(), count => (i64,)).unwrap().0, 0);
    }

    async fn scr_04_an_import_sent_again_has_one_effect_and_keeps_nobodys_number(engine) {
        let world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 5), 1)]).await;
        world.caught_up().await;
        let (id, file) = ("00000000-0000-4000-8000-00000000ffff", format!("bsn,day,withdrawn\n{BSN},2024-03-01,\n"));
        let first = world.import_as(id, "deceased", &file).await.unwrap();
        assert_eq!(world.import_as(id, "deceased", &file).await.unwrap(), first);
        let other = world.import_as(id, "birth_date", &file).await.unwrap_err();
        assert_eq!(other.code(), Code::AlreadyExists);
        let count = "SELECT COUNT(*), MAX(subject) FROM fact";
        let (rows, subject) = fetch_one!(world.db.read().await.unwrap(), count => (i64, String)).unwrap();
        assert_eq!((rows, subject.len(), subject.contains(BSN)), (1, 22, false));
        let request = proto::ListSignalsRequest {
            office: "vgz".to_owned(),
            rule: "after_death".to_owned(),
            kind: proto::SignalKind::Exact.into(),
            minimum_at_stake: Some(contract::common::Money { cents: TARIFF }),
            ..proto::ListSignalsRequest::default()
        };
        let listed = |request| {
            let mut client = world.screening.clone();
            async move { client.list_signals(request).await.unwrap().into_inner().signals.len() }
        };
        assert_eq!(listed(request.clone()).await, 1);
        let more = Some(contract::common::Money { cents: TARIFF + 1 });
        assert_eq!(listed(proto::ListSignalsRequest { minimum_at_stake: more, ..request.clone() }).await, 0);
        let kind = proto::SignalKind::Signal.into();
        assert_eq!(listed(proto::ListSignalsRequest { kind, ..request }).await, 0);
    }
}
