//! The click (BUD-07).

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use contract::budget as proto;
use database::Tx;
use edge::{
    Begun, Call, Decided, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use explain::{Facts, Trace};
use identifiers::Agb;
use money::Money;
use prost::Message;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{self, ClickFacts, ClickOutcome, Contender, ProviderClickFacts},
    domain::{Budget, Forecast, ForecastState, Lot, OfficeYear},
    error::Error,
    feed, rules, store,
};

/// A click with what it was decided from.
struct Decision {
    facts: ClickFacts,
    budgets: BTreeMap<Agb, Budget>,
    forecasts: Vec<Forecast>,
    outcome: ClickOutcome,
    trace: Trace,
}

impl Rpc {
    pub(super) async fn simulate(
        &self,
        call: &Call,
        request: proto::SimulateClickRequest,
    ) -> Result<proto::SimulateClickResponse, Error> {
        let (year, fund) = convert::click_request(&request)?;
        let now = self.core.clock.now();
        let decision = self.decide_click(&mut self.core.read(call).await?, year, fund, now).await?;
        let explanation = decision.trace.finish(&self.core.rules, &Facts::new(&decision.facts, now));
        Ok(proto::SimulateClickResponse {
            click: Some(convert::click(&decision.facts, &decision.outcome)),
            explanation: Some(self.core.explain_now(&explanation)?),
        })
    }

