//! Products with rules of their own: not bought, night care, technology; and what a rule file can't ask.

use contract::homecare::{self as proto, CeilingDecisionKind};
use testkit::{Engine, on_both_engines};
use tonic::Code;
use vektis::{Sign, layout::PerformanceFields};

use crate::support::*;

const RULES: &str = include_str!("../../rules/consumption.toml");

/// The built-in rules with codes for the three lists.
fn with_codes() -> String {
    let mut codes = ["1901", "1902", "1903"].into_iter();
    let parts: Vec<&str> = RULES.split("unset = true").collect();
    let value = |code: &str| format!("values = [{{ from = 2024-01-01, until = 2024-12-31, value = [\"{code}\"] }}]");
    let mut text = parts[0].to_owned();
    for part in &parts[1..] {
        text.push_str(&value(codes.next().unwrap()));
        text.push_str(part);
    }
    text
}

async fn world(engine: Engine) -> World {
    World::open_with_rules(engine, "consumption.toml", &with_codes()).await.unwrap()
}

/// One unit of a product at EUR 10.00, in a unit.
fn product(reference: &str, product: &str, time_unit: u32) -> Line {
    let line = debit(reference, 1);
    let fields = PerformanceFields { product: product.into(), time_unit, ..line.fields };
    Line { fields: fields.priced(1_000, 1, Sign::Debit), ..line }
}

fn agreed(product: &str, unit: &str) -> proto::ProductTariff {
    proto::ProductTariff { unit: unit.to_owned(), ..tariff(product, 1_000) }
}

on_both_engines! {
    async fn hom_11_what_is_not_bought_separately_is_refused_with_rule_and_source(engine) {
        let world = world(engine).await;
        world.conclude(2024, 100_000).await;
        let answer = world.submit("F1", &[product("R1", "1901", 82), product("R2", "1901", 4), debit("R3", 1)]).await;
        assert_eq!(answer.lines(), [returned("0582", 0), returned("0582", 0), returned("8001", TARIFF)]);
        let refused = &world.decisions().await[0];
        assert_eq!(refused.kind(), CeilingDecisionKind::RefusedProducts);
        assert_eq!((refused.file_id.as_str(), refused.beyond.unwrap().cents), (answer.result.file_id.as_str(), 2_000));
        let texts = world.explained(&refused.decision_id).await;
        assert_eq!(
            texts,
            ["Product 1901 is not bought separately (1901): this care is part of the integral tariff. 2 line(s) of EUR \
              20.00 together are refused for that."]
        );
        let request = proto::ExplainRequest { decision_id: refused.decision_id.clone() };
        let told = format!("{:?}", world.client().explain(request).await.unwrap().into_inner());
        assert!(told.contains("HOM-11") && told.contains("Herkenbare en Aanspreekbare wijkverpleging"), "{told}");
        // Of what the ceiling kept nothing is said: these lines were not in order.
        assert_eq!(world.amounts().await, (TARIFF, 100_000 - TARIFF, 0));
    }

    async fn hom_10_hom_12_night_care_and_technology_are_paid_where_they_are_agreed(engine) {
        let world = world(engine).await;
        world.conclude(2024, 100_000).await;
        let lines = [product("R1", "1902", 31), product("R2", "1903", 31)];
        assert_eq!(world.submit("F1", &lines).await.lines(), [returned("0551", 0), returned("0554", 0)]);
        let texts = world.explained(&world.decisions().await[0].decision_id).await;
        assert_eq!(
            texts,
            [
                "Product 1902 pays coordination and availability of unplannable night care (1902) and was not agreed with \
                 this provider; separate costs of night care are not paid. 1 line(s) of EUR 10.00 together are refused for \
                 that.",
                "Product 1903 pays home-care technology (1903) and was not agreed with this provider as a module. 1 line(s) \
                 of EUR 10.00 together are refused for that.",
            ]
        );
        let request = proto::ConcludeAgreementRequest {
            tariffs: vec![tariff("1000", TARIFF), agreed("1902", "04"), agreed("1903", "31")],
            ..world.agreement(2025, 100_000)
        };
        // The lists end with 2024: a product is then as any other, and needs to be agreed.
        world.client().conclude_agreement(request).await.unwrap();
        let later = |line| Line { days: ("2025-01-02", "2025-01-02"), ..line };
        let lines = [later(product("R3", "1902", 4)), later(product("R4", "1901", 82))];
        assert_eq!(world.submit("F2", &lines).await.lines(), [returned("8001", 1_000), returned("8022", 0)]);
    }

    async fn hom_10_hom_12_what_pays_no_staff_time_is_no_hours_of_care(engine) {
        let world = world(engine).await;
        let request = proto::ConcludeAgreementRequest {
            tariffs: vec![tariff("1000", TARIFF), agreed("1902", "04"), agreed("1903", "31")],
            ..world.agreement(2024, 100_000)
        };
        world.client().conclude_agreement(request).await.unwrap();
        let lines = [product("R1", "1902", 4), product("R2", "1903", 31), debit("R3", 2)];
        let expected = [returned("8001", 1_000), returned("8001", 1_000), returned("8001", 2 * TARIFF)];
        assert_eq!(world.submit("F1", &lines).await.lines(), expected);
        let hours = world.consumption().await.hours.unwrap();
        assert_eq!((hours.total.unwrap().value.as_str(), hours.client_months), ("2.00", 1));
    }

    async fn hom_11_hom_12_an_agreement_carries_neither_what_is_not_bought_nor_technology_by_the_hour(engine) {
        let world = world(engine).await;
        let request = proto::ConcludeAgreementRequest {
            tariffs: vec![agreed("1901", "82"), agreed("1903", "07"), agreed("1000", "04")],
            ..world.agreement(2024, 100_000)
        };
        let wrong = world.client().conclude_agreement(request).await.unwrap_err();
        assert_eq!(wrong_fields(&wrong), ["tariffs", "tariffs"]);
        let missing = world.client().get_consumption(asked(2024)).await.unwrap_err();
        assert_eq!(refused(&missing), (Code::NotFound, "NOT_FOUND".to_owned()));
    }

    async fn hom_11_without_codes_a_product_is_refused_as_any_that_is_not_agreed(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 100_000).await;
        assert_eq!(world.submit("F1", &[product("R1", "1901", 82)]).await.lines(), [returned("8022", 0)]);
        assert!(world.decisions().await.is_empty());
    }

    async fn hom_05_refused_lines_that_revive_are_refused_at_the_start(engine) {
        let revive = RULES.replace("value = false }", "value = true }");
        assert_ne!(revive, RULES);
        let error = World::open_with_rules(engine, "consumption.toml", &revive).await.err().unwrap();
        assert!(error.to_string().contains("refused_lines_revive = true can't be done"), "{error}");
    }
}
