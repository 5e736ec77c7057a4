//! The pages, one module each.

mod asked;
mod assets;
mod calendar;
mod ceilings;
mod click;
mod decision;
mod feeds;
mod language;
mod names;
mod overview;
mod places;
mod room;

use axum::{Router, extract::State, response::Response, routing::get};

use crate::{
    asker::Asker,
    layout::{Here, answer},
    problem::Problem,
    server::Console,
};

/// Where each page is.
pub fn router() -> Router<Console> {
    Router::new()
        .route("/", get(overview::page))
        .route("/room", get(room::choose))
        .route("/room/{office}/{year}", get(room::page))
        .route("/click", get(click::choose))
        .route("/click/{office}/{year}", get(click::page))
        .route("/click/{office}/{year}/why", get(click::why))
        .route("/ceilings", get(ceilings::choose))
        .route("/ceilings/{office}/{year}", get(ceilings::page))
        .route("/ceilings/{office}/{year}/{agb}", get(ceilings::provider))
        .route("/calendar", get(calendar::choose))
        .route("/calendar/{office}", get(calendar::page))
        .route("/decision", get(decision::look_up))
        .route("/decision/{service}/{decision}", get(decision::page))
        .route("/feeds", get(feeds::page))
        .route("/language", get(language::switch))
        .route("/console.css", get(assets::style))
        .route("/console.js", get(assets::script))
        .route("/icon.svg", get(assets::icon))
        .fallback(nothing)
}

/// There is no such page.
async fn nothing(State(console): State<Console>, asker: Asker) -> Response {
    answer(&asker, Here::Overview, (console.now)(), Err(Problem::missing("console")))
}
