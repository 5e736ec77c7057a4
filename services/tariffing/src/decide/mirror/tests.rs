//! A provider beside its peers.

use std::collections::BTreeMap;

use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::decide::fixture::built_in;

const OWN: u32 = 100;

fn agb(number: u32) -> Agb {
    format!("41{number:06}").parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Figures of which only the absence is known, in hundredths of a percent.
fn figures(number: u32, absence: i64, region: &str) -> AnnualFigures {
    AnnualFigures {
        region: Some(region.parse().unwrap()),
        absence: Some(Percentage(Decimal::new(absence, 2))),
        ..AnnualFigures::unknown(agb(number), Sector::Gz)
    }
}

fn care(number: u32, granted: i64, client_months: i64, profiles: &[(&str, i64)]) -> ApprovedCare {
    let profiles =
        profiles.iter().map(|(profile, months)| ((*profile).to_owned(), *months)).collect::<BTreeMap<_, _>>();
    ApprovedCare { agb: agb(number), granted: Money::from_cents(granted), client_months, profiles }
}

fn facts(group: PeerGroup, figures: Vec<AnnualFigures>, care: Vec<ApprovedCare>) -> MirrorFacts {
    MirrorFacts {
        office: "vgz".parse().unwrap(),
        agb: agb(OWN),
        sector: Sector::Gz,
        year: 2023,
        group,
        figures,
        care,
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn looked(facts: &MirrorFacts) -> Mirror {
    mirror(facts, built_in(), &mut Trace::new()).unwrap()
}

fn of(mirror: &Mirror, kind: FigureKind) -> MirrorFigure {
    mirror.figures.iter().find(|figure| figure.kind == kind).unwrap().clone()
}

/// The own absence of 6.00% beside that of so many peers: 1.00%, 2.00% ...
fn beside(peers: u32) -> MirrorFacts {
    let all = (1..=peers).map(|number| figures(number, i64::from(number) * 100, "5508"));
    facts(PeerGroup::Sector, all.chain([figures(OWN, 600, "5508")]).collect(), Vec::new())
}

#[test]
fn tar_15_median_quartiles_and_place_beside_eight_others() {
    let absence = of(&looked(&beside(8)), FigureKind::Absence);
    let comparison = absence.compared.unwrap();
    assert_eq!((absence.own, absence.peers), (Some(decimal("6.00")), 8));
    let told = (comparison.lower_quartile, comparison.median, comparison.upper_quartile);
    assert_eq!(told, (decimal("2.75"), decimal("4.50"), decimal("6.25")));
    let standing = comparison.standing.unwrap();
    // Beside an equal one it shares the place.
    assert_eq!((standing.gap, standing.place, standing.quarter), (decimal("1.50"), 6, 3));
}

#[test]
fn tar_15_with_fewer_peers_than_the_least_nothing_of_them_is_shown() {
    let mirror = looked(&beside(7));
    let absence = of(&mirror, FigureKind::Absence);
    assert_eq!((absence.own, absence.peers), (Some(decimal("6.00")), 7));
    assert_eq!(absence.compared, Err(NotCompared::TooFewPeers));
    assert!(mirror.figures.iter().all(|figure| figure.compared == Err(NotCompared::TooFewPeers)));
    // A peer without the figure is none for it.
    let mut nine = beside(9);
    nine.figures[0].absence = None;
    nine.figures[1].absence = None;
    assert_eq!(of(&looked(&nine), FigureKind::Absence).compared, Err(NotCompared::TooFewPeers));
}

#[test]
fn tar_15_a_provider_without_the_figure_sees_its_peers_only() {
    let mut facts = beside(8);
    facts.figures.retain(|figures| figures.agb != agb(OWN));
    let absence = of(&looked(&facts), FigureKind::Absence);
    assert_eq!(absence.own, None);
    assert_eq!(absence.compared.unwrap().standing, None);
}

#[test]
fn tar_15_a_region_holds_those_whose_figures_say_so() {
    let near = (1..=8).map(|number| figures(number, 500, "5508"));
    let far = (9..=20).map(|number| figures(number, 900, "5510"));
    let all: Vec<_> = near.chain(far).chain([figures(OWN, 400, "5508")]).collect();
    // Of 30 nothing but approved care is known.
    let approved: Vec<_> = [OWN, 1, 9, 30].into_iter().map(|number| care(number, 100, 1, &[])).collect();
    let region = looked(&facts(PeerGroup::Region, all.clone(), approved.clone()));
    let absence = of(&region, FigureKind::Absence);
    assert_eq!((absence.peers, absence.compared.unwrap().median), (8, decimal("5.00")));
    assert_eq!(of(&region, FigureKind::CostPerClientMonth).peers, 1);
    let sector = looked(&facts(PeerGroup::Sector, all.clone(), approved.clone()));
    assert_eq!(of(&sector, FigureKind::Absence).peers, 20);
    assert_eq!(of(&sector, FigureKind::CostPerClientMonth).peers, 3);

    let mut nowhere = facts(PeerGroup::Region, all, approved);
    nowhere.figures.iter_mut().for_each(|figures| figures.region = None);
    let mirror = looked(&nowhere);
    assert!(mirror.figures.iter().all(|figure| figure.compared == Err(NotCompared::RegionNotKnown)));
    assert_eq!(of(&mirror, FigureKind::Absence).own, Some(decimal("4.00")));
}

#[test]
fn tar_15_each_figure_of_the_accounts() {
    let money = |euros: i64| Some(Money::from_cents(euros * 100));
    let own = AnnualFigures {
        total_revenue: money(1_000),
        result: money(-25),
        personnel_costs: money(600),
        pnil_costs: money(90),
        overhead_costs: money(125),
        equity: money(200),
        current_assets: money(300),
        current_liabilities: money(240),
        total_assets: money(800),
        clients: Some(12),
        care_days: Some(400),
        treatment_days: Some(100),
        ..figures(OWN, 625, "5508")
    };
    let mirror = looked(&facts(PeerGroup::Sector, vec![own.clone()], vec![care(OWN, 100_000, 3, &[("053", 2)])]));
    let told: Vec<_> = mirror.figures.iter().map(|figure| (figure.kind, figure.own.unwrap().to_string())).collect();
    let expected = [
        (FigureKind::CostPerClientMonth, "333.33"),
        (FigureKind::Clients, "12.00"),
        (FigureKind::WithTreatment, "25.00"),
        (FigureKind::Absence, "6.25"),
        (FigureKind::Overhead, "12.50"),
        (FigureKind::Pnil, "15.00"),
        (FigureKind::Reserves, "20.00"),
        (FigureKind::Liquidity, "1.25"),
        (FigureKind::Solvency, "25.00"),
        (FigureKind::Result, "-2.50"),
        (FigureKind::CareProfile, "66.67"),
    ];
    assert_eq!(told, expected.map(|(kind, value)| (kind, value.to_owned())));
    assert_eq!((mirror.result, mirror.reserves, mirror.working_capital), (money(-25), money(200), money(60)));

    // Over nothing there is no share.
    let none = AnnualFigures { total_revenue: money(0), current_liabilities: money(0), care_days: Some(0), ..own };
    let mirror = looked(&facts(PeerGroup::Sector, vec![none], vec![care(OWN, 100, 0, &[])]));
    let unknown =
        [FigureKind::CostPerClientMonth, FigureKind::Overhead, FigureKind::Liquidity, FigureKind::WithTreatment];
    assert!(unknown.into_iter().all(|kind| of(&mirror, kind).own.is_none()));
}

#[test]
fn tar_15_a_care_profile_that_few_have_is_not_told_of() {
    let peers = (1..=10).map(|number| match number {
        1..=8 => care(number, 100, 10, &[("053", 5), ("061", i64::from(number == 1))]),
        _ => care(number, 100, 10, &[]),
    });
    let all: Vec<_> = peers.chain([care(OWN, 100, 10, &[("042", 10)])]).collect();
    let mirror = looked(&facts(PeerGroup::Sector, Vec::new(), all));
    let shown = mirror.figures.iter().filter(|figure| figure.kind == FigureKind::CareProfile);
    let told: Vec<_> = shown.map(|figure| (figure.care_profile.as_str(), figure.own, figure.peers)).collect();
    assert_eq!(told, [("042", Some(decimal("100.00")), 10), ("053", Some(decimal("0.00")), 10)]);
}

#[test]
fn tar_15_is_explained_in_both_languages_without_naming_anybody() {
    let rules = built_in();
    let told = |facts: &MirrorFacts| {
        let mut trace = Trace::new();
        mirror(facts, rules, &mut trace).unwrap();
        trace.finish(rules, &Facts::new(facts, facts.as_of))
    };
    let approved = (1..=8).chain([OWN]).map(|number| care(number, 250_000 + i64::from(number) * 100, 3, &[("053", 2)]));
    let eight = MirrorFacts { group: PeerGroup::Region, care: approved.collect(), ..beside(8) };
    let explanation = told(&eight);
    insta::assert_snapshot!("tar_15_mirror_nl", explanation.to_text(rules, Language::Dutch).unwrap());
    insta::assert_snapshot!("tar_15_mirror_en", explanation.to_text(rules, Language::English).unwrap());
    let kept = String::from_utf8(explanation.to_bytes()).unwrap();
    assert!((1..=8).all(|number| !kept.contains(&agb(number).to_string())));
}

proptest! {
    #[test]
    fn tar_15_the_place_is_that_among_the_sorted_values(
        own in 0..10_000_i64,
        others in prop::collection::vec(0..10_000_i64, 8..40),
    ) {
        let peers = others.iter().zip(1..).map(|(absence, number)| figures(number, *absence, "5508"));
        let all = peers.chain([figures(OWN, own, "5508")]).collect();
        let comparison = of(&looked(&facts(PeerGroup::Sector, all, Vec::new())), FigureKind::Absence).compared.unwrap();
        let below = others.iter().filter(|other| **other < own).count();
        let standing = comparison.standing.unwrap();
        prop_assert_eq!(standing.place, below + 1);
        let share = |at: Decimal| others.iter().filter(|other| Decimal::new(**other, 2) <= at + decimal("0.005")).count();
        let quartiles = [comparison.lower_quartile, comparison.median, comparison.upper_quartile];
        for (quartile, quarters) in quartiles.into_iter().zip(1..) {
            // The value before the quartile, and all before that one.
            prop_assert!(share(quartile) > (others.len() - 1) * quarters / 4);
        }
        prop_assert!(comparison.lower_quartile <= comparison.median && comparison.median <= comparison.upper_quartile);
        prop_assert!((1..=4).contains(&standing.quarter));
    }
}
