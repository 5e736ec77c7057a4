//! What is looked at without being kept: rooms of all offices, and what would come of a round.

use contract::budget as proto;
use edge::{EdgeError, Fields, Page, newest_first};
use identifiers::Agb;
use money::Money;

use crate::domain::{Choices, OfficeYear};

/// What of a round is to be seen.
#[derive(Debug)]
pub struct Preview {
    /// The round.
    pub round_id: String,
    /// The choices.
    pub choices: Choices,
    /// The reserve instead of the one that was frozen.
    pub reserve: Option<Money>,
    /// The provider whose part is explained; none for the whole.
    pub agb: Option<Agb>,
}

/// Reads what of a round is to be seen.
pub fn preview_round(request: &proto::PreviewRoundRequest) -> Result<Preview, EdgeError> {
    let mut fields = Fields::new();
    let round_id = fields.id("round_id", &request.round_id);
    let reserve = match &request.reserve {
        None => Some(None),
        Some(reserve) => fields.positive_money("reserve", Some(reserve)).map(Some),
    };
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let fund_overproduction = request.choices.unwrap_or_default().fund_overproduction;
    let (round_id, reserve, agb) = fields.all((round_id, reserve, agb))?;
    Ok(Preview { round_id, choices: Choices { fund_overproduction }, reserve, agb })
}

/// Holds a reserve that was asked against the room of the round: none where the round keeps no reserve apart.
pub fn preview_reserve(reserve: Money, room: Option<Money>) -> Result<Money, EdgeError> {
    let mut fields = Fields::new();
    let fits = match room {
        None => fields.check(false, "reserve", "only a click keeps a reserve apart"),
        Some(room) => fields.check(reserve <= room, "reserve", format!("is more than the room of {room}")),
    };
    fields.all((fits.map(|()| reserve),)).map(|(reserve,)| reserve)
}

/// Reads which page of rooms is asked.
pub fn list_rooms(request: &proto::ListRoomsRequest) -> Result<Page, EdgeError> {
    let mut fields = Fields::new();
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    fields.all((page,)).map(|(page,)| page)
}

/// The key of a room in the order of a list: the newest year first, then by office.
pub fn room_key(year: &OfficeYear) -> Vec<String> {
    vec![newest_first(year.year), year.office.to_string()]
}
