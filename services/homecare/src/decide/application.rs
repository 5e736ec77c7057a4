//! Applications (HOM-08, HOM-12): whether one is considered, and what is decided on its impact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, Parameter, Rules, Trace, Window};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{AgreementType, ApplicationKind, ProviderYear},
    rules,
};

/// What an application is considered on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// Whether the insurer is the preferred one of the region.
    pub preferred: bool,
    /// What the provider declares.
    pub declared: Vec<String>,
    /// The type of its agreement of that year, or else of the year before; none without either.
    pub agreement: Option<AgreementType>,
    /// When it was filed.
    pub as_of: DateTime<Utc>,
}

/// Until when something is applied for; none where no policy names a last day.
fn deadline(kind: ApplicationKind, preferred: bool) -> Option<&'static Parameter<Window>> {
    match kind {
        ApplicationKind::Innovation => Some(&rules::INNOVATION_UNTIL),
        ApplicationKind::SharedSavings => Some(&rules::SHARED_SAVINGS_UNTIL),
        ApplicationKind::NightCare if preferred => Some(&rules::NIGHT_CARE_UNTIL_PREFERRED),
        ApplicationKind::NightCare => Some(&rules::NIGHT_CARE_UNTIL),
        ApplicationKind::Technology | ApplicationKind::WorkingDifferently => None,
    }
}

fn requirements(kind: ApplicationKind) -> &'static Parameter<Vec<Arc<str>>> {
    match kind {
        ApplicationKind::Innovation => &rules::INNOVATION_REQUIREMENTS,
        ApplicationKind::SharedSavings => &rules::SHARED_SAVINGS_REQUIREMENTS,
        ApplicationKind::NightCare => &rules::NIGHT_CARE_REQUIREMENTS,
        ApplicationKind::Technology => &rules::TECHNOLOGY_REQUIREMENTS,
        ApplicationKind::WorkingDifferently => &rules::WORKING_DIFFERENTLY_REQUIREMENTS,
    }
}

/// Whether an application is considered: in time, with an agreement of a type that can apply, and with all that is asked.
///
/// # Errors
/// When a parameter has no value.
pub fn considered(facts: &ApplicationFacts, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    let scope = facts.of.scope();
    let kind = Known::request("kind", facts.kind.as_str());
    let filed = Known::request("request", facts.as_of);
    let mut considered = true;
    match deadline(facts.kind, facts.preferred) {
        Some(parameter) => {
            let window = rules.get(parameter, &scope)?;
            let in_time = window.until.is_met_by(facts.as_of);
            considered &= in_time;
            let until = window.map(|window| window.until.moment());
            let step = trace.step(&rules::APPLICATION_DEADLINE).with("kind", &kind).with("filed", &filed);
            step.with("until", &until).gives(in_time);
        }
        None => {
            trace.step(&rules::APPLICATION_NO_DEADLINE).with("kind", &kind).with("filed", &filed).gives(true);
        }
    }
    let types = rules.get(&rules::APPLICATION_TYPES, &scope)?;
    let own = facts.agreement.map_or("none", AgreementType::as_str);
    let may = types.iter().any(|one| &**one == own);
    considered &= may;
    let own = Known::fact(NAME, "agreement", facts.as_of, own);
    trace.step(&rules::APPLICATION_TYPE).with("type", &own).with("types", &types).gives(may);
    let asked = rules.get(requirements(facts.kind), &scope)?;
    let missing: Vec<Arc<str>> =
        asked.iter().filter(|code| !facts.declared.iter().any(|said| **said == ***code)).cloned().collect();
    if missing.is_empty() {
        trace.step(&rules::APPLICATION_DECLARED).with("asked", &asked).gives(true);
    } else {
        considered = false;
        trace.step(&rules::APPLICATION_LACKS).with("asked", &asked).gives(missing);
    }
    Ok(considered)
}

