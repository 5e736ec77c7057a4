//! What the offers of a year are made from: what is on record of the year before, and what a request states.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use database::Tx;
use edge::{EdgeError, InvalidRequest};
use explain::{Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money, Rounding};
use sha2::{Digest, Sha256};

use crate::{
    convert::Plan,
    decide::offer::{self, LastYear, OfferFacts},
    domain::{
        Agreement, AgreementType, Consumption, ForecastBasis, NoOffer, Offered, OfficeYear, Place, Previous, Score,
        Stated, Windows, YearEndEntry,
    },
    rules, store,
};

/// The decimals of the mean of hours.
const MEAN_DECIMALS: u32 = 4;

/// What is on record for the offers of a year.
struct OnRecord {
    before: BTreeMap<Agb, Agreement>,
    agreed: BTreeSet<Agb>,
    used: BTreeMap<Agb, Consumption>,
    excluded: BTreeSet<Agb>,
    scores: BTreeMap<Agb, Score>,
    numbers: BTreeMap<Agb, u32>,
    year_end: BTreeMap<Agb, LastYear>,
}

/// What a provider would be offered.
pub(super) struct Planned {
    pub facts: OfferFacts,
    pub offered: Offered,
    pub windows: Windows,
    pub trace: Trace,
}

impl Planned {
    /// The type and ceiling of the year before.
    pub fn previous(&self) -> Option<(AgreementType, Money)> {
        self.facts.previous.as_ref().map(|previous| (previous.kind, previous.ceiling))
    }
}

/// The offers of a year as they would be: of who is named, and of all with an agreement for the year before when
/// `everybody` is asked. Whatever is stated that can't be is told at once, by `field` of its place.
pub(super) async fn plan(
    tx: &mut Tx,
    plan: Plan,
    (everybody, field): (bool, impl Fn(usize) -> String),
    (rules, now): (&Rules, DateTime<Utc>),
) -> Result<Vec<Planned>, EdgeError> {
    let scope = plan.year.scope();
    // Claims on the agreements need these; without them there is no offer rather than no claims later.
    for parameter in [&rules::FIRST_SIGNAL, &rules::SECOND_SIGNAL] {
        rules.get(parameter, &scope)?;
    }
    let record = load(tx, &plan).await?;
    let named: BTreeSet<Agb> = plan.stated.iter().map(|one| one.agb).collect();
    let places: BTreeMap<Agb, String> = plan.stated.iter().enumerate().map(|(at, one)| (one.agb, field(at))).collect();
    let mut stated = plan.stated;
    if everybody {
        stated.extend(record.before.keys().filter(|agb| !named.contains(agb)).map(|agb| Stated::nothing(*agb)));
    }
    stated.sort_by_key(|one| one.agb);
    let mean = mean_hours(&record, &stated);
    let (mut planned, mut wrong) = (Vec::with_capacity(stated.len()), Vec::new());
    for one in stated {
        let agb = one.agb;
        let facts = facts(&record, (&plan.year, plan.run_id.as_deref()), (one, mean), now);
        match take(&record, facts, rules) {
            Ok(taken) => planned.push(taken),
            Err(EdgeError::Invalid(InvalidRequest(fields))) => {
                let at = places.get(&agb).map_or("", String::as_str);
                wrong.extend(fields.into_iter().map(|(field, problem)| (format!("{at}.{field}"), problem)));
            }
            Err(other) => return Err(other),
        }
    }
    if wrong.is_empty() { Ok(planned) } else { Err(InvalidRequest(wrong).into()) }
}

async fn load(tx: &mut Tx, plan: &Plan) -> Result<OnRecord, EdgeError> {
    let before = OfficeYear { office: plan.year.office.clone(), year: plan.year.year - 1 };
    let scores = match &plan.run_id {
        None => BTreeMap::new(),
        Some(run_id) => {
            let run = store::run(tx, run_id).await?;
            if run.year != plan.year {
                let problem = format!("is a run for {} {}", run.year.office, run.year.year);
                return Err(InvalidRequest(vec![("run_id".to_owned(), problem)]).into());
            }
            store::scores_of(tx, run_id).await?
        }
    };
    let contracted = store::contracted(tx, &before).await?.into_iter().collect::<Vec<Agb>>();
    let closed = store::year_end_entries(tx, &before, &contracted).await?;
    Ok(OnRecord {
        year_end: closed.into_iter().map(|(agb, (entry, _))| (agb, last_year(entry))).collect(),
        before: store::agreements_of(tx, &before).await?,
        agreed: store::contracted(tx, &plan.year).await?,
        used: store::consumption_in(tx, &before).await?,
        excluded: store::excluded(tx, &plan.year).await?,
        scores,
        numbers: store::last_offer_numbers(tx, &plan.year).await?,
    })
}

fn last_year(entry: YearEndEntry) -> LastYear {
    LastYear { hours: entry.hours_kept(), decision_id: entry.decision_id, findings: entry.findings }
}

