//! [`View`]: the history of a client as rules look at it.

use calendar::amsterdam_date;
use chrono::{Datelike, NaiveDate};
use edge::Office;
use explain::{Known, Parameter, ParameterType, RuleScope, Rules};
use std::sync::Arc;

use super::finding::Finding;
use crate::{
    domain::{Claim, FactKind, SignalKind, Statement, subject_of},
    rules::{self, RuleWords},
};

/// The lines of a client that were granted and not credited, and what is on record about them.
#[derive(Clone, Debug)]
pub struct ClientHistory {
    /// The office.
    pub office: Office,
    /// The client's pseudonym.
    pub client: String,
    /// The lines.
    pub lines: Vec<Claim>,
    /// The latest statement of each thing: about the client, its lines, and the providers of those.
    pub facts: Vec<Statement>,
}

/// The history of a client as rules look at it.
#[derive(Debug)]
pub struct View<'a> {
    history: &'a ClientHistory,
    rules: &'a Rules,
    /// By first day; of the same day in the order they were granted.
    lines: Vec<&'a Claim>,
}

impl<'a> View<'a> {
    /// The view of a history under rules.
    pub fn new(history: &'a ClientHistory, rules: &'a Rules) -> View<'a> {
        let mut lines: Vec<&Claim> = history.lines.iter().collect();
        lines.sort_by(|a, b| (a.first_day, a.order()).cmp(&(b.first_day, b.order())));
        View { history, rules, lines }
    }

    /// The lines by first day.
    pub(super) fn lines(&self) -> &[&'a Claim] {
        &self.lines
    }

    /// The first day of which no line was removed for its age when the last of the lines was granted; none where the
    /// rule files say of no years that lines are kept.
    pub(super) fn kept_from(&self) -> Option<NaiveDate> {
        let last = self.lines.iter().max_by_key(|line| line.order())?;
        let years = i32::try_from(self.get(&rules::CLAIM_YEARS, last)?.value).ok()?;
        // They are counted from the end of the year of the care.
        NaiveDate::from_ymd_opt(amsterdam_date(last.granted_time).year() - years, 1, 1)
    }

    /// What is on record about the client, of a kind.
    pub(super) fn of_client(&self, kind: FactKind) -> impl Iterator<Item = &'a Statement> + use<'a> {
        self.history.facts.iter().filter(move |fact| fact.kind == kind && fact.subject.is_empty())
    }

    /// What is on record about the provider of a line, of a kind.
    pub(super) fn of_provider(&self, kind: FactKind, line: &Claim) -> impl Iterator<Item = &'a Statement> + use<'a> {
        let agb = line.agb.to_string();
        self.history.facts.iter().filter(move |fact| fact.kind == kind && fact.subject == agb)
    }

    /// What is on record about a line, of a kind.
    pub(super) fn of_line(&self, kind: FactKind, line: &Claim) -> Option<&'a Statement> {
        let subject = subject_of(line);
        self.history.facts.iter().find(move |fact| fact.kind == kind && fact.subject == subject)
    }

    /// Everything on record, of some kinds, that a judgement of a line may rest on.
    pub(super) fn about(&self, kinds: &[FactKind], line: &Claim) -> impl Iterator<Item = &'a Statement> {
        let (agb, own) = (line.agb.to_string(), subject_of(line));
        let concerns = move |fact: &&Statement| fact.subject.is_empty() || fact.subject == agb || fact.subject == own;
        self.history.facts.iter().filter(move |fact| kinds.contains(&fact.kind)).filter(concerns)
    }

    /// A parameter as it was in force when a line was granted; none when it is not set for that day.
    pub(super) fn get<T: ParameterType>(&self, parameter: &Parameter<T>, line: &Claim) -> Option<Known<T>> {
        self.rules.get(parameter, &self.scope(line)).ok()
    }

    fn scope(&self, line: &Claim) -> RuleScope<'a> {
        let act = if line.is_wlz() { "wlz" } else { "zvw" };
        let date = amsterdam_date(line.granted_time);
        RuleScope { office: self.history.office.as_str(), act, sector: "", date }
    }

    /// Whether the product of a line is among those of a parameter; not when that is not set.
    pub(super) fn is_of(&self, products: &Parameter<Vec<Arc<str>>>, line: &Claim) -> bool {
        self.get(products, line).is_some_and(|list| among(&list, &line.product))
    }

    /// How certain a rule is of a line; none when the rule was off then.
    pub(super) fn judges(&self, words: &RuleWords, line: &Claim) -> Option<Known<SignalKind>> {
        words.judges(self.rules, &self.scope(line))
    }

    /// How certain a rule about facts alone is, with a parameter of it, as they were in force when a fact was stated.
    pub(super) fn judges_fact<T: ParameterType>(
        &self,
        words: &RuleWords,
        parameter: &Parameter<T>,
        fact: &Statement,
    ) -> Option<(Known<SignalKind>, Known<T>)> {
        let date = amsterdam_date(fact.stated_time);
        let scope = RuleScope { office: self.history.office.as_str(), act: "wlz", sector: "", date };
        Some((words.judges(self.rules, &scope)?, self.rules.get(parameter, &scope).ok()?))
    }

    /// A finding about a line, not told yet; none when the rule was off.
    pub(super) fn begin(&self, words: &RuleWords, line: &Claim) -> Option<(Finding, Known<SignalKind>)> {
        let kind = self.judges(words, line)?;
        Some((Finding::of_line(words, kind.value, line), kind))
    }
}

/// Whether a product is in a list of codes, or of beginnings of codes with a `*`.
pub fn among(list: &[Arc<str>], product: &str) -> bool {
    list.iter().any(|code| match code.strip_suffix('*') {
        Some(beginning) => product.starts_with(beginning),
        None => &**code == product,
    })
}

/// Lines that belong together: of each two that follow each other no more than so many days lie between.
pub(super) fn episodes<'a>(lines: impl Iterator<Item = &'a Claim>, gap_days: i64) -> Vec<Vec<&'a Claim>> {
    let mut episodes: Vec<Vec<&Claim>> = Vec::new();
    let mut last: Option<NaiveDate> = None;
    for line in lines {
        let goes_on = last.is_some_and(|last| (line.first_day - last).num_days() <= gap_days + 1);
        match episodes.last_mut().filter(|_| goes_on) {
            Some(episode) => episode.push(line),
            None => episodes.push(vec![line]),
        }
        // A new episode begins after all that came before.
        last = last.filter(|_| goes_on).max(Some(line.last_day));
    }
    episodes
}
