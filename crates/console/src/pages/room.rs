//! The contract room of an office's year: what it is divided into, the budgets, and the rounds that made them.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::{budget, common};
use maud::{Markup, html};

use super::{
    names::Names,
    overview::{part, spoken},
    places::{self, At},
};
use crate::{
    asker::{Asker, Language},
    bars::{self, Part},
    calls::{Clients, call, pages},
    layout::{
        Column::{Number, Text},
        Here, Page, answer, choice, head, table, why,
    },
    problem::Problem,
    server::Console,
    show::cents,
    terms,
    words::{Words, fill},
};

const PAGE: i32 = 1_000;

/// On to the room that was chosen, or to the newest.
pub async fn choose(State(console): State<Console>, asker: Asker, Query(At { at }): Query<At>) -> Response {
    let clients = console.clients(&asker);
    let newest = async { Ok(places::rooms(&clients).await?.first().map(place)) };
    places::choose((&console, &asker), (Here::Room, "budget"), at, newest).await
}

/// The room of an office's year.
pub async fn page(
    State(console): State<Console>,
    asker: Asker,
    Path((office, year)): Path<(String, String)>,
) -> Response {
    let shown = show(&console.clients(&asker), (&office, &year), asker.language).await;
    answer(&asker, Here::Room, (console.now)(), shown)
}

async fn show(clients: &Clients, (office, year): (&str, &str), language: Language) -> Result<Page, Problem> {
    let w = language.words();
    let year: i32 = year.parse().map_err(|_| Problem::wrong("budget"))?;
    let asked = budget::GetRoomRequest { office: office.to_owned(), year, as_of_time: None };
    let (room, others, budgets, rounds, names) = tokio::join!(
        async { call!(clients.budget.get_room(asked)) },
        places::rooms(clients),
        budgets(clients, office, year),
        rounds(clients, office, year),
        Names::of(clients)
    );
    let room = room?.room.ok_or(Problem::missing("budget"))?;
    let places: Vec<(String, String)> = others.iter().flatten().map(|room| (place(room), title(room, w))).collect();
    let body = html! {
        (choice(w, "/room", w.choose_room, &places, &place(&room)))
        p.lead { (w.room_lead) }
        (legend(w))
        (lots(&room, language))
        p.fine { (fill(w.as_of, &[("time", &language.moment(room.as_of_time.as_ref()))])) }
        section aria-labelledby="rounds" {
            h2 id="rounds" { (w.rounds) }
            @match rounds { Err(problem) => (problem.notice(w)), Ok(rounds) => (round_table(&rounds, language)) }
        }
        section aria-labelledby="budgets" {
            h2 id="budgets" { (w.budgets) }
            @match budgets {
                Err(problem) => (problem.notice(w)),
                Ok(budgets) => (budget_table(&budgets, &names, language)),
            }
        }
        (names.notice(w))
    };
    Ok(Page { title: title(&room, w), body })
}

/// Every budget of the year.
async fn budgets(clients: &Clients, office: &str, year: i32) -> Result<Vec<budget::Budget>, Problem> {
    let request = budget::ListBudgetsRequest { office: office.to_owned(), year, page_size: PAGE, ..Default::default() };
    pages!(clients.budget.list_budgets(request).budgets)
}

/// Every round of the year, in the order they were opened.
pub async fn rounds(clients: &Clients, office: &str, year: i32) -> Result<Vec<budget::Round>, Problem> {
    let request = budget::ListRoundsRequest { office: office.to_owned(), year, page_size: PAGE, ..Default::default() };
    pages!(clients.budget.list_rounds(request).rounds)
}

/// What the room's page is found by.
pub fn place(room: &budget::Room) -> String {
    format!("{}/{}", room.office, room.year)
}

/// What a room is called.
pub fn title(room: &budget::Room, w: &Words) -> String {
    fill(w.room_of, &[("office", &room.office), ("year", &room.year.to_string())])
}

/// What each part means, and what it looks like.
pub fn legend(w: &Words) -> Markup {
    let parts = [
        (Part::Agreed, w.agreed, w.agreed_means),
        (Part::Reserve, w.reserve, w.reserve_means),
        (Part::Free, w.free, w.free_means),
        (Part::Realised, w.realised, w.realised_means),
        (Part::Forecast, w.forecast, w.forecast_means),
    ];
    html! {
        details.legend open {
            summary { (w.legend) }
            dl {
                @for (part, name, means) in parts {
                    div { dt { (bars::swatch(part)) " " (name) } dd { (means) } }
                }
            }
        }
    }
}