    pub(super) async fn commit(
        &self,
        call: &Call,
        request: proto::CommitClickRequest,
    ) -> Result<proto::CommitClickResponse, Error> {
        let (request_id, ..) = convert::commit_click(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.commit_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// A click that leaves a provider with less than its forecast, or than it had, takes four eyes.
    pub(super) async fn commit_in(
        &self,
        write: &mut Write,
        request: &proto::CommitClickRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::CommitClickResponse, Error> {
        let (_, year, fund) = convert::commit_click(request)?;
        let now = write.now;
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        if store::click_of(&mut write.tx, &year).await?.is_some() {
            let message = "the click of this year was committed before".to_owned();
            return Err(precondition("ALREADY_CLICKED", &year, message));
        }
        let decision = self.decide_click(&mut write.tx, year, fund, now).await?;
        self.may_commit(&decision, now)?;
        let worse_off = decision.outcome.worse_off(&decision.facts);
        if !worse_off.is_empty() {
            let click = convert::click(&decision.facts, &decision.outcome);
            let subject = decision.facts.year.to_string();
            let adverse = Adverse {
                office: &decision.facts.year.office,
                agb: None,
                subject: &subject,
                summary: format!("de klik van {subject}: {} aanbieders krijgen minder", worse_off.len()),
                outcome: &click.encode_to_vec(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                return Ok(proto::CommitClickResponse { click: Some(click), proposal: Some(proposal) });
            }
        }
        let click = self.record_click(&mut write.tx, decision, now).await?;
        Ok(proto::CommitClickResponse { click: Some(click), proposal: None })
    }

    pub(super) async fn committed(
        &self,
        call: &Call,
        request: proto::GetClickRequest,
    ) -> Result<proto::GetClickResponse, Error> {
        let year = convert::office_year(&request.office, request.year)?;
        let answer = store::click_of(&mut self.core.read(call).await?, &year).await?;
        let answer = answer.ok_or_else(|| EdgeError::NotFound { what: "the click of", id: year.to_string() })?;
        let click = proto::Click::decode(answer.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
        Ok(proto::GetClickResponse { click: Some(click) })
    }

    async fn decide_click(
        &self,
        tx: &mut Tx,
        year: OfficeYear,
        fund_overproduction: bool,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        store::regions(tx, &year).await?.ok_or_else(|| no_room(&year))?;
        let money = store::money_at(tx, &year, Lot::Zin, now).await?;
        let budgets = store::budgets(tx, &year).await?;
        let budgets: BTreeMap<Agb, Budget> = budgets.into_iter().map(|budget| (budget.agb, budget)).collect();
        let forecasts = store::forecasts(tx, &year).await?;
        if forecasts.is_empty() || budgets.keys().any(|agb| !forecasts.iter().any(|forecast| forecast.agb == *agb)) {
            let message = "not every provider with a budget has a forecast: make the forecasts first".to_owned();
            return Err(precondition("FORECAST_MISSING", &year, message));
        }
        let contender = |forecast: &Forecast| Contender {
            agb: forecast.agb,
            budget: budgets.get(&forecast.agb).map_or(Money::ZERO, |budget| budget.current),
            forecast: forecast.holding,
        };
        let contenders = forecasts.iter().map(contender).collect();
        let facts =
            ClickFacts { year, room: money.room, reserve: money.reserve, fund_overproduction, contenders, as_of: now };
        let mut trace = Trace::new();
        let outcome = decide::click(&facts, &self.core.rules, &mut trace)?;
        Ok(Decision { facts, budgets, forecasts, outcome, trace })
    }

    /// A click is committed only when every forecast holds and the budgets that stay fit in the room.
    fn may_commit(&self, decision: &Decision, now: DateTime<Utc>) -> Result<(), Error> {
        let year = &decision.facts.year;
        if !decision.outcome.commitment.is_zero() {
            let message = format!("the budgets that stay exceed the room by {}", decision.outcome.commitment);
            return Err(precondition("ROOM_EXCEEDED", year, message));
        }
        let silence = *self.core.rules.get(&rules::SILENCE_ACCEPTS, &year.scope())?;
        let open = |forecast: &&Forecast| match forecast.state {
            ForecastState::Agreed | ForecastState::Settled => false,
            ForecastState::Disputed => true,
            ForecastState::Shared => !silence || amsterdam_date(now) <= forecast.answer_due_date,
        };
        let open: Vec<String> =
            decision.forecasts.iter().filter(open).map(|forecast| forecast.agb.to_string()).collect();
        if open.is_empty() {
            return Ok(());
        }
        Err(precondition("FORECAST_OPEN", year, format!("no forecast holds yet for {}", open.join(", "))))
    }

    async fn record_click(&self, tx: &mut Tx, decision: Decision, now: DateTime<Utc>) -> Result<proto::Click, Error> {
        let Decision { facts, budgets, outcome, trace, .. } = decision;
        let year = &facts.year;
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let subject = year.to_string();
        let decided = Decided {
            office: &year.office,
            kind: "click",
            subject: &subject,
            facts: &recorded,
            explanation: &explanation,
        };
        let decision_id = self.core.record(tx, decided).await?;

        let mut click = convert::click(&facts, &outcome);
        for ((contender, (became, after)), answer) in
            facts.contenders.iter().zip(&outcome.providers).zip(&mut click.providers)
        {
            let own = ProviderClickFacts {
                click_decision_id: decision_id.clone(),
                contender: *contender,
                to_share: outcome.to_share,
                shortage: outcome.shortage,
                outcome: *became,
                after: *after,
                as_of: now,
            };
            let recorded = Facts::new(&own, now);
            let explanation = decide::explain_provider(&own).finish(&self.core.rules, &recorded);
            let subject = format!("{year} {}", contender.agb);
            let decided = Decided {
                office: &year.office,
                kind: "click_provider",
                subject: &subject,
                facts: &recorded,
                explanation: &explanation,
            };
            answer.decision_id = self.core.record(tx, decided).await?;
            let before = budgets.get(&contender.agb);
            let budget = Budget {
                agb: contender.agb,
                base: before.map_or(Money::ZERO, |budget| budget.base),
                scaled: before.map_or(Money::ZERO, |budget| budget.scaled),
                filed: before.map_or(Money::ZERO, |budget| budget.filed),
                current: *after,
                decision_id: answer.decision_id.clone(),
            };
            store::add_budget(tx, year, &budget, now).await?;
        }
        click.decision_id = decision_id;
        click.committed_time = to_proto::time(now);
        let total = Money::total(outcome.providers.iter().map(|(_, after)| *after))?;
        let event = proto::ClickCommitted {
            year: year.year,
            total: to_proto::money(total),
            decision_id: click.decision_id.clone(),
        };
        tx.publish(feed::click_committed(&year.office, event));
        if !store::add_click(tx, year, &click.decision_id, &click.encode_to_vec(), now).await? {
            return Err(precondition(
                "ALREADY_CLICKED",
                year,
                "the click of this year was committed before".to_owned(),
            ));
        }
        Ok(click)
    }
}

fn precondition(reason: &'static str, year: &OfficeYear, message: String) -> Error {
    EdgeError::Precondition { reason, subject: year.to_string(), message }.into()
}
