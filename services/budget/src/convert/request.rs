//! Requests as they are read; all wrong fields at once.

use chrono::{DateTime, NaiveDate, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Office, Page};
use identifiers::{Agb, Region};
use money::{Decimal, Money, Percentage};
use uuid::Uuid;

use crate::{
    domain::{Affordability, BaseKind, Entered, EntryKind, Lot, OfficeYear, Volume},
    store::BaseEntry,
};

/// The decimals of a volume.
const VOLUME_DECIMALS: u32 = 2;
/// The decimals of a percentage.
const PERCENTAGE_DECIMALS: u32 = 2;

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
    /// The day of that decision.
    pub day: Option<NaiveDate>,
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
    fields.check(amount != Some(Money::ZERO), "amount", "must not be nothing");
    let motivation = fields.text("motivation", &request.motivation);
    let day = fields.optional_date("day", request.day.as_ref());
    let (request_id, year, lot, amount, kind, motivation, day) =
        fields.all((request_id, year, lot, amount, kind, motivation, day))?;
    Ok(Change { request_id, year, lot, amount, kind, motivation, day })
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

pub(super) fn volumes(
    fields: &mut Fields,
    field: &str,
    volumes: &[proto::ProductVolume],
    signed: bool,
) -> Option<Vec<Volume>> {
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

/// Reads which files are asked: office, provider and page.
pub fn list_claim_files(request: &proto::ListClaimFilesRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

pub(super) fn optional_agb(fields: &mut Fields, text: &str) -> Option<String> {
    if text.is_empty() { Some(String::new()) } else { fields.agb("agb", text).map(|agb| agb.to_string()) }
}

/// An affordability agreement to be recorded.
#[derive(Debug)]
pub struct RecordAffordability {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// What it says.
    pub agreement: Affordability,
    /// How it was agreed.
    pub motivation: String,
}

/// Reads an affordability agreement.
pub fn record_affordability(request: &proto::RecordAffordabilityRequest) -> Result<RecordAffordability, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let budget = match &request.budget {
        None => Some(None),
        Some(budget) => fields.positive_money("budget", Some(budget)).map(Some),
    };
    let tariff = match &request.tariff_percentage {
        None => Some(None),
        Some(percentage) => fields.decimal("tariff_percentage", Some(percentage), PERCENTAGE_DECIMALS).map(Some),
    };
    let in_range = |percentage: Decimal| Decimal::ZERO < percentage && percentage <= Decimal::ONE_HUNDRED;
    let fits = tariff.flatten().is_none_or(in_range);
    fields.check(fits, "tariff_percentage", "must be more than 0 and at most 100");
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, agb, budget, tariff, motivation) =
        fields.all((request_id, year, agb, budget, tariff, motivation))?;
    let agreement = Affordability { budget, tariff: tariff.map(Percentage) };
    Ok(RecordAffordability { request_id, year, agb, agreement, motivation })
}
