//! A round looked at before it is decided on: what it does to each provider, and in a click what another reserve would.
//!
//! The figures are those of `PreviewRound`, which computes from what was frozen and keeps nothing.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::{budget, common};
use maud::{Markup, html};

use super::{
    asked::Asked,
    decision,
    names::Names,
    places::{self, At},
    room,
};
use crate::{
    asker::{Asker, Language},
    calls::{Clients, call, pages},
    layout::{
        Column::{Number, Text},
        Here, Page, answer, choice, head, table, why as explained,
    },
    problem::Problem,
    server::Console,
    show::cents,
    terms,
    words::{Words, fill},
};

const PAGE: i32 = 1_000;
/// How fine the slider is: a tenth of a percent.
const STEPS: i64 = 1_000;
/// How far the slider goes, in steps; further where the reserve itself is further.
const FURTHEST: i64 = 100;

/// On to the year that was chosen, or to the newest that has a room.
pub async fn choose(State(console): State<Console>, asker: Asker, Query(At { at }): Query<At>) -> Response {
    let clients = console.clients(&asker);
    let newest = async { Ok(places::rooms(&clients).await?.first().map(room::place)) };
    places::choose((&console, &asker), (Here::Click, "budget"), at, newest).await
}

/// A round of a year, previewed.
pub async fn page(
    State(console): State<Console>,
    asker: Asker,
    Path((office, year)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let shown = show(&console.clients(&asker), (&office, &year), &asked, asker.language).await;
    answer(&asker, Here::Click, (console.now)(), shown)
}

/// Why a provider gets what it would get.
pub async fn why(
    State(console): State<Console>,
    asker: Asker,
    Path((office, year)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let clients = console.clients(&asker);
    let shown = explain(&clients, (&office, &year), &asked, asker.language).await;
    answer(&asker, Here::Click, (console.now)(), shown)
}

/// A round as it was frozen, and as it was asked.
struct Previewed {
    round: budget::Round,
    frozen: budget::PreviewRoundResponse,
    asked: budget::PreviewRoundResponse,
}

async fn previewed(clients: &Clients, rounds: &[budget::Round], asked: &Asked) -> Result<Previewed, Problem> {
    let chosen = match asked.round.as_str() {
        "" => rounds.iter().rev().find(|round| round.kind() == budget::RoundKind::Click).or(rounds.last()),
        id => rounds.iter().find(|round| round.round_id == id),
    };
    let round = chosen.cloned().ok_or(Problem::missing("budget"))?;
    let preview = |reserve: Option<i64>, agb: &str| budget::PreviewRoundRequest {
        round_id: round.round_id.clone(),
        choices: Some(budget::RoundChoices { fund_overproduction: asked.funds() }),
        reserve: reserve.map(|cents| common::Money { cents }),
        agb: agb.to_owned(),
    };
    let without = preview(None, "");
    let frozen = call!(clients.budget.preview_round(without))?;
    let reserve = match &frozen.frozen_reserve {
        Some(_) => asked.reserve_of(cents(frozen.room.as_ref()))?,
        None => None,
    };
    let with = preview(reserve, &asked.agb);
    let asked = call!(clients.budget.preview_round(with))?;
    Ok(Previewed { round, frozen, asked })
}

async fn show(
    clients: &Clients,
    (office, year): (&str, &str),
    asked: &Asked,
    language: Language,
) -> Result<Page, Problem> {
    let w = language.words();
    let number: i32 = year.parse().map_err(|_| Problem::wrong("budget"))?;
    let (rounds, others, names) =
        tokio::join!(room::rounds(clients, office, number), places::rooms(clients), Names::of(clients));
    let rounds = rounds?;
    let place = format!("{office}/{year}");
    let of = |room: &budget::Room| (room::place(room), room::title(room, w));
    let places: Vec<(String, String)> = others.iter().flatten().map(of).collect();
    if rounds.is_empty() {
        let body = html! { (choice(w, "/click", w.choose_room, &places, &place)) p { (w.no_rounds) } };
        return Ok(Page { title: fill(w.rounds_of, &[("office", office), ("year", year)]), body });
    }
    let found = previewed(clients, &rounds, &asked.of_all()).await?;
    let decided = decided(clients, &found.round).await;
    let kind = terms::round(found.round.kind(), w);
    let body = html! {
        (choice(w, "/click", w.choose_room, &places, &place))
        p.lead { (w.click_lead) }
        (which(&rounds, &found.round, &place, language))
        (form(&found, asked, &place, language))
        div id="result" {
            (totals(&found, language))
            (providers(&found, &decided, (&names, asked, &place), language))
            section aria-labelledby="steps" {
                h2 id="steps" { (w.how_it_came) }
                (decision::steps(found.asked.explanation.as_ref(), language))
            }
        }
        @if let Err(problem) = &decided { (problem.notice(w)) }
        (names.notice(w))
    };
    Ok(Page { title: fill(w.round_title, &[("round", kind), ("office", office), ("year", year)]), body })
}

/// What was decided on each provider, where the round is committed.
async fn decided(clients: &Clients, round: &budget::Round) -> Result<Vec<budget::RoundProvider>, Problem> {
    if round.committed_simulation_id.is_empty() {
        return Ok(Vec::new());
    }
    let simulation_id = round.committed_simulation_id.clone();
    let request = budget::ListRoundProvidersRequest { simulation_id, page_size: PAGE, ..Default::default() };
    pages!(clients.budget.list_round_providers(request).providers)
}

/// The rounds of the year, to look at another one.
fn which(rounds: &[budget::Round], shown: &budget::Round, place: &str, language: Language) -> Markup {
    let w = language.words();
    html! {
        nav.rounds aria-label=(w.rounds) {
            ul {
                @for round in rounds {
                    @let here = round.round_id == shown.round_id;
                    li {
                        @let address = format!("/click/{place}?round={}", round.round_id);
                        a href=(address) aria-current=[here.then_some("true")] {
                            (terms::round(round.kind(), w)) ", " (language.moment(round.opened_time.as_ref()))
                        }
                    }
                }
            }
        }
        p {
            @if shown.committed_time.is_some() {
                (fill(w.round_committed, &[("time", &language.moment(shown.committed_time.as_ref()))])) " "
                (explained(w, "budget", &shown.decision_id, terms::round(shown.kind(), w)))
            } @else { (w.round_open) }
        }
    }
}

/// The slider, and the choice beside it: a form that works by its button too.
fn form(found: &Previewed, asked: &Asked, place: &str, language: Language) -> Markup {
    let w = language.words();
    let room = cents(found.asked.room.as_ref());
    let steps = |reserve: i64| steps(reserve, room);
    let reserve = found.asked.reserve.as_ref();
    let at = steps(cents(reserve));
    let furthest = FURTHEST.max(2 * steps(cents(found.frozen.frozen_reserve.as_ref()))).max(at).min(STEPS);
    let percent = |steps: i64| format!("{}.{}", steps / 10, steps % 10);
    let is = [("percent", language.decimal(&percent(at))), ("amount", language.amount(reserve))];
    let is = fill(w.reserve_is, &is.each_ref().map(|(name, text)| (*name, text.as_str())));
    let frozen = fill(w.reserve_frozen, &[("amount", &language.amount(found.frozen.frozen_reserve.as_ref()))]);
    let takes_choice = matches!(found.round.kind(), budget::RoundKind::Click | budget::RoundKind::Reallocation);
    html! {
        @if takes_choice {
            form.simulate id="simulate" action=(format!("/click/{place}")) method="get" {
                input type="hidden" name="round" value=(found.round.round_id);
                @if reserve.is_some() {
                    p {
                        label for="reserve" { (w.reserve_slider) }
                        input type="range" id="reserve" name="reserve" aria-describedby="reserve-is"
                            min="0" max=(percent(furthest)) step="0.1" value=(percent(at));
                        output id="reserve-is" for="reserve" { (is) }
                    }
                    p {
                        label for="euro" { (w.reserve_euro) }
                        input type="text" id="euro" name="euro" inputmode="decimal" autocomplete="off" value=(asked.euro);
                    }
                    p.fine { (frozen) }
                }
                fieldset {
                    legend { (w.overproduction) }
                    label { input type="radio" name="fund" value="yes" checked[asked.funds()]; " " (w.funded) }
                    label { input type="radio" name="fund" value="no" checked[!asked.funds()]; " " (w.not_funded) }
                }
                button type="submit" { (w.compute) }
            }
        }
    }
}

/// Where a reserve is on the slider: at the nearest step, since a step of a room is rarely whole cents.
fn steps(reserve: i64, room: i64) -> i64 {
    if room <= 0 {
        return 0;
    }
    let (reserve, room) = (i128::from(reserve), i128::from(room));
    i64::try_from((reserve * i128::from(STEPS) + room / 2) / room).unwrap_or(STEPS)
}

fn totals(found: &Previewed, language: Language) -> Markup {
    let w = language.words();
    let (was, now) = (found.frozen.totals.unwrap_or_default(), found.asked.totals.unwrap_or_default());
    let rows = [
        (w.available, was.available, now.available),
        (w.before, was.before, now.before),
        (w.asked, was.asked, now.asked),
        (w.after, was.after, now.after),
        (w.to_share, was.to_share, now.to_share),
        (w.raised_by, was.granted, now.granted),
        (w.unfunded, was.unfunded, now.unfunded),
        (w.withheld, was.shortage, now.shortage),
        (w.left, was.left, now.left),
    ];
    html! {
        section aria-labelledby="totals" {
            h2 id="totals" { (w.all_together) }
            @if cents(now.unfunded_commitment.as_ref()) > 0 {
                @let over = language.amount(now.unfunded_commitment.as_ref());
                p.warning role="note" { (fill(w.cannot_commit, &[("amount", &over)])) }
            }
            (table(
                w.all_together,
                head(&[Text(w.part), Number(w.as_frozen), Number(w.as_asked), Number(w.difference)]),
                html! {
                    @for (name, was, now) in &rows {
                        tr {
                            th scope="row" { (name) }
                            td.number { (language.amount(was.as_ref())) }
                            td.number { (language.amount(now.as_ref())) }
                            td.number { (difference(cents(was.as_ref()), cents(now.as_ref()), language)) }
                        }
                    }
                },
            ))
        }
    }
}

fn providers(
    found: &Previewed,
    decided: &Result<Vec<budget::RoundProvider>, Problem>,
    (names, asked, place): (&Names, &Asked, &str),
    language: Language,
) -> Markup {
    let w: &Words = language.words();
    let decision = |agb: &str| {
        let found = decided.iter().flatten().find(|one| one.agb == agb);
        found.map(|one| one.decision_id.as_str()).unwrap_or_default()
    };
    let part = |agb: &str| format!("/click/{place}/why?{}", asked.query(&found.round.round_id, agb));
    html! {
        section aria-labelledby="providers" {
            h2 id="providers" { (w.per_provider) }
            (table(
                w.per_provider,
                head(&[
                    Text(w.provider), Number(w.before), Number(w.asked), Number(w.as_frozen),
                    Number(w.as_asked), Number(w.difference), Number(w.short), Text(w.outcome),
                    Text(w.explanation), Text(w.decision),
                ]),
                html! {
                    @for (was, now) in found.frozen.providers.iter().zip(&found.asked.providers) {
                        tr {
                            (names.cell(&now.agb))
                            td.number { (language.amount(now.before.as_ref())) }
                            td.number { (language.amount(now.asked.as_ref())) }
                            td.number { (language.amount(was.after.as_ref())) }
                            td.number { (language.amount(now.after.as_ref())) }
                            td.number { (difference(cents(was.after.as_ref()), cents(now.after.as_ref()), language)) }
                            td.number { (language.money(short(now))) }
                            td { (terms::outcome(now.outcome(), w)) }
                            td { a href=(part(&now.agb)) { (w.why) span.unseen { " " (names.get(&now.agb)) } } }
                            td { (explained(w, "budget", decision(&now.agb), names.get(&now.agb))) }
                        }
                    }
                },
            ))
        }
    }
}

/// How much less a provider gets than is asked for it, in cents.
fn short(provider: &budget::RoundProvider) -> i64 {
    cents(provider.asked.as_ref()).saturating_sub(cents(provider.after.as_ref())).max(0)
}

/// By how much something changes; nothing is a dash.
fn difference(was: i64, now: i64, language: Language) -> String {
    match now.saturating_sub(was) {
        0 => "–".to_owned(),
        more @ 1.. => format!("+{}", language.money(more)),
        less => language.money(less),
    }
}

async fn explain(
    clients: &Clients,
    (office, year): (&str, &str),
    asked: &Asked,
    language: Language,
) -> Result<Page, Problem> {
    let w = language.words();
    let number: i32 = year.parse().map_err(|_| Problem::wrong("budget"))?;
    let (rounds, names) = tokio::join!(room::rounds(clients, office, number), Names::of(clients));
    let found = previewed(clients, &rounds?, asked).await?;
    let body = html! {
        p { a href=(format!("/click/{office}/{year}?{}", asked.query(&found.round.round_id, ""))) { (w.back_to_round) } }
        p.lead { (w.preview_lead) }
        (decision::steps(found.asked.explanation.as_ref(), language))
        (names.notice(w))
    };
    let kind = terms::round(found.round.kind(), w);
    Ok(Page { title: fill(w.part_title, &[("round", kind), ("provider", names.get(&asked.agb))]), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_slider_comes_back_as_that_step() {
        let room = money::Money::from_cents(4_870_030_958);
        for step in 0..=STEPS {
            let percent = money::Percentage(money::Decimal::new(step, 1));
            let reserve = percent.of(room, money::Rounding::Down).unwrap();
            assert_eq!(steps(reserve.cents(), room.cents()), step);
        }
        assert_eq!(steps(5, 0), 0);
    }

    #[test]
    fn a_change_says_its_direction() {
        assert_eq!(difference(5, 5, Language::English), "–");
        assert_eq!(difference(5, 105, Language::English), "+€1.00");
        assert_eq!(difference(105, 5, Language::English), "-€1.00");
    }
}
