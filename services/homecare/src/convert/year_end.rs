//! The end of a year (HOM-09) between the contract and the domain.

use chrono::{DateTime, Utc};
use contract::homecare as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use money::{Decimal, Money, Percentage};
use uuid::Uuid;

use super::{agreement_type, provider_year, year_page};
use crate::domain::{
    Finding, FindingKind, FindingState, OfficeYear, ProviderYear, Subcontracting, Treatment, YearEnd, YearEndDecision,
    YearEndEntry, YearEndOutcome,
};

/// The decimals of a share.
const SHARE_DECIMALS: u32 = 2;

/// A share of subcontracting that is recorded.
#[derive(Debug)]
pub struct RecordSubcontracting {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// The share.
    pub recorded: Subcontracting,
}

/// Reads a share of subcontracting that is recorded.
pub fn record_subcontracting(request: &proto::RecordSubcontractingRequest) -> Result<RecordSubcontracting, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let name = "share_percentage";
    let share = fields.decimal(name, request.share_percentage.as_ref(), SHARE_DECIMALS);
    let within = share.is_none_or(|share| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&share));
    fields.check(within, name, "must be between 0 and 100");
    let source = fields.text("source", &request.source);
    let source_day = fields.date("source_day", request.source_day.as_ref());
    let (request_id, of, share, source, source_day) = fields.all((request_id, of, share, source, source_day))?;
    let recorded = Subcontracting { share: Percentage(share), source, source_day };
    Ok(RecordSubcontracting { request_id, of, recorded })
}

/// The moment until which what was recorded counts; none for now.
type CutOff = Option<DateTime<Utc>>;

/// Reads which list is prepared, at which cut-off, and which page of it.
pub fn prepare_year_end(request: &proto::PrepareYearEndRequest) -> Result<(OfficeYear, CutOff, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let cut_off = fields.optional_time("cut_off_time", request.cut_off_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let (office, year, cut_off, page) = fields.all((office, year, cut_off, page))?;
    Ok((OfficeYear { office, year }, cut_off, page))
}

/// Reads which year is closed, and at which cut-off.
pub fn close_year(request: &proto::CloseYearRequest) -> Result<(Uuid, OfficeYear, CutOff), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let cut_off = fields.optional_time("cut_off_time", request.cut_off_time.as_ref());
    let (request_id, office, year, cut_off) = fields.all((request_id, office, year, cut_off))?;
    Ok((request_id, OfficeYear { office, year }, cut_off))
}

/// Reads which page of a list is asked.
pub fn list_year_end(request: &proto::ListYearEndRequest) -> Result<(OfficeYear, Page), EdgeError> {
    year_page((&request.office, request.year), (request.page_size, &request.page_token))
}

/// Reads which provider is asked.
pub fn provider_of(request: &proto::GetYearEndEntryRequest) -> Result<ProviderYear, EdgeError> {
    let mut fields = Fields::new();
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    fields.all((of,)).map(|(of,)| of)
}

/// What is to be decided about a provider.
#[derive(Debug)]
pub struct DecideYearEnd {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// What is done.
    pub outcome: YearEndOutcome,
    /// The amount that is reclaimed; nothing unless something is.
    pub amount: Money,
    /// Why.
    pub motivation: String,
}

/// Reads what is to be decided about a provider.
pub fn decide_year_end(request: &proto::DecideYearEndRequest) -> Result<DecideYearEnd, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let outcome = match request.outcome() {
        proto::YearEndOutcome::Reclaim => Some(YearEndOutcome::Reclaim),
        proto::YearEndOutcome::Talk => Some(YearEndOutcome::Talk),
        proto::YearEndOutcome::None => Some(YearEndOutcome::None),
        proto::YearEndOutcome::Unspecified => None,
    };
    fields.check(outcome.is_some(), "outcome", "expected RECLAIM, TALK or NONE");
    let amount = if outcome == Some(YearEndOutcome::Reclaim) {
        let amount = fields.positive_money("amount", request.amount.as_ref());
        fields.check(amount != Some(Money::ZERO), "amount", "must be more than nothing");
        amount
    } else {
        fields.check(request.amount.is_none(), "amount", "is for RECLAIM only");
        Some(Money::ZERO)
    };
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, of, outcome, amount, motivation) = fields.all((request_id, of, outcome, amount, motivation))?;
    Ok(DecideYearEnd { request_id, of, outcome, amount, motivation })
}

/// What was found of a provider.
pub fn findings(findings: &[Finding]) -> Vec<proto::YearEndFinding> {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> proto::YearEndFinding {
    let kind = match finding.kind {
        FindingKind::OverCeiling => proto::YearEndFindingKind::OverCeiling,
        FindingKind::Hours => proto::YearEndFindingKind::Hours,
        FindingKind::Subcontracting => proto::YearEndFindingKind::Subcontracting,
        FindingKind::ClientStop => proto::YearEndFindingKind::ClientStop,
    };
    let state = match finding.state {
        FindingState::Breached => proto::YearEndFindingState::Breached,
        FindingState::Kept => proto::YearEndFindingState::Kept,
        FindingState::NotKnown => proto::YearEndFindingState::NotKnown,
    };
    let treatment = match finding.treatment {
        None => proto::YearEndTreatment::Unspecified,
        Some(Treatment::Reclaim) => proto::YearEndTreatment::Reclaim,
        Some(Treatment::Talk) => proto::YearEndTreatment::Talk,
    };
    proto::YearEndFinding {
        kind: kind.into(),
        state: state.into(),
        amount: finding.amount.and_then(to_proto::money),
        at_stake: to_proto::money(finding.at_stake),
        treatment: treatment.into(),
    }
}

/// A provider on the list, with what was decided about it.
pub fn year_end_entry(entry: &YearEndEntry, decided: Option<&YearEndDecision>) -> proto::YearEndEntry {
    proto::YearEndEntry {
        office: entry.of.office.to_string(),
        agb: entry.of.agb.to_string(),
        year: entry.of.year,
        r#type: agreement_type(entry.kind).into(),
        granted: to_proto::money(entry.granted),
        hours: Some(proto::Hours {
            per_client_month: entry.hours.average().and_then(to_proto::decimal),
            agreed: to_proto::decimal(entry.agreed),
            kept: entry.hours.keeps(entry.agreed),
            total: to_proto::decimal(entry.hours.total()),
            client_months: entry.hours.client_months,
        }),
        findings: findings(&entry.findings),
        at_stake: to_proto::money(entry.at_stake),
        decision_id: entry.decision_id.clone(),
        decision: decided.map(decision),
    }
}

fn decision(decided: &YearEndDecision) -> proto::YearEndDecision {
    let outcome = match decided.outcome {
        YearEndOutcome::Reclaim => proto::YearEndOutcome::Reclaim,
        YearEndOutcome::Talk => proto::YearEndOutcome::Talk,
        YearEndOutcome::None => proto::YearEndOutcome::None,
    };
    proto::YearEndDecision {
        outcome: outcome.into(),
        amount: to_proto::money(decided.amount),
        motivation: decided.motivation.clone(),
        decision_id: decided.decision_id.clone(),
        decided_time: to_proto::time(decided.decided),
    }
}

/// A closed year.
pub fn year_end(end: &YearEnd) -> proto::YearEnd {
    proto::YearEnd {
        office: end.year.office.to_string(),
        year: end.year.year,
        cut_off_time: to_proto::time(end.cut_off),
        closed_time: to_proto::time(end.closed),
        providers: end.providers.cast_signed(),
        with_findings: end.with_findings.cast_signed(),
    }
}
