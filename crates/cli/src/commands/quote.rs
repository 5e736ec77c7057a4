//! `zorginkoop quote`: a tariff, step by step.

use chrono::Datelike;
use contract::{common, tariffing as proto};

use crate::{
    args::{EndpointArguments, QuoteArguments},
    commands::explain::show_steps,
    endpoints::Clients,
    failure::Failure,
    output::{euro, json, line},
};

/// Asks for a tariff and shows it.
pub async fn run(asked: QuoteArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let date = asked.date;
    let request = proto::QuoteRequest {
        office: asked.office,
        sector: asked.sector.to_proto().into(),
        agb: asked.agb,
        product: asked.product,
        care_date: Some(common::Date {
            year: date.year(),
            month: date.month().cast_signed(),
            day: date.day().cast_signed(),
        }),
        explain: true,
        ..Default::default()
    };
    let answer = Clients::new(endpoints)?.tariffing.quote(request).await?.into_inner();
    if as_json {
        return json(&answer, "zorginkoop.tariffing.v1.QuoteResponse");
    }
    let tariff = answer.tariff.unwrap_or_default();
    line(format!("{} per unit {}: {}", tariff.product, tariff.unit, euro(tariff.tariff.as_ref())));
    show_steps(answer.explanation.as_ref(), false);
    Ok(())
}
