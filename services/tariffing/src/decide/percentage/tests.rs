//! The worked numbers of the policies.

use chrono::NaiveDate;
use edge::Sector;
use explain::Trace;
use money::{Decimal, Percentage};

use super::{Derived, PercentageFacts, derive_percentage};
use crate::{
    decide::fixture::{built_in, facts_of, subject},
    domain::{Basis, Grant, Previous, Standing, Subject},
    error::Error,
};

pub fn percent(text: &str) -> Percentage {
    Percentage(text.parse().unwrap())
}

/// A grant of points on a theme, agreed in October before the year; its initiative has the name of the theme.
pub fn granted(key: &str, points: Option<&str>) -> Grant {
    Grant {
        key: key.to_owned(),
        points: points.map(|points| points.parse().unwrap()),
        form: None,
        initiative: key.to_owned(),
        agreed: NaiveDate::from_ymd_opt(2022, 10, 1).unwrap(),
        proposal_id: Some("p".to_owned()),
    }
}

pub fn of(office: &str, sector: Sector, year: i32) -> PercentageFacts {
    facts_of(Subject { sector, ..subject(office, year) })
}

pub fn vgz(grants: Vec<Grant>) -> PercentageFacts {
    PercentageFacts { grants, ..of("vgz", Sector::Gz, 2023) }
}

pub fn elderly(office: &str) -> PercentageFacts {
    of(office, Sector::Vv, 2024)
}

fn new(facts: PercentageFacts) -> PercentageFacts {
    PercentageFacts { standing: Standing::New, ..facts }
}

fn previous(percentage: &str) -> Option<Previous> {
    Some(Previous { percentage: percent(percentage), basis: Basis::Regular })
}

pub fn derived(facts: &PercentageFacts) -> Result<Derived, Error> {
    derive_percentage(facts, built_in(), &mut Trace::new())
}

fn comes_to(facts: &PercentageFacts) -> Decimal {
    derived(facts).unwrap().percentage.value.0
}

/// The rules and reasons of what is refused.
fn refused(facts: &PercentageFacts) -> Vec<(&'static str, &'static str, String)> {
    let refused = derived(facts).unwrap().refused;
    refused.into_iter().map(|refusal| (refusal.rule, refusal.reason, refusal.key)).collect()
}

pub fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn tar_06_nothing_filed_is_the_guide_percentage() {
    assert_eq!(comes_to(&vgz(Vec::new())), number("95.80"));
    assert_eq!(comes_to(&elderly("cz")), number("95.50"));
    let error = derived(&of("vgz", Sector::Gz, 2024)).unwrap_err().to_string();
    assert_eq!(error, "parameter guide_percentage of office vgz has no version in force on 2024-01-01 (TAR-01)");
}

#[test]
fn tar_01_an_office_outside_the_national_system_is_not_determined() {
    for (office, sector) in [("dsw", Sector::Gz), ("dsw", Sector::Vv), ("menzis", Sector::Vv)] {
        let error = derived(&of(office, sector, 2023)).unwrap_err().to_string();
        let expected = format!("not determined: parameter guide_percentage of office {office} is not set (TAR-01)");
        assert_eq!(error, expected);
    }
}

#[test]
fn tar_03_two_surcharges_of_vgz() {
    let facts = vgz(vec![granted("voldoende_goede_zorg", Some("0.2")), granted("zorg_dichtbij_huis", Some("0.15"))]);
    assert_eq!(comes_to(&facts), number("96.15"));
    assert!(refused(&facts).is_empty());
}

#[test]
fn tar_03_what_lies_outside_the_range_is_refused_and_not_clamped() {
    let facts = vgz(vec![granted("zorg_dichtbij_huis", Some("0.25"))]);
    assert_eq!(refused(&facts), [("TAR-03", "out_of_range", "zorg_dichtbij_huis".to_owned())]);
    assert_eq!(comes_to(&facts), number("95.80"));
    let below = vgz(vec![granted("zorg_dichtbij_huis", Some("-0.01"))]);
    assert_eq!(refused(&below)[0].1, "out_of_range");
    assert_eq!(comes_to(&vgz(vec![granted("zorg_dichtbij_huis", Some("0.20"))])), number("96.00"));
    // The range is for the theme as a whole.
    let second = Grant { initiative: "other".to_owned(), ..granted("zorg_dichtbij_huis", Some("0.1")) };
    let facts = vgz(vec![granted("zorg_dichtbij_huis", Some("0.15")), second]);
    assert_eq!((refused(&facts)[0].1, comes_to(&facts)), ("out_of_range", number("95.95")));
    assert_eq!(refused(&vgz(vec![granted("zinnige_zorg", None)]))[0].1, "points_missing");
}

