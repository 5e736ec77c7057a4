//! Decisions taken again, from the facts and rules kept with them.

use std::error::Error;

use edge::EdgeError;
use explain::{Replay, ReplayError, Rules, Trace};
use intake::reclaim::{CaseReclaimFacts, Reclaimer as _, case_reclaim};

use crate::{
    cases::Reclaims,
    decide::{
        self, BeyondFacts, UseFacts,
        application::{self, ApplicationFacts, ImpactFacts},
        benchmark::{self, ExclusionFacts, RunFacts, ScoreFacts},
        client_stop::{self, StopEndFacts, StopFacts},
        forecast::{ForecastSignalFacts, forecast_above},
        hours::{HoursFacts, hours_above},
        offer::{self, OfferFacts, RevisionFacts},
        products::{RefusedFacts, explain_refused},
        raise::{self, AdmissionFacts, RaiseFacts},
        year_end::{self, OutcomeFacts, YearEndFacts},
    },
    domain::DecisionKind,
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when home care takes no decisions of this `kind`, the facts or the rule archive can't be read, or
/// they lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    match DecisionKind::from_code(kind) {
        Some(DecisionKind::ThresholdReached) => replay.with(|facts: &UseFacts| facts.as_of, reached),
        Some(DecisionKind::BeyondCeiling) => {
            replay.with(|facts: &BeyondFacts| facts.as_of, |facts, _, trace| decide::beyond(facts, trace).map(drop))
        }
        Some(DecisionKind::ForecastAbove) => replay.with(
            |facts: &ForecastSignalFacts| facts.forecast.as_of,
            |facts, rules, trace| given(forecast_above(facts, rules, trace)),
        ),
        Some(DecisionKind::HoursAbove) => {
            replay.with(|facts: &HoursFacts| facts.as_of, |facts, rules, trace| given(hours_above(facts, rules, trace)))
        }
        Some(DecisionKind::RefusedProducts) => replay.with(
            |facts: &RefusedFacts| facts.as_of,
            |facts, rules, trace| explain_refused(facts, rules, trace).map(drop),
        ),
        None if kind == "case_reclaim" => replay.with(
            |facts: &CaseReclaimFacts| facts.as_of,
            |facts, _, trace| case_reclaim(facts, &Reclaims::RULE, trace).map(drop),
        ),
        None if kind.starts_with("benchmark") => of_benchmark(kind, &replay),
        None if kind.starts_with("offer") => of_offers(kind, &replay),
        None if kind.starts_with("application") => of_applications(kind, &replay),
        None if kind.starts_with("year_end") => of_year_end(kind, &replay),
        None => of_raises(kind, &replay),
    }
}

fn of_benchmark(kind: &str, replay: &Replay<'_>) -> Result<Vec<u8>, ReplayError> {
    match kind {
        "benchmark_exclusion" => replay.with(
            |facts: &ExclusionFacts| facts.as_of,
            |facts, _, trace| {
                benchmark::explain_exclusion(facts, trace);
                Ok::<_, EdgeError>(())
            },
        ),
        "benchmark_run" => replay.with(|facts: &RunFacts| facts.as_of, benchmark::explain_run),
        "benchmark_score" => replay.with(
            |facts: &ScoreFacts| facts.as_of,
            |facts, rules, trace| benchmark::score(facts, rules, trace).map(drop),
        ),
        _ => Err(replay.unknown_kind()),
    }
}

fn of_offers(kind: &str, replay: &Replay<'_>) -> Result<Vec<u8>, ReplayError> {
    match kind {
        "offer" => replay
            .with(|facts: &OfferFacts| facts.as_of, |facts, rules, trace| offer::offer(facts, rules, trace).map(drop)),
        "offer_revision" => replay.with(
            |facts: &RevisionFacts| facts.as_of,
            |facts, rules, trace| offer::revise(facts, rules, trace).map(drop),
        ),
        _ => Err(replay.unknown_kind()),
    }
}

