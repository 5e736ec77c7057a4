use proptest::prelude::*;

use super::*;
use crate::{
    decide::{
        fixture::built_in,
        homecare::fixture::{cents, facts, utc},
    },
    domain::homecare::{Basis, HomeCareAmounts, HomeCareTerms},
};

fn held(agreed: i64, maximum: i64, offer_unanswered: bool, as_of: &str) -> (i64, Vec<String>) {
    let facts = HeldFacts {
        subject: facts().subject,
        date: NaiveDate::from_ymd_opt(2024, 3, 1).unwrap(),
        version: 1,
        agreed: Earlier { tariff: cents(agreed), ceiling: cents(1_000_000) },
        offer_unanswered,
        maximum: cents(maximum),
        as_of: utc(as_of),
    };
    let (rules, mut trace) = (built_in(), Trace::new());
    let tariff = tariff_on(&facts, rules, &mut trace).unwrap();
    let explanation = trace.finish(rules, &explain::Facts::new(&facts, facts.as_of));
    let steps = explanation.steps.iter().map(|step| format!("{} {}", step.rule, step.text));
    (tariff.cents(), steps.collect())
}

#[test]
fn tar_11_the_maximum_of_the_day_holds() {
    assert_eq!(held(7813, 9000, false, "2024-03-01 10:00:00").0, 7813);
    assert_eq!(held(7813, 7800, false, "2024-03-01 10:00:00").0, 7800);
}

#[test]
fn tar_22_what_was_agreed_before_holds_while_the_offer_is_open_and_when_it_lapsed() {
    let (tariff, steps) = held(7712, 9000, true, "2023-12-01 10:00:00");
    assert_eq!(
        (tariff, steps),
        (7712, ["TAR-22 open", "TAR-11 agreed", "TAR-11 maximum_holds"].map(str::to_owned).into())
    );
    let (tariff, steps) = held(7712, 9000, true, "2023-12-22 16:00:00");
    let expected = ["TAR-22 lapsed", "TAR-22 earlier_holds", "TAR-11 agreed", "TAR-11 maximum_holds"];
    assert_eq!((tariff, steps), (7712, expected.map(str::to_owned).into()));
}

fn version(version: i64, ordinal: u32) -> HomeCareTariff {
    let first_day = NaiveDate::from_yo_opt(2024, ordinal).unwrap();
    let tariff = cents(7000 + version);
    HomeCareTariff {
        subject: facts().subject,
        version,
        terms: HomeCareTerms { first_day, ..facts().terms },
        amounts: HomeCareAmounts { integral: tariff, surcharge: cents(0), reduction: cents(0), tariff },
        basis: Basis::Agreed,
        decision_id: "decision".to_owned(),
        recorded: utc("2023-11-10 10:00:00"),
    }
}

proptest! {
    #[test]
    fn tar_11_every_day_has_the_highest_version_that_has_begun(firsts in prop::collection::vec(1..366_u32, 1..8)) {
        let versions: Vec<_> = (1..).zip(&firsts).map(|(number, first)| version(number, *first)).collect();
        let found = holding(versions.clone());
        for ordinal in 1..=366 {
            let day = NaiveDate::from_yo_opt(2024, ordinal).unwrap();
            let begun = |tariff: &&HomeCareTariff| tariff.terms.first_day <= day;
            let expected = versions.iter().filter(begun).map(|tariff| tariff.version).max();
            prop_assert_eq!(found.iter().rfind(begun).map(|tariff| tariff.version), expected);
        }
    }
}
