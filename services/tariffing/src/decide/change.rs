//! What would raise a percentage: the smallest sets of missing conditions. What the rules exclude is never among them,
//! because every set is tried by deriving the percentage with it.

use chrono::NaiveDate;
use explain::{Row, Rules, Trace};
use money::{Decimal, Percentage};

use super::{
    percentage::{PercentageFacts, derive_percentage},
    proposal::{Assessed, ProposalFacts, assess},
};
use crate::{
    domain::Grant,
    error::Error,
    rules::{ADJUSTMENT, START},
};

/// No set is larger: what takes more than three things at once is no advice.
const LARGEST: usize = 3;

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The key of the adjustment or start.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// What is missing of it: `granted`, `ended`, or the key of a check.
    pub what: String,
    /// The proposal it is about.
    pub proposal_id: Option<String>,
    /// The points it was counted with.
    pub points: Option<Decimal>,
    /// The number of the step that tells it, from 1, where one does.
    pub step: Option<usize>,
}

/// A smallest set, and what it would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is missing, all of it.
    pub missing: Vec<Missing>,
    /// The percentage then.
    pub percentage: Percentage,
}

/// Something that could be different.
struct Candidate {
    missing: Vec<Missing>,
    change: Way,
}

enum Way {
    Grant(Grant),
    End(Grant),
}

/// The percentage now, and the smallest sets of missing conditions that raise it; the largest raise first. The
/// proposals are those that wait for a decision. Their checks are told in the trace.
///
/// # Errors
/// What keeps the percentage from being determined.
pub fn changes(
    facts: &PercentageFacts,
    pending: &[ProposalFacts],
    today: NaiveDate,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Percentage, Vec<Change>), Error> {
    let current = derive_percentage(facts, rules, trace)?.percentage.value;
    let mut candidates = Vec::new();
    for proposal in pending {
        let assessed = assess(proposal, rules, trace)?;
        candidates.push(of_proposal(proposal, &assessed));
    }
    candidates.extend(of_rows(facts, pending, today, rules));
    candidates.extend(
        facts.grants.iter().filter(|grant| grant.points.is_some_and(|points| points < Decimal::ZERO)).map(ended),
    );
    let mut found: Vec<(Vec<usize>, Percentage)> = Vec::new();
    for size in 1..=LARGEST.min(candidates.len()) {
        for set in sets(candidates.len(), size) {
            // What holds more than a set that suffices is not the smallest.
            if found.iter().any(|(smaller, _)| smaller.iter().all(|place| set.contains(place))) {
                continue;
            }
            if let Some(percentage) = tried(facts, set.iter().filter_map(|place| candidates.get(*place)), rules)
                && percentage > current
            {
                found.push((set, percentage));
            }
        }
    }
    let mut changes: Vec<Change> = found
        .into_iter()
        .map(|(set, percentage)| {
            let missing = set.iter().filter_map(|place| candidates.get(*place)).flat_map(|one| one.missing.clone());
            Change { missing: missing.collect(), percentage }
        })
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.percentage));
    Ok((current, changes))
}

/// The percentage with a set; none when the rules refuse any of it.
fn tried<'a>(facts: &PercentageFacts, set: impl Iterator<Item = &'a Candidate>, rules: &Rules) -> Option<Percentage> {
    let mut then = facts.clone();
    let kept = then.grants.len();
    for candidate in set {
        match &candidate.change {
            Way::Grant(grant) => then.grants.push(grant.clone()),
            Way::End(grant) => then.grants.retain(|own| own != grant),
        }
    }
    let added = kept.min(then.grants.len());
    let derived = derive_percentage(&then, rules, &mut Trace::new()).ok()?;
    let refused = derived.refused.iter().any(|refusal| refusal.place >= added);
    (!refused).then_some(derived.percentage.value)
}

fn of_proposal(proposal: &ProposalFacts, assessed: &Assessed) -> Candidate {
    let own = |rule: String, what: String, step| Missing {
        key: proposal.proposal.key.clone(),
        rule,
        what,
        proposal_id: Some(proposal.proposal_id.clone()),
        points: proposal.proposal.points,
        step,
    };
    let unmet = assessed.unmet.iter().map(|unmet| own(unmet.rule.clone(), unmet.key.clone(), Some(unmet.step)));
    let mut missing: Vec<Missing> = unmet.collect();
    if missing.is_empty() {
        missing.push(own("TAR-04".to_owned(), "granted".to_owned(), None));
    }
    Candidate { missing, change: Way::Grant(proposal.as_grant()) }
}

/// What the rules would allow to be granted: what states its points, with the most there is. What is bespoke says
/// nothing of itself, and what waits as a proposal is told as that.
fn of_rows(facts: &PercentageFacts, pending: &[ProposalFacts], today: NaiveDate, rules: &Rules) -> Vec<Candidate> {
    let granted = |key: &str| {
        facts.grants.iter().filter(|grant| grant.key == key).filter_map(|grant| grant.points).sum::<Decimal>()
    };
    let waits = |row: &Row| pending.iter().any(|proposal| *proposal.proposal.key == *row.key);
    let adjustments = rules.rows(&ADJUSTMENT, facts.scope()).filter(|row| !waits(row) && !row.flag("unset"));
    let adjustments = adjustments.filter_map(|row| {
        let points = row.points("points").or_else(|| Some(row.points("highest")? - granted(&row.key)))?;
        (points > Decimal::ZERO).then_some((row, Some(points)))
    });
    let starts = rules.rows(&START, facts.scope()).filter(|row| row.word("if") == "granted");
    let starts = starts.filter(|row| !facts.grants.iter().any(|grant| *grant.key == *row.key)).map(|row| (row, None));
    adjustments.chain(starts).map(|(row, points)| of_row(row, points, today)).collect()
}

fn of_row(row: &Row, points: Option<Decimal>, today: NaiveDate) -> Candidate {
    let grant = Grant {
        key: row.key.to_string(),
        points,
        form: None,
        // No initiative on record has this name.
        initiative: format!("? {}", row.key),
        agreed: today,
        proposal_id: None,
    };
    let missing = Missing {
        key: row.key.to_string(),
        rule: row.rule.to_string(),
        what: "granted".to_owned(),
        proposal_id: None,
        points,
        step: None,
    };
    Candidate { missing: vec![missing], change: Way::Grant(grant) }
}

/// A grant that lowers could end.
fn ended(grant: &Grant) -> Candidate {
    let missing = Missing {
        key: grant.key.clone(),
        rule: "TAR-10".to_owned(),
        what: "ended".to_owned(),
        proposal_id: grant.proposal_id.clone(),
        points: grant.points,
        step: None,
    };
    Candidate { missing: vec![missing], change: Way::End(grant.clone()) }
}

/// All sets of a size out of so many, in order.
fn sets(of: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let smaller = sets(of, size - 1);
    let grown = smaller.into_iter().flat_map(|set| {
        let next = set.last().map_or(0, |last| last + 1);
        (next..of).map(move |place| set.iter().copied().chain([place]).collect())
    });
    grown.collect()
}

#[cfg(test)]
mod tests;
