//! Between contracts and the domain.

use chrono::{DateTime, Utc};
use contract::{common, screening as proto};
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use money::Money;

use crate::domain::{Claim, Evidence, LineKey, Part, Signal, SignalKind};

/// The time unit of a day and a night (etmaal).
const DAY_AND_NIGHT: &str = "14";

/// Reads whose signals are asked: office, provider (empty for all) and page.
pub fn list_signals(request: &proto::ListSignalsRequest) -> Result<(Office, String, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() {
        Some(String::new())
    } else {
        fields.agb("agb", &request.agb).map(|agb| agb.to_string())
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// Reads which signal is asked.
pub fn get_signal(request: &proto::GetSignalRequest) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("signal_id", &request.signal_id);
    fields.all((id,)).map(|(id,)| id)
}

/// Reads a claim file that was made known: office, provider and when it was received.
pub fn claim_file(file: &common::ClaimFile) -> Result<(Office, Agb, DateTime<Utc>), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &file.office);
    let agb = fields.agb("agb", &file.agb);
    let received = fields.optional_time("received_time", file.received_time.as_ref());
    let received = received.and_then(|received| fields.required("received_time", received));
    fields.all((office, agb, received))
}

/// Reads a granted debit line of a file that was made known.
pub fn claim(
    line: &common::ClaimLine,
    key: LineKey,
    agb: Agb,
    granted_time: DateTime<Utc>,
) -> Result<Claim, EdgeError> {
    let mut fields = Fields::new();
    let period = fields.period("period", line.period.as_ref());
    let last_day = period.and_then(|(_, last)| fields.required("period.last_day", last));
    let granted = fields.money("granted", line.granted.as_ref());
    let product = fields.product("product", &line.product);
    let ((first_day, _), last_day, granted, product) = fields.all((period, last_day, granted, product))?;
    Ok(Claim {
        key,
        granted_time,
        agb,
        client: line.client.clone(),
        product,
        first_day,
        last_day,
        granted,
        reference: line.reference.clone(),
        part: part(line, (last_day - first_day).num_days() + 1),
    })
}

/// What part of the care of a client a line is. A package counts as full when it is claimed for every day of its
/// period: part-time stay may go together with modular care.
fn part(line: &common::ClaimLine, days: i64) -> Part {
    match (line.care_profile, line.function_code) {
        (profile, _) if profile != 0 && line.unit == DAY_AND_NIGHT && line.quantity == days => Part::FullPackage,
        (0, function) if function != 0 => Part::Modular,
        _ => Part::Other,
    }
}

/// A signal.
pub fn signal(signal: &Signal) -> proto::Signal {
    let kind = match signal.kind {
        SignalKind::Exact => proto::SignalKind::Exact,
        SignalKind::Signal => proto::SignalKind::Signal,
    };
    let withdrawn = signal.withdrawn.as_ref();
    // What was credited is not at stake any more; what was is in the explanation.
    let at_stake = if withdrawn.is_some() { Money::ZERO } else { signal.at_stake };
    proto::Signal {
        signal_id: signal.signal_id.clone(),
        office: signal.office.to_string(),
        rule_id: signal.rule_id.clone(),
        rule: signal.rule.clone(),
        kind: kind.into(),
        agb: signal.agb.to_string(),
        client: signal.client.clone(),
        product: signal.product.clone(),
        period: to_proto::period(signal.first_day, Some(signal.last_day)),
        at_stake: to_proto::money(at_stake),
        evidence: signal.evidence.iter().map(evidence).collect(),
        raised_time: to_proto::time(signal.raised_time),
        decision_id: signal.decision_id.clone(),
        withdrawn: withdrawn.is_some(),
        withdrawn_time: withdrawn.and_then(|withdrawn| to_proto::time(withdrawn.time)),
        withdrawal_decision_id: withdrawn.map(|withdrawn| withdrawn.decision_id.clone()).unwrap_or_default(),
    }
}

fn evidence(evidence: &Evidence) -> proto::Evidence {
    proto::Evidence {
        service: evidence.key.service.clone(),
        file_id: evidence.key.file_id.clone(),
        detail_number: evidence.key.detail_number,
        agb: evidence.agb.to_string(),
        period: to_proto::period(evidence.first_day, Some(evidence.last_day)),
        granted: to_proto::money(evidence.granted),
        reference: evidence.reference.clone(),
    }
}
