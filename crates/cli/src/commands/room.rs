//! `zorginkoop room`: where the money of a year is.

use contract::budget as proto;

use crate::{
    args::{EndpointArguments, YearArguments},
    endpoints::Clients,
    failure::Failure,
    output::{euro, json, line, table},
};

/// Shows the use of the contract room.
pub async fn run(year: YearArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let request = proto::GetRoomRequest { office: year.office, year: year.year, as_of_time: None };
    let answer = Clients::new(endpoints)?.budget.get_room(request).await?.into_inner();
    if as_json {
        return json(&answer, "zorginkoop.budget.v1.GetRoomResponse");
    }
    line(lots(answer.room.as_ref()));
    Ok(())
}

/// The lots of a room as a table.
pub fn lots(room: Option<&proto::Room>) -> String {
    let row = |lot: &proto::LotUse| {
        let name = if lot.lot() == proto::Lot::Zin { "ZIN" } else { "PGB" };
        let amounts = [&lot.room, &lot.reserve, &lot.agreed, &lot.free, &lot.shortage, &lot.realised, &lot.forecast];
        std::iter::once(name.to_owned()).chain(amounts.map(|amount| euro(amount.as_ref()))).collect()
    };
    let rows = room.map_or_else(Vec::new, |room| room.lots.iter().map(row).collect());
    table(&["lot", "room", "reserve", "agreed", "free", "shortage", "realised", "forecast"], rows, 1).to_string()
}
