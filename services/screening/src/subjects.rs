//! Who is screened (SCR-01), and what registers are asked about them.

use calendar::amsterdam_date;
use chrono::NaiveDate;
use contract::registration::{IntegrityAsked, PersonChanged};
use database::Tx;
use edge::{Core, EdgeError, Fields};

use crate::{
    convert,
    decide::registers::registers_for,
    domain::{Subject, SubjectKind},
    integrity::{self, Of},
    store,
};

/// Screens a provider and its people, since registration asks for its integrity. Who is screened already, is not asked
/// about again while the answers are valid.
///
/// # Errors
/// When the fact can't be read, or what the store reports.
pub async fn asked(
    core: &Core,
    tx: &mut Tx,
    office: &str,
    asked: &IntegrityAsked,
    people: &[(String, i32)],
) -> Result<(), EdgeError> {
    let mut fields = Fields::new();
    let (office, agb) = (fields.office("office", office), fields.agb("agb", &asked.agb));
    let (office, agb) = fields.all((office, agb))?;
    let of = (&office, agb);
    store::take_screened(tx, of).await?;
    store::add_asked(tx, of, &asked.registration_id).await?;
    let whom = asked.person_ids.iter().filter_map(|id| people.iter().find(|(person, _)| person == id));
    let people = whom.filter_map(|(id, position)| Some((convert::kind_of(*position)?, id.clone())));
    let itself = (SubjectKind::Provider, agb.to_string());
    let reason = format!("registration {}", asked.registration_id);
    for (kind, reference) in std::iter::once(itself).chain(people) {
        let subject = new_subject(core, of, kind, reference);
        screen(core, tx, subject, ("registration", &reason)).await?;
    }
    if !integrity::restate(core, tx, of).await? {
        integrity::tell(tx, of).await?;
    }
    Ok(())
}

/// Screens a person who took up a position at a provider that is screened, from its first day in it, and no more after
/// its last. What was found about it until then is judged all the same.
///
/// # Errors
/// When the fact can't be read, or what the store reports.
pub async fn person_changed(core: &Core, tx: &mut Tx, office: &str, changed: &PersonChanged) -> Result<(), EdgeError> {
    let mut fields = Fields::new();
    let (office, agb) = (fields.office("office", office), fields.agb("agb", &changed.agb));
    let period = fields.period("period", changed.period.as_ref());
    let (office, agb, (first_day, last_day)) = fields.all((office, agb, period))?;
    let (of, today) = ((&office, agb), amsterdam_date(core.clock.now()));
    let Some(kind) = convert::kind_of(changed.position) else { return Ok(()) };
    if !store::is_screened(tx, of).await? {
        return Ok(());
    }
    store::take_screened(tx, of).await?;
    let subject = new_subject(core, of, kind, changed.person_id.clone());
    if last_day.is_none_or(|last| last >= today) {
        let subject = Subject { first_day: first_day.max(today), ..subject.clone() };
        let reason = format!("person {}", changed.person_id);
        screen(core, tx, subject, ("registration", &reason)).await?;
    }
    if let Some(last) = last_day {
        leaves(tx, &subject, last).await?;
    }
    integrity::restate(core, tx, of).await?;
    Ok(())
}

/// Records the last day of whoever it is that is screened for a provider that was taken.
///
/// # Errors
/// What the store reports.
pub async fn leaves(tx: &mut Tx, subject: &Subject, last_day: NaiveDate) -> Result<(), EdgeError> {
    if store::end_same_subject(tx, subject, last_day).await? {
        store::mark_network(tx, &subject.office).await?;
    }
    Ok(())
}

fn new_subject(core: &Core, (office, agb): Of<'_>, kind: SubjectKind, reference: String) -> Subject {
    Subject {
        subject_id: String::new(),
        office: office.clone(),
        agb,
        kind,
        reference,
        first_day: amsterdam_date(core.clock.now()),
        last_day: None,
    }
}

/// Screens a subject of a provider that was taken, unless it is screened already, and has what the rules name asked
/// about it.
///
/// # Errors
/// What the store reports.
pub async fn screen(
    core: &Core,
    tx: &mut Tx,
    subject: Subject,
    (asked_by, reason): (&str, &str),
) -> Result<Subject, EdgeError> {
    let now = core.clock.now();
    let subject = match store::same_subject(tx, &subject).await? {
        Some(screened) => screened,
        None => {
            let subject = Subject { subject_id: core.ids.next().to_string(), ..subject };
            store::add_subject(tx, &subject, now).await?;
            store::mark_network(tx, &subject.office).await?;
            subject
        }
    };
    for register in registers_for(subject.kind, &subject.office, amsterdam_date(now), &core.rules) {
        store::ask_once(tx, (&subject.subject_id, register), (asked_by, reason), now).await?;
    }
    Ok(subject)
}
