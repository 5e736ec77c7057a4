//! Between the contract and the domain: tariffs of home care.

mod out;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::tariffing as proto;
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::{Agb, Region};
use money::Money;
use uuid::Uuid;

pub use out::{home_care_tariff, uplift_offer};

use crate::{
    decide,
    domain::{
        Subject,
        homecare::{AgreementType, AndersWerken, BenchmarkOutcome, HomeCareTerms, Previous},
    },
};

/// What is to be agreed, or offered.
#[derive(Debug)]
pub struct AgreeHomeCare {
    /// The request.
    pub request_id: Uuid,
    /// With whom, and for which year.
    pub subject: Subject,
    /// The terms, with a tariff of the year before of zero where the request leaves it to what is on record.
    pub terms: HomeCareTerms,
    /// The tariff of the year before, where the request has it.
    pub previous: Option<Money>,
}

/// Reads what is to be agreed.
pub fn agree_home_care(request: &proto::AgreeHomeCareTariffRequest) -> Result<AgreeHomeCare, EdgeError> {
    let proto::AgreeHomeCareTariffRequest { request_id, office, agb, year, terms, original_offer } = request;
    agreeing((request_id, office, agb, *year), terms.as_ref(), *original_offer)
}

/// Reads what is to be offered with a raised index.
pub fn make_uplift(request: &proto::MakeUpliftOfferRequest) -> Result<AgreeHomeCare, EdgeError> {
    let proto::MakeUpliftOfferRequest { request_id, office, agb, year, terms } = request;
    agreeing((request_id, office, agb, *year), terms.as_ref(), false)
}

fn agreeing(
    (request_id, office, agb, year): (&str, &str, &str, i32),
    given: Option<&proto::HomeCareTerms>,
    original_offer: bool,
) -> Result<AgreeHomeCare, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(request_id);
    let subject = subject(&mut fields, (office, agb, year));
    let given = fields.required("terms", given);
    let terms = given.and_then(|given| terms(&mut fields, given, year, original_offer));
    let previous = given.map_or(Some(None), |given| previous(&mut fields, given));
    let (request_id, subject, terms, previous) = fields.all((request_id, subject, terms, previous))?;
    Ok(AgreeHomeCare { request_id, subject, terms, previous })
}

fn subject(fields: &mut Fields, (office, agb, year): (&str, &str, i32)) -> Option<Subject> {
    let office = fields.office("office", office);
    let agb = fields.agb("agb", agb);
    let year = fields.year("year", year);
    Some(Subject { office: office?, sector: Sector::HomeCare, agb: agb?, year: year? })
}

fn previous(fields: &mut Fields, given: &proto::HomeCareTerms) -> Option<Option<Money>> {
    let Some(amount) = &given.previous_tariff else { return Some(None) };
    fields.check(amount.cents > 0, "terms.previous_tariff", "must be positive")?;
    Some(Some(Money::from_cents(amount.cents)))
}

fn terms(fields: &mut Fields, given: &proto::HomeCareTerms, year: i32, original_offer: bool) -> Option<HomeCareTerms> {
    let agreement_type = agreement_type(given.agreement_type);
    fields.check(agreement_type.is_some(), "terms.agreement_type", "expected PLUS, STANDARD, CLIENT_FOLLOWING or ZZP");
    let region = fields.parse::<Region>("terms.region", &given.region);
    let product = fields.product("terms.product", &given.product);
    let benchmark = benchmark(given.benchmark_outcome);
    fields.check(benchmark.is_some(), "terms.benchmark_outcome", "expected an outcome of the benchmark, or none");
    let outside = matches!((agreement_type, benchmark), (Some(kind), Some(Some(_))) if !kind.benchmarked());
    let within = fields.check(!outside, "terms.benchmark_outcome", "is for plus and standard agreements only");
    let ceiling = fields.positive_money("terms.ceiling", given.ceiling.as_ref());
    let first_day = fields.optional_date("terms.first_day", given.first_day.as_ref());
    let in_year = first_day.flatten().is_none_or(|day| day.year() == year);
    fields.check(in_year, "terms.first_day", "expected a day of the year")?;
    let first_day = first_day.map(|day| day.unwrap_or(decide::days_of(year).0));
    within?;
    let previous = Previous { integral: Money::ZERO, surcharge: Money::ZERO, on_record: false };
    Some(HomeCareTerms {
        agreement_type: agreement_type?,
        region: region?,
        product: product?,
        previous,
        benchmark: benchmark?,
        ceiling: ceiling?,
        first_day: first_day?,
        original_offer,
    })
}

fn agreement_type(number: i32) -> Option<AgreementType> {
    match proto::HomeCareAgreementType::try_from(number) {
        Ok(proto::HomeCareAgreementType::Plus) => Some(AgreementType::Plus),
        Ok(proto::HomeCareAgreementType::Standard) => Some(AgreementType::Standard),
        Ok(proto::HomeCareAgreementType::ClientFollowing) => Some(AgreementType::ClientFollowing),
        Ok(proto::HomeCareAgreementType::Zzp) => Some(AgreementType::Zzp),
        Ok(proto::HomeCareAgreementType::Unspecified) | Err(_) => None,
    }
}

