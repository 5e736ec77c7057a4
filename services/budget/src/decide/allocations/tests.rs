use std::collections::BTreeSet;

use chrono::TimeDelta;
use identifiers::PseudonymKey;
use iwlz::{MutationCode, ReportStatus};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::{decide::fixtures::agb, domain::Reported};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn client(number: u8) -> Pseudonym {
    PseudonymKey::new(&[number], "client").pseudonym(&"123456782".parse().unwrap())
}

/// A stay of profile 753 of client 1, decided on its first day.
fn stay(first: &str, last: Option<&str>) -> Allocated {
    let first_day = day(first);
    let care = Care::Profile(753);
    Allocated {
        key: AllocationKey { person: client(1), provider: Some(agb(1)), decision_number: 1, care, first_day },
        decided: first_day.and_hms_opt(9, 0, 0).unwrap(),
        last_day: last.map(day),
        withdrawal: None,
        delivery_form: Some(DeliveryForm::Stay),
    }
}

fn decided_later(allocated: Allocated) -> Allocated {
    Allocated { decided: allocated.decided + TimeDelta::days(1), ..allocated }
}

fn report(of: &Allocated, reported: Reported, date: &str, status: ReportStatus) -> Report {
    Report { key: of.key, reported, day: day(date), status }
}

fn ended(of: &Allocated, date: &str) -> Report {
    report(of, Reported::Mutated(MutationCode::EndedClose), date, ReportStatus::First)
}

fn began(of: &Allocated, date: &str) -> Report {
    report(of, Reported::Started, date, ReportStatus::First)
}

fn known(allocated: &[Allocated], reports: &[Report]) -> Allocations {
    let persons = [(client(1), client(1))];
    Allocations::new(agb(1), allocated.to_vec(), reports.to_vec(), persons)
}

/// A line of client 1 for a stay of profile 753.
fn line(first: &str, last: &str) -> CareLine<'static> {
    CareLine {
        client: client(1),
        product: "Z053",
        care_profile: 753,
        function_code: 0,
        first_day: day(first),
        last_day: day(last),
    }
}

#[test]
fn bud_05_every_day_of_a_line_was_allocated() {
    let known = known(&[stay("2023-02-01", Some("2023-02-28")), stay("2023-03-01", Some("2023-03-10"))], &[]);
    assert_eq!(known.approve(&line("2023-02-01", "2023-02-28")), Ok(()));
    assert_eq!(known.approve(&line("2023-02-20", "2023-03-10")), Ok(()), "two that follow each other are one stretch");
    assert_eq!(known.approve(&line("2023-01-31", "2023-02-05")), Err(OUTSIDE_ALLOCATION));
    assert_eq!(known.approve(&line("2023-03-10", "2023-03-11")), Err(OUTSIDE_ALLOCATION));
    let gap = [stay("2023-02-01", Some("2023-02-27")), stay("2023-03-01", None)];
    assert_eq!(super::tests::known(&gap, &[]).approve(&line("2023-02-27", "2023-03-01")), Err(OUTSIDE_ALLOCATION));
}

#[test]
fn bud_05_a_client_without_any_allocation_here_is_held_against_nothing() {
    let elsewhere = |allocated: Allocated| {
        let key = AllocationKey { provider: Some(agb(2)), ..allocated.key };
        Allocated { key, withdrawal: Some(Withdrawal::Deceased), ..allocated }
    };
    let care = line("2023-02-01", "2023-02-28");
    assert_eq!(known(&[], &[]).approve(&care), Ok(()));
    assert_eq!(known(&[elsewhere(stay("2022-01-01", Some("2022-02-01")))], &[]).approve(&care), Ok(()));
    let stranger = CareLine { client: client(2), ..care };
    assert_eq!(known(&[stay("2022-01-01", Some("2022-02-01"))], &[]).approve(&stranger), Ok(()));
    // Of a client whom it knows, the death that another provider's allocation tells holds.
    let both = [stay("2023-01-01", None), elsewhere(stay("2022-01-01", Some("2023-02-27")))];
    assert_eq!(known(&both, &[]).approve(&care), Err(DECEASED));
}

