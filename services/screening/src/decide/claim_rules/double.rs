//! Double claims: for the same client on the same days, the same product twice, or modular care or a personal budget
//! beside a full package; from the same or another provider.

use chrono::NaiveDate;

use super::{
    by_day::ByDay,
    finding::{Finding, of},
    view::View,
};
use crate::{
    domain::{Claim, FactKind, Part},
    rules,
};

/// Two granted lines that overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The line granted first.
    pub earlier: &'a Claim,
    /// The line granted last.
    pub later: &'a Claim,
}

impl Pair<'_> {
    /// The days they share, both included.
    pub fn period(&self) -> (NaiveDate, NaiveDate) {
        let first = self.earlier.first_day.max(self.later.first_day);
        (first, self.earlier.last_day.min(self.later.last_day))
    }
}

/// The pairs of lines that share a day and are of some kind together.
fn pairs<'a>(view: &View<'a>, together: impl Fn(&Claim, &Claim) -> bool) -> Vec<Pair<'a>> {
    let (mut pairs, mut open) = (Vec::new(), Vec::<&Claim>::new());
    for &line in view.lines() {
        // Lines come by first day: one that ended before this one begins meets none of those that follow.
        open.retain(|other| other.last_day >= line.first_day);
        for &other in open.iter().filter(|other| together(other, line)) {
            let (earlier, later) = if other.order() < line.order() { (other, line) } else { (line, other) };
            pairs.push(Pair { earlier, later });
        }
        open.push(line);
    }
    // In the order in which the later lines were granted, so that signals come in an order that can be followed.
    pairs.sort_by(|a, b| (a.later.order(), a.earlier.order()).cmp(&(b.later.order(), b.earlier.order())));
    pairs
}

/// The same product twice.
pub(super) fn double(view: &View<'_>, found: &mut Vec<Finding>) {
    for pair in pairs(view, |one, other| one.product == other.product) {
        let Pair { earlier, later } = pair;
        let Some((mut finding, kind)) = view.begin(&rules::DOUBLE, later) else { continue };
        let Some(reading) = view.get(&rules::DOUBLE_AT_STAKE, later) else { continue };
        let step = finding.trace.step(&rules::DOUBLE.found).with("product", &of(later, later.product.clone()));
        let step = step.with("earlier", &of(earlier, earlier.reference.clone()));
        let step = step.with("earlier_agb", &of(earlier, earlier.agb.to_string()));
        let step = step.with("later", &of(later, later.reference.clone()));
        step.with("later_agb", &of(later, later.agb.to_string())).gives(true);
        overlap(&mut finding, pair);
        let at_stake = if &**reading == "later" { later.granted } else { earlier.granted.min(later.granted) };
        let step = finding.trace.step(&rules::AT_STAKE).with("earlier", &of(earlier, earlier.granted));
        step.with("later", &of(later, later.granted)).with("reading", &reading).gives(at_stake);
        finding.at_stake = at_stake;
        finding.close(&kind, found);
    }
}

/// Modular care beside a full package.
pub(super) fn beside_package(view: &View<'_>, found: &mut Vec<Finding>) {
    let beside = |one: &Claim, other: &Claim| {
        matches!((one.part(), other.part()), (Part::FullPackage, Part::Modular) | (Part::Modular, Part::FullPackage))
            && one.product != other.product
    };
    for pair in pairs(view, beside) {
        let Pair { earlier, later } = pair;
        let (modular, package) = if earlier.part() == Part::Modular { (earlier, later) } else { (later, earlier) };
        let Some((mut finding, kind)) = view.begin(&rules::BESIDE_PACKAGE, later) else { continue };
        let step = finding.trace.step(&rules::BESIDE_PACKAGE.found);
        let step = step.with("modular", &of(modular, modular.reference.clone()));
        let step = step.with("modular_agb", &of(modular, modular.agb.to_string()));
        let step = step.with("package", &of(package, package.reference.clone()));
        step.with("package_agb", &of(package, package.agb.to_string())).gives(true);
        overlap(&mut finding, pair);
        let known = of(modular, modular.granted);
        finding.trace.step(&rules::MODULAR_AT_STAKE).with("modular", &known).gives(modular.granted);
        finding.at_stake = modular.granted;
        finding.close(&kind, found);
    }
}

fn overlap(finding: &mut Finding, pair: Pair<'_>) {
    let (first, last) = pair.period();
    let Pair { earlier, later } = pair;
    let step = finding.trace.step(&rules::OVERLAP).with("earlier_first", &of(earlier, earlier.first_day));
    let step = step.with("earlier_last", &of(earlier, earlier.last_day));
    let step = step.with("later_first", &of(later, later.first_day));
    step.with("later_last", &of(later, later.last_day)).gives((last - first).num_days() + 1);
    (finding.first_day, finding.last_day) = (first, last);
    finding.lines = vec![earlier.clone(), later.clone()];
}

/// A personal budget beside a full package. Beside modular care it may be, and beside part-time stay too.
pub(super) fn budget_beside_package(view: &View<'_>, found: &mut Vec<Finding>) {
    let kinds = [FactKind::PersonalBudget];
    ByDay { words: &rules::BUDGET_BESIDE_PACKAGE, kinds: &kinds }.find(
        view,
        found,
        |line| line.part() == Part::FullPackage,
        |_, day| view.of_client(FactKind::PersonalBudget).any(|budget| budget.covers(day)),
    );
}
