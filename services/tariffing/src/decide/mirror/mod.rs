//! A provider beside its peers (TAR-15). Facts for a talk: nothing follows from them by itself.
//!
//! A provider is never its own peer, so that what is told of the peers says the same to each of them; the lowest and
//! the highest of them are never told, for these are one provider's.

mod compare;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use edge::{Office, Sector};
use explain::{Known, RuleScope, Rules, Text, Trace, Value};
use identifiers::{Agb, Region};
use money::{Decimal, Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::timeline::days_of;
use crate::{
    NAME,
    domain::{
        AnnualFigures, ApprovedCare, Comparison, FigureKind, FigureUnit, Mirror, MirrorFigure, NotCompared, PeerGroup,
        percent_of, ratio,
    },
    error::Error,
    rules,
};

/// What a mirror is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorFacts {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// The year of care and of the accounts.
    pub year: i32,
    /// Whom to compare with.
    pub group: PeerGroup,
    /// The annual figures of the sector, the provider's own among them.
    pub figures: Vec<AnnualFigures>,
    /// The approved care of the sector, the provider's own among it.
    pub care: Vec<ApprovedCare>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The others of the group.
struct Peers<'a> {
    figures: Vec<&'a AnnualFigures>,
    care: Vec<&'a ApprovedCare>,
}

/// Compares a provider.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub fn mirror(facts: &MirrorFacts, rules: &Rules, trace: &mut Trace) -> Result<Mirror, Error> {
    let scope = RuleScope {
        office: facts.office.as_str(),
        act: facts.sector.act().as_str(),
        sector: facts.sector.as_str(),
        date: days_of(facts.year).0,
    };
    let least = rules.get(&rules::MIRROR_LEAST_PEERS, &scope)?;
    let unknown = AnnualFigures::unknown(facts.agb, facts.sector);
    let own = facts.figures.iter().find(|figures| figures.agb == facts.agb).unwrap_or(&unknown);
    let own_care = facts.care.iter().find(|care| care.agb == facts.agb);
    let peers = peers(facts, own.region);
    tell_group(facts, own.region, peers.as_ref(), trace);

    let mut looking = Looking { facts, least: &least, trace, figures: Vec::new() };
    let cost = |care: &ApprovedCare| cost_per_client_month(care);
    let costs = peers.as_ref().map(|peers| known(&peers.care, cost));
    looking.at((FigureKind::CostPerClientMonth, String::new()), own_care.and_then(cost), costs)?;
    for (kind, of) in OF_ACCOUNTS {
        let values = peers.as_ref().map(|peers| known(&peers.figures, of));
        looking.at((kind, String::new()), of(own), values)?;
    }
    for profile in profiles(own_care, peers.as_ref(), least.value) {
        let share = |care: &ApprovedCare| share_of(care, &profile);
        let values = peers.as_ref().map(|peers| known(&peers.care, share));
        looking.at((FigureKind::CareProfile, profile.clone()), own_care.and_then(share), values)?;
    }
    let figures = looking.figures;
    let working_capital = own.working_capital()?;
    Ok(Mirror { figures, result: own.result, reserves: own.equity, working_capital })
}

/// The others of the group; `None` when the region asked for is not known.
fn peers(facts: &MirrorFacts, own_region: Option<Region>) -> Option<Peers<'_>> {
    let region = match facts.group {
        PeerGroup::Sector => None,
        PeerGroup::Region => Some(own_region?),
    };
    let in_region = |figures: &&AnnualFigures| region.is_none() || figures.region == region;
    let others = facts.figures.iter().filter(|figures| figures.agb != facts.agb);
    let figures: Vec<&AnnualFigures> = others.filter(in_region).collect();
    // Claims don't tell a region: the annual figures do.
    let there: BTreeSet<Agb> = figures.iter().map(|figures| figures.agb).collect();
    let others = facts.care.iter().filter(|care| care.agb != facts.agb);
    let care = others.filter(|care| region.is_none() || there.contains(&care.agb)).collect();
    Some(Peers { figures, care })
}

