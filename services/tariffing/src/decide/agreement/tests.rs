//! What is agreed for the provider and its delivery forms, and the tariffs of a year.

use edge::Sector;
use explain::Facts;

use super::*;
use crate::{
    decide::{
        fixture::{built_in, maximum, subject},
        percentage::tests::{elderly, granted, percent, vgz},
    },
    domain::{Basis, Grant},
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, month, day).unwrap()
}

fn kept(version: i64, from: NaiveDate, percentage: &str, basis: Basis) -> Kept {
    Kept {
        version,
        from,
        percentage: percent(percentage),
        forms: BTreeMap::new(),
        basis,
        decision_id: format!("d{version}"),
        recorded: DateTime::UNIX_EPOCH,
    }
}

fn facts(percentage: PercentageFacts) -> AgreementFacts {
    AgreementFacts { percentage, from: day(1, 1), before: None, note: None }
}

fn agreed(percentage: PercentageFacts) -> Agreement {
    agree(&facts(percentage), built_in(), &mut Trace::new()).unwrap()
}

#[test]
fn tar_07_a_year_brings_along_the_percentage_at_its_end() {
    let versions = [
        kept(1, day(1, 1), "95.8", Basis::Regular),
        kept(2, day(7, 1), "94.9", Basis::Interview),
        kept(3, NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(), "93", Basis::LowerBid),
    ];
    let (previous, _) = before(&Position::default(), &versions, 2023);
    assert_eq!(previous, Some(Previous { percentage: percent("94.9"), basis: Basis::Interview }));
    assert_eq!(before(&Position::default(), &[], 2023), (None, Vec::new()));
}

#[test]
fn tar_05_a_year_brings_along_the_initiatives_that_earned_on_a_proposal() {
    let proposed = granted("zinnige_zorg", Some("0.5"));
    let judged = Grant { proposal_id: None, ..granted("employer", None) };
    let grants = vec![("1".to_owned(), proposed), ("2".to_owned(), judged)];
    let (_, earned) = before(&Position { grants, ..Position::default() }, &[], 2023);
    assert_eq!(earned, ["zinnige_zorg"]);
}

#[test]
fn tar_10_what_lies_below_the_agreement_before_lowers() {
    let agreement = agreed(vgz(Vec::new()));
    assert_eq!(agreement.general.percentage.value, percent("95.80"));
    let lowers = |before: Option<&str>| agreement.lowers(before.map(percent));
    assert_eq!(
        [lowers(None), lowers(Some("95.79")), lowers(Some("95.8")), lowers(Some("95.81"))],
        [false, false, false, true]
    );
}

#[test]
fn tar_21_a_form_has_its_own_percentage_where_it_differs() {
    let one = agreed(PercentageFacts { grants: vec![granted("vpt_growth", None)], ..elderly("vgz") });
    assert_eq!(one.forms, BTreeMap::from([("vpt".to_owned(), percent("95.90"))]));
    let bound = |key: &str, form: &str, points: &str| Grant {
        form: Some(form.to_owned()),
        initiative: form.to_owned(),
        ..granted(key, Some(points))
    };
    let grants = vec![bound("zinnige_zorg", "vpt", "0.5"), bound("zinnige_zorg", "mpt", "0")];
    let two = agreed(vgz(grants));
    assert_eq!(two.general.percentage.value, percent("95.80"));
    assert_eq!(two.forms, BTreeMap::from([("vpt".to_owned(), percent("96.30"))]));
}

#[test]
fn tar_18_a_note_is_told_first_with_what_was_agreed_before() {
    let facts = AgreementFacts {
        before: Some(percent("96")),
        note: Some("Nota van Inlichtingen 2".to_owned()),
        ..facts(vgz(Vec::new()))
    };
    let mut trace = Trace::new();
    agree(&facts, built_in(), &mut trace).unwrap();
    let steps = trace.finish(built_in(), &Facts::new(&facts, DateTime::UNIX_EPOCH)).steps;
    let names: Vec<_> = steps[0].inputs.iter().map(|input| input.name.as_ref()).collect();
    assert_eq!((steps[0].rule.as_ref(), names), ("TAR-18", vec!["note", "before"]));
}

/// The first and last day, and the care part in cents, of tariffs that are 100 euros at 100%.
fn pieces(maxima: &[MaximumTariff], versions: &[Kept]) -> Vec<(NaiveDate, Option<NaiveDate>, i64)> {
    let subject = subject("vgz", 2023);
    let tariffs = year_tariffs(&subject, maxima, versions, DateTime::UNIX_EPOCH, built_in()).unwrap();
    tariffs.into_iter().map(|tariff| (tariff.first_day, tariff.last_day, tariff.care_part.cents())).collect()
}

#[test]
fn tar_02_a_year_has_a_tariff_for_every_stretch_of_one_maximum_and_one_percentage() {
    let versions = [kept(1, day(1, 1), "95.8", Basis::Regular), kept(2, day(7, 1), "94", Basis::Regular)];
    let whole = maximum(10_000, 0, 0);
    let two = [(day(1, 1), Some(day(6, 30)), 9_580), (day(7, 1), Some(day(12, 31)), 9_400)];
    assert_eq!(pieces(std::slice::from_ref(&whole), &versions), two);
    // A maximum of which the last day comes before the second percentage; one that begins after it.
    let early = MaximumTariff { last_day: Some(day(3, 31)), ..whole.clone() };
    let late = MaximumTariff { first_day: day(9, 1), ..whole.clone() };
    let expected = [(day(1, 1), Some(day(3, 31)), 9_580), (day(9, 1), Some(day(12, 31)), 9_400)];
    assert_eq!(pieces(&[early, late], &versions), expected);
    // One that ends on the day on which the second begins.
    let last = MaximumTariff { last_day: Some(day(7, 1)), ..whole.clone() };
    let expected = [(day(1, 1), Some(day(6, 30)), 9_580), (day(7, 1), Some(day(7, 1)), 9_400)];
    assert_eq!(pieces(&[last], &versions), expected);
    let elsewhere = MaximumTariff { sector: Sector::Vv, ..whole };
    assert_eq!(pieces(&[elsewhere], &versions), []);
}

#[test]
fn tar_21_a_year_has_the_percentage_of_the_form_of_each_product() {
    let forms = BTreeMap::from([("vpt".to_owned(), percent("97"))]);
    let versions = [Kept { forms, ..kept(1, day(1, 1), "95.8", Basis::Regular) }];
    let of = |form: &str| MaximumTariff { delivery_form: form.to_owned(), ..maximum(10_000, 0, 0) };
    let cents: Vec<i64> =
        pieces(&[of("vpt"), of("verblijf")], &versions).into_iter().map(|(_, _, cents)| cents).collect();
    assert_eq!(cents, [9_700, 9_580]);
}
