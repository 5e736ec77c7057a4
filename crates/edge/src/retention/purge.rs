//! Finding and removing what is due.

use std::collections::HashMap;

use calendar::amsterdam_date;
use chrono::NaiveDate;
use contract::retention as proto;
use database::{CountedFrom, DatabaseError, PurgeLimits, Purged, Remains, TombstoneRow, Tx};
use explain::{Facts, Parameter, Text, Trace};

use super::{AUDIT_KEPT, AUDIT_YEARS, COMMON, Counting, Retention, term::Term};
use crate::{Call, Core, EdgeError, Write, to_proto};

/// The most things of a kind that are removed at a time.
const MOST_OBJECTS: u32 = 2_000;
/// The most rows that are removed at a time.
const MOST_ROWS: i64 = 5_000;
/// The kind of the audit log.
const AUDIT: &str = "audit";
/// The fewest years that a log is kept (NEN 7513); a rule that says less is not followed.
const AUDIT_LEAST_YEARS: u32 = 5;

/// Retention of an office's records on a day. The office is empty for what belongs to none.
pub(super) struct Keeping<'a> {
    core: &'a Core,
    office: &'a str,
    today: NaiveDate,
}

/// A kind of record as it is listed.
struct Listed {
    kind: &'static str,
    term: Term,
    text: &'static Text,
    due: i64,
    oldest: Option<CountedFrom>,
}

