//! What a case claims back of lines granted here. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::{Known, Text, Trace};
use identifiers::Agb;
use money::{Money, MoneyError};
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
    /// Other cases claimed something back of the line before. Its inputs: reference, earlier.
    pub earlier: Text,
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
    /// What other cases claim back of it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub earlier: Money,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's predicates take a reference")]
fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
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
    /// The same with what other cases claim back of it.
    pub total: Money,
    /// Whether a credit took the line back before.
    pub credited: bool,
}

/// What is claimed back: what screening decided, with other cases never more than was granted, and nothing of a line that
/// was credited (SCR-07).
///
/// # Errors
/// Amounts beyond all bounds.
pub fn case_reclaim(
    facts: &CaseReclaimFacts,
    rule: &ReclaimRule,
    trace: &mut Trace,
) -> Result<Vec<Reclaimed>, MoneyError> {
    let case = Known::fact("screening", "case", facts.as_of, facts.case_id.clone());
    let mut reclaimed = Vec::new();
    for line in &facts.lines {
        let reference = Known::fact("screening", "case", facts.as_of, line.reference.clone());
        let claimed = Known::fact("screening", "case", facts.as_of, line.claimed);
        let (day, granted, credited) = line.granted.unwrap_or((facts.decided, line.claimed, false));
        let left = match line.granted {
            Some(_) => granted.minus(line.earlier)?.max(Money::ZERO),
            None => line.claimed,
        };
        let amount = if credited { Money::ZERO } else { line.claimed.min(left) };
        let total = amount.plus(line.earlier)?;
        if !line.earlier.is_zero() {
            let earlier = Known::fact(rule.service, "case_reclaim", facts.as_of, line.earlier);
            trace.step(&rule.earlier).with("reference", &reference).with("earlier", &earlier).gives(left);
        }
        let granted = Known::fact(rule.service, "claim line", facts.as_of, granted);
        let text = if credited { &rule.credited } else { &rule.reclaimed };
        let step = trace.step(text).with("case", &case).with("reference", &reference);
        step.with("claimed", &claimed).with("granted", &granted).gives(amount);
        reclaimed.push(Reclaimed { reference: line.reference.clone(), day, amount, total, credited });
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
        let line = |reference: &str, granted| ClaimedLine {
            reference: reference.to_owned(),
            claimed: cents(500),
            granted,
            earlier: Money::ZERO,
        };
        let facts = CaseReclaimFacts {
            case_id: "C".to_owned(),
            office: "vgz".parse().unwrap(),
            agb: "41410001".parse().unwrap(),
            lines: vec![
                line("a", Some((day, cents(700), false))),
                line("b", Some((day, cents(300), false))),
                line("c", Some((day, cents(700), true))),
                line("d", None),
                ClaimedLine { earlier: cents(400), ..line("e", Some((day, cents(700), false))) },
                ClaimedLine { earlier: cents(100), ..line("f", Some((day, cents(700), false))) },
                ClaimedLine { earlier: cents(700), ..line("g", Some((day, cents(700), false))) },
            ],
            decided: "2025-01-02".parse().unwrap(),
            as_of: DateTime::UNIX_EPOCH,
        };
        let inputs = &["case", "reference", "claimed", "granted"];
        let rule = ReclaimRule {
            service: "budget",
            reclaimed: Text::new("BUD-11", "case_reclaimed", inputs),
            credited: Text::new("BUD-11", "case_credited", inputs),
            earlier: Text::new("BUD-11", "case_earlier", &["reference", "earlier"]),
        };
        let mut trace = Trace::new();
        let reclaimed = case_reclaim(&facts, &rule, &mut trace).unwrap();
        let amounts: Vec<i64> = reclaimed.iter().map(|one| one.amount.cents()).collect();
        assert_eq!((amounts, trace.len()), (vec![500, 300, 0, 500, 300, 500, 0], 10));
        let totals: Vec<i64> = reclaimed.iter().map(|one| one.total.cents()).collect();
        assert_eq!(totals, [500, 300, 0, 500, 700, 600, 700]);
        assert_eq!((reclaimed[0].day, reclaimed[3].day), (day, facts.decided));
    }
}
