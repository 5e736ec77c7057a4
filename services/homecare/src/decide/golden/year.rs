//! The year itself: consumption, raises, stops, applications, the end, and products (HOM-05 to HOM-12).

use money::Percentage;

use super::{at, cents, check, hours, of};
use crate::{
    decide::{
        self, BeyondFacts, Signal, UseFacts,
        application::{self, ApplicationFacts, ImpactFacts},
        client_stop::{self, StopEndFacts, StopFacts},
        forecast::ForecastFacts,
        hours::{HoursFacts, hours_above},
        products::{Ground, RefusedFacts, RefusedProduct, explain_refused},
        raise::{self, AdmissionFacts, RaiseFacts, Standing},
        year_end::{self, OutcomeFacts, YearEndFacts},
    },
    domain::{AgreementType, ApplicationKind, Hours, RaiseItems, RaiseState, StopUse, Subcontracting, YearEndOutcome},
};

#[test]
fn hom_05_the_first_signal_and_what_goes_beyond_the_ceiling() {
    let as_of = at("2024-09-20T10:00:00Z");
    let months = (1..=12).map(|month| cents(if month <= 8 { 9_000_000 } else { 0 })).collect();
    let ceiling = cents(100_000_000);
    let forecast = ForecastFacts { of: of(2024), months, last_year: vec![cents(8_000_000); 12], ceiling, as_of };
    let facts = UseFacts {
        of: of(2024),
        signal: Signal::First,
        file_id: "bestand 1".to_owned(),
        ceiling,
        spent: cents(72_000_000),
        forecast: Some(forecast),
        as_of,
    };
    check(("hom_05_first_signal", "threshold_reached"), (&facts, as_of), |facts, rules, trace| {
        assert!(decide::reached(facts, rules, trace).unwrap());
    });

    let facts = BeyondFacts {
        of: of(2024),
        file_id: "bestand 2".to_owned(),
        ceiling,
        spent: cents(99_000_000),
        claimed: cents(1_500_000),
        credited: cents(100_000),
        granted: cents(1_100_000),
        as_of,
    };
    check(("hom_05_beyond", "beyond_ceiling"), (&facts, as_of), |facts, _, trace| {
        decide::beyond(facts, trace).unwrap();
    });

    let hours_of = Hours { minutes: 250_000, client_months: 300 };
    let (file_id, agreed) = ("bestand 3".to_owned(), hours(130));
    let facts = HoursFacts { of: of(2024), file_id, agreed, hours: hours_of, months: 8, as_of };
    check(("hom_05_hours", "hours_above"), (&facts, as_of), |facts, rules, trace| {
        assert!(hours_above(facts, rules, trace).unwrap());
    });
}

fn raise_facts(granted: Option<i64>) -> RaiseFacts {
    RaiseFacts {
        of: of(2024),
        raise_id: "verzoek 1".to_owned(),
        items: RaiseItems {
            clients: Some(92),
            hours_per_client_month: Some(hours(134)),
            forecast: Some(cents(108_000_000)),
            explanation: Some("meer cliënten".to_owned()),
        },
        ceiling: cents(100_000_000),
        spent: cents(72_000_000),
        due_day: "2024-10-15".parse().unwrap(),
        decided_day: "2024-10-01".parse().unwrap(),
        agreed_hours: hours(140),
        clients: (90, Some(80)),
        standing: Some(Standing { total: hours(9), rank: 4, of: 40 }),
        regional: "twee zorgaanbieders hebben geen ruimte meer".to_owned(),
        granted: granted.map(cents),
        motivation: "besproken met de zorgaanbieder".to_owned(),
        as_of: at("2024-10-01T10:00:00Z"),
    }
}

#[test]
fn hom_06_a_raise_that_is_granted_refused_and_not_taken_up() {
    for (name, granted) in [("hom_06_granted", Some(108_000_000)), ("hom_06_refused", None)] {
        let facts = raise_facts(granted);
        check((name, "raise"), (&facts, facts.as_of), |facts, _, trace| raise::explain_raise(facts, trace).unwrap());
    }
    let facts = AdmissionFacts {
        of: of(2024),
        raise_id: "verzoek 2".to_owned(),
        ceiling: cents(100_000_000),
        spent: cents(69_999_999),
        forecast: cents(108_000_000),
        as_of: at("2024-09-01T10:00:00Z"),
    };
    check(("hom_06_not_taken_up", "raise_not_taken_up"), (&facts, facts.as_of), |facts, rules, trace| {
        assert!(!raise::admits(facts, rules, trace).unwrap());
    });
}

#[test]
fn hom_07_a_stop_that_starts_and_ends() {
    let as_of = at("2024-10-14T10:00:00Z");
    let stop = StopFacts {
        of: of(2024),
        kind: AgreementType::Standard,
        raise: ("verzoek 1".to_owned(), RaiseState::Refused),
        stopped: false,
        first_day: "2024-10-15".parse().unwrap(),
        today: "2024-10-14".parse().unwrap(),
        informing: "een brief aan wie zich aanmeldt".to_owned(),
        consultation: "gesprek met de bestuurder op 10 oktober".to_owned(),
        alternatives: vec![("41410002".parse().unwrap(), Some(5_000_000))],
        as_of,
    };
    check(("hom_07_stop", "client_stop"), (&stop, as_of), |facts, _, trace| client_stop::stop(facts, trace).unwrap());
    let (stop_id, last_day) = ("stop 1".to_owned(), "2024-11-30".parse().unwrap());
    let end = StopEndFacts { of: of(2024), stop_id, last_day, motivation: "er is weer ruimte".to_owned(), as_of };
    check(("hom_07_stop_end", "client_stop_end"), (&end, as_of), |facts, _, trace| {
        client_stop::explain_end(facts, trace);
    });
}

