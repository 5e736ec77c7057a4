//! Bridging care, and care under an (SG)LVG indication.

use chrono::{Months, NaiveDate, TimeDelta};

use super::{
    by_day::ByDay,
    death::ended_before,
    finding::{Finding, stated},
    lasting::{Lasting, Span},
    view::View,
};
use crate::{
    domain::{Claim, FactKind, Part, Statement},
    rules,
};

/// Whether a care profile is one of LVG or SGLVG.
pub(super) fn is_lvg(profile: &str) -> bool {
    profile.starts_with("LVG") || profile.starts_with("SGLVG")
}

/// The (SG)LVG indication that holds on a day.
fn indication<'a>(view: &View<'a>, day: NaiveDate) -> Option<&'a Statement> {
    let holds = |fact: &&Statement| is_lvg(&fact.value) && fact.covers(day);
    view.of_client(FactKind::Indication).find(holds)
}

/// Bridging care goes on beyond its weeks.
pub(super) fn bridging(view: &View<'_>, found: &mut Vec<Finding>) {
    Lasting {
        words: &rules::BRIDGING,
        products: &rules::BRIDGING_PRODUCTS,
        limit: &rules::BRIDGING_WEEKS,
        unit: Span::Weeks,
    }
    .find(view, found);
}

/// Whether the client is bridging on a day: actively waiting at a treatment institution, not longer than the weeks of
/// bridging care.
fn waits(view: &View<'_>, line: &Claim, day: NaiveDate) -> bool {
    let Some(weeks) = view.get(&rules::BRIDGING_WEEKS, line) else { return true };
    let within = |wait: &Statement| day < wait.first_day + TimeDelta::weeks(i64::from(weeks.value));
    view.of_client(FactKind::ActivelyWaiting).any(|wait| wait.covers(day) && within(wait))
}

const WAITING: [FactKind; 2] = [FactKind::Indication, FactKind::ActivelyWaiting];

/// An SGLVG indication is used outside an institution of the Borg.
pub(super) fn outside_borg(view: &View<'_>, found: &mut Vec<Finding>) {
    let kinds = [FactKind::Indication, FactKind::ActivelyWaiting, FactKind::BorgInstitution];
    let sglvg = |day| indication(view, day).is_some_and(|fact| fact.value.starts_with("SGLVG"));
    let outside = |line: &Claim, day| {
        view.of_provider(FactKind::BorgInstitution, line).any(|fact| fact.value == "no" && fact.covers(day))
    };
    ByDay { words: &rules::SGLVG_OUTSIDE_BORG, kinds: &kinds }
        .find(view, found, Claim::is_wlz, |line, day| sglvg(day) && outside(line, day) && !waits(view, line, day));
}

/// An (SG)LVG indication is settled as modular care.
pub(super) fn as_modular(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::LVG_AS_MODULAR, kinds: &WAITING }.find(
        view,
        found,
        |line| line.is_wlz() && line.part() == Part::Modular,
        |line, day| indication(view, day).is_some() && !waits(view, line, day),
    );
}

/// An (SG)LVG indication is settled as a VG package, at home or in stay.
pub(super) fn as_vg(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::LVG_AS_VG, kinds: &WAITING }.find(
        view,
        found,
        |line| view.is_of(&rules::VG_PRODUCTS, line),
        |line, day| indication(view, day).is_some() && !waits(view, line, day),
    );
}

/// An (SG)LVG indication is used without treatment.
pub(super) fn without_treatment(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::LVG_WITHOUT_TREATMENT, kinds: &WAITING }.find(
        view,
        found,
        |line| view.is_of(&rules::PACKAGES_WITHOUT_TREATMENT, line),
        |line, day| indication(view, day).is_some() && !waits(view, line, day),
    );
}

/// Care after an (SG)LVG indication ended: with an extension of the CIZ only, and nothing after its weeks.
pub(super) fn tail(view: &View<'_>, found: &mut Vec<Finding>) {
    let ended = |day| ended_before(view, day).filter(|ended| is_lvg(&ended.value));
    let allowed = |line: &Claim, end: NaiveDate, day: NaiveDate| {
        let (Some(weeks), Some(months)) =
            (view.get(&rules::LVG_TAIL_WEEKS, line), view.get(&rules::LVG_TAIL_MONTHS, line))
        else {
            return true;
        };
        let within = day <= end + TimeDelta::weeks(i64::from(weeks.value))
            && end.checked_add_months(Months::new(months.value)).is_some_and(|last| day <= last);
        within && view.of_client(FactKind::CizExtension).any(|extension| extension.covers(day))
    };
    let wrong =
        |line: &Claim, day| ended(day).and_then(|fact| fact.last_day).is_some_and(|end| !allowed(line, end, day));
    ByDay { words: &rules::LVG_TAIL, kinds: &[FactKind::Indication, FactKind::CizExtension] }.find_with(
        view,
        found,
        Claim::is_wlz,
        wrong,
        |_, day, step| match ended(day) {
            Some(fact) => step.with("until", &stated(fact, fact.last_day.unwrap_or(day))),
            None => step,
        },
    );
}

