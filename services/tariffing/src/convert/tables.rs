//! Between the contract and the domain: tables of maximum tariffs.

use chrono::NaiveDate;
use contract::tariffing as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use uuid::Uuid;

use crate::{
    decide::TariffEffect,
    domain::{MaximumTariff, Volumes},
};

/// What an import asks.
#[derive(Debug)]
pub struct Import {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// Where the table comes from.
    pub source: String,
    /// The table.
    pub tariffs: Vec<MaximumTariff>,
}

/// Reads an import; every wrong line of the table is a violation.
pub fn import(request: &proto::ImportMaximumTariffsRequest) -> Result<Import, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let source = fields.text("source", &request.source);
    let tariffs = crate::domain::table::read(&mut fields, &request.csv);
    let (request_id, office, source, tariffs) = fields.all((request_id, office, source, tariffs))?;
    Ok(Import { request_id, office, source, tariffs })
}

/// Reads what a list of tariffs asks: office, day and page.
pub fn list_tariffs(request: &proto::ListMaximumTariffsRequest) -> Result<(Office, NaiveDate, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let date = fields.date("date", request.date.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, date, page))
}

/// What an import of volumes asks: request, office, year, source and volumes.
pub type VolumesImport = (Uuid, Office, i32, String, Volumes);

/// Reads volumes; every wrong line is a violation.
pub fn import_volumes(request: &proto::ImportVolumesRequest) -> Result<VolumesImport, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let source = fields.text("source", &request.source);
    let volumes = crate::domain::volumes::read(&mut fields, &request.csv);
    fields.all((request_id, office, year, source, volumes))
}

/// Reads which table's effects are asked: office and version.
pub fn stream_effects(request: &proto::StreamTariffEffectsRequest) -> Result<(Office, i64), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let version = fields.check(request.version > 0, "version", "expected a number from 1").map(|()| request.version);
    fields.all((office, version))
}

/// An effect for the contract.
pub fn tariff_effect(effect: &TariffEffect) -> proto::TariffEffect {
    proto::TariffEffect {
        product: effect.product.clone(),
        period: to_proto::period(effect.first_day, Some(effect.last_day)),
        before: effect.before.and_then(to_proto::money),
        after: effect.after.and_then(to_proto::money),
        effect: effect.effect.and_then(to_proto::money),
    }
}

/// A maximum tariff for the contract. Its source is the table's, told by the version.
pub fn maximum_tariff(tariff: MaximumTariff) -> proto::MaximumTariff {
    proto::MaximumTariff {
        product: tariff.product,
        name: tariff.name,
        sector: tariff.sector.to_proto(),
        delivery_form: tariff.delivery_form,
        unit: tariff.unit,
        maximum: to_proto::money(tariff.maximum),
        nhc: to_proto::money(tariff.nhc),
        nic: to_proto::money(tariff.nic),
        period: to_proto::period(tariff.first_day, tariff.last_day),
        version: tariff.version,
    }
}
