use chrono::{DateTime, NaiveDate};
use edge::Office;
use explain::{Facts, Language, RuleFile, Rules, Trace};
use money::{Decimal, Money};
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{Before, Duration, FactKind, PeerMeasure, PeerPeriod, PeerStanding, PeerSum, ProviderFigures, Statement},
    rules,
};

fn built_in(change: impl Fn(&str) -> String) -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn office() -> Office {
    "vgz".parse().unwrap()
}

fn quarter() -> PeerPeriod {
    PeerPeriod::of(2024, Some(1)).unwrap()
}

fn fact(kind: FactKind, value: &str) -> Statement {
    Statement {
        kind,
        fact_id: kind.as_str().to_owned(),
        subject: "41410001".to_owned(),
        first_day: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(),
        last_day: None,
        value: value.to_owned(),
        stated_time: DateTime::UNIX_EPOCH,
        source: "a register".to_owned(),
    }
}

fn sum(service: &str, product: &str, unit: &str, (lines, quantity, euros): (i64, i64, i64)) -> PeerSum {
    let (service, product, unit) = (service.to_owned(), product.to_owned(), unit.to_owned());
    let granted = Money::from_cents(euros * 100);
    PeerSum { service, product, unit, lines, quantity, granted, granted_time: DateTime::UNIX_EPOCH }
}

/// A provider of home care: 4 clients, 3 of them by the hour, 30 lines.
fn provider() -> ProviderFigures {
    let duration = |unit: &str, quantity, lines| Duration { unit: unit.to_owned(), quantity, lines };
    ProviderFigures {
        clients: 4,
        timed_clients: 3,
        sums: vec![sum("homecare", "1000", "01", (20, 900, 300)), sum("homecare", "1032", "82", (10, 10, 100))],
        short_lines: 16,
        weekend_lines: 4,
        durations: vec![
            duration("01", 30, 6),
            duration("01", 31, 1),
            duration("01", 60, 2),
            duration("02", 3, 1),
            duration("04", 2, 5),
        ],
        before: Some(Before { granted: Money::from_cents(32_000), granted_time: DateTime::UNIX_EPOCH }),
        facts: vec![
            fact(FactKind::StaffFte, "1.5"),
            fact(FactKind::Revenue, "2000"),
            fact(FactKind::Result, "-100"),
            fact(FactKind::Dividend, "50"),
            fact(FactKind::SubcontractingShare, "12.5"),
        ],
        ..ProviderFigures::new("41410001".parse().unwrap())
    }
}

fn placed(measure: PeerMeasure, of: &ProviderFigures, peers: &[Decimal], rules: &Rules) -> (Position, Trace) {
    let mut trace = Trace::new();
    let office = office();
    let found = position(measure, (&office, quarter(), of), |_| Spread::of(peers), rules, &mut trace);
    (found.unwrap(), trace)
}

fn figure(measure: PeerMeasure, of: &ProviderFigures, rules: &Rules) -> Option<String> {
    placed(measure, of, &[], rules).0.figure.map(|figure| figure.to_string())
}

fn numbers(numbers: &[i64]) -> Vec<Decimal> {
    numbers.iter().map(|number| Decimal::from(*number)).collect()
}

#[test]
fn scr_05_the_share_of_vv10_is_held_against_peers() {
    let products = "name = \"vv10_products\"";
    let rules = built_in(|text| {
        let Some((before, after)) = text.split_once(products) else { return text.to_owned() };
        let stated = "values = [{ from = 2020-01-01, value = [\"Z103\"] }]";
        format!("{before}{products}{}", after.replacen("unset = true", stated, 1))
    });
    let stay = |product: &str, days| sum("budget", product, "14", (1, days, 100));
    let of = ProviderFigures {
        sums: vec![stay("Z053", 60), stay("Z103", 40)],
        facts: vec![fact(FactKind::Sector, "vv")],
        ..provider()
    };
    assert_eq!(figure(PeerMeasure::PalliativeShare, &of, &rules).as_deref(), Some("40"));
    let peers = numbers(&[2, 3, 3, 4, 4, 5, 5, 40]);
    let (position, _) = placed(PeerMeasure::PalliativeShare, &of, &peers, &rules);
    assert_eq!(position.standing, PeerStanding::Unusual);
}

