//! Rounds: opened, simulated, compared, committed once, and computed again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::Facts;
use identifiers::Agb;
use money::Money;

use super::{Rpc, no_room, round_inputs};
use crate::{
    convert,
    decide::{self, Balances, Inputs},
    domain::{Account, ForecastState, Lot, OfficeYear, Round, RoundKind, Simulation},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn open_round(
        &self,
        call: &Call,
        request: proto::OpenRoundRequest,
    ) -> Result<proto::OpenRoundResponse, Error> {
        let convert::OpenRound { request_id, year, kind, cut_off } =
            convert::open_round(&request, self.core.clock.now())?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let cut_off = cut_off.unwrap_or(write.now);
        let balances = self.taken(&mut write, &year).await?;
        self.comes_next(&mut write, &year, kind).await?;
        let of = ((&year, kind), (&balances, cut_off));
        let inputs = round_inputs::load(&mut write.tx, of.0, of.1, &self.core.rules).await?;
        let frozen = Facts::new(&inputs, cut_off);
        let round = Round {
            id: self.core.ids.next().to_string(),
            year,
            kind,
            cut_off,
            inputs_sha256: frozen.sha256(),
            providers: u32::try_from(inputs.before().len()).unwrap_or(u32::MAX),
            simulations: 0,
            opened: write.now,
            committed: None,
        };
        store::add_round(&mut write.tx, &round, &String::from_utf8_lossy(frozen.json())).await?;
        Ok(write.commit(proto::OpenRoundResponse { round: Some(convert::round(&round)) }).await?)
    }

    /// Whether a kind of round can still change the budgets of a year: after a later one, no earlier one can.
    pub(super) async fn comes_next(&self, write: &mut Write, year: &OfficeYear, kind: RoundKind) -> Result<(), Error> {
        let committed = store::committed_kinds(&mut write.tx, year).await?;
        match committed.into_iter().filter(|one| *one >= kind).min() {
            None => Ok(()),
            Some(later) => {
                let message = format!("the {} round of this year was committed", later.as_str());
                Err(precondition("ROUND_COMMITTED", year.to_string(), message))
            }
        }
    }

    pub(super) async fn simulate_round(
        &self,
        call: &Call,
        request: proto::SimulateRoundRequest,
    ) -> Result<proto::SimulateRoundResponse, Error> {
        let (request_id, round_id, choices) = convert::simulate_round(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let found = store::round(&mut write.tx, &round_id).await?;
        if !store::take(&mut write.tx, &found.year).await? {
            return Err(no_room(&found.year).into());
        }
        // Once more, since another simulation may have been made while this one waited.
        let round = store::round(&mut write.tx, &round_id).await?;
        let inputs = store::inputs(&mut write.tx, &round_id).await?.with(choices);
        let taken = decide::take(&inputs, &self.core.rules)?;
        let explanation = taken.trace.finish(&self.core.rules, &facts_of(&inputs, round.cut_off));
        let simulation = Simulation {
            id: self.core.ids.next().to_string(),
            round_id,
            number: round.simulations + 1,
            choices,
            outcome: taken.outcome,
            made: write.now,
        };
        store::add_simulation(&mut write.tx, &simulation).await?;
        let explanation = Some(self.core.explain_now(&explanation)?);
        let simulation = Some(convert::simulation(&simulation));
        Ok(write.commit(proto::SimulateRoundResponse { simulation, explanation }).await?)
    }

    pub(super) async fn compare_simulations(
        &self,
        call: &Call,
        request: proto::CompareSimulationsRequest,
    ) -> Result<proto::CompareSimulationsResponse, Error> {
        let (one, other) = convert::compare(&request)?;
        let mut tx = self.core.read(call).await?;
        let (one, other) = (store::simulation(&mut tx, &one).await?, store::simulation(&mut tx, &other).await?);
        let (of_one, of_other) =
            (store::round(&mut tx, &one.round_id).await?, store::round(&mut tx, &other.round_id).await?);
        // The caller was admitted for the office of the first.
        if of_one.year != of_other.year {
            let none = EdgeError::NotFound { what: "simulation of this year", id: other.id };
            return Err(none.into());
        }
        let differences = convert::differences(&one.outcome, &other.outcome);
        let (simulation, other) = (Some(convert::simulation(&one)), Some(convert::simulation(&other)));
        Ok(proto::CompareSimulationsResponse { simulation, other, differences })
    }

    pub(super) async fn commit_round(
        &self,
        call: &Call,
        request: proto::CommitRoundRequest,
    ) -> Result<proto::CommitRoundResponse, Error> {
        let (request_id, _) = convert::commit_round(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.commit_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// A round changes the budgets of all: it always takes four eyes.
    pub(super) async fn commit_in(
        &self,
        write: &mut Write,
        request: &proto::CommitRoundRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::CommitRoundResponse, Error> {
        let (_, id) = convert::commit_round(request)?;
        let simulation = store::simulation(&mut write.tx, &id).await?;
        let round = store::round(&mut write.tx, &simulation.round_id).await?;
        let inputs = store::inputs(&mut write.tx, &round.id).await?;
        let mut balances = self.taken(write, &round.year).await?;
        self.comes_next(write, &round.year, round.kind).await?;
        self.nothing_changed(write, &inputs, &balances).await?;
        let inputs = inputs.with(simulation.choices);
        let taken = decide::take(&inputs, &self.core.rules)?;
        if taken.outcome != simulation.outcome {
            let message = "the rules say otherwise since: simulate again".to_owned();
            return Err(precondition("SIMULATION_STALE", simulation.id, message));
        }
        let commitment = taken.outcome.totals.commitment;
        if !commitment.is_zero() {
            let message = format!("the budgets that stay exceed the room by {commitment}");
            return Err(precondition("ROOM_EXCEEDED", round.year.to_string(), message));
        }
        // Tried before anybody is asked, so that what can't be done is not proposed.
        let changes = decide::changes(&inputs, &taken.outcome, &balances)?;
        balances.clone().post(&changes, decide::Against::Free)?;
        let subject = format!("{} {}", round.year, round.kind.as_str());
        let adverse = Adverse {
            office: &round.year.office,
            agb: None,
            subject: &subject,
            summary: convert::round_in_words(&round, &taken.outcome),
            outcome: simulation.id.as_bytes(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::CommitRoundResponse { round: Some(convert::round(&round)), proposal: Some(proposal) });
        }
        let round = self.record_round(write, (round, &simulation), (&inputs, taken), (&mut balances, &changes)).await?;
        Ok(proto::CommitRoundResponse { round: Some(convert::round(&round)), proposal: None })
    }

    /// Whether what a round changes is still what it was computed from. Claims that came in since are nothing to it.
    async fn nothing_changed(&self, write: &mut Write, inputs: &Inputs, balances: &Balances) -> Result<(), Error> {
        let year = inputs.year().clone();
        let stale = |message: String| precondition("ROUND_STALE", year.to_string(), message);
        let mut budgets = balances.clone();
        for (agb, before) in inputs.before() {
            let now = budgets.of(Lot::Zin, Account::Agreed(agb));
            if now != before {
                return Err(stale(format!("the budget of {agb} was {before} and is {now}: open a new round")));
            }
            budgets.forget(Lot::Zin, Account::Agreed(agb));
        }
        let others =
            budgets.iter().find(|(_, account, balance)| matches!(account, Account::Agreed(_)) && !balance.is_zero());
        if let Some((_, account, balance)) = others {
            return Err(stale(format!("account {account} holds {balance} and was not in the round: open a new one")));
        }
        let (room, reserve) = (balances.room(Lot::Zin)?, balances.of(Lot::Zin, Account::Reserve));
        let same_room = match inputs {
            Inputs::BaseProduction(facts) => facts.zin == room && facts.pgb == balances.room(Lot::Pgb)?,
            Inputs::Allocation(facts) => facts.room == room && facts.reserve == reserve,
            // The year is over: what it is settled from doesn't depend on the room.
            Inputs::Reconciliation(_) => true,
        };
        if !same_room {
            return Err(stale("the contract room or its reserve changed since: open a new round".to_owned()));
        }
        match inputs {
            Inputs::Allocation(facts) => self.forecasts_hold(write, facts).await,
            Inputs::BaseProduction(_) => Ok(()),
            Inputs::Reconciliation(facts) => no_claims_since(write, facts).await,
        }
    }

    /// Whether every forecast holds, and is the one of the round.
    async fn forecasts_hold(&self, write: &mut Write, facts: &decide::ClickFacts) -> Result<(), Error> {
        let year = &facts.year;
        let silence = *self.core.rules.get(&rules::SILENCE_ACCEPTS, &year.scope())?;
        let today = calendar::amsterdam_date(write.now);
        let forecasts = store::forecasts(&mut write.tx, year, facts.round).await?;
        let open = forecasts.iter().filter(|forecast| match forecast.state {
            ForecastState::Agreed | ForecastState::Settled => false,
            ForecastState::Disputed => true,
            ForecastState::Shared => !silence || today <= forecast.answer_due_date,
        });
        let open: Vec<String> = open.map(|forecast| forecast.agb.to_string()).collect();
        if !open.is_empty() {
            let message = format!("no forecast holds yet for {}", open.join(", "));
            return Err(precondition("FORECAST_OPEN", year.to_string(), message));
        }
        let now: BTreeMap<Agb, Money> = forecasts.iter().map(|one| (one.agb, one.holding)).collect();
        let held: BTreeMap<Agb, Money> = facts.contenders.iter().map(|one| (one.agb, one.forecast)).collect();
        // Who takes part with an agreement on innovation alone has no forecast, which is to ask nothing beside it.
        let asks = |(agb, forecast): (&Agb, &Money)| now.get(agb).copied().unwrap_or(Money::ZERO) == *forecast;
        if !held.iter().all(asks) || !now.keys().all(|agb| held.contains_key(agb)) {
            let message = "a forecast changed since: open a new round".to_owned();
            return Err(precondition("ROUND_STALE", year.to_string(), message));
        }
        self.innovations_hold(write, facts).await
    }

    /// Whether what was agreed on innovation is still what the reallocation was computed from.
    async fn innovations_hold(&self, write: &mut Write, facts: &decide::ClickFacts) -> Result<(), Error> {
        if facts.round != RoundKind::Reallocation {
            return Ok(());
        }
        let now = store::innovations(&mut write.tx, (&facts.year, Lot::Zin)).await?;
        let held = facts.contenders.iter().filter_map(|one| Some((&one.agb, one.innovation.as_ref()?)));
        if !held.eq(now.iter()) {
            let message = "an agreement on zinnige zorg & innovatie changed since: open a new round".to_owned();
            return Err(precondition("ROUND_STALE", facts.year.to_string(), message));
        }
        Ok(())
    }

    pub(super) async fn get_round(
        &self,
        call: &Call,
        request: proto::GetRoundRequest,
    ) -> Result<proto::GetRoundResponse, Error> {
        let mut tx = self.core.read(call).await?;
        let round = store::round(&mut tx, &request.round_id).await?;
        let simulations = store::simulations(&mut tx, &round.id).await?;
        let simulations = simulations.iter().map(convert::simulation).collect();
        Ok(proto::GetRoundResponse { round: Some(convert::round(&round)), simulations })
    }

    pub(super) async fn list_rounds(
        &self,
        call: &Call,
        request: proto::ListRoundsRequest,
    ) -> Result<proto::ListRoundsResponse, Error> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::paged_year((&request.office, request.year), asked, 1)?;
        let mut rounds = store::page_of_rounds(&mut self.core.read(call).await?, &year, &page).await?;
        let next_page_token = page.cut(&mut rounds, |round| vec![round.id.clone()]);
        let rounds = rounds.iter().map(convert::round).collect();
        Ok(proto::ListRoundsResponse { rounds, next_page_token })
    }

    pub(super) async fn list_round_providers(
        &self,
        call: &Call,
        request: proto::ListRoundProvidersRequest,
    ) -> Result<proto::ListRoundProvidersResponse, Error> {
        let (id, page) = convert::list_round_providers(&request)?;
        let mut tx = self.core.read(call).await?;
        let simulation = store::simulation(&mut tx, &id).await?;
        let round = store::round(&mut tx, &simulation.round_id).await?;
        let committed = round.committed.is_some_and(|committed| committed.simulation_id == id);
        let decisions = match committed {
            true => store::round_decisions(&mut tx, &round.id).await?,
            false => Default::default(),
        };
        let wanted = simulation.outcome.providers.into_iter().filter(|one| one.agb.to_string() > page.after[0]);
        let mut providers: Vec<_> = wanted.take(usize::try_from(page.limit()).unwrap_or(usize::MAX)).collect();
        let next_page_token = page.cut(&mut providers, |one| vec![one.agb.to_string()]);
        let provider = |one: &_| convert::round_provider(one, &decisions);
        let providers = providers.iter().map(provider).collect();
        Ok(proto::ListRoundProvidersResponse { providers, next_page_token })
    }

    pub(super) async fn replay_round(
        &self,
        call: &Call,
        request: proto::ReplayRoundRequest,
    ) -> Result<proto::ReplayRoundResponse, Error> {
        let mut tx = self.core.read(call).await?;
        let round = store::round(&mut tx, &request.round_id).await?;
        let inputs = store::inputs(&mut tx, &round.id).await?;
        let Some(committed) = &round.committed else {
            let message = "the round was not committed".to_owned();
            return Err(precondition("ROUND_NOT_COMMITTED", round.id, message));
        };
        let recorded = store::simulation(&mut tx, &committed.simulation_id).await?;
        drop(tx);
        let kind = decision_kind(round.kind);
        let (_, rules) = self.core.decided::<serde_json::Value>(call, &committed.decision_id, kind).await?;
        let again = decide::take(&inputs.with(recorded.choices), &rules)?.outcome;
        let differing = convert::differences(&recorded.outcome, &again);
        let same = again == recorded.outcome;
        let differing_agbs = differing.into_iter().map(|one| one.agb).collect();
        Ok(proto::ReplayRoundResponse { same, differing_agbs })
    }
}

/// Holds the claim files of all providers, and tells whether anything was granted or taken back since the cut-off: the
/// claims of a reconciliation are all there are of the year, for good.
async fn no_claims_since(write: &mut Write, facts: &decide::ReconciliationFacts) -> Result<(), Error> {
    for provider in &facts.providers {
        intake::hold_files(&mut write.tx, &facts.year.office, provider.agb).await?;
    }
    let granted = store::granted_of_year(&mut write.tx, &facts.year, store::FAR_FUTURE).await?;
    let other = |agb: &Agb, production: Money| granted.get(agb).copied().unwrap_or(Money::ZERO) != production;
    let changed = facts.providers.iter().find(|one| other(&one.agb, one.production)).map(|one| one.agb);
    let new = granted.keys().find(|agb| !facts.providers.iter().any(|one| one.agb == **agb)).copied();
    match changed.or(new) {
        None => Ok(()),
        Some(agb) => {
            let message = format!("claims of {agb} came in since the cut-off: open a new round");
            Err(precondition("ROUND_STALE", facts.year.to_string(), message))
        }
    }
}

/// The facts that a decision on a round is recorded with.
pub(super) fn facts_of(inputs: &Inputs, cut_off: DateTime<Utc>) -> Facts {
    match inputs {
        Inputs::BaseProduction(facts) => Facts::new(facts, cut_off),
        Inputs::Allocation(facts) => Facts::new(facts, cut_off),
        Inputs::Reconciliation(facts) => Facts::new(facts, cut_off),
    }
}

/// What the decision on a round of a kind is called.
pub(super) fn decision_kind(kind: RoundKind) -> &'static str {
    match kind {
        RoundKind::BaseProduction => "filing",
        RoundKind::Click => "click",
        RoundKind::Reallocation => "reallocation",
        RoundKind::Reconciliation => "reconciliation",
    }
}

pub(super) fn precondition(reason: &'static str, subject: String, message: String) -> Error {
    EdgeError::Precondition { reason, subject, message }.into()
}
