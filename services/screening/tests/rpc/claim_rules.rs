//! The catalogue, runs over an office, and rules tried on history.

use contract::{common, screening as proto};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

const FILE: &str = "claims-home_care.toml";

/// The rules of home care as they are built in, changed.
fn home_care(change: impl Fn(&str) -> String) -> String {
    let (_, text) = screening::rules::FILES.iter().find(|(name, _)| *name == FILE).unwrap();
    change(text)
}

fn trial(text: String) -> proto::TryClaimRulesRequest {
    proto::TryClaimRulesRequest {
        office: "vgz".to_owned(),
        file_name: FILE.to_owned(),
        text,
        period: Some(common::Period { first_day: march(1), last_day: march(31) }),
    }
}

on_both_engines! {
    async fn scr_04_the_catalogue_says_what_holds_and_what_a_rule_waits_for(engine) {
        let world = World::open(engine).await;
        let request = proto::ListClaimRulesRequest { office: "vgz".to_owned(), date: None };
        let rules = world.screening.clone().list_claim_rules(request).await.unwrap().into_inner().rules;
        assert_eq!(rules.len(), screening::decide::claim_rules::CATALOGUE.len());
        let rule = |name: &str| rules.iter().find(|rule| rule.rule == name).unwrap();
        let vv10 = rule("vv10_length");
        assert_eq!((vv10.live, vv10.kind(), vv10.level()), (true, proto::SignalKind::Signal, proto::ClaimRuleLevel::Client));
        let values: Vec<_> = vv10.values.iter().map(|value| (value.name.as_str(), value.value.as_str(), value.missing)).collect();
        assert_eq!(values, [("vv10_products", "", true), ("vv10_months", "3", false), ("episode_gap_days", "31", false)]);
        assert_eq!(vv10.values[1].source, "Inkoopkader langdurige zorg 2021-2023, aanvulling 2022, §5.10: a life expectancy shorter than three months");
        assert_eq!(vv10.text_nl, "VV10 langer dan drie maanden.");
        // As the rule files of this office have it.
        assert!(!rule("more_providers").live);
        assert_eq!(rule("average_hours").level(), proto::ClaimRuleLevel::Provider);
        assert!(rules.iter().all(|rule| !rule.text_nl.is_empty() && !rule.text_en.is_empty() && !rule.source.is_empty()));
    }

    async fn scr_04_under_other_rules_a_run_raises_and_withdraws(engine) {
        let mut world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 5), 1), debit("A2", (5, 6), 1)]).await;
        world.submit(SECOND, "F1", &[Line { bsn: "111222333", ..debit("B1", (4, 5), 1) }]).await;
        world.submit(FIRST, "F2", &[Line { bsn: "111222333", ..debit("A3", (20, 21), 1) }]).await;
        world.caught_up().await;
        let double = [("double".to_owned(), "A1 A2".to_owned())];
        assert_eq!(world.found().await, double);
        assert_eq!(world.run().await, (2, 0, 0));
        // Tried first: care of two providers in a month is a signal.
        let mut client = world.screening.clone();
        let mut answers = client.try_claim_rules(trial(home_care(str::to_owned))).await.unwrap().into_inner();
        let mut last = proto::TryClaimRulesResponse::default();
        while let Some(answer) = answers.message().await.unwrap() {
            last = answer;
        }
        assert_eq!((last.clients, last.done), (2, true));
        let answer = last.rules;
        let told: Vec<_> = answer.iter().map(|rule| (rule.rule.as_str(), rule.findings, rule.new_findings, rule.lost_signals)).collect();
        assert_eq!(told, [("double", 1, 0, 0), ("more_providers", 1, 1, 0)]);
        assert_eq!((answer[1].at_stake.unwrap().cents, &answer[1].examples[..]), (TARIFF, &["B1 A3".to_owned()][..]));
        assert_eq!(world.found().await, double);

        world.stop().await;
        world.start_with(&[(FILE, home_care(str::to_owned)), ("claims-double.toml", off("claims-double.toml"))]).await;
        assert_eq!(world.run().await, (2, 1, 1));
        assert_eq!(world.found().await, [("more_providers".to_owned(), "B1 A3".to_owned())]);
        assert_eq!(world.run().await, (2, 0, 0));
        let ended = world.signals("").await.into_iter().find(|signal| signal.withdrawn).unwrap();
        assert_eq!(
            world.explained(&ended.withdrawal_decision_id).await,
            ["Onder de regels die nu gelden vindt de regel ‘dubbele declaratie’ dit niet meer zo: het signaal vervalt en € 72,76 \
              staat niet meer ter discussie."]
        );
    }

    async fn scr_04_what_stands_does_not_depend_on_the_order_of_files_and_facts(engine) {
        let a = debit("A1", (4, 5), 1);
        let files: [(&str, &str, Vec<Line>); 4] = [
            (FIRST, "F1", vec![a.clone(), debit("A2", (5, 6), 1)]),
            (SECOND, "F2", vec![debit("B1", (6, 8), 2)]),
            (FIRST, "F3", vec![credit("C1", &a), debit("A3", (8, 9), 1)]),
            (SECOND, "F4", vec![Line { bsn: "111222333", ..debit("B2", (8, 9), 1) }]),
        ];
        let facts = [
            ("deceased", "bsn,day,withdrawn\n123456782,2024-03-07,\n"),
            ("staff_level", "service,agb,reference,value,withdrawn\nhomecare,41410002,B2,2,\n"),
            ("hours_agreement", "agb,value,from,until,withdrawn\n41410002,1,2024-01-01,,\n"),
        ];
        let mut stood = Vec::new();
        // A credit comes after its debit: home care takes it in no other order.
        for order in [[0, 1, 2, 3, 10, 11, 12], [12, 11, 10, 0, 3, 2, 1], [10, 3, 11, 1, 0, 12, 2]] {
            let world = World::open(engine).await;
            for step in order {
                if let Some((agb, invoice, lines)) = files.get(step) {
                    world.submit(agb, invoice, lines).await;
                    world.caught_up().await;
                } else {
                    let (kind, file) = facts[step - 10];
                    world.import(kind, file).await.unwrap();
                }
            }
            let stands = world.found().await;
            assert_eq!((world.run().await.1, world.run().await.2), (0, 0));
            assert_eq!(world.found().await, stands);
            stood.push(stands);
        }
        let told: Vec<(&str, &str)> = stood[0].iter().map(|(rule, lines)| (rule.as_str(), lines.as_str())).collect();
        let expected = [
            ("after_death", "A3"),
            ("average_hours", "B1"),
            ("double", "A2 B1"),
            ("double", "B1 A3"),
            ("staff_first_week", "B2"),
            ("staff_level", "B2"),
        ];
        assert_eq!(told, expected);
        let sorted = |found: &Vec<(String, String)>| {
            // The order in which two lines were granted is that of the files.
            let mut found: Vec<(String, Vec<String>)> = found
                .iter()
                .map(|(rule, lines)| {
                    let mut lines: Vec<String> = lines.split(' ').map(str::to_owned).collect();
                    lines.sort();
                    (rule.clone(), lines)
                })
                .collect();
            found.sort();
            found
        };
        assert!(stood.iter().all(|found| sorted(found) == sorted(&stood[0])), "{stood:?}");
    }

    async fn scr_04_a_shadow_is_compared_and_never_a_signal(engine) {
        let world = World::open(engine).await;
        let mut client = world.screening.clone();
        world.submit(FIRST, "F1", &[debit("A1", (4, 5), 1), debit("A2", (5, 6), 1)]).await;
        world.caught_up().await;
        let start = |number: u32, file: &str, text: String| proto::StartShadowRequest {
            request_id: format!("00000000-0000-4000-b000-{number:012x}"),
            office: "vgz".to_owned(),
            file_name: file.to_owned(),
            text,
        };
        let report = proto::GetShadowReportRequest { office: "vgz".to_owned() };
        assert_eq!(client.get_shadow_report(report.clone()).await.unwrap_err().code(), Code::NotFound);
        let request = start(1, FILE, home_care(str::to_owned));
        let shadow = client.start_shadow(request.clone()).await.unwrap().into_inner();
        assert_eq!(client.start_shadow(request).await.unwrap().into_inner(), shadow);
        let second = start(2, FILE, home_care(str::to_owned));
        assert_eq!(client.start_shadow(second).await.unwrap_err().code(), Code::FailedPrecondition);

        // Of whom a file touches it is known what the shadow finds; of the others after a run.
        world.submit(SECOND, "F1", &[debit("B1", (20, 21), 1)]).await;
        world.caught_up().await;
        let published = world.published().await;
        let told = client.get_shadow_report(report.clone()).await.unwrap().into_inner();
        let rules: Vec<_> = told.rules.iter().map(|rule| (rule.rule.as_str(), rule.both, rule.only_live, rule.only_shadow)).collect();
        assert_eq!(rules, [("double", 1, 0, 0), ("more_providers", 0, 0, 1)]);
        assert_eq!((told.shadow_id, told.rules[1].shadow_at_stake.unwrap().cents), (shadow.shadow_id, TARIFF));
        assert_eq!(told.rules[1].examples, ["A1 B1"]);
        assert_eq!(world.run().await, (1, 0, 0));
        assert_eq!(client.get_shadow_report(report.clone()).await.unwrap().into_inner().rules, told.rules);
        assert_eq!(world.found().await, [("double".to_owned(), "A1 A2".to_owned())]);
        assert_eq!(world.published().await, published);

        let stop = proto::StopShadowRequest {
            request_id: "00000000-0000-4000-b000-00000000000f".to_owned(),
            office: "vgz".to_owned(),
        };
        client.stop_shadow(stop).await.unwrap();
        assert_eq!(client.get_shadow_report(report).await.unwrap_err().code(), Code::NotFound);
    }

    async fn scr_04_a_shadow_tells_what_it_finds_of_the_same_lines_with_another_amount(engine) {
        let world = World::open(engine).await;
        let mut client = world.screening.clone();
        world.submit(FIRST, "F1", &[debit("A1", (4, 5), 1), debit("A2", (5, 6), 2)]).await;
        let other = |line: Line| Line { bsn: "111222333", ..line };
        world.submit(SECOND, "F1", &[other(debit("B1", (4, 5), 1)), other(debit("B2", (5, 6), 1))]).await;
        world.caught_up().await;
        // Of the later line instead of the smaller one: of the first pair that is more.
        let (file_name, built_in) = screening::rules::FILES.iter().find(|(name, _)| *name == "claims-double.toml").unwrap();
        let start = proto::StartShadowRequest {
            request_id: "00000000-0000-4000-b000-000000000001".to_owned(),
            office: "vgz".to_owned(),
            file_name: (*file_name).to_owned(),
            text: built_in.replace("\"smaller\"", "\"later\""),
        };
        client.start_shadow(start).await.unwrap();
        assert_eq!(world.run().await, (2, 0, 0));
        let report = proto::GetShadowReportRequest { office: "vgz".to_owned() };
        let rules = client.get_shadow_report(report).await.unwrap().into_inner().rules;
        let told: Vec<_> = rules.iter().map(|rule| (rule.both, rule.changed, rule.only_live, rule.only_shadow)).collect();
        assert_eq!(told, [(1, 1, 0, 0)]);
        let cents = [&rules[0].live_at_stake, &rules[0].shadow_at_stake].map(|amount| amount.unwrap().cents);
        assert_eq!(cents, [2 * TARIFF, 3 * TARIFF]);
    }

    async fn scr_04_a_rule_file_with_faults_is_refused_with_all_of_them(engine) {
        let world = World::open(engine).await;
        let mut client = world.screening.clone();
        let wrong = home_care(|text| text.replace("\"live\"", "\"sometimes\""));
        let status = client.try_claim_rules(trial(wrong)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let unknown = proto::TryClaimRulesRequest { file_name: "none.toml".to_owned(), ..trial(String::new()) };
        assert_eq!(client.try_claim_rules(unknown).await.unwrap_err().code(), Code::InvalidArgument);
        let request = proto::RunClaimRulesRequest { request_id: "1".to_owned(), office: "V".to_owned() };
        assert_eq!(client.run_claim_rules(request).await.unwrap_err().code(), Code::InvalidArgument);
    }
}

/// A built-in rule file with all of its rules off.
fn off(file: &str) -> String {
    let (_, text) = screening::rules::FILES.iter().find(|(name, _)| *name == file).unwrap();
    text.replace("\"live\"", "\"off\"")
}
