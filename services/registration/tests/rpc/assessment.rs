//! The assessment: the category, in time or late, complete, and told so that it can be followed.

use contract::{
    common::{Sector, input::Origin},
    registration::{self as proto, Category, Ground, RegistrationState, answer::Value},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

/// Documents that each category hands in, without which it is not complete.
const DOCUMENTS: [(Category, &[&str]); 4] = [
    (Category::ExistingRunning, &["consent_declaration", "annex_1_subcontracting"]),
    (Category::ExistingExpiring, &["board_declaration", "annex_2_subcontracting"]),
    (Category::ExistingElsewhere, &["board_declaration", "company_plan", "financial_plan"]),
    (
        Category::New,
        &[
            "board_declaration",
            "annex_2_subcontracting",
            "kvk_extract",
            "ubo_extract",
            "wtza_permit",
            "vog_rp",
            "statutes",
            "liability_policy",
            "igj_questionnaire",
            "organogram",
            "mission_and_strategy",
            "company_plan",
            "financial_plan",
        ],
    ),
];

/// The reasons as code and subject.
fn reasons(registration: &proto::Registration) -> Vec<(&str, &str)> {
    registration.reasons.iter().map(|reason| (reason.code.as_str(), reason.subject.as_str())).collect()
}

/// A provider of a category for the round of 2022.
async fn of_category(world: &World, agb: &str, category: Category) {
    world.provider(agb).await;
    let gz = |office| (office, Sector::Gz);
    match category {
        Category::ExistingRunning => world.agreement_of(agb, gz("vgz"), ("2021-01-01", None), None).await,
        Category::ExistingExpiring => {
            world.agreement_of(agb, gz("vgz"), ("2021-01-01", Some("2021-12-31")), None).await
        }
        Category::ExistingElsewhere => {
            world.agreement_of(agb, gz("cz"), ("2020-01-01", None), Some("2020-01-01")).await
        }
        Category::New | Category::Unspecified => {}
    }
}

on_both_engines! {
    async fn reg_02_reg_03_each_category_is_admissible_with_its_documents_and_only_with_them(engine) {
        let world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let mut numbers = 41_410_001..;
        for (category, documents) in DOCUMENTS {
            let content = world.content(&round, category);
            let mut register = async |content: proto::Content| {
                let agb = numbers.next().unwrap().to_string();
                of_category(&world, &agb, category).await;
                let request = proto::CreateRegistrationRequest { agb, ..world.creation(&round.round_id, content) };
                world.register(request).await.registration_id
            };
            // With one document less it names that one and is not considered.
            for lacking in documents {
                let id = register(without(content.clone(), lacking)).await;
                let assessed = world.assess(&id).await.unwrap();
                assert_eq!((assessed.state(), assessed.category()), (RegistrationState::NotConsidered, category));
                assert_eq!(reasons(&assessed), [(*lacking, *lacking)]);
                let reason = &assessed.reasons[0];
                assert_eq!((reason.rule_id.as_str(), reason.ground()), ("REG-03", Ground::Incomplete));
            }
            let id = register(content).await;
            if category == Category::New {
                world.interview(&id, &[]).await.unwrap();
            }
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!((assessed.state(), assessed.category()), (RegistrationState::Admissible, category));
            assert!(assessed.reasons.is_empty() && assessed.waits.is_empty() && !assessed.decision_id.is_empty());
        }
    }

    async fn reg_05_until_five_o_clock_counts_five_o_clock(engine) {
        let world = World::open(engine).await;
        late_or_not(&world, &[("2021-07-30 15:00:00", false), ("2021-07-30 15:00:01", true)]).await;
    }

    async fn reg_05_before_five_o_clock_does_not_count_five_o_clock(engine) {
        let exclusive = |text: &str| text.replace("cutoff = \"inclusive\"", "cutoff = \"exclusive\"");
        let world = World::with_rules(engine, exclusive).await;
        late_or_not(&world, &[("2021-07-30 14:59:59", false), ("2021-07-30 15:00:00", true), ("2021-07-30 15:00:01", true)]).await;
    }

    async fn reg_03_reg_05_every_reason_of_a_step_is_given_in_the_order_of_the_rules(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        world.agreement("cz", "2020-01-01", None, Some("2020-01-01")).await;
        world.clock.set(utc("2021-08-01 09:00:00"));
        let content = without(without(world.content(&round, Category::ExistingElsewhere), "board_declaration"), "financial_plan");
        // What the next step would object to is not looked at.
        let content = with(content, "registration", "agrees_with_framework", Value::Yes(false));
        let received = world.register(world.creation(&round.round_id, content)).await;
        let assessed = world.assess(&received.registration_id).await.unwrap();
        let expected =
            [("late", "registration"), ("board_declaration", "board_declaration"), ("financial_plan", "financial_plan")];
        assert_eq!(reasons(&assessed), expected);
        assert_eq!(assessed.reasons[0].rule_id, "REG-05");
        assert_eq!(assessed.reasons[0].ground(), Ground::Late);
        assert_eq!(world.get(&received.registration_id).await, assessed);
    }

    async fn reg_06_reg_08_the_second_step_names_all_it_objects_to(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| {
            let content = with(content, "registration", "agrees_with_framework", Value::Yes(false));
            let content = with(content, "consent_declaration", "signed", Value::Yes(false));
            with(content, "registration", "exclusion_ground_applies", Value::Yes(true))
        })
        .await;
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!(assessed.state(), RegistrationState::NotConsidered);
        let told: Vec<(&str, Ground)> =
            assessed.reasons.iter().map(|reason| (reason.code.as_str(), reason.ground())).collect();
        let expected = [
            ("consent_declaration_signed", Ground::Incorrect),
            ("agrees_with_framework", Ground::Framework),
            ("exclusion", Ground::Exclusion),
        ];
        assert_eq!(told, expected);
    }

    async fn reg_01_a_region_of_another_office_needs_an_exception(engine) {
        for (region, exception, wanted) in [
            ("5518", false, RegistrationState::NotConsidered),
            ("5518", true, RegistrationState::Admissible),
            ("5508", false, RegistrationState::Admissible),
        ] {
            let world = World::open(engine).await;
            let id = world.registered(Category::ExistingRunning, |content| {
                let content = proto::Content { region: region.to_owned(), ..content };
                with(content, "registration", "region_exception", Value::Yes(exception))
            })
            .await;
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), wanted, "{region} {exception}");
            if wanted == RegistrationState::NotConsidered {
                assert_eq!(reasons(&assessed), [("region", "5518")]);
                assert_eq!(assessed.reasons[0].rule_id, "REG-01");
            }
        }
    }

    async fn reg_12_what_is_for_the_talk_is_told_and_refuses_nothing(engine) {
        let world = World::open(engine).await;
        let number = |text: &str| Value::Number(contract::common::Decimal { value: text.to_owned() });
        let id = world.registered(Category::ExistingRunning, |content| {
            let content = with(content, "registration", "own_euros", number("1999999"));
            with(content, "registration", "total_euros", number("3000000"))
        })
        .await;
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!((assessed.state(), assessed.signals.len()), (RegistrationState::Admissible, 1));
        let signal = &assessed.signals[0];
        assert_eq!((signal.rule_id.as_str(), signal.code.as_str(), signal.ground()), ("REG-12", "own_delivery", Ground::Signal));
        assert_eq!(world.get(&id).await, assessed);
    }

    async fn reg_02_what_is_recorded_after_the_receipt_does_not_change_the_category(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        world.clock.advance(chrono::TimeDelta::seconds(1));
        world.agreement("vgz", "2021-01-01", None, None).await;
        assert_eq!(world.assess(&id).await.unwrap().category(), Category::New);
    }

    async fn an_assessment_is_explained_and_stays_so_under_other_rules(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        world.agreement("vgz", "2021-01-01", Some("2021-12-31"), None).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = without(world.content(&round, Category::ExistingExpiring), "annex_2_subcontracting");
        let received = world.register(world.creation(&round.round_id, content)).await;
        world.clock.set(utc("2021-08-02 08:00:00"));
        let assessed = world.assess(&received.registration_id).await.unwrap();
        let explanation = world.explained(&assessed.decision_id).await;
        let steps: Vec<(&str, &str)> =
            explanation.steps.iter().map(|step| (step.rule_id.as_str(), step.text_nl.as_str())).collect();
        let expected = [
            ("REG-02", "Bij dit kantoor heeft de zorgaanbieder een overeenkomst vanaf 1 januari 2021 die eindigt op 31 december 2021, vóór 31 december 2022: bestaand, aflopend."),
            ("REG-05", "Ontvangen op 2021-07-16 10:00:00 UTC; inschrijven kon tot 2021-07-30 17:00:00 Nederlandse tijd (2021-07-30 15:00:00 UTC), dat moment zelf meegerekend: ja. Op tijd."),
            ("REG-03", "Bij de inschrijving hoort de bestuursverklaring. Voldoet: ja."),
            ("REG-03", "Bij de bestuursverklaring hoort altijd bijlage 2 (onderaanneming). Voldoet: nee."),
            ("REG-08", "De inschrijving wordt niet in behandeling genomen of uitgesloten: REG-03 annex_2_subcontracting annex_2_subcontracting."),
        ];
        assert_eq!(steps, expected);
        assert_eq!(explanation.steps[3].text_en, "Annex 2 (subcontracting) always belongs to the board declaration. Met: no.");
        assert_eq!(explanation.facts_as_of_time.unwrap().seconds, utc("2021-08-02 08:00:00").timestamp());
        assert!(explanation.steps.iter().all(|step| !step.source.is_empty() && step.result.is_some()));
        let deadline = explanation.steps[1].inputs.iter().find(|input| input.name == "until").unwrap();
        let Some(Origin::Parameter(origin)) = &deadline.origin else { panic!("{deadline:?}") };
        assert_eq!((origin.file.as_str(), origin.key.as_str()), ("wlz-2022.toml", "milestone_registration"));
        assert_eq!(origin.source, "Inkoopkader langdurige zorg 2021-2023, aanvulling 2022, §4.7");

        let later = world.again_with_rules(|text| text.replace("bestaand, aflopend", "iets anders")).await;
        assert_eq!(later.explained(&assessed.decision_id).await, explanation);
        let nothing = proto::ExplainRequest { decision_id: "nothing".to_owned() };
        assert_eq!(later.client().explain(nothing).await.unwrap_err().code(), Code::NotFound);
    }
}

/// Hands in a registration at each moment, by a provider of its own, and compares whether it is late.
async fn late_or_not(world: &World, cases: &[(&str, bool)]) {
    let round = world.round("vgz", Sector::Gz, 2022).await;
    for (number, (received, late)) in (41_410_001..).zip(cases) {
        let agb = number.to_string();
        of_category(world, &agb, Category::ExistingRunning).await;
        world.clock.set(utc(received));
        let content = world.content(&round, Category::ExistingRunning);
        let request = proto::CreateRegistrationRequest { agb, ..world.creation(&round.round_id, content) };
        let id = world.register(request).await.registration_id;
        let assessed = world.assess(&id).await.unwrap();
        let expected: &[(&str, &str)] = if *late { &[("late", "registration")] } else { &[] };
        assert_eq!(reasons(&assessed), expected, "{received}");
    }
}
