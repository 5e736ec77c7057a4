//! Requests as they are read; all wrong fields at once.

use chrono::{DateTime, NaiveDate, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Office, Page};
use identifiers::{Agb, Region};
use money::Money;
use uuid::Uuid;

use crate::{
    domain::{BaseKind, Entered, EntryKind, Lot, OfficeYear, Volume},
    store::BaseEntry,
};

/// The decimals of a volume.
const VOLUME_DECIMALS: u32 = 2;

pub(super) fn year_of(fields: &mut Fields, office: &str, year: i32) -> Option<OfficeYear> {
    let office = fields.office("office", office);
    let year = fields.year("year", year);
    Some(OfficeYear { office: office?, year: year? })
}

/// An office and a year.
pub fn office_year(office: &str, year: i32) -> Result<OfficeYear, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, office, year);
    fields.all((year,)).map(|(year,)| year)
}

/// An office, a year and a page of a list with a key of `parts` parts.
pub fn paged_year(
    (office, year): (&str, i32),
    (size, token): (i32, &str),
    parts: usize,
) -> Result<(OfficeYear, Page), EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, office, year);
    let page = Page::read(&mut fields, size, token, parts);
    fields.all((year, page))
}

/// A room to be established.
#[derive(Debug)]
pub struct Establish {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The regions.
    pub regions: Vec<String>,
    /// The ZIN lot.
    pub zin: Money,
    /// The PGB lot.
    pub pgb: Money,
    /// The decision it comes from.
    pub motivation: String,
}

/// Reads a room to be established.
pub fn establish_room(request: &proto::EstablishRoomRequest) -> Result<Establish, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let regions: Vec<Option<Region>> = request
        .regions
        .iter()
        .enumerate()
        .map(|(index, region)| fields.parse(&format!("regions[{index}]"), region))
        .collect();
    fields.check(!regions.is_empty(), "regions", "names no region");
    let regions = regions.into_iter().map(|region| region.map(|region| region.to_string())).collect();
    let zin = fields.positive_money("zin", request.zin.as_ref());
    let pgb = fields.positive_money("pgb", request.pgb.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, regions, zin, pgb, motivation) =
        fields.all((request_id, year, regions, zin, pgb, motivation))?;
    Ok(Establish { request_id, year, regions, zin, pgb, motivation })
}

/// A change of the room.
#[derive(Debug)]
pub struct Change {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The lot.
    pub lot: Lot,
    /// By how much.
    pub amount: Money,
    /// Why.
    pub kind: EntryKind,
    /// The decision it comes from.
    pub motivation: String,
}

/// Reads a change of the room.
pub fn change_room(request: &proto::ChangeRoomRequest) -> Result<Change, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let lot = match proto::Lot::try_from(request.lot) {
        Ok(proto::Lot::Zin) => Some(Lot::Zin),
        Ok(proto::Lot::Pgb) => Some(Lot::Pgb),
        _ => None,
    };
    fields.check(lot.is_some(), "lot", "expected LOT_ZIN or LOT_PGB");
    let kind = match proto::RoomChangeKind::try_from(request.kind) {
        Ok(proto::RoomChangeKind::NzaDecision) => Some(EntryKind::NzaDecision),
        Ok(proto::RoomChangeKind::Transfer) => Some(EntryKind::Transfer),
        _ => None,
    };
    fields.check(kind.is_some(), "kind", "expected ROOM_CHANGE_KIND_NZA_DECISION or ROOM_CHANGE_KIND_TRANSFER");
    let amount = fields.money("amount", request.amount.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, lot, amount, kind, motivation) =
        fields.all((request_id, year, lot, amount, kind, motivation))?;
    Ok(Change { request_id, year, lot, amount, kind, motivation })
}

/// Reserve to be released.
#[derive(Debug)]
pub struct Release {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// How much.
    pub amount: Money,
    /// What for.
    pub motivation: String,
}

/// Reads reserve to be released.
pub fn release_reserve(request: &proto::ReleaseReserveRequest) -> Result<Release, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let amount = fields.positive_money("amount", request.amount.as_ref());
    fields.check(amount != Some(Money::ZERO), "amount", "must be more than nothing");
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, amount, motivation) = fields.all((request_id, year, amount, motivation))?;
    Ok(Release { request_id, year, amount, motivation })
}

/// Reads which room is asked, and as known when.
pub fn get_room(request: &proto::GetRoomRequest) -> Result<(OfficeYear, Option<DateTime<Utc>>), EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    fields.all((year, as_of))
}

