//! The data of a letter to the provider of a case: no client, nobody of staff, nothing of another provider.

use calendar::calendar_days_after;
use chrono::{DateTime, NaiveDate};
use edge::EdgeError;
use explain::{Facts, Origin, RuleScope, Rules, Text, Trace};
use money::Money;

use super::hearing::ends_on;
use crate::{
    decide::claim_rules,
    domain::{Case, CaseKind, CaseSignal, Condition, Disposition, LetterKind, Measures},
    rules,
};

/// A text of the rule files, and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleText {
    /// In Dutch.
    pub dutch: String,
    /// In English.
    pub english: String,
    /// The document and section.
    pub source: String,
}

/// A line of the addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterLine {
    /// Its own reference.
    pub reference: String,
    /// The days of care.
    pub days: (NaiveDate, NaiveDate),
    /// What was granted.
    pub granted: Money,
    /// What is claimed back; none in a letter of a hearing.
    pub reclaimed: Option<Money>,
}

/// What a letter says of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterSignal {
    /// The rule and the part of it.
    pub rule: (String, String),
    /// What the rule is about.
    pub about: RuleText,
    /// The days it is about.
    pub days: (NaiveDate, NaiveDate),
    /// The product.
    pub product: String,
    /// The amount at stake, or established.
    pub amount: Money,
    /// The addressee's own lines.
    pub lines: Vec<LetterLine>,
    /// Whether it rests on a line of another provider, too.
    pub another_provider: bool,
    /// What it turned out to be; none in a letter of a hearing.
    pub disposition: Option<Disposition>,
}

/// The data of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Which.
    pub kind: LetterKind,
    /// Its date.
    pub date: NaiveDate,
    /// The signals.
    pub signals: Vec<LetterSignal>,
    /// What the case comes to; none in a letter of a hearing.
    pub case_kind: Option<CaseKind>,
    /// What may follow, or follows.
    pub consequences: Vec<RuleText>,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// What is claimed back in all; none in a letter of a hearing.
    pub reclaimed: Option<Money>,
    /// How to respond or object.
    pub recourse: RuleText,
    /// Until when, where a term is stated.
    pub recourse_until: Option<NaiveDate>,
}

/// The letter of a kind.
///
/// # Errors
/// `LETTER_NOT_DUE` before the provider was told, or before the case was decided.
pub fn letter(case: &Case, kind: LetterKind, rules: &Rules) -> Result<Letter, EdgeError> {
    let not_due = |message: &str| {
        let (reason, subject) = ("LETTER_NOT_DUE", case.case_id.clone());
        EdgeError::Precondition { reason, subject, message: message.to_owned() }
    };
    match kind {
        LetterKind::Hearing => {
            let hearing = case.content.hearing.as_ref();
            let hearing = hearing.ok_or_else(|| not_due("SCR-07: the provider is not heard yet"))?;
            // What was added since is told in the next letter.
            let told = case.signals.iter().take(hearing.signals);
            Ok(Letter {
                kind,
                date: hearing.informed,
                signals: told.map(|signal| of_signal(case, signal, None, rules)).collect::<Result<_, _>>()?,
                case_kind: None,
                consequences: possible_consequences().into_iter().map(|text| words(text, rules)).collect(),
                conditions: Vec::new(),
                reclaimed: None,
                recourse: words(&rules::LETTER_RESPOND, rules),
                recourse_until: Some(hearing.due),
            })
        }
        LetterKind::Decision => {
            let verdict = case.content.verdict.as_ref();
            let verdict = verdict.ok_or_else(|| not_due("SCR-07: the case is not decided yet"))?;
            let measures = &verdict.measures;
            let signals = case.signals.iter().map(|signal| of_signal(case, signal, Some(measures), rules));
            let scope = RuleScope { office: case.office.as_str(), act: "", sector: "", date: verdict.decided };
            let term = rules.get(&rules::CASE_OBJECTION_DAYS, &scope).ok();
            Ok(Letter {
                kind,
                date: verdict.decided,
                signals: signals.collect::<Result<_, _>>()?,
                case_kind: case.content.assessment.as_ref().map(|assessment| assessment.kind),
                consequences: consequences(measures).into_iter().map(|text| words(text, rules)).collect(),
                conditions: measures.conditions.clone(),
                reclaimed: Some(Money::total(measures.reclaimed.iter().map(|one| one.amount))?),
                recourse: words(&rules::LETTER_OBJECT, rules),
                recourse_until: term.map(|days| ends_on(calendar_days_after(verdict.decided, days.value))),
            })
        }
    }
}

