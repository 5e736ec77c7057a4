//! [`Finding`]: what a rule found, with all it rests on.

use chrono::NaiveDate;
use explain::{Facts, Known, Origin, Trace};
use identifiers::Agb;
use money::{Decimal, Money, Rounding};
use serde::Serialize;

use super::provider::Sum;
use crate::{
    domain::{Claim, FactKind, LineKey, SignalKind, Statement},
    rules::{self, RuleWords},
};

/// The most lines of a month of a provider that are evidence: a letter tells each, and each decision about a case holds
/// them. What is at stake beyond those lines can't be claimed back on them.
pub const MOST_LINES: usize = 500;

/// What a rule found.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// What tells it from others of its rule where no lines do, such as a provider's month.
    pub subject: String,
    /// The provider it is about; none where no line is.
    pub agb: Option<Agb>,
    /// The product of the line it is about; empty where there is none.
    pub product: String,
    /// How certain it is.
    pub kind: SignalKind,
    /// The first day it is about.
    pub first_day: NaiveDate,
    /// The last day it is about.
    pub last_day: NaiveDate,
    /// The amount at stake.
    pub at_stake: Money,
    /// The lines, in the order they were granted.
    pub lines: Vec<Claim>,
    /// What is on record and counted.
    pub facts: Vec<Statement>,
    /// The sums it is about, where it is about a month of a provider: lines of those are its evidence.
    pub sums: Vec<Sum>,
    /// Why.
    pub trace: Trace,
}

#[derive(Serialize)]
struct Digested<'a> {
    kind: SignalKind,
    days: (NaiveDate, NaiveDate),
    at_stake: Money,
    lines: &'a [Claim],
    facts: Vec<(FactKind, &'a str, NaiveDate, Option<NaiveDate>, &'a str)>,
}

impl Finding {
    /// Nothing but the rule and the line it judges, which is at stake as a whole until [`Finding::share`] says
    /// otherwise.
    pub(super) fn of_line(words: &RuleWords, kind: SignalKind, line: &Claim) -> Finding {
        Finding {
            rule: words.id,
            subject: String::new(),
            agb: Some(line.agb),
            product: line.product.clone(),
            kind,
            first_day: line.first_day,
            last_day: line.last_day,
            at_stake: line.granted,
            lines: vec![line.clone()],
            facts: Vec::new(),
            sums: Vec::new(),
            trace: Trace::new(),
        }
    }

    /// Nothing but the rule: what it is about is in no line.
    pub(super) fn of_facts(
        words: &RuleWords,
        kind: SignalKind,
        (first_day, last_day): (NaiveDate, NaiveDate),
    ) -> Finding {
        Finding {
            rule: words.id,
            subject: String::new(),
            agb: None,
            product: String::new(),
            kind,
            first_day,
            last_day,
            at_stake: Money::ZERO,
            lines: Vec::new(),
            facts: Vec::new(),
            sums: Vec::new(),
            trace: Trace::new(),
        }
    }

    /// Tells that no line says which amount is at stake.
    pub(super) fn unknown(&mut self) {
        self.trace.step(&rules::UNKNOWN_AT_STAKE).gives(Money::ZERO);
    }

    /// Adds facts it rests on, each once and in order.
    pub(super) fn rests_on<'a>(&mut self, facts: impl Iterator<Item = &'a Statement>) {
        self.facts.extend(facts.cloned());
        self.facts.sort();
        self.facts.dedup();
    }

    /// Tells that the line is at stake as a whole.
    pub(super) fn whole(&mut self, line: &Claim) {
        self.at_stake = line.granted;
        self.trace.step(&rules::WHOLE_AT_STAKE).with("granted", &of(line, line.granted)).gives(line.granted);
    }

    /// Tells that so many days of the line are at stake.
    pub(super) fn share(&mut self, line: &Claim, days: i64) {
        let of_days = line.days();
        if days >= of_days {
            return self.whole(line);
        }
        let share = Decimal::from(days) / Decimal::from(of_days);
        // A share of an amount that exists is an amount that exists.
        self.at_stake = line.granted.times(share, Rounding::HalfAwayFromZero).unwrap_or(line.granted);
        let step = self.trace.step(&rules::SHARE_AT_STAKE).with("granted", &of(line, line.granted));
        step.with("days", &of(line, days)).with("of", &of(line, of_days)).gives(self.at_stake);
    }

    /// Tells how certain it is, puts the lines in order, and is found.
    pub(super) fn close(mut self, kind: &Known<SignalKind>, found: &mut Vec<Finding>) {
        let text = match self.kind {
            SignalKind::Exact => &rules::KIND_EXACT,
            SignalKind::Signal => &rules::KIND_SIGNAL,
        };
        let word = Known { value: self.kind.as_str(), origin: kind.origin.clone() };
        self.trace.step(text).with("kind", &word).gives(self.kind.as_str());
        self.lines.sort_by(|a, b| a.order().cmp(&b.order()));
        self.lines.dedup_by(|a, b| a.key == b.key);
        found.push(self);
    }

    /// Takes lines of its sums as evidence, of those with the most granted as many as make up what is at stake; where
    /// no amount is, as many as may be.
    pub fn take_lines(&mut self, mut lines: Vec<Claim>) {
        lines.sort_by(|a, b| b.granted.cmp(&a.granted).then_with(|| a.order().cmp(&b.order())));
        let mut left = self.at_stake;
        for line in lines.into_iter().take(MOST_LINES) {
            if self.at_stake > Money::ZERO && left <= Money::ZERO {
                break;
            }
            left = left.minus(line.granted).unwrap_or(left);
            self.lines.push(line);
        }
        self.lines.sort_by(|a, b| a.order().cmp(&b.order()));
    }

    /// What it is known by: the rule and the lines, or what it is about. A finding that is made again has the same; one
    /// about a month of a provider whichever lines are evidence of it.
    pub fn key(&self) -> String {
        let known_by = if self.subject.is_empty() { &self.lines[..] } else { &[] };
        let keys: Vec<&LineKey> = known_by.iter().map(|line| &line.key).collect();
        hex(Facts::new(&(self.rule, &self.subject, keys), chrono::DateTime::UNIX_EPOCH).sha256())
    }

    /// What it says: another when amount, days, lines or facts are.
    pub fn digest(&self) -> String {
        let digested = Digested {
            kind: self.kind,
            days: (self.first_day, self.last_day),
            at_stake: self.at_stake,
            lines: &self.lines,
            // The same said again is no other fact.
            facts: self
                .facts
                .iter()
                .map(|fact| (fact.kind, &*fact.subject, fact.first_day, fact.last_day, &*fact.value))
                .collect(),
        };
        hex(Facts::new(&digested, chrono::DateTime::UNIX_EPOCH).sha256())
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value of a line.
pub(super) fn of<T>(line: &Claim, value: T) -> Known<T> {
    let service = line.key.service.clone().into();
    Known { value, origin: Origin::Fact { service, name: "claim line".into(), as_of: line.granted_time } }
}

/// A value of a fact.
pub(super) fn stated<T>(fact: &Statement, value: T) -> Known<T> {
    let name = fact.kind.as_str().into();
    Known { value, origin: Origin::Fact { service: "screening".into(), name, as_of: fact.stated_time } }
}
