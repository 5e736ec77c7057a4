//! Decisions taken again, from the facts and rules kept with them.

use explain::{Replay, ReplayError};

use crate::{
    decide::{
        self, AcceptanceFacts, AgreementFacts, BidFacts, EvaluationFacts, FindingFacts, GrantFacts, GuideFacts,
        HardshipDecisionFacts, HardshipFilingFacts, HardshipObjectionFacts, HomeCareFacts, LineFacts, NightCareFacts,
        ObjectionDecisionFacts, ProposalFacts, QuoteFacts, UpliftFacts,
    },
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when tariffing takes no decisions of this `kind`, the facts or the rule archive can't be read, or
/// they lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    match kind {
        "percentage" => replay.with(
            |facts: &AgreementFacts| facts.percentage.as_of,
            |facts, rules, trace| decide::agree(facts, rules, trace).map(drop),
        ),
        "quote" => replay.with(
            |facts: &QuoteFacts| facts.percentage.as_of,
            |facts, rules, trace| decide::quote(facts, rules, trace).map(drop),
        ),
        "grant" => replay.with(
            |facts: &GrantFacts| facts.percentage.as_of,
            |facts, rules, trace| decide::grant(facts, rules, trace).map(drop),
        ),
        "bid" => replay.with(
            |facts: &BidFacts| facts.percentage.as_of,
            |facts, rules, trace| decide::bid(facts, rules, trace).map(drop),
        ),
        "proposal" => replay.with(
            |facts: &ProposalFacts| facts.percentage.as_of,
            |facts, rules, trace| decide::assess(facts, rules, trace).map(drop),
        ),
        "evaluation" => replay.with(|facts: &EvaluationFacts| facts.as_of, decide::evaluate),
        "finding" => replay.with(|facts: &FindingFacts| facts.as_of, decide::find),
        "line" => replay.with(|facts: &LineFacts| facts.as_of, decide::line),
        "guide_percentage" => replay.with(
            |facts: &GuideFacts| facts.as_of,
            |facts, rules, trace| decide::derive_guide(facts, rules, trace).map(drop),
        ),
        "hardship_filing" => replay.with(
            |facts: &HardshipFilingFacts| facts.as_of,
            |facts, rules, trace| decide::file_hardship(facts, rules, trace).map(drop),
        ),
        "hardship" => replay.with(
            |facts: &HardshipDecisionFacts| facts.request.as_of,
            |facts, rules, trace| decide::decide_hardship(facts, rules, trace).map(drop),
        ),
        "hardship_objection" => replay.with(
            |facts: &HardshipObjectionFacts| facts.as_of,
            |facts, rules, trace| decide::object_to_hardship(facts, rules, trace).map(drop),
        ),
        "hardship_objection_decision" => replay.with(
            |facts: &ObjectionDecisionFacts| facts.request.as_of,
            |facts, rules, trace| decide::decide_hardship_objection(facts, rules, trace).map(drop),
        ),
        "home_care_tariff" => replay.with(
            |facts: &HomeCareFacts| facts.as_of,
            |facts, rules, trace| decide::home_care_tariff(facts, rules, trace).map(drop),
        ),
        "night_care" => replay.with(
            |facts: &NightCareFacts| facts.as_of,
            |facts, rules, trace| decide::night_care(facts, rules, trace).map(drop),
        ),
        "uplift_offer" => replay.with(
            |facts: &UpliftFacts| facts.tariff.as_of,
            |facts, rules, trace| decide::offer_uplift(facts, rules, trace).map(drop),
        ),
        "uplift_acceptance" => replay.with(
            |facts: &AcceptanceFacts| facts.tariff.as_of,
            |facts, rules, trace| decide::accept_uplift(facts, rules, trace).map(drop),
        ),
        _ => Err(replay.unknown_kind()),
    }
}

#[cfg(test)]
mod tests {
    use explain::{Facts, Rules, Trace};
    use money::Decimal;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::{
            PercentageFacts,
            fixture::{built_in, changed, facts_of, subject},
        },
        domain::Grant,
    };

    fn facts(points: &[(i64, u32)]) -> AgreementFacts {
        let grant = |(place, (points, decimals)): (usize, &(i64, u32))| Grant {
            key: "zinnige_zorg".to_owned(),
            points: Some(Decimal::new(*points, *decimals)),
            form: None,
            initiative: format!("initiative {place}"),
            agreed: chrono::NaiveDate::from_ymd_opt(2022, 10, 1).unwrap(),
            proposal_id: Some("p".to_owned()),
        };
        let grants = points.iter().enumerate().map(grant).collect();
        let percentage = PercentageFacts { grants, ..facts_of(subject("vgz", 2023)) };
        AgreementFacts { percentage, from: decide::days_of(2023).0, before: None, note: None }
    }

    /// What the call records.
    fn recorded(facts: &AgreementFacts, rules: &Rules) -> Option<(Facts, Vec<u8>)> {
        let mut trace = Trace::new();
        decide::agree(facts, rules, &mut trace).ok()?;
        let facts = Facts::new(facts, facts.percentage.as_of);
        let explanation = trace.finish(rules, &facts).to_bytes();
        Some((facts, explanation))
    }

    proptest! {
        #[test]
        fn a_percentage_is_derived_again_to_the_byte(points in prop::collection::vec((-100..300_i64, 0..4_u32), 0..6)) {
            let rules = built_in();
            if let Some((kept, explanation)) = recorded(&facts(&points), rules) {
                prop_assert_eq!(replay("percentage", kept.json(), &rules.archive()).unwrap(), explanation);
            }
        }
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation_or_none() {
        let rules = built_in();
        let (kept, explanation) = recorded(&facts(&[(20, 2)]), rules).unwrap();
        let (other, _) = recorded(&facts(&[(200, 3)]), rules).unwrap();
        assert_ne!(replay("percentage", other.json(), &rules.archive()).unwrap(), explanation);
        let lower = changed("95.8", "95.7").archive();
        assert_ne!(replay("percentage", kept.json(), &lower).unwrap(), explanation);
        let said = |kind, facts, archive: &str| replay(kind, facts, archive).unwrap_err();
        assert!(matches!(said("percentage", kept.json(), "[]"), ReplayError::Undecided(_)));
        assert!(matches!(said("percentage", b"[1]", &rules.archive()), ReplayError::Facts { .. }));
        assert!(matches!(said("nothing", kept.json(), &rules.archive()), ReplayError::UnknownKind { .. }));
    }
}