fn application(kind: ApplicationKind, filed: &str, declared: &[&str]) -> ApplicationFacts {
    ApplicationFacts {
        of: of(2024),
        kind,
        preferred: false,
        declared: declared.iter().map(|code| (*code).to_owned()).collect(),
        agreement: Some(AgreementType::Standard),
        as_of: at(filed),
    }
}

fn impact(kind: ApplicationKind, granted: Option<i64>, as_of: &str) -> ImpactFacts {
    ImpactFacts {
        of: of(2024),
        application_id: "aanvraag 1".to_owned(),
        kind,
        amount: cents(2_500_000),
        granted: granted.map(cents),
        impact: "twee uur per cliënt per maand minder".to_owned(),
        as_of: at(as_of),
    }
}

#[test]
fn hom_08_an_application_that_is_late_and_lacks_something_and_one_that_is_granted() {
    let late = application(ApplicationKind::Innovation, "2023-12-23T10:00:00Z", &[]);
    check(("hom_08_not_considered", "application"), (&late, late.as_of), |facts, rules, trace| {
        assert!(!application::considered(facts, rules, trace).unwrap());
    });
    let granted = impact(ApplicationKind::Innovation, Some(2_000_000), "2024-01-15T10:00:00Z");
    check(("hom_08_granted", "application_impact"), (&granted, granted.as_of), |facts, _, trace| {
        application::explain_impact(facts, trace).unwrap();
    });
}

#[test]
fn hom_12_an_application_for_technology_that_is_refused() {
    let filed = application(ApplicationKind::Technology, "2024-02-01T10:00:00Z", &[]);
    check(("hom_12_technology", "application"), (&filed, filed.as_of), |facts, rules, trace| {
        assert!(!application::considered(facts, rules, trace).unwrap());
    });
    let refused = impact(ApplicationKind::Technology, None, "2024-02-15T10:00:00Z");
    check(("hom_12_refused", "application_impact"), (&refused, refused.as_of), |facts, _, trace| {
        application::explain_impact(facts, trace).unwrap();
    });
}

fn year() -> YearEndFacts {
    let stop = |first: &str, last: &str, new_clients, granted| StopUse {
        stop_id: "stop".to_owned(),
        first_day: first.parse().unwrap(),
        last_day: last.parse().unwrap(),
        new_clients,
        granted: cents(granted),
    };
    let share = Percentage("40".parse().unwrap());
    let source_day = "2025-05-31".parse().unwrap();
    YearEndFacts {
        of: of(2024),
        kind: AgreementType::Standard,
        ceiling: cents(10_000_000),
        spent: cents(9_000_000),
        beyond: cents(12_345),
        agreed: hours(125),
        hours: Hours { minutes: 40_000, client_months: 50 },
        subcontracting: Some(Subcontracting { share, source: "DigiMV 2024".to_owned(), source_day }),
        stops: vec![stop("2024-08-01", "2024-08-31", 0, 0), stop("2024-10-15", "2024-12-31", 2, 5_000)],
        cut_off: at("2025-06-30T22:00:00Z"),
        as_of: at("2025-07-01T10:00:00Z"),
    }
}

#[test]
fn hom_09_a_list_with_everything_on_it_and_one_with_nothing() {
    let broken = year();
    let kept = YearEndFacts {
        beyond: cents(0),
        hours: Hours { minutes: 37_500, client_months: 50 },
        subcontracting: None,
        stops: Vec::new(),
        ..year()
    };
    for (name, facts) in [("hom_09_broken", broken), ("hom_09_kept", kept)] {
        check((name, "year_end"), (&facts, facts.as_of), |facts, rules, trace| {
            year_end::year_end(facts, rules, trace).unwrap();
        });
    }
}

#[test]
fn hom_09_what_is_done_about_it() {
    let outcomes = [
        ("hom_09_reclaim", YearEndOutcome::Reclaim, 5_000),
        ("hom_09_talk", YearEndOutcome::Talk, 0),
        ("hom_09_none", YearEndOutcome::None, 0),
    ];
    for (name, outcome, amount) in outcomes {
        let facts = OutcomeFacts {
            of: of(2024),
            listed: "besluit 1".to_owned(),
            at_stake: cents(1_197_500),
            outcome,
            amount: cents(amount),
            motivation: "besproken met de bestuurder".to_owned(),
            as_of: at("2025-09-01T10:00:00Z"),
        };
        check((name, "year_end_outcome"), (&facts, facts.as_of), |facts, _, trace| {
            year_end::outcome(facts, trace).unwrap();
        });
    }
}

#[test]
fn hom_10_hom_11_hom_12_products_that_are_refused() {
    let as_of = at("2024-09-20T10:00:00Z");
    let refused =
        |ground, product: &str| RefusedProduct { ground, product: product.to_owned(), lines: 2, claimed: cents(2_000) };
    for (name, ground, product) in [
        ("hom_10_night_care", Ground::NightCare, "1902"),
        ("hom_11_not_bought", Ground::NotBought, "1901"),
        ("hom_12_not_agreed", Ground::Technology, "1903"),
    ] {
        let (file_id, refused) = ("bestand 1".to_owned(), vec![refused(ground, product)]);
        let facts = RefusedFacts { of: of(2024), file_id, refused, as_of };
        check((name, "refused_products"), (&facts, as_of), |facts, rules, trace| {
            explain_refused(facts, rules, trace).unwrap();
        });
    }
}
