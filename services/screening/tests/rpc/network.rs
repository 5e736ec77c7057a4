//! The network of providers, through the calls (SCR-06).

use std::time::Duration;

use contract::{
    retention::{PurgeRecordsRequest, retention_service_client::RetentionServiceClient},
    screening as proto,
};
use database::{DecisionRow, fetch_all, fetch_one};
use futures::stream;
use proto::import_links_request::Part;
use runtime::Ids;
use screening::domain::{Integrity, IntegrityState};
use sha2::{Digest, Sha256};
use testkit::on_both_engines;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::alone::*;

const IBAN: &str = "NL91ABNA0417164300";

async fn import_as(world: &Alone, id: &str, kind: &str, csv: &str) -> Result<proto::ImportLinksResponse, Status> {
    let start = proto::LinksStart {
        request_id: id.to_owned(),
        office: "vgz".to_owned(),
        kind: kind.to_owned(),
        source: "KvK".to_owned(),
        sha256: Sha256::digest(csv).to_vec(),
        rows: csv.lines().count() as i64 - 1,
    };
    let pieces = csv.as_bytes().chunks(50).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<_> = std::iter::once(Part::Start(start)).chain(pieces).collect();
    let parts = parts.into_iter().map(|part| proto::ImportLinksRequest { part: Some(part) });
    Ok(world.client.clone().import_links(stream::iter(parts)).await?.into_inner())
}

async fn import(world: &Alone, kind: &str, rows: &[&str]) -> Result<proto::ImportLinksResponse, Status> {
    let header = match kind {
        "person" | "ubo" => "agb,person,from,until,withdrawn",
        "nurse" => "agb,nurse,from,until,withdrawn",
        "address" => "agb,postcode,number,addition,from,until,withdrawn",
        "account" => "agb,iban,from,until,withdrawn",
        _ => "agb,successor,from,until,withdrawn",
    };
    let csv = rows.iter().fold(format!("{header}\n"), |csv, row| csv + row + "\n");
    import_as(world, &Ids::random().next().to_string(), kind, &csv).await
}