#[test]
fn bud_05_what_was_decided_last_holds_whenever_it_came_in() {
    let open = stay("2023-02-01", None);
    let short = decided_later(stay("2023-02-01", Some("2023-02-10")));
    let care = line("2023-02-11", "2023-02-11");
    assert_eq!(known(&[open, short], &[]).approve(&care), Err(OUTSIDE_ALLOCATION));
    assert_eq!(known(&[short, open], &[]).approve(&care), Err(OUTSIDE_ALLOCATION));
    // Of what was decided at the same moment, the one that came in last.
    let corrected = Allocated { decided: short.decided, ..open };
    assert_eq!(known(&[short, corrected], &[]).approve(&care), Ok(()));
    assert_eq!(known(&[corrected, short], &[]).approve(&care), Err(OUTSIDE_ALLOCATION));
}

#[test]
fn bud_05_an_allocation_withdrawn_before_it_began_allows_nothing() {
    let never = Allocated { withdrawal: Some(Withdrawal::OtherProvider), ..stay("2023-02-01", Some("2023-01-31")) };
    assert_eq!(known(&[never], &[]).approve(&line("2023-02-01", "2023-02-01")), Err(NOT_ALLOCATED));
    let beside = known(&[never, stay("2023-03-01", None)], &[]);
    assert_eq!(beside.approve(&line("2023-02-01", "2023-02-01")), Err(OUTSIDE_ALLOCATION));
    assert_eq!(beside.approve(&line("2023-03-01", "2023-03-01")), Ok(()));
}

#[test]
fn bud_05_care_after_a_death_is_refused_and_on_its_day_it_is_not() {
    let died = Allocated { withdrawal: Some(Withdrawal::Deceased), ..stay("2023-02-01", Some("2023-02-10")) };
    let known = known(&[died], &[]);
    assert_eq!(known.approve(&line("2023-02-10", "2023-02-10")), Ok(()));
    assert_eq!(known.approve(&line("2023-02-10", "2023-02-11")), Err(DECEASED));
    // Put right by a later decision, it never was.
    let alive = decided_later(stay("2023-02-01", None));
    assert_eq!(super::tests::known(&[died, alive], &[]).approve(&line("2023-02-10", "2023-02-11")), Ok(()));
}

#[test]
fn bud_05_other_care_than_was_allocated_is_refused() {
    let known = known(&[stay("2023-02-01", None)], &[]);
    let care = line("2023-02-01", "2023-02-02");
    assert_eq!(known.approve(&CareLine { care_profile: 754, ..care }), Err(OTHER_CARE));
    assert_eq!(known.approve(&CareLine { care_profile: 0, ..care }), Ok(()), "a line that names no profile");
    assert_eq!(known.approve(&CareLine { product: "V053", ..care }), Err(OTHER_CARE));
    assert_eq!(known.approve(&CareLine { product: "H126", care_profile: 0, function_code: 31, ..care }), Ok(()));
    let function = |code| Allocated {
        key: AllocationKey { care: Care::Function(code), ..stay("2023-02-01", None).key },
        delivery_form: None,
        ..stay("2023-02-01", None)
    };
    let hours = CareLine { product: "H126", care_profile: 0, function_code: 31, ..care };
    assert_eq!(super::tests::known(&[function(31)], &[]).approve(&hours), Ok(()));
    assert_eq!(super::tests::known(&[function(41)], &[]).approve(&hours), Err(OTHER_CARE));
    // Care that is not determined yet, and forms that a product may take.
    let open = |code, form| {
        let allocated = stay("2023-02-01", None);
        let key = AllocationKey { care: Care::Profile(code), ..allocated.key };
        super::tests::known(&[Allocated { key, delivery_form: Some(form), ..allocated }], &[])
    };
    assert_eq!(open(998, DeliveryForm::PartTimeStay).approve(&care), Ok(()));
    assert_eq!(open(753, DeliveryForm::ModularPackageAtHome).approve(&care), Err(OTHER_CARE));
    assert_eq!(open(753, DeliveryForm::FullPackageAtHome).approve(&CareLine { product: "V053", ..care }), Ok(()));
}