/// Names the group.
fn tell_group(facts: &MirrorFacts, region: Option<Region>, peers: Option<&Peers<'_>>, trace: &mut Trace) {
    let sector = Known::request("sector", facts.sector.as_str().to_uppercase());
    let year = Known::request("year", facts.year);
    let Some(peers) = peers else {
        trace.step(&rules::MIRROR_NO_REGION).with("year", &year).gives(false);
        return;
    };
    let of_figures = peers.figures.iter().map(|figures| figures.agb);
    let all: BTreeSet<Agb> = of_figures.chain(peers.care.iter().map(|care| care.agb)).collect();
    let office = Known::request("office", facts.office.to_string());
    let step = match (facts.group, region) {
        (PeerGroup::Region, Some(region)) => {
            let region = Known::fact(NAME, "annual figures", facts.as_of, region.to_string());
            trace.step(&rules::MIRROR_REGION).with("region", &region)
        }
        _ => trace.step(&rules::MIRROR_SECTOR),
    };
    step.with("sector", &sector).with("office", &office).with("year", &year).gives(Decimal::from(all.len()));
}

/// How a figure follows from annual accounts, if it does.
type OfAccounts = fn(&AnnualFigures) -> Option<Decimal>;

/// The figures of annual accounts, in the order in which they are shown.
const OF_ACCOUNTS: [(FigureKind, OfAccounts); 9] = [
    (FigureKind::Clients, |figures| figures.clients.map(Decimal::from)),
    (FigureKind::WithTreatment, |figures| {
        let (part, whole) = figures.treatment_days.zip(figures.care_days)?;
        percent_of(Some(Money::from_cents(part)), Some(Money::from_cents(whole)))
    }),
    (FigureKind::Absence, |figures| figures.absence.map(|absence| absence.0)),
    (FigureKind::Overhead, |figures| percent_of(figures.overhead_costs, figures.total_revenue)),
    (FigureKind::Pnil, |figures| percent_of(figures.pnil_costs, figures.personnel_costs)),
    (FigureKind::Reserves, |figures| percent_of(figures.equity, figures.total_revenue)),
    (FigureKind::Liquidity, |figures| ratio(figures.current_assets, figures.current_liabilities)),
    (FigureKind::Solvency, |figures| percent_of(figures.equity, figures.total_assets)),
    (FigureKind::Result, |figures| percent_of(figures.result, figures.total_revenue)),
];

fn cost_per_client_month(care: &ApprovedCare) -> Option<Decimal> {
    (care.client_months > 0).then(|| care.granted.euros().checked_div(care.client_months.into())).flatten()
}

fn share_of(care: &ApprovedCare, profile: &str) -> Option<Decimal> {
    let months = care.profiles.get(profile).copied().unwrap_or_default();
    percent_of(Some(Money::from_cents(months)), Some(Money::from_cents(care.client_months)))
}

fn known<T>(all: &[&T], value: impl Fn(&T) -> Option<Decimal>) -> Vec<Decimal> {
    all.iter().filter_map(|one| value(one)).collect()
}

/// The care profiles to show: the provider's own, and those that enough of its peers have. One that fewer have would
/// tell of these.
fn profiles(own: Option<&ApprovedCare>, peers: Option<&Peers<'_>>, least: u32) -> BTreeSet<String> {
    let of = |care: &ApprovedCare| -> Vec<String> {
        let has = care.profiles.iter().filter(|(_, months)| **months > 0);
        has.map(|(profile, _)| profile.clone()).collect()
    };
    let mut shown: BTreeSet<String> = own.map(of).unwrap_or_default().into_iter().collect();
    let others: Vec<String> =
        peers.map_or_else(Vec::new, |peers| peers.care.iter().flat_map(|care| of(care)).collect());
    let enough = |profile: &&String| others.iter().filter(|other| other == profile).count() >= least as usize;
    shown.extend(others.iter().filter(enough).cloned());
    shown
}

/// The figures while they are looked at, one after the other.
struct Looking<'a> {
    facts: &'a MirrorFacts,
    least: &'a Known<u32>,
    trace: &'a mut Trace,
    figures: Vec<MirrorFigure>,
}

