//! The registration calendar of an office: its rounds, what is due in order of date, and how far registrations are.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use contract::registration;
use maud::{Markup, html};

use super::{
    names::Names,
    places::{self, At},
};
use crate::{
    asker::{Asker, Language},
    calls::{Clients, pages},
    layout::{Column::Text, Here, Page, answer, choice, head, table},
    problem::Problem,
    server::Console,
    show::instant,
    terms,
    words::fill,
};

const PAGE: i32 = 1_000;
/// For how long what was missed is shown.
const YEAR: TimeDelta = TimeDelta::days(366);
/// Registrations carry all that was handed in: fewer at once.
const REGISTRATIONS: i32 = 100;

/// On to the office that was chosen, or to the first.
pub async fn choose(State(console): State<Console>, asker: Asker, Query(At { at }): Query<At>) -> Response {
    let clients = console.clients(&asker);
    let first = async { Ok(offices(&clients).await?.into_iter().next()) };
    places::choose((&console, &asker), (Here::Calendar, "registration"), at, first).await
}

/// The offices that budget or home care knows; a problem only when neither tells.
async fn offices(clients: &Clients) -> Result<Vec<String>, Problem> {
    match tokio::join!(places::rooms(clients), places::ceiling_years(clients)) {
        (Err(problem), Err(_)) => Err(problem),
        (rooms, years) => Ok(places::offices(&rooms.unwrap_or_default(), &years.unwrap_or_default())),
    }
}

/// The calendar of an office.
pub async fn page(State(console): State<Console>, asker: Asker, Path(office): Path<String>) -> Response {
    let now = (console.now)();
    let shown = show(&console.clients(&asker), &office, now, asker.language).await;
    answer(&asker, Here::Calendar, now, shown)
}

/// A round, and how many registrations are in which state.
type Counted = (registration::Round, Result<BTreeMap<i32, i64>, Problem>);

async fn show(clients: &Clients, office: &str, now: DateTime<Utc>, language: Language) -> Result<Page, Problem> {
    let w = language.words();
    let asked = registration::ListRoundsRequest { office: office.to_owned(), page_size: PAGE, ..Default::default() };
    let (rounds, due, others, names) = tokio::join!(
        async { pages!(clients.registration.list_rounds(asked).rounds) },
        due(clients, office, now),
        offices(clients),
        Names::of(clients)
    );
    let mut counted: Vec<Counted> = Vec::new();
    for round in rounds? {
        let states = count(clients, &round).await;
        counted.push((round, states));
    }
    let places: Vec<(String, String)> = others.into_iter().flatten().map(|office| (office.clone(), office)).collect();
    let body = html! {
        (choice(w, "/calendar", w.choose_office, &places, office))
        p.lead { (w.calendar_lead) }
        @if counted.is_empty() { p { (w.no_calendar) } } @else {
            (states(&counted, language))
            (dates(&counted, now, language))
        }
        section aria-labelledby="due" {
            h2 id="due" { (w.still_due) }
            @match due {
                Err(problem) => (problem.notice(w)),
                Ok(due) if due.is_empty() => p { (w.nothing_due) },
                Ok(due) => (duties(&due, &names, now, language)),
            }
        }
        (names.notice(w))
    };
    Ok(Page { title: fill(w.calendar_of, &[("office", office)]), body })
}

/// What is due of providers and of the office, and what was missed and can still be done; the dates of the calendar stand
/// above it already.
async fn due(clients: &Clients, office: &str, now: DateTime<Utc>) -> Result<Vec<registration::Duty>, Problem> {
    let mut due = Vec::new();
    for state in [registration::DutyState::Missed, registration::DutyState::Open] {
        let request = registration::ListDutiesRequest {
            office: office.to_owned(),
            state: state.into(),
            page_size: PAGE,
            ..Default::default()
        };
        let listed: Vec<registration::Duty> = pages!(clients.registration.list_duties(request).duties)?;
        due.extend(listed.into_iter().filter(|duty| is_to_be_done(duty, now)));
    }
    Ok(due)
}

fn is_to_be_done(duty: &registration::Duty, now: DateTime<Utc>) -> bool {
    use registration::DutyKind as Kind;
    if duty.state() == registration::DutyState::Open {
        return duty.kind() != Kind::Milestone;
    }
    let recent = duty.due_time.as_ref().and_then(instant).is_some_and(|due| now - due < YEAR);
    recent && matches!(duty.kind(), Kind::Condition | Kind::Obligation | Kind::Integrity | Kind::Hardship)
}

async fn count(clients: &Clients, round: &registration::Round) -> Result<BTreeMap<i32, i64>, Problem> {
    let request = registration::ListRegistrationsRequest {
        round_id: round.round_id.clone(),
        page_size: REGISTRATIONS,
        ..Default::default()
    };
    let registrations: Vec<registration::Registration> =
        pages!(clients.registration.list_registrations(request).registrations)?;
    let mut states = BTreeMap::new();
    for registration in registrations {
        *states.entry(registration.state).or_default() += 1;
    }
    Ok(states)
}

fn name(round: &registration::Round, language: Language) -> String {
    let w = language.words();
    let (act, sector) = (terms::act(round.act(), w), terms::sector(round.sector(), w));
    format!("{act} {sector} {}", round.year)
}

