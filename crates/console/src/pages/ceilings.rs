//! The ceilings of home care: how far each is used, what the year will come to, and what was decided about it.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::homecare;
use maud::{Markup, html};

use super::{
    decision,
    names::Names,
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

/// On to the year that was chosen, or to the newest.
pub async fn choose(State(console): State<Console>, asker: Asker, Query(At { at }): Query<At>) -> Response {
    let clients = console.clients(&asker);
    let newest = async { Ok(places::ceiling_years(&clients).await?.first().map(place)) };
    places::choose((&console, &asker), (Here::Ceilings, "homecare"), at, newest).await
}

/// The ceilings of an office's year.
pub async fn page(
    State(console): State<Console>,
    asker: Asker,
    Path((office, year)): Path<(String, String)>,
) -> Response {
    let shown = show(&console.clients(&asker), (&office, &year), asker.language).await;
    answer(&asker, Here::Ceilings, (console.now)(), shown)
}

/// The ceiling of a provider.
pub async fn provider(
    State(console): State<Console>,
    asker: Asker,
    Path((office, year, agb)): Path<(String, String, String)>,
) -> Response {
    let shown = of_provider(&console.clients(&asker), (&office, &year, &agb), asker.language).await;
    answer(&asker, Here::Ceilings, (console.now)(), shown)
}

/// How far every ceiling of a year is used.
pub async fn consumption(clients: &Clients, office: &str, year: i32) -> Result<Vec<homecare::Consumption>, Problem> {
    let request =
        homecare::ListConsumptionRequest { office: office.to_owned(), year, page_size: PAGE, ..Default::default() };
    pages!(clients.homecare.list_consumption(request).consumption)
}

fn place(year: &homecare::CeilingYear) -> String {
    format!("{}/{}", year.office, year.year)
}

/// The shares at which a signal is given, as the rules of the year state them.
fn signals(years: &[homecare::CeilingYear], office: &str, year: i32) -> Vec<String> {
    let of_year = years.iter().find(|one| one.office == office && one.year == year);
    of_year.into_iter().flat_map(|one| &one.signal_percentages).map(|share| share.value.clone()).collect()
}

/// The same in whole percents, to be drawn.
fn lines(signals: &[String]) -> Vec<i64> {
    signals.iter().filter_map(|share| share.split('.').next()?.parse().ok()).collect()
}

async fn show(clients: &Clients, (office, year): (&str, &str), language: Language) -> Result<Page, Problem> {
    let w = language.words();
    let number: i32 = year.parse().map_err(|_| Problem::wrong("homecare"))?;
    let (used, years, names) =
        tokio::join!(consumption(clients, office, number), places::ceiling_years(clients), Names::of(clients));
    let (used, years) = (used?, years?);
    let shares = signals(&years, office, number);
    let of = |one: &homecare::CeilingYear| {
        (place(one), fill(w.ceilings_of, &[("office", &one.office), ("year", &one.year.to_string())]))
    };
    let places: Vec<(String, String)> = years.iter().map(of).collect();
    let title = fill(w.ceilings_of, &[("office", office), ("year", year)]);
    let body = html! {
        (choice(w, "/ceilings", w.choose_year, &places, &format!("{office}/{year}")))
        p.lead { (w.ceilings_lead) }
        (legend(&shares, language))
        @if used.is_empty() { p { (w.no_ceilings) } } @else {
            div.ceilings {
                @for one in &used {
                    article {
                        h2 { a href=(format!("/ceilings/{office}/{year}/{}", one.agb)) { (names.get(&one.agb)) } }
                        (bars::ceiling(one, &lines(&shares), &spoken(one, names.get(&one.agb), language)))
                        p { (spoken(one, names.get(&one.agb), language)) }
                    }
                }
            }
            (figures(&used, &shares, &names, &title, language))
        }
        (names.notice(w))
    };
    Ok(Page { title, body })
}

fn legend(shares: &[String], language: Language) -> Markup {
    let w = language.words();
    let shares: Vec<String> = shares.iter().map(|share| format!("{}%", language.decimal(share))).collect();
    html! {
        dl.legend {
            div { dt { (bars::swatch(Part::Agreed)) " " (w.granted) } dd { (w.granted_means) } }
            div { dt { (bars::swatch(Part::Forecast)) " " (w.forecast) } dd { (w.year_forecast_means) } }
            @if !shares.is_empty() {
                div { dt { (fill(w.signal_lines, &[("shares", &shares.join(", "))])) } dd { (w.signal_lines_mean) } }
            }
            div { dt { (w.limit_line) } dd { (w.limit_line_means) } }
        }
    }
}

fn figures(
    used_of: &[homecare::Consumption],
    shares: &[String],
    names: &Names,
    title: &str,
    language: Language,
) -> Markup {
    let w = language.words();
    html! {
        (table(
            title,
            head(&[
                Text(w.provider), Number(w.ceiling), Number(w.granted), Number(w.used), Number(w.left),
                Number(w.forecast), Number(w.beyond), Text(w.mark),
            ]),
            html! {
                @for one in used_of {
                    @let forecast = one.forecast.as_ref().and_then(|forecast| forecast.amount.as_ref());
                    tr {
                        (names.cell(&one.agb))
                        td.number { (language.amount(one.ceiling.as_ref())) }
                        td.number { (language.amount(one.spent.as_ref())) }
                        td.number { (used(one, language)) }
                        td.number { (language.amount(one.room.as_ref())) }
                        td.number { (language.amount(forecast)) }
                        td.number { (language.amount(one.beyond.as_ref())) }
                        td { (mark(one, shares, language)) }
                    }
                }
            },
        ))
    }
}

/// The share of a ceiling that is used, as the service rounds it.
pub fn used(one: &homecare::Consumption, language: Language) -> String {
    one.used_percentage.as_ref().map_or_else(|| "–".to_owned(), |share| format!("{}%", language.decimal(&share.value)))
}

/// What is to be noticed about a ceiling, in words.
fn mark(one: &homecare::Consumption, shares: &[String], language: Language) -> String {
    let w = language.words();
    let share: Option<money::Decimal> = one.used_percentage.as_ref().and_then(|share| share.value.parse().ok());
    let reached = shares
        .iter()
        .rev()
        .find(|limit| share.zip(limit.parse::<money::Decimal>().ok()).is_some_and(|(share, limit)| share >= limit));
    let full = cents(one.room.as_ref()) == 0 && cents(one.ceiling.as_ref()) > 0;
    let above = one.forecast.as_ref().is_some_and(|forecast| forecast.above_ceiling);
    let hours = one.hours.as_ref().is_some_and(|hours| !hours.kept);
    let mut told = Vec::new();
    match (full, reached) {
        (true, _) => told.push(w.is_full.to_owned()),
        (false, Some(share)) => told.push(fill(w.is_past, &[("share", &language.decimal(share))])),
        (false, None) => {}
    }
    told.extend(above.then(|| w.is_forecast_above.to_owned()));
    told.extend(hours.then(|| w.is_hours_above.to_owned()));
    if told.is_empty() { w.is_fine.to_owned() } else { told.join("; ") }
}

/// How a bar of a ceiling is read out.
fn spoken(one: &homecare::Consumption, name: &str, language: Language) -> String {
    let w: &Words = language.words();
    let forecast = one.forecast.as_ref().and_then(|forecast| forecast.amount.as_ref());
    let amounts = [&one.spent, &one.ceiling].map(|amount| language.amount(amount.as_ref()));
    let told = [
        ("provider", name),
        ("spent", &amounts[0]),
        ("ceiling", &amounts[1]),
        ("used", &used(one, language)),
        ("forecast", &language.amount(forecast)),
    ];
    fill(w.ceiling_spoken, &told)
}

async fn of_provider(
    clients: &Clients,
    (office, year, agb): (&str, &str, &str),
    language: Language,
) -> Result<Page, Problem> {
    let w = language.words();
    let number: i32 = year.parse().map_err(|_| Problem::wrong("homecare"))?;
    let (office_of, agb_of) = (office.to_owned(), agb.to_owned());
    let one = homecare::GetConsumptionRequest {
        office: office_of.clone(),
        agb: agb_of.clone(),
        year: number,
        as_of_time: None,
    };
    let decisions = homecare::ListCeilingDecisionsRequest {
        office: office_of.clone(),
        agb: agb_of.clone(),
        year: number,
        page_size: PAGE,
        ..Default::default()
    };
    let forecast = homecare::ForecastYearRequest { office: office_of, agb: agb_of, year: number, as_of_time: None };
    let (one, decisions, forecast, years, names) = tokio::join!(
        async { call!(clients.homecare.get_consumption(one)) },
        async { pages!(clients.homecare.list_ceiling_decisions(decisions).decisions) },
        async { call!(clients.homecare.forecast_year(forecast)) },
        places::ceiling_years(clients),
        Names::of(clients)
    );
    let one = one?.consumption.ok_or(Problem::missing("homecare"))?;
    let shares = signals(&years?, office, number);
    let name = names.get(agb);
    let title = fill(w.ceiling_of, &[("provider", name), ("year", year)]);
    let body = html! {
        p { a href=(format!("/ceilings/{office}/{year}")) { (w.all_ceilings) } }
        (legend(&shares, language))
        (bars::ceiling(&one, &lines(&shares), &spoken(&one, name, language)))
        (figures(std::slice::from_ref(&one), &shares, &names, &title, language))
        (hours(&one, language))
        section aria-labelledby="decisions" {
            h2 id="decisions" { (w.decisions) }
            @match decisions {
                Err(problem) => (problem.notice(w)),
                Ok(decisions) if decisions.is_empty() => p { (w.no_decisions) },
                Ok(decisions) => (decision_table(&decisions, language)),
            }
        }
        section aria-labelledby="forecast" {
            h2 id="forecast" { (w.forecast_of_year) }
            @match forecast {
                Err(problem) => (problem.notice(w)),
                Ok(forecast) => {
                    @if let Some(made) = &forecast.forecast { p { (terms::method(made.method(), w)) } }
                    (decision::steps(forecast.explanation.as_ref(), language))
                },
            }
        }
        (names.notice(w))
    };
    Ok(Page { title, body })
}

fn hours(one: &homecare::Consumption, language: Language) -> Markup {
    let w = language.words();
    let number = |number: Option<&contract::common::Decimal>| {
        number.map_or_else(|| "–".to_owned(), |number| language.decimal(&number.value))
    };
    let hours = one.hours.as_ref();
    let told = [
        ("hours", number(hours.and_then(|hours| hours.per_client_month.as_ref()))),
        ("agreed", number(hours.and_then(|hours| hours.agreed.as_ref()))),
        ("clients", language.count(one.clients)),
    ];
    let told: Vec<(&str, &str)> = told.iter().map(|(name, text)| (*name, text.as_str())).collect();
    html! { p { (fill(w.hours_told, &told)) } }
}

fn decision_table(decisions: &[homecare::CeilingDecision], language: Language) -> Markup {
    let w = language.words();
    html! {
        (table(
            w.decisions,
            head(&[Text(w.about), Text(w.taken), Number(w.refused), Text(w.explanation)]),
            html! {
                @for decision in decisions {
                    @let kind = terms::ceiling_decision(decision.kind(), w);
                    tr {
                        th scope="row" { (kind) }
                        td { (language.moment(decision.decided_time.as_ref())) }
                        td.number { (language.amount(decision.beyond.as_ref())) }
                        td { (why(w, "homecare", &decision.decision_id, kind)) }
                    }
                }
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use contract::common::{Decimal, Money};

    use super::*;

    #[test]
    fn what_is_to_be_noticed_is_said_in_words() {
        let at = |share: &str, left: i64, above: bool| homecare::Consumption {
            ceiling: Some(Money { cents: 10_000 }),
            room: Some(Money { cents: left }),
            used_percentage: Some(Decimal { value: share.to_owned() }),
            forecast: Some(homecare::Forecast { above_ceiling: above, ..Default::default() }),
            ..Default::default()
        };
        let told = |share: &str, left: i64, above: bool| {
            mark(&at(share, left, above), &["70".to_owned(), "90".to_owned()], Language::English)
        };
        let w = Language::English.words();
        assert_eq!(told("69.99", 3_001, false), w.is_fine);
        assert!(told("70.00", 3_000, false).contains("70%"));
        assert!(told("95.5", 450, true).contains("90%") && told("95.5", 450, true).contains(w.is_forecast_above));
        assert_eq!(told("100.00", 0, false), w.is_full);
    }
}