/// What a decision on an application is taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpactFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The application.
    pub application_id: String,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// The amount that was asked.
    pub amount: Money,
    /// The amount that is granted; none for a refusal.
    pub granted: Option<Money>,
    /// The impact, as the decider sees it.
    pub impact: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells a decision on an application.
///
/// # Errors
/// `MORE_THAN_ASKED` when more is granted than was asked.
pub fn explain_impact(facts: &ImpactFacts, trace: &mut Trace) -> Result<(), EdgeError> {
    let kind = Known::fact(NAME, "application", facts.as_of, facts.kind.as_str());
    let asked = Known::fact(NAME, "application", facts.as_of, facts.amount);
    let impact = Known::request("impact", facts.impact.clone());
    let step = match facts.granted {
        Some(granted) if granted > facts.amount => {
            return Err(EdgeError::Precondition {
                reason: "MORE_THAN_ASKED",
                subject: facts.of.to_string(),
                message: format!("{granted} is more than the {} that was asked", facts.amount),
            });
        }
        Some(_) => trace.step(&rules::APPLICATION_GRANTED),
        None => trace.step(&rules::APPLICATION_REFUSED),
    };
    let step = step.with("kind", &kind).with("asked", &asked).with("impact", &impact);
    step.gives(facts.granted.unwrap_or(Money::ZERO));
    Ok(())
}

#[cfg(test)]
mod tests {
    use explain::RuleFile;

    use super::*;

    fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn filed(kind: ApplicationKind, at: &str) -> ApplicationFacts {
        let rules = built_in();
        let of = ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 };
        let declared = rules.get(requirements(kind), &of.scope()).unwrap().iter().map(ToString::to_string).collect();
        let agreement = Some(AgreementType::Standard);
        ApplicationFacts { of, kind, preferred: false, declared, agreement, as_of: at.parse().unwrap() }
    }

    fn holds(facts: &ApplicationFacts) -> bool {
        considered(facts, &built_in(), &mut Trace::new()).unwrap()
    }

    #[test]
    fn hom_08_each_kind_has_its_last_day() {
        // The last second of the day in the Netherlands, and the first of the next.
        let days = [
            (ApplicationKind::Innovation, false, "2023-12-22T22:59:59Z", "2023-12-22T23:00:00Z"),
            (ApplicationKind::SharedSavings, false, "2023-09-01T21:59:59Z", "2023-09-01T22:00:00Z"),
            (ApplicationKind::NightCare, true, "2023-05-01T21:59:59Z", "2023-05-01T22:00:00Z"),
            (ApplicationKind::NightCare, false, "2023-07-01T21:59:59Z", "2023-07-01T22:00:00Z"),
        ];
        for (kind, preferred, last, late) in days {
            assert!(holds(&ApplicationFacts { preferred, ..filed(kind, last) }), "{kind:?}");
            assert!(!holds(&ApplicationFacts { preferred, ..filed(kind, late) }), "{kind:?}");
        }
    }

    #[test]
    fn hom_08_a_zzp_agreement_cannot_apply_and_without_one_neither() {
        let facts = filed(ApplicationKind::Innovation, "2023-12-01T10:00:00Z");
        assert!(holds(&ApplicationFacts { agreement: Some(AgreementType::Plus), ..facts.clone() }));
        assert!(!holds(&ApplicationFacts { agreement: Some(AgreementType::Zzp), ..facts.clone() }));
        assert!(!holds(&ApplicationFacts { agreement: None, ..facts }));
    }

    #[test]
    fn hom_12_technology_needs_every_declaration_and_knows_no_last_day() {
        let facts = filed(ApplicationKind::Technology, "2024-08-01T10:00:00Z");
        assert!(holds(&facts));
        for left_out in 0..facts.declared.len() {
            let mut less = facts.clone();
            less.declared.remove(left_out);
            assert!(!holds(&less), "without {}", facts.declared[left_out]);
        }
    }
}
