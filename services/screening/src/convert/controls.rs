//! Controls between the contract and the domain.

use chrono::NaiveDate;
use contract::screening as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use crate::{
    decide::control::{StratumFact, StratumPlan},
    domain::{ControlKind, SampleMethod},
    store::{Concluded, Control, SampleLine},
};

/// Beginnings of products, at most.
const PRODUCTS: usize = 100;
/// Boundaries between parts of a population, at most.
const BOUNDARIES: usize = 9;
/// Errors that a sample may be planned to bear.
const EXPECTED: u64 = 100;
/// Results in a call, at most.
const RESULTS: usize = 1_000;
/// Hexadecimal digits of a seed.
const SEED: usize = 64;
/// The services that grant lines.
const SERVICES: [&str; 2] = ["budget", "homecare"];

/// A control to be planned.
#[derive(Clone, Debug)]
pub struct PlanControl {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The kind of control.
    pub kind: ControlKind,
    /// How lines are drawn.
    pub method: SampleMethod,
    /// The service that granted the lines.
    pub service: String,
    /// The provider; none for all.
    pub agb: Option<Agb>,
    /// The days on which care of a line began.
    pub period: (NaiveDate, NaiveDate),
    /// Beginnings of products.
    pub products: Vec<String>,
    /// Amounts that divide the population.
    pub boundaries: Vec<Money>,
    /// The general risk analysis and its day.
    pub risk_analysis: (String, Option<NaiveDate>),
    /// The specific plan.
    pub plan: String,
    /// The medical adviser.
    pub medical_adviser: String,
    /// Errors that the sample bears.
    pub expected_errors: u64,
    /// The seed; empty to have one made.
    pub seed: String,
}

/// Reads a control to be planned.
pub fn plan_control(request: &proto::PlanControlRequest) -> Result<PlanControl, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let kind = ControlKind::from_proto(request.kind);
    fields.check(kind.is_some(), "kind", "expected a kind of control");
    let method = SampleMethod::from_proto(request.method);
    fields.check(method.is_some(), "method", "expected a way to draw");
    let known = SERVICES.contains(&request.service.as_str());
    let service = fields.check(known, "service", format!("expected one of {}", SERVICES.join(", ")));
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let period = fields.period("period", request.period.as_ref());
    let last = period.and_then(|(_, last)| fields.required("period.last_day", last));
    let period = period.zip(last).map(|((first, _), last)| (first, last));
    let products = products(&mut fields, &request.products);
    let boundaries = boundaries(&mut fields, request);
    let analysed = fields.optional_date("risk_analysed", request.risk_analysed.as_ref());
    let analysis = optional_text(&mut fields, "risk_analysis", &request.risk_analysis);
    let plan = fields.text("plan", &request.plan);
    let adviser = optional_text(&mut fields, "medical_adviser", &request.medical_adviser);
    let expected = u64::try_from(request.expected_errors).ok().filter(|errors| *errors <= EXPECTED);
    fields.check(expected.is_some(), "expected_errors", format!("expected 0 to {EXPECTED}"));
    let seed = seed(&mut fields, &request.seed);
    let how = (kind.zip(method), service.zip(agb), period, products.zip(boundaries), analysis.zip(analysed));
    let (how, which, period, population, analysis) = how;
    let (plan, drawn) = (plan.zip(adviser), expected.zip(seed));
    let wanted = fields.all((id, office, how, which, period, population, analysis, plan, drawn))?;
    let (request_id, office, (kind, method), ((), agb), period, (products, boundaries), analysis, plan, drawn) = wanted;
    let ((plan, medical_adviser), (expected_errors, seed)) = (plan, drawn);
    Ok(PlanControl {
        request_id,
        office,
        kind,
        method,
        service: request.service.clone(),
        agb,
        period,
        products,
        boundaries,
        risk_analysis: analysis,
        plan,
        medical_adviser,
        expected_errors,
        seed,
    })
}

fn optional_text(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    if text.is_empty() { Some(String::new()) } else { fields.text(field, text) }
}

fn products(fields: &mut Fields, products: &[String]) -> Option<Vec<String>> {
    fields.check(products.len() <= PRODUCTS, "products", format!("expected at most {PRODUCTS}"))?;
    let read = |(place, product): (usize, &String)| fields.product(&format!("products[{place}]"), product);
    products.iter().enumerate().map(read).collect::<Vec<_>>().into_iter().collect()
}

fn boundaries(fields: &mut Fields, request: &proto::PlanControlRequest) -> Option<Vec<Money>> {
    let few = request.boundaries.len() <= BOUNDARIES;
    fields.check(few, "boundaries", format!("expected at most {BOUNDARIES}"))?;
    let read = |(place, amount): (usize, _)| fields.positive_money(&format!("boundaries[{place}]"), Some(amount));
    let amounts: Vec<Option<Money>> = request.boundaries.iter().enumerate().map(read).collect();
    let amounts: Vec<Money> = amounts.into_iter().collect::<Option<_>>()?;
    let ascending = amounts.is_sorted_by(|one, next| one < next) && amounts.iter().all(|amount| *amount > Money::ZERO);
    fields.check(ascending, "boundaries", "expected amounts above nothing, each larger than the one before")?;
    Some(amounts)
}

fn seed(fields: &mut Fields, seed: &str) -> Option<String> {
    let digits = seed.len() == SEED && seed.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    fields.check(seed.is_empty() || digits, "seed", format!("expected {SEED} hexadecimal digits, or nothing"))?;
    Some(seed.to_owned())
}

