//! Where the money is: every room, the ceilings that fill, what waits for people, and how up to date it all is.

use axum::{extract::State, response::Response};
use contract::{budget, common, homecare, registration, screening, tariffing};
use maud::{Markup, html};

use super::{ceilings, feeds, names::Names, places, room};
use crate::{
    asker::{Asker, Language},
    calls::{Clients, pages},
    layout::{
        Column::{Number, Text},
        Here, Page, answer, head, table,
    },
    problem::Problem,
    server::Console,
    show::percent,
    terms,
    words::{Words, fill},
};

const PAGE: i32 = 1_000;

/// The overview. A part that can't be had is told in its place; the others stay.
pub async fn page(State(console): State<Console>, asker: Asker) -> Response {
    let (language, w) = (asker.language, asker.language.words());
    let clients = console.clients(&asker);
    let (rooms, years, names, progress) = tokio::join!(
        places::rooms(&clients),
        places::ceiling_years(&clients),
        Names::of(&clients),
        feeds::all(&clients)
    );
    let offices = places::offices(rooms.as_deref().unwrap_or_default(), years.as_deref().unwrap_or_default());
    let (full, waiting) = tokio::join!(near_full(&clients, years), waiting(&clients, &offices));
    let now = (console.now)();
    let body = html! {
        p.lead { (w.overview_lead) }
        (money(rooms, language))
        (filling(full, &names, language))
        (waits(waiting, &names, language))
        section aria-labelledby="feeds" {
            h2 id="feeds" { (w.feeds) }
            (feeds::summary(&progress, now, language))
        }
        (names.notice(w))
    };
    answer(&asker, Here::Overview, now, Ok(Page { title: w.overview_title.to_owned(), body }))
}

/// The rooms.
fn money(rooms: Result<Vec<budget::Room>, Problem>, language: Language) -> Markup {
    let w = language.words();
    html! {
        section aria-labelledby="rooms" {
            h2 id="rooms" { (w.rooms) }
            @match rooms {
                Err(problem) => (problem.notice(w)),
                Ok(rooms) if rooms.is_empty() => p { (w.no_rooms) },
                Ok(rooms) => {
                    (room::legend(w))
                    @for room in &rooms {
                        article {
                            h3 { a href=(format!("/room/{}/{}", room.office, room.year)) { (room::title(room, w)) } }
                            (room::lots(room, language))
                        }
                    }
                },
            }
        }
    }
}

/// A ceiling from its first signal on, with its office and year.
type Full = (String, i32, homecare::Consumption);

/// The ceilings of each office's newest year that have reached the share of a signal, the fullest first.
async fn near_full(
    clients: &Clients,
    years: Result<Vec<homecare::CeilingYear>, Problem>,
) -> Result<Vec<Full>, Problem> {
    let mut newest: Vec<homecare::CeilingYear> = Vec::new();
    for year in years? {
        if !newest.iter().any(|one| one.office == year.office) {
            newest.push(year);
        }
    }
    let mut full = Vec::new();
    for year in newest {
        let Some(first) = year.signal_percentages.first().and_then(|share| share.value.parse::<money::Decimal>().ok())
        else {
            continue;
        };
        let used = ceilings::consumption(clients, &year.office, year.year).await?;
        let reached = |one: &homecare::Consumption| share(one).is_some_and(|share| share >= first);
        full.extend(used.into_iter().filter(reached).map(|one| (year.office.clone(), year.year, one)));
    }
    full.sort_by_key(|(_, _, one)| std::cmp::Reverse(share(one)));
    Ok(full)
}

fn share(used: &homecare::Consumption) -> Option<money::Decimal> {
    used.used_percentage.as_ref().and_then(|share| share.value.parse().ok())
}

