//! Forecasts and the talk about them (BUD-06).

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use contract::budget as proto;
use edge::{Begun, Decided, EdgeError, Write};
use explain::{Facts, Known, Trace};
use identifiers::Agb;
use serde::Serialize;

use super::{Rpc, no_room};
use crate::{
    NAME, convert,
    decide::{self, ForecastFacts},
    domain::{Forecast, ForecastState, OfficeYear, Production, Tariff},
    error::Error,
    rules, store,
};

/// What an answer or a settlement was recorded from.
#[derive(Serialize)]
struct TalkFacts<'a> {
    year: &'a OfficeYear,
    agb: Agb,
    office_forecast: money::Money,
    forecast: money::Money,
    motivation: &'a str,
}

impl Rpc {
    pub(super) async fn make(&self, request: proto::MakeForecastRequest) -> Result<proto::MakeForecastResponse, Error> {
        let (request_id, year, due) = convert::make_forecast(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "MakeForecast", request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        let mut production: BTreeMap<Agb, Vec<Production>> = BTreeMap::new();
        for row in store::production_of_year(&mut write.tx, &year).await? {
            production.entry(row.agb).or_default().push(row);
        }
        // Who has a budget and claimed nothing has a forecast of nothing.
        for budget in store::budgets(&mut write.tx, &year).await? {
            production.entry(budget.agb).or_default();
        }
        let mut tariffs = store::tariffs_of_year(&mut write.tx, &year).await?;
        let mut forecasts = Vec::with_capacity(production.len());
        for (agb, production) in production {
            let tariffs: Vec<Tariff> = tariffs.remove(&agb).unwrap_or_default();
            let facts = ForecastFacts { year: year.clone(), agb, production, tariffs, as_of: now };
            let mut trace = Trace::new();
            let amount =
                decide::office_forecast(&facts, &self.core.rules, &mut trace).map_err(|error| error.of(agb))?;
            let decision_id = self.record_talk(&mut write, &year, agb, &Facts::new(&facts, now), trace).await?;
            let forecast = Forecast {
                agb,
                office: amount,
                provider: None,
                holding: amount,
                state: ForecastState::Shared,
                answer_due_date: due,
                motivation: String::new(),
                decision_id,
            };
            store::add_forecast(&mut write.tx, &year, &forecast, now).await?;
            forecasts.push(convert::forecast(&forecast));
        }
        Ok(write.commit(proto::MakeForecastResponse { forecasts }).await?)
    }

    pub(super) async fn answer(
        &self,
        request: proto::AnswerForecastRequest,
    ) -> Result<proto::AnswerForecastResponse, Error> {
        let answer = convert::answer_forecast(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "AnswerForecast", answer.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let forecast = self.open_forecast(&mut write, &answer.year, answer.agb).await?;
        if amsterdam_date(now) > forecast.answer_due_date {
            let message = format!("the last day to answer was {}", forecast.answer_due_date);
            return Err(precondition("ANSWER_TOO_LATE", answer.agb, message));
        }
        let mut trace = Trace::new();
        let (provider, state) = if answer.own.is_empty() {
            (trace.step(&rules::FORECAST_AGREED).gives(forecast.office).value, ForecastState::Agreed)
        } else {
            let tariffs = store::tariffs_of(&mut write.tx, &answer.year.office, answer.agb).await?;
            let own = decide::euros(&answer.own, &tariffs, answer.year.first_day());
            let own = own.map_err(|error| error.of(answer.agb))?;
            let office = Known::fact(NAME, "forecast", now, forecast.office);
            (trace.step(&rules::FORECAST_OWN).with("office", &office).gives(own).value, ForecastState::Disputed)
        };
        let facts = TalkFacts {
            year: &answer.year,
            agb: answer.agb,
            office_forecast: forecast.office,
            forecast: provider,
            motivation: &answer.motivation,
        };
        let recorded = Facts::new(&facts, now);
        let decision_id = self.record_talk(&mut write, &answer.year, answer.agb, &recorded, trace).await?;
        // Until a difference is settled the office's forecast stands.
        let forecast = Forecast {
            provider: Some(provider),
            holding: forecast.office,
            state,
            motivation: answer.motivation,
            decision_id,
            ..forecast
        };
        store::add_forecast(&mut write.tx, &answer.year, &forecast, now).await?;
        let reply = proto::AnswerForecastResponse { forecast: Some(convert::forecast(&forecast)) };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn settle(
        &self,
        request: proto::SettleForecastRequest,
    ) -> Result<proto::SettleForecastResponse, Error> {
        let settle = convert::settle_forecast(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "SettleForecast", settle.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let forecast = self.open_forecast(&mut write, &settle.year, settle.agb).await?;
        if !*self.core.rules.get(&rules::PURCHASER_SETTLES, &settle.year.scope())? {
            let message = "in this office a forecast is settled by agreement only".to_owned();
            return Err(precondition("PURCHASER_DOES_NOT_SETTLE", settle.agb, message));
        }
        let motivation = Known::request("motivation", settle.motivation.clone());
        let mut trace = Trace::new();
        trace.step(&rules::FORECAST_SETTLED).with("motivation", &motivation).gives(settle.forecast);
        let facts = TalkFacts {
            year: &settle.year,
            agb: settle.agb,
            office_forecast: forecast.office,
            forecast: settle.forecast,
            motivation: &settle.motivation,
        };
        let recorded = Facts::new(&facts, now);
        let decision_id = self.record_talk(&mut write, &settle.year, settle.agb, &recorded, trace).await?;
        let forecast = Forecast {
            holding: settle.forecast,
            state: ForecastState::Settled,
            motivation: settle.motivation,
            decision_id,
            ..forecast
        };
        store::add_forecast(&mut write.tx, &settle.year, &forecast, now).await?;
        let reply = proto::SettleForecastResponse { forecast: Some(convert::forecast(&forecast)) };
        Ok(write.commit(reply).await?)
    }

    /// The forecast of a provider, in a year that was not clicked yet and that is taken.
    async fn open_forecast(&self, write: &mut Write, year: &OfficeYear, agb: Agb) -> Result<Forecast, Error> {
        if !store::take(&mut write.tx, year).await? {
            return Err(no_room(year).into());
        }
        if store::click_of(&mut write.tx, year).await?.is_some() {
            return Err(precondition("YEAR_CLICKED", agb, "the click of this year was committed".to_owned()));
        }
        let not_found = || EdgeError::NotFound { what: "the forecast of", id: format!("{year} {agb}") };
        Ok(store::forecast_of(&mut write.tx, year, agb).await?.ok_or_else(not_found)?)
    }

    async fn record_talk(
        &self,
        write: &mut Write,
        year: &OfficeYear,
        agb: Agb,
        facts: &Facts,
        trace: Trace,
    ) -> Result<String, Error> {
        let explanation = trace.finish(&self.core.rules, facts);
        let subject = format!("{year} {agb}");
        let decided =
            Decided { office: &year.office, kind: "forecast", subject: &subject, facts, explanation: &explanation };
        Ok(self.core.record(&mut write.tx, decided).await?)
    }
}

fn precondition(reason: &'static str, agb: Agb, message: String) -> Error {
    EdgeError::Precondition { reason, subject: agb.to_string(), message }.into()
}
