//! What home care shows as gauges: how far ceilings are used, and requests by the days left to decide on them.

use calendar::amsterdam_date;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use database::{DatabaseError, Tx, fetch_all};
use futures::future::BoxFuture;
use telemetry::{DAYS_LEFT, Measure, Reading, Table, days_left};

static CEILINGS: Measure = Measure {
    name: "zorginkoop.ceilings",
    unit: "{provider}",
    about: "Providers by how far the ceiling of the year is used: under 70%, from 70%, from 90%, and 100%.",
};
static EUROS: Measure = Measure {
    name: "zorginkoop.ceiling.euros",
    unit: "{EUR}",
    about: "The ceilings of a year together: the ceiling, what is spent of it, and what was claimed beyond it.",
};
static RAISES: Measure = Measure {
    name: "zorginkoop.raise_requests",
    unit: "{request}",
    about: "Requests to raise a ceiling that wait for a decision, by the days left.",
};
static STOPS: Measure =
    Measure { name: "zorginkoop.client_stops", unit: "{provider}", about: "Stops for new clients in force." };

// Bands of the gauge: what signals are given at is in the rules.
const USED: &str = "SELECT office, year, CASE WHEN spent_cents * 100 >= ceiling_cents * 100 THEN 'full'
                                             WHEN spent_cents * 100 >= ceiling_cents * 90 THEN 'from_90'
                                             WHEN spent_cents * 100 >= ceiling_cents * 70 THEN 'from_70'
                                             ELSE 'under_70' END AS used,
                           COUNT(*)
                    FROM ceiling WHERE year >= $1 GROUP BY office, year, used";
const SUMS: &str = "SELECT office, year, CAST(SUM(ceiling_cents) AS BIGINT), CAST(SUM(spent_cents) AS BIGINT),
                           CAST(SUM(beyond_cents) AS BIGINT)
                    FROM ceiling WHERE year >= $1 GROUP BY office, year";
const OPEN_RAISES: &str = "SELECT office, due_day, COUNT(*) FROM raise_version
                           JOIN raise_request ON raise_request.raise_id = raise_version.raise_id
                           WHERE open AND NOT EXISTS (
                               SELECT 1 FROM raise_version AS newer
                               WHERE newer.raise_id = raise_version.raise_id AND newer.version > raise_version.version)
                           GROUP BY office, due_day";
const OPEN_STOPS: &str = "SELECT office, COUNT(*) FROM client_stop
                          WHERE first_day <= $1 AND NOT EXISTS (
                              SELECT 1 FROM client_stop_end
                              WHERE client_stop_end.stop_id = client_stop.stop_id AND last_day < $1)
                          GROUP BY office";

const OFFICES: &str = "SELECT DISTINCT office FROM agreement";

/// How far a ceiling can be used.
const BANDS: [&str; 4] = ["under_70", "from_70", "from_90", "full"];

/// How many years back are shown.
const YEARS: i32 = 2;

/// Reads them all.
pub(crate) fn read(tx: &mut Tx, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<Reading>, DatabaseError>> {
    Box::pin(async move {
        let today = amsterdam_date(now);
        let since = i64::from(today.year() - YEARS);
        let mut readings = Vec::new();
        let mut ceilings = Table::of(&CEILINGS);
        for (office, year, used, providers) in fetch_all!(tx, USED, since => (String, i64, String, i64))? {
            let year = year.to_string();
            let of = |used| [("office", office.as_str()), ("year", &year), ("used", used)];
            BANDS.iter().for_each(|band| ceilings.zero(&of(band)));
            ceilings.count(&of(&used), providers);
        }
        readings.extend(ceilings);
        for (office, year, ceiling, spent, beyond) in fetch_all!(tx, SUMS, since => (String, i64, i64, i64, i64))? {
            for (part, cents) in [("ceiling", ceiling), ("spent", spent), ("beyond", beyond)] {
                let of = Reading::euros(&EUROS, cents).with("office", office.as_str()).with("year", year.to_string());
                readings.push(of.with("part", part));
            }
        }
        let (mut raises, mut stops) = (Table::of(&RAISES), Table::of(&STOPS));
        for (office,) in fetch_all!(tx, OFFICES => (String,))? {
            DAYS_LEFT.iter().for_each(|left| raises.zero(&[("office", &office), ("left", left)]));
            stops.zero(&[("office", &office)]);
        }
        for (office, due, open) in fetch_all!(tx, OPEN_RAISES => (String, Option<NaiveDate>, i64))? {
            raises.count(&[("office", &office), ("left", days_left(today, due))], open);
        }
        for (office, open) in fetch_all!(tx, OPEN_STOPS, today => (String, i64))? {
            stops.count(&[("office", &office)], open);
        }
        readings.extend(raises);
        readings.extend(stops);
        Ok(readings)
    })
}
