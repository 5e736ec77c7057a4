//! Letters about cases, and how precise rules turned out to be, between the contract and the domain.

use std::ops::Range;

use calendar::{Cutoff, Deadline};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use contract::screening as proto;
use edge::{EdgeError, Fields, Office, to_proto};
use money::Money;

use super::cases::conditions;
use crate::{
    decide::case::{self, Letter, RuleText},
    domain::{Case, CaseKind, Disposition, LetterKind},
    store::Dispositions,
};

/// Reads which letter is asked.
pub fn get_letter(request: &proto::GetLetterRequest) -> Result<(String, LetterKind), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("case_id", &request.case_id);
    let kind = LetterKind::from_proto(request.kind);
    fields.check(kind.is_some(), "kind", "is needed");
    fields.all((id, kind))
}

/// Reads whose precision is asked, and of signals raised when: from a moment to before another.
pub fn get_rule_precision(
    request: &proto::GetRulePrecisionRequest,
) -> Result<(Office, Range<DateTime<Utc>>), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let period = fields.period("period", request.period.as_ref());
    let last = period.and_then(|(_, last)| fields.required("period.last_day", last));
    let (office, (first, _), last) = fields.all((office, period, last))?;
    let begin = |day: NaiveDate| Deadline { local: day.and_time(NaiveTime::MIN), cutoff: Cutoff::Inclusive }.moment();
    Ok((office, begin(first)..begin(last + Days::new(1))))
}

/// How precise a rule is.
pub fn rule_precision(of: &Dispositions) -> proto::RulePrecision {
    proto::RulePrecision {
        rule_id: of.rule_id.clone(),
        rule: of.rule.clone(),
        rules_sha256: hex::encode(&of.rules_sha256),
        raised: of.raised,
        in_cases: of.in_cases,
        confirmed: of.confirmed,
        unfounded: of.unfounded,
        precision_percentage: case::precision(of.confirmed, of.unfounded).and_then(to_proto::decimal),
        established: to_proto::money(Money::from_cents(of.established_cents)),
    }
}

fn letter_text(text: &RuleText) -> proto::LetterText {
    let RuleText { dutch, english, source } = text.clone();
    proto::LetterText { text_nl: dutch, text_en: english, source }
}

/// The data of a letter to a provider with a name.
pub fn letter(case: &Case, name: &str, letter: &Letter) -> proto::Letter {
    let period = |(first, last)| to_proto::period(first, Some(last));
    let signals = letter.signals.iter().map(|signal| proto::LetterSignal {
        rule_id: signal.rule.0.clone(),
        rule: signal.rule.1.clone(),
        about: Some(letter_text(&signal.about)),
        period: period(signal.days),
        product: signal.product.clone(),
        amount: to_proto::money(signal.amount),
        lines: signal
            .lines
            .iter()
            .map(|line| proto::LetterLine {
                reference: line.reference.clone(),
                period: period(line.days),
                granted: to_proto::money(line.granted),
                reclaimed: line.reclaimed.and_then(to_proto::money),
            })
            .collect(),
        another_provider: signal.another_provider,
        disposition: signal.disposition.map_or(0, Disposition::to_proto),
    });
    proto::Letter {
        kind: letter.kind.to_proto(),
        office: case.office.to_string(),
        agb: case.agb.to_string(),
        name: name.to_owned(),
        case_id: case.case_id.clone(),
        date: to_proto::date(letter.date),
        signals: signals.collect(),
        case_kind: letter.case_kind.map_or(0, CaseKind::to_proto),
        consequences: letter.consequences.iter().map(letter_text).collect(),
        conditions: conditions(&letter.conditions),
        reclaimed: letter.reclaimed.and_then(to_proto::money),
        recourse: Some(letter_text(&letter.recourse)),
        recourse_until: letter.recourse_until.and_then(to_proto::date),
    }
}
