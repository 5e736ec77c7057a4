//! Figures of providers over a period, summed up by the database (SCR-05).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use database::{Tx, fetch_all, fetch_in};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

use super::{agb, facts_of};
use crate::domain::{Before, Duration, PeerPeriod, PeerSum, ProviderFigures};

/// A line of more days has one in a weekend, whatever its first day is.
const MOST_DAYS_OUTSIDE_WEEKEND: i64 = 5;

const PEERS: &str = "SELECT DISTINCT agb FROM claim
    WHERE office = $1 AND agb > $2 AND first_day >= $3 AND first_day <= $4 AND client <> ''
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference)
    ORDER BY agb LIMIT $5";
macro_rules! of_period {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM claim WHERE office = $1 AND first_day >= $2 AND first_day <= $3 AND client <> ''
              AND agb IN ({keys})
              AND NOT EXISTS (SELECT 1 FROM credit
                              WHERE credit.office = claim.office AND credit.service = claim.service
                                AND credit.agb = claim.agb AND credit.reference = claim.reference) ",
            $rest
        )
    };
}
const SUMS: &str = of_period!(
    "agb, service, product, unit, COUNT(*) AS line_count, CAST(SUM(quantity) AS BIGINT) AS quantity,
     CAST(SUM(granted_cents) AS BIGINT) AS granted_cents, MAX(granted_time) AS granted_time",
    "GROUP BY agb, service, product, unit ORDER BY agb, service, product, unit"
);
// Units of time worked: COD218-VEKT, as `domain::minutes` has them.
const CLIENTS: &str = of_period!(
    "agb, COUNT(DISTINCT client),
     COUNT(DISTINCT CASE WHEN unit IN ('01', '02', '03', '04', '07') THEN client END)",
    "GROUP BY agb"
);
const DAYS: &str = of_period!("agb, first_day, last_day, COUNT(*)", "GROUP BY agb, first_day, last_day");
const DURATIONS: &str = of_period!(
    "agb, unit, quantity, COUNT(*)",
    "AND first_day = last_day AND unit IN ('01', '02', '03', '04', '07')
     GROUP BY agb, unit, quantity ORDER BY agb, unit, quantity"
);
const BEFORE: &str = of_period!("agb, CAST(SUM(granted_cents) AS BIGINT), MAX(granted_time)", "GROUP BY agb");

#[derive(sqlx::FromRow)]
struct SumRow {
    agb: String,
    service: String,
    product: String,
    unit: String,
    line_count: i64,
    quantity: i64,
    granted_cents: i64,
    granted_time: DateTime<Utc>,
}

/// A page of an office's providers that were granted anything in a period, after one.
pub async fn page_of_peers(
    tx: &mut Tx,
    office: &Office,
    period: PeerPeriod,
    after: &str,
    limit: i64,
) -> Result<Vec<Agb>, EdgeError> {
    let (first, last) = (period.first_day, period.last_day);
    let rows = fetch_all!(tx, PEERS, office.as_str(), after, first, last, limit => (String,))?;
    rows.into_iter().map(|(of,)| agb(&of)).collect()
}

/// The figures of providers over a period, by AGB code. What is in memory grows with the providers asked for, not with
/// their lines.
pub async fn figures(
    tx: &mut Tx,
    office: &Office,
    period: PeerPeriod,
    of: &[Agb],
) -> Result<Vec<ProviderFigures>, EdgeError> {
    let keys: Vec<String> = of.iter().map(Agb::to_string).collect();
    let mut all: BTreeMap<String, ProviderFigures> =
        of.iter().map(|agb| (agb.to_string(), ProviderFigures::new(*agb))).collect();
    let (office_name, first, last) = (office.as_str(), period.first_day, period.last_day);
    for row in fetch_in!(tx, SUMS, keys, office_name, first, last => SumRow)? {
        let SumRow { agb, service, product, unit, line_count, quantity, granted_cents, granted_time } = row;
        let granted = Money::from_cents(granted_cents);
        let sum = PeerSum { service, product, unit, lines: line_count, quantity, granted, granted_time };
        at(&mut all, &agb, |figures| figures.sums.push(sum));
    }
    for (of, clients, timed) in fetch_in!(tx, CLIENTS, keys, office_name, first, last => (String, i64, i64))? {
        at(&mut all, &of, |figures| (figures.clients, figures.timed_clients) = (clients, timed));
    }
    type Days = (String, NaiveDate, NaiveDate, i64);
    for (of, from, until, lines) in fetch_in!(tx, DAYS, keys, office_name, first, last => Days)? {
        if (until - from).num_days() < MOST_DAYS_OUTSIDE_WEEKEND {
            let weekend = from.iter_days().take_while(|day| *day <= until).any(in_weekend);
            at(&mut all, &of, |figures| {
                figures.short_lines += lines;
                figures.weekend_lines += if weekend { lines } else { 0 };
            });
        }
    }
    type Timed = (String, String, i64, i64);
    for (of, unit, quantity, lines) in fetch_in!(tx, DURATIONS, keys, office_name, first, last => Timed)? {
        at(&mut all, &of, |figures| figures.durations.push(Duration { unit, quantity, lines }));
    }
    let until = first.pred_opt().unwrap_or(first);
    type Sums = (String, i64, DateTime<Utc>);
    for (of, cents, granted_time) in fetch_in!(tx, BEFORE, keys, office_name, period.before, until => Sums)? {
        let before = Before { granted: Money::from_cents(cents), granted_time };
        at(&mut all, &of, |figures| figures.before = Some(before));
    }
    for (of, facts) in facts_of(tx, office, &keys, str::to_owned).await? {
        at(&mut all, &of, |figures| figures.facts = facts);
    }
    Ok(all.into_values().collect())
}

fn at(all: &mut BTreeMap<String, ProviderFigures>, of: &str, change: impl FnOnce(&mut ProviderFigures)) {
    if let Some(figures) = all.get_mut(of) {
        change(figures);
    }
}

fn in_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
