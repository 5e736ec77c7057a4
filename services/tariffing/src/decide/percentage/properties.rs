//! What holds of every derivation, whatever is on record.

use chrono::DateTime;
use edge::Sector;
use explain::Trace;
use money::{Decimal, Percentage};
use proptest::prelude::*;

use super::{
    PercentageFacts, derive_percentage,
    tests::{derived, granted, of, percent},
};
use crate::{
    decide::fixture::built_in,
    domain::{Basis, Grant, Previous, Standing},
};

/// Any facts of an office and year that the rules state.
fn any_facts() -> impl Strategy<Value = PercentageFacts> {
    let offices = prop::sample::select(vec![
        ("vgz", Sector::Gz, 2023),
        ("vgz", Sector::Ggz, 2023),
        ("vgz", Sector::Vv, 2024),
        ("cz", Sector::Vv, 2024),
        ("dsw", Sector::Vv, 2024),
        ("salland", Sector::Vv, 2024),
        ("zilveren_kruis", Sector::Vv, 2024),
        ("zorg_en_zekerheid", Sector::Vv, 2024),
        ("menzis", Sector::Vv, 2024),
    ]);
    let keys = prop::sample::select(vec![
        "voldoende_goede_zorg",
        "zorg_dichtbij_huis",
        "duurzaam_betaalbaar",
        "zinnige_zorg",
        "klanten_informeren",
        "labour_saving_technology",
        "movements_and_goals",
        "free_proposal",
        "monitor",
        "role_in_region",
        "basics_not_met",
        "essential_facility",
        "pgb_alternative",
        "vpt_growth",
        "mpt_growth",
        "employer",
        "bespoke",
    ]);
    let grant = (keys, prop::option::of(-300..300_i64), 0..4_u8).prop_map(|(key, points, initiative)| Grant {
        points: points.map(|points| Decimal::new(points, 2)),
        initiative: format!("initiative {initiative}"),
        ..granted(key, None)
    });
    let hundredths = |range: std::ops::Range<i64>| prop::option::of(range.prop_map(|number| Decimal::new(number, 2)));
    let own = (hundredths(9000..10_000), hundredths(9000..10_000), hundredths(9000..10_000), hundredths(0..300));
    (offices, any::<bool>(), prop::collection::vec(grant, 0..6), own, 9000..10_000_i64).prop_map(
        |((office, sector, year), is_new, grants, (line, interview, bid, hardship), last)| PercentageFacts {
            standing: if is_new { Standing::New } else { Standing::Existing },
            grants,
            line: line.map(Percentage),
            interview: interview.map(Percentage),
            bid: bid.map(Percentage),
            hardship,
            previous: Some(Previous { percentage: Percentage(Decimal::new(last, 2)), basis: Basis::Regular }),
            ..of(office, sector, year)
        },
    )
}

proptest! {
    #[test]
    fn tar_10_never_above_the_cap_and_always_in_two_decimals(facts in any_facts()) {
        if let Ok(derived) = derived(&facts) {
            prop_assert!(derived.percentage.value <= percent("100"));
            prop_assert!(derived.percentage.value.0.scale() <= 2);
        }
    }

    #[test]
    fn tar_10_a_higher_surcharge_never_lowers(facts in any_facts(), place in 0..6_usize, more in 1..50_i64) {
        let Some(points) = facts.grants.get(place).and_then(|grant| grant.points) else { return Ok(()) };
        let mut higher = facts.clone();
        higher.grants[place].points = Some(points + Decimal::new(more, 2));
        if let (Ok(before), Ok(after)) = (derived(&facts), derived(&higher)) {
            // What the range refuses adds nothing; that is no lowering of what was granted.
            prop_assume!(before.refused == after.refused);
            prop_assert!(after.percentage.value >= before.percentage.value);
        }
    }

    #[test]
    fn tar_10_one_more_surcharge_never_lowers(facts in any_facts(), points in 0..300_i64) {
        let mut more = facts.clone();
        let initiative = "one more".to_owned();
        let key = if facts.subject.year == 2023 { "zinnige_zorg" } else { "free_proposal" };
        more.grants.push(Grant { initiative, ..granted(key, Some(&Decimal::new(points, 2).to_string())) });
        if let (Ok(before), Ok(after)) = (derived(&facts), derived(&more)) {
            prop_assert!(after.percentage.value >= before.percentage.value);
        }
    }

    #[test]
    fn tar_10_the_steps_add_up_to_the_result(facts in any_facts()) {
        let (rules, mut trace) = (built_in(), Trace::new());
        if derive_percentage(&facts, rules, &mut trace).is_ok() {
            let steps = trace.finish(rules, &explain::Facts::new(&facts, DateTime::UNIX_EPOCH)).steps;
            for pair in steps.windows(2) {
                let (explain::Value::Percentage(before), explain::Value::Percentage(after)) = (&pair[0].result, &pair[1].result)
                else { continue };
                let points = pair[1].inputs.iter().find(|input| input.name == "points");
                if let Some(explain::Value::Number(points)) = points.map(|input| &input.value) {
                    prop_assert_eq!(before.0 + points, after.0);
                }
            }
        }
    }

    #[test]
    fn tar_10_the_same_facts_and_rules_give_the_same(facts in any_facts()) {
        let told = || {
            let (rules, mut trace) = (built_in(), Trace::new());
            let derived = derive_percentage(&facts, rules, &mut trace).map_err(|error| error.to_string());
            (derived, trace.finish(rules, &explain::Facts::new(&facts, DateTime::UNIX_EPOCH)).to_bytes())
        };
        prop_assert_eq!(told(), told());
    }
}