fn filling(full: Result<Vec<Full>, Problem>, names: &Names, language: Language) -> Markup {
    let w = language.words();
    html! {
        section aria-labelledby="full" {
            h2 id="full" { (w.full_ceilings) }
            @match full {
                Err(problem) => (problem.notice(w)),
                Ok(full) if full.is_empty() => p { (w.no_full_ceilings) },
                Ok(full) => (table(
                    w.full_ceilings,
                    head(&[
                        Text(w.provider), Text(w.year), Number(w.ceiling), Number(w.granted), Number(w.used),
                        Text(w.details),
                    ]),
                    html! {
                        @for (office, year, used) in &full {
                            tr {
                                (names.cell(&used.agb)) td { (office) " " (year) }
                                td.number { (language.amount(used.ceiling.as_ref())) }
                                td.number { (language.amount(used.spent.as_ref())) }
                                td.number { (ceilings::used(used, language)) }
                                td {
                                    a href=(format!("/ceilings/{office}/{year}/{}", used.agb)) {
                                        (w.look) span.unseen { " " (names.get(&used.agb)) }
                                    }
                                }
                            }
                        }
                    },
                )),
            }
        }
    }
}

/// What waits for a second pair of eyes, by service; a service that tells nothing is told so.
type Waiting = Vec<(&'static str, Result<Vec<common::Proposal>, Problem>)>;

async fn waiting(clients: &Clients, offices: &[String]) -> Waiting {
    macro_rules! of {
        ($service:ident) => {{
            let mut all = Ok(Vec::new());
            for office in offices {
                let request =
                    $service::ListProposalsRequest { office: office.clone(), page_size: PAGE, ..Default::default() };
                match (pages!(clients.$service.list_proposals(request).proposals), &mut all) {
                    (Ok(more), Ok(all)) => all.extend(more),
                    (Err(problem), _) => all = Err(problem),
                    (Ok(_), Err(_)) => {}
                }
            }
            let open = |one: &common::Proposal| one.state() == common::ProposalState::Open;
            (stringify!($service), all.map(|all: Vec<common::Proposal>| all.into_iter().filter(open).collect()))
        }};
    }
    let (one, two, three, four, (name, five)) = tokio::join!(
        async { of!(registration) },
        async { of!(tariffing) },
        async { of!(budget) },
        async { of!(homecare) },
        async { of!(screening) }
    );
    // Most people have nothing to do with screening, and need no notice of that.
    let five = five.or_else(|problem: Problem| if problem.is_not_allowed() { Ok(Vec::new()) } else { Err(problem) });
    vec![one, two, three, four, (name, five)]
}

fn waits(waiting: Waiting, names: &Names, language: Language) -> Markup {
    let w = language.words();
    let total: usize = waiting.iter().filter_map(|(_, found)| found.as_ref().ok()).map(Vec::len).sum();
    html! {
        section aria-labelledby="waits" {
            h2 id="waits" { (w.waiting) }
            @if total == 0 && waiting.iter().all(|(_, found)| found.is_ok()) { p { (w.nothing_waits) } }
            @if total > 0 {
                (table(
                    w.waiting,
                    head(&[Text(w.about), Text(w.service), Text(w.provider), Text(w.proposed_by), Text(w.since)]),
                    html! {
                        @for (service, found) in &waiting {
                            @for proposal in found.iter().flatten() {
                                tr {
                                    th scope="row" lang="nl" { (proposal.summary) }
                                    td { (terms::service(service, w)) }
                                    @let of = if proposal.agb.is_empty() { w.several } else { names.get(&proposal.agb) };
                                    td { (of) }
                                    td { (proposal.proposed_by) }
                                    td { (language.moment(proposal.proposed_time.as_ref())) }
                                }
                            }
                        }
                    },
                ))
            }
            @for (_, found) in &waiting { @if let Err(problem) = found { (problem.notice(w)) } }
        }
    }
}

/// A part of a whole, for people: `12,3%`.
pub fn part(part: i64, whole: i64, language: Language) -> String {
    percent(part, whole).map_or_else(|| "–".to_owned(), |percent| format!("{}%", language.decimal(&percent)))
}

/// How a bar of a lot is read out.
pub fn spoken(lot: &budget::LotUse, language: Language) -> String {
    let w: &Words = language.words();
    let amount = |amount: &Option<common::Money>| language.amount(amount.as_ref());
    fill(
        w.lot_spoken,
        &[
            ("lot", terms::lot(lot.lot(), w)),
            ("room", &amount(&lot.room)),
            ("agreed", &amount(&lot.agreed)),
            ("reserve", &amount(&lot.reserve)),
            ("free", &amount(&lot.free)),
            ("realised", &amount(&lot.realised)),
            ("forecast", &amount(&lot.forecast)),
        ],
    )
}
