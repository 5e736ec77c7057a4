//! What a registration can't say is named by its field.

use contract::{
    common::{Decimal, Sector},
    registration::{self as proto, Category, answer::Value},
};
use testkit::on_both_engines;
use tonic_types::StatusExt;

use crate::{contents::*, support::*};

fn texts(values: &[&str]) -> Value {
    Value::List(proto::Texts { values: values.iter().map(|text| (*text).to_owned()).collect() })
}

fn problems(status: &tonic::Status) -> Vec<String> {
    let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
    violations.into_iter().map(|violation| violation.description).collect()
}

on_both_engines! {
    async fn what_only_the_rule_files_tell_is_named_with_the_rest(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let wrong = |content: proto::Content| {
            let mut content = with(content, "registration", "nonsense", Value::Yes(true));
            content.region = "9999".to_owned();
            content.documents[0].kind = "holiday_picture".to_owned();
            content
        };
        let content = wrong(world.content(&round, Category::New));
        let status = world.create(world.creation(&round.round_id, content.clone())).await.unwrap_err();
        let expected = ["content.region", "content.answers[nonsense]", "content.documents[0].kind"];
        assert_eq!(wrong_fields(&status), expected);
        let draft = world.create(world.creation(&round.round_id, world.content(&round, Category::New))).await.unwrap();
        let change = proto::UpdateRegistrationRequest {
            request_id: world.request_id(),
            registration_id: draft.registration_id,
            version: 1,
            content: Some(content.clone()),
        };
        assert_eq!(wrong_fields(&world.client().update_registration(change).await.unwrap_err()), expected);
        let questionnaire = proto::Questionnaire {
            office: "vgz".to_owned(),
            act: contract::common::Act::Wlz.into(),
            sector: Sector::Gz.into(),
            year: 2022,
            agb: AGB.to_owned(),
            procedure: 0,
            content: Some(content),
        };
        let import = proto::ImportRegistrationRequest {
            request_id: world.request_id(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            questionnaire: Some(questionnaire),
        };
        let found = wrong_fields(&world.client().import_registration(import).await.unwrap_err());
        assert_eq!(found, expected.map(|field| format!("questionnaire.{field}")));
    }

    async fn every_wrong_field_of_a_registration_is_named(engine) {
        let world = World::open(engine).await;
        let status = world.create(proto::CreateRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "round_id", "agb", "procedure", "content"]);
        let nothing = world.creation("round", proto::Content::default());
        let status = world.create(nothing).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["content.region", "content.products"]);

        let content = proto::Content {
            region: "5522".to_owned(),
            products: ["Z053", "", "Z053", "Z05300"].map(str::to_owned).to_vec(),
            modules: ["zzp", "zzp"].map(str::to_owned).to_vec(),
            start_date: Some(contract::common::Date { year: 2022, month: 2, day: 30 }),
            answers: vec![
                answer("", Value::Yes(true)),
                proto::Answer { fact: "meets_law".to_owned(), value: None },
                answer("equity", Value::Number(Decimal { value: "a lot".to_owned() })),
                answer("topics", texts(&["care", ""])),
                answer("meets_law", Value::Yes(true)),
            ],
            documents: vec![
                document("statutes"),
                document(""),
                proto::Document { content_sha256: vec![1; 31], ..document("statutes") },
                proto::Document { answers: vec![answer("", Value::Yes(true))], ..document("organogram") },
            ],
            subcontractors: vec![proto::Subcontractor {
                name: String::new(),
                kvk: "1".to_owned(),
                share_percent: Some(Decimal { value: "100.1".to_owned() }),
                self_employed: false,
            }],
        };
        let status = world.create(world.creation("round", content)).await.unwrap_err();
        let mut named = wrong_fields(&status);
        let mut expected = [
            "content.region",
            "content.products[1]",
            "content.products[2]",
            "content.products[3]",
            "content.modules[1]",
            "content.start_date",
            "content.answers[0].fact",
            "content.answers[1].value",
            "content.answers[2].number",
            "content.answers[3].list.values[1]",
            "content.documents[1].kind",
            "content.documents[2].kind",
            "content.documents[2].content_sha256",
            "content.documents[3].answers[0].fact",
            "content.subcontractors[0].name",
            "content.subcontractors[0].kvk",
            "content.subcontractors[0].share_percent",
        ];
        named.sort();
        expected.sort_unstable();
        assert_eq!(named, expected);
    }

    async fn a_fact_is_given_once(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let mut content = world.content(&round, Category::New);
        content.answers = vec![answer("meets_law", Value::Yes(true)), answer("meets_law", Value::Yes(false))];
        let status = world.create(world.creation(&round.round_id, content)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["content.answers[1].fact"]);
    }

    async fn what_no_requirement_of_the_round_asks_is_named(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let known = world.content(&round, Category::New);
        let mut content = with(known.clone(), "registration", "colour", Value::Text("blue".to_owned()));
        content = with(content, "statutes", "colour", Value::Text("blue".to_owned()));
        content.modules = vec!["dementia".to_owned()];
        content.documents.push(document("diploma"));
        let statutes = content.documents.iter().position(|document| document.kind == "statutes").unwrap();
        let last = content.documents.len() - 1;
        content.start_date = Some(date("2023-01-01"));
        let status = world.create(world.creation(&round.round_id, content)).await.unwrap_err();
        let expected = [
            "content.modules[0]".to_owned(),
            "content.answers[colour]".to_owned(),
            format!("content.documents[{statutes}].answers[colour]"),
            format!("content.documents[{last}].kind"),
            "content.start_date".to_owned(),
        ];
        assert_eq!(wrong_fields(&status), expected);
        let told = problems(&status);
        assert!(told[0].contains("dementia") && told[2].contains("statutes") && told[3].contains("diploma"), "{told:?}");
        // Nothing of it was begun.
        world.create(world.creation(&round.round_id, known)).await.unwrap();
    }

    async fn a_fact_of_another_type_is_told_what_it_should_be(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let cases = [
            ("registration", "meets_law", Value::Text("yes".to_owned()), "yes or no, not a text"),
            ("registration", "own_euros", Value::Yes(true), "a number, not yes or no"),
            ("kvk_extract", "issued", Value::Text("1 July".to_owned()), "a date, not a text"),
            ("kvk_extract", "kvk_number", Value::Number(Decimal { value: "12345678".to_owned() }), "a text, not a number"),
            ("liability_policy", "cover_per_event", Value::Number(Decimal { value: "2500000".to_owned() }), "an amount, not a number"),
            ("company_plan", "topics", Value::Date(date("2021-07-01")), "a list, not a date"),
        ];
        for (about, fact, value, wanted) in cases {
            let wrong = with(content.clone(), about, fact, value);
            let status = world.create(world.creation(&round.round_id, wrong)).await.unwrap_err();
            let field = match content.documents.iter().position(|document| document.kind == about) {
                None => format!("content.answers[{fact}]"),
                Some(at) => format!("content.documents[{at}].answers[{fact}]"),
            };
            assert_eq!(wrong_fields(&status), [field]);
            assert_eq!(problems(&status), [format!("{fact} is {wanted}")]);
        }
    }

    async fn reg_14_modules_are_those_of_the_round(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::HomeCare, 2024).await;
        let mut content = world.content_with(&round, Category::New, &["dementia"]);
        content.modules.push("knitting".to_owned());
        let status = world.create(world.creation(&round.round_id, content.clone())).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["content.modules[1]"]);
        content.modules.pop();
        let draft = world.create(world.creation(&round.round_id, content)).await.unwrap();
        assert_eq!(draft.content.unwrap().modules, ["dementia"]);
    }
}
