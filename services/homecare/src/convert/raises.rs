//! Raises and client stops between the contract and the domain.

use calendar::amsterdam_date;
use chrono::{DateTime, NaiveDate, Utc};
use contract::homecare as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use super::{HOURS_DECIMALS, provider_year, year_page};
use crate::domain::{ClientStop, OfficeYear, ProviderYear, Raise, RaiseItems, RaiseState};

/// A request to raise that is filed.
#[derive(Debug)]
pub struct RequestRaise {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// What is said.
    pub items: RaiseItems,
}

/// Reads a request to raise.
pub fn request_raise(request: &proto::RequestRaiseRequest) -> Result<RequestRaise, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let items = items(&mut fields, request.items.as_ref());
    let (request_id, of, items) = fields.all((request_id, of, items))?;
    Ok(RequestRaise { request_id, of, items })
}

/// Reads what is said for a request.
pub fn supplement_raise(request: &proto::SupplementRaiseRequest) -> Result<(Uuid, String, RaiseItems), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let raise_id = fields.id("raise_id", &request.raise_id);
    let items = items(&mut fields, request.items.as_ref());
    if items.as_ref().is_some_and(|items| items.missing().len() == 4) {
        fields.violation("items", "say nothing");
    }
    fields.all((request_id, raise_id, items))
}

fn items(fields: &mut Fields, items: Option<&proto::RaiseItems>) -> Option<RaiseItems> {
    let Some(items) = items else { return Some(RaiseItems::default()) };
    // What is not said is no fault; what is said wrong is, each of it.
    let clients = match items.clients {
        None => Some(None),
        Some(clients) => {
            let read = u32::try_from(clients).ok().filter(|clients| *clients > 0);
            fields.check(read.is_some(), "items.clients", "must be more than 0").map(|()| read)
        }
    };
    let hours = match &items.hours_per_client_month {
        None => Some(None),
        given => {
            let name = "items.hours_per_client_month";
            let hours = fields.decimal(name, given.as_ref(), HOURS_DECIMALS);
            let right = hours.is_none_or(|hours| !hours.is_sign_negative());
            fields.check(right, name, "must not be negative").and(hours).map(Some)
        }
    };
    let forecast = match &items.forecast {
        None => Some(None),
        given => fields.positive_money("items.forecast", given.as_ref()).map(Some),
    };
    let explanation = match items.explanation.as_str() {
        "" => Some(None),
        text => fields.text("items.explanation", text).map(Some),
    };
    Some(RaiseItems {
        clients: clients?,
        hours_per_client_month: hours?,
        forecast: forecast?,
        explanation: explanation?,
    })
}

/// Reads what is asked about a request.
pub fn ask_about_raise(request: &proto::AskAboutRaiseRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let raise_id = fields.id("raise_id", &request.raise_id);
    let question = fields.text("question", &request.question);
    fields.all((request_id, raise_id, question))
}

/// Reads which request is complete.
pub fn confirm_raise(request: &proto::ConfirmRaiseRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let raise_id = fields.id("raise_id", &request.raise_id);
    fields.all((request_id, raise_id))
}

/// A decision on a request.
#[derive(Debug)]
pub struct DecideRaise {
    /// The request.
    pub request_id: Uuid,
    /// The request to raise.
    pub raise_id: String,
    /// The ceiling that is granted.
    pub ceiling: Option<Money>,
    /// Regional developments and the duty of care.
    pub regional: String,
    /// Why.
    pub motivation: String,
}

/// Reads a decision on a request.
pub fn decide_raise(request: &proto::DecideRaiseRequest) -> Result<DecideRaise, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let raise_id = fields.id("raise_id", &request.raise_id);
    let ceiling = match &request.ceiling {
        None => Some(None),
        given => fields.positive_money("ceiling", given.as_ref()).map(Some),
    };
    let regional = fields.text("regional", &request.regional);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, raise_id, ceiling, regional, motivation) =
        fields.all((request_id, raise_id, ceiling, regional, motivation))?;
    Ok(DecideRaise { request_id, raise_id, ceiling, regional, motivation })
}

/// Reads a page of requests.
pub fn raise_page(request: &proto::ListRaisesRequest) -> Result<(OfficeYear, Page), EdgeError> {
    year_page((&request.office, request.year), (request.page_size, &request.page_token))
}

