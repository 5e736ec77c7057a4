//! Home care: integral tariffs, night care of a region, and the raised offer (TAR-11, TAR-22).

#[cfg(test)]
pub(crate) mod fixture;
mod held;
mod night_care;
#[cfg(test)]
mod replay_tests;
mod tariff;
mod uplift;

use explain::RuleScope;

pub use held::{HeldFacts, holding, tariff_on};
pub use night_care::{
    Contracted, NightCareFacts, NightCareOutcome, NightCareRefusal, night_care, shares, turnover_year,
};
pub use tariff::{HomeCareFacts, home_care_tariff};
pub use uplift::{AcceptanceFacts, Accepted, UpliftFacts, Windowed, accept_uplift, is_open, offer_uplift};

use super::timeline::days_of;
use crate::domain::{Subject, homecare::RegionYear};

/// Where the parameters of a provider's year are looked up: on 1 January.
fn scope(subject: &Subject) -> RuleScope<'_> {
    RuleScope {
        office: subject.office.as_str(),
        act: subject.sector.act().as_str(),
        sector: subject.sector.as_str(),
        date: days_of(subject.year).0,
    }
}

/// Where the parameters of a region's year are looked up.
fn scope_of(region: &RegionYear) -> RuleScope<'_> {
    let sector = edge::Sector::HomeCare;
    RuleScope {
        office: region.office.as_str(),
        act: sector.act().as_str(),
        sector: sector.as_str(),
        date: days_of(region.year).0,
    }
}
