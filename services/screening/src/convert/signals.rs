//! Signals: what is asked of them, and how they are answered.

use contract::screening as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use money::Money;

use crate::domain::{Evidence, Signal, SignalFilter, SignalKind};

/// Reads which signals are asked, and which page.
pub fn list_signals(request: &proto::ListSignalsRequest) -> Result<(SignalFilter, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() {
        Some(String::new())
    } else {
        fields.agb("agb", &request.agb).map(|agb| agb.to_string())
    };
    let rule = if request.rule.is_empty() { Some(String::new()) } else { fields.id("rule", &request.rule) };
    let kind = match proto::SignalKind::try_from(request.kind) {
        Ok(proto::SignalKind::Unspecified) => Some(""),
        Ok(proto::SignalKind::Exact) => Some(SignalKind::Exact.as_str()),
        Ok(proto::SignalKind::Signal) => Some(SignalKind::Signal.as_str()),
        Err(_) => None,
    };
    fields.check(kind.is_some(), "kind", "expected SIGNAL_KIND_EXACT or SIGNAL_KIND_SIGNAL, or none for both");
    let minimum = match &request.minimum_at_stake {
        None => Some(Money::ZERO),
        some => fields.positive_money("minimum_at_stake", some.as_ref()),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let (office, agb, rule, kind, minimum, page) = fields.all((office, agb, rule, kind, minimum, page))?;
    let standing_only = request.standing_only;
    Ok((SignalFilter { office, agb, rule, kind: kind.to_owned(), standing_only, minimum }, page))
}

/// Reads which signal is asked.
pub fn get_signal(request: &proto::GetSignalRequest) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("signal_id", &request.signal_id);
    fields.all((id,)).map(|(id,)| id)
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
        agb: signal.agb.map(|agb| agb.to_string()).unwrap_or_default(),
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