#[test]
fn tar_03_themes_that_earn_nothing_and_what_comes_too_late() {
    assert_eq!(refused(&vgz(vec![granted("klanten_informeren", Some("0.1"))]))[0].1, "no_surcharge");
    assert_eq!(refused(&vgz(vec![granted("duurzaamheid", Some("0.1"))]))[0].1, "no_surcharge");
    assert_eq!(refused(&vgz(vec![granted("nonsense", Some("0.1"))]))[0].1, "unknown_ground");
    let on = |key: &str, month, day| {
        let agreed = NaiveDate::from_ymd_opt(2023, month, day).unwrap();
        comes_to(&vgz(vec![Grant { agreed, ..granted(key, Some("0.1")) }]))
    };
    // Sensible care until the reallocation of September; all other themes before the year.
    assert_eq!([on("zinnige_zorg", 9, 30), on("zinnige_zorg", 10, 1)], [number("95.90"), number("95.80")]);
    assert_eq!([on("zorg_dichtbij_huis", 1, 1), on("duurzaam_betaalbaar", 1, 1)], [number("95.80"), number("95.80")]);
    // Sustainability by way of an initiative is for disabled care alone.
    let way = granted("duurzaamheid_initiatief", Some("0.1"));
    assert_eq!(comes_to(&vgz(vec![way.clone()])), number("95.90"));
    let ggz = PercentageFacts { grants: vec![way], ..of("vgz", Sector::Ggz, 2023) };
    assert_eq!(refused(&ggz)[0].1, "unknown_ground");
}

#[test]
fn tar_03_nursing_and_care_of_vgz_2023_is_not_stated() {
    let facts =
        PercentageFacts { grants: vec![granted("zorg_dichtbij_huis", Some("0.1"))], ..of("vgz", Sector::Vv, 2023) };
    let error = derived(&facts).unwrap_err().to_string();
    assert_eq!(error, "not determined: parameter zorg_dichtbij_huis of office vgz is not set (TAR-03)");
}

#[test]
fn tar_05_one_initiative_earns_once() {
    let twice = Grant { initiative: "thuis".to_owned(), ..granted("voldoende_goede_zorg", Some("0.1")) };
    let again = Grant { initiative: "thuis".to_owned(), ..granted("zorg_dichtbij_huis", Some("0.1")) };
    let facts = vgz(vec![twice, again.clone()]);
    assert_eq!(refused(&facts), [("TAR-05", "one_theme", "zorg_dichtbij_huis".to_owned())]);
    assert_eq!(comes_to(&facts), number("95.90"));
    let facts = PercentageFacts { earned_before: vec!["thuis".to_owned()], ..vgz(vec![again]) };
    assert_eq!(refused(&facts), [("TAR-05", "earned_before", "zorg_dichtbij_huis".to_owned())]);
}

#[test]
fn tar_07_a_historically_lower_tariff_continues_and_closes_the_fixed_themes() {
    let grants = vec![granted("voldoende_goede_zorg", Some("0.2")), granted("zorg_dichtbij_huis", Some("0.15"))];
    let facts = PercentageFacts { previous: previous("94.9"), ..vgz(grants.clone()) };
    assert_eq!(comes_to(&facts), number("94.90"));
    let closed = |key: &str| ("TAR-07", "closed", key.to_owned());
    assert_eq!(refused(&facts), [closed("voldoende_goede_zorg"), closed("zorg_dichtbij_huis")]);
    let bespoke = [grants, vec![granted("zinnige_zorg", Some("0.3"))]].concat();
    let facts = PercentageFacts { grants: bespoke, ..facts };
    assert_eq!(comes_to(&facts), number("95.20"));
    assert_eq!(derived(&facts).unwrap().basis, Basis::Regular);
}

#[test]
fn tar_07_a_line_or_a_reduction_for_new_providers_is_no_lower_tariff_of_the_past() {
    for (basis, expected) in [
        (Basis::Regular, "94.90"),
        (Basis::Interview, "94.90"),
        (Basis::LowerBid, "94.90"),
        (Basis::FallingLine, "95.80"),
        (Basis::NewProvider, "95.80"),
    ] {
        let previous = Some(Previous { percentage: percent("94.9"), basis });
        assert_eq!(comes_to(&PercentageFacts { previous, ..vgz(Vec::new()) }), number(expected), "{basis:?}");
    }
    let not_lower = PercentageFacts { previous: previous("95.8"), ..vgz(Vec::new()) };
    assert_eq!(comes_to(&not_lower), number("95.80"));
    assert_eq!(derived(&not_lower).unwrap().start.as_ref(), "guide");
}