impl<'a> Keeping<'a> {
    pub(super) fn new(core: &'a Core, office: &'a str) -> Keeping<'a> {
        Keeping { core, office, today: amsterdam_date(core.clock.now()) }
    }

    fn kinds(&self) -> impl Iterator<Item = &'static Retention> + use<> {
        COMMON.iter().chain(self.core.retention())
    }

    /// The audit log is one chain for all offices.
    fn has_audit_log(&self) -> bool {
        self.office.is_empty()
    }

    fn term(&self, years: &Parameter<u32>, counting: Counting) -> Result<Term, EdgeError> {
        Term::today(&self.core.rules, years, counting, self.office, self.today)
    }

    /// How long the audit log is kept, as far as the part of it goes that belongs to no office.
    fn audit_term(&self) -> Result<Term, EdgeError> {
        let term = self.term(&AUDIT_YEARS, Counting::FromItsDay)?;
        if term.years.value >= AUDIT_LEAST_YEARS {
            return Ok(term);
        }
        Err(EdgeError::Precondition {
            reason: "AUDIT_YEARS_TOO_FEW",
            subject: AUDIT_YEARS.name().to_owned(),
            message: format!(
                "a rule says that the audit log is kept for {} year(s), and NEN 7513 asks at least {AUDIT_LEAST_YEARS}",
                term.years.value
            ),
        })
    }

    /// The kinds of records, how long they are kept, and what is due.
    pub(super) async fn list(&self, tx: &mut Tx) -> Result<Vec<proto::RecordKind>, EdgeError> {
        let mut all = Vec::new();
        for Retention { records, counting, years, text } in self.kinds() {
            let term = self.term(years, *counting)?;
            let (due, oldest) = tx.overview_of_due(records, self.office, term.before()).await?;
            all.push(Listed { kind: records.kind, term, text, due, oldest });
        }
        if self.has_audit_log() {
            let term = self.audit_term()?;
            let (due, oldest) = tx.overview_of_audit(term.before().moment).await?;
            all.push(Listed { kind: AUDIT, term, text: &AUDIT_KEPT, due, oldest: oldest.map(CountedFrom::Moment) });
        }
        self.told(all)
    }

    /// What is listed, with the rules in words.
    fn told(&self, all: Vec<Listed>) -> Result<Vec<proto::RecordKind>, EdgeError> {
        let mut trace = Trace::new();
        for listed in &all {
            trace.step(listed.text).with("years", &listed.term.years).gives(listed.term.first_kept);
        }
        let facts = Facts::new(&self.office, self.core.clock.now());
        let steps = self.core.explain_now(&trace.finish(&self.core.rules, &facts))?.steps;
        let kinds = all.into_iter().zip(steps).map(|(listed, step)| proto::RecordKind {
            kind: listed.kind.to_owned(),
            years: i32::try_from(listed.term.years.value).unwrap_or(i32::MAX),
            source: listed.term.source(),
            kept_from: to_proto::date(listed.term.first_kept),
            step: Some(step),
            due: listed.due,
            oldest: listed.oldest.map(|day| listed.term.counted_from(day)).and_then(to_proto::date),
        });
        Ok(kinds.collect())
    }

    /// What a purge would remove now.
    pub(super) async fn would_remove(&self, tx: &mut Tx) -> Result<Vec<proto::PurgedKind>, EdgeError> {
        let (mut answer, mut left) = (Vec::new(), MOST_ROWS);
        for Retention { records, counting, years, .. } in self.kinds() {
            let before = self.term(years, *counting)?.before();
            let found = tx.due(records, self.office, before, limits(left)).await?;
            left -= found.rows;
            answer.extend(purged(records.kind, &found));
        }
        if self.has_audit_log() {
            let (cut, more) = tx.due_audit(most_entries(left), self.audit_is_due()?).await.map_err(broken)?;
            answer.extend(purged_audit(cut.map_or(0, |cut| cut.entries), more));
        }
        Ok(answer)
    }

    /// Removes what is due, and leaves tombstones.
    pub(super) async fn remove(&self, write: &mut Write) -> Result<Vec<proto::PurgedKind>, EdgeError> {
        let (mut answer, mut left) = (Vec::new(), MOST_ROWS);
        for Retention { records, counting, years, .. } in self.kinds() {
            let term = self.term(years, *counting)?;
            let removed = write.tx.purge(records, self.office, term.before(), limits(left)).await?;
            left -= removed.rows;
            for tombstone in self.tombstones(records.remains, &removed, &term) {
                let row = self.tombstone(write, records.kind, (years, &term), tombstone);
                write.tx.add_tombstone(&row).await?;
            }
            if !removed.objects.is_empty() {
                write.note(&format!("{} {}, {} rows", records.kind, removed.objects.len(), removed.rows));
            }
            answer.extend(purged(records.kind, &removed));
        }
        if self.has_audit_log() {
            answer.extend(self.cut_audit(write, left).await?);
        }
        Ok(answer)
    }

    async fn cut_audit(&self, write: &mut Write, left: i64) -> Result<Option<proto::PurgedKind>, EdgeError> {
        let term = self.audit_term()?;
        let due = write.tx.due_audit(most_entries(left), self.audit_is_due()?).await;
        let (cut, more) = due.map_err(broken)?;
        let Some(cut) = cut else { return Ok(purged_audit(0, more)) };
        let told = Told {
            object_id: cut.sequence.to_string(),
            objects: cut.entries,
            rows: cut.entries,
            counted_from: term.counted_from(CountedFrom::Moment(cut.recorded_time)),
        };
        let row = self.tombstone(write, AUDIT, (&AUDIT_YEARS, &term), told);
        write.tx.add_tombstone(&TombstoneRow { sha256: Some(cut.sha256.to_vec()), ..row }).await?;
        let entry = write.call().done("");
        write.tx.cut_audit(&cut, entry).await?;
        write.note(&format!("{AUDIT} {}", cut.entries));
        Ok(purged_audit(cut.entries, more))
    }

    /// Whether an entry of the log was kept long enough: as long as the office says whose data it is about. An office
    /// whose years no rule states keeps its own.
    fn audit_is_due(&self) -> Result<impl FnMut(&database::AuditRow) -> bool + Send + use<'_>, EdgeError> {
        let (rules, today) = (&self.core.rules, self.today);
        let term = move |office: &str| Term::today(rules, &AUDIT_YEARS, Counting::FromItsDay, office, today);
        let mut known = HashMap::from([(String::new(), Some(self.audit_term()?.before().moment))]);
        Ok(move |row: &database::AuditRow| {
            let until = match known.get(&row.office) {
                Some(until) => *until,
                None => {
                    let until = term(&row.office).ok().filter(|term| term.years.value >= AUDIT_LEAST_YEARS);
                    let until = until.map(|term| term.before().moment);
                    known.insert(row.office.clone(), until);
                    until
                }
            };
            until.is_some_and(|until| row.recorded_time < until)
        })
    }

    fn tombstones(&self, remains: Remains, removed: &Purged, term: &Term) -> Vec<Told> {
        let objects = removed.objects.iter();
        match remains {
            Remains::Each => objects
                .map(|object| Told {
                    object_id: object.object_id.clone(),
                    objects: 1,
                    rows: object.rows,
                    counted_from: term.counted_from(object.counted),
                })
                .collect(),
            Remains::Together => {
                let latest = objects.map(|object| term.counted_from(object.counted)).max();
                let count = removed.objects.len() as i64;
                let together =
                    |counted_from| Told { object_id: String::new(), objects: count, rows: removed.rows, counted_from };
                latest.map(together).into_iter().collect()
            }
        }
    }

    fn tombstone(
        &self,
        write: &Write,
        kind: &str,
        (years, term): (&Parameter<u32>, &Term),
        told: Told,
    ) -> TombstoneRow {
        TombstoneRow {
            tombstone_id: self.core.ids.next().to_string(),
            office: self.office.to_owned(),
            kind: kind.to_owned(),
            object_id: told.object_id,
            objects: told.objects,
            row_count: told.rows,
            counted_from: told.counted_from,
            parameter: years.name().to_owned(),
            years: i64::from(term.years.value),
            source: term.source(),
            purged_by: write.call().identity().to_owned(),
            purged_time: write.now,
            sha256: None,
        }
    }
}

