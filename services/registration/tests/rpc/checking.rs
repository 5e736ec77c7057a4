//! What a registration lacks, told before it is submitted.

use contract::{
    common::{Money, Sector},
    registration::{self as proto, Category, Ground, answer::Value},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

async fn checked(world: &World, registration_id: &str) -> proto::CheckRegistrationResponse {
    let request = proto::CheckRegistrationRequest { registration_id: registration_id.to_owned() };
    world.client().check_registration(request).await.unwrap().into_inner()
}

/// What is not met: rule, requirement, what it is about.
fn unmet(answer: &proto::CheckRegistrationResponse) -> Vec<[&str; 4]> {
    let unmet = answer.findings.iter().filter(|finding| !finding.met);
    unmet.map(|finding| [&finding.rule_id, &finding.code, &finding.about, &finding.fact].map(String::as_str)).collect()
}

async fn draft(world: &World, change: impl Fn(proto::Content) -> proto::Content) -> proto::Registration {
    world.provider(AGB).await;
    let round = world.round("vgz", Sector::Gz, 2022).await;
    let content = change(world.content(&round, Category::New));
    world.create(world.creation(&round.round_id, content)).await.unwrap()
}

on_both_engines! {
    async fn reg_03_reg_04_a_check_tells_what_is_missing_per_document_and_requirement(engine) {
        let world = World::open(engine).await;
        let draft = draft(&world, |content| {
            let content = without(content, "organogram");
            let content = with(content, "vog_rp", "issued", Value::Date(date("2020-07-15")));
            let content = with(content, "liability_policy", "cover_per_event", Value::Amount(Money { cents: 249_999_999 }));
            with(content, "registration", "agrees_with_framework", Value::Yes(false))
        })
        .await;
        let answer = checked(&world, &draft.registration_id).await;
        assert_eq!((answer.category(), answer.in_time), (Category::New, true));
        assert_eq!(answer.until_time.unwrap().seconds, utc("2021-07-30 15:00:00").timestamp());
        let expected = [
            ["REG-03", "organogram", "organogram", ""],
            // What a document describes is not there without the document.
            ["REG-04", "organisation", "organogram", "describes"],
            ["REG-04", "liability_cover", "liability_policy", "cover_per_event"],
            ["REG-04", "vog_rp_age", "vog_rp", "issued"],
            ["REG-08", "agrees_with_framework", "registration", "agrees_with_framework"],
        ];
        let (mut found, mut wanted) = (unmet(&answer), expected.to_vec());
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
        let grounds: Vec<Ground> = answer.findings.iter().filter(|finding| !finding.met).map(|finding| finding.ground()).collect();
        assert!(grounds.contains(&Ground::Incomplete) && grounds.contains(&Ground::Framework), "{grounds:?}");

        // What is met is told as well, in words, with where it stands; what the office has to judge is not.
        assert!(answer.findings.iter().any(|finding| finding.met && finding.code == "vog_rp"));
        assert!(answer.findings.iter().all(|finding| finding.about != "judgement"));
        for finding in &answer.findings {
            let words = [&finding.text_nl, &finding.text_en, &finding.source];
            assert!(words.iter().all(|text| !text.is_empty() && !text.contains('{')), "{finding:?}");
        }
        let cover = answer.findings.iter().find(|finding| finding.code == "liability_cover").unwrap();
        assert!(cover.text_nl.contains("2.499.999,99") && cover.text_nl.contains("2.500.000,00"), "{}", cover.text_nl);
        let rules: Vec<&str> = answer.findings.iter().map(|finding| finding.rule_id.as_str()).collect();
        assert!(rules.is_sorted(), "{rules:?}");
        let steps = answer.explanation.unwrap().steps;
        assert!(steps.len() > answer.findings.len() && steps[0].rule_id == "REG-02");
    }

    async fn a_check_changes_nothing(engine) {
        let mut world = World::open(engine).await;
        let draft = draft(&world, empty).await;
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        let first = checked(&world, &draft.registration_id).await;
        assert_eq!(checked(&world, &draft.registration_id).await, first);
        assert_eq!(world.get(&draft.registration_id).await, draft);
        assert_eq!(world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner(), progress);
        let proposals = proto::ListProposalsRequest { office: "vgz".to_owned(), ..Default::default() };
        assert_eq!(world.client.list_proposals(proposals).await.unwrap().into_inner().proposals, []);
    }

    async fn reg_05_a_check_tells_until_when_and_whether_it_would_be_in_time_now(engine) {
        let world = World::open(engine).await;
        let draft = draft(&world, |content| content).await;
        for (now, in_time) in [("2021-07-30 15:00:00", true), ("2021-07-30 15:00:01", false)] {
            world.clock.set(utc(now));
            let answer = checked(&world, &draft.registration_id).await;
            assert_eq!((answer.in_time, unmet(&answer)), (in_time, Vec::new()), "{now}");
            assert_eq!(answer.until_time.unwrap().seconds, utc("2021-07-30 15:00:00").timestamp());
        }
    }

    async fn what_was_received_is_checked_as_it_was_received(engine) {
        let world = World::open(engine).await;
        let draft = draft(&world, |content| without(content, "statutes")).await;
        world.submit(&draft.registration_id).await.unwrap();
        world.clock.set(utc("2021-09-01 09:00:00"));
        let answer = checked(&world, &draft.registration_id).await;
        assert!(answer.in_time);
        let named: Vec<&str> = unmet(&answer).into_iter().map(|[_, code, ..]| code).collect();
        assert!(named.contains(&"statutes") && !named.contains(&"kvk_extract_age"), "{named:?}");
    }

    async fn reg_05_new_providers_of_home_care_have_days_of_their_own(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::HomeCare, 2024).await;
        world.clock.set(utc("2023-09-08 15:00:00"));
        let draft = world.create(world.creation(&round.round_id, world.content(&round, Category::New))).await.unwrap();
        world.clock.set(utc("2023-09-15 21:59:59"));
        let answer = checked(&world, &draft.registration_id).await;
        assert_eq!((answer.category(), answer.in_time), (Category::New, true));
        assert_eq!(answer.until_time.unwrap().seconds, utc("2023-09-15 21:59:59").timestamp());
        assert_eq!(unmet(&answer), Vec::<[&str; 4]>::new());
    }

    async fn a_check_needs_a_registration_on_record(engine) {
        let world = World::open(engine).await;
        let request = proto::CheckRegistrationRequest { registration_id: "nowhere".to_owned() };
        let status = world.client().check_registration(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
    }
}
