//! The offices and years that there is anything of.

use axum::response::{IntoResponse, Redirect, Response};
use contract::{budget, homecare};

use crate::{
    asker::Asker,
    calls::{Clients, pages},
    layout::{Here, answer, escaped},
    problem::Problem,
    server::Console,
};

const PAGE: i32 = 1_000;

/// Which place was chosen from a list: `office/year`, or an office.
#[derive(Debug, serde::Deserialize)]
pub struct At {
    #[serde(default)]
    pub at: String,
}

/// The rooms of the offices that who asks may see, the newest year first.
pub async fn rooms(clients: &Clients) -> Result<Vec<budget::Room>, Problem> {
    let request = budget::ListRoomsRequest { page_size: PAGE, ..Default::default() };
    pages!(clients.budget.list_rooms(request).rooms)
}

/// The years with ceilings of those offices, the newest first.
pub async fn ceiling_years(clients: &Clients) -> Result<Vec<homecare::CeilingYear>, Problem> {
    let request = homecare::ListCeilingYearsRequest { page_size: PAGE, ..Default::default() };
    pages!(clients.homecare.list_ceiling_years(request).years)
}

/// The offices that either of the two knows, by name.
pub fn offices(rooms: &[budget::Room], years: &[homecare::CeilingYear]) -> Vec<String> {
    let of_rooms = rooms.iter().map(|room| room.office.clone());
    let mut offices: Vec<String> = of_rooms.chain(years.iter().map(|year| year.office.clone())).collect();
    offices.sort_unstable();
    offices.dedup();
    offices
}

/// On to the place that was chosen, or else to the first there is. Where there is none, the page says so, or what kept
/// `service` from telling.
pub async fn choose(
    (console, asker): (&Console, &Asker),
    (here, service): (Here, &'static str),
    chosen: String,
    first: impl Future<Output = Result<Option<String>, Problem>>,
) -> Response {
    let place = if chosen.is_empty() { first.await } else { Ok(Some(chosen)) };
    match place.and_then(|place| place.ok_or(Problem::missing(service))) {
        Ok(place) => Redirect::to(&format!("{}/{}", here.path(), escaped(&place))).into_response(),
        Err(problem) => answer(asker, here, (console.now)(), Err(problem)),
    }
}