/// Whoever has reached the age is too old for LVG; SGLVG has no limit of age.
pub(super) fn age(view: &View<'_>, found: &mut Vec<Finding>) {
    let Some(birth) = view.of_client(FactKind::BirthDate).next() else { return };
    let lvg = |day| indication(view, day).is_some_and(|fact| fact.value.starts_with("LVG"));
    let birthday = |line: &Claim| {
        let age = view.get(&rules::LVG_AGE_LIMIT, line)?;
        birth.first_day.checked_add_months(Months::new(12 * age.value))
    };
    ByDay { words: &rules::LVG_AGE, kinds: &[FactKind::Indication, FactKind::BirthDate] }.find_with(
        view,
        found,
        Claim::is_wlz,
        |line, day| lvg(day) && birthday(line).is_some_and(|birthday| day >= birthday),
        |line, day, step| step.with("birthday", &stated(birth, birthday(line).unwrap_or(day))),
    );
}

/// An (SG)LVG indication that is longer than it may be.
pub(super) fn too_long(view: &View<'_>, found: &mut Vec<Finding>) {
    let end = |line: &Claim, fact: &Statement| {
        let years = view.get(&rules::LVG_INDICATION_YEARS, line)?;
        fact.first_day.checked_add_months(Months::new(12 * years.value))
    };
    let wrong = |line: &Claim, day: NaiveDate| {
        indication(view, day).is_some_and(|fact| end(line, fact).is_some_and(|end| day >= end))
    };
    ByDay { words: &rules::LVG_INDICATION_LENGTH, kinds: &[FactKind::Indication] }.find_with(
        view,
        found,
        Claim::is_wlz,
        wrong,
        |_, day, step| match indication(view, day) {
            Some(fact) => step.with("from", &stated(fact, fact.first_day)),
            None => step,
        },
    );
}

/// An LVG indication is used in a personal budget. What that pays is in no claim line, and the budget is the client's:
/// there is no contracted provider to name. What is found is listed by client, and is on no provider's work list.
pub(super) fn in_budget(view: &View<'_>, found: &mut Vec<Finding>) {
    for fact in view.of_client(FactKind::Indication).filter(|fact| fact.value.starts_with("LVG")) {
        for budget in view.of_client(FactKind::PersonalBudget) {
            budget_of(view, found, fact, budget);
        }
    }
}

fn budget_of(view: &View<'_>, found: &mut Vec<Finding>, fact: &Statement, budget: &Statement) {
    let Some((kind, from)) = view.judges_fact(&rules::LVG_BUDGET, &rules::LVG_BUDGET_FROM_YEAR, budget) else { return };
    let Some(from) = i32::try_from(from.value).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1)) else {
        return;
    };
    // Who had a budget on the last day before, under this indication, keeps it until the indication ends. What ended
    // earlier was not kept.
    let had_before = |other: &Statement| from.pred_opt().is_some_and(|eve| other.covers(eve));
    let keeps = matches!(&*fact.value, "LVG1" | "LVG2")
        && fact.first_day < from
        && view.of_client(FactKind::PersonalBudget).any(had_before);
    let first = fact.first_day.max(budget.first_day).max(from);
    let last = [fact.last_day, budget.last_day].into_iter().flatten().min();
    if keeps || last.is_some_and(|last| last < first) {
        return;
    }
    let mut finding = Finding::of_facts(&rules::LVG_BUDGET, kind.value, (first, last.unwrap_or(first)));
    finding.subject = format!("{} {}", fact.first_day, budget.first_day);
    finding.rests_on(view.of_client(FactKind::Indication).chain(view.of_client(FactKind::PersonalBudget)));
    let step = finding.trace.step(&rules::LVG_BUDGET.found).with("profile", &stated(fact, fact.value.clone()));
    step.with("from", &stated(budget, first)).gives(true);
    finding.unknown();
    finding.close(&kind, found);
}