fn of_applications(kind: &str, replay: &Replay<'_>) -> Result<Vec<u8>, ReplayError> {
    match kind {
        "application" => replay.with(
            |facts: &ApplicationFacts| facts.as_of,
            |facts, rules, trace| application::considered(facts, rules, trace).map(drop),
        ),
        "application_impact" => {
            replay.with(|facts: &ImpactFacts| facts.as_of, |facts, _, trace| application::explain_impact(facts, trace))
        }
        _ => Err(replay.unknown_kind()),
    }
}

fn of_raises(kind: &str, replay: &Replay<'_>) -> Result<Vec<u8>, ReplayError> {
    match kind {
        "raise_not_taken_up" => replay.with(|facts: &AdmissionFacts| facts.as_of, not_taken_up),
        "raise" => replay.with(|facts: &RaiseFacts| facts.as_of, |facts, _, trace| raise::explain_raise(facts, trace)),
        "client_stop" => {
            replay.with(|facts: &StopFacts| facts.as_of, |facts, _, trace| client_stop::stop(facts, trace))
        }
        "client_stop_end" => replay.with(
            |facts: &StopEndFacts| facts.as_of,
            |facts, _, trace| {
                client_stop::explain_end(facts, trace);
                Ok::<_, EdgeError>(())
            },
        ),
        _ => Err(replay.unknown_kind()),
    }
}

fn of_year_end(kind: &str, replay: &Replay<'_>) -> Result<Vec<u8>, ReplayError> {
    match kind {
        "year_end" => replay.with(
            |facts: &YearEndFacts| facts.as_of,
            |facts, rules, trace| year_end::year_end(facts, rules, trace).map(drop),
        ),
        "year_end_outcome" => {
            replay.with(|facts: &OutcomeFacts| facts.as_of, |facts, _, trace| year_end::outcome(facts, trace))
        }
        _ => Err(replay.unknown_kind()),
    }
}

