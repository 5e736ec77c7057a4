//! The claim rules: what is asked of them, and how they are shown.

use chrono::NaiveDate;
use contract::screening as proto;
use edge::{EdgeError, Fields, Office};
use explain::{Language, Origin, RuleScope, Rules};
use uuid::Uuid;

use crate::{
    decide::claim_rules::{ClaimRule, Evaluate, Family, Need},
    domain::SignalKind,
};

/// What is to be tried.
#[derive(Clone, Debug)]
pub struct TryRules {
    /// The office.
    pub office: Office,
    /// The rule file that is replaced.
    pub file_name: String,
    /// The text that replaces it.
    pub text: String,
    /// Only what is about these days.
    pub period: (NaiveDate, NaiveDate),
}

/// Reads whose rules are asked, and those of which day.
pub fn list_claim_rules(
    request: &proto::ListClaimRulesRequest,
    today: NaiveDate,
) -> Result<(Office, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let date = fields.optional_date("date", request.date.as_ref());
    let (office, date) = fields.all((office, date))?;
    Ok((office, date.unwrap_or(today)))
}

/// Reads which office is to be evaluated.
pub fn run_claim_rules(request: &proto::RunClaimRulesRequest) -> Result<Office, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    fields.all((id, office)).map(|(_, office)| office)
}

/// Reads what is to be tried.
pub fn try_claim_rules(request: &proto::TryClaimRulesRequest) -> Result<TryRules, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let file_name = fields.id("file_name", &request.file_name);
    let period = fields.period("period", request.period.as_ref());
    let last = period.and_then(|(_, last)| fields.required("period.last_day", last));
    let (office, file_name, (first, _), last) = fields.all((office, file_name, period, last))?;
    Ok(TryRules { office, file_name, text: request.text.clone(), period: (first, last) })
}

/// Reads which rule file is to be tried in the shadow: request, and office, name and text of the file.
pub fn start_shadow(request: &proto::StartShadowRequest) -> Result<(Uuid, (Office, String, String)), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let file_name = fields.id("file_name", &request.file_name);
    let (id, office, file_name) = fields.all((id, office, file_name))?;
    Ok((id, (office, file_name, request.text.clone())))
}

/// Reads whose shadow is to be stopped.
pub fn stop_shadow(request: &proto::StopShadowRequest) -> Result<(Uuid, Office), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    fields.all((id, office))
}

/// Reads whose shadow is asked about.
pub fn get_shadow_report(request: &proto::GetShadowReportRequest) -> Result<Office, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    fields.all((office,)).map(|(office,)| office)
}

/// The word of a family, as the rule files have it.
fn family(family: Family) -> &'static str {
    match family {
        Family::Double => "double",
        Family::Death => "death",
        Family::Lvg => "lvg",
        Family::Supplements => "supplements",
        Family::Palliative => "palliative",
        Family::Treatment => "treatment",
        Family::CareForms => "care_forms",
        Family::HomeCare => "home_care",
    }
}

fn source(origin: &Origin) -> String {
    match origin {
        Origin::Parameter { source, .. } => source.to_string(),
        _ => String::new(),
    }
}

/// A rule with what is in force of it. Home care is of the Zvw, the rest of the Wlz.
pub fn claim_rule<'a>(
    rule: &ClaimRule,
    rules: &Rules,
    scope: &impl Fn(&'static str) -> RuleScope<'a>,
) -> proto::ClaimRule {
    let scope = scope(if rule.family == Family::HomeCare { "zvw" } else { "wlz" });
    let judged = rule.words.judges(rules, &scope);
    let kind = rules.get(&rule.words.kind, &scope).ok();
    let shown = match kind.as_ref().and_then(|kind| SignalKind::from_code(kind)) {
        Some(SignalKind::Exact) => proto::SignalKind::Exact,
        Some(SignalKind::Signal) => proto::SignalKind::Signal,
        None => proto::SignalKind::Unspecified,
    };
    let level = match rule.evaluate {
        Evaluate::Client(_) => proto::ClaimRuleLevel::Client,
        Evaluate::Provider(_) => proto::ClaimRuleLevel::Provider,
    };
    let (dutch, english) = rules.text(rule.words.about.rule, rule.words.about.key).unwrap_or_default();
    proto::ClaimRule {
        rule: rule.words.id.to_owned(),
        family: family(rule.family).to_owned(),
        level: level.into(),
        live: judged.is_some(),
        kind: shown.into(),
        source: kind.map(|kind| source(&kind.origin)).unwrap_or_default(),
        text_nl: dutch.to_owned(),
        text_en: english.to_owned(),
        values: rule.needs.iter().map(|need| value(*need, rules, &scope)).collect(),
    }
}

fn value(need: Need, rules: &Rules, scope: &RuleScope<'_>) -> proto::ClaimRuleValue {
    let name = need.name().to_owned();
    match need.value(rules, scope) {
        Ok(known) => {
            let value = known.render(Language::English);
            proto::ClaimRuleValue { name, value, source: source(&known.origin), missing: false }
        }
        Err(_) => proto::ClaimRuleValue { name, missing: true, ..proto::ClaimRuleValue::default() },
    }
}