/// A stop that is asked for.
#[derive(Debug)]
pub struct StartStop {
    /// The request.
    pub request_id: Uuid,
    /// The raise that was refused.
    pub raise_id: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// How insured persons are told.
    pub informing: String,
    /// What was said in the consultation.
    pub consultation: String,
    /// The alternatives, each once.
    pub alternatives: Vec<Agb>,
}

/// Reads a stop that is asked for.
pub fn start_stop(request: &proto::StartClientStopRequest) -> Result<StartStop, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let raise_id = fields.id("raise_id", &request.raise_id);
    let first_day = fields.date("first_day", request.first_day.as_ref());
    let informing = fields.text("informing", &request.informing);
    let consultation = fields.text("consultation", &request.consultation);
    let each = request.alternatives.iter().enumerate();
    let alternatives: Vec<Option<Agb>> =
        each.map(|(index, agb)| fields.agb(&format!("alternatives[{index}]"), agb)).collect();
    let alternatives: Option<Vec<Agb>> = alternatives.into_iter().collect();
    let (request_id, raise_id, first_day, informing, consultation, mut alternatives) =
        fields.all((request_id, raise_id, first_day, informing, consultation, alternatives))?;
    alternatives.sort();
    alternatives.dedup();
    Ok(StartStop { request_id, raise_id, first_day, informing, consultation, alternatives })
}

/// The end of a stop.
#[derive(Debug)]
pub struct EndStop {
    /// The request.
    pub request_id: Uuid,
    /// The stop.
    pub stop_id: String,
    /// Its last day.
    pub last_day: NaiveDate,
    /// Why.
    pub motivation: String,
}

/// Reads the end of a stop.
pub fn end_stop(request: &proto::EndClientStopRequest) -> Result<EndStop, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let stop_id = fields.id("stop_id", &request.stop_id);
    let last_day = fields.date("last_day", request.last_day.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, stop_id, last_day, motivation) = fields.all((request_id, stop_id, last_day, motivation))?;
    Ok(EndStop { request_id, stop_id, last_day, motivation })
}

/// A request as it stands at a moment.
pub fn raise(raise: &Raise, now: DateTime<Utc>) -> proto::Raise {
    let state = match raise.state {
        RaiseState::Incomplete => proto::RaiseState::Incomplete,
        RaiseState::Received => proto::RaiseState::Received,
        RaiseState::Complete => proto::RaiseState::Complete,
        RaiseState::NotTakenUp => proto::RaiseState::NotTakenUp,
        RaiseState::Granted => proto::RaiseState::Granted,
        RaiseState::Refused => proto::RaiseState::Refused,
    };
    let items = &raise.items;
    proto::Raise {
        raise_id: raise.id.clone(),
        office: raise.of.office.to_string(),
        agb: raise.of.agb.to_string(),
        year: raise.of.year,
        state: state.into(),
        items: Some(proto::RaiseItems {
            clients: items.clients.map(u32::cast_signed),
            hours_per_client_month: items.hours_per_client_month.and_then(to_proto::decimal),
            forecast: items.forecast.and_then(to_proto::money),
            explanation: items.explanation.clone().unwrap_or_default(),
        }),
        missing: items.missing().into_iter().map(str::to_owned).collect(),
        question: raise.question.clone().unwrap_or_default(),
        filed_time: to_proto::time(raise.filed),
        confirmed_time: raise.confirmed.and_then(to_proto::time),
        due_date: raise.due_day.and_then(to_proto::date),
        overdue: raise.state.is_open() && raise.due_day.is_some_and(|due| due < amsterdam_date(now)),
        ceiling: raise.ceiling.and_then(to_proto::money),
        decision_id: raise.decision_id.clone().unwrap_or_default(),
        decided_time: raise.decided.and_then(to_proto::time),
    }
}

/// A stop.
pub fn client_stop(stop: &ClientStop) -> proto::ClientStop {
    proto::ClientStop {
        stop_id: stop.id.clone(),
        office: stop.of.office.to_string(),
        agb: stop.of.agb.to_string(),
        year: stop.of.year,
        raise_id: stop.raise_id.clone(),
        first_day: to_proto::date(stop.first_day),
        informing: stop.informing.clone(),
        consultation: stop.consultation.clone(),
        alternatives: stop.alternatives.iter().map(ToString::to_string).collect(),
        last_day: stop.last_day.and_then(to_proto::date),
        decision_id: stop.decision_id.clone(),
        decided_time: to_proto::time(stop.recorded),
    }
}
