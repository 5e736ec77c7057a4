//! The offer (HOM-04): type, ceiling, hours, clients and tariffs in one decision, told step by step.

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, Parameter, ParameterError, Rules, Trace, Window};
use money::{Decimal, Money, Percentage};
use serde::{Deserialize, Serialize};

use super::{
    agreement_type::{Typed, agreement_type},
    base_ceiling::{self, Making, with_index, wrong},
};
use crate::{
    NAME,
    domain::{
        AgreementType, ExcludedChoice, Finding, ForecastBasis, Growth, NightCare, NoOffer, OfferTerms, OfferText,
        Offered, Place, Previous, ProductTariff, ProviderYear, SoleProprietor, Windows,
    },
    rules,
};

/// What an offer is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The number of the offer in that year, from 1.
    pub number: u32,
    /// What was agreed for the year before.
    pub previous: Option<Previous>,
    /// The turnover that is expected of it, where it is stated.
    pub turnover: Option<Money>,
    /// Its forecast.
    pub forecast: Option<ForecastBasis>,
    /// The hours per client per month that were realised.
    pub realised_hours: Option<Decimal>,
    /// The hours that are to be agreed, where they are stated.
    pub hours: Option<Decimal>,
    /// The number of clients.
    pub clients: Option<u32>,
    /// Whether that is stated rather than counted.
    pub clients_stated: bool,
    /// The index, where it is stated.
    pub index: Option<Percentage>,
    /// The tariffs, where they are stated.
    pub tariffs: Vec<ProductTariff>,
    /// A sole proprietor.
    pub sole: Option<SoleProprietor>,
    /// Whether it is excluded from the benchmark.
    pub excluded: bool,
    /// What a purchaser decided about that.
    pub excluded_choice: Option<ExcludedChoice>,
    /// Its place in the benchmark.
    pub place: Option<Place>,
    /// A raise.
    pub growth: Option<Growth>,
    /// The correction for night care.
    pub night_care: Option<NightCare>,
    /// The mean of the agreed hours of client_following in the year before.
    pub mean_hours: Option<Decimal>,
    /// Over how many agreements.
    pub mean_of: u32,
    /// What was found when the year before was closed; none while it was not, or where that year is stated.
    pub year_end: Option<LastYear>,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// What was found of a provider when the year before was closed (HOM-09).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastYear {
    /// The decision that lists it.
    pub decision_id: String,
    /// Whether the hours agreement was kept, and the hours that were realised; none where there were none.
    pub hours: Option<(bool, Decimal)>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl OfferFacts {
    /// The hours of the list of the year before: whether the agreement was kept, and what was realised.
    pub(super) fn listed_hours(&self) -> Option<(bool, Decimal)> {
        self.year_end.as_ref().and_then(|listed| listed.hours)
    }

    /// Realised hours, with where they come from.
    pub(super) fn realised_known(&self, realised: Decimal) -> Known<Decimal> {
        match self.listed_hours() {
            Some(_) => Known::fact(NAME, "year-end list", self.as_of, realised),
            None => Known::request("realised_hours", realised),
        }
    }

    /// A value of the agreement for the year before, with where it comes from.
    pub(super) fn previous_known<T>(&self, previous: &Previous, name: &'static str, value: T) -> Known<T> {
        match previous.stated {
            true => Known::request("previous", value),
            false => Known::fact(NAME, name, self.as_of, value),
        }
    }
}

