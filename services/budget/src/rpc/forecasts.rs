//! Forecasts and the talk about them (BUD-06).

use calendar::amsterdam_date;
use contract::budget as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};
use identifiers::Agb;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{self, AnswerFacts, ForecastFacts, SettlementFacts},
    domain::{Account, Forecast, ForecastState, OfficeYear, RoundKind, Tariff},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn make_forecast(
        &self,
        call: &Call,
        request: proto::MakeForecastRequest,
    ) -> Result<proto::MakeForecastResponse, Error> {
        let (request_id, (year, round), due) = convert::make_forecast(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let balances = self.taken(&mut write, &year).await?;
        self.comes_next(&mut write, &year, round).await?;
        let months = *self.core.rules.get(decide::months_of(round), &year.scope())?;
        let mut production = store::approved_of_year(&mut write.tx, (&year, months), None).await?;
        // Who has a budget and claimed nothing has a forecast of nothing.
        for (_, account, _) in balances.iter().filter(|(.., balance)| !balance.is_zero()) {
            if let Account::Agreed(agb) = account {
                production.entry(agb).or_default();
            }
        }
        let mut tariffs = store::tariffs_of_year(&mut write.tx, &year).await?;
        let mut forecasts = Vec::with_capacity(production.len());
        for (agb, production) in production {
            let tariffs: Vec<Tariff> = tariffs.remove(&agb).unwrap_or_default();
            let facts = ForecastFacts { year: year.clone(), round, agb, production, tariffs, as_of: now };
            let mut trace = Trace::new();
            let (amount, products) =
                decide::office_forecast(&facts, &self.core.rules, &mut trace).map_err(|error| error.of(agb))?;
            let recorded = Facts::new(&facts, now);
            let decision_id = self.record_forecast(&mut write, (&year, agb), "forecast", (&recorded, trace)).await?;
            let forecast = Forecast {
                agb,
                office: amount,
                provider: None,
                holding: amount,
                products,
                state: ForecastState::Shared,
                answer_due_date: due,
                motivation: String::new(),
                decision_id,
            };
            store::add_forecast(&mut write.tx, (&year, round), &forecast, now).await?;
            forecasts.push(convert::forecast(&forecast));
        }
        Ok(write.commit(proto::MakeForecastResponse { forecasts }).await?)
    }

    pub(super) async fn answer_forecast(
        &self,
        call: &Call,
        request: proto::AnswerForecastRequest,
    ) -> Result<proto::AnswerForecastResponse, Error> {
        let answer = convert::answer_forecast(&request)?;
        let mut write = match self.core.begin(call, answer.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let round = answer.round;
        let forecast = self.open_forecast(&mut write, (&answer.year, round), answer.agb).await?;
        if amsterdam_date(now) > forecast.answer_due_date {
            let message = format!("the last day to answer was {}", forecast.answer_due_date);
            return Err(precondition("ANSWER_TOO_LATE", answer.agb, message));
        }
        let (state, tariffs) = if answer.own.is_empty() {
            (ForecastState::Agreed, Vec::new())
        } else {
            let tariffs = store::tariffs_of(&mut write.tx, &answer.year.office, answer.agb).await?;
            (ForecastState::Disputed, tariffs)
        };
        let facts = AnswerFacts {
            year: answer.year,
            agb: answer.agb,
            office_forecast: forecast.office,
            own: answer.own,
            tariffs,
            motivation: answer.motivation,
            as_of: now,
        };
        let mut trace = Trace::new();
        let (provider, own) = decide::answer(&facts, &mut trace).map_err(|error| error.of(facts.agb))?;
        let products = if own.is_empty() { forecast.products } else { own };
        let (of, recorded) = ((&facts.year, facts.agb), Facts::new(&facts, now));
        let decision_id = self.record_forecast(&mut write, of, "forecast_answer", (&recorded, trace)).await?;
        // Until a difference is settled the office's forecast stands.
        let forecast = Forecast {
            provider: Some(provider),
            holding: forecast.office,
            products,
            state,
            motivation: facts.motivation,
            decision_id,
            ..forecast
        };
        store::add_forecast(&mut write.tx, (&facts.year, round), &forecast, now).await?;
        let reply = proto::AnswerForecastResponse { forecast: Some(convert::forecast(&forecast)) };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn settle_forecast(
        &self,
        call: &Call,
        request: proto::SettleForecastRequest,
    ) -> Result<proto::SettleForecastResponse, Error> {
        let settle = convert::settle_forecast(&request)?;
        let mut write = match self.core.begin(call, settle.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.settle_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To settle below the provider's own forecast takes four eyes.
    pub(super) async fn settle_in(
        &self,
        write: &mut Write,
        request: &proto::SettleForecastRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::SettleForecastResponse, Error> {
        let settle = convert::settle_forecast(request)?;
        let now = write.now;
        let round = settle.round;
        let forecast = self.open_forecast(write, (&settle.year, round), settle.agb).await?;
        if !*self.core.rules.get(&rules::PURCHASER_SETTLES, &settle.year.scope())? {
            let message = "in this office a forecast is settled by agreement only".to_owned();
            return Err(precondition("PURCHASER_DOES_NOT_SETTLE", settle.agb, message));
        }
        if let Some(own) = forecast.provider.filter(|own| settle.forecast < *own) {
            let subject = format!("{} {}", settle.year, settle.agb);
            let summary = format!("prognose vaststellen op {} in plaats van {own}", settle.forecast);
            let adverse = Adverse {
                office: &settle.year.office,
                agb: Some(settle.agb),
                subject: &subject,
                outcome: summary.as_bytes(),
                summary: summary.clone(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let forecast = Some(convert::forecast(&forecast));
                return Ok(proto::SettleForecastResponse { forecast, proposal: Some(proposal) });
            }
        }
        let facts = SettlementFacts {
            year: settle.year,
            agb: settle.agb,
            office_forecast: forecast.office,
            forecast: settle.forecast,
            motivation: settle.motivation,
            as_of: now,
        };
        let mut trace = Trace::new();
        let holding = decide::settle(&facts, &mut trace);
        let (of, recorded) = ((&facts.year, facts.agb), Facts::new(&facts, now));
        let decision_id = self.record_forecast(write, of, "forecast_settlement", (&recorded, trace)).await?;
        let forecast =
            Forecast { holding, state: ForecastState::Settled, motivation: facts.motivation, decision_id, ..forecast };
        store::add_forecast(&mut write.tx, (&facts.year, round), &forecast, now).await?;
        Ok(proto::SettleForecastResponse { forecast: Some(convert::forecast(&forecast)), proposal: None })
    }

    /// The forecast of a provider for a round that was not committed yet, in a year that is taken.
    async fn open_forecast(
        &self,
        write: &mut Write,
        (year, round): (&OfficeYear, RoundKind),
        agb: Agb,
    ) -> Result<Forecast, Error> {
        if !store::take(&mut write.tx, year).await? {
            return Err(no_room(year).into());
        }
        self.comes_next(write, year, round).await?;
        let now = write.now;
        let not_found = || EdgeError::NotFound { what: "the forecast of", id: format!("{year} {agb}") };
        Ok(store::forecast_of(&mut write.tx, (year, round), agb, now).await?.ok_or_else(not_found)?)
    }

    async fn record_forecast(
        &self,
        write: &mut Write,
        (year, agb): (&OfficeYear, Agb),
        kind: &'static str,
        (facts, trace): (&Facts, Trace),
    ) -> Result<String, Error> {
        self.record(write, (&year.office, kind, &format!("{year} {agb}")), (facts, trace)).await
    }
}

fn precondition(reason: &'static str, agb: Agb, message: String) -> Error {
    EdgeError::Precondition { reason, subject: agb.to_string(), message }.into()
}
