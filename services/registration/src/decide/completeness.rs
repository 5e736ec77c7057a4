//! Complete or not (REG-03).

use std::sync::Arc;

use explain::{Known, Parameter, Rules, Trace};

use super::{AssessmentFacts, scope};
use crate::{
    NAME,
    domain::{Category, DocumentKind, Reason},
    error::Error,
    rules,
};

/// Whether all documents of the category and of the regional policy were handed in; a reason for each that was not, in
/// the order of the lists.
///
/// # Errors
/// A list without a value, or one that names a document nobody can hand in.
pub(super) fn completeness(
    facts: &AssessmentFacts,
    category: &Known<Category>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Known<bool>, Vec<Reason>), Error> {
    let handed_in: Vec<Arc<str>> = facts.handed_in.iter().map(|kind| kind.as_str().into()).collect();
    let handed_in = Known::fact(NAME, "registration", facts.as_of, handed_in);
    let own = list(facts, &rules::documents_of(category.value), rules)?;
    let regional = list(facts, &rules::DOCUMENTS_REGIONAL, rules)?;

    let mut required = Vec::with_capacity(2);
    for (text, (documents, kinds)) in [(&rules::REQUIRED, own), (&rules::REGIONAL, regional)] {
        if text == &rules::REGIONAL && kinds.is_empty() {
            continue;
        }
        let count = Known { value: count(&kinds), origin: documents.origin.clone() };
        let step = trace.step(text).with("category", category).with("count", &count).with("documents", &documents);
        required.push((step.gives(documents.value), kinds));
    }

    let mut missing: Vec<DocumentKind> = Vec::new();
    for (named, kinds) in &required {
        for kind in kinds {
            if !facts.handed_in.contains(kind) && !missing.contains(kind) {
                missing.push(*kind);
                let step = trace.step(&rules::missing(*kind)).with("documents", named);
                step.with("handed_in", &handed_in).gives(false);
            }
        }
    }
    let complete = if missing.is_empty() {
        trace.step(&rules::COMPLETE).with("handed_in", &handed_in).gives(true)
    } else {
        let number = Known { value: count(&missing), origin: handed_in.origin.clone() };
        trace.step(&rules::INCOMPLETE).with("missing", &number).with("handed_in", &handed_in).gives(false)
    };
    Ok((complete, missing.into_iter().map(Reason::DocumentMissing).collect()))
}

type List = (Known<Vec<Arc<str>>>, Vec<DocumentKind>);

fn count(kinds: &[DocumentKind]) -> u32 {
    u32::try_from(kinds.len()).unwrap_or(u32::MAX)
}

/// A list of documents as the rule file has it, and what it names.
fn list(facts: &AssessmentFacts, parameter: &Parameter<Vec<Arc<str>>>, rules: &Rules) -> Result<List, Error> {
    let known = rules.get(parameter, &scope(&facts.round))?;
    let kind = |code: &Arc<str>| {
        let unknown = || Error::UnknownDocument { parameter: parameter.name(), document: code.to_string() };
        DocumentKind::from_code(code).ok_or_else(unknown)
    };
    let kinds = known.iter().map(kind).collect::<Result<_, _>>()?;
    Ok((known, kinds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixture::{NEW, built_in, home_care, with, wlz};

    fn missing(facts: &AssessmentFacts, category: Category, rules: &Rules) -> Result<Vec<DocumentKind>, Error> {
        let category = Known::fact(NAME, "category", facts.as_of, category);
        let (complete, reasons) = completeness(facts, &category, rules, &mut Trace::new())?;
        assert_eq!(*complete, reasons.is_empty());
        let kind = |reason| match reason {
            Reason::DocumentMissing(kind) => kind,
            Reason::Late { .. } => panic!("a list of documents knows no time"),
        };
        Ok(reasons.into_iter().map(kind).collect())
    }

    #[test]
    fn reg_03_each_category_has_its_list() {
        use DocumentKind::*;
        let rules = built_in();
        let lists: [(Category, &[DocumentKind]); 4] = [
            (Category::ExistingRunning, &[ConsentDeclaration, Annex1Subcontracting]),
            (Category::ExistingExpiring, &[BoardDeclaration, Annex2Subcontracting]),
            (Category::ExistingElsewhere, &[BoardDeclaration, CompanyPlan, FinancialPlan]),
            (Category::New, NEW),
        ];
        for (category, list) in lists {
            assert_eq!(missing(&wlz(), category, rules).unwrap(), list, "{category}");
            let handed_in = AssessmentFacts { handed_in: list.to_vec(), ..wlz() };
            assert!(missing(&handed_in, category, rules).unwrap().is_empty(), "{category}");
            for lacking in list {
                let handed_in = list.iter().copied().filter(|kind| kind != lacking).collect();
                let facts = AssessmentFacts { handed_in, ..wlz() };
                assert_eq!(missing(&facts, category, rules).unwrap(), [*lacking], "{category}");
            }
        }
    }

    #[test]
    fn reg_03_home_care_asks_nothing_of_existing_providers() {
        use DocumentKind::*;
        let rules = built_in();
        assert!(missing(&home_care(), Category::ExistingRunning, rules).unwrap().is_empty());
        assert!(missing(&home_care(), Category::ExistingExpiring, rules).unwrap().is_empty());
        let new = missing(&home_care(), Category::New, rules).unwrap();
        assert_eq!(new, [VogRp, KvkExtract, PalliativeNetwork, Level6Nurse]);
    }

    #[test]
    fn reg_03_what_the_regional_policy_asks_counts_too() {
        let rules = with("documents_regional", "[]", "[\"organogram\", \"board_declaration\"]");
        let found = missing(&wlz(), Category::ExistingExpiring, &rules).unwrap();
        let expected = [DocumentKind::BoardDeclaration, DocumentKind::Annex2Subcontracting, DocumentKind::Organogram];
        assert_eq!(found, expected);
    }

    #[test]
    fn reg_03_a_document_nobody_can_hand_in_is_a_fault_of_the_rules() {
        let rules = with("documents_regional", "[]", "[\"organogramm\"]");
        let error = missing(&wlz(), Category::New, &rules).unwrap_err();
        assert_eq!(
            error.to_string(),
            "parameter documents_regional names document \"organogramm\", which is none of the contract's"
        );
    }

    proptest! {
        #[test]
        fn reg_03_missing_is_the_list_without_what_was_handed_in(
            handed_in in prop::sample::subsequence(DocumentKind::ALL.to_vec(), 0..=DocumentKind::ALL.len()).prop_shuffle()
        ) {
            let facts = AssessmentFacts { handed_in: handed_in.clone(), ..wlz() };
            let expected: Vec<_> = NEW.iter().copied().filter(|kind| !handed_in.contains(kind)).collect();
            prop_assert_eq!(missing(&facts, Category::New, built_in()).unwrap(), expected);
        }
    }
}
