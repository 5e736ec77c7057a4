//! Between the contract and the domain: night care of a region.

use chrono::{DateTime, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, to_proto};
use identifiers::Region;
use uuid::Uuid;

use super::homecare::once;
use crate::{
    decide::NightCareRefusal,
    domain::homecare::{NightCareProduct, NightCareProvider, RegionYear, SettledNightCare},
};

/// What is to be settled.
#[derive(Debug)]
pub struct SettleNightCare {
    /// The request.
    pub request_id: Uuid,
    /// Of which region and year.
    pub of: RegionYear,
    /// The products.
    pub products: Vec<NightCareProduct>,
    /// The year that the turnovers are of.
    pub turnover_year: i32,
    /// The providers.
    pub providers: Vec<NightCareProvider>,
}

/// Reads what is to be settled.
pub fn settle_night_care(request: &proto::SettleNightCareRequest) -> Result<SettleNightCare, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = region_year(&mut fields, (&request.office, &request.region, request.year));
    let products: Vec<_> =
        request.products.iter().enumerate().map(|(at, given)| product(&mut fields, at, given)).collect();
    fields.check(!products.is_empty(), "products", "is empty");
    let turnover_year = fields.year("turnover_year", request.turnover_year);
    let providers: Vec<_> =
        request.providers.iter().enumerate().map(|(at, given)| provider(&mut fields, at, given)).collect();
    let named = request.providers.iter().enumerate();
    once(&mut fields, named.map(|(at, given)| (format!("providers[{at}].agb"), given.agb.as_str())));
    let (products, providers) = (products.into_iter().collect(), providers.into_iter().collect());
    let (request_id, of, products, turnover_year, providers) =
        fields.all((request_id, of, products, turnover_year, providers))?;
    Ok(SettleNightCare { request_id, of, products, turnover_year, providers })
}

fn region_year(fields: &mut Fields, (office, region, year): (&str, &str, i32)) -> Option<RegionYear> {
    let office = fields.office("office", office);
    let region = fields.parse::<Region>("region", region);
    let year = fields.year("year", year);
    Some(RegionYear { office: office?, region: region?, year: year? })
}

fn product(fields: &mut Fields, at: usize, given: &proto::NightCareProduct) -> Option<NightCareProduct> {
    let field = |name: &str| format!("products[{at}].{name}");
    let product = fields.product(&field("product"), &given.product);
    let agb = fields.agb(&field("agb"), &given.agb);
    let price = fields.positive_money(&field("price"), given.price.as_ref());
    Some(NightCareProduct { product: product?, agb: agb?, price: price? })
}

fn provider(fields: &mut Fields, at: usize, given: &proto::NightCareProvider) -> Option<NightCareProvider> {
    let field = |name: &str| format!("providers[{at}].{name}");
    let agb = fields.agb(&field("agb"), &given.agb);
    // Who declines has no figures to give.
    let turnover = match (given.takes_part, given.turnover.as_ref()) {
        (false, None) => Some(money::Money::ZERO),
        (_, turnover) => fields.positive_money(&field("turnover"), turnover),
    };
    let hours = u32::try_from(given.hours).ok();
    fields.check(hours.is_some(), &field("hours"), "expected a whole number of hours, from 0");
    Some(NightCareProvider { agb: agb?, takes_part: given.takes_part, turnover: turnover?, hours: hours? })
}

/// What a look at the night care of a region asks: which one, and the moment it is known at.
pub fn get_night_care(
    request: &proto::GetNightCareRequest,
    now: DateTime<Utc>,
) -> Result<(RegionYear, DateTime<Utc>), EdgeError> {
    let mut fields = Fields::new();
    let of = region_year(&mut fields, (&request.office, &request.region, request.year));
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let (of, known) = fields.all((of, known))?;
    Ok((of, known.unwrap_or(now).min(now)))
}

/// A settlement for the contract.
pub fn settlement(settled: &SettledNightCare) -> proto::NightCareSettlement {
    let shares = settled.settlement.shares.iter().map(|share| proto::NightCareShare {
        agb: share.agb.to_string(),
        part: to_proto::money(share.part),
        hours: i64::from(share.hours),
        reduction: to_proto::money(share.reduction),
        residual: to_proto::money(share.residual),
    });
    proto::NightCareSettlement {
        office: settled.of.office.to_string(),
        region: settled.of.region.to_string(),
        year: settled.of.year,
        version: settled.version,
        total: to_proto::money(settled.settlement.total),
        shares: shares.collect(),
        residual: to_proto::money(settled.settlement.residual),
        undivided: to_proto::money(settled.settlement.undivided),
        decision_id: settled.decision_id.clone(),
        recorded_time: to_proto::time(settled.recorded),
    }
}

/// Why a region does not take part, each with the step that says so.
pub fn night_care_refusals(refusals: &[NightCareRefusal], steps: Vec<common::Step>) -> Vec<proto::NightCareRefusal> {
    let told = |(refusal, step): (&NightCareRefusal, common::Step)| proto::NightCareRefusal {
        agb: refusal.agb.to_string(),
        reason: if refusal.missing { "PROVIDER_MISSING" } else { "PROVIDER_DECLINES" }.to_owned(),
        text_nl: step.text_nl,
        text_en: step.text_en,
    };
    refusals.iter().zip(steps).map(told).collect()
}