/// What is offered to a provider, or why there is no offer, and until when it may respond and accept (HOM-04).
///
/// # Errors
/// When a parameter has no value, an amount does not fit, or something is stated that can't be.
pub fn offer(facts: &OfferFacts, rules: &Rules, trace: &mut Trace) -> Result<(Offered, Windows), EdgeError> {
    let forecast = base_ceiling::forecast(facts, trace)?;
    let typed = agreement_type(facts, forecast.as_ref(), rules, trace)?;
    let kind = match &typed {
        Typed::Of(kind) => *kind,
        Typed::Lowered => AgreementType::Standard,
        Typed::No(reason, missing) => {
            return Ok((Offered::Nothing { reason: *reason, missing: missing.clone() }, Windows::default()));
        }
        Typed::Missing(missing) => return Ok(nothing(facts, missing.clone(), trace)),
    };
    if kind != AgreementType::Plus && facts.growth.is_some() {
        return Err(wrong("growth", &format!("is for plus only, and this is {} (HOM-03)", kind.as_str())));
    }
    let index = match facts.index {
        Some(index) => Some(Known::request("index_percentage", index)),
        None => stated(rules.get(&rules::TARIFF_INDEX, &facts.of.scope()))?,
    };
    let hours = base_ceiling::hours(facts, kind, rules, trace)?;
    let missing = missing(facts, kind, (forecast.is_some(), index.is_some(), hours.is_some()));
    let (Some(hours), Some(clients), true) = (hours, facts.clients, missing.is_empty()) else {
        return Ok(nothing(facts, missing, trace));
    };
    let ceiling = match (&facts.previous, &forecast, facts.realised_hours, &index) {
        (Some(previous), Some(forecast), Some(realised), Some(index)) => {
            let making = Making { typed: &typed, forecast, realised, index, hours: &hours };
            base_ceiling::ceiling(facts, previous, &making, rules, trace)?
        }
        // Only client_following gets here, see `missing`.
        _ => base_ceiling::first_ceiling(facts, rules, trace)?,
    };
    if *ceiling <= Money::ZERO {
        return Ok(nothing(facts, vec!["forecast".to_owned()], trace));
    }
    let tariffs = tariffs(facts, index.as_ref(), trace)?;
    let known = |stated: bool, value| match stated {
        true => Known::request("clients", value),
        false => Known::fact(NAME, "approved claims", facts.as_of, value),
    };
    let step = trace.step(&rules::OFFERED).with("type", &Known::fact(NAME, "type", facts.as_of, kind.as_str()));
    step.with("hours", &hours).with("clients", &known(facts.clients_stated, clients)).gives(*ceiling);
    // Whoever follows the client, or is excluded, is not offered anything because of the benchmark.
    let by_benchmark = matches!(typed, Typed::Of(AgreementType::Plus | AgreementType::Standard));
    let place = facts.place.clone().filter(|_| by_benchmark);
    let texts = texts(kind, place.is_some(), rules);
    if let Some(place) = &place {
        tell_benchmark(facts.as_of, place, trace);
    }
    let (ceiling, hours) = (*ceiling, hours.value);
    let terms = OfferTerms { kind, ceiling, hours, clients, tariffs, place, texts };
    let windows = windows(&facts.of, (facts.number, &terms), rules, trace)?;
    Ok((Offered::Terms(terms), windows))
}

fn nothing(facts: &OfferFacts, missing: Vec<String>, trace: &mut Trace) -> (Offered, Windows) {
    let known = Known::fact(NAME, "inputs", facts.as_of, missing.join(", "));
    trace.step(&rules::MISSING).with("missing", &known).gives(false);
    (Offered::Nothing { reason: NoOffer::InputsMissing, missing }, Windows::default())
}

/// What is not known, by the names of the contract.
fn missing(facts: &OfferFacts, kind: AgreementType, (forecast, index, hours): (bool, bool, bool)) -> Vec<String> {
    // The ceiling of who had none is a fixed amount where it follows the client.
    let first = facts.previous.is_none() && kind == AgreementType::ClientFollowing;
    let needed = [
        ("previous", first || facts.previous.is_some()),
        ("forecast", first || forecast),
        ("realised_hours", first || facts.realised_hours.is_some()),
        ("index_percentage", (first && !facts.tariffs.is_empty()) || index),
        ("hours_per_client_month", hours),
        ("clients", facts.clients.is_some()),
        ("tariffs", !facts.tariffs.is_empty() || facts.previous.as_ref().is_some_and(|one| !one.tariffs.is_empty())),
    ];
    needed.into_iter().filter(|(_, known)| !known).map(|(name, _)| name.to_owned()).collect()
}

/// The integral tariffs: as stated, or those of the year before with the index; less the correction for night care.
fn tariffs(
    facts: &OfferFacts,
    index: Option<&Known<Percentage>>,
    trace: &mut Trace,
) -> Result<Vec<ProductTariff>, EdgeError> {
    let less = facts.night_care.as_ref().map_or(Money::ZERO, |correction| correction.tariff);
    let less = Known::request("night_care.tariff", less);
    let mut offered = Vec::new();
    let mut offer = |one: &ProductTariff, amount: Money| -> Result<Money, EdgeError> {
        let tariff = amount.minus(less.value)?;
        if tariff.is_negative() {
            return Err(wrong("night_care.tariff", "is more than a tariff"));
        }
        offered.push(ProductTariff { tariff, ..one.clone() });
        Ok(tariff)
    };
    for one in &facts.tariffs {
        let tariff = offer(one, one.tariff)?;
        let product = Known::request("tariffs", one.product.clone());
        let step = trace.step(&rules::TARIFF_STATED).with("product", &product);
        step.with("stated", &Known::request("tariffs", one.tariff)).with("night_care", &less).gives(tariff);
    }
    if let (true, Some(previous), Some(index)) = (facts.tariffs.is_empty(), &facts.previous, index) {
        for one in &previous.tariffs {
            let tariff = offer(one, with_index(one.tariff, index)?)?;
            let product = facts.previous_known(previous, "tariff", one.product.clone());
            let before = facts.previous_known(previous, "tariff", one.tariff);
            let step = trace.step(&rules::TARIFF).with("product", &product).with("previous", &before);
            step.with("index", index).with("night_care", &less).gives(tariff);
        }
    }
    Ok(offered)
}