fn states(counted: &[Counted], language: Language) -> Markup {
    use registration::RegistrationState as State;
    let w = language.words();
    let all = [
        State::Draft,
        State::Submitted,
        State::InAssessment,
        State::Admissible,
        State::Awarded,
        State::NotConsidered,
        State::Rejected,
    ];
    html! {
        section aria-labelledby="states" {
            h2 id="states" { (w.registrations) }
            (table(
                w.registrations,
                html! {
                    th scope="col" { (w.round) }
                    @for state in all { th.number scope="col" { (terms::registration(state, w)) } }
                    th.number scope="col" { (w.total) }
                },
                html! {
                    @for (round, states) in counted {
                        tr {
                            th scope="row" { (name(round, language)) }
                            @match states {
                                Err(_) => @for _ in 0..=all.len() { td.number { "–" } },
                                Ok(states) => {
                                    @for state in all {
                                        @let number = states.get(&i32::from(state)).copied().unwrap_or(0);
                                        td.number { (language.count(number)) }
                                    }
                                    td.number { (language.count(states.values().sum())) }
                                },
                            }
                        }
                    }
                },
            ))
            @for (_, states) in counted { @if let Err(problem) = states { (problem.notice(w)) } }
        }
    }
}

fn dates(counted: &[Counted], now: DateTime<Utc>, language: Language) -> Markup {
    let w = language.words();
    let mut dates: Vec<(&registration::Round, &registration::Milestone, Option<DateTime<Utc>>)> = counted
        .iter()
        .flat_map(|(round, _)| {
            round.milestones.iter().map(move |date| (round, date, date.until_time.as_ref().and_then(instant)))
        })
        .collect();
    dates.sort_by_key(|(_, date, until)| (*until, date.name.clone()));
    html! {
        section aria-labelledby="dates" {
            h2 id="dates" { (w.dates) }
            (table(
                w.dates,
                head(&[
                    Text(w.until), Text(w.what), Text(w.round), Text(w.whom), Text(w.where_it_stands),
                    Text(w.source),
                ]),
                html! {
                    @for (round, date, until) in &dates {
                        @let past = until.is_some_and(|until| until < now);
                        tr.past[past] {
                            th scope="row" { (language.moment(date.until_time.as_ref())) }
                            td { (language.either(&date.text_nl, &date.text_en)) }
                            td { (name(round, language)) }
                            td { (terms::party(date.party(), w)) }
                            td { (stands(*until, now, language)) }
                            td lang="nl" { (date.source) }
                        }
                    }
                },
            ))
        }
    }
}

/// Whether a moment has passed, or how long it is until then.
fn stands(until: Option<DateTime<Utc>>, now: DateTime<Utc>, language: Language) -> String {
    let w = language.words();
    match until {
        None => "–".to_owned(),
        Some(until) if until < now => w.past.to_owned(),
        Some(until) => fill(w.in_time, &[("time", &language.duration(until - now))]),
    }
}

fn duties(due: &[registration::Duty], names: &Names, now: DateTime<Utc>, language: Language) -> Markup {
    let w = language.words();
    html! {
        (table(
            w.still_due,
            head(&[
                Text(w.until), Text(w.what), Text(w.provider), Text(w.whom), Text(w.where_it_stands),
                Text(w.rule),
            ]),
            html! {
                @for duty in due {
                    tr {
                        th scope="row" { (language.moment(duty.due_time.as_ref())) }
                        td { (language.either(&duty.text_nl, &duty.text_en)) }
                        td { @if duty.agb.is_empty() { (w.several) } @else { (names.get(&duty.agb)) } }
                        td { (terms::party(duty.party(), w)) }
                        td { (stands(duty.due_time.as_ref().and_then(instant), now, language)) }
                        td { (duty.rule_id) }
                    }
                }
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_due_for_as_long_as_it_can_be_done() {
        use registration::{DutyKind as Kind, DutyState as State};
        let now = DateTime::from_timestamp(1_725_962_400, 0).unwrap();
        let duty = |kind: Kind, state: State, days: i64| registration::Duty {
            kind: kind.into(),
            state: state.into(),
            due_time: Some(prost_types::Timestamp { seconds: (now - TimeDelta::days(days)).timestamp(), nanos: 0 }),
            ..Default::default()
        };
        let shown = |kind, state, days| is_to_be_done(&duty(kind, state, days), now);
        assert!(shown(Kind::Condition, State::Missed, 30) && !shown(Kind::Condition, State::Missed, 400));
        assert!(!shown(Kind::Acceptance, State::Missed, 30) && shown(Kind::Acceptance, State::Open, 30));
        assert!(!shown(Kind::Milestone, State::Open, 0));
    }

    #[test]
    fn a_date_is_past_or_still_to_come() {
        let now = DateTime::from_timestamp(1_725_962_400, 0).unwrap();
        let told = |until| stands(until, now, Language::English);
        assert_eq!(told(Some(now - TimeDelta::seconds(1))), Language::English.words().past);
        assert!(told(Some(now + TimeDelta::days(3))).contains("3 d"));
        assert_eq!(told(None), "–");
    }
}
