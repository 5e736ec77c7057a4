//! Between the contract and the domain; all wrong fields at once.

mod applications;
mod benchmark;
mod consumption;
mod offers;
mod raises;
mod year_end;

pub use benchmark::{
    Exclude, TableStart, exclude, exclusion, fit, lift, run, score, score_page, table, table_start, year_page,
};
pub use offers::{
    Plan, ReviseOffer, accept_offer, list_offers, list_refusals, make_offers, offer, offer_row, offered, prepare_offer,
    preview_offers, refusal, respond_to_offer, revise_offer, revision_in_words, terms,
};

pub use applications::{DecideApplication, FileApplication, application, decide_application, file_application};
pub use raises::{
    DecideRaise, EndStop, RequestRaise, StartStop, ask_about_raise, client_stop, confirm_raise, decide_raise, end_stop,
    raise, raise_page, request_raise, start_stop, supplement_raise,
};

pub use year_end::{
    DecideYearEnd, RecordSubcontracting, close_year, decide_year_end, findings, list_year_end, prepare_year_end,
    provider_of, record_subcontracting, year_end, year_end_entry,
};

pub use consumption::{
    consumption, decision, forecast, get_consumption, list_ceiling_years, list_consumption, list_decisions,
};

use std::collections::HashSet;

use contract::homecare as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use money::{Decimal, Money};
use uuid::Uuid;

use crate::domain::{Agreement, AgreementType, ProductTariff, ProviderYear};

/// The decimals of hours.
const HOURS_DECIMALS: u32 = 2;

/// An agreement to be concluded.
#[derive(Debug)]
pub struct Conclude {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// The type.
    pub kind: AgreementType,
    /// The ceiling.
    pub ceiling: Money,
    /// The agreed average hours per client per month.
    pub hours_per_client_month: Decimal,
    /// The tariffs, by product.
    pub tariffs: Vec<ProductTariff>,
}

/// Reads an agreement to be concluded.
pub fn conclude(request: &proto::ConcludeAgreementRequest) -> Result<Conclude, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let kind = read_type(&mut fields, "type", request.r#type);
    let ceiling = fields.positive_money("ceiling", request.ceiling.as_ref());
    fields.check(ceiling != Some(Money::ZERO), "ceiling", "must be more than nothing");
    let name = "hours_per_client_month";
    let hours = fields.decimal(name, request.hours_per_client_month.as_ref(), HOURS_DECIMALS);
    fields.check(hours.is_none_or(|hours| !hours.is_sign_negative()), name, "must not be negative");
    let tariffs = tariffs(&mut fields, "tariffs", &request.tariffs);
    let (request_id, of, kind, ceiling, hours_per_client_month, tariffs) =
        fields.all((request_id, of, kind, ceiling, hours, tariffs))?;
    Ok(Conclude { request_id, of, kind, ceiling, hours_per_client_month, tariffs })
}

fn read_type(fields: &mut Fields, name: &str, number: i32) -> Option<AgreementType> {
    let kind = match proto::AgreementType::try_from(number) {
        Ok(proto::AgreementType::Plus) => Some(AgreementType::Plus),
        Ok(proto::AgreementType::Standard) => Some(AgreementType::Standard),
        Ok(proto::AgreementType::ClientFollowing) => Some(AgreementType::ClientFollowing),
        Ok(proto::AgreementType::Zzp) => Some(AgreementType::Zzp),
        _ => None,
    };
    fields.check(kind.is_some(), name, "expected PLUS, STANDARD, CLIENT_FOLLOWING or ZZP");
    kind
}

fn tariffs(fields: &mut Fields, at: &str, tariffs: &[proto::ProductTariff]) -> Option<Vec<ProductTariff>> {
    let mut read = Vec::with_capacity(tariffs.len());
    for (index, tariff) in tariffs.iter().enumerate() {
        let product = fields.product(&format!("{at}[{index}].product"), &tariff.product);
        let unit = tariff.unit.len() == 2 && tariff.unit.bytes().all(|byte| byte.is_ascii_digit());
        let unit = fields.check(unit, &format!("{at}[{index}].unit"), "expected two digits, such as \"04\"");
        let amount = fields.positive_money(&format!("{at}[{index}].tariff"), tariff.tariff.as_ref());
        if let (Some(product), Some(()), Some(amount)) = (product, unit, amount) {
            read.push(ProductTariff { product, unit: tariff.unit.clone(), tariff: amount });
        }
    }
    fields.check(!tariffs.is_empty(), at, "names no product")?;
    let products: HashSet<&str> = tariffs.iter().map(|tariff| tariff.product.as_str()).collect();
    fields.check(products.len() == tariffs.len(), at, "names a product twice")?;
    read.sort_by(|a, b| a.product.cmp(&b.product));
    (read.len() == tariffs.len()).then_some(read)
}

fn provider_year(fields: &mut Fields, office: &str, agb: &str, year: i32) -> Option<ProviderYear> {
    let office = fields.office("office", office);
    let agb = fields.agb("agb", agb);
    let year = fields.year("year", year);
    Some(ProviderYear { office: office?, agb: agb?, year: year? })
}

/// Reads a page of an office's year, in a list by AGB code.
pub fn paged_year((office, year): (&str, i32), (size, token): (i32, &str)) -> Result<(Office, i32, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", office);
    let year = fields.year("year", year);
    let page = Page::read(&mut fields, size, token, 1);
    fields.all((office, year, page))
}

/// Reads which files are asked: office, provider and page.
pub fn list_claim_files(request: &proto::ListClaimFilesRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// A type of agreement.
pub fn agreement_type(kind: AgreementType) -> proto::AgreementType {
    match kind {
        AgreementType::Plus => proto::AgreementType::Plus,
        AgreementType::Standard => proto::AgreementType::Standard,
        AgreementType::ClientFollowing => proto::AgreementType::ClientFollowing,
        AgreementType::Zzp => proto::AgreementType::Zzp,
    }
}

fn product_tariff(tariff: &ProductTariff) -> proto::ProductTariff {
    let (product, unit) = (tariff.product.clone(), tariff.unit.clone());
    proto::ProductTariff { product, unit, tariff: to_proto::money(tariff.tariff) }
}

/// An agreement.
pub fn agreement(agreement: &Agreement) -> proto::Agreement {
    proto::Agreement {
        agreement_id: agreement.agreement_id.clone(),
        office: agreement.of.office.to_string(),
        agb: agreement.of.agb.to_string(),
        year: agreement.of.year,
        r#type: agreement_type(agreement.kind).into(),
        ceiling: to_proto::money(agreement.ceiling),
        hours_per_client_month: to_proto::decimal(agreement.hours_per_client_month),
        tariffs: agreement.tariffs.iter().map(product_tariff).collect(),
    }
}
