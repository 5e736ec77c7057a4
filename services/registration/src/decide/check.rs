//! The requirements of a round (REG-03, REG-04, REG-08, REG-12, REG-14, REG-15): rows of the rule files, each tested.

use calendar::amsterdam_date;
use chrono::{Datelike, Months, NaiveDate};
use explain::{Check, Fraction, IntoValue, Known, Test, Trace, Value, When};
use money::Decimal;

use super::{
    AssessmentFacts,
    evidence::{Evidence, given},
};
use crate::{
    NAME,
    domain::{Answer, Category, Ground, Judgement, Reason},
    error::Error,
    rules,
};

/// What is known when requirements are tested.
pub(super) struct Tester<'a> {
    pub facts: &'a AssessmentFacts,
    pub evidence: &'a Evidence,
    pub category: Category,
}

/// What a test comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is met.
    Met,
    /// It is not.
    Unmet,
    /// The office has to judge it, and did not yet.
    Unjudged,
}

impl Tester<'_> {
    /// Whether a requirement holds for this provider with the registration, products aside.
    pub fn holds(&self, check: &Check) -> bool {
        check.when == When::Registration && self.concerns(check)
    }

    /// Tells that a requirement is not asked, where that follows from what the provider says of itself.
    pub fn tell_exception(&self, check: &Check, trace: &mut Trace) {
        let Some(flag) = check.unless.as_ref().filter(|flag| self.evidence.is_yes(flag)) else { return };
        let known = |text: String| Known { value: text, origin: check.origin() };
        let named = format!("{}.{}", flag.about, flag.name);
        let said = given(self.facts, &flag.about, &flag.name, Some(true.to_value()));
        let step = trace.step(&rules::NOT_ASKED).with("rule", &known(check.rule.to_string()));
        step.with("code", &known(check.key.to_string())).with("flag", &known(named)).with("said", &said).gives(true);
    }

    /// Whether a requirement is about this provider, whenever it is to be shown.
    pub fn concerns(&self, check: &Check) -> bool {
        let unless = check.unless.as_ref().is_some_and(|flag| self.evidence.is_yes(flag));
        self.is_meant(check) && !unless
    }

    /// Whether a requirement is about this provider, exceptions aside.
    pub fn is_meant(&self, check: &Check) -> bool {
        let category = self.category.as_str();
        let whom = check.whom.is_empty() || check.whom.iter().any(|whom| &**whom == category);
        let modules = &self.facts.content.modules;
        let module = check.module.as_ref().is_none_or(|module| modules.iter().any(|applied| **applied == **module));
        let only_if = check.only_if.as_ref().is_none_or(|flag| self.evidence.is_yes(flag));
        whom && module && only_if
    }

    /// Tests a requirement and tells the step.
    pub fn test(&self, check: &Check, trace: &mut Trace) -> Outcome {
        let (outcome, value) = self.outcome(check);
        let facts = self.facts;
        let mut step = trace.row(check).with("given", &given(facts, &check.fact.about, &check.fact.name, value));
        if let Some(limit) = self.limit(check) {
            step = step.with("limit", &limit);
        }
        if let Some(of) = &check.of {
            let whole = self.evidence.fact(&check.fact.about, of).map(IntoValue::to_value);
            step = step.with("of", &given(facts, &check.fact.about, of, whole));
        }
        let received = Known::fact(NAME, "registration", facts.as_of, self.received());
        let year = Known::fact(NAME, "round", facts.as_of, facts.round.year);
        let start = Known::fact(NAME, "registration", facts.as_of, facts.start());
        step = step.with("received", &received).with("year", &year).with("start", &start);
        step.gives(outcome == Outcome::Met);
        outcome
    }

    /// The limit of a test as a step shows it: years as years, a list of another document as that list.
    fn limit(&self, check: &Check) -> Option<Known<Value>> {
        if let Test::Covers(other) = &check.test {
            let list = self.evidence.fact(&other.about, &other.name).map(IntoValue::to_value);
            return Some(given(self.facts, &other.about, &other.name, list));
        }
        let year = |relative: &i32| (self.facts.round.year + relative).to_string();
        let value = match &check.test {
            Test::InYear(relative) => Value::Text(year(relative).into()),
            Test::Years(years) => Value::Text(years.iter().map(year).collect::<Vec<_>>().join(", ").into()),
            test => test.limit()?,
        };
        Some(Known { value, origin: check.origin() })
    }

    fn received(&self) -> NaiveDate {
        amsterdam_date(self.facts.received)
    }

    fn outcome(&self, check: &Check) -> (Outcome, Option<Value>) {
        let (about, name) = (&*check.fact.about, &*check.fact.name);
        let met = |met: bool| if met { Outcome::Met } else { Outcome::Unmet };
        match &check.test {
            Test::HandedIn => (met(self.evidence.has(about)), Some(self.evidence.has(about).to_value())),
            Test::Judged | Test::NotObjected => {
                let judgement = self.facts.judgements.get(name);
                let outcome = match (judgement, &check.test) {
                    (Some(Judgement::Negative), _) => Outcome::Unmet,
                    (Some(Judgement::Positive), _) | (None, Test::NotObjected) => Outcome::Met,
                    (None, _) => Outcome::Unjudged,
                };
                (outcome, judgement.map(|judgement| (*judgement == Judgement::Positive).to_value()))
            }
            test => {
                let answer = self.evidence.fact(about, name);
                let passed = answer.is_some_and(|answer| self.passes(check, test, answer));
                (met(passed), answer.map(IntoValue::to_value))
            }
        }
    }

    /// Whether a fact that was given passes. One of another type than the test reads does not.
    fn passes(&self, check: &Check, test: &Test, answer: &Answer) -> bool {
        match (test, answer) {
            (Test::Given, _) => true,
            (Test::Yes, Answer::Yes(yes)) => *yes,
            (Test::No, Answer::Yes(yes)) => !yes,
            (Test::OneOf(words), Answer::Text(text)) => words.iter().any(|word| **word == **text),
            (Test::Entity, Answer::Text(text)) => *text == self.facts.kvk.to_string(),
            (Test::Includes(words), Answer::List(list)) => {
                words.iter().all(|word| list.iter().any(|text| **text == **word))
            }
            (Test::Covers(other), Answer::List(list)) => match self.evidence.fact(&other.about, &other.name) {
                Some(Answer::List(other)) => other.iter().all(|text| list.contains(text)),
                _ => false,
            },
            (Test::Years(years), Answer::List(list)) => {
                years.iter().all(|year| list.contains(&(self.facts.round.year + year).to_string()))
            }
            (Test::MonthsOld(months), Answer::Date(date)) => self.not_older(check, *date, *months),
            (Test::YearsOld(years), Answer::Date(date)) => self.not_older(check, *date, years.saturating_mul(12)),
            (Test::InYear(year), Answer::Date(date)) => date.year() == self.facts.round.year + year,
            (Test::ByStart, Answer::Date(date)) => *date <= self.facts.start(),
            (Test::AtLeast(limit), Answer::Number(number)) => number >= limit,
            (Test::AtMost(limit), Answer::Number(number)) => number <= limit,
            (Test::AtLeastEuro(limit), Answer::Amount(amount)) => amount >= limit,
            (Test::ShareAtLeast(limit), Answer::Number(part)) => {
                self.share(check, *part, *limit).is_some_and(|(part, whole)| part >= whole)
            }
            (Test::ShareAtMost(limit), Answer::Number(part)) => {
                self.share(check, *part, *limit).is_some_and(|(part, whole)| part <= whole)
            }
            _ => false,
        }
    }

    /// Not from after it was handed in, and at the receipt not past the day so many months later.
    fn not_older(&self, check: &Check, date: NaiveDate, months: u32) -> bool {
        let received = self.received();
        let handed_in = self.evidence.added(&check.fact.about).map_or(received, amsterdam_date);
        date <= handed_in && date.checked_add_months(Months::new(months)).is_none_or(|last| received <= last)
    }

    /// Part and whole over a common denominator, to compare them without dividing; none without a whole above zero.
    fn share(&self, check: &Check, part: Decimal, limit: Fraction) -> Option<(Decimal, Decimal)> {
        let Some(Answer::Number(whole)) = self.evidence.fact(&check.fact.about, check.of.as_deref()?) else {
            return None;
        };
        let positive = *whole > Decimal::ZERO && part >= Decimal::ZERO;
        let part = part.checked_mul(limit.denominator.into())?;
        let whole = whole.checked_mul(limit.numerator.into())?;
        positive.then_some((part, whole))
    }
}

/// The reason that a requirement which is not met makes.
///
/// # Errors
/// [`Error::UnknownGround`] when the rule file has a ground that is none of a registration's.
pub(super) fn reason(check: &Check) -> Result<Reason, Error> {
    let ground = Ground::from_code(&check.ground).ok_or_else(|| Error::UnknownGround {
        rule: check.rule.to_string(),
        key: check.key.to_string(),
        ground: check.ground.to_string(),
    })?;
    let judged = matches!(check.test, Test::Judged | Test::NotObjected);
    let subject = if judged { &check.fact.name } else { &check.fact.about };
    Ok(Reason { rule: check.rule.to_string(), code: check.key.to_string(), subject: subject.to_string(), ground })
}
