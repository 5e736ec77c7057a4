//! Whom a provider is compared with.

use std::sync::Arc;

use edge::{Office, Sector};
use explain::{Known, Parameter, RuleScope, Rules, Trace};
use money::Money;

use crate::{
    NAME,
    decide::claim_rules::among,
    domain::{FactKind, PeerPeriod, PeerSum, ProviderFigures},
    rules,
};

/// The peers of a provider: the sector and the size band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The sector.
    pub sector: Sector,
    /// What the group is called, such as `home_care small`.
    pub name: String,
}

/// The group of a provider, and why; none when its sector is not known. The sector is the one that is stated about it,
/// or else that of the products it was granted most for.
pub fn group_of(
    office: &Office,
    period: PeerPeriod,
    figures: &ProviderFigures,
    rules: &Rules,
    trace: &mut Trace,
) -> Option<Group> {
    let day = period.last_day;
    let Some(sector) = stated(figures, day, trace).or_else(|| by_products(office, day, figures, rules, trace)) else {
        trace.step(&rules::PEER_NO_SECTOR).with("agb", &known(figures, figures.agb.to_string())).gives(false);
        return None;
    };
    let scope = scope(office, sector, day);
    let clients = u32::try_from(figures.clients).unwrap_or(u32::MAX);
    let of_size = |row: &&explain::Row| {
        row.count("clients_from").is_some_and(|from| from <= clients)
            && row.count("clients_until").is_none_or(|until| clients <= until)
    };
    let band = rules.rows(&rules::SIZE_BAND, scope).find(of_size)?;
    let name = format!("{sector} {}", band.word("name"));
    let step = trace.row(band).with("clients", &known(figures, figures.clients));
    step.with("sector", &known(figures, sector.as_str())).gives(name.clone());
    Some(Group { sector, name })
}

/// Where the parameters of a sector are looked up.
pub(super) fn scope(office: &Office, sector: Sector, date: chrono::NaiveDate) -> RuleScope<'_> {
    RuleScope { office: office.as_str(), act: sector.act().as_str(), sector: sector.as_str(), date }
}

/// A value of the figures of a provider.
pub(super) fn known<T>(figures: &ProviderFigures, value: T) -> Known<T> {
    Known::fact(NAME, "figures of a provider", figures.as_of(), value)
}

fn stated(figures: &ProviderFigures, day: chrono::NaiveDate, trace: &mut Trace) -> Option<Sector> {
    let fact = figures.fact(FactKind::Sector, day)?;
    let sector = Sector::from_code(&fact.value)?;
    let source = Known::fact(NAME, "sector", fact.stated_time, fact.source.clone());
    trace.step(&rules::PEER_SECTOR_STATED).with("source", &source).gives(sector.as_str());
    Some(sector)
}

fn by_products(
    office: &Office,
    day: chrono::NaiveDate,
    figures: &ProviderFigures,
    rules: &Rules,
    trace: &mut Trace,
) -> Option<Sector> {
    let granted_in = |sector: Sector| {
        let of_sector = figures.sums.iter().filter(|sum| is_of(sum, sector, (office, day), rules));
        Money::total(of_sector.map(|sum| sum.granted)).unwrap_or(Money::ZERO)
    };
    // Of sectors with as much, the first one.
    let sectors = [Sector::HomeCare, Sector::Ggz, Sector::Gz, Sector::Vv];
    let granted = sectors.map(|sector| (granted_in(sector), sector)).into_iter();
    let (granted, sector) =
        granted.max_by_key(|(granted, _)| *granted).filter(|(granted, _)| *granted > Money::ZERO)?;
    let all = Money::total(figures.sums.iter().map(|sum| sum.granted)).unwrap_or(granted);
    let step = trace.step(&rules::PEER_SECTOR_LINES).with("granted", &known(figures, granted));
    step.with("all", &known(figures, all)).gives(sector.as_str());
    Some(sector)
}

/// Whether lines are of a sector: home care is what its service holds, the others are told apart by product.
fn is_of(sum: &PeerSum, sector: Sector, (office, day): (&Office, chrono::NaiveDate), rules: &Rules) -> bool {
    let products: &Parameter<Vec<Arc<str>>> = match sector {
        Sector::HomeCare => return sum.service == "homecare",
        Sector::Vv => &rules::PRODUCTS_VV,
        Sector::Gz => &rules::PRODUCTS_GZ,
        Sector::Ggz => &rules::PRODUCTS_GGZ,
    };
    let listed = rules.get(products, &scope(office, sector, day));
    sum.service == "budget" && listed.is_ok_and(|listed| among(&listed, &sum.product))
}