#[test]
fn tar_08_the_addition_of_the_hardship_clause_comes_after_the_themes() {
    let grants = vec![granted("zorg_dichtbij_huis", Some("0.1"))];
    let facts = PercentageFacts { hardship: Some(number("1.2")), ..vgz(grants) };
    assert_eq!(comes_to(&facts), number("97.10"));
}

#[test]
fn tar_09_cz() {
    let grants = vec![
        Grant { proposal_id: None, ..granted("labour_saving_technology", None) },
        granted("movements_and_goals", None),
    ];
    assert_eq!(comes_to(&new(elderly("cz"))), number("93.50"));
    assert_eq!(derived(&new(elderly("cz"))).unwrap().basis, Basis::NewProvider);
    let existing = PercentageFacts { grants: grants.clone(), ..elderly("cz") };
    assert_eq!(comes_to(&existing), number("95.90"));
    let free = [grants, vec![granted("free_proposal", Some("9"))]].concat();
    let facts = PercentageFacts { grants: free, ..elderly("cz") };
    assert_eq!(refused(&facts), [("TAR-09", "alternative", "free_proposal".to_owned())]);
    let facts = PercentageFacts { grants: vec![granted("free_proposal", Some("9"))], ..elderly("cz") };
    assert_eq!(comes_to(&facts), number("100.00"));
}

#[test]
fn tar_09_dsw() {
    let monitor = |points: &str, last: &str| {
        let grants = vec![Grant { proposal_id: None, ..granted("monitor", Some(points)) }];
        PercentageFacts { grants, previous: previous(last), ..elderly("dsw") }
    };
    assert_eq!(comes_to(&monitor("1.0", "97.2")), number("97.50"));
    assert_eq!(comes_to(&monitor("-1.0", "97.2")), number("96.20"));
    assert_eq!(comes_to(&monitor("0", "96.4")), number("96.40"));
    assert_eq!(refused(&monitor("1.1", "96.0"))[0].1, "out_of_range");
    assert_eq!(comes_to(&new(elderly("dsw"))), number("91.00"));
    assert!(matches!(derived(&elderly("dsw")), Err(Error::PreviousUnknown { year: 2023 })));
}

#[test]
fn tar_09_salland_stays_within_its_range() {
    let role = |points: &str| Grant { proposal_id: None, ..granted("role_in_region", Some(points)) };
    let facts = |grants| PercentageFacts { grants, ..elderly("salland") };
    assert_eq!(comes_to(&facts(vec![role("-2.0")])), number("93.50"));
    assert_eq!(comes_to(&facts(vec![role("1.0")])), number("96.50"));
    let basics = Grant { proposal_id: None, ..granted("basics_not_met", Some("-1.5")) };
    assert_eq!(comes_to(&facts(vec![role("-1.5"), basics])), number("93.50"));
    assert_eq!(refused(&facts(vec![role("1.1")]))[0].1, "out_of_range");
}

#[test]
fn tar_09_what_the_other_offices_state_and_leave_open() {
    let essential = Grant { points: None, proposal_id: None, ..granted("essential_facility", None) };
    let zk = PercentageFacts { grants: vec![essential], ..elderly("zilveren_kruis") };
    assert_eq!(comes_to(&zk), number("96.00"));
    for office in ["zilveren_kruis", "zorg_en_zekerheid"] {
        let error = derived(&new(elderly(office))).unwrap_err().to_string();
        assert_eq!(error, format!("not determined: parameter new_provider of office {office} is not set (TAR-09)"));
    }
    assert_eq!(comes_to(&new(elderly("menzis"))), number("93.50"));
    let employer = Grant { proposal_id: None, ..granted("employer", None) };
    assert_eq!(comes_to(&PercentageFacts { grants: vec![employer], ..elderly("zorg_en_zekerheid") }), number("95.80"));
    let tables = Grant { proposal_id: None, ..granted("regional_tables", None) };
    let facts = PercentageFacts { grants: vec![tables], ..elderly("vgz") };
    assert!(matches!(derived(&facts), Err(Error::NotStated { .. })));
}

