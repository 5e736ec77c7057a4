//! Both caps to the cent, and what goes first under the collective one.

use money::Decimal;
use proptest::prelude::*;

use super::*;
use crate::decide::fixtures::{agb, approved, built_in, cents, changed, tariff, vgz, with};

/// A provider whose base production is exactly this many cents: as many pieces of one cent.
fn provider(number: u32, base_cents: i64, kind: BaseKind) -> ProviderProduction {
    let volumes = vec![Volume { product: "CENT".to_owned(), volume: Decimal::from(base_cents) }];
    let entered = vec![Entered { agb: agb(number), kind, volumes }];
    ProviderProduction { agb: agb(number), production: Vec::new(), entered, tariffs: vec![tariff("CENT", 2023, 1)] }
}

fn facts(zin: i64, bases: &[i64]) -> FilingFacts {
    let providers = (1..).zip(bases).map(|(number, base)| provider(number, *base, BaseKind::FromPgb)).collect();
    FilingFacts { year: vgz(2023), zin: cents(zin), pgb: cents(0), providers, as_of: DateTime::UNIX_EPOCH }
}

fn filed(facts: &FilingFacts, rules: &Rules) -> Vec<(i64, i64)> {
    let filed = file(facts, rules, &mut Trace::new()).unwrap().providers;
    filed.iter().map(|filed| (filed.scaled.cents(), filed.filed.cents())).collect()
}

#[test]
fn bud_04_ninety_eight_percent_rounded_down() {
    assert_eq!(filed(&facts(1_000_000_000_000, &[123_456_789]), &built_in()), [(123_456_789, 120_987_653)]);
}

#[test]
fn bud_04_together_one_cent_too_much_is_scaled_exactly() {
    let facts = facts(100_000_000, &[49_000_001, 24_500_000, 24_500_000]);
    let found = filed(&facts, &built_in());
    assert_eq!(found.iter().map(|(scaled, _)| scaled).sum::<i64>(), 98_000_000);
    assert!(found.iter().map(|(_, filed)| filed).sum::<i64>() <= 96_040_000);
}

#[test]
fn bud_04_within_the_cap_nothing_is_scaled() {
    let facts = facts(100_000_000, &[49_000_000, 24_500_000, 24_500_000]);
    assert!(filed(&facts, &built_in()).iter().zip([49_000_000, 24_500_000, 24_500_000]).all(|(a, b)| a.0 == b));
}

#[test]
fn bud_04_the_cap_may_be_held_against_what_is_filed() {
    let rules = changed("value = \"base_production\"", "value = \"filed\"");
    // 98% of 99.0 million fits in 98% of 100 million; of 101.0 it does not.
    assert_eq!(filed(&facts(100_000_000, &[99_000_000]), &rules), [(99_000_000, 97_020_000)]);
    assert_eq!(filed(&facts(100_000_000, &[101_000_000]), &rules), [(100_000_000, 98_000_000)]);
}

#[test]
fn bud_04_a_new_provider_has_no_cap_until_the_office_states_one() {
    let mut facts = facts(100_000_000, &[]);
    facts.providers = vec![provider(1, 1_000, BaseKind::New)];
    let error = file(&facts, &built_in(), &mut Trace::new()).unwrap_err();
    assert!(error.to_string().contains("parameter new_provider_cap_percentage of office vgz is not set"));
    let office = r#"
        [[parameter]]
        rule = "BUD-04"
        name = "new_provider_cap_percentage"
        unit = "percent"
        act = "wlz"
        office = "vgz"
        source = "design: a test"
        values = [{ from = 2023-01-01, value = "90" }]
    "#;
    assert_eq!(filed(&facts, &with(&[("vgz.toml", office)])), [(1_000, 900)]);
}

#[test]
fn bud_03_a_correction_lowers_but_never_below_zero() {
    let mut facts = facts(100_000_000, &[1_000]);
    let correction = |cents: i64| Entered {
        agb: agb(1),
        kind: BaseKind::Correction,
        volumes: vec![Volume { product: "CENT".to_owned(), volume: Decimal::from(cents) }],
    };
    facts.providers[0].entered.push(correction(-100));
    assert_eq!(filed(&facts, &built_in()), [(900, 882)]);
    facts.providers[0].entered.push(correction(-901));
    assert!(matches!(file(&facts, &built_in(), &mut Trace::new()), Err(Error::NegativeBase { .. })));
}

/// A provider with so much of a stay and so much at home entered, and as much at home claimed as makes 120.
fn mixed(number: u32, stay: i64, home: i64, claimed: bool) -> ProviderProduction {
    let entered = |product: &str, kind, volume: i64| Entered {
        agb: agb(number),
        kind,
        volumes: vec![Volume { product: product.to_owned(), volume: Decimal::from(volume) }],
    };
    ProviderProduction {
        agb: agb(number),
        production: if claimed { vec![approved("H126", "04", 70)] } else { Vec::new() },
        entered: vec![entered("Z053", BaseKind::Started, stay), entered("H126", BaseKind::FromPgb, home)],
        tariffs: [("Z053", 2023), ("H126", 2023), ("Z053", 2024), ("H126", 2024)]
            .map(|(product, year)| tariff(product, year, 1))
            .into(),
    }
}

