//! What registration shows as gauges: registrations by state, and what is due by the days left.

use calendar::amsterdam_date;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use database::{DatabaseError, Tx, fetch_all};
use futures::future::BoxFuture;
use telemetry::{DAYS_LEFT, Measure, Reading, Table, days_left};

use crate::domain::{DutyKind, DutyState};

static REGISTRATIONS: Measure = Measure {
    name: "zorginkoop.registrations",
    unit: "{registration}",
    about: "Registrations of a purchasing round by state.",
};
static CLARIFICATIONS: Measure = Measure {
    name: "zorginkoop.clarifications",
    unit: "{clarification}",
    about: "Clarifications that were asked and not answered, by the days left.",
};
static DUTIES: Measure = Measure {
    name: "zorginkoop.duties",
    unit: "{duty}",
    about: "What providers and the office still have to do, by kind and the days left.",
};
static OFFERS: Measure = Measure { name: "zorginkoop.offers", unit: "{offer}", about: "Offers by state." };

const STATES: &str = "SELECT office, sector, year, state, COUNT(*) FROM registration
                      JOIN purchase_round ON purchase_round.round_id = registration.round_id
                      WHERE year >= $1 GROUP BY office, sector, year, state";
const UNANSWERED: &str = "SELECT office, due_time FROM clarification
                          JOIN registration ON registration.registration_id = clarification.registration_id
                          JOIN purchase_round ON purchase_round.round_id = registration.round_id
                          WHERE answered_time IS NULL AND state IN ('submitted', 'in_assessment')";
// What was missed long ago is nobody's work any more.
const DUTIES_LEFT: &str = "SELECT office, kind, state, due_time FROM duty
                           WHERE state = 'open' OR (state = 'missed' AND due_time >= $1)";
const OPEN_OFFERS: &str = "SELECT office, state, COUNT(*) FROM offer GROUP BY office, state";

const OFFICES: &str = "SELECT DISTINCT office FROM purchase_round";

/// For how long what was missed and can still be done counts.
const MISSED: TimeDelta = TimeDelta::days(366);
/// How many years back are shown; rounds are of the year to come.
const YEARS: i32 = 1;

/// Reads them all.
pub(crate) fn read(tx: &mut Tx, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<Reading>, DatabaseError>> {
    Box::pin(async move {
        let today = amsterdam_date(now);
        let since = i64::from(today.year() - YEARS);
        let mut readings = Vec::new();
        let states = fetch_all!(tx, STATES, since => (String, String, i64, String, i64))?;
        for (office, sector, year, state, registrations) in states {
            let of = Reading::count(&REGISTRATIONS, registrations).with("office", office).with("sector", sector);
            readings.push(of.with("year", year.to_string()).with("state", state));
        }
        let (mut clarifications, mut duties) = (Table::of(&CLARIFICATIONS), Table::of(&DUTIES));
        for (office,) in fetch_all!(tx, OFFICES => (String,))? {
            for left in DAYS_LEFT {
                clarifications.zero(&[("office", &office), ("left", left)]);
                let kinds = DutyKind::ALL.iter().map(|kind| kind.as_str());
                kinds.for_each(|kind| duties.zero(&[("office", &office), ("kind", kind), ("left", left)]));
            }
        }
        for (office, due) in fetch_all!(tx, UNANSWERED => (String, DateTime<Utc>))? {
            clarifications.count(&[("office", &office), ("left", days_left(today, Some(amsterdam_date(due))))], 1);
        }
        let left = fetch_all!(tx, DUTIES_LEFT, now - MISSED => (String, String, String, DateTime<Utc>))?;
        let to_do = |kind: &str, state: &str| {
            state == DutyState::Open.as_str() || DutyKind::from_code(kind).is_some_and(DutyKind::outlives_its_day)
        };
        for (office, kind, _, due) in left.into_iter().filter(|(_, kind, state, _)| to_do(kind, state)) {
            let left = days_left(today, Some(amsterdam_date(due)));
            duties.count(&[("office", &office), ("kind", &kind), ("left", left)], 1);
        }
        readings.extend(clarifications);
        readings.extend(duties);
        for (office, state, offers) in fetch_all!(tx, OPEN_OFFERS => (String, String, i64))? {
            readings.push(Reading::count(&OFFERS, offers).with("office", office).with("state", state));
        }
        Ok(readings)
    })
}
