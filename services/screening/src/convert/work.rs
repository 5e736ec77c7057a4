//! The work list between the contract and the domain.

use contract::screening as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};

use crate::{
    decide::score::{Score, ScoreFacts},
    domain::SignalKind,
};

/// Reads whose work list is asked, and which page. Its key is how many came before.
pub fn list_work(request: &proto::ListWorkRequest) -> Result<(Office, usize, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let passed = page.as_ref().and_then(|page| match page.after[0].as_str() {
        "" => Some(0),
        passed => fields.parse::<usize>("page_token", passed),
    });
    let (office, page, passed) = fields.all((office, page, passed))?;
    Ok((office, passed, page))
}

/// A provider to look at.
pub fn work_item(facts: &ScoreFacts, score: &Score) -> proto::WorkItem {
    let count = |kind: SignalKind| {
        facts.signals.iter().filter(|signals| signals.kind == kind).map(|signals| signals.count).sum()
    };
    proto::WorkItem {
        office: facts.office.to_string(),
        agb: facts.agb.to_string(),
        exact_signals: count(SignalKind::Exact),
        other_signals: count(SignalKind::Signal),
        at_stake: to_proto::money(score.at_stake),
        integrity: facts.integrity.to_proto(),
        score: to_proto::decimal(score.points),
        priority: to_proto::decimal(score.priority),
        in_cases: facts.signals.iter().map(|signals| signals.in_cases).sum(),
    }
}
