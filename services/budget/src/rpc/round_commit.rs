//! What the commitment of a round records: its decision and that on each provider, budgets, ledger and event.

use std::borrow::Cow;

use calendar::amsterdam_date;
use contract::budget as proto;
use edge::{Write, to_proto};
use explain::{Facts, Trace};
use money::Money;

use super::{
    Rpc,
    ledger::NewEntry,
    rounds::{decision_kind, facts_of, precondition},
};
use crate::{
    convert,
    decide::{self, Against, Balances, BudgetFacts, Inputs, Part, ProviderClickFacts, ProviderYearFacts, Taken},
    domain::{
        Budget, Committed, EntryKind, OfficeYear, Posting, Round, RoundKind, RoundOutcome, RoundProvider, Simulation,
    },
    error::Error,
    feed, store,
};

impl Rpc {
    pub(super) async fn record_round(
        &self,
        write: &mut Write,
        (round, simulation): (Round, &Simulation),
        (inputs, taken): (&Inputs, Taken),
        (balances, changes): (&mut Balances, &[Posting]),
    ) -> Result<Round, Error> {
        let Taken { outcome, parts, trace } = taken;
        let year = &round.year;
        let kind = decision_kind(round.kind);
        let decision_id = self
            .record(write, (&year.office, kind, &year.to_string()), (&facts_of(inputs, round.cut_off), trace))
            .await?;
        let mut decisions = Vec::with_capacity(parts.len());
        for (place, (provider, part)) in outcome.providers.iter().zip(parts).enumerate() {
            let (facts, trace, kind) = self.of_provider(inputs, place, part, (&decision_id, &outcome))?;
            let subject = format!("{year} {}", provider.agb);
            let own = self.record(write, (&year.office, kind, &subject), (&facts, trace)).await?;
            if round.kind == RoundKind::Reconciliation {
                let now = write.now;
                store::close_year(&mut write.tx, year, provider.agb, &own, now).await?;
            } else {
                self.save_budget(write, year, (inputs, provider), &own).await?;
            }
            decisions.push((provider.agb, own));
        }
        let motivation = convert::round_in_words(&round, &outcome);
        let entry = NewEntry {
            kind: EntryKind::Round,
            day: amsterdam_date(write.now),
            motivation: &motivation,
            decision_id: Some(&decision_id),
        };
        if !changes.is_empty() {
            self.post(write, year, balances, entry, (changes, Against::Free)).await?;
        }
        let committed =
            Committed { simulation_id: simulation.id.clone(), decision_id: decision_id.clone(), time: write.now };
        if !store::commit_round(&mut write.tx, &round, &committed, &decisions).await? {
            let message = format!("the {} round of this year was committed", round.kind.as_str());
            return Err(precondition("ROUND_COMMITTED", year.to_string(), message));
        }
        let event = proto::RoundCommitted {
            year: year.year,
            kind: convert::round_kind(round.kind).into(),
            round_id: round.id.clone(),
            total: to_proto::money(outcome.totals.after),
            decision_id,
        };
        write.tx.publish(feed::round_committed(&year.office, event));
        Ok(Round { committed: Some(committed), ..round })
    }

    /// What a provider's own decision is taken from and told by.
    pub(super) fn of_provider(
        &self,
        inputs: &Inputs,
        place: usize,
        part: Part,
        (decision_id, outcome): (&str, &RoundOutcome),
    ) -> Result<(Facts, Trace, &'static str), Error> {
        match (inputs, part) {
            (Inputs::BaseProduction(facts), Part::Filed(filed)) => {
                let own = BudgetFacts {
                    filing_decision_id: decision_id.to_owned(),
                    year: facts.year.clone(),
                    provider: Cow::Borrowed(&facts.providers[place]),
                    part: filed.part,
                    as_of: facts.as_of,
                };
                Ok((Facts::new(&own, facts.as_of), filed.trace, "budget"))
            }
            (Inputs::Allocation(facts), Part::Allocated(adjusted)) => {
                let provider = &outcome.providers[place];
                let own = ProviderClickFacts {
                    round_decision_id: decision_id.to_owned(),
                    contender: facts.contenders[place].clone(),
                    adjusted,
                    to_share: outcome.totals.to_share,
                    shortage: outcome.totals.shortage,
                    outcome: provider.outcome,
                    after: provider.after,
                    products: provider.products.clone(),
                    as_of: facts.as_of,
                };
                let kind = if facts.round == RoundKind::Click { "click_provider" } else { "reallocation_provider" };
                Ok((Facts::new(&own, facts.as_of), decide::explain_provider(&own), kind))
            }
            (Inputs::Reconciliation(facts), Part::Reconciled(trace)) => {
                let own = ProviderYearFacts {
                    round_decision_id: decision_id.to_owned(),
                    provider: facts.providers[place].clone(),
                    as_of: facts.as_of,
                };
                Ok((Facts::new(&own, facts.as_of), trace, "reconciliation_provider"))
            }
            _ => Err(edge::EdgeError::Stored("a part of another kind of round".to_owned()).into()),
        }
    }

    /// Saves how a provider's budget came about; the products of a click are those of before.
    async fn save_budget(
        &self,
        write: &mut Write,
        year: &OfficeYear,
        (inputs, provider): (&Inputs, &RoundProvider),
        decision_id: &str,
    ) -> Result<(), Error> {
        let before = store::budget_of(&mut write.tx, year, provider.agb).await?;
        let RoundProvider { agb, asked, after, products, .. } = provider.clone();
        let decision_id = decision_id.to_owned();
        let budget = match (inputs, before) {
            (Inputs::BaseProduction(_), _) => {
                let scaled = if products.is_empty() { asked } else { total(&products)? };
                Budget { agb, base: asked, scaled, filed: after, products, decision_id }
            }
            (_, Some(before)) => {
                let products = if products.is_empty() { before.products } else { products };
                Budget { products, decision_id, ..before }
            }
            (_, None) => {
                Budget { agb, base: Money::ZERO, scaled: Money::ZERO, filed: Money::ZERO, products, decision_id }
            }
        };
        let now = write.now;
        Ok(store::add_budget(&mut write.tx, year, &budget, now).await?)
    }
}

fn total(products: &[crate::domain::AgreedProduct]) -> Result<Money, Error> {
    Ok(Money::total(products.iter().map(|one| one.amount))?)
}
