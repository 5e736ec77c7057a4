//! Between the contract and the domain.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use crate::domain::{Adjustment, AgreedPercentage, MaximumTariff, ProductTariff, Subject};

/// The decimals of percentage points.
const POINT_DECIMALS: u32 = 4;

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

/// What a quote asks.
#[derive(Debug)]
pub struct Quote {
    /// The office.
    pub office: Office,
    /// The sector.
    pub sector: Sector,
    /// The provider.
    pub agb: Agb,
    /// The product.
    pub product: String,
    /// The day care is given.
    pub care_date: NaiveDate,
}

/// Reads a quote.
pub fn quote(request: &proto::QuoteRequest) -> Result<Quote, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let agb = fields.agb("agb", &request.agb);
    let product = fields.product("product", &request.product);
    let care_date = fields.date("care_date", request.care_date.as_ref());
    let (office, sector, agb, product, care_date) = fields.all((office, sector, agb, product, care_date))?;
    Ok(Quote { office, sector, agb, product, care_date })
}

/// Reads what is to be agreed.
pub fn agree(request: &proto::AgreePercentageRequest) -> Result<(Uuid, Subject, Vec<Adjustment>), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let agb = fields.agb("agb", &request.agb);
    let year = fields.year("year", request.year);
    let adjustments: Vec<Option<Adjustment>> = request
        .adjustments
        .iter()
        .enumerate()
        .map(|(index, adjustment)| {
            let field = |name: &str| format!("adjustments[{index}].{name}");
            let theme = fields.text(&field("theme"), &adjustment.theme);
            let points = fields.decimal(&field("points"), adjustment.points.as_ref(), POINT_DECIMALS);
            let motivation = fields.text(&field("motivation"), &adjustment.motivation);
            Some(Adjustment { theme: theme?, points: points?, motivation: motivation? })
        })
        .collect();
    let adjustments = adjustments.into_iter().collect();
    let (request_id, office, sector, agb, year, adjustments) =
        fields.all((request_id, office, sector, agb, year, adjustments))?;
    Ok((request_id, Subject { office, sector, agb, year }, adjustments))
}

/// Reads what a list of percentages asks: office, year and page.
pub fn list_percentages(request: &proto::ListPercentagesRequest) -> Result<(Office, i32, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    fields.all((office, year, page))
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

/// A tariff for the contract.
pub fn product_tariff(tariff: &ProductTariff) -> proto::ProductTariff {
    proto::ProductTariff {
        product: tariff.product.clone(),
        unit: tariff.unit.clone(),
        tariff: to_proto::money(tariff.tariff),
        care_part: to_proto::money(tariff.care_part),
        housing_part: to_proto::money(tariff.housing_part),
        period: to_proto::period(tariff.first_day, tariff.last_day),
    }
}

/// A percentage for the contract.
pub fn agreed(agreed: &AgreedPercentage) -> proto::AgreedPercentage {
    proto::AgreedPercentage {
        office: agreed.subject.office.to_string(),
        sector: agreed.subject.sector.to_proto(),
        agb: agreed.subject.agb.to_string(),
        year: agreed.subject.year,
        percentage: to_proto::decimal(agreed.percentage.0),
        tariffs: agreed.tariffs.iter().map(product_tariff).collect(),
        decision_id: agreed.decision_id.clone(),
    }
}

/// The answer to a quote.
pub fn quoted(
    tariff: &ProductTariff,
    percentage: money::Percentage,
    explanation: Option<common::Explanation>,
    as_of: DateTime<Utc>,
) -> proto::QuoteResponse {
    proto::QuoteResponse {
        tariff: Some(product_tariff(tariff)),
        percentage: to_proto::decimal(percentage.0),
        explanation,
        as_of_time: to_proto::time(as_of),
    }
}
