//! Between the contract and the domain: quotes.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use identifiers::Agb;

use super::percentages::product_tariff;
use crate::domain::ProductTariff;

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