fn volumes(fields: &mut Fields, field: &str, volumes: &[proto::ProductVolume], signed: bool) -> Option<Vec<Volume>> {
    let mut read = Vec::with_capacity(volumes.len());
    let mut sound = true;
    for (index, volume) in volumes.iter().enumerate() {
        let product = fields.product(&format!("{field}[{index}].product"), &volume.product);
        let name = format!("{field}[{index}].volume");
        let amount = fields.decimal(&name, volume.volume.as_ref(), VOLUME_DECIMALS);
        let positive = signed || amount.is_none_or(|amount| !amount.is_sign_negative());
        sound &= fields.check(positive, &name, "must not be negative").is_some();
        match (product, amount) {
            (Some(product), Some(volume)) => read.push(Volume { product, volume }),
            _ => sound = false,
        }
    }
    let mut products: Vec<&str> = volumes.iter().map(|volume| volume.product.as_str()).collect();
    products.sort_unstable();
    let once = products.windows(2).all(|pair| pair[0] != pair[1]);
    fields.check(once, field, "names a product twice")?;
    sound.then_some(read)
}

/// Reads base production to be entered.
pub fn record_base(request: &proto::RecordBaseProductionRequest) -> Result<(Uuid, OfficeYear, BaseEntry), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let kind = match proto::BaseKind::try_from(request.kind) {
        Ok(proto::BaseKind::Started) => Some(BaseKind::Started),
        Ok(proto::BaseKind::FromPgb) => Some(BaseKind::FromPgb),
        Ok(proto::BaseKind::New) => Some(BaseKind::New),
        Ok(proto::BaseKind::Correction) => Some(BaseKind::Correction),
        _ => None,
    };
    fields.check(kind.is_some(), "kind", "expected STARTED, FROM_PGB, NEW or CORRECTION: EXISTING is computed");
    let volumes = volumes(&mut fields, "volumes", &request.volumes, kind == Some(BaseKind::Correction));
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, agb, kind, volumes, motivation) =
        fields.all((request_id, year, agb, kind, volumes, motivation))?;
    Ok((request_id, year, BaseEntry { entered: Entered { agb, kind, volumes }, motivation }))
}

/// Reads which budgets are to be filed.
pub fn file_budgets(request: &proto::FileBudgetsRequest) -> Result<(Uuid, OfficeYear), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    fields.all((request_id, year))
}

/// Reads which files are asked: office, provider and page.
pub fn list_claim_files(request: &proto::ListClaimFilesRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// Reads which forecasts are to be made, and until when they can be answered.
pub fn make_forecast(request: &proto::MakeForecastRequest) -> Result<(Uuid, OfficeYear, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let due = fields.date("answer_due_date", request.answer_due_date.as_ref());
    fields.all((request_id, year, due))
}

/// A provider's answer.
#[derive(Debug)]
pub struct Answer {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// Its own volumes; none means it agrees.
    pub own: Vec<Volume>,
    /// Why they differ.
    pub motivation: String,
}

/// Reads a provider's answer.
pub fn answer_forecast(request: &proto::AnswerForecastRequest) -> Result<Answer, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let own = volumes(&mut fields, "own_volumes", &request.own_volumes, false);
    let motivation = match request.own_volumes.is_empty() {
        true => Some(request.motivation.clone()),
        false => fields.text("motivation", &request.motivation),
    };
    let (request_id, year, agb, own, motivation) = fields.all((request_id, year, agb, own, motivation))?;
    Ok(Answer { request_id, year, agb, own, motivation })
}

/// A forecast to be settled.
#[derive(Debug)]
pub struct Settle {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// The forecast that will hold.
    pub forecast: Money,
    /// Why.
    pub motivation: String,
}

/// Reads a forecast to be settled.
pub fn settle_forecast(request: &proto::SettleForecastRequest) -> Result<Settle, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let forecast = fields.positive_money("forecast", request.forecast.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, agb, forecast, motivation) = fields.all((request_id, year, agb, forecast, motivation))?;
    Ok(Settle { request_id, year, agb, forecast, motivation })
}

/// Reads a click to be simulated: the year and whether over-production is funded.
pub fn click_request(request: &proto::SimulateClickRequest) -> Result<(OfficeYear, bool), EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let choices = fields.required("choices", request.choices.as_ref());
    let (year, choices) = fields.all((year, choices))?;
    Ok((year, choices.fund_overproduction))
}

/// Reads a click to be committed.
pub fn commit_click(request: &proto::CommitClickRequest) -> Result<(Uuid, OfficeYear, bool), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let choices = fields.required("choices", request.choices.as_ref());
    let (request_id, year, choices) = fields.all((request_id, year, choices))?;
    Ok((request_id, year, choices.fund_overproduction))
}