/// The mean of the agreed hours over all agreements of client_following for the year before, and over how many.
fn mean_hours(record: &OnRecord, stated: &[Stated]) -> (Option<Decimal>, u32) {
    let mut hours: BTreeMap<Agb, (AgreementType, Decimal)> =
        record.before.iter().map(|(agb, one)| (*agb, (one.kind, one.hours_per_client_month))).collect();
    let known = stated.iter().filter_map(|one| Some((one.agb, one.previous.as_ref()?)));
    hours.extend(known.map(|(agb, previous)| (agb, (previous.kind, previous.hours))));
    let all = hours.into_values().filter(|(kind, _)| *kind == AgreementType::ClientFollowing);
    let all: Vec<Decimal> = all.map(|(_, hours)| hours).collect();
    let of = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let mean = all.into_iter().sum::<Decimal>().checked_div(Decimal::from(of));
    (mean.map(|mean| Rounding::default().apply(mean, MEAN_DECIMALS).normalize()), of)
}

fn facts(
    record: &OnRecord,
    (year, run_id): (&OfficeYear, Option<&str>),
    (stated, (mean_hours, mean_of)): (Stated, (Option<Decimal>, u32)),
    as_of: DateTime<Utc>,
) -> OfferFacts {
    let agb = stated.agb;
    let used = record.used.get(&agb);
    let (days, of) = days(year.year - 1, calendar::amsterdam_date(as_of));
    let granted = used.map(|used| ForecastBasis::Granted { spent: used.spent, days, of });
    let ranked = record.scores.values().filter(|score| score.rank.is_some()).count();
    let place = record.scores.get(&agb).zip(run_id).and_then(|(score, run_id)| {
        Some(Place {
            run_id: run_id.to_owned(),
            score: score.total?,
            rank: score.rank?,
            of: u32::try_from(ranked).unwrap_or(u32::MAX),
            decision_id: score.decision_id.clone(),
        })
    });
    // What is stated of the year before is not what was closed.
    let year_end = record.year_end.get(&agb).filter(|_| stated.previous.is_none()).cloned();
    let listed = year_end.as_ref().and_then(|listed| listed.hours);
    let counted = used.and_then(|used| u32::try_from(used.clients).ok());
    OfferFacts {
        of: year.of(agb),
        number: record.numbers.get(&agb).copied().unwrap_or_default() + 1,
        previous: stated.previous.or_else(|| record.before.get(&agb).map(previous)),
        turnover: stated.turnover,
        forecast: stated.forecast.map(ForecastBasis::Stated).or(granted),
        realised_hours: listed.map(|(_, realised)| realised).or(stated.realised_hours),
        hours: stated.hours,
        clients: stated.clients.or(counted),
        clients_stated: stated.clients.is_some(),
        index: stated.index,
        tariffs: stated.tariffs,
        sole: stated.sole,
        excluded: record.excluded.contains(&agb),
        excluded_choice: stated.excluded,
        place,
        growth: stated.growth,
        night_care: stated.night_care,
        mean_hours,
        mean_of,
        year_end,
        as_of,
    }
}

fn previous(agreement: &Agreement) -> Previous {
    Previous {
        kind: agreement.kind,
        ceiling: agreement.ceiling,
        hours: agreement.hours_per_client_month,
        // Plus agreements that are on record run one year; only those from before ran two.
        first_year: agreement.of.year,
        tariffs: agreement.tariffs.clone(),
        stated: false,
    }
}

/// How many days of a year are over, and how many it has.
fn days(year: i32, today: NaiveDate) -> (u32, u32) {
    let of = NaiveDate::from_ymd_opt(year, 12, 31).map_or(365, |last| last.ordinal());
    match today.year().cmp(&year) {
        std::cmp::Ordering::Less => (0, of),
        std::cmp::Ordering::Equal => (today.ordinal0(), of),
        std::cmp::Ordering::Greater => (of, of),
    }
}

fn take(record: &OnRecord, facts: OfferFacts, rules: &Rules) -> Result<Planned, EdgeError> {
    let mut trace = Trace::new();
    let (offered, windows) = if record.agreed.contains(&facts.of.agb) {
        (Offered::Nothing { reason: NoOffer::AgreementExists, missing: Vec::new() }, Windows::default())
    } else {
        offer::offer(&facts, rules, &mut trace)?
    };
    Ok(Planned { facts, offered, windows, trace })
}

/// SHA-256 over all inputs and what they come to, whenever it is computed.
pub(super) fn fingerprint(planned: &[Planned]) -> String {
    let mut hash = Sha256::new();
    for one in planned {
        let facts = OfferFacts { as_of: DateTime::UNIX_EPOCH, ..one.facts.clone() };
        hash.update(store::to_json(&(facts, &one.offered, &one.windows)));
        hash.update([b'\n']);
    }
    hex::encode(hash.finalize())
}
