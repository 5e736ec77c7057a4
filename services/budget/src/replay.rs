//! Decisions taken again, from the facts and rules kept with them.

use explain::{Replay, ReplayError, Rules, Trace};
use intake::reclaim::{CaseReclaimFacts, Reclaimer as _, case_reclaim};

use crate::{
    cases::Reclaims,
    decide::{
        self, AnswerFacts, BudgetFacts, ClickFacts, EscalationFacts, FilingFacts, ForecastFacts, InnovationFacts,
        Inputs, ProviderClickFacts, ProviderYearFacts, ReconciliationFacts, ReserveFacts, SettlementFacts,
    },
    error::Error,
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when budget takes no decisions of this `kind`, the facts or the rule archive can't be read, or they
/// lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    match kind {
        "reserve" => replay.with(|facts: &ReserveFacts| facts.as_of, reserve),
        "filing" => replay.with(|facts: &FilingFacts| facts.as_of, filing),
        "budget" => replay.with(|facts: &BudgetFacts<'static>| facts.as_of, budget),
        "forecast" => replay.with(|facts: &ForecastFacts| facts.as_of, forecast),
        "forecast_answer" => replay.with(|facts: &AnswerFacts| facts.as_of, answer),
        "forecast_settlement" => replay.with(|facts: &SettlementFacts| facts.as_of, settlement),
        "click" | "reallocation" => replay.with(|facts: &ClickFacts| facts.as_of, click),
        "reconciliation" => replay.with(|facts: &ReconciliationFacts| facts.as_of, reconciliation),
        "reconciliation_provider" => replay.with(|facts: &ProviderYearFacts| facts.as_of, provider_year),
        "case_reclaim" => replay.with(
            |facts: &CaseReclaimFacts| facts.as_of,
            |facts, _, trace| case_reclaim(facts, &Reclaims::RULE, trace).map(drop),
        ),
        "innovation" => replay.with(|facts: &InnovationFacts| facts.as_of, innovation),
        "escalation" => replay.with(|facts: &EscalationFacts| facts.as_of, escalation),
        "click_provider" | "reallocation_provider" => {
            replay.with(|facts: &ProviderClickFacts| facts.as_of, click_provider)
        }
        _ => Err(replay.unknown_kind()),
    }
}

fn reserve(facts: &ReserveFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::reserve(facts, rules, trace).map(drop)
}

fn filing(facts: &FilingFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::file(facts, rules, trace).map(drop)
}

fn budget(facts: &BudgetFacts<'static>, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    *trace = decide::file_one(facts, rules)?.trace;
    Ok(())
}

fn forecast(facts: &ForecastFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::office_forecast(facts, rules, trace).map(drop)
}

fn answer(facts: &AnswerFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::answer(facts, trace).map(drop)
}

fn settlement(facts: &SettlementFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::settle(facts, trace);
    Ok(())
}

fn click(facts: &ClickFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::click(facts, rules, trace).map(drop)
}

fn reconciliation(facts: &ReconciliationFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    *trace = decide::take(&Inputs::Reconciliation(facts.clone()), rules)?.trace;
    Ok(())
}

fn provider_year(facts: &ProviderYearFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::settle_year(&facts.provider, facts.as_of, trace).map(drop)
}

fn escalation(facts: &EscalationFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::escalate(facts, trace).map(drop)
}

fn innovation(facts: &InnovationFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    decide::agree_innovation(facts, rules, trace).map(drop)
}

fn click_provider(facts: &ProviderClickFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    *trace = decide::explain_provider(facts);
    Ok(())
}

#[cfg(test)]
mod tests;
