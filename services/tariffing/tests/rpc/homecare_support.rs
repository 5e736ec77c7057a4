//! Short ways to say what a test of home care needs.

use contract::{
    common::{Proposal, Verdict},
    tariffing::{
        self as proto, BenchmarkOutcome, HomeCareAgreementType, HomeCareTariff, HomeCareTerms, NightCareProduct,
        NightCareProvider,
    },
};
use testkit::Engine;
use tonic::{Request, Status};

use crate::support::{AGB, VGZ, World, date, euros, utc};

pub const REGION: &str = "5508";
pub const OTHER_AGB: &str = "41410002";
const TABLE: &str = "1032,wijkverpleging integraal,HOME_CARE,thuis,04,90.00,0,0,2023-01-01,\n";

/// A service that knows the maximum of home care, in November 2023.
pub async fn open(engine: Engine) -> World {
    with_rules(engine, str::to_owned).await
}

/// The same with other rules.
pub async fn with_rules(engine: Engine, change: impl Fn(&str) -> String) -> World {
    let world = World::with_rules(engine, change).await;
    world.clock.set(utc("2023-11-01 10:00:00"));
    world.import(VGZ, TABLE).await.unwrap();
    world
}

/// A standard agreement with a tariff of 72.50 in 2023.
pub fn terms() -> HomeCareTerms {
    HomeCareTerms {
        agreement_type: HomeCareAgreementType::Standard.into(),
        region: REGION.to_owned(),
        product: "1032".to_owned(),
        previous_tariff: euros(7250),
        benchmark_outcome: BenchmarkOutcome::Unspecified.into(),
        ceiling: euros(100_000_000),
        first_day: None,
    }
}

pub fn agreeing(world: &World, agb: &str, terms: HomeCareTerms) -> proto::AgreeHomeCareTariffRequest {
    proto::AgreeHomeCareTariffRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        agb: agb.to_owned(),
        year: 2024,
        terms: Some(terms),
        original_offer: false,
    }
}

pub async fn agree(
    world: &World,
    request: proto::AgreeHomeCareTariffRequest,
) -> Result<proto::AgreeHomeCareTariffResponse, Status> {
    Ok(world.client().agree_home_care_tariff(request).await?.into_inner())
}

/// Agrees these terms, which lower nothing.
pub async fn agreed(world: &World, agb: &str, terms: HomeCareTerms) -> HomeCareTariff {
    agree(world, agreeing(world, agb, terms)).await.unwrap().tariff.unwrap()
}

/// What holds on a day, known at a moment or now.
pub async fn held(world: &World, day: &str, known: Option<&str>) -> Result<proto::GetHomeCareTariffResponse, Status> {
    let request = proto::GetHomeCareTariffRequest {
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        date: Some(date(day)),
        known_time: known.map(timestamp),
        explain: true,
    };
    Ok(world.client().get_home_care_tariff(request).await?.into_inner())
}

pub fn timestamp(moment: &str) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: utc(moment).timestamp(), nanos: 0 }
}

pub fn cents(amount: &Option<contract::common::Money>) -> i64 {
    amount.unwrap().cents
}

/// Records what became of the module for working differently.
pub async fn anders_werken(
    world: &World,
    awarded: bool,
    surcharge: Option<i64>,
) -> Result<proto::RecordAndersWerkenResponse, Status> {
    let request = proto::RecordAndersWerkenRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        awarded,
        surcharge: surcharge.and_then(euros),
        letter: surcharge.map(|_| "2024-17".to_owned()).unwrap_or_default(),
    };
    Ok(world.client().record_anders_werken(request).await?.into_inner())
}

/// Night care for 60,000.00; providers with turnover (cents) and hours, all taking part.
pub fn settling(world: &World, providers: &[(&str, i64, i64)]) -> proto::SettleNightCareRequest {
    let named = providers.iter().map(|(agb, turnover, hours)| NightCareProvider {
        agb: (*agb).to_owned(),
        takes_part: true,
        turnover: euros(*turnover),
        hours: *hours,
    });
    proto::SettleNightCareRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        region: REGION.to_owned(),
        year: 2024,
        products: vec![NightCareProduct { product: "1033".to_owned(), agb: AGB.to_owned(), price: euros(6_000_000) }],
        turnover_year: 2023,
        providers: named.collect(),
    }
}

pub async fn settle(
    world: &World,
    request: proto::SettleNightCareRequest,
) -> Result<proto::SettleNightCareResponse, Status> {
    Ok(world.client().settle_night_care(request).await?.into_inner())
}

/// Takes or rejects a proposal under a name.
pub async fn decide(world: &World, name: &str, proposal: &Proposal, verdict: Verdict) -> Result<Proposal, Status> {
    let mut request = Request::new(proto::DecideProposalRequest {
        request_id: world.request_id(),
        proposal_id: proposal.proposal_id.clone(),
        verdict: verdict.into(),
        motivation: "seen".to_owned(),
    });
    if !name.is_empty() {
        request.metadata_mut().insert("zorginkoop-identity", name.parse().unwrap());
    }
    Ok(world.client().decide_proposal(request).await?.into_inner().proposal.unwrap())
}

/// The tariffs of a year, with their providers.
pub async fn listed(world: &World, known: Option<&str>) -> Vec<(String, i64)> {
    let request = proto::ListHomeCareTariffsRequest {
        office: VGZ.to_owned(),
        year: 2024,
        region: REGION.to_owned(),
        known_time: known.map(timestamp),
        ..Default::default()
    };
    let listed = world.client().list_home_care_tariffs(request).await.unwrap().into_inner().tariffs;
    listed.iter().map(|tariff| (tariff.agb.clone(), cents(&tariff.tariff))).collect()
}
