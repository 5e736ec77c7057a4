//! Between the contract and the domain: the guide percentage derived from accounts.

use contract::{common, tariffing as proto};
use edge::{Act, EdgeError, Fields, Office, Sector, to_proto};
use money::{Decimal, Percentage};
use uuid::Uuid;

use crate::decide::{BreakEven, Guide, LeftOut, LeftOutReason, Neutral};

/// The decimals of the percentage in force.
const DECIMALS: u32 = 4;

/// What a derivation asks.
#[derive(Debug)]
pub struct DeriveGuide {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The sector; all of the Wlz when absent.
    pub sector: Option<Sector>,
    /// The year that the percentage is to hold for.
    pub year: i32,
    /// The year of the accounts.
    pub accounts_year: i32,
    /// The percentage that was in force.
    pub in_force: Percentage,
}

/// Reads what a derivation asks.
pub fn derive_guide(request: &proto::DeriveGuidePercentageRequest) -> Result<DeriveGuide, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let sector = match request.sector == common::Sector::Unspecified as i32 {
        true => Some(None),
        false => wlz_sector(&mut fields, request.sector).map(Some),
    };
    let year = fields.year("year", request.year);
    let accounts_year = fields.year("accounts_year", request.accounts_year);
    let in_force = fields.decimal("percentage", request.percentage.as_ref(), DECIMALS).and_then(|number| {
        let fits = number > Decimal::ZERO && number <= Decimal::ONE_HUNDRED;
        fields.check(fits, "percentage", "expected a percentage above 0 and at most 100")?;
        Some(Percentage(number))
    });
    let (request_id, office, sector, year, accounts_year, in_force) =
        fields.all((request_id, office, sector, year, accounts_year, in_force))?;
    Ok(DeriveGuide { request_id, office, sector, year, accounts_year, in_force })
}

/// A sector of the Wlz.
pub(super) fn wlz_sector(fields: &mut Fields, number: i32) -> Option<Sector> {
    let sector = fields.sector("sector", number)?;
    fields.check(sector.act() == Act::Wlz, "sector", "expected a sector of the Wlz: VV, GZ or GGZ")?;
    Some(sector)
}

/// A derivation for the contract.
pub fn guide(guide: &Guide, decision_id: String) -> proto::GuideDerivation {
    let quantile = |(share, at): &(Percentage, Percentage)| proto::GuideQuantile {
        share: percentage(*share),
        percentage: percentage(*at),
    };
    proto::GuideDerivation {
        percentage: guide.percentage.and_then(percentage),
        least_neutral: percentage(guide.least_neutral),
        needed: count(guide.needed),
        providers: guide.providers.iter().map(break_even).collect(),
        left_out: guide.left_out.iter().map(left_out).collect(),
        quantiles: guide.quantiles.iter().map(quantile).collect(),
        around: guide.around.iter().map(neutral).collect(),
        decision_id,
    }
}

fn break_even(provider: &BreakEven) -> proto::BreakEven {
    proto::BreakEven {
        agb: provider.agb.to_string(),
        sector: provider.sector.to_proto(),
        wlz_share: percentage(provider.wlz_share),
        in_force: percentage(provider.in_force),
        break_even: percentage(provider.break_even),
    }
}

fn left_out(left_out: &LeftOut) -> proto::LeftOut {
    let reason = match left_out.reason {
        LeftOutReason::NotStated => proto::LeftOutReason::NotStated,
        LeftOutReason::NoRevenue => proto::LeftOutReason::NoRevenue,
        LeftOutReason::ShareTooLow => proto::LeftOutReason::ShareTooLow,
    };
    proto::LeftOut { agb: left_out.agb.to_string(), sector: left_out.sector.to_proto(), reason: reason.into() }
}

fn neutral(neutral: &Neutral) -> proto::NeutralShare {
    proto::NeutralShare {
        percentage: percentage(neutral.percentage),
        providers: count(neutral.providers),
        share: percentage(neutral.share),
    }
}

fn percentage(percentage: Percentage) -> Option<common::Decimal> {
    to_proto::decimal(percentage.0)
}

/// There are not that many providers.
pub(super) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