fn of_office(office: &str, zin: i64, providers: Vec<ProviderProduction>) -> FilingFacts {
    let year = OfficeYear { office: office.parse().unwrap(), year: 2024 };
    FilingFacts { year, zin: cents(zin), pgb: cents(0), providers, as_of: DateTime::UNIX_EPOCH }
}

fn scaled(facts: &FilingFacts) -> Vec<i64> {
    filed(facts, &built_in()).into_iter().map(|(scaled, _)| scaled).collect()
}

#[test]
fn bud_13_base_production_beyond_the_cap_leaves_expansion_at_home_whole_first() {
    let both = || vec![mixed(1, 800, 0, false), mixed(2, 300, 100, false)];
    assert_eq!(scaled(&of_office("vgz", 1_000, both())), [653, 327]);
    let facts = of_office("dsw", 1_000, both());
    // 100 at home is whole; 880 is left for the 1,100 of stays.
    assert_eq!(scaled(&facts), [640, 340]);
    let mut trace = Trace::new();
    let filing = file(&facts, &built_in(), &mut trace).unwrap();
    assert_eq!(trace.len(), 2);
    let products = filing.providers[1].agreed().unwrap();
    let products: Vec<_> = products.iter().map(|one| (one.product.as_str(), one.amount.cents())).collect();
    assert_eq!(products, [("H126", 100), ("Z053", 240)]);
    // Within the cap nothing is anybody's turn.
    assert_eq!(scaled(&of_office("dsw", 2_000, both())), [800, 400]);
}

#[test]
fn bud_13_what_was_claimed_at_home_is_no_expansion_but_in_salland_it_prevails_too() {
    let both = || vec![mixed(1, 800, 0, false), mixed(2, 300, 100, true)];
    // Of 1,320 there is room for 980: 100 first, and 880 for 1,220; or 220 first, and 760 for 1,100.
    assert_eq!(scaled(&of_office("dsw", 1_000, both())), [577, 403]);
    assert_eq!(scaled(&of_office("salland", 1_000, both())), [553, 427]);
}

#[test]
fn bud_13_care_at_home_beyond_the_cap_is_scaled_in_proportion_and_nothing_else_is_left() {
    let both = vec![mixed(1, 800, 600, false), mixed(2, 300, 800, false)];
    assert_eq!(scaled(&of_office("dsw", 1_000, both)), [420, 560]);
}

proptest! {
    #[test]
    fn bud_13_priority_scales_to_the_same_cent_and_takes_from_nobody_at_home(
        zin in 1..3_000_000_000i64,
        providers in proptest::collection::vec((0..1_000_000_000i64, 0..500_000_000i64, any::<bool>()), 1..12),
        on_filed: bool,
    ) {
        let providers = (1..).zip(providers).map(|(number, (stay, home, claimed))| mixed(number, stay, home, claimed));
        let facts = of_office("dsw", zin, providers.collect());
        let rules = if on_filed { changed("value = \"base_production\"", "value = \"filed\"") } else { built_in() };
        let filing = file(&facts, &rules, &mut Trace::new()).unwrap();
        let sum = |of: fn(&Filed) -> Money| filing.providers.iter().map(|one| of(one).cents()).sum::<i64>();
        if on_filed {
            prop_assert!(sum(|one| one.filed) <= filing.cap.cents());
        } else {
            prop_assert_eq!(sum(|one| one.scaled), sum(|one| one.base).min(filing.cap.cents()));
        }
        let others = filing.providers.iter().any(|one| one.part.is_some_and(|part| part.amount > part.at_home));
        for one in &filing.providers {
            prop_assert!(one.scaled <= one.base);
            let Some(part) = one.part else { continue };
            prop_assert!(part.at_home <= part.amount);
            // As long as anything else has a cent, all that goes first is whole.
            prop_assert!(!others || part.at_home == one.first.as_ref().unwrap().amount);
            let products: i64 = one.agreed().unwrap().iter().map(|one| one.amount.cents()).sum();
            prop_assert_eq!(products, one.scaled.cents());
        }
    }

    #[test]
    fn bud_04_both_caps_hold_and_scaling_is_exact(
        zin in 1..10_000_000_000i64,
        bases in proptest::collection::vec(0..1_000_000_000i64, 1..12),
    ) {
        let facts = facts(zin, &bases);
        let found = filed(&facts, &built_in());
        let sum: i64 = bases.iter().sum();
        let cap = i64::try_from(i128::from(zin) * 98 / 100).unwrap();
        let scaled: i64 = found.iter().map(|(scaled, _)| scaled).sum();
        prop_assert_eq!(scaled, sum.min(cap));
        for ((scaled, filed), base) in found.iter().zip(&bases) {
            prop_assert!(scaled <= base);
            prop_assert_eq!(i128::from(*filed), i128::from(*scaled) * 98 / 100);
        }
    }
}
