//! Forecasts, as they are asked.

use chrono::NaiveDate;
use contract::budget as proto;
use edge::{EdgeError, Fields};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use super::request::{volumes, year_of};
use crate::domain::{OfficeYear, RoundKind, Volume};

/// The round that a forecast is for; the click where none is given.
fn round_of(fields: &mut Fields, round: i32) -> Option<RoundKind> {
    let round = match proto::RoundKind::try_from(round) {
        Ok(proto::RoundKind::Unspecified | proto::RoundKind::Click) => Some(RoundKind::Click),
        Ok(proto::RoundKind::Reallocation) => Some(RoundKind::Reallocation),
        _ => None,
    };
    fields.check(round.is_some(), "round", "expected ROUND_KIND_CLICK or ROUND_KIND_REALLOCATION");
    round
}

/// Reads the round that forecasts are asked of.
pub fn forecast_round(round: i32) -> Result<RoundKind, EdgeError> {
    let mut fields = Fields::new();
    let round = round_of(&mut fields, round);
    fields.all((round,)).map(|(round,)| round)
}

/// Reads which forecasts are to be made, and until when they can be answered.
pub fn make_forecast(
    request: &proto::MakeForecastRequest,
) -> Result<(Uuid, (OfficeYear, RoundKind), NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let round = round_of(&mut fields, request.round);
    let due = fields.date("answer_due_date", request.answer_due_date.as_ref());
    let (request_id, year, round, due) = fields.all((request_id, year, round, due))?;
    Ok((request_id, (year, round), due))
}

/// A provider's answer.
#[derive(Debug)]
pub struct Answer {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The round it is for.
    pub round: RoundKind,
    /// The provider.
    pub agb: Agb,
    /// Its own volumes; none means it agrees.
    pub own: Vec<Volume>,
    /// Why they differ.
    pub motivation: String,
}

/// Reads a provider's answer.
pub fn answer_forecast(request: &proto::AnswerForecastRequest) -> Result<Answer, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let round = round_of(&mut fields, request.round);
    let agb = fields.agb("agb", &request.agb);
    let own = volumes(&mut fields, "own_volumes", &request.own_volumes, false);
    let motivation = match request.own_volumes.is_empty() {
        true => Some(request.motivation.clone()),
        false => fields.text("motivation", &request.motivation),
    };
    let (request_id, year, round, agb, own, motivation) =
        fields.all((request_id, year, round, agb, own, motivation))?;
    Ok(Answer { request_id, year, round, agb, own, motivation })
}

/// A forecast to be settled.
#[derive(Debug)]
pub struct Settle {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The round it is for.
    pub round: RoundKind,
    /// The provider.
    pub agb: Agb,
    /// The forecast that will hold.
    pub forecast: Money,
    /// Why.
    pub motivation: String,
}

/// Reads a forecast to be settled.
pub fn settle_forecast(request: &proto::SettleForecastRequest) -> Result<Settle, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let round = round_of(&mut fields, request.round);
    let agb = fields.agb("agb", &request.agb);
    let forecast = fields.positive_money("forecast", request.forecast.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, round, agb, forecast, motivation) =
        fields.all((request_id, year, round, agb, forecast, motivation))?;
    Ok(Settle { request_id, year, round, agb, forecast, motivation })
}
