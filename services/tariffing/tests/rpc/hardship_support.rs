//! Short ways to say what a test of a hardship request needs.

use contract::{
    common::{Explanation, Proposal, Sector, Verdict},
    tariffing::{self as proto, HardshipTopic},
};
use testkit::Engine;
use tonic::Status;

use crate::support::{AGB, VGZ, World, date, decimal, euros, steps, utc};

pub const NEEDED: [&str; 5] = [
    "annual_accounts_last",
    "annual_accounts_before_last",
    "budget_year",
    "adjusted_forecast_year_before",
    "liquidity_forecasts_four_quarters",
];

pub fn document(kind: &str) -> proto::HardshipDocument {
    let (kind, sha256) = (kind.to_owned(), "AB".repeat(32));
    proto::HardshipDocument { sha256, description: format!("the {kind}"), kind, received_time: None }
}

pub fn filing(world: &World, year: i32, kinds: &[&str]) -> proto::FileHardshipRequestRequest {
    proto::FileHardshipRequestRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        sector: Sector::Gz.into(),
        agb: AGB.to_owned(),
        year,
        efficiency_statement: "costs per client are below those of others".to_owned(),
        documents: kinds.iter().map(|kind| document(kind)).collect(),
    }
}

pub async fn filed(world: &World, kinds: &[&str]) -> proto::FileHardshipRequestResponse {
    world.client().file_hardship_request(filing(world, 2023, kinds)).await.unwrap().into_inner()
}

/// On 30 September 2022 a request that is complete; gives its id.
pub async fn complete(engine: Engine) -> (World, String) {
    let world = World::open(engine).await;
    world.clock.set(utc("2022-09-30 12:00:00"));
    let request = filed(&world, &NEEDED).await.hardship_request.unwrap();
    assert!(request.missing_documents.is_empty());
    (world, request.hardship_request_id)
}

/// The same, judged, with figures that bear 1.33 points.
pub async fn weighed(engine: Engine) -> (World, String) {
    let (world, id) = complete(engine).await;
    record(&world, &id, 3_000_000_000).await;
    judge(&world, &id, HardshipTopic::Efficiency, true).await;
    judge(&world, &id, HardshipTopic::DutyOfCare, true).await;
    (world, id)
}

pub async fn add(world: &World, id: &str, kind: &str) -> proto::AddHardshipDocumentsResponse {
    let request = proto::AddHardshipDocumentsRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        documents: vec![document(kind)],
    };
    world.client().add_hardship_documents(request).await.unwrap().into_inner()
}

pub async fn record(world: &World, id: &str, revenue: i64) {
    let figures = proto::HardshipFigures {
        deficit: euros(90_000_000),
        incidental_charges: euros(10_000_000),
        real_estate_losses: euros(5_000_000),
        absorbing_reserves: euros(20_000_000),
        improvements: euros(15_000_000),
        wlz_revenue: euros(revenue),
    };
    let request = proto::RecordHardshipFiguresRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        figures: Some(figures),
        motivation: "the budget of 2023".to_owned(),
    };
    world.client().record_hardship_figures(request).await.unwrap();
}

pub async fn judge(world: &World, id: &str, topic: HardshipTopic, positive: bool) -> proto::HardshipRequest {
    let mut request = tonic::Request::new(proto::JudgeHardshipRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        topic: topic.into(),
        positive,
        motivation: "seen".to_owned(),
    });
    request.metadata_mut().insert("zorginkoop-identity", "els".parse().unwrap());
    world.client().judge_hardship(request).await.unwrap().into_inner().hardship_request.unwrap()
}

pub async fn computed(world: &World, id: &str) -> proto::HardshipComputation {
    let request = proto::ComputeHardshipRequest { hardship_request_id: id.to_owned() };
    world.client().compute_hardship(request).await.unwrap().into_inner().computation.unwrap()
}

pub async fn decide(world: &World, id: &str, points: Option<&str>) -> Result<proto::DecideHardshipResponse, Status> {
    let verdict = if points.is_some() { proto::HardshipVerdict::Grant } else { proto::HardshipVerdict::Reject };
    let request = proto::DecideHardshipRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        verdict: verdict.into(),
        points: points.and_then(decimal),
        motivation: "weighed".to_owned(),
    };
    Ok(world.client().decide_hardship(request).await?.into_inner())
}

pub async fn object(world: &World, id: &str, received: &str) -> Result<proto::ObjectToHardshipResponse, Status> {
    let request = proto::ObjectToHardshipRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        received_date: Some(date(received)),
        text: "the reserves are tied".to_owned(),
    };
    Ok(world.client().object_to_hardship(request).await?.into_inner())
}

pub async fn settle(
    world: &World,
    id: &str,
    points: Option<&str>,
) -> Result<proto::DecideHardshipObjectionResponse, Status> {
    let upheld = proto::HardshipObjectionVerdict::Uphold;
    let verdict = if points.is_some() { upheld } else { proto::HardshipObjectionVerdict::Dismiss };
    let request = proto::DecideHardshipObjectionRequest {
        request_id: world.request_id(),
        hardship_request_id: id.to_owned(),
        verdict: verdict.into(),
        points: points.and_then(decimal),
        motivation: "heard".to_owned(),
    };
    Ok(world.client().decide_hardship_objection(request).await?.into_inner())
}

pub async fn listed(world: &World, overdue_only: bool) -> Vec<proto::HardshipRequest> {
    let office = VGZ.to_owned();
    let request = proto::ListHardshipRequestsRequest { office, year: 2023, overdue_only, ..Default::default() };
    world.client().list_hardship_requests(request).await.unwrap().into_inner().hardship_requests
}

pub async fn take(world: &World, proposal: &Proposal) {
    world.decide("jan", &proposal.proposal_id, Verdict::Take).await.unwrap();
}

pub fn codes(reasons: &[proto::HardshipReason]) -> Vec<&str> {
    reasons.iter().map(|reason| reason.code.as_str()).collect()
}

pub fn told(explanation: &Explanation) -> Vec<&str> {
    steps(explanation).into_iter().filter(|(rule, _)| *rule == "TAR-08").map(|(_, text)| text).collect()
}