#[test]
fn tar_10_the_order_is_start_grants_hardship_range_cap_rounding() {
    let grants = vec![granted("zinnige_zorg", Some("3")), granted("zorg_dichtbij_huis", Some("0.2"))];
    let facts = PercentageFacts { hardship: Some(number("2")), ..vgz(grants) };
    let (rules, mut trace) = (built_in(), Trace::new());
    let derived = derive_percentage(&facts, rules, &mut trace).unwrap();
    assert_eq!(derived.percentage.value.0, number("100.00"));
    let steps = trace.finish(rules, &explain::Facts::new(&facts, facts.as_of)).steps;
    let told: Vec<String> = steps.iter().map(|step| format!("{} {:?}", step.rule, step.result)).collect();
    let percentages = ["95.8", "96.0", "99.0", "101.0", "100", "100.00"];
    let rules = ["TAR-01", "TAR-03", "TAR-03", "TAR-08", "TAR-10", "TAR-10"];
    let expected: Vec<String> =
        rules.iter().zip(percentages).map(|(rule, value)| format!("{rule} Percentage(Percentage({value}))")).collect();
    assert_eq!(told, expected);
}

#[test]
fn tar_12_a_falling_line_goes_before_all_else() {
    let facts = PercentageFacts {
        line: Some(percent("94.5")),
        previous: previous("93"),
        bid: Some(percent("92")),
        ..vgz(Vec::new())
    };
    let derived = derived(&facts).unwrap();
    assert_eq!((derived.percentage.value, derived.basis), (percent("94.50"), Basis::FallingLine));
}

#[test]
fn tar_17_a_lower_bid_goes_before_the_historic_tariff() {
    let facts = PercentageFacts { previous: previous("94.9"), bid: Some(percent("94.2")), ..vgz(Vec::new()) };
    let derived = derived(&facts).unwrap();
    assert_eq!((derived.percentage.value, derived.basis), (percent("94.20"), Basis::LowerBid));
}

#[test]
fn tar_20_the_interview_settles_the_percentage_of_a_new_provider() {
    assert!(matches!(derived(&new(vgz(Vec::new()))), Err(Error::InterviewNeeded)));
    let facts = PercentageFacts { interview: Some(percent("93.25")), ..new(vgz(Vec::new())) };
    let derived = derived(&facts).unwrap();
    assert_eq!((derived.percentage.value, derived.basis), (percent("93.25"), Basis::Interview));
}

#[test]
fn tar_21_a_surcharge_may_be_for_a_delivery_form_only() {
    let grants = vec![granted("vpt_growth", None), granted("mpt_growth", None)];
    let facts = PercentageFacts { grants, ..elderly("vgz") };
    let of_form = |form: &str| comes_to(&facts.for_form(form));
    assert_eq!(
        [of_form("vpt"), of_form("mpt"), of_form("verblijf")],
        [number("95.90"), number("99.00"), number("95.50")]
    );
    assert_eq!(comes_to(&facts), number("95.50"));
    // A person may bind a grant to a form as well.
    let bound = Grant { form: Some("vpt".to_owned()), ..granted("zinnige_zorg", Some("0.5")) };
    let facts = vgz(vec![bound]);
    assert_eq!((comes_to(&facts), comes_to(&facts.for_form("vpt"))), (number("95.80"), number("96.30")));
}

#[test]
fn tar_10_relative_points_are_a_part_of_the_guide_percentage() {
    let rules = crate::decide::fixture::changed("value = \"points\"", "value = \"relative\"");
    let derived = derive_percentage(&new(elderly("cz")), &rules, &mut Trace::new()).unwrap();
    assert_eq!(derived.percentage.value.0, number("93.59"));
}

#[test]
fn tar_01_the_guide_percentage_may_be_the_highest() {
    let rules = crate::decide::fixture::changed(
        "name = \"guide_is_cap\"\nunit = \"flag\"\nact = \"wlz\"\nsource = \"kader-2022 §2.2\"\nvalues = [{ from = 2022-01-01, value = false }]",
        "name = \"guide_is_cap\"\nunit = \"flag\"\nact = \"wlz\"\nsource = \"kader-2022 §2.2\"\nvalues = [{ from = 2022-01-01, value = true }]",
    );
    let facts = vgz(vec![granted("zinnige_zorg", Some("1"))]);
    let derived = derive_percentage(&facts, &rules, &mut Trace::new()).unwrap();
    assert_eq!(derived.percentage.value.0, number("95.80"));
}

#[test]
fn tar_10_no_percentage_is_zero_or_below() {
    let facts = vgz(vec![granted("duurzaam_betaalbaar", Some("-95.8"))]);
    assert!(matches!(derived(&facts), Err(Error::PercentageNotPositive(_))));
    let facts = vgz(vec![granted("duurzaam_betaalbaar", Some("-95.79"))]);
    assert_eq!(comes_to(&facts), number("0.01"));
}
