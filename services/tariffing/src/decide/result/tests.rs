//! Evaluations of results, and what follows from them.

use chrono::NaiveDate;
use explain::{Facts, Value};
use money::Decimal;

use super::*;
use crate::decide::fixture::{built_in, subject};

fn facts(outcome: Outcome, consequence: Consequence, obligation: bool) -> EvaluationFacts {
    let date = NaiveDate::from_ymd_opt(2023, 12, 15).unwrap();
    EvaluationFacts {
        subject: subject("vgz", 2023),
        result: ResultAgreement {
            proposal_id: "p".to_owned(),
            measure: "verstoringen".to_owned(),
            start: Decimal::from(4),
            target: Decimal::new(25, 1),
            date,
            measured_by: "cliëntenraad".to_owned(),
            obligation,
            evaluations: Vec::new(),
        },
        evaluation: Evaluation {
            date,
            value: Decimal::from(3),
            outcome,
            consequence,
            motivation: "redelijk".to_owned(),
        },
        as_of: DateTime::UNIX_EPOCH,
    }
}

/// The texts of the steps, with their results.
fn told(facts: &EvaluationFacts) -> Result<Vec<(String, Value)>, Error> {
    let mut trace = Trace::new();
    evaluate(facts, built_in(), &mut trace)?;
    let steps = trace.finish(built_in(), &Facts::new(facts, facts.as_of)).steps;
    Ok(steps.into_iter().map(|step| (step.text.into(), step.result)).collect())
}

#[test]
fn tar_16_an_evaluation_tells_the_outcome_and_what_follows() {
    let cases = [
        (Outcome::Met, &rules::RESULT_MET, Consequence::None, &rules::NO_CONSEQUENCE),
        (Outcome::Partly, &rules::RESULT_PARTLY, Consequence::EndedNextYear, &rules::ENDED_NEXT_YEAR),
        (Outcome::NotMet, &rules::RESULT_NOT_MET, Consequence::Reclaimed, &rules::RECLAIMED),
    ];
    for (outcome, first, consequence, second) in cases {
        let expected = [
            (first.key.to_owned(), Value::Flag(outcome == Outcome::Met)),
            (second.key.to_owned(), Value::Flag(consequence == Consequence::None)),
        ];
        assert_eq!(told(&facts(outcome, consequence, true)).unwrap(), expected);
    }
}

#[test]
fn tar_16_only_an_obligation_is_reclaimed() {
    for (consequence, obligation, refused) in [
        (Consequence::Reclaimed, false, true),
        (Consequence::Reclaimed, true, false),
        (Consequence::EndedNextYear, false, false),
        (Consequence::None, false, false),
    ] {
        let told = told(&facts(Outcome::NotMet, consequence, obligation));
        assert_eq!(matches!(told, Err(Error::NoObligation)), refused, "{consequence:?} {obligation}");
    }
}