#[test]
fn bud_05_a_line_over_two_allocations_needs_both_to_be_its_care() {
    let other = stay("2023-02-11", None);
    let other = Allocated { key: AllocationKey { care: Care::Profile(754), ..other.key }, ..other };
    let known = known(&[stay("2023-02-01", Some("2023-02-10")), other], &[]);
    assert_eq!(known.approve(&line("2023-02-10", "2023-02-11")), Err(OTHER_CARE));
    assert_eq!(known.approve(&line("2023-02-10", "2023-02-10")), Ok(()));
}

#[test]
fn bud_05_care_that_ended_is_not_given_until_it_begins_again() {
    let allocated = stay("2023-02-01", None);
    let reports = [began(&allocated, "2023-02-03"), ended(&allocated, "2023-02-10"), began(&allocated, "2023-03-01")];
    let known = known(&[allocated], &reports);
    for (first, last, outcome) in [
        ("2023-02-03", "2023-02-10", Ok(())),
        ("2023-02-10", "2023-02-11", Err(OUTSIDE_ALLOCATION)),
        ("2023-02-28", "2023-03-01", Err(OUTSIDE_ALLOCATION)),
        ("2023-03-01", "2023-12-31", Ok(())),
    ] {
        assert_eq!(known.approve(&line(first, last)), outcome, "{first} {last}");
    }
    // Waiting is no end of care that was given, and an end under another allocation is none under this one.
    let waits = report(&allocated, Reported::Mutated(MutationCode::NotAvailableYet), "2023-02-10", ReportStatus::First);
    assert_eq!(super::tests::known(&[allocated], &[waits]).approve(&line("2023-02-11", "2023-02-11")), Ok(()));
    let elsewhere = ended(&stay("2023-01-01", None), "2023-02-10");
    assert_eq!(super::tests::known(&[allocated], &[elsewhere]).approve(&line("2023-02-11", "2023-02-11")), Ok(()));
}

#[test]
fn bud_05_a_report_can_be_changed_and_taken_back() {
    let allocated = stay("2023-02-01", None);
    let end = |date, status| report(&allocated, Reported::Mutated(MutationCode::EndedClose), date, status);
    let care = line("2023-02-11", "2023-02-12");
    let outcome = |reports: &[Report]| known(&[allocated], reports).approve(&care);
    let first = end("2023-02-10", ReportStatus::First);
    assert_eq!(outcome(&[first]), Err(OUTSIDE_ALLOCATION));
    assert_eq!(outcome(&[first, end("2023-02-10", ReportStatus::Unchanged)]), Err(OUTSIDE_ALLOCATION));
    assert_eq!(outcome(&[first, end("2023-02-10", ReportStatus::Removed)]), Ok(()));
    assert_eq!(outcome(&[first, end("2023-02-20", ReportStatus::Changed)]), Ok(()));
    assert_eq!(outcome(&[end("2023-02-10", ReportStatus::Removed), first]), Err(OUTSIDE_ALLOCATION));
    let began = began(&allocated, "2023-02-11");
    assert_eq!(outcome(&[first, began]), Ok(()));
    assert_eq!(outcome(&[first, began, Report { status: ReportStatus::Removed, ..began }]), Err(OUTSIDE_ALLOCATION));
}

#[test]
fn bud_05_a_client_is_found_under_the_pseudonym_of_a_later_key() {
    let mut known = known(&[stay("2023-02-01", None)], &[]);
    let later = CareLine { client: client(9), ..line("2023-01-31", "2023-01-31") };
    assert_eq!(known.approve(&later), Ok(()), "nobody knows yet who it is");
    known.linked(client(9), client(1));
    known.linked(client(8), client(7));
    assert_eq!(known.approve(&later), Err(OUTSIDE_ALLOCATION));
}

/// Days of the first quarter of 2023, and a little around it.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0..100_i64).prop_map(|days| day("2023-01-01") + TimeDelta::days(days))
}

