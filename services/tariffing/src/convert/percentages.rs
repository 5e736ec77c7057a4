//! Between the contract and the domain: percentages.

use contract::tariffing as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use uuid::Uuid;

use crate::domain::{Adjustment, AgreedPercentage, ProductTariff, Subject};

/// The decimals of percentage points.
const POINT_DECIMALS: u32 = 4;

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
