//! What tariffing shows as gauges: percentages that were agreed, and dossiers under way.

use chrono::{DateTime, Datelike, Utc};
use database::{DatabaseError, Tx, fetch_all};
use futures::future::BoxFuture;
use telemetry::{Measure, Reading};

static AGREED: Measure = Measure {
    name: "zorginkoop.percentages",
    unit: "{provider}",
    about: "Providers with an agreed percentage for a year, by sector.",
};
static DOSSIERS: Measure = Measure {
    name: "zorginkoop.dossiers",
    unit: "{dossier}",
    about: "Proposals and requests about tariffs of a year, by kind.",
};

const PERCENTAGES: &str = "SELECT office, year, sector, COUNT(DISTINCT agb) FROM agreed_percentage
                           WHERE year >= $1 GROUP BY office, year, sector";
const BY_KIND: &str = "SELECT office, year, kind, COUNT(DISTINCT dossier_id) FROM dossier
                       WHERE year >= $1 GROUP BY office, year, kind";

/// How many years back are shown.
const YEARS: i32 = 2;

/// Reads them all.
pub(crate) fn read(tx: &mut Tx, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<Reading>, DatabaseError>> {
    Box::pin(async move {
        let since = i64::from(now.year() - YEARS);
        let mut readings = Vec::new();
        for (office, year, sector, providers) in fetch_all!(tx, PERCENTAGES, since => (String, i64, String, i64))? {
            let of = Reading::count(&AGREED, providers).with("office", office).with("year", year.to_string());
            readings.push(of.with("sector", sector));
        }
        for (office, year, kind, dossiers) in fetch_all!(tx, BY_KIND, since => (String, i64, String, i64))? {
            let of = Reading::count(&DOSSIERS, dossiers).with("office", office).with("year", year.to_string());
            readings.push(of.with("kind", kind));
        }
        Ok(readings)
    })
}
