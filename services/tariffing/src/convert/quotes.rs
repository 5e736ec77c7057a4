//! Between the contract and the domain: quotes.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use super::percentages::{product_tariff, refusals, subject};
use crate::{
    decide::{Care, Quoted},
    domain::Subject,
};

/// What a quote asks.
#[derive(Debug)]
pub struct Quote {
    /// Whose, and for the year of the care date.
    pub subject: Subject,
    /// The day care is given.
    pub care_date: NaiveDate,
    /// As known at this moment.
    pub known: Option<DateTime<Utc>>,
    /// The care, without the delivery form.
    pub care: Care,
}

/// Reads a quote.
pub fn quote(request: &proto::QuoteRequest) -> Result<Quote, EdgeError> {
    let mut fields = Fields::new();
    let quote = read(&mut fields, request);
    fields.all((quote,)).map(|(quote,)| quote)
}

/// Reads a quote to be kept.
pub fn keep_quote(request: &proto::KeepQuoteRequest) -> Result<(Uuid, Quote), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let asked = proto::QuoteRequest {
        office: request.office.clone(),
        sector: request.sector,
        agb: request.agb.clone(),
        product: request.product.clone(),
        care_date: request.care_date,
        explain: true,
        known_time: request.known_time,
        profile: request.profile.clone(),
        treatment: request.treatment,
        new_client: request.new_client,
    };
    let quote = read(&mut fields, &asked);
    fields.all((request_id, quote))
}

/// What the quotes of all products ask.
#[derive(Debug)]
pub struct QuoteProducts {
    /// The office.
    pub office: Office,
    /// The sector.
    pub sector: Sector,
    /// The provider.
    pub agb: Agb,
    /// The day care is given.
    pub care_date: NaiveDate,
    /// As known at this moment.
    pub known: Option<DateTime<Utc>>,
}

/// Reads what the quotes of all products ask.
pub fn quote_products(request: &proto::QuoteProductsRequest) -> Result<QuoteProducts, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let agb = fields.agb("agb", &request.agb);
    let care_date = fields.date("care_date", request.care_date.as_ref());
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let (office, sector, agb, care_date, known) = fields.all((office, sector, agb, care_date, known))?;
    Ok(QuoteProducts { office, sector, agb, care_date, known })
}

fn read(fields: &mut Fields, request: &proto::QuoteRequest) -> Option<Quote> {
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let agb = fields.agb("agb", &request.agb);
    let product = fields.product("product", &request.product);
    let care_date = fields.date("care_date", request.care_date.as_ref());
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let digits = request.profile.len() == 3 && request.profile.bytes().all(|byte| byte.is_ascii_digit());
    let profile = fields.check(
        request.profile.is_empty() || digits,
        "profile",
        "expected a code of list COD163, three digits, or nothing",
    );
    profile?;
    let care = Care {
        product: product?,
        form: String::new(),
        profile: Some(request.profile.clone()).filter(|profile| !profile.is_empty()),
        treatment: known_flag(request.treatment),
        new_client: known_flag(request.new_client),
    };
    let care_date = care_date?;
    let subject = Subject { office: office?, sector: sector?, agb: agb?, year: care_date.year() };
    Some(Quote { subject, care_date, known: known?, care })
}

fn known_flag(known: i32) -> Option<bool> {
    match proto::Known::try_from(known) {
        Ok(proto::Known::Yes) => Some(true),
        Ok(proto::Known::No) => Some(false),
        _ => None,
    }
}

/// Reads whose changes are asked, and for which delivery form.
pub fn what_would_change(request: &proto::WhatWouldChangeRequest) -> Result<(Subject, Option<String>), EdgeError> {
    let mut fields = Fields::new();
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let (subject,) = fields.all((subject,))?;
    Ok((subject, Some(request.form.clone()).filter(|form| !form.is_empty())))
}

/// A quote for the contract, with the words of its steps.
pub fn quoted(quoted: &Quoted, agreed: bool, explanation: Option<&common::Explanation>) -> proto::Quote {
    let refused = explanation.map(|explanation| refusals(&quoted.refused, explanation)).unwrap_or_default();
    let conditions = quoted.conditions.iter().map(|condition| {
        let place = condition.step.checked_sub(1);
        let step = explanation.zip(place).and_then(|(explanation, place)| explanation.steps.get(place));
        proto::Condition {
            rule_id: condition.rule.clone(),
            key: condition.key.clone(),
            excluded: condition.excluded,
            text_nl: step.map(|step| step.text_nl.clone()).unwrap_or_default(),
            text_en: step.map(|step| step.text_en.clone()).unwrap_or_default(),
        }
    });
    proto::Quote {
        tariff: Some(product_tariff(&quoted.tariff)),
        percentage: to_proto::decimal(quoted.percentage.0),
        agreed,
        conditions: conditions.collect(),
        refusals: refused,
    }
}