impl Looking<'_> {
    /// Compares one figure and tells it.
    fn at(
        &mut self,
        (kind, care_profile): (FigureKind, String),
        own: Option<Decimal>,
        peers: Option<Vec<Decimal>>,
    ) -> Result<(), Error> {
        let profile = self.on_claims(care_profile.clone());
        let mut step = self.trace.step(text_of(kind));
        if kind == FigureKind::CareProfile {
            step = step.with("profile", &profile);
        }
        step.gives(own.is_some());
        let count = peers.as_ref().map_or(0, Vec::len);
        let compared = match peers {
            None => Err(NotCompared::RegionNotKnown),
            Some(values) => compare::compare(values, own, self.least.value).ok_or(NotCompared::TooFewPeers),
        };
        let own = own.map(compare::rounded);
        let figure = MirrorFigure { kind, care_profile, own, peers: count, compared };
        self.tell(&figure)?;
        self.figures.push(figure);
        Ok(())
    }

    fn tell(&mut self, figure: &MirrorFigure) -> Result<(), Error> {
        let peers = self.on_record(Decimal::from(figure.peers));
        match &figure.compared {
            // The step of the group said so.
            Err(NotCompared::RegionNotKnown) => {}
            Err(NotCompared::TooFewPeers) => {
                let step = self.trace.step(&rules::MIRROR_TOO_FEW).with("peers", &peers);
                step.with("least", self.least).gives(false);
            }
            Ok(comparison) => self.tell_comparison(figure, comparison, &peers)?,
        }
        Ok(())
    }

    fn tell_comparison(
        &mut self,
        figure: &MirrorFigure,
        comparison: &Comparison,
        peers: &Known<Decimal>,
    ) -> Result<(), Error> {
        let unit = figure.kind.unit();
        let value = |number: Decimal| Ok::<_, Error>(self.on_record(stated(number, unit)?));
        let (lower, upper) = (value(comparison.lower_quartile)?, value(comparison.upper_quartile)?);
        match figure.own.zip(comparison.standing) {
            Some((own, standing)) => {
                let (own, median) = (value(own)?, value(comparison.median)?);
                let step = self.trace.step(&rules::MIRROR_COMPARED).with("own", &own).with("median", &median);
                let step = step.with("lower", &lower).with("upper", &upper).with("peers", peers);
                step.gives(Decimal::from(standing.place));
            }
            None => {
                let step = self.trace.step(&rules::MIRROR_PEERS_ONLY).with("lower", &lower).with("upper", &upper);
                step.with("peers", peers).gives(stated(comparison.median, unit)?);
            }
        }
        Ok(())
    }

    fn on_record<T>(&self, value: T) -> Known<T> {
        Known::fact(NAME, "annual figures and approved claims", self.facts.as_of, value)
    }

    fn on_claims<T>(&self, value: T) -> Known<T> {
        Known::fact("budget", "approved claims", self.facts.as_of, value)
    }
}

fn stated(number: Decimal, unit: FigureUnit) -> Result<Value, Error> {
    Ok(match unit {
        FigureUnit::Euro => Value::Money(Money::from_euros(number, Rounding::default())?),
        FigureUnit::Percent => Value::Percentage(Percentage(number)),
        FigureUnit::Number => Value::Number(number),
    })
}

fn text_of(kind: FigureKind) -> &'static Text {
    match kind {
        FigureKind::CostPerClientMonth => &rules::MIRROR_COST,
        FigureKind::Clients => &rules::MIRROR_CLIENTS,
        FigureKind::WithTreatment => &rules::MIRROR_TREATMENT,
        FigureKind::Absence => &rules::MIRROR_ABSENCE,
        FigureKind::Overhead => &rules::MIRROR_OVERHEAD,
        FigureKind::Pnil => &rules::MIRROR_PNIL,
        FigureKind::Reserves => &rules::MIRROR_RESERVES,
        FigureKind::Liquidity => &rules::MIRROR_LIQUIDITY,
        FigureKind::Solvency => &rules::MIRROR_SOLVENCY,
        FigureKind::Result => &rules::MIRROR_RESULT,
        FigureKind::CareProfile => &rules::MIRROR_PROFILE,
    }
}

#[cfg(test)]
mod tests;
