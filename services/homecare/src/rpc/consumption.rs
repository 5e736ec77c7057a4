//! The use of ceilings, and what years will come to (HOM-05).

use chrono::{DateTime, Utc};
use contract::homecare as proto;
use edge::{Call, EdgeError};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::forecast::{ForecastFacts, forecast},
    domain::{Consumption, ProviderYear},
    error, store,
};

impl Rpc {
    pub(super) async fn get_consumption(
        &self,
        call: &Call,
        request: proto::GetConsumptionRequest,
    ) -> Result<proto::GetConsumptionResponse, EdgeError> {
        let asked = (request.office.as_str(), request.agb.as_str(), request.year);
        let (of, at) = convert::get_consumption(asked, request.as_of_time.as_ref())?;
        let as_of = at.unwrap_or_else(|| self.core.clock.now());
        let used = store::consumption_of(&mut self.core.read(call).await?, &of, at).await?;
        let used = used.ok_or_else(|| error::no_agreement(&of))?;
        Ok(proto::GetConsumptionResponse { consumption: Some(self.told(&of, &used, as_of)?) })
    }

    pub(super) async fn list_consumption(
        &self,
        call: &Call,
        request: proto::ListConsumptionRequest,
    ) -> Result<proto::ListConsumptionResponse, EdgeError> {
        let (office, year, at, page) = convert::list_consumption(&request)?;
        let as_of = at.unwrap_or_else(|| self.core.clock.now());
        let mut tx = self.core.read(call).await?;
        let mut rows = store::page_of_consumption(&mut tx, (&office, year), at, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let told = |row: &Consumption| {
            let of = ProviderYear { office: office.clone(), agb: row.agb, year };
            self.told(&of, row, as_of)
        };
        let consumption: Result<_, EdgeError> = rows.iter().map(told).collect();
        Ok(proto::ListConsumptionResponse { consumption: consumption?, next_page_token })
    }

    pub(super) async fn forecast_year(
        &self,
        call: &Call,
        request: proto::ForecastYearRequest,
    ) -> Result<proto::ForecastYearResponse, EdgeError> {
        let asked = (request.office.as_str(), request.agb.as_str(), request.year);
        let (of, at) = convert::get_consumption(asked, request.as_of_time.as_ref())?;
        let as_of = at.unwrap_or_else(|| self.core.clock.now());
        let used = store::consumption_of(&mut self.core.read(call).await?, &of, at).await?;
        let facts = ForecastFacts::of(&of, &used.ok_or_else(|| error::no_agreement(&of))?, as_of);
        let mut trace = Trace::new();
        let made = forecast(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, as_of));
        Ok(proto::ForecastYearResponse {
            forecast: made.as_ref().map(convert::forecast),
            explanation: Some(self.core.explain_now(&explanation)?),
        })
    }

    fn told(
        &self,
        of: &ProviderYear,
        used: &Consumption,
        as_of: DateTime<Utc>,
    ) -> Result<proto::Consumption, EdgeError> {
        let facts = ForecastFacts::of(of, used, as_of);
        let made = forecast(&facts, &self.core.rules, &mut Trace::new())?;
        convert::consumption(used, made.as_ref(), as_of)
    }
}
