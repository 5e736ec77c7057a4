//! Whether a registration is taken into consideration.

use explain::{Rules, Trace};

use super::{AssessmentFacts, category::category, completeness::completeness, deadline::deadline};
use crate::{
    domain::{Category, Reason},
    error::Error,
    rules,
};

/// What an assessment comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The provider's category.
    pub category: Category,
    /// Why it is not taken into consideration; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Assesses a registration: in time, then complete, with every reason of both. The category comes before, since it says
/// which deadline and which documents apply.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub fn assess(facts: &AssessmentFacts, rules: &Rules, trace: &mut Trace) -> Result<Outcome, Error> {
    let category = category(facts, rules, trace)?;
    let (in_time, late) = deadline(facts, category.value, rules, trace)?;
    let (complete, missing) = completeness(facts, &category, rules, trace)?;
    let reasons: Vec<Reason> = late.into_iter().chain(missing).collect();
    let text = if reasons.is_empty() { &rules::ADMISSIBLE } else { &rules::NOT_CONSIDERED };
    let step = trace.step(text).with("in_time", &in_time).with("complete", &complete);
    step.gives(if reasons.is_empty() { "admissible" } else { "not_considered" });
    Ok(Outcome { category: category.value, reasons })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use explain::{Facts, Language};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::fixture::{NEW, agreement, built_in, day, home_care, utc, with, wlz},
        domain::{Agreement, DocumentKind},
    };

    /// The documents of each category in a Wlz round.
    fn documents(category: Category) -> Vec<DocumentKind> {
        use DocumentKind::*;
        match category {
            Category::ExistingRunning => vec![ConsentDeclaration, Annex1Subcontracting],
            Category::ExistingExpiring => vec![BoardDeclaration, Annex2Subcontracting],
            Category::ExistingElsewhere => vec![BoardDeclaration, CompanyPlan, FinancialPlan],
            Category::New => NEW.to_vec(),
        }
    }

    /// A complete registration of a provider of each category in the round of 2022.
    fn complete(category: Category) -> AssessmentFacts {
        let facts = wlz();
        let agreements = match category {
            Category::ExistingRunning => vec![agreement(&facts, "vgz", "2021-01-01", Some("2023-12-31"))],
            Category::ExistingExpiring => vec![agreement(&facts, "vgz", "2021-01-01", Some("2021-12-31"))],
            Category::ExistingElsewhere => {
                let held = agreement(&facts, "cz", "2020-01-01", None);
                vec![Agreement { claiming_since: Some(day("2020-03-01")), ..held }]
            }
            Category::New => Vec::new(),
        };
        AssessmentFacts { agreements, handed_in: documents(category), ..facts }
    }

    /// Compares the explanation in both languages with the golden one.
    fn golden(name: &str, facts: &AssessmentFacts, rules: &Rules) -> Outcome {
        let mut trace = Trace::new();
        let outcome = assess(facts, rules, &mut trace).unwrap();
        let explanation = trace.finish(rules, &Facts::new(facts, facts.as_of));
        insta::assert_snapshot!(format!("{name}_nl"), explanation.to_text(rules, Language::Dutch).unwrap());
        insta::assert_snapshot!(format!("{name}_en"), explanation.to_text(rules, Language::English).unwrap());
        outcome
    }

    fn codes(outcome: &Outcome) -> Vec<(&str, &str)> {
        outcome.reasons.iter().map(|reason| (reason.code(), reason.subject())).collect()
    }

    #[test]
    fn reg_02_reg_03_reg_05_every_category_and_outcome_is_explained() {
        let rules = built_in();
        for category in Category::ALL.iter().copied() {
            let facts = complete(category);
            let admissible = golden(&format!("{category}_admissible"), &facts, rules);
            assert_eq!(admissible, Outcome { category, reasons: Vec::new() });

            let late = AssessmentFacts { received: utc("2021-07-30 15:00:01"), ..facts.clone() };
            let late = golden(&format!("{category}_late"), &late, rules);
            assert_eq!((late.category, codes(&late)), (category, vec![("LATE", "registration")]));

            let first = facts.handed_in[0];
            let incomplete = AssessmentFacts { handed_in: facts.handed_in[1..].to_vec(), ..facts.clone() };
            let incomplete = golden(&format!("{category}_incomplete"), &incomplete, rules);
            assert_eq!(codes(&incomplete), [("DOCUMENT_MISSING", first.as_str())]);

            let both = AssessmentFacts { received: utc("2021-07-30 15:00:01"), handed_in: Vec::new(), ..facts };
            let both = golden(&format!("{category}_late_and_incomplete"), &both, rules);
            let missing = documents(category).into_iter().map(|kind| ("DOCUMENT_MISSING", kind.as_str()));
            assert_eq!(codes(&both), [("LATE", "registration")].into_iter().chain(missing).collect::<Vec<_>>());
        }
    }

    #[test]
    fn reg_02_every_way_to_a_category_is_explained() {
        let rules = built_in();
        let facts = complete(Category::ExistingRunning);
        let agreements = facts.agreements.iter().cloned().map(|held| Agreement { extended: true, ..held }).collect();
        let extended = AssessmentFacts { agreements, handed_in: documents(Category::ExistingExpiring), ..facts };
        assert_eq!(golden("existing_extended", &extended, rules).category, Category::ExistingExpiring);

        let elsewhere = complete(Category::ExistingElsewhere);
        let changed = |change: fn(Agreement) -> Agreement| AssessmentFacts {
            agreements: elsewhere.agreements.iter().cloned().map(change).collect(),
            handed_in: NEW.to_vec(),
            ..elsewhere.clone()
        };
        let no_claims = changed(|held| Agreement { claiming_since: None, ..held });
        assert_eq!(golden("new_no_claims", &no_claims, rules).category, Category::New);
        let part_year = changed(|held| Agreement { first_day: day("2021-02-01"), ..held });
        assert_eq!(golden("new_part_year", &part_year, rules).category, Category::New);
    }

    #[test]
    fn reg_05_a_deadline_that_moved_is_explained() {
        let rules = with("roll_forward", "false", "true");
        let facts = complete(Category::ExistingRunning);
        let round = crate::domain::Round { year: 2023, ..facts.round };
        let facts = AssessmentFacts { round, received: utc("2022-08-01 14:00:00"), ..facts };
        assert!(golden("rolled_forward", &facts, &rules).reasons.is_empty());
    }

    #[test]
    fn reg_03_a_regional_list_is_explained() {
        let rules = with("documents_regional", "[]", "[\"organogram\"]");
        let outcome = golden("regional", &complete(Category::ExistingRunning), &rules);
        assert_eq!(codes(&outcome), [("DOCUMENT_MISSING", "organogram")]);
    }

    #[test]
    fn reg_02_reg_03_reg_05_home_care_is_explained() {
        let rules = built_in();
        let facts = home_care();
        let running = agreement(&facts, "vgz", "2023-01-01", Some("2024-12-31"));
        let expiring = agreement(&facts, "vgz", "2023-01-01", Some("2023-12-31"));
        for (name, held) in [("existing_running", running), ("existing_expiring", expiring)] {
            let facts = AssessmentFacts { agreements: vec![held], ..facts.clone() };
            assert!(golden(&format!("home_care_{name}_admissible"), &facts, rules).reasons.is_empty());
            let late = AssessmentFacts { received: utc("2023-06-15 15:00:01"), ..facts };
            let late = golden(&format!("home_care_{name}_late"), &late, rules);
            assert_eq!(codes(&late), [("LATE", "registration")]);
        }

        use DocumentKind::*;
        let handed_in = vec![KvkExtract, VogRp, PalliativeNetwork, Level6Nurse];
        let new = AssessmentFacts { received: utc("2023-09-01 10:00:00"), handed_in, ..facts };
        let admissible = golden("home_care_new_admissible", &new, rules);
        assert_eq!(admissible, Outcome { category: Category::New, reasons: Vec::new() });
        let refused =
            AssessmentFacts { received: utc("2023-09-08 15:00:01"), handed_in: vec![KvkExtract, VogRp], ..new };
        let refused = golden("home_care_new_late_and_incomplete", &refused, rules);
        let missing = |kind: DocumentKind| ("DOCUMENT_MISSING", kind.as_str());
        assert_eq!(codes(&refused), [("LATE", "registration_new"), missing(PalliativeNetwork), missing(Level6Nurse)]);
    }

    #[test]
    fn an_assessment_is_the_same_when_its_facts_are_read_back() {
        let (rules, facts) = (built_in(), complete(Category::ExistingElsewhere));
        let kept = Facts::new(&facts, facts.as_of);
        let read: AssessmentFacts = Facts::read(kept.json()).unwrap();
        assert_eq!(read, facts);
        let explained = |facts: &AssessmentFacts| {
            let mut trace = Trace::new();
            let outcome = assess(facts, rules, &mut trace).unwrap();
            (outcome, trace.finish(rules, &Facts::new(facts, facts.as_of)).to_bytes())
        };
        assert_eq!(explained(&read), explained(&facts));
    }

    proptest! {
        #[test]
        fn reg_03_reg_05_reasons_are_in_the_order_of_the_rules_and_none_means_admissible(
            handed_in in prop::sample::subsequence(DocumentKind::ALL.to_vec(), 0..=DocumentKind::ALL.len()),
            seconds in -100i64..100,
            category in prop::sample::select(Category::ALL.to_vec()),
        ) {
            let received = utc("2021-07-30 15:00:00") + TimeDelta::seconds(seconds);
            let facts = AssessmentFacts { received, handed_in: handed_in.clone(), ..complete(category) };
            let mut trace = Trace::new();
            let rules = built_in();
            let outcome = assess(&facts, rules, &mut trace).unwrap();
            prop_assert_eq!(outcome.category, category);
            let late = outcome.reasons.iter().filter(|reason| reason.rule() == "REG-05").count();
            prop_assert_eq!(late, usize::from(seconds > 0));
            prop_assert!(outcome.reasons.iter().skip(1).all(|reason| reason.rule() == "REG-03"));
            let all = documents(category).iter().all(|kind| handed_in.contains(kind));
            prop_assert_eq!(outcome.reasons.is_empty(), seconds <= 0 && all);
            let explanation = trace.finish(rules, &Facts::new(&facts, facts.as_of));
            let last = &explanation.steps[explanation.steps.len() - 1];
            prop_assert_eq!(last.text == "admissible", outcome.reasons.is_empty());
        }
    }
}
