//! What budget shows as gauges: where the money of an office is, and what waits.

use chrono::{DateTime, Datelike, Utc};
use database::{DatabaseError, Tx, fetch_all};
use futures::future::BoxFuture;
use telemetry::{Measure, Reading, Table};

static ROOM: Measure = Measure {
    name: "zorginkoop.room.euros",
    unit: "{EUR}",
    about: "The contract room of an office and year by lot and part: reserve, agreed, free, shortage, paid, advance, \
            settled, and the room itself.",
};
static REALISED: Measure = Measure {
    name: "zorginkoop.realised.euros",
    unit: "{EUR}",
    about: "Production of a year that was approved, what was taken back counted off.",
};
static FORECAST: Measure = Measure {
    name: "zorginkoop.forecast.euros",
    unit: "{EUR}",
    about: "Forecasts of a year's production that hold, by the round they are made for.",
};
static ROUNDS: Measure =
    Measure { name: "zorginkoop.rounds", unit: "{round}", about: "Rounds of a year by kind: opened, and committed." };
static INVESTIGATIONS: Measure =
    Measure { name: "zorginkoop.investigations", unit: "{investigation}", about: "Investigations that are open." };

const BALANCES: &str = "SELECT office, year, lot, account, CAST(SUM(cents) AS BIGINT) FROM ledger_balance
                        WHERE year >= $1 GROUP BY office, year, lot, account";
const PRODUCED: &str = "SELECT office, year, CAST(SUM(approved_cents - credited_cents) AS BIGINT) FROM production
                        WHERE year >= $1 GROUP BY office, year";
// The newest version of a provider's forecast holds.
const FORECASTS: &str = "SELECT office, year, round, CAST(SUM(holding_cents) AS BIGINT) FROM forecast
                         WHERE year >= $1 AND NOT EXISTS (
                             SELECT 1 FROM forecast AS newer
                             WHERE newer.office = forecast.office AND newer.year = forecast.year
                               AND newer.round = forecast.round AND newer.agb = forecast.agb
                               AND newer.version > forecast.version)
                         GROUP BY office, year, round";
const OPENED: &str =
    "SELECT office, year, kind, COUNT(*) FROM budget_round WHERE year >= $1 GROUP BY office, year, kind";
const COMMITTED: &str =
    "SELECT office, year, kind, COUNT(*) FROM round_commitment WHERE year >= $1 GROUP BY office, year, kind";
const OPEN_INVESTIGATIONS: &str =
    "SELECT office, COUNT(investigation_id) FROM (SELECT DISTINCT office FROM room) AS known
                                   LEFT JOIN (SELECT office AS of, investigation_id FROM investigation
                                       WHERE NOT EXISTS (SELECT 1 FROM investigation_end
                                           WHERE investigation_end.investigation_id = investigation.investigation_id))
                                       AS open ON open.of = known.office
                                   GROUP BY office";

/// What a room consists of, also when there is none of it.
const PARTS: [&str; 5] = ["room", "reserve", "agreed", "free", "shortage"];

/// How many years back are shown.
const YEARS: i32 = 2;

/// Reads them all.
pub(crate) fn read(tx: &mut Tx, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<Reading>, DatabaseError>> {
    Box::pin(async move {
        let since = i64::from(now.year() - YEARS);
        let mut readings = Vec::new();
        let mut room = Table::of(&ROOM);
        for (office, year, lot, account, cents) in
            fetch_all!(tx, BALANCES, since => (String, i64, String, String, i64))?
        {
            let year = year.to_string();
            let of = |part| [("office", office.as_str()), ("year", &year), ("lot", &lot), ("part", part)];
            PARTS.iter().for_each(|part| room.zero(&of(part)));
            // Room and shortage stand on the other side of the ledger.
            let cents = if matches!(account.as_str(), "room" | "shortage") { -cents } else { cents };
            room.euros(&of(&account), cents);
        }
        readings.extend(room);
        for (office, year, cents) in fetch_all!(tx, PRODUCED, since => (String, i64, i64))? {
            readings.push(Reading::euros(&REALISED, cents).with("office", office).with("year", year.to_string()));
        }
        for (office, year, round, cents) in fetch_all!(tx, FORECASTS, since => (String, i64, String, i64))? {
            let forecast = Reading::euros(&FORECAST, cents).with("office", office).with("year", year.to_string());
            readings.push(forecast.with("round", round));
        }
        for (state, sql) in [("opened", OPENED), ("committed", COMMITTED)] {
            for (office, year, kind, rounds) in fetch_all!(tx, sql, since => (String, i64, String, i64))? {
                let of = Reading::count(&ROUNDS, rounds).with("office", office).with("year", year.to_string());
                readings.push(of.with("kind", kind).with("state", state));
            }
        }
        for (office, open) in fetch_all!(tx, OPEN_INVESTIGATIONS => (String, i64))? {
            readings.push(Reading::count(&INVESTIGATIONS, open).with("office", office));
        }
        Ok(readings)
    })
}
