//! The use of ceilings, between the contract and the domain (HOM-05).

use chrono::{DateTime, Utc};
use contract::homecare as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};

use super::provider_year;
use crate::domain::{CeilingDecision, Consumption, DecisionKind, Forecast, ForecastMethod, Hours, ProviderYear, share};

/// The moment something is asked as of; none for now.
type At = Option<DateTime<Utc>>;

/// Reads whose use of a ceiling is asked, and as known when.
pub fn get_consumption(
    (office, agb, year): (&str, &str, i32),
    at: Option<&prost_types::Timestamp>,
) -> Result<(ProviderYear, At), EdgeError> {
    let mut fields = Fields::new();
    let of = provider_year(&mut fields, office, agb, year);
    let at = fields.optional_time("as_of_time", at);
    fields.all((of, at))
}

/// Reads of which office's year the use is asked, as known when, and which page.
pub fn list_consumption(request: &proto::ListConsumptionRequest) -> Result<(Office, i32, At, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let at = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, year, at, page))
}

/// Reads which page of years is asked.
pub fn list_ceiling_years(request: &proto::ListCeilingYearsRequest) -> Result<Page, EdgeError> {
    let mut fields = Fields::new();
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    fields.all((page,)).map(|(page,)| page)
}

/// Reads whose decisions are asked.
pub fn list_decisions(request: &proto::ListCeilingDecisionsRequest) -> Result<(ProviderYear, Page), EdgeError> {
    let mut fields = Fields::new();
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((of, page))
}

/// How far a ceiling is used.
pub fn consumption(
    used: &Consumption,
    made: Option<&Forecast>,
    as_of: DateTime<Utc>,
) -> Result<proto::Consumption, EdgeError> {
    let hours = Hours::of(&used.months);
    Ok(proto::Consumption {
        agb: used.agb.to_string(),
        year: used.year,
        ceiling: to_proto::money(used.ceiling),
        spent: to_proto::money(used.spent),
        room: to_proto::money(used.ceiling.minus(used.spent)?),
        beyond: to_proto::money(used.beyond),
        clients: used.clients,
        used_percentage: to_proto::decimal(share(used.spent, used.ceiling).0),
        as_of_time: to_proto::time(as_of),
        hours: Some(proto::Hours {
            per_client_month: hours.average().and_then(to_proto::decimal),
            agreed: to_proto::decimal(used.hours_agreed),
            kept: hours.keeps(used.hours_agreed),
            total: to_proto::decimal(hours.total()),
            client_months: hours.client_months,
        }),
        forecast: made.map(forecast),
    })
}

/// A forecast.
pub fn forecast(made: &Forecast) -> proto::Forecast {
    let method = match made.method {
        ForecastMethod::RunRate => proto::ForecastMethod::RunRate,
        ForecastMethod::Seasonal => proto::ForecastMethod::Seasonal,
        ForecastMethod::Realised => proto::ForecastMethod::Realised,
    };
    proto::Forecast {
        amount: to_proto::money(made.amount),
        method: method.into(),
        through_month: made.through.cast_signed(),
        counted: to_proto::money(made.counted),
        above_ceiling: made.above_ceiling,
    }
}

/// A decision about a ceiling.
pub fn decision(of: &ProviderYear, decision: &CeilingDecision) -> proto::CeilingDecision {
    let kind = match decision.kind {
        DecisionKind::ThresholdReached => proto::CeilingDecisionKind::ThresholdReached,
        DecisionKind::BeyondCeiling => proto::CeilingDecisionKind::BeyondCeiling,
        DecisionKind::ForecastAbove => proto::CeilingDecisionKind::ForecastAbove,
        DecisionKind::HoursAbove => proto::CeilingDecisionKind::HoursAbove,
        DecisionKind::RefusedProducts => proto::CeilingDecisionKind::RefusedProducts,
    };
    proto::CeilingDecision {
        decision_id: decision.decision_id.clone(),
        agb: of.agb.to_string(),
        year: of.year,
        kind: kind.into(),
        file_id: decision.file_id.clone(),
        beyond: to_proto::money(decision.beyond),
        decided_time: to_proto::time(decision.recorded_time),
    }
}
