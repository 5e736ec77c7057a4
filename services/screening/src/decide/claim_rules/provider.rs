//! Rules over a month of one provider.

use calendar::{CareMonth, amsterdam_date};
use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::{Known, Origin, RuleScope, Rules};
use identifiers::Agb;
use money::{Decimal, Money, Rounding};
use serde::{Deserialize, Serialize};

use super::{
    finding::{Finding, stated},
    view::among,
};
use crate::{
    domain::{FactKind, Statement, minutes},
    rules::{self, RuleWords},
};

/// What a provider was granted in a month, by service, product and unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The service that holds the lines.
    pub service: String,
    /// The product.
    pub product: String,
    /// The time unit, two digits.
    pub unit: String,
    /// The quantity, in the unit.
    pub quantity: i64,
    /// What was granted.
    pub granted: Money,
    /// When the last of the lines was granted.
    pub granted_time: DateTime<Utc>,
}

/// A month of a provider: lines belong to the month of their first day; those of nobody in particular are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderHistory {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The first day of the month.
    pub month: NaiveDate,
    /// Clients with home care.
    pub home_care_clients: i64,
    /// The sums, in order.
    pub sums: Vec<Sum>,
    /// The latest statement of each thing about the provider.
    pub facts: Vec<Statement>,
}

impl ProviderHistory {
    /// When the last of what it holds became known.
    pub fn as_of(&self) -> DateTime<Utc> {
        let lines = self.sums.iter().map(|sum| sum.granted_time);
        lines.chain(self.facts.iter().map(|fact| fact.stated_time)).max().unwrap_or(DateTime::UNIX_EPOCH)
    }

    fn scope(&self, act: &'static str) -> RuleScope<'_> {
        RuleScope { office: self.office.as_str(), act, sector: "", date: amsterdam_date(self.as_of()) }
    }

    fn known<T>(&self, value: T) -> Known<T> {
        let origin =
            Origin::Fact { service: "screening".into(), name: "claims of a month".into(), as_of: self.as_of() };
        Known { value, origin }
    }

    fn begin(&self, words: &RuleWords, scope: &RuleScope<'_>, rules: &Rules) -> Option<(Finding, Kind)> {
        let kind = words.judges(rules, scope)?;
        let days = (self.month, CareMonth::of(self.month).last_day());
        let mut finding = Finding::of_facts(words, kind.value, days);
        finding.agb = Some(self.agb);
        finding.subject = format!("{} {}", self.agb, self.month.format("%Y-%m"));
        Some((finding, kind))
    }
}

type Kind = Known<crate::domain::SignalKind>;

/// The average hours of home care per client above those agreed.
pub(super) fn average_hours(history: &ProviderHistory, rules: &Rules, found: &mut Vec<Finding>) {
    let agreed = history.facts.iter().find(|fact| fact.kind == FactKind::HoursAgreement && fact.covers(history.month));
    let scope = history.scope("zvw");
    let Some(agreed) = agreed.filter(|_| history.home_care_clients > 0) else { return };
    let Ok(hours) = agreed.value.parse::<Decimal>() else { return };
    let of_time = || history.sums.iter().filter(|sum| sum.service == "homecare" && minutes(&sum.unit).is_some());
    let worked = |sum: &Sum| minutes(&sum.unit).unwrap_or_default().saturating_mul(sum.quantity);
    let total = Decimal::from(of_time().map(worked).fold(0_i64, i64::saturating_add)) / Decimal::from(60);
    let average = total / Decimal::from(history.home_care_clients);
    if average <= hours {
        return;
    }
    let Some((mut finding, kind)) = history.begin(&rules::AVERAGE_HOURS, &scope, rules) else { return };
    let Ok(granted) = Money::total(of_time().map(|sum| sum.granted)) else { return };
    let share = (average - hours) / average;
    let Ok(at_stake) = granted.times(share, Rounding::HalfAwayFromZero) else { return };
    finding.rests_on(std::iter::once(agreed));
    finding.sums = of_time().cloned().collect();
    let step = finding.trace.step(&rules::AVERAGE_HOURS.found).with("agb", &history.known(history.agb.to_string()));
    let step = step.with("month", &history.known(history.month)).with("hours", &history.known(total.normalize()));
    let step = step.with("clients", &history.known(history.home_care_clients));
    let average = Rounding::HalfAwayFromZero.apply(average, 2).normalize();
    step.with("agreed", &stated(agreed, hours)).gives(average);
    finding.trace.step(&rules::HOURS_AT_STAKE).with("granted", &history.known(granted)).gives(at_stake);
    finding.at_stake = at_stake;
    finding.close(&kind, found);
}

/// The share of VV10 in all days of stay of a provider above a limit.
pub(super) fn vv10_share(history: &ProviderHistory, rules: &Rules, found: &mut Vec<Finding>) {
    let scope = history.scope("wlz");
    let (Ok(products), Ok(most)) =
        (rules.get(&rules::VV10_PRODUCTS, &scope), rules.get(&rules::VV10_SHARE_PERCENTAGE, &scope))
    else {
        return;
    };
    let stays = || history.sums.iter().filter(|sum| sum.service == "budget" && sum.unit == "14");
    let of_vv10 = || stays().filter(|sum| among(&products, &sum.product));
    let (all, vv10) = (days(stays()), days(of_vv10()));
    if all <= 0 || Decimal::from(vv10) * Decimal::ONE_HUNDRED <= most.value.0 * Decimal::from(all) {
        return;
    }
    let Some((mut finding, kind)) = history.begin(&rules::VV10_SHARE, &scope, rules) else { return };
    finding.sums = of_vv10().cloned().collect();
    let share = Decimal::from(vv10) * Decimal::ONE_HUNDRED / Decimal::from(all);
    let share = money::Percentage(Rounding::HalfAwayFromZero.apply(share, 1));
    let step = finding.trace.step(&rules::VV10_SHARE.found).with("agb", &history.known(history.agb.to_string()));
    let step = step.with("month", &history.known(history.month)).with("days", &history.known(vv10));
    step.with("all", &history.known(all)).with("most", &most).gives(share);
    finding.unknown();
    finding.close(&kind, found);
}

fn days<'a>(sums: impl Iterator<Item = &'a Sum>) -> i64 {
    sums.map(|sum| sum.quantity).fold(0, i64::saturating_add)
}