/// What a tombstone tells of what was removed.
struct Told {
    object_id: String,
    objects: i64,
    rows: i64,
    counted_from: NaiveDate,
}

/// As much as is left; with nothing left, it is only looked whether more is due.
fn limits(left: i64) -> PurgeLimits {
    PurgeLimits { objects: if left > 0 { MOST_OBJECTS } else { 0 }, rows: left }
}

fn most_entries(left: i64) -> u32 {
    u32::try_from(left).unwrap_or(0)
}

fn purged(kind: &str, purged: &Purged) -> Option<proto::PurgedKind> {
    let objects = purged.objects.len() as i64;
    let listed = proto::PurgedKind { kind: kind.to_owned(), objects, rows: purged.rows, more_due: purged.more };
    (objects > 0 || purged.more).then_some(listed)
}

fn purged_audit(entries: i64, more_due: bool) -> Option<proto::PurgedKind> {
    let listed = proto::PurgedKind { kind: AUDIT.to_owned(), objects: entries, rows: entries, more_due };
    (entries > 0 || more_due).then_some(listed)
}

fn broken(error: DatabaseError) -> EdgeError {
    match error {
        DatabaseError::BrokenAudit { sequence, .. } => EdgeError::Precondition {
            reason: "AUDIT_BROKEN",
            subject: sequence.to_string(),
            message: format!("{error}: nothing is removed before that is looked into"),
        },
        other => other.into(),
    }
}

/// Removes what is due of the call's office, or tells what would be removed.
pub(super) async fn purge(core: &Core, write: &mut Write, dry_run: bool) -> Result<Vec<proto::PurgedKind>, EdgeError> {
    let call: Call = write.call().clone();
    let keeping = Keeping::new(core, call.office());
    if dry_run {
        write.note("dry run");
        return keeping.would_remove(&mut write.tx).await;
    }
    keeping.remove(write).await
}
