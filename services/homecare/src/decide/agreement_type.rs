//! The type of an agreement (HOM-01).

use edge::EdgeError;
use explain::{Known, RuleScope, Rules, Trace};
use money::{Decimal, Money, Rounding};

use super::offer::OfferFacts;
use crate::{
    NAME,
    domain::{AgreementType, ExcludedTreatment, NoOffer, Place, Previous, SoleProprietor},
    rules,
};

/// What the type turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// This one.
    Of(AgreementType),
    /// Standard, with a lower ceiling since the provider is excluded from the benchmark.
    Lowered,
    /// No offer, with the conditions that are not met.
    No(NoOffer, Vec<String>),
    /// It can't be told while these are not known.
    Missing(Vec<String>),
}

/// The type of a provider's agreement, from its turnover in the year before, the benchmark and exclusions (HOM-01).
///
/// # Errors
/// When a parameter has no value.
pub fn agreement_type(
    facts: &OfferFacts,
    forecast: Option<&Known<Money>>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Typed, EdgeError> {
    if let Some(sole) = &facts.sole {
        return zzp(facts, sole, rules, trace);
    }
    if let Some(previous) = &facts.previous {
        if previous.kind == AgreementType::Zzp {
            return Ok(Typed::Missing(vec!["sole_proprietor".to_owned()]));
        }
        if runs_on(facts, previous, rules, trace)? {
            return Ok(Typed::Of(AgreementType::Plus));
        }
    }
    let turnover = facts.turnover.map(|turnover| Known::request("turnover", turnover)).or(forecast.cloned());
    let Some(turnover) = turnover else { return Ok(Typed::Missing(vec!["turnover".to_owned()])) };
    let most = rules.get(&rules::BENCHMARK_TURNOVER, &facts.of.scope())?;
    if *turnover <= *most {
        let step = trace.step(&rules::SMALL_TURNOVER).with("turnover", &turnover).with("most", &most);
        step.gives(AgreementType::ClientFollowing.as_str());
        return Ok(Typed::Of(AgreementType::ClientFollowing));
    }
    if facts.excluded {
        return excluded(facts, rules, trace);
    }
    let Some(place) = &facts.place else { return Ok(Typed::Missing(vec!["benchmark".to_owned()])) };
    benchmarked(facts, (&turnover, place), rules, trace)
}

/// Whether a plus agreement runs longer than the year it was concluded for, into this one.
fn runs_on(facts: &OfferFacts, previous: &Previous, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    if previous.kind != AgreementType::Plus {
        return Ok(false);
    }
    let concluded = crate::domain::ProviderYear { year: previous.first_year, ..facts.of.clone() };
    let scope: RuleScope<'_> = concluded.scope();
    let years = rules.get(&rules::PLUS_YEARS, &scope)?;
    if i64::from(facts.of.year) >= i64::from(previous.first_year) + i64::from(*years) {
        return Ok(false);
    }
    let since = facts.previous_known(previous, "first_year", previous.first_year.to_string());
    let step = trace.step(&rules::PLUS_RUNS_ON).with("since", &since).with("years", &years);
    step.gives(AgreementType::Plus.as_str());
    Ok(true)
}

/// Sole proprietors get an agreement of their own kind or none: existing ones are phased out, new ones are not concluded.
fn zzp(facts: &OfferFacts, sole: &SoleProprietor, rules: &Rules, trace: &mut Trace) -> Result<Typed, EdgeError> {
    let scope = facts.of.scope();
    let year = u32::try_from(facts.of.year).unwrap_or_default();
    let ended = rules.get(&rules::ZZP_ENDED_FROM, &scope)?;
    if year >= *ended {
        trace.step(&rules::ZZP_ENDED).with("from", &ended.map(|year| year.to_string())).gives(false);
        return Ok(Typed::No(NoOffer::ZzpEnded, Vec::new()));
    }
    let existing = facts.previous.as_ref().is_some_and(|previous| previous.kind == AgreementType::Zzp);
    let closed = rules.get(&rules::ZZP_CLOSED_FROM, &scope)?;
    if !existing && year >= *closed {
        trace.step(&rules::ZZP_CLOSED).with("from", &closed.map(|year| year.to_string())).gives(false);
        return Ok(Typed::No(NoOffer::ZzpClosed, Vec::new()));
    }
    let level = *rules.get(&rules::ZZP_LEVEL, &scope)?;
    let nurse = *rules.get(&rules::ZZP_NURSE_LEVEL, &scope)?;
    let clients = *rules.get(&rules::ZZP_CLIENTS, &scope)?;
    let conditions = [
        // Care knows the levels 4 and 6: a level in between is none.
        ("level", sole.level.to_string(), sole.level == level || sole.level >= nurse),
        ("clients", sole.clients.to_string(), sole.clients >= clients),
        ("clients_of_others", flag(sole.clients_of_others), sole.clients_of_others),
        ("quality_mark", flag(sole.quality_mark), sole.quality_mark),
        ("nurse_agreement", flag(sole.nurse_agreement), sole.level >= nurse || sole.nurse_agreement),
    ];
    let mut unmet = Vec::new();
    for (condition, stated, met) in conditions {
        let name = Known::request("sole_proprietor", condition);
        let stated = Known::request("sole_proprietor", stated);
        trace.step(&rules::ZZP_CONDITION).with("condition", &name).with("stated", &stated).gives(met);
        if !met {
            unmet.push(condition.to_owned());
        }
    }
    if unmet.is_empty() {
        let clients = Known::request("sole_proprietor.clients", sole.clients);
        trace.step(&rules::ZZP).with("clients", &clients).gives(AgreementType::Zzp.as_str());
        return Ok(Typed::Of(AgreementType::Zzp));
    }
    let conditions = Known::request("sole_proprietor", unmet.join(", "));
    trace.step(&rules::ZZP_REFUSED).with("conditions", &conditions).gives(false);
    Ok(Typed::No(NoOffer::ZzpConditions, unmet))
}

fn flag(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// Excluded from the benchmark: what the purchaser decides, or the rules say.
fn excluded(facts: &OfferFacts, rules: &Rules, trace: &mut Trace) -> Result<Typed, EdgeError> {
    let choice = facts.excluded_choice.as_ref();
    let stated = choice.and_then(|choice| choice.treatment);
    let treatment = match stated {
        Some(treatment) => Known::request("excluded.treatment", treatment.as_str().to_owned()),
        None => rules.get(&rules::EXCLUDED_RULE, &facts.of.scope())?.map(|word| word.to_string()),
    };
    let motivation = Known::request("excluded.motivation", choice.map_or("-", |one| &one.motivation).to_owned());
    let read = ExcludedTreatment::from_code(&treatment.value);
    let read = read.ok_or_else(|| EdgeError::Stored("a treatment of excluded providers".to_owned()))?;
    if read == ExcludedTreatment::Lowered && choice.is_none_or(|choice| choice.cut.is_none()) {
        return Ok(Typed::Missing(vec!["excluded.cut_percentage".to_owned()]));
    }
    let (typed, word) = match read {
        ExcludedTreatment::AsClientFollowing => {
            (Typed::Of(AgreementType::ClientFollowing), AgreementType::ClientFollowing.as_str())
        }
        ExcludedTreatment::Lowered => (Typed::Lowered, AgreementType::Standard.as_str()),
        ExcludedTreatment::None => (Typed::No(NoOffer::Excluded, Vec::new()), "none"),
    };
    let step = trace.step(&rules::EXCLUDED_TYPE).with("treatment", &treatment);
    step.with("motivation", &motivation).gives(word);
    Ok(typed)
}

/// Plus for the best, standard for the rest.
fn benchmarked(
    facts: &OfferFacts,
    (turnover, place): (&Known<Money>, &Place),
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Typed, EdgeError> {
    let share = rules.get(&rules::PLUS_BEST, &facts.of.scope())?;
    let best = Decimal::from(place.of) * share.as_rate().0;
    let among = Decimal::from(place.rank) <= Rounding::Up.apply(best, 0);
    let (text, kind) = match among {
        true => (&rules::AMONG_BEST, AgreementType::Plus),
        false => (&rules::NOT_AMONG_BEST, AgreementType::Standard),
    };
    let known = |number: u32| Known::fact(NAME, "benchmark", facts.as_of, number);
    let step = trace.step(text).with("turnover", turnover).with("rank", &known(place.rank));
    step.with("of", &known(place.of)).with("share", &share).gives(kind.as_str());
    Ok(Typed::Of(kind))
}