#[test]
fn scr_05_each_measure_is_a_part_of_a_whole() {
    let (rules, of) = (built_in(str::to_owned), provider());
    let all: Vec<_> = PeerMeasure::ALL.iter().map(|measure| figure(*measure, &of, &rules)).collect();
    let expected = [
        // 400 euros for 4 clients; 15 hours for 3.
        Some("100"),
        Some("5"),
        // Waits for the products.
        None,
        // 400 against 320.
        Some("25"),
        Some("25"),
        None,
        // 30 and 60 minutes are round, 31 and 45 are not; hours are no finer unit.
        Some("80"),
        Some("20"),
        Some("12.5"),
        Some("-5"),
        Some("2.5"),
        // Waits for the products.
        None,
    ];
    assert_eq!(all.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    // Nothing to divide by is no figure.
    let none = ProviderFigures { facts: vec![fact(FactKind::Sector, "vv")], ..ProviderFigures::new(of.agb) };
    let standings: Vec<_> =
        PeerMeasure::ALL.iter().map(|measure| placed(*measure, &none, &[], &rules).0.standing).collect();
    assert!(standings.iter().all(|standing| matches!(standing, PeerStanding::NoValue | PeerStanding::Waiting)));
}

#[test]
fn scr_05_products_that_an_office_states_are_counted() {
    let states = |name: &str, products: &str, text: &str| {
        let Some(at) = text.find(&format!("name = \"{name}\"")) else { return text.to_owned() };
        let value = format!("values = [{{ from = 2020-01-01, value = [{products}] }}]");
        format!("{}{}", &text[..at], text[at..].replacen("unset = true", &value, 1))
    };
    let rules = built_in(|text| {
        let text = states("packages_with_treatment", "\"Z05*\"", text);
        let text = states("peer_night_products", "\"N1\"", &text);
        states("peer_products_vv", "\"Z*\"", &text)
    });
    let sums = vec![
        sum("budget", "N1", "12", (2, 2, 50)),
        sum("budget", "Z035", "14", (3, 60, 600)),
        sum("budget", "Z053", "14", (5, 20, 500)),
    ];
    let of = ProviderFigures { clients: 2, sums, ..ProviderFigures::new("41410001".parse().unwrap()) };
    assert_eq!(figure(PeerMeasure::TreatmentShare, &of, &rules).unwrap(), "25");
    assert_eq!(figure(PeerMeasure::NightShare, &of, &rules).unwrap(), "20");
    let (found, trace) = placed(PeerMeasure::NightShare, &of, &[], &rules);
    assert_eq!(found.group.unwrap().name, "vv small");
    let told = trace.finish(&rules, &Facts::new(&of, of.as_of())).to_text(&rules, Language::Dutch).unwrap();
    assert!(
        told.contains(
            "De sector is niet vastgelegd; naar de toegekende producten is het vv: € 1.100,00 van € 1.150,00."
        )
    );
    // Without them nobody knows the sector.
    let (found, trace) = placed(PeerMeasure::NightShare, &of, &[], &built_in(str::to_owned));
    assert_eq!((found.standing, found.group), (PeerStanding::NoGroup, None));
    assert_eq!(trace.len(), 1);
}

#[test]
fn scr_05_median_and_spread_are_exact() {
    let of = |figures: &[i64]| Spread::of(&numbers(figures)).unwrap();
    let even = of(&[4, 1, 3, 2]);
    assert_eq!(
        (even.median.to_string(), even.mad.to_string(), even.mean.to_string()),
        ("2.5".into(), "1".into(), "1".into())
    );
    assert_eq!(of(&[9, 1, 5]).median, Decimal::from(5));
    assert_eq!(Spread::of(&[]), None);
    let same = of(&[7, 7, 7, 9]);
    assert_eq!(
        (same.unit(false), same.unit(true).map(|unit| unit.normalize().to_string())),
        (None, Some("0.626657".into()))
    );
    assert_eq!(of(&[7, 7]).unit(true), None);
    // At the limit is not beyond it.
    let spread = of(&[90, 100, 110]);
    let unit = spread.unit(false).unwrap();
    let limit = Decimal::from(100) + unit * Decimal::new(35, 1);
    assert!(!spread.beyond(limit, unit, Decimal::new(35, 1)));
    assert!(spread.beyond(limit + Decimal::new(1, 10), unit, Decimal::new(35, 1)));
}

#[test]
fn scr_05_a_side_that_does_not_count_is_told_and_no_signal() {
    let rules = built_in(str::to_owned);
    let peers = numbers(&[100, 900, 910, 920, 930, 940, 950, 960, 970]);
    let (found, _) = placed(PeerMeasure::CostPerClient, &provider(), &peers, &rules);
    assert_eq!((found.standing, found.times.unwrap().is_sign_negative()), (PeerStanding::Usual, true));
    let both = built_in(|text| {
        text.replacen(
            "measure = \"cost_per_client\"\nsides = \"above\"",
            "measure = \"cost_per_client\"\nsides = \"both\"",
            1,
        )
    });
    let (found, trace) = placed(PeerMeasure::CostPerClient, &provider(), &peers, &both);
    assert_eq!(found.standing, PeerStanding::Unusual);
    let told = trace.finish(&both, &Facts::new(&1, DateTime::UNIX_EPOCH)).to_text(&both, Language::English).unwrap();
    assert!(told.contains("times the usual spread below the median of 9 providers, EUR 930.00"), "{told}");
    // Without a row the measure is not compared.
    let off = built_in(|text| text.replacen("measure = \"cost_per_client\"\nsides", "measure = \"growth\"\nsides", 1));
    assert_eq!(placed(PeerMeasure::CostPerClient, &provider(), &peers, &off).0.standing, PeerStanding::NotRuled);
}

#[test]
fn scr_05_no_text_speaks_of_fraud() {
    for name in ["peers.toml", "network.toml"] {
        let text = rules::FILES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
        for word in ["fraud", "misbruik", "oplicht", "crimin"] {
            assert!(!text.to_lowercase().contains(word), "{name} speaks of {word}");
        }
    }
}

#[test]
fn scr_05_a_signal_and_its_end_are_found_again_to_the_byte() {
    let rules = built_in(str::to_owned);
    let peers = numbers(&[10, 11, 12, 13, 14, 15, 16, 100]);
    let figures = provider().of_measure(PeerMeasure::CostPerClient, quarter().last_day);
    let facts = PeerFacts {
        office: office(),
        measure: PeerMeasure::CostPerClient,
        period: quarter(),
        figures,
        peers,
        compared: DateTime::UNIX_EPOCH,
    };
    let mut trace = Trace::new();
    again(&facts, &rules, &mut trace).unwrap();
    let kept = Facts::new(&facts, facts.compared);
    let told = trace.finish(&rules, &kept).to_bytes();
    assert_eq!(crate::replay::replay("peer_signal", kept.json(), &rules.archive()).unwrap(), told);
    let usual = PeerFacts { peers: numbers(&[10, 50, 90, 100, 110, 150, 190, 200]), ..facts };
    assert_eq!(
        again(&usual, &rules, &mut Trace::new()).unwrap_err().to_string(),
        "the figure is not unusual in these facts: usual"
    );
    for standing in [Some(PeerStanding::Usual), Some(PeerStanding::Unusual), None] {
        let (agb, measure, end) = (usual.figures.agb, usual.measure, PeerEnd::of(standing));
        let facts = PeerWithdrawalFacts { signal_id: "S".to_owned(), agb, measure, end, time: usual.compared };
        let mut trace = Trace::new();
        withdraw(&facts, &mut trace);
        let kept = Facts::new(&facts, facts.time);
        let told = trace.finish(&rules, &kept).to_bytes();
        assert_eq!(crate::replay::replay("peer_signal_withdrawn", kept.json(), &rules.archive()).unwrap(), told);
    }
}

#[test]
fn scr_05_a_period_is_a_quarter_or_a_year() {
    let told = |year, quarter| {
        PeerPeriod::of(year, quarter)
            .map(|period| format!("{} {} {}", period.before, period.first_day, period.last_day))
    };
    assert_eq!(told(2024, Some(1)).unwrap(), "2023-10-01 2024-01-01 2024-03-31");
    assert_eq!(told(2024, Some(4)).unwrap(), "2024-07-01 2024-10-01 2024-12-31");
    assert_eq!(told(2024, None).unwrap(), "2023-01-01 2024-01-01 2024-12-31");
    assert_eq!((told(2024, Some(5)), told(2024, Some(0))), (None, None));
}

proptest! {
    /// Euros or cents, one number or another: how unusual something is does not change with what it is counted in.
    #[test]
    fn scr_05_how_unusual_something_is_does_not_change_with_a_positive_factor(
        figures in prop::collection::vec(-1_000_000..1_000_000_i64, 1..40),
        which in 0..40_usize,
        factor in 1..1_000_i64,
        tenths in 1..100_i64,
        mean in any::<bool>(),
    ) {
        let scaled: Vec<i64> = figures.iter().map(|figure| figure * factor).collect();
        let (one, other) = (Spread::of(&numbers(&figures)).unwrap(), Spread::of(&numbers(&scaled)).unwrap());
        let at = which % figures.len();
        let (figure, large) = (Decimal::from(figures[at]), Decimal::from(scaled[at]));
        match (one.unit(mean), other.unit(mean)) {
            (Some(unit), Some(larger)) => {
                prop_assert_eq!(one.times(figure, unit), other.times(large, larger));
                let threshold = Decimal::new(tenths, 1);
                // The mean is a quotient, and rounded at its last digit.
                if !one.mad.is_zero() {
                    prop_assert_eq!(one.beyond(figure, unit, threshold), other.beyond(large, larger, threshold));
                }
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    /// The order of peers is of no concern, and neither is a provider of another group.
    #[test]
    fn scr_05_a_spread_does_not_depend_on_the_order_of_peers(
        mut figures in prop::collection::vec(-1_000_000..1_000_000_i64, 1..40),
        seed in any::<u64>(),
    ) {
        let one = Spread::of(&numbers(&figures));
        let turn = (seed % figures.len() as u64) as usize;
        figures.rotate_left(turn);
        figures.reverse();
        prop_assert_eq!(one, Spread::of(&numbers(&figures)));
    }
}
