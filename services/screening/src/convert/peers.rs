//! The comparison with peers between the contract and the domain.

use contract::screening as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;

use crate::{
    decide::peers::Position,
    domain::{PeerMeasure, PeerPeriod},
};

fn period(fields: &mut Fields, period: Option<&proto::PeerPeriod>) -> Option<PeerPeriod> {
    let period = fields.required("period", period)?;
    let year = fields.year("period.year", period.year);
    let quarter = match period.quarter {
        0 => Some(None),
        quarter => u32::try_from(quarter).ok().filter(|quarter| *quarter <= 4).map(Some),
    };
    fields.check(quarter.is_some(), "period.quarter", "expected 1 to 4, or 0 for the whole year");
    let period = PeerPeriod::of(year?, quarter?);
    fields.check(period.is_some(), "period", "expected a quarter or year");
    period
}

/// Reads which office is to be compared over which period.
pub fn run_peers(request: &proto::RunPeersRequest) -> Result<(Office, PeerPeriod), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let period = period(&mut fields, request.period.as_ref());
    fields.all((id, office, period)).map(|(_, office, period)| (office, period))
}

/// Reads whose figures are asked, of which measure, and which page.
pub fn list_peer_figures(
    request: &proto::ListPeerFiguresRequest,
) -> Result<(Office, PeerPeriod, PeerMeasure, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let period = period(&mut fields, request.period.as_ref());
    let measure = PeerMeasure::from_proto(request.measure);
    fields.check(measure.is_some(), "measure", "expected a measure");
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, period, measure, page))
}

/// Reads whose position is asked.
pub fn get_peer_position(request: &proto::GetPeerPositionRequest) -> Result<(Office, Agb, PeerPeriod), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let period = period(&mut fields, request.period.as_ref());
    fields.all((office, agb, period))
}

/// A figure of a provider, and how it compares.
pub fn peer_figure(agb: Agb, position: &Position) -> proto::PeerFigure {
    let spread = position.spread.as_ref();
    proto::PeerFigure {
        agb: agb.to_string(),
        measure: position.measure.to_proto(),
        standing: position.standing.to_proto(),
        group: position.group.as_ref().map(|group| group.name.clone()).unwrap_or_default(),
        group_size: i32::try_from(position.size).unwrap_or(i32::MAX),
        value: position.figure.and_then(to_proto::decimal),
        median: spread.and_then(|spread| to_proto::decimal(spread.median)),
        mad: spread.and_then(|spread| to_proto::decimal(spread.mad)),
        z: position.times.and_then(to_proto::decimal),
        waits_for: position.waits_for.to_owned(),
    }
}
