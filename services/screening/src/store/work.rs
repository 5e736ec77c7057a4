//! Standing signals by provider, for the work list.

use std::collections::BTreeMap;

use database::{Tx, fetch_all};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::{
    decide::score::RuleSignals,
    domain::{IntegrityState, SignalKind},
};

// A signal counts for the provider whose line was granted last; one without lines of a provider counts for nobody,
// nor does one that people found to be nothing. What a closed case was about is at stake no more.
const STANDING: &str = "SELECT signal.agb, rule, kind, COUNT(*) AS signals,
        CAST(SUM(CASE WHEN provider_case.state = 'closed' THEN 0 ELSE at_stake_cents END) AS BIGINT) AS at_stake_cents,
        COUNT(CASE WHEN provider_case.state <> 'closed' THEN 1 END) AS in_cases
    FROM signal LEFT JOIN withdrawal ON withdrawal.signal_id = signal.signal_id
    LEFT JOIN case_signal ON case_signal.signal_id = signal.signal_id
    LEFT JOIN provider_case ON provider_case.case_id = case_signal.case_id
    WHERE signal.office = $1 AND ($2 = '' OR signal.agb = $2) AND signal.agb <> '' AND withdrawal.signal_id IS NULL
      AND COALESCE(case_signal.disposition, '') <> 'unfounded'
    GROUP BY signal.agb, rule, kind ORDER BY signal.agb, rule, kind";
const STATES: &str = "SELECT integrity.agb, state FROM integrity
    JOIN screened ON screened.office = integrity.office AND screened.agb = integrity.agb
                 AND screened.number = integrity.number
    WHERE integrity.office = $1 AND ($2 = '' OR integrity.agb = $2)";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    rule: String,
    kind: String,
    signals: i64,
    at_stake_cents: i64,
    in_cases: i64,
}

/// The standing signals of providers by rule, and what the integrity of each comes to; of one, or of all who have any.
pub async fn standing_by_provider(
    tx: &mut Tx,
    office: &Office,
    of: Option<Agb>,
) -> Result<BTreeMap<Agb, (Vec<RuleSignals>, IntegrityState)>, EdgeError> {
    let one = of.map(|of| of.to_string()).unwrap_or_default();
    let mut providers: BTreeMap<Agb, (Vec<RuleSignals>, IntegrityState)> = BTreeMap::new();
    if let Some(of) = of {
        providers.insert(of, (Vec::new(), IntegrityState::Pending));
    }
    for row in fetch_all!(tx, STANDING, office.as_str(), &one => Row)? {
        let kind = SignalKind::from_code(&row.kind).ok_or_else(|| stored("a kind of signal"))?;
        let at_stake = Money::from_cents(row.at_stake_cents);
        let entry = providers.entry(agb(&row.agb)?).or_insert((Vec::new(), IntegrityState::Pending));
        entry.0.push(RuleSignals { rule: row.rule, kind, count: row.signals, at_stake, in_cases: row.in_cases });
    }
    for (of, state) in fetch_all!(tx, STATES, office.as_str(), &one => (String, String))? {
        if let Some(entry) = providers.get_mut(&agb(&of)?) {
            entry.1 = IntegrityState::from_code(&state).ok_or_else(|| stored("a state of integrity"))?;
        }
    }
    Ok(providers)
}