fn some_allocation() -> impl Strategy<Value = Allocated> {
    let withdrawal = option::weighted(0.2, select(vec![Withdrawal::Deceased, Withdrawal::Moved]));
    (some_day(), option::of(-3..60_i64), select(vec![753_u16, 754, 998]), 0..3_i64, withdrawal).prop_map(
        |(first, days, profile, decided, withdrawal)| {
            let allocated = stay(&first.to_string(), None);
            let last_day = days.map(|days| first + TimeDelta::days(days));
            Allocated {
                key: AllocationKey { care: Care::Profile(profile), ..allocated.key },
                decided: allocated.decided + TimeDelta::days(decided),
                last_day,
                withdrawal: withdrawal.filter(|_| last_day.is_some()),
                ..allocated
            }
        },
    )
}

proptest! {
    /// Day by day, as it is told in words: allocated on that day by an allocation that holds, and not ended since.
    #[test]
    fn bud_05_a_line_is_allowed_when_each_of_its_days_is(
        allocated in vec(some_allocation(), 0..5),
        reports in vec((any::<proptest::sample::Index>(), any::<bool>(), some_day()), 0..5),
        first_day in some_day(),
        days in 0..20_i64,
        care_profile in select(vec![0_u32, 753, 754]),
    ) {
        let report = |(of, start, date): (proptest::sample::Index, bool, NaiveDate)| {
            let of = of.get(&allocated);
            if start { began(of, &date.to_string()) } else { ended(of, &date.to_string()) }
        };
        let reports: Vec<Report> =
            if allocated.is_empty() { Vec::new() } else { reports.into_iter().map(report).collect() };
        let line = CareLine { care_profile, ..line(&first_day.to_string(), &(first_day + TimeDelta::days(days)).to_string()) };
        let found = known(&allocated, &reports).approve(&line);

        let holds = |index: usize, one: &Allocated| {
            let later = |(other, two): (usize, &Allocated)| {
                two.key == one.key && (two.decided, other) > (one.decided, index)
            };
            !allocated.iter().enumerate().any(later)
        };
        let holding: Vec<&Allocated> =
            allocated.iter().enumerate().filter(|(index, one)| holds(*index, one)).map(|(_, one)| one).collect();
        let on = |one: &Allocated, date: NaiveDate| {
            let last = |reported: &dyn Fn(Reported) -> bool, until: NaiveDate| {
                let of = reports.iter().filter(|report| report.key == one.key && reported(report.reported));
                of.map(|report| report.day).filter(|found| *found <= until).max()
            };
            let end = date.pred_opt().and_then(|before| last(&|reported| reported != Reported::Started, before));
            let began = last(&|reported| reported == Reported::Started, date);
            one.key.first_day <= date
                && one.last_day.is_none_or(|last| date <= last)
                && end.is_none_or(|end| began.is_some_and(|began| began > end))
        };
        let fits = |one: &Allocated| {
            let Care::Profile(code) = one.key.care else { return false };
            code == 998 || care_profile == 0 || care_profile == u32::from(code)
        };
        let all: BTreeSet<NaiveDate> = first_day.iter_days().take(usize::try_from(days).unwrap() + 1).collect();
        let each = |wanted: &dyn Fn(&Allocated) -> bool| {
            all.iter().all(|date| holding.iter().any(|one| wanted(one) && on(one, *date)))
        };
        let died = holding.iter().filter(|one| one.withdrawal == Some(Withdrawal::Deceased)).filter_map(|one| one.last_day);
        let ever = holding.iter().any(|one| one.last_day.is_none_or(|last| one.key.first_day <= last));
        let expected = if allocated.is_empty() {
            Ok(())
        } else if died.min().is_some_and(|died| died < line.last_day) {
            Err(DECEASED)
        } else if each(&|one| fits(one)) {
            Ok(())
        } else if each(&|_| true) {
            Err(OTHER_CARE)
        } else {
            Err(OUTSIDE_ALLOCATION)
        };
        // Nothing was ever allowed: the same refusal, said more to the point.
        let expected = if expected == Err(OUTSIDE_ALLOCATION) && !ever { Err(NOT_ALLOCATED) } else { expected };
        prop_assert_eq!(found, expected);
    }
}