/// Reads which control is asked.
pub fn control_of(control_id: &str) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("control_id", control_id);
    fields.all((id,)).map(|(id,)| id)
}

/// Reads whose controls are asked, and which page.
pub fn list_controls(request: &proto::ListControlsRequest) -> Result<(Office, String, Page), EdgeError> {
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

/// Reads which lines of a sample are asked: the control, and the place they come after.
pub fn list_control_lines(request: &proto::ListControlLinesRequest) -> Result<(String, i64, Page), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("control_id", &request.control_id);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let after = page.as_ref().and_then(|page| match page.after[0].as_str() {
        "" => Some(0),
        place => fields.parse::<i64>("page_token", place),
    });
    let (id, page, after) = fields.all((id, page, after))?;
    Ok((id, after, page))
}

/// What was found of lines.
#[derive(Clone, Debug)]
pub struct Results {
    /// The request.
    pub request_id: Uuid,
    /// The control.
    pub control_id: String,
    /// By place in the sample: what is right, and why.
    pub results: Vec<(i64, Money, String)>,
}

/// Reads what was found of lines.
pub fn record_results(request: &proto::RecordControlResultsRequest) -> Result<Results, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let control_id = fields.id("control_id", &request.control_id);
    let some = (1..=RESULTS).contains(&request.results.len());
    fields.check(some, "results", format!("expected 1 to {RESULTS}"));
    let mut results = Vec::with_capacity(request.results.len());
    for (at, result) in request.results.iter().enumerate() {
        let right = fields.positive_money(&format!("results[{at}].right"), result.right.as_ref());
        let why = optional_text(&mut fields, &format!("results[{at}].motivation"), &result.motivation);
        let once = request.results.iter().take(at).all(|earlier| earlier.place != result.place);
        fields.check(once, &format!("results[{at}].place"), "is there twice");
        if let (Some(right), Some(why)) = (right, why) {
            results.push((result.place, right, why));
        }
    }
    let (request_id, control_id) = fields.all((request_id, control_id))?;
    Ok(Results { request_id, control_id, results })
}

/// Reads which control is to be concluded.
pub fn conclude_control(request: &proto::ConcludeControlRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let control = fields.id("control_id", &request.control_id);
    fields.all((id, control))
}

/// A control.
pub fn control(control: &Control) -> proto::Control {
    let Control { control_id, facts, plan, drawn_lines, results, decision_id, concluded } = control;
    let scope = &facts.scope;
    proto::Control {
        control_id: control_id.clone(),
        office: scope.office.to_string(),
        kind: facts.kind.to_proto(),
        method: facts.method.to_proto(),
        service: scope.service.clone(),
        agb: scope.agb.map(|agb| agb.to_string()).unwrap_or_default(),
        period: to_proto::period(scope.first_day, Some(scope.last_day)),
        products: scope.products.clone(),
        risk_analysis: facts.risk_analysis.clone(),
        risk_analysed: facts.risk_analysed.and_then(to_proto::date),
        plan: facts.plan.clone(),
        medical_adviser: facts.medical_adviser.clone(),
        seed: facts.seed.clone(),
        confidence: to_proto::decimal(plan.confidence.0),
        accuracy: to_proto::decimal(plan.accuracy.0),
        cutoff_time: to_proto::time(scope.cutoff),
        population_sha256: facts.population_sha256.clone(),
        strata: facts.strata.iter().zip(&plan.strata).map(stratum).collect(),
        drawn_lines: *drawn_lines,
        results: *results,
        decision_id: decision_id.clone(),
        conclusion: concluded.as_ref().map(conclusion),
    }
}

fn stratum((fact, plan): (&StratumFact, &StratumPlan)) -> proto::ControlStratum {
    proto::ControlStratum {
        from: to_proto::money(fact.from),
        below: fact.below.and_then(to_proto::money),
        lines: fact.lines.cast_signed(),
        amount: to_proto::money(fact.amount),
        draws: plan.draws.cast_signed(),
        interval: to_proto::money(plan.interval),
        everything: plan.everything,
    }
}

fn conclusion(concluded: &Concluded) -> proto::ControlConclusion {
    let conclusion = &concluded.conclusion;
    proto::ControlConclusion {
        wrong_lines: conclusion.wrong_lines.cast_signed(),
        established: to_proto::money(conclusion.established),
        low: to_proto::decimal(conclusion.bounds.low),
        likely: to_proto::decimal(conclusion.bounds.likely),
        high: to_proto::decimal(conclusion.bounds.high),
        reached: conclusion.reached,
        concluded_by: concluded.by.clone(),
        concluded_time: to_proto::time(concluded.time),
        decision_id: concluded.decision_id.clone(),
    }
}

/// A line of a sample.
pub fn control_line(line: &SampleLine) -> proto::ControlLine {
    let drawn = &line.drawn;
    let of = &drawn.line;
    let (right, motivation, recorded_by) = match &line.result {
        None => (None, String::new(), String::new()),
        Some((right, why, by)) => (to_proto::money(*right), why.clone(), by.clone()),
    };
    proto::ControlLine {
        place: line.place,
        stratum: i32::try_from(drawn.stratum + 1).unwrap_or(i32::MAX),
        certain: drawn.certain,
        service: of.key.service.clone(),
        file_id: of.key.file_id.clone(),
        detail_number: of.key.detail_number,
        agb: of.agb.to_string(),
        product: of.product.clone(),
        period: to_proto::period(of.first_day, Some(of.last_day)),
        granted: to_proto::money(of.granted),
        reference: of.reference.clone(),
        right,
        motivation,
        recorded_by,
    }
}