fn benchmark(number: i32) -> Option<Option<BenchmarkOutcome>> {
    match proto::BenchmarkOutcome::try_from(number).ok()? {
        proto::BenchmarkOutcome::Unspecified => Some(None),
        proto::BenchmarkOutcome::Better => Some(Some(BenchmarkOutcome::Better)),
        proto::BenchmarkOutcome::AsExpected => Some(Some(BenchmarkOutcome::AsExpected)),
        proto::BenchmarkOutcome::Worse => Some(Some(BenchmarkOutcome::Worse)),
    }
}

/// What is to be recorded of the module for working differently.
#[derive(Debug)]
pub struct RecordAndersWerken {
    /// The request.
    pub request_id: Uuid,
    /// Of whom, and for which year.
    pub subject: Subject,
    /// What became of it.
    pub module: AndersWerken,
}

/// Reads what is to be recorded of the module for working differently.
pub fn anders_werken(request: &proto::RecordAndersWerkenRequest) -> Result<RecordAndersWerken, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, &request.agb, request.year));
    let surcharge = match &request.surcharge {
        None => {
            fields.check(request.letter.is_empty(), "surcharge", "is missing, and there is a letter").map(|()| None)
        }
        given => {
            let amount = fields.positive_money("surcharge", given.as_ref());
            let awarded = fields.check(request.awarded, "surcharge", "is only for who was awarded the module");
            let letter = fields.text("letter", &request.letter);
            awarded.and_then(|()| amount.zip(letter)).map(Some)
        }
    };
    let (request_id, subject, surcharge) = fields.all((request_id, subject, surcharge))?;
    Ok(RecordAndersWerken { request_id, subject, module: AndersWerken { awarded: request.awarded, surcharge } })
}

/// What a list of tariffs asks: which tariffs, and the page.
pub fn list_home_care(
    request: &proto::ListHomeCareTariffsRequest,
    now: DateTime<Utc>,
) -> Result<(crate::store::TariffQuery, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let region = match request.region.as_str() {
        "" => Some(None),
        region => fields.parse::<Region>("region", region).map(Some),
    };
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let (office, year, region, known, page) = fields.all((office, year, region, known, page))?;
    Ok((crate::store::TariffQuery { office, year, region, known: known.unwrap_or(now).min(now) }, page))
}

/// What a look at a day's tariff asks: the office, the provider, the day, and the moment it is known at.
pub fn get_home_care(
    request: &proto::GetHomeCareTariffRequest,
    now: DateTime<Utc>,
) -> Result<(Office, Agb, NaiveDate, DateTime<Utc>), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let date = fields.date("date", request.date.as_ref());
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let (office, agb, date, known) = fields.all((office, agb, date, known))?;
    // What will be known later is not known yet.
    Ok((office, agb, date, known.unwrap_or(now).min(now)))
}

/// Reads an acceptance: the request and the offer.
pub fn accept_uplift(request: &proto::AcceptUpliftOfferRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let offer_id = fields.id("offer_id", &request.offer_id);
    fields.all((request_id, offer_id))
}

/// Notes every value that occurs more than once.
pub(super) fn once<T: Ord>(fields: &mut Fields, values: impl Iterator<Item = (String, T)>) {
    let mut seen = BTreeSet::new();
    for (field, value) in values {
        fields.check(seen.insert(value), &field, "occurs twice");
    }
}

fn terms_out(terms: &HomeCareTerms) -> proto::HomeCareTerms {
    let agreement_type = match terms.agreement_type {
        AgreementType::Plus => proto::HomeCareAgreementType::Plus,
        AgreementType::Standard => proto::HomeCareAgreementType::Standard,
        AgreementType::ClientFollowing => proto::HomeCareAgreementType::ClientFollowing,
        AgreementType::Zzp => proto::HomeCareAgreementType::Zzp,
    };
    let benchmark = match terms.benchmark {
        None => proto::BenchmarkOutcome::Unspecified,
        Some(BenchmarkOutcome::Better) => proto::BenchmarkOutcome::Better,
        Some(BenchmarkOutcome::AsExpected) => proto::BenchmarkOutcome::AsExpected,
        Some(BenchmarkOutcome::Worse) => proto::BenchmarkOutcome::Worse,
    };
    let previous = terms.previous.integral.plus(terms.previous.surcharge);
    proto::HomeCareTerms {
        agreement_type: agreement_type.into(),
        region: terms.region.to_string(),
        product: terms.product.clone(),
        previous_tariff: previous.ok().and_then(to_proto::money),
        benchmark_outcome: benchmark.into(),
        ceiling: to_proto::money(terms.ceiling),
        first_day: to_proto::date(terms.first_day),
    }
}
