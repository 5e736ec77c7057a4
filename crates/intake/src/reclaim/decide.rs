//! What a case claims back of lines granted here. Pure.

use std::convert::Infallible;

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::{Known, Text, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

/// Where what is claimed back was granted, and how it is told: by the rule of a service's own that it comes under.
#[derive(Clone, Copy, Debug)]
pub struct ReclaimRule {
    /// The service's name.
    pub service: &'static str,
    /// Something is claimed back of a line. Its inputs: case, reference, claimed, granted.
    pub reclaimed: Text,
    /// Nothing is, as the line was credited before. Its inputs are the same.
    pub credited: Text,
}

/// A line of which screening claims something back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedLine {
    /// The provider's reference.
    pub reference: String,
    /// What screening decided.
    pub claimed: Money,
    /// The first day of care, what was granted, and whether a credit took it back; none when it is on record no more.
    pub granted: Option<(NaiveDate, Money, bool)>,
}

/// What screening decided about lines granted here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReclaimFacts {
    /// The case.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The lines, each once.
    pub lines: Vec<ClaimedLine>,
    /// The day of the decision: the year of a line that is on record no more.
    pub decided: NaiveDate,
    /// When it became known.
    pub as_of: DateTime<Utc>,
}

/// What is claimed back of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclaimed {
    /// The provider's reference.
    pub reference: String,
    /// A day of the year it counts for.
    pub day: NaiveDate,
    /// What is claimed back.
    pub amount: Money,
    /// Whether a credit took the line back before.
    pub credited: bool,
}

/// What is claimed back: what screening decided, never more than was granted, and nothing of a line that was credited
/// (SCR-07).
///
/// # Errors
/// None: what screening decided is carried out.
pub fn case_reclaim(
    facts: &CaseReclaimFacts,
    rule: &ReclaimRule,
    trace: &mut Trace,
) -> Result<Vec<Reclaimed>, Infallible> {
    let case = Known::fact("screening", "case", facts.as_of, facts.case_id.clone());
    let mut reclaimed = Vec::new();
    for line in &facts.lines {
        let reference = Known::fact("screening", "case", facts.as_of, line.reference.clone());
        let claimed = Known::fact("screening", "case", facts.as_of, line.claimed);
        let (day, granted, credited) = line.granted.unwrap_or((facts.decided, line.claimed, false));
        let amount = if credited { Money::ZERO } else { line.claimed.min(granted) };
        let granted = Known::fact(rule.service, "claim line", facts.as_of, granted);
        let text = if credited { &rule.credited } else { &rule.reclaimed };
        let step = trace.step(text).with("case", &case).with("reference", &reference);
        step.with("claimed", &claimed).with("granted", &granted).gives(amount);
        reclaimed.push(Reclaimed { reference: line.reference.clone(), day, amount, credited });
    }
    Ok(reclaimed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scr_07_a_case_claims_back_what_was_granted_and_not_credited() {
        let day: NaiveDate = "2024-03-05".parse().unwrap();
        let cents = Money::from_cents;
        let line =
            |reference: &str, granted| ClaimedLine { reference: reference.to_owned(), claimed: cents(500), granted };
        let facts = CaseReclaimFacts {
            case_id: "C".to_owned(),
            office: "vgz".parse().unwrap(),
            agb: "41410001".parse().unwrap(),
            lines: vec![
                line("a", Some((day, cents(700), false))),
                line("b", Some((day, cents(300), false))),
                line("c", Some((day, cents(700), true))),
                line("d", None),
            ],
            decided: "2025-01-02".parse().unwrap(),
            as_of: DateTime::UNIX_EPOCH,
        };
        let inputs = &["case", "reference", "claimed", "granted"];
        let rule = ReclaimRule {
            service: "budget",
            reclaimed: Text::new("BUD-11", "case_reclaimed", inputs),
            credited: Text::new("BUD-11", "case_credited", inputs),
        };
        let mut trace = Trace::new();
        let reclaimed = case_reclaim(&facts, &rule, &mut trace).unwrap();
        let amounts: Vec<i64> = reclaimed.iter().map(|one| one.amount.cents()).collect();
        assert_eq!((amounts, trace.len()), (vec![500, 300, 0, 500], 4));
        assert_eq!((reclaimed[0].day, reclaimed[3].day), (day, facts.decided));
    }
}
