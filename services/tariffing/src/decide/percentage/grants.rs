//! What was granted: whether it counts (TAR-03, TAR-05, TAR-07, TAR-09, TAR-21), and what it adds.

use chrono::{Months, NaiveDate};
use explain::{Known, Row, Rules, Text, Trace};
use money::{Decimal, Percentage};

use super::{PercentageFacts, Refusal, moved, start::Start};
use crate::{NAME, domain::Grant, error::Error, rules};

/// A grant that counts, with its row and the points it adds.
struct Admitted<'a> {
    grant: &'a Grant,
    row: &'a Row,
    points: Known<Decimal>,
}

/// What grants are held against.
struct Admission<'a> {
    facts: &'a PercentageFacts,
    start: &'a Start,
    rows: Vec<&'a Row>,
    per_theme: bool,
    carried: bool,
    admitted: Vec<Admitted<'a>>,
}

/// Adds what was granted, in the order of the rules; tells what is refused, in the order in which it was recorded.
pub(super) fn apply(
    facts: &PercentageFacts,
    start: &Start,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Known<Percentage>, Vec<Refusal>), Error> {
    let scope = facts.scope();
    let rows: Vec<&Row> = rules.rows(&rules::ADJUSTMENT, scope).collect();
    let per_theme = *rules.get(&rules::THEME_CAP_SCOPE, &scope)?.value == *"theme";
    let carried = rules.get(&rules::CARRY_SURCHARGE, &scope)?.value;
    let mut admission = Admission { facts, start, rows, per_theme, carried, admitted: Vec::new() };
    let mut refused = Vec::new();
    let conditions = conditions(facts, rules);
    for (place, grant) in facts.grants.iter().enumerate() {
        let counts = is_for(grant, facts) && !conditions.contains(&grant.key.as_str());
        if counts && let Some(refusal) = admission.admit(grant)? {
            refused.push((place, grant, refusal));
        }
    }
    let Admission { rows, admitted, .. } = admission;
    let mut percentage = start.percentage.clone();
    for row in rows {
        for Admitted { grant, points, .. } in admitted.iter().filter(|admitted| std::ptr::eq(admitted.row, row)) {
            let sum = moved(percentage.value, points.value, facts, rules)?;
            let initiative = Known::fact(NAME, "grant", facts.as_of, grant.initiative.clone());
            let step = trace.row(row).with("percentage", &percentage).with("points", points);
            percentage = step.with("initiative", &initiative).gives(sum);
        }
    }
    let tell = |(place, grant, refusal)| tell(place, grant, refusal, facts, trace);
    Ok((percentage, refused.into_iter().map(tell).collect()))
}

/// Whether a grant is about the form that is derived.
fn is_for(grant: &Grant, facts: &PercentageFacts) -> bool {
    grant.form.is_none() || grant.form == facts.form
}

/// The keys of what lets a start or a condition apply when it is granted, and adds nothing by itself.
fn conditions<'r>(facts: &PercentageFacts, rules: &'r Rules) -> Vec<&'r str> {
    if facts.grants.is_empty() {
        return Vec::new();
    }
    let starts = rules.rows(&rules::START, facts.scope()).map(|row| &*row.key);
    starts.chain(rules.rows(&rules::CONDITION, facts.scope()).map(|row| row.word("unless"))).collect()
}

/// Why a grant adds nothing, with what its text names.
struct Refused {
    text: &'static Text,
    lowest: Option<Known<Decimal>>,
    highest: Option<Known<Decimal>>,
    limit: Option<Known<NaiveDate>>,
    other: Option<String>,
}

impl Refused {
    fn of(text: &'static Text) -> Refused {
        Refused { text, lowest: None, highest: None, limit: None, other: None }
    }
}

impl<'a> Admission<'a> {
    /// Admits a grant, or says why not. A grant of a row for other forms is left aside.
    fn admit(&mut self, grant: &'a Grant) -> Result<Option<Refused>, Error> {
        let facts = self.facts;
        let of_key = |row: &&&'a Row| *row.key == *grant.key && row.covers("for", facts.whom());
        let Some(row) = self.rows.iter().find(of_key).copied() else {
            return Ok(Some(Refused::of(&rules::UNKNOWN_GROUND)));
        };
        let forms = row.list("forms");
        match &facts.form {
            Some(form) if !row.covers("forms", form) => return Ok(None),
            None if !forms.is_empty() => return Ok(None),
            _ => {}
        }
        if row.flag("unset") {
            return Err(Error::not_stated(row, &facts.subject.office));
        }
        if let Some(refused) = self.closed(grant, row).or_else(|| self.earned(grant, row)) {
            return Ok(Some(refused));
        }
        Ok(match self.points(grant, row) {
            Ok(points) => {
                self.admitted.push(Admitted { grant, row, points });
                None
            }
            Err(refused) => Some(*refused),
        })
    }

