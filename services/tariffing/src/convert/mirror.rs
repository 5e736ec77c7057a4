//! Between the contract and the domain: mirror information.

use chrono::{DateTime, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use identifiers::Agb;
use money::Money;

use super::{
    figures::stated,
    guide::{count, wlz_sector},
};
use crate::domain::{Comparison, FigureKind, FigureUnit, Mirror, MirrorFigure, NotCompared, PeerGroup};

/// What a mirror asks.
#[derive(Debug)]
pub struct MirrorAsked {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// The year.
    pub year: i32,
    /// Whom to compare with.
    pub group: PeerGroup,
}

/// Reads what a mirror asks.
pub fn get_mirror(request: &proto::GetMirrorRequest) -> Result<MirrorAsked, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let sector = wlz_sector(&mut fields, request.sector);
    let year = fields.year("year", request.year);
    let group = match proto::PeerGroup::try_from(request.peer_group) {
        Ok(proto::PeerGroup::Sector) => Some(PeerGroup::Sector),
        Ok(proto::PeerGroup::Region) => Some(PeerGroup::Region),
        Ok(proto::PeerGroup::Unspecified) | Err(_) => None,
    };
    fields.check(group.is_some(), "peer_group", "expected PEER_GROUP_SECTOR or PEER_GROUP_REGION");
    let (office, agb, sector, year, group) = fields.all((office, agb, sector, year, group))?;
    Ok(MirrorAsked { office, agb, sector, year, group })
}

/// A mirror for the contract. The first step of the explanation names the group.
pub fn mirror(
    mirror: &Mirror,
    without_sector: Money,
    claims_as_of: Option<DateTime<Utc>>,
    explanation: common::Explanation,
) -> proto::Mirror {
    let (group_nl, group_en) =
        explanation.steps.first().map(|step| (step.text_nl.clone(), step.text_en.clone())).unwrap_or_default();
    proto::Mirror {
        group_nl,
        group_en,
        figures: mirror.figures.iter().map(figure).collect(),
        own_means: Some(proto::OwnMeans {
            result: stated(mirror.result),
            reserves: stated(mirror.reserves),
            working_capital: stated(mirror.working_capital),
        }),
        claims_as_of_time: claims_as_of.and_then(to_proto::time),
        without_sector: to_proto::money(without_sector),
        explanation: Some(explanation),
    }
}

fn figure(figure: &MirrorFigure) -> proto::MirrorFigure {
    let not_compared = match figure.compared {
        Ok(_) => proto::NotCompared::Unspecified,
        Err(NotCompared::TooFewPeers) => proto::NotCompared::TooFewPeers,
        Err(NotCompared::RegionNotKnown) => proto::NotCompared::RegionNotKnown,
    };
    proto::MirrorFigure {
        kind: kind(figure.kind).into(),
        care_profile: figure.care_profile.clone(),
        unit: unit(figure.kind.unit()).into(),
        own: figure.own.and_then(to_proto::decimal),
        peers: count(figure.peers),
        not_compared: not_compared.into(),
        comparison: figure.compared.as_ref().ok().map(comparison),
    }
}

fn comparison(comparison: &Comparison) -> proto::MirrorComparison {
    let standing = comparison.standing;
    proto::MirrorComparison {
        median: to_proto::decimal(comparison.median),
        lower_quartile: to_proto::decimal(comparison.lower_quartile),
        upper_quartile: to_proto::decimal(comparison.upper_quartile),
        gap: standing.and_then(|standing| to_proto::decimal(standing.gap)),
        place: standing.map_or(0, |standing| count(standing.place)),
        // One to four.
        quarter: standing.map_or(0, |standing| standing.quarter.cast_signed()),
    }
}

fn kind(kind: FigureKind) -> proto::MirrorFigureKind {
    match kind {
        FigureKind::CostPerClientMonth => proto::MirrorFigureKind::CostPerClientMonth,
        FigureKind::Clients => proto::MirrorFigureKind::Clients,
        FigureKind::WithTreatment => proto::MirrorFigureKind::WithTreatment,
        FigureKind::Absence => proto::MirrorFigureKind::Absence,
        FigureKind::Overhead => proto::MirrorFigureKind::Overhead,
        FigureKind::Pnil => proto::MirrorFigureKind::Pnil,
        FigureKind::Reserves => proto::MirrorFigureKind::Reserves,
        FigureKind::Liquidity => proto::MirrorFigureKind::Liquidity,
        FigureKind::Solvency => proto::MirrorFigureKind::Solvency,
        FigureKind::Result => proto::MirrorFigureKind::Result,
        FigureKind::CareProfile => proto::MirrorFigureKind::CareProfile,
    }
}

fn unit(unit: FigureUnit) -> proto::MirrorUnit {
    match unit {
        FigureUnit::Euro => proto::MirrorUnit::Euro,
        FigureUnit::Percent => proto::MirrorUnit::Percent,
        FigureUnit::Number => proto::MirrorUnit::Number,
    }
}
