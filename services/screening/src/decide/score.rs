//! The risk score of a provider (SCR-08): what its standing signals and its integrity weigh. It orders work and decides
//! nothing. More or stronger signals never lower it.

use chrono::{DateTime, NaiveDate, Utc};
use edge::{EdgeError, Office};
use explain::{Known, RuleScope, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{IntegrityState, SignalKind},
    rules,
};

/// The decimals of points. They are rounded down, which keeps more from becoming less.
const POINT_DECIMALS: u32 = 2;

/// The standing signals of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSignals {
    /// The rule.
    pub rule: String,
    /// How certain they are.
    pub kind: SignalKind,
    /// How many there are.
    pub count: i64,
    /// What is at stake in them.
    pub at_stake: Money,
    /// How many of them are in a case that is not closed.
    #[serde(default)]
    pub in_cases: i64,
}

/// What a score is computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreFacts {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// Its standing signals, by rule and kind.
    pub signals: Vec<RuleSignals>,
    /// What its integrity comes to.
    pub integrity: IntegrityState,
    /// The day whose weights hold.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// A score, and what it is multiplied with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// The points.
    pub points: Decimal,
    /// What is at stake in all signals.
    pub at_stake: Money,
    /// The amount at stake in euros, times the points.
    pub priority: Decimal,
}

impl ScoreFacts {
    fn known<T>(&self, name: &'static str, value: T) -> Known<T> {
        Known::fact(NAME, name, self.as_of, value)
    }
}

/// Computes the score.
///
/// # Errors
/// A parameter without a value, or an amount that does not fit.
pub fn score(facts: &ScoreFacts, rules: &Rules, trace: &mut Trace) -> Result<Score, EdgeError> {
    let scope = RuleScope { office: facts.office.as_str(), act: "", sector: "", date: facts.day };
    let mut points = Decimal::ZERO;
    let of_rules = by_rule(facts)?;
    for (rule, of) in &of_rules {
        points = plus(points, weigh(facts, (rule, of), (rules, &scope), trace)?)?;
    }
    let weight = match facts.integrity {
        IntegrityState::Objection => Some(&rules::SCORE_OBJECTION),
        IntegrityState::Conditions => Some(&rules::SCORE_CONDITIONS),
        IntegrityState::NoObjection | IntegrityState::Pending => None,
    };
    if let Some(weight) = weight {
        let weight = rules.get(weight, &scope)?;
        let state = facts.known("integrity", facts.integrity.as_str());
        trace.step(&rules::SCORE_INTEGRITY).with("state", &state).gives(weight.value);
        points = plus(points, Decimal::from(weight.value))?;
    }
    let at_stake = Money::total(facts.signals.iter().map(|signals| signals.at_stake))?;
    let total = trace.step(&rules::SCORE_TOTAL).with("rules", &facts.known("signals", of_rules.len() as i64));
    let points = total.gives(points);
    let priority = points.checked_mul(at_stake.euros()).ok_or(MoneyError::Overflow)?.normalize();
    let step = trace.step(&rules::SCORE_PRIORITY).with("at_stake", &facts.known("signals", at_stake));
    step.with("points", &points).gives(priority);
    Ok(Score { points: points.value, at_stake, priority })
}

fn plus(points: Decimal, more: Decimal) -> Result<Decimal, MoneyError> {
    points.checked_add(more).ok_or(MoneyError::Overflow)
}

/// The standing signals of a rule, of both kinds.
struct OfRule {
    exact: i64,
    signals: i64,
    at_stake: Money,
}

/// What stands, rule by rule, in the order in which rules are first told.
fn by_rule(facts: &ScoreFacts) -> Result<Vec<(&str, OfRule)>, MoneyError> {
    let mut rules: Vec<(&str, OfRule)> = Vec::new();
    for signals in &facts.signals {
        let at = rules.iter().position(|(rule, _)| *rule == signals.rule).unwrap_or(rules.len());
        if at == rules.len() {
            rules.push((&signals.rule, OfRule { exact: 0, signals: 0, at_stake: Money::ZERO }));
        }
        let Some((_, of)) = rules.get_mut(at) else { continue };
        match signals.kind {
            SignalKind::Exact => of.exact = of.exact.saturating_add(signals.count),
            SignalKind::Signal => of.signals = of.signals.saturating_add(signals.count),
        }
        of.at_stake = of.at_stake.plus(signals.at_stake)?;
    }
    Ok(rules)
}

