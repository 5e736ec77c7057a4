//! What is awarded on an admissible registration: product by product (REG-15), for how long (REG-11), under which
//! conditions (REG-10).

use explain::{Check, Known, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{
    AssessmentFacts,
    check::{Outcome, Tester},
    checks,
    clarification::clarified,
    duties::conditions,
    evidence::Evidence,
    term::term,
};
use crate::{
    NAME,
    domain::{Award, Category, Refusal, RefusalGround, Terms},
    error::Error,
    rules,
};

/// What an award is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardFacts {
    /// What the registration was assessed from.
    pub assessment: AssessmentFacts,
    /// The category it was found to be of.
    pub category: Category,
    /// What is to be awarded. Without a last day, as long as the rules give.
    pub terms: Terms,
    /// Why the rest is refused.
    pub refusals: Vec<Refusal>,
}

/// Decides an award, or tells why it can't be given, by field of the request.
///
/// # Errors
/// A parameter without a value.
pub fn award(
    facts: &AwardFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Result<Award, Vec<(String, String)>>, Error> {
    let assessment = &facts.assessment;
    let mut violations = period_violations(facts);
    let supplements = clarified(assessment, rules, &mut Trace::new())?.supplements;
    let evidence = Evidence::new(assessment, |index| supplements[index]);
    let tester = Tester { facts: assessment, evidence: &evidence, category: facts.category };
    let mut refusals = Vec::new();
    let content = &assessment.content;
    let asked = [
        ("products", &content.products, &facts.terms.products, covers as fn(&Check, &str) -> bool),
        ("modules", &content.modules, &facts.terms.modules, is_module),
    ];
    for (field, asked, awarded, belongs) in asked {
        let not_asked = awarded.iter().enumerate().filter(|(_, product)| !asked.contains(product));
        violations.extend(
            not_asked.map(|(index, product)| (format!("{field}[{index}]"), format!("{product} was not asked for"))),
        );
        for product in asked {
            let unmet = unmet(&tester, rules, trace, |check| belongs(check, product));
            let at = awarded.iter().position(|awarded| awarded == product);
            match one(facts, (product, at), unmet, trace) {
                Ok(refusal) => refusals.extend(refusal),
                Err(problem) => {
                    let field = at.map_or_else(|| "refusals".to_owned(), |at| format!("{field}[{at}]"));
                    violations.push((field, problem));
                }
            }
        }
    }
    let term = term(facts, rules, trace)?;
    let last_day = facts.terms.last_day.or(term.as_ref().map(|term| term.last));
    if let (Some(term), Some(last)) = (&term, last_day)
        && term.last < last
    {
        violations.push(("period.last_day".to_owned(), format!("is past {}, the end of the term (REG-11)", term.last)));
    }
    let due = conditions(&tester, facts.terms.first_day, rules, trace);
    if !violations.is_empty() {
        return Ok(Err(violations));
    }
    let conditional = !due.is_empty();
    let text = if conditional { &rules::AWARDED_CONDITIONALLY } else { &rules::AWARDED };
    let count = |count: usize| Known::fact(NAME, "award", assessment.as_of, u32::try_from(count).unwrap_or(u32::MAX));
    let step = trace.step(text).with("products", &count(facts.terms.products.len()));
    let step = step.with("refused", &count(refusals.len())).with("conditions", &count(due.len()));
    step.gives(if conditional { "agreement_under_conditions" } else { "agreement" });
    let extension = term.and_then(|term| term.extension);
    Ok(Ok(Award { terms: Terms { last_day, ..facts.terms.clone() }, refusals, conditional, extension }))
}

fn period_violations(facts: &AwardFacts) -> Vec<(String, String)> {
    let (year_start, year_end) = facts.assessment.round.days();
    let Terms { first_day, last_day, .. } = facts.terms;
    let overlaps = first_day <= year_end && last_day.is_none_or(|last| year_start <= last);
    let problem =
        || ("period".to_owned(), format!("has no day in {}, the year of the round", facts.assessment.round.year));
    (!overlaps).then(problem).into_iter().collect()
}

/// Whether a requirement is a condition of a product.
pub fn covers(check: &Check, product: &str) -> bool {
    check.products.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => product.starts_with(beginning),
        None => **pattern == *product,
    })
}

fn is_module(check: &Check, module: &str) -> bool {
    check.products.is_empty() && check.module.as_deref() == Some(module)
}

/// The conditions that are not met, by their keys.
fn unmet(tester: &Tester<'_>, rules: &Rules, trace: &mut Trace, belongs: impl Fn(&Check) -> bool) -> Vec<String> {
    let own = checks(&tester.facts.round, rules).filter(|check| belongs(check) && tester.holds(check));
    let own: Vec<&Check> = own.filter(|check| &*check.ground != "signal").collect();
    let unmet = own.into_iter().filter(|check| tester.test(check, trace) != Outcome::Met);
    unmet.map(|check| check.key.to_string()).collect()
}

/// Tells what becomes of one product or module: nothing more when it is awarded, else the refusal.
///
/// # Errors
/// Why it can't be awarded, or that it is neither awarded nor refused.
fn one(
    facts: &AwardFacts,
    (product, awarded): (&String, Option<usize>),
    conditions: Vec<String>,
    trace: &mut Trace,
) -> Result<Option<Refusal>, String> {
    let as_of = facts.assessment.as_of;
    let asked = Known::fact(NAME, "registration", as_of, product.clone());
    let told = Known::fact(NAME, "registration", as_of, conditions.join(", "));
    if awarded.is_some() {
        if !conditions.is_empty() {
            return Err(format!("{product} has conditions that are not met: {} (REG-15)", conditions.join(", ")));
        }
        trace.step(&rules::PRODUCT_AWARDED).with("product", &asked).gives(true);
        return Ok(None);
    }
    if !conditions.is_empty() {
        trace.step(&rules::PRODUCT_CONDITIONS).with("product", &asked).with("conditions", &told).gives(false);
        let (product, ground) = (product.clone(), RefusalGround::Conditions);
        return Ok(Some(Refusal { product, ground, motivation: String::new(), conditions }));
    }
    let refusal = facts.refusals.iter().find(|refusal| refusal.product == *product);
    let refusal = refusal.ok_or_else(|| format!("{product} was asked for, and is neither awarded nor refused"))?;
    let text = match refusal.ground {
        RefusalGround::Conditions => return Err(format!("the conditions of {product} are met")),
        RefusalGround::SufficientSupply => &rules::PRODUCT_SUPPLY,
        RefusalGround::Other => &rules::PRODUCT_OTHER,
    };
    let motivation = Known::request("refusals", refusal.motivation.clone());
    trace.step(text).with("product", &asked).with("motivation", &motivation).gives(false);
    Ok(Some(refusal.clone()))
}

/// What an award leaves out of what was asked for.
pub fn left_out(award: &Award) -> Vec<&str> {
    award.refusals.iter().map(|refusal| refusal.product.as_str()).collect()
}

#[cfg(test)]
mod tests;