    /// Nothing is added on this theme, from this start, beside another one, or any more.
    fn closed(&self, grant: &Grant, row: &Row) -> Option<Refused> {
        if row.flag("none") {
            return Some(Refused::of(&rules::NO_SURCHARGE));
        }
        if row.list("closed_by").contains(&self.start.key) {
            return Some(Refused::of(&rules::CLOSED));
        }
        let excludes = |a: &Row, b: &Row| a.list("instead_of").contains(&b.key);
        let other = self.admitted.iter().find(|other| excludes(row, other.row) || excludes(other.row, row));
        if let Some(other) = other {
            let other = Some(other.row.key.to_string());
            return Some(Refused { other, ..Refused::of(&rules::ALTERNATIVE) });
        }
        let last = row.count("agreed_by_month").and_then(|month| last_day(self.facts.subject.year, month))?;
        (grant.agreed > last).then(|| Refused { limit: Some(row.states(last)), ..Refused::of(&rules::TOO_LATE) })
    }

    /// The initiative earned something already: on another theme, or for the year before.
    fn earned(&self, grant: &Grant, row: &Row) -> Option<Refused> {
        let same = |other: &&Admitted<'_>| other.grant.initiative == grant.initiative;
        let judged = row.word("basis") == "judgement";
        let twice = self.admitted.iter().find(same).filter(|other| !judged || other.grant.key == grant.key);
        if let Some(other) = twice {
            return Some(Refused { other: Some(other.grant.key.clone()), ..Refused::of(&rules::ONE_THEME) });
        }
        let before = !judged && !self.carried && self.facts.earned_before.contains(&grant.initiative);
        before.then(|| Refused::of(&rules::EARNED_BEFORE))
    }

    /// The points a grant adds, when the row allows them.
    fn points(&self, grant: &Grant, row: &Row) -> Result<Known<Decimal>, Box<Refused>> {
        let given = grant.points.map(|points| Known::fact(NAME, "grant", self.facts.as_of, points));
        if let Some(fixed) = row.points("points") {
            let same = given.is_none_or(|given| given.value == fixed);
            return if same { Ok(row.states(fixed)) } else { Err(self.out_of_range(row, fixed, fixed)) };
        }
        let bounds = row.points("lowest").zip(row.points("highest"));
        let Some((lowest, highest)) = bounds else {
            return given.ok_or_else(|| Box::new(Refused::of(&rules::POINTS_MISSING)));
        };
        let given = given.ok_or_else(|| self.out_of_range(row, lowest, highest))?;
        let of_theme = |other: &&Admitted<'_>| self.per_theme && std::ptr::eq(other.row, row);
        let before: Decimal = self.admitted.iter().filter(of_theme).map(|other| other.points.value).sum();
        let together = given.value + before;
        let within = lowest <= given.value && lowest <= together && together <= highest;
        if within { Ok(given) } else { Err(self.out_of_range(row, lowest, highest)) }
    }

    fn out_of_range(&self, row: &Row, lowest: Decimal, highest: Decimal) -> Box<Refused> {
        let (lowest, highest) = (Some(row.states(lowest)), Some(row.states(highest)));
        Box::new(Refused { lowest, highest, ..Refused::of(&rules::OUT_OF_RANGE) })
    }
}

/// The last day of a month of the year; of the year before it for month 0.
fn last_day(year: i32, month: u32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    let next = first.checked_add_months(Months::new(month))?;
    next.pred_opt()
}

/// Tells a refusal as a step.
fn tell(place: usize, grant: &Grant, refused: Refused, facts: &PercentageFacts, trace: &mut Trace) -> Refusal {
    let fact = |value: String| Known::fact(NAME, "grant", facts.as_of, value);
    let (theme, initiative) = (fact(grant.key.clone()), fact(grant.initiative.clone()));
    let mut step = trace.step(refused.text).with("theme", &theme).with("initiative", &initiative);
    if let Some(points) = grant.points {
        step = step.with("points", &Known::fact(NAME, "grant", facts.as_of, points));
    }
    if let Some((lowest, highest)) = refused.lowest.zip(refused.highest) {
        step = step.with("lowest", &lowest).with("highest", &highest);
    }
    if let Some(limit) = &refused.limit {
        step = step.with("agreed", &Known::fact(NAME, "grant", facts.as_of, grant.agreed)).with("limit", limit);
    }
    if let Some(other) = refused.other {
        step = step.with("other", &fact(other));
    }
    step.gives(false);
    let (key, initiative) = (grant.key.clone(), grant.initiative.clone());
    Refusal { place, step: trace.len(), key, initiative, rule: refused.text.rule, reason: refused.text.key }
}