fn possible_consequences() -> Vec<&'static Text> {
    vec![&rules::LETTER_CONDITIONS, &rules::LETTER_NO_AGREEMENT, &rules::LETTER_TERMINATE, &rules::LETTER_RECLAIM]
}

fn consequences(measures: &Measures) -> Vec<&'static Text> {
    let all = [
        (!measures.conditions.is_empty(), &rules::LETTER_CONDITIONS),
        (measures.no_new_agreement, &rules::LETTER_NO_AGREEMENT),
        (measures.terminate_at_once, &rules::LETTER_TERMINATE),
        (!measures.reclaimed.is_empty(), &rules::LETTER_RECLAIM),
        (!measures.any(), &rules::LETTER_NONE),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text).collect()
}

fn of_signal(
    case: &Case,
    signal: &CaseSignal,
    decided: Option<&Measures>,
    rules: &Rules,
) -> Result<LetterSignal, EdgeError> {
    let own = signal.lines.iter().filter(|line| line.agb == case.agb);
    let lines = own.map(|line| {
        let claimed = decided.map(|measures| {
            let of_line = measures.reclaimed.iter().filter(|one| {
                one.signal_id == signal.signal_id
                    && (one.service.as_str(), one.file_id.as_str(), one.detail_number)
                        == (line.service.as_str(), line.file_id.as_str(), line.detail_number)
            });
            Money::total(of_line.map(|one| one.amount))
        });
        let days = (line.first_day, line.last_day);
        let reclaimed = claimed.transpose()?;
        Ok::<_, EdgeError>(LetterLine { reference: line.reference.clone(), days, granted: line.granted, reclaimed })
    });
    Ok(LetterSignal {
        rule: (signal.rule_id.clone(), signal.rule.clone()),
        about: about(case, signal, rules),
        days: (signal.first_day, signal.last_day),
        product: signal.product.clone(),
        amount: if decided.is_some() { signal.established } else { signal.at_stake },
        lines: lines.collect::<Result<_, _>>()?,
        another_provider: signal.lines.iter().any(|line| line.agb != case.agb),
        disposition: decided.and(signal.disposition),
    })
}

/// What a rule is about: in its own words where the rule files have them, and its name otherwise.
fn about(case: &Case, signal: &CaseSignal, rules: &Rules) -> RuleText {
    let own = rules::about(&signal.rule_id, &signal.rule).map(|text| words(text, rules));
    if let Some(own) = own.filter(|own| !own.dutch.is_empty()) {
        return own;
    }
    let key = format!("{}_about", signal.rule);
    let own = rules.text(&signal.rule_id, &key).or_else(|| rules.text(&signal.rule_id, &signal.rule));
    let Some((dutch, english)) = own else {
        let name = signal.rule.clone();
        return RuleText { dutch: name.clone(), english: name, source: signal.rule_id.clone() };
    };
    let act = signal.lines.first().map_or("", |line| line.act().as_str());
    let scope = RuleScope { office: case.office.as_str(), act, sector: "", date: signal.first_day };
    let kind = claim_rules::rule(&signal.rule).and_then(|rule| rules.get(&rule.words.kind, &scope).ok());
    let source = match kind.map(|kind| kind.origin) {
        Some(Origin::Parameter { source, .. }) => source.to_string(),
        _ => signal.rule_id.clone(),
    };
    RuleText { dutch: dutch.to_owned(), english: english.to_owned(), source }
}

/// A text without anything to fill in, with its source.
fn words(text: &Text, rules: &Rules) -> RuleText {
    let mut trace = Trace::new();
    trace.step(text).gives(true);
    let explanation = trace.finish(rules, &Facts::new(&(), DateTime::UNIX_EPOCH));
    let step = explanation.render(rules).ok().and_then(|mut steps| steps.pop());
    step.map(|step| RuleText { dutch: step.dutch, english: step.english, source: step.source }).unwrap_or_default()
}
