//! Percentages as they are agreed: one for the provider, others for delivery forms (TAR-10, TAR-21), and the tariffs
//! of a year that follow from all that was agreed for it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, Rules, Trace};
use money::Percentage;
use serde::{Deserialize, Serialize};

use super::{
    percentage::{Derived, PercentageFacts, derive_percentage},
    product::tariff_of,
    timeline::days_of,
};
use crate::{
    NAME,
    domain::{Kept, MaximumTariff, Position, Previous, ProductTariff, Subject},
    error::Error,
    rules,
};

/// What an agreement is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFacts {
    /// Whose, for which year, and what is on record.
    pub percentage: PercentageFacts,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The percentage that was agreed before, if one was.
    pub before: Option<Percentage>,
    /// The supplementary note that it follows from (TAR-18): its title.
    pub note: Option<String>,
}

/// What a year, as the year before, brings along into the next: the percentage at its end, and the initiatives that
/// earned something on a proposal.
pub fn before(position: &Position, versions: &[Kept], year: i32) -> (Option<Previous>, Vec<String>) {
    let kept = Kept::on(versions, days_of(year).1);
    let previous = kept.map(|kept| Previous { percentage: kept.percentage, basis: kept.basis });
    let earned = position.grants.iter().filter(|(_, grant)| grant.proposal_id.is_some());
    (previous, earned.map(|(_, grant)| grant.initiative.clone()).collect())
}

/// What was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The percentage of the provider.
    pub general: Derived,
    /// The delivery forms that have another percentage.
    pub forms: BTreeMap<String, Percentage>,
}

impl Agreement {
    /// Whether it lies below what was agreed before: adverse to the provider.
    pub fn lowers(&self, before: Option<Percentage>) -> bool {
        before.is_some_and(|before| self.general.percentage.value < before)
    }
}

/// Derives what is agreed: the percentage of the provider, and of each delivery form that something was granted for.
///
/// # Errors
/// What keeps a percentage from being determined.
pub fn agree(facts: &AgreementFacts, rules: &Rules, trace: &mut Trace) -> Result<Agreement, Error> {
    if let Some(note) = &facts.note {
        let title = Known::request("note", note.clone());
        let before = facts.before.map(|before| Known::fact(NAME, "agreed percentage", facts.percentage.as_of, before));
        let mut step = trace.step(&rules::REVISION).with("note", &title);
        if let Some(before) = &before {
            step = step.with("before", before);
        }
        step.gives(true);
    }
    let general = derive_percentage(&facts.percentage, rules, trace)?;
    let mut forms = BTreeMap::new();
    for form in forms_of(&facts.percentage, rules) {
        let derived = derive_percentage(&facts.percentage.for_form(&form), rules, trace)?;
        let named = Known::fact(NAME, "grant", facts.percentage.as_of, form.clone());
        let step = trace.step(&rules::FORM).with("form", &named).with("percentage", &derived.percentage);
        step.gives(derived.percentage.value);
        if derived.percentage.value != general.percentage.value {
            forms.insert(form, derived.percentage.value);
        }
    }
    Ok(Agreement { general, forms })
}

/// The delivery forms that grants are bound to, by themselves or by their rows.
fn forms_of(facts: &PercentageFacts, rules: &Rules) -> Vec<String> {
    let rows: Vec<_> = rules.rows(&rules::ADJUSTMENT, facts.scope()).collect();
    let mut forms: Vec<String> = Vec::new();
    for grant in &facts.grants {
        let bound = rows.iter().filter(|row| *row.key == *grant.key).flat_map(|row| row.list("forms"));
        forms.extend(bound.map(ToString::to_string));
        forms.extend(grant.form.clone());
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The tariffs of a year by all that was agreed for it, from tariffs cut to the days on which they hold: each product
/// with a piece for every stretch of days with one maximum and one percentage.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub fn year_tariffs(
    subject: &Subject,
    maxima: &[MaximumTariff],
    versions: &[Kept],
    as_of: DateTime<Utc>,
    rules: &Rules,
) -> Result<Vec<ProductTariff>, Error> {
    let (_, year_end) = days_of(subject.year);
    let mut tariffs = Vec::new();
    for maximum in maxima.iter().filter(|maximum| maximum.sector == subject.sector) {
        let last = maximum.last_day.unwrap_or(year_end);
        let mut starts: Vec<NaiveDate> = versions.iter().map(|kept| kept.from.max(maximum.first_day)).collect();
        starts.retain(|start| *start <= last);
        starts.sort_unstable();
        starts.dedup();
        for (index, start) in starts.iter().enumerate() {
            let Some(kept) = Kept::on(versions, *start) else { continue };
            let next = starts.get(index + 1).and_then(NaiveDate::pred_opt);
            let piece = MaximumTariff { first_day: *start, last_day: Some(next.unwrap_or(last)), ..maximum.clone() };
            tariffs.push(tariff_of(subject, &piece, kept.of_form(&maximum.delivery_form), as_of, rules)?);
        }
    }
    Ok(tariffs)
}

#[cfg(test)]
mod tests;