/// Looks through the network: links, signals raised and withdrawn; those that it raised by itself before are not counted.
async fn run(world: &Alone) -> (i64, i64, i64) {
    let request = proto::RunNetworkRequest { request_id: Ids::random().next().to_string(), office: "vgz".to_owned() };
    let mut answers = world.client.clone().run_network(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(answer) = answers.message().await.unwrap() {
        last = Some(answer);
    }
    let last = last.unwrap();
    assert!(last.done);
    (last.links, last.raised, last.withdrawn)
}

/// The signals that stand after a run: rule and provider.
async fn found(world: &Alone) -> Vec<(String, String)> {
    run(world).await;
    world.standing("").await.into_iter().map(|signal| (signal.rule, signal.agb)).collect()
}

/// States what the integrity of a provider comes to.
async fn stated(world: &Alone, number: u32, state: IntegrityState) {
    let (now, office) = (world.clock.now(), "vgz".parse().unwrap());
    let of = (&office, agb(number).parse().unwrap());
    let rules_sha256 = world.db.save_rule_set("rules", "stated", now).await.unwrap();
    let mut tx = world.db.write().await.unwrap();
    let decision = DecisionRow {
        decision_id: Ids::random().next().to_string(),
        office: "vgz".to_owned(),
        kind: "integrity".to_owned(),
        subject: agb(number),
        decided_time: now,
        rules_sha256,
        facts: "{}".to_owned(),
        facts_sha256: [0; 32],
        explanation: Vec::new(),
    };
    tx.save_decision(&decision).await.unwrap();
    let before = screening::store::take_screened(&mut tx, of).await.unwrap();
    let integrity = Integrity { state, conditions: Vec::new(), valid_until: None };
    let by = (decision.decision_id.as_str(), now);
    screening::store::add_integrity(&mut tx, (of, before + 1), &integrity, by).await.unwrap();
    tx.commit(now).await.unwrap();
}

fn told(rule: &str, number: u32) -> (String, String) {
    (rule.to_owned(), agb(number))
}

async fn path(world: &Alone, signal: &proto::Signal) -> proto::GetNetworkPathResponse {
    let request = proto::GetNetworkPathRequest { signal_id: signal.signal_id.clone() };
    world.client.clone().get_network_path(request).await.unwrap().into_inner()
}

on_both_engines! {
    async fn scr_06_a_new_provider_with_the_account_of_one_whose_agreement_was_ended(engine) {
        let world = Alone::open(engine).await;
        let done = import(&world, "account", &["41410001,nl91 abna 0417 1643 00,2019-01-01,,", "41410002,NL91ABNA0417164300,2024-03-01,,"]).await.unwrap();
        assert_eq!(done.providers, 2);
        assert_eq!(found(&world).await, [told("shared_account", 2)]);
        assert_eq!(run(&world).await, (2, 0, 0));
        world.facts("terminated", "agb,day,withdrawn\n41410001,2024-03-02,\n").await.unwrap();
        assert_eq!(found(&world).await, [told("shared_account", 2)]);
        // Ended before the other began.
        world.facts("terminated", "agb,day,withdrawn\n41410001,2024-03-02,yes\n41410001,2024-02-29,\n").await.unwrap();
        assert_eq!(found(&world).await, [told("reentry", 2), told("shared_account", 2)]);
        let signal = world.standing("reentry").await.remove(0);
        assert_eq!((signal.rule_id.as_str(), signal.client.as_str(), signal.at_stake.unwrap().cents), ("SCR-06", "", 0));
        let path = path(&world, &signal).await;
        let links: Vec<_> = path.links.iter().map(|link| (link.agb.as_str(), link.kind())).collect();
        assert_eq!(links, [("41410002", proto::LinkKind::Account), ("41410001", proto::LinkKind::Account)]);
        assert_eq!((path.other_agb.as_str(), path.further, path.links[0].node == path.links[1].node), ("41410001", 0, true));
        let node = &path.links[0].node;
        assert_eq!(
            words(path.explanation.unwrap(), true),
            [
                format!("Zorgaanbieder 41410002 gebruikt vanaf 1 maart 2024 bankrekening {node} (KvK)."),
                format!("Zorgaanbieder 41410001 gebruikt vanaf 1 januari 2019 bankrekening {node} (KvK)."),
                "De overeenkomst met zorgaanbieder 41410001 is op 29 februari 2024 per direct beëindigd.".to_owned(),
                "Zorgaanbieder 41410002 begon op 1 maart 2024, binnen 36 maanden na het einde van de overeenkomst met \
                 zorgaanbieder 41410001, en is daarmee verbonden.".to_owned(),
                "Een verband kan een goede reden hebben: dit vraagt om een nadere blik.".to_owned(),
                "Een verband is geen bedrag: er staat € 0,00 ter discussie.".to_owned(),
            ]
        );
        // One that has had lines for long did not begin.
        world.grant(&[line("R1", &agb(2), "a client of somebody00", ("2023-06-01", "2023-06-01"), 100, (1, "04"))]).await;
        assert_eq!(found(&world).await, [told("shared_account", 2)]);
        let request = proto::GetSignalRequest { signal_id: signal.signal_id };
        let ended = world.client.clone().get_signal(request).await.unwrap().into_inner().signal.unwrap();
        assert_eq!(
            world.told(&ended.withdrawal_decision_id, true).await,
            ["Naar wat nu bekend is, vindt de regel ‘herintreding na beëindiging’ dit bij zorgaanbieder 41410002 niet meer: het signaal \
              vervalt; er stond € 0,00 ter discussie."]
        );
        // A link that is taken back is none.
        import(&world, "account", &["41410002,NL91ABNA0417164300,2024-03-01,,yes"]).await.unwrap();
        assert_eq!(found(&world).await, []);
        // Nothing of the account is kept but its pseudonym.
        let kept = "SELECT node FROM link";
        let nodes = fetch_all!(world.db.read().await.unwrap(), kept => (String,)).unwrap();
        assert!(nodes.iter().all(|(node,)| node.len() == 22 && !IBAN.contains(node.as_str())));
    }

    async fn scr_06_a_nurse_with_three_providers_is_found_by_itself(engine) {
        let world = Alone::open(engine).await;
        import(&world, "nurse", &["41410001,91000001,2024-01-01,,", "41410002,91000001,2024-01-01,,"]).await.unwrap();
        assert_eq!(found(&world).await, []);
        // The third one is known as a subject of screening.
        let subject = proto::Subject {
            office: "vgz".to_owned(),
            agb: agb(3),
            kind: proto::SubjectKind::IndicatingNurse.into(),
            reference: "91000001".to_owned(),
            period: Some(contract::common::Period { first_day: Some(contract::common::Date { year: 2024, month: 5, day: 1 }), last_day: None }),
            ..proto::Subject::default()
        };
        let request = proto::AddSubjectRequest { request_id: Ids::random().next().to_string(), subject: Some(subject), reason: "a test".to_owned() };
        world.client.clone().add_subject(request).await.unwrap();
        // Nobody runs it.
        let mut standing = Vec::new();
        for _ in 0..400 {
            standing = world.standing("nurse_providers").await;
            if standing.len() == 3 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(standing.len(), 3);
        let path = path(&world, &standing[2]).await;
        assert_eq!((path.links.len(), path.links[0].agb.as_str(), path.other_agb.as_str()), (3, "41410003", ""));
        assert!(words(path.explanation.unwrap(), true).contains(&"De indicerend verpleegkundige van zorgaanbieder 41410003 is verbonden aan 3 zorgaanbieders; ten hoogste 2 mag.".to_owned()));
    }

    async fn scr_06_the_order_of_files_is_of_no_concern_and_a_new_key_neither(engine) {
        let files: [(&str, &[&str]); 4] = [
            ("person", &["41410001,anna-1,2020-01-01,2024-04-01,", "41410002,ANNA-1,2024-02-01,,"]),
            ("ubo", &["41410002,anna-1,2024-02-01,,", "41410003,Anna-1,2024-01-01,,"]),
            ("address", &["41410001,6511AB,12,a,2020-01-01,,", "41410004,6511 ab,12,A,2024-05-01,,"]),
            ("successor", &["41410001,41410004,2024-05-01,,"]),
        ];
        let expected = [told("reentry", 4), told("shared_address", 4), told("shared_board", 2), told("shared_ubo", 2)];
        let mut names = Vec::new();
        for reversed in [false, true] {
            let mut world = Alone::open(engine).await;
            let mut files = files.to_vec();
            if reversed {
                files.reverse();
            }
            world.facts("terminated", "agb,day,withdrawn\n41410001,2024-04-01,\n").await.unwrap();
            for (kind, rows) in &files {
                import(&world, kind, rows).await.unwrap();
                run(&world).await;
            }
            assert_eq!(found(&world).await, expected);
            let digests = "SELECT finding_key FROM signal LEFT JOIN withdrawal ON withdrawal.signal_id = signal.signal_id
                WHERE withdrawal.signal_id IS NULL ORDER BY finding_key";
            names.push(fetch_all!(world.db.read().await.unwrap(), digests => (String,)).unwrap());
            // What is stated again under the next key is the same, and a third provider is found beside it.
            world = world.with_keys(&[(1, 7), (2, 8)]).await;
            import(&world, "ubo", &["41410003,anna-1,2024-01-01,,"]).await.unwrap();
            run(&world).await;
            assert_eq!(found(&world).await, expected);
            assert_eq!(run(&world).await, (7, 0, 0));
            world = world.with_keys(&[(2, 8)]).await;
            import(&world, "ubo", &["41410005,anna-1,2024-05-05,,"]).await.unwrap();
            let now = found(&world).await;
            assert_eq!(now.iter().filter(|(rule, _)| rule == "shared_ubo").count(), 3, "{now:?}");
        }
        assert_eq!(names[0], names[1]);
    }

    async fn scr_06_an_objection_against_one_is_a_signal_about_another_with_the_same_person(engine) {
        let world = Alone::open(engine).await;
        import(&world, "person", &["41410001,anna,2020-01-01,,", "41410002,anna,2020-01-01,,", "41410002,bert,2020-01-01,,"]).await.unwrap();
        assert_eq!(found(&world).await, []);
        stated(&world, 1, IntegrityState::Objection).await;
        assert_eq!(found(&world).await, [told("shared_board", 2)]);
        let signal = world.standing("").await.remove(0);
        let path = path(&world, &signal).await;
        let told_of = words(path.explanation.unwrap(), false);
        assert_eq!(told_of[2..4], [
            "Since 1 June 2024 there is an objection against provider 41410001 from the look at its integrity.",
            "The number of persons in boards or supervision between provider 41410002 and provider 41410001 is 1; up to 1 are looked at.",
        ]);
        // What the feed makes known of it names no person.
        let node = &path.links[0].node;
        let feed = "SELECT payload FROM feed";
        let rows = fetch_all!(world.db.read().await.unwrap(), feed => (Vec<u8>,)).unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|(payload,)| !payload.windows(node.len()).any(|part| part == node.as_bytes())));
        // When it is taken back, so is the signal.
        stated(&world, 1, IntegrityState::NoObjection).await;
        assert_eq!(found(&world).await, []);
    }

    async fn scr_07_what_a_provider_is_heard_about_stays_while_it_is_found(engine) {
        let world = Alone::open(engine).await;
        import(&world, "account", &["41410001,NL91ABNA0417164300,2019-01-01,,", "41410002,NL91ABNA0417164300,2024-03-01,,"]).await.unwrap();
        assert_eq!(found(&world).await, [told("shared_account", 2)]);
        let signal = world.standing("").await.remove(0);
        world.open_case(&agb(2), &signal.signal_id).await;
        // A third one has it too: other numbers, and still the same.
        import(&world, "account", &["41410003,NL91ABNA0417164300,2024-04-01,,"]).await.unwrap();
        let now = found(&world).await;
        assert!(now.len() > 1 && world.standing("").await.contains(&signal), "{now:?}");
        // Where it is found no more, it goes.
        import(&world, "account", &["41410002,NL91ABNA0417164300,2024-03-01,,yes"]).await.unwrap();
        found(&world).await;
        assert!(!world.standing("").await.contains(&signal));
    }

    async fn scr_06_a_link_that_begins_is_found_on_its_day_by_itself(engine) {
        let world = Alone::open(engine).await;
        import(&world, "account", &["41410001,NL91ABNA0417164300,2019-01-01,,", "41410002,NL91ABNA0417164300,2024-07-01,,"]).await.unwrap();
        assert_eq!(found(&world).await, []);
        world.clock.set("2024-07-01T10:00:00Z".parse().unwrap());
        for _ in 0..400 {
            if !world.standing("shared_account").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(world.standing("shared_account").await.len(), 1);
    }

    async fn scr_03_links_go_when_they_were_kept_long_enough(engine) {
        let world = Alone::open(engine).await;
        import(&world, "account", &["41410001,NL91ABNA0417164300,2019-01-01,,", "41410002,NL91ABNA0417164300,2024-03-01,,"]).await.unwrap();
        assert_eq!(found(&world).await, [told("shared_account", 2)]);
        let purged = async || {
            let mut client = RetentionServiceClient::connect(world.running.url()).await.unwrap();
            let request = PurgeRecordsRequest { request_id: Ids::random().next().to_string(), office: "vgz".to_owned(), dry_run: false };
            let kinds = client.purge_records(request).await.unwrap().into_inner().kinds;
            kinds.into_iter().filter(|kind| kind.kind == "link").map(|kind| (kind.objects, kind.rows)).collect::<Vec<_>>()
        };
        world.clock.set("2031-06-01T12:00:00Z".parse().unwrap());
        assert_eq!(purged().await, []);
        world.clock.set("2031-06-02T12:00:00Z".parse().unwrap());
        assert_eq!(purged().await, [(1, 3)]);
        assert_eq!(run(&world).await.0, 0);
        assert_eq!(found(&world).await, []);
    }

    async fn scr_06_links_that_are_wrong_are_refused_as_a_whole_and_named(engine) {
        let world = Alone::open(engine).await;
        let wrong = import(&world, "account", &[
            "41410001,NL92ABNA0417164300,2024-02-30,2024-01-01,no",
            "x,NL91ABNA0417164300,2024-02-01,2024-01-01,",
            "41410001,NL91ABNA0417164300",
        ]).await.unwrap_err();
        let details = wrong.get_error_details();
        let fields: Vec<_> = details.bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.clone()).collect();
        assert_eq!(fields, ["row 1.iban", "row 1.from", "row 1.withdrawn", "row 2.agb", "row 2.until", "row 3.row"]);
        assert!(!format!("{wrong:?}").contains("ABNA"));
        let wrong = import(&world, "address", &["41410001,6511SA,0,abcdefg,2024-01-01,,"]).await.unwrap_err();
        assert_eq!(wrong.get_error_details().bad_request().unwrap().field_violations.len(), 3);
        assert!(import(&world, "successor", &["41410001,41410001,2024-01-01,,"]).await.is_err());
        assert_eq!(import_as(&world, "x", "pet", "agb\n").await.unwrap_err().code(), Code::InvalidArgument);
        let many: Vec<String> = (0..1_100).map(|_| "41410001,NL00,2024-01-01,,".to_owned()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let wrong = import(&world, "account", &many).await.unwrap_err();
        assert_eq!(wrong.get_error_details().bad_request().unwrap().field_violations.len(), 100);
        let count = "SELECT COUNT(*) FROM link";
        assert_eq!(fetch_one!(world.db.read().await.unwrap(), count => (i64,)).unwrap().0, 0);

        // One that is sent again has one effect.
        let (id, csv) = ("00000000-0000-4000-8000-00000000ffff", "agb,person,from,until,withdrawn\n41410001,anna,2024-01-01,,\n");
        let first = import_as(&world, id, "person", csv).await.unwrap();
        assert_eq!(import_as(&world, id, "person", csv).await.unwrap(), first);
        assert_eq!(import_as(&world, id, "ubo", csv).await.unwrap_err().code(), Code::AlreadyExists);
        import(&world, "successor", &["41410001,41410007,2024-01-01,,", "41410002,41410008,2024-01-01,,"]).await.unwrap();
        let list = |agb: &str, page_token: String| {
            let mut client = world.client.clone();
            let request = proto::ListLinksRequest { office: "vgz".to_owned(), agb: agb.to_owned(), page_size: 2, page_token };
            async move { client.list_links(request).await.unwrap().into_inner() }
        };
        let page = list("", String::new()).await;
        assert_eq!(page.links.iter().map(|link| link.agb.as_str()).collect::<Vec<_>>(), ["41410002", "41410001"]);
        let rest = list("", page.next_page_token).await;
        assert_eq!((rest.links.len(), rest.links[0].kind(), rest.next_page_token.as_str()), (1, proto::LinkKind::Person, ""));
        assert_eq!(list("41410007", String::new()).await.links.len(), 1);
        // A signal of another rule has no path.
        let request = proto::GetNetworkPathRequest { signal_id: "S".to_owned() };
        assert_eq!(world.client.clone().get_network_path(request).await.unwrap_err().code(), Code::NotFound);
    }
}