fn tell_benchmark(as_of: DateTime<Utc>, place: &Place, trace: &mut Trace) {
    trace.step(&rules::BENCHMARK_METHOD).gives(true);
    let step = trace.step(&rules::BENCHMARK_OUTCOME);
    let step = step.with("run", &Known::fact(NAME, "benchmark", as_of, place.run_id.clone()));
    let step = step.with("score", &Known::fact(NAME, "benchmark", as_of, place.score));
    step.with("of", &Known::fact(NAME, "benchmark", as_of, place.of)).gives(place.rank);
}

/// What comes with an offer: how the benchmark was made, and how to apply for what can be had beside it.
fn texts(kind: AgreementType, benchmarked: bool, rules: &Rules) -> Vec<OfferText> {
    let beside = kind != AgreementType::Zzp;
    let wanted = [
        ("benchmark", &rules::BENCHMARK_METHOD, benchmarked),
        ("innovation_budget", &rules::INNOVATION_BUDGET, beside),
        ("anders_werken", &rules::ANDERS_WERKEN, beside),
    ];
    let told = wanted.into_iter().filter(|(_, _, wanted)| *wanted).filter_map(|(about, text, _)| {
        let (nl, en) = rules.text(text.rule, text.key)?;
        Some(OfferText { about: about.to_owned(), nl: nl.to_owned(), en: en.to_owned() })
    });
    told.collect()
}

/// Until when a provider may respond and accept (HOM-04).
fn windows(
    of: &ProviderYear,
    (number, terms): (u32, &OfferTerms),
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Windows, EdgeError> {
    let scope = of.scope();
    let window = |parameter: &Parameter<Window>| stated(rules.get(parameter, &scope));
    let count = Known::request("number", number);
    let mut windows = Windows::default();
    if terms.negotiable() {
        match window(if number > 1 { &rules::NEW_OFFER_RESPONSE } else { &rules::RESPONSE })? {
            Some(window) => {
                let opens = window.opens.map(|opens| Window::until(opens, calendar::Cutoff::Inclusive).until.moment());
                windows.respond_from = opens;
                windows.respond = Some(window.until.moment());
                let until = window.map(|window| window.until.moment());
                trace.step(&rules::RESPOND).with("until", &until).gives(true);
            }
            None => drop(trace.step(&rules::RESPOND_OPEN).with("number", &count).gives(true)),
        }
    } else {
        let kind = Known::request("type", terms.kind.as_str());
        trace.step(&rules::NOT_NEGOTIABLE).with("type", &kind).gives(false);
    }
    match window(&rules::ACCEPTANCE)? {
        Some(window) => {
            let until = window.map(|window| window.until.moment());
            windows.accept = Some(until.value);
            trace.step(&rules::ACCEPT).with("until", &until).gives(true);
        }
        None => drop(trace.step(&rules::ACCEPT_OPEN).with("number", &count).gives(true)),
    }
    Ok(windows)
}

/// A parameter that may be without a value.
fn stated<T>(found: Result<Known<T>, ParameterError>) -> Result<Option<Known<T>>, EdgeError> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(ParameterError::NotSet { .. } | ParameterError::NotInForce { .. }) => Ok(None),
    }
}

/// An offer after negotiation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The offer that was negotiated about.
    pub offer_id: String,
    /// The number of the newer one.
    pub number: u32,
    /// The ceiling before.
    pub before: Money,
    /// What is offered now.
    pub terms: OfferTerms,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells what is offered after negotiation, and until when it may be accepted (HOM-04).
///
/// # Errors
/// When a parameter can't be read.
pub fn revise(facts: &RevisionFacts, rules: &Rules, trace: &mut Trace) -> Result<Windows, EdgeError> {
    let terms = &facts.terms;
    let step = trace.step(&rules::REVISED).with("type", &Known::fact(NAME, "offer", facts.as_of, terms.kind.as_str()));
    let step = step.with("hours", &Known::request("hours_per_client_month", terms.hours));
    let step = step.with("clients", &Known::request("clients", terms.clients));
    let step = step.with("before", &Known::fact(NAME, "offer", facts.as_of, facts.before));
    step.with("motivation", &Known::request("motivation", facts.motivation.clone())).gives(terms.ceiling);
    windows(&facts.of, (facts.number, terms), rules, trace)
}