fn not_taken_up(facts: &AdmissionFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Box<dyn Error + Send + Sync>> {
    if raise::admits(facts, rules, trace)? { Err("the request would be taken up".into()) } else { Ok(()) }
}

fn reached(facts: &UseFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Box<dyn Error + Send + Sync>> {
    given(decide::reached(facts, rules, trace))
}

/// A signal is a decision only where there is ground for it.
fn given(signal: Result<bool, EdgeError>) -> Result<(), Box<dyn Error + Send + Sync>> {
    if signal? { Ok(()) } else { Err("there is no ground for the signal".into()) }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use explain::{Facts, RuleFile};
    use money::{Decimal, Money};
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;
    use crate::{
        decide::{
            Signal,
            forecast::ForecastFacts,
            products::{Ground, RefusedProduct},
        },
        domain::{Hours, ProviderYear},
    };

    fn built_in(change: impl Fn(&str) -> String) -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn of() -> ProviderYear {
        ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 }
    }

    fn used(signal: Signal, ceiling: i64, spent: i64, as_of: DateTime<Utc>) -> UseFacts {
        let (ceiling, spent) = (Money::from_cents(ceiling), Money::from_cents(spent));
        UseFacts { of: of(), signal, file_id: "F".to_owned(), ceiling, spent, forecast: None, as_of }
    }

    /// What the intake records.
    fn kept(trace: Trace, rules: &Rules, facts: &impl Serialize, as_of: DateTime<Utc>) -> (Facts, Vec<u8>) {
        let facts = Facts::new(facts, as_of);
        let explanation = trace.finish(rules, &facts).to_bytes();
        (facts, explanation)
    }

    proptest! {
        #[test]
        fn a_share_that_is_reached_is_reached_again_to_the_byte(
            ceiling in 1..1_000_000_000_i64,
            share in 70..=100_i64,
            second in any::<bool>(),
            micros in 0..2_000_000_000_000_000_i64,
        ) {
            let rules = built_in(str::to_owned);
            let signal = Signal::ALL[usize::from(second && share >= 90)];
            let as_of = DateTime::from_timestamp_micros(micros).unwrap();
            let facts = used(signal, ceiling, (ceiling * share + 99) / 100, as_of);
            let mut trace = Trace::new();
            prop_assert!(decide::reached(&facts, &rules, &mut trace).unwrap());
            let (recorded, explanation) = kept(trace, &rules, &facts, as_of);
            prop_assert_eq!(replay("threshold_reached", recorded.json(), &rules.archive()).unwrap(), explanation);
        }

        #[test]
        fn what_went_beyond_a_ceiling_goes_beyond_it_again_to_the_byte(
            ceiling in 1..1_000_000_000_i64,
            spent in 0..1_000_000_000_i64,
            claimed in 0..1_000_000_i64,
            credited in 0..1_000_i64,
            micros in 0..2_000_000_000_000_000_i64,
        ) {
            let rules = built_in(str::to_owned);
            let as_of = DateTime::from_timestamp_micros(micros).unwrap();
            let cents = Money::from_cents;
            let granted = cents(claimed.min((ceiling - spent).max(0)));
            let facts = BeyondFacts {
                of: of(),
                file_id: "F".to_owned(),
                ceiling: cents(ceiling),
                spent: cents(spent),
                claimed: cents(claimed),
                credited: cents(credited),
                granted,
                as_of,
            };
            let mut trace = Trace::new();
            decide::beyond(&facts, &mut trace).unwrap();
            let (recorded, explanation) = kept(trace, &rules, &facts, as_of);
            prop_assert_eq!(replay("beyond_ceiling", recorded.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    fn forecast(months: [i64; 3], last_year: bool, ceiling: i64) -> ForecastFacts {
        let as_of = "2024-04-20T10:00:00Z".parse().unwrap();
        let mut granted: Vec<Money> = months.into_iter().map(Money::from_cents).collect();
        granted.resize(12, Money::ZERO);
        let last_year = vec![if last_year { Money::from_cents(5_001) } else { Money::ZERO }; 12];
        ForecastFacts { of: of(), months: granted, last_year, ceiling: Money::from_cents(ceiling), as_of }
    }

    proptest! {
        #[test]
        fn hom_05_forecasts_and_hours_that_were_signalled_are_signalled_again_to_the_byte(
            cents in 1..1_000_000_i64,
            last_year in any::<bool>(),
            minutes in 1_500..100_000_i64,
        ) {
            let rules = built_in(str::to_owned);
            let made = forecast([cents, cents, cents + 7], last_year, cents * 3);
            let facts = ForecastSignalFacts { file_id: "F".to_owned(), forecast: made };
            let mut trace = Trace::new();
            prop_assert!(forecast_above(&facts, &rules, &mut trace).unwrap());
            let (recorded, explanation) = kept(trace, &rules, &facts, facts.forecast.as_of);
            prop_assert_eq!(replay("forecast_above", recorded.json(), &rules.archive()).unwrap(), explanation);

            let hours = Hours { minutes, client_months: 3 };
            let facts = HoursFacts { of: of(), file_id: "F".to_owned(), agreed: Decimal::from(8), hours, months: 3, as_of: DateTime::UNIX_EPOCH };
            let mut trace = Trace::new();
            prop_assert!(hours_above(&facts, &rules, &mut trace).unwrap());
            let (recorded, explanation) = kept(trace, &rules, &facts, facts.as_of);
            prop_assert_eq!(replay("hours_above", recorded.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn hom_05_a_first_signal_with_its_forecast_is_given_again_to_the_byte() {
        let rules = built_in(str::to_owned);
        let made = forecast([300_000, 300_000, 100_000], true, 1_000_000);
        let facts = UseFacts { forecast: Some(made), ..used(Signal::First, 1_000_000, 700_000, DateTime::UNIX_EPOCH) };
        let mut trace = Trace::new();
        assert!(decide::reached(&facts, &rules, &mut trace).unwrap());
        assert_eq!(trace.len(), 5);
        let (recorded, explanation) = kept(trace, &rules, &facts, facts.as_of);
        assert_eq!(replay("threshold_reached", recorded.json(), &rules.archive()).unwrap(), explanation);
        let unset = RefusedFacts {
            of: of(),
            file_id: "F".to_owned(),
            refused: vec![RefusedProduct {
                ground: Ground::NotBought,
                product: "1901".to_owned(),
                lines: 1,
                claimed: Money::from_cents(1),
            }],
            as_of: facts.as_of,
        };
        // Without a list there is nothing to refuse by.
        let undecided = replay("refused_products", Facts::new(&unset, unset.as_of).json(), &rules.archive());
        assert!(matches!(undecided, Err(ReplayError::Undecided(_))));
    }

    proptest! {
        #[test]
        fn hom_10_hom_11_hom_12_products_that_were_refused_are_refused_again_to_the_byte(
            refused in prop::collection::vec((0..3_usize, "[0-9]{4}", 1..10_000_i64, 0..1_000_000_000_i64), 0..8),
            micros in 0..2_000_000_000_000_000_i64,
        ) {
            let list = "values = [{ from = 2024-01-01, value = [\"1901\", \"1902\"] }]";
            let rules = built_in(|text| match text.contains("not_bought_products") {
                true => text.replace("unset = true", list),
                false => text.to_owned(),
            });
            let grounds = [Ground::NotBought, Ground::NightCare, Ground::Technology];
            let product = |(ground, product, lines, cents): (usize, String, i64, i64)| RefusedProduct {
                ground: grounds[ground],
                product,
                lines,
                claimed: Money::from_cents(cents),
            };
            let as_of = DateTime::from_timestamp_micros(micros).unwrap();
            let refused: Vec<RefusedProduct> = refused.into_iter().map(product).collect();
            let facts = RefusedFacts { of: of(), file_id: "F".to_owned(), refused, as_of };
            let mut trace = Trace::new();
            let claimed = explain_refused(&facts, &rules, &mut trace).unwrap();
            prop_assert_eq!(claimed, Money::total(facts.refused.iter().map(|one| one.claimed)).unwrap());
            let (recorded, explanation) = kept(trace, &rules, &facts, as_of);
            prop_assert_eq!(replay("refused_products", recorded.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation_or_none() {
        let rules = built_in(str::to_owned);
        let again = |kind, facts: &UseFacts, rules: &Rules| {
            replay(kind, Facts::new(facts, facts.as_of).json(), &rules.archive())
        };
        let facts = used(Signal::Second, 1_000_000, 900_000, DateTime::UNIX_EPOCH);
        let explanation = again("threshold_reached", &facts, &rules).unwrap();
        let first = used(Signal::First, 1_000_000, 900_000, DateTime::UNIX_EPOCH);
        assert_ne!(again("threshold_reached", &first, &rules).unwrap(), explanation);
        let more = used(Signal::Second, 1_000_000, 900_001, DateTime::UNIX_EPOCH);
        assert_ne!(again("threshold_reached", &more, &rules).unwrap(), explanation);
        let lower = built_in(|text| text.replace("value = \"90\"", "value = \"80\""));
        assert_ne!(again("threshold_reached", &facts, &lower).unwrap(), explanation);

        let higher = built_in(|text| text.replace("value = \"90\"", "value = \"91\""));
        assert!(matches!(again("threshold_reached", &facts, &higher), Err(ReplayError::Undecided(_))));
        assert!(matches!(again("beyond_ceiling", &facts, &rules), Err(ReplayError::Facts { .. })));
        assert!(matches!(again("click", &facts, &rules), Err(ReplayError::UnknownKind { .. })));
    }
}
