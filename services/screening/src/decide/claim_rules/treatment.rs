//! Treatment beside or without what it belongs to.

use chrono::Datelike;

use super::{
    by_day::ByDay,
    finding::{Finding, of},
    lasting::{Lasting, Span},
    palliative::missing,
    view::View,
};
use crate::{
    domain::{Claim, FactKind, Statement},
    rules,
};

/// A consult of the specialist in geriatric medicine or the physician for mentally disabled people without the request
/// of a general practitioner.
pub(super) fn no_request(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::CONSULT_NO_REQUEST, kinds: &[FactKind::DocumentMissing] }.find(
        view,
        found,
        |line| view.is_of(&rules::CONSULT_PRODUCTS, line),
        |_, day| missing(view, "gp_request", day),
    );
}

/// Other disciplines that go on beside such a consult: their use is short.
pub(super) fn structural(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::OTHER_DISCIPLINE_PRODUCTS, &rules::OTHER_DISCIPLINE_WEEKS);
    Lasting { words: &rules::OTHER_DISCIPLINES, products, limit, unit: Span::Weeks }.find(view, found);
}

/// A behavioural expert charged to the GZSP although the client has a Wlz indication.
pub(super) fn gzsp(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::GZSP_BEHAVIOURAL, kinds: &[FactKind::Indication] }.find(
        view,
        found,
        |line| view.is_of(&rules::GZSP_BEHAVIOURAL_PRODUCTS, line),
        |_, day| view.of_client(FactKind::Indication).any(|fact| fact.covers(day)),
    );
}

/// Individual treatment beside a package that includes treatment.
pub(super) fn beside_package(view: &View<'_>, found: &mut Vec<Finding>) {
    let packages = || view.lines().iter().copied().filter(|line| view.is_of(&rules::PACKAGES_WITH_TREATMENT, line));
    for line in view.lines().iter().filter(|line| view.is_of(&rules::INDIVIDUAL_TREATMENT_PRODUCTS, line)) {
        let meets = |package: &&Claim| package.first_day <= line.last_day && line.first_day <= package.last_day;
        for package in packages().filter(meets) {
            let Some((mut finding, kind)) = view.begin(&rules::TREATMENT_BESIDE_PACKAGE, line) else { continue };
            finding.lines.push(package.clone());
            (finding.first_day, finding.last_day) =
                (line.first_day.max(package.first_day), line.last_day.min(package.last_day));
            let days = (finding.last_day - finding.first_day).num_days() + 1;
            let step = finding.trace.step(&rules::TREATMENT_BESIDE_PACKAGE.found);
            let step = step.with("line", &of(line, line.reference.clone()));
            let step = step.with("agb", &of(line, line.agb.to_string()));
            let step = step.with("package", &of(package, package.reference.clone()));
            step.with("package_agb", &of(package, package.agb.to_string())).gives(days);
            finding.share(line, days);
            finding.close(&kind, found);
        }
    }
}

fn is_zg(fact: &Statement) -> bool {
    fact.value.starts_with("ZG")
}

/// Treatment of a sensory disability from the Wlz beside a care profile of another kind: the Zvw pays it.
pub(super) fn zg_profile(view: &View<'_>, found: &mut Vec<Finding>) {
    let wrong = |_: &Claim, day| {
        let mut held = view.of_client(FactKind::Indication).filter(|fact| fact.covers(day)).peekable();
        held.peek().is_some() && !held.any(is_zg)
    };
    ByDay { words: &rules::ZG_OTHER_PROFILE, kinds: &[FactKind::Indication] }.find(
        view,
        found,
        |line| line.is_wlz() && view.is_of(&rules::ZG_TREATMENT_PRODUCTS, line),
        wrong,
    );
}

/// Treatment of a sensory disability beside ZGvis 1 or 2 that goes on: it is for a limited time.
pub(super) fn zg_unlimited(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::ZG_TREATMENT_PRODUCTS, &rules::ZG_TREATMENT_WEEKS);
    let before = found.len();
    let limited = |day| {
        let profile = |fact: &Statement| matches!(&*fact.value, "ZGVIS1" | "ZGVIS2") && fact.covers(day);
        view.of_client(FactKind::Indication).any(profile)
    };
    Lasting { words: &rules::ZG_UNLIMITED, products, limit, unit: Span::Weeks }.find_from(
        view,
        found,
        |line, _, end| Some(end).filter(|end| limited(line.first_day.max(*end))),
    );
    for finding in &mut found[before..] {
        finding.rests_on(view.of_client(FactKind::Indication));
    }
}

/// GGZ treatment from the Wlz where the Zvw paid it: with modular stay, at home, and in a personal budget.
pub(super) fn ggz(view: &View<'_>, found: &mut Vec<Finding>) {
    let until = |line: &Claim| view.get(&rules::GGZ_ZVW_LAST_YEAR, line);
    let wrong = |line: &Claim, day: chrono::NaiveDate| {
        let year = u32::try_from(day.year()).unwrap_or_default();
        until(line).is_some_and(|last| year <= last.value)
            && view
                .of_client(FactKind::DeliveryForm)
                .any(|form| form.value != "stay_with_treatment" && form.covers(day))
    };
    ByDay { words: &rules::GGZ_TREATMENT, kinds: &[FactKind::DeliveryForm] }.find(
        view,
        found,
        |line| line.is_wlz() && view.is_of(&rules::GGZ_TREATMENT_PRODUCTS, line),
        wrong,
    );
}
