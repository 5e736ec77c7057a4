//! Palliative terminal care: VV10, and watching.

use super::{
    by_day::ByDay,
    finding::Finding,
    lasting::{Lasting, Span},
    view::View,
};
use crate::{
    domain::{FactKind, Statement},
    rules,
};

/// Whether a document for a day was asked for and did not come.
pub(super) fn missing(view: &View<'_>, document: &str, day: chrono::NaiveDate) -> bool {
    let lacks = |fact: &Statement| fact.value == document && fact.covers(day);
    view.of_client(FactKind::DocumentMissing).any(lacks)
}

/// VV10 without the physician's statement.
pub(super) fn no_statement(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::VV10_NO_STATEMENT, kinds: &[FactKind::DocumentMissing] }.find(
        view,
        found,
        |line| view.is_of(&rules::VV10_PRODUCTS, line),
        |_, day| missing(view, "physician_statement", day),
    );
}

/// VV10 that goes on longer than the life expectancy it is for.
pub(super) fn length(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::VV10_PRODUCTS, &rules::VV10_MONTHS);
    Lasting { words: &rules::VV10_LENGTH, products, limit, unit: Span::Months }.find(view, found);
}

/// Watching without a need for nursing or care in the care plan.
pub(super) fn watch_hours(view: &View<'_>, found: &mut Vec<Finding>) {
    let kinds = [FactKind::NursingNecessity, FactKind::DocumentMissing];
    let stated =
        |day, word: &str| view.of_client(FactKind::NursingNecessity).any(|fact| fact.value == word && fact.covers(day));
    ByDay { words: &rules::WATCH_HOURS, kinds: &kinds }.find(
        view,
        found,
        |line| view.is_of(&rules::WATCH_PRODUCTS, line),
        |_, day| stated(day, "no") || (missing(view, "care_plan", day) && !stated(day, "yes")),
    );
}