/// What the signals of a rule weigh: each as much as its kind, up to a number of both together, and what is at stake by
/// itself. The exact ones count first: one that becomes exact takes no place of another that weighs more.
fn weigh(
    facts: &ScoreFacts,
    (rule, of): (&str, &OfRule),
    (rules, scope): (&Rules, &RuleScope<'_>),
    trace: &mut Trace,
) -> Result<Decimal, EdgeError> {
    let (exact, signal) = (rules.get(&rules::SCORE_EXACT, scope)?, rules.get(&rules::SCORE_SIGNAL, scope)?);
    let (most, euros) = (rules.get(&rules::SCORE_MOST, scope)?, rules.get(&rules::SCORE_EUROS, scope)?);
    let counted = of.exact.min(i64::from(most.value));
    let others = of.signals.min(i64::from(most.value) - counted);
    let by_count = plus(times(counted, exact.value)?, times(others, signal.value)?)?;
    let by_amount = of.at_stake.euros().checked_div(Decimal::from(euros.value)).ok_or(MoneyError::Overflow)?;
    let points = plus(by_count, Rounding::Down.apply(by_amount, POINT_DECIMALS))?;
    let step = trace.step(&rules::SCORE_RULE).with("rule", &facts.known("signals", rule.to_owned()));
    let step = step.with("exact", &facts.known("signals", of.exact)).with("exact_weight", &exact);
    let step = step.with("signals", &facts.known("signals", of.signals)).with("signal_weight", &signal);
    let step = step.with("most", &most).with("at_stake", &facts.known("signals", of.at_stake)).with("euros", &euros);
    Ok(step.gives(points).value)
}

fn times(count: i64, weight: u32) -> Result<Decimal, MoneyError> {
    Decimal::from(count).checked_mul(Decimal::from(weight)).ok_or(MoneyError::Overflow)
}

#[cfg(test)]
mod tests {
    use explain::RuleFile;
    use proptest::prelude::*;

    use super::*;

    fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn signals(rule: &str, kind: SignalKind, count: i64, cents: i64) -> RuleSignals {
        RuleSignals { rule: rule.to_owned(), kind, count, at_stake: Money::from_cents(cents), in_cases: 0 }
    }

    fn scored(signals: Vec<RuleSignals>, integrity: IntegrityState, rules: &Rules) -> Score {
        let (office, agb) = ("vgz".parse().unwrap(), "41410001".parse().unwrap());
        let day = "2024-06-01".parse().unwrap();
        let facts = ScoreFacts { office, agb, signals, integrity, day, as_of: DateTime::UNIX_EPOCH };
        score(&facts, rules, &mut Trace::new()).unwrap()
    }

    #[test]
    fn scr_08_each_signal_weighs_what_its_kind_does_and_money_by_itself() {
        let rules = built_in();
        let none = scored(vec![], IntegrityState::NoObjection, &rules);
        assert_eq!((none.points, none.priority), (Decimal::ZERO, Decimal::ZERO));
        let two =
            vec![signals("double", SignalKind::Exact, 2, 250_000), signals("more_providers", SignalKind::Signal, 1, 0)];
        // Twice 10, 2.50 for EUR 2,500.00, and 3.
        let score = scored(two.clone(), IntegrityState::NoObjection, &rules);
        assert_eq!((score.points, score.at_stake), (Decimal::new(2550, 2), Money::from_cents(250_000)));
        assert_eq!(score.priority, Decimal::from(63_750));
        assert_eq!(scored(two, IntegrityState::Objection, &rules).points, Decimal::new(7550, 2));
    }

    #[test]
    fn scr_08_a_hundred_signals_of_a_rule_weigh_as_much_as_the_most_that_count() {
        let rules = built_in();
        let of = |count| scored(vec![signals("double", SignalKind::Exact, count, 0)], IntegrityState::Pending, &rules);
        assert_eq!(of(20).points, Decimal::from(200));
        assert_eq!(of(100).points, of(20).points);
    }

    #[test]
    fn scr_08_both_kinds_of_a_rule_count_up_to_the_most_together_and_the_exact_ones_first() {
        let rules = built_in();
        let of = |exact, others| {
            let both =
                vec![signals("double", SignalKind::Exact, exact, 0), signals("double", SignalKind::Signal, others, 0)];
            scored(both, IntegrityState::Pending, &rules).points
        };
        assert_eq!((of(20, 1), of(21, 0)), (Decimal::from(200), Decimal::from(200)));
        assert_eq!((of(19, 1), of(19, 40)), (Decimal::from(193), Decimal::from(193)));
        assert_eq!(of(0, 40), Decimal::from(60));
        // Cents of both kinds together are a part of a point, too.
        let split = vec![signals("double", SignalKind::Exact, 0, 500), signals("double", SignalKind::Signal, 0, 500)];
        assert_eq!(scored(split, IntegrityState::Pending, &rules).points, Decimal::new(1, 2));
    }

    proptest! {
        /// Of signals of one rule some turn out to be exact, with their share of what is at stake.
        #[test]
        fn scr_08_what_becomes_exact_never_lowers_it(
            (exact, others) in (0..60_i64, 0..60_i64),
            surer in 0..60_i64,
            cents in (0..100_000_i64, 0..100_000_i64),
            moved in 0..100_000_i64,
        ) {
            let rules = built_in();
            let (surer, moved) = (surer.min(others), moved.min(cents.1));
            let of = |exact: (i64, i64), others: (i64, i64)| {
                let both = vec![
                    signals("double", SignalKind::Exact, exact.0, exact.1),
                    signals("double", SignalKind::Signal, others.0, others.1),
                ];
                scored(both, IntegrityState::Pending, &rules)
            };
            let before = of((exact, cents.0), (others, cents.1));
            let after = of((exact + surer, cents.0 + moved), (others - surer, cents.1 - moved));
            prop_assert!(after.points >= before.points);
            prop_assert!(after.priority >= before.priority);
        }

        /// More signals, of a surer kind, with more at stake, or a worse integrity never lower the score.
        #[test]
        fn scr_08_more_or_stronger_signals_never_lower_it(
            of in prop::collection::vec((0..5_usize, any::<bool>(), 0..60_i64, 0..100_000_000_i64), 0..6),
            more in prop::collection::vec((0..5_usize, any::<bool>(), 0..60_i64, 0..100_000_000_i64), 6),
            states in (0..4_usize, 0..4_usize),
        ) {
            let rules = built_in();
            let order =
                [IntegrityState::NoObjection, IntegrityState::Pending, IntegrityState::Conditions, IntegrityState::Objection];
            let kind = |exact| if exact { SignalKind::Exact } else { SignalKind::Signal };
            let weaker: Vec<RuleSignals> =
                of.iter().map(|(rule, exact, count, cents)| signals(&rule.to_string(), kind(*exact), *count, *cents)).collect();
            let stronger: Vec<RuleSignals> = of
                .iter()
                .zip(&more)
                .map(|((rule, exact, count, cents), (_, surer, extra, euros))| {
                    signals(&rule.to_string(), kind(*exact || *surer), count + extra, cents + euros)
                })
                .chain(more.iter().skip(of.len()).map(|(rule, exact, count, cents)| {
                    signals(&rule.to_string(), kind(*exact), *count, *cents)
                }))
                .collect();
            let (low, high) = (states.0.min(states.1), states.0.max(states.1));
            let (before, after) = (scored(weaker, order[low], &rules), scored(stronger, order[high], &rules));
            prop_assert!(after.points >= before.points);
            prop_assert!(after.priority >= before.priority);
        }
    }
}
