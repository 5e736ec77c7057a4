//! What screening shows as gauges: numbers by rule and state. No provider and no person is in them.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, fetch_all};
use futures::future::BoxFuture;
use telemetry::{Measure, Reading, Table};

use crate::domain::{CaseState, IntegrityState, Register};

static SIGNALS: Measure = Measure {
    name: "zorginkoop.signals",
    unit: "{signal}",
    about: "Signals by rule, and whether they stand or were withdrawn.",
};
static AT_STAKE: Measure = Measure {
    name: "zorginkoop.signals.at_stake.euros",
    unit: "{EUR}",
    about: "Amounts at stake in the signals that stand, by rule; a line can be in several.",
};
static CASES: Measure = Measure { name: "zorginkoop.cases", unit: "{case}", about: "Cases about providers by state." };
static CHECKS: Measure = Measure {
    name: "zorginkoop.register_checks",
    unit: "{check}",
    about: "Consults of registers that are due, by register, and whether asking failed before.",
};
static INTEGRITY: Measure = Measure {
    name: "zorginkoop.integrity",
    unit: "{provider}",
    about: "Providers that were screened, by what their integrity comes to.",
};

const BY_RULE: &str = "SELECT office, rule_id, rule,
                              CASE WHEN withdrawal.signal_id IS NULL THEN 'standing' ELSE 'withdrawn' END AS state,
                              COUNT(*), CAST(SUM(at_stake_cents) AS BIGINT)
                       FROM signal LEFT JOIN withdrawal ON withdrawal.signal_id = signal.signal_id
                       GROUP BY office, rule_id, rule, state";
const BY_STATE: &str = "SELECT office, state, COUNT(*) FROM provider_case GROUP BY office, state";
const DUE: &str = "SELECT register, CASE WHEN failures > 0 THEN 'failed' ELSE 'waiting' END AS state, COUNT(*)
                   FROM register_check WHERE due_time <= $1 GROUP BY register, state";
const STATES: &str = "SELECT integrity.office, state, COUNT(*) FROM integrity
                      JOIN screened ON screened.office = integrity.office AND screened.agb = integrity.agb
                                   AND screened.number = integrity.number
                      GROUP BY integrity.office, state";

const OFFICES: &str = "SELECT DISTINCT office FROM signal UNION SELECT DISTINCT office FROM screened";

/// Reads them all.
pub(crate) fn read(tx: &mut Tx, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<Reading>, DatabaseError>> {
    Box::pin(async move {
        let mut readings = Vec::new();
        let rules = fetch_all!(tx, BY_RULE => (String, String, String, String, i64, i64))?;
        for (office, rule_id, rule, state, signals, cents) in rules {
            let of = |reading: Reading| {
                let reading = reading.with("office", office.as_str()).with("rule_id", rule_id.as_str());
                reading.with("rule", rule.as_str())
            };
            if state == "standing" {
                readings.push(of(Reading::euros(&AT_STAKE, cents)));
            }
            readings.push(of(Reading::count(&SIGNALS, signals)).with("state", state));
        }
        let (mut cases, mut checks, mut integrity) = (Table::of(&CASES), Table::of(&CHECKS), Table::of(&INTEGRITY));
        for (office,) in fetch_all!(tx, OFFICES => (String,))? {
            CaseState::ALL.iter().for_each(|state| cases.zero(&[("office", &office), ("state", state.as_str())]));
            let states = IntegrityState::ALL.iter().map(|state| state.as_str());
            states.for_each(|state| integrity.zero(&[("office", &office), ("state", state)]));
        }
        for register in Register::ALL {
            for state in ["waiting", "failed"] {
                checks.zero(&[("register", register.as_str()), ("state", state)]);
            }
        }
        for (office, state, open) in fetch_all!(tx, BY_STATE => (String, String, i64))? {
            cases.count(&[("office", &office), ("state", &state)], open);
        }
        for (register, state, due) in fetch_all!(tx, DUE, now => (String, String, i64))? {
            checks.count(&[("register", &register), ("state", &state)], due);
        }
        for (office, state, providers) in fetch_all!(tx, STATES => (String, String, i64))? {
            integrity.count(&[("office", &office), ("state", &state)], providers);
        }
        readings.extend(cases.into_iter().chain(checks).chain(integrity));
        Ok(readings)
    })
}