/// The lots of a room, each as a bar and as a table of the same figures.
pub fn lots(room: &budget::Room, language: Language) -> Markup {
    let w = language.words();
    html! {
        @for lot in room.lots.iter().filter(|lot| cents(lot.room.as_ref()) != 0 || cents(lot.agreed.as_ref()) != 0) {
            @let name = terms::lot(lot.lot(), w);
            div.lot {
                h4 { (name) }
                (bars::lot(lot, &spoken(lot, language)))
                (table(
                    &format!("{name}, {} {}", room.office, room.year),
                    head(&[Text(w.part), Number(w.amount), Number(w.of_the_room)]),
                    lot_rows(lot, language),
                ))
            }
        }
    }
}

fn lot_rows(lot: &budget::LotUse, language: Language) -> Markup {
    let w = language.words();
    let whole = cents(lot.room.as_ref());
    let row = |part_of: Option<Part>, name: &str, amount: &Option<common::Money>| {
        html! {
            tr {
                th scope="row" { @if let Some(part) = part_of { (bars::swatch(part)) " " } (name) }
                td.number { (language.amount(amount.as_ref())) }
                td.number { (part(cents(amount.as_ref()), whole, language)) }
            }
        }
    };
    html! {
        (row(None, w.contract_room, &lot.room))
        (row(Some(Part::Agreed), w.agreed, &lot.agreed))
        (row(Some(Part::Reserve), w.reserve, &lot.reserve))
        (row(Some(Part::Free), w.free, &lot.free))
        @if cents(lot.shortage.as_ref()) != 0 { (row(Some(Part::Shortage), w.shortage, &lot.shortage)) }
        (row(Some(Part::Realised), w.realised, &lot.realised))
        (row(Some(Part::Forecast), w.forecast, &lot.forecast))
    }
}

fn round_table(rounds: &[budget::Round], language: Language) -> Markup {
    let w = language.words();
    html! {
        @if rounds.is_empty() { p { (w.no_rounds) } } @else {
            (table(
                w.rounds,
                head(&[
                    Text(w.round), Text(w.opened), Number(w.providers), Number(w.simulations),
                    Text(w.committed), Text(w.decision),
                ]),
                html! {
                    @for round in rounds {
                        @let name = terms::round(round.kind(), w);
                        tr {
                            th scope="row" {
                                @let address = format!("/click/{}/{}?round={}", round.office, round.year, round.round_id);
                                a href=(address) { (name) }
                            }
                            td { (language.moment(round.opened_time.as_ref())) }
                            td.number { (language.count(i64::from(round.providers))) }
                            td.number { (language.count(i64::from(round.simulations))) }
                            td {
                                @match &round.committed_time {
                                    None => (w.not_yet),
                                    Some(time) => (language.moment(Some(time))),
                                }
                            }
                            td { (why(w, "budget", &round.decision_id, name)) }
                        }
                    }
                },
            ))
        }
    }
}

fn budget_table(budgets: &[budget::Budget], names: &Names, language: Language) -> Markup {
    let w = language.words();
    let total = |part: fn(&budget::Budget) -> &Option<common::Money>| {
        let sum = budgets.iter().map(|budget| i128::from(cents(part(budget).as_ref()))).sum::<i128>();
        i64::try_from(sum).map_or_else(|_| "–".to_owned(), |sum| language.money(sum))
    };
    html! {
        @if budgets.is_empty() { p { (w.no_budgets) } } @else {
            (table(
                w.budgets,
                head(&[
                    Text(w.provider), Number(w.base_production), Number(w.filed), Number(w.current),
                    Text(w.decision),
                ]),
                html! {
                    @for budget in budgets {
                        tr {
                            (names.cell(&budget.agb))
                            td.number { (language.amount(budget.base_production.as_ref())) }
                            td.number { (language.amount(budget.filed.as_ref())) }
                            td.number { (language.amount(budget.current.as_ref())) }
                            td { (why(w, "budget", &budget.decision_id, names.get(&budget.agb))) }
                        }
                    }
                    tr.total {
                        th scope="row" { (w.total) }
                        td.number { (total(|budget| &budget.base_production)) }
                        td.number { (total(|budget| &budget.filed)) }
                        td.number { (total(|budget| &budget.current)) }
                        td {}
                    }
                },
            ))
        }
    }
}
