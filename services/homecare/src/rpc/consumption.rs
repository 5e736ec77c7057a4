//! The use of ceilings, and what years will come to (HOM-05).

use chrono::{DateTime, NaiveDate, Utc};
use contract::{common, homecare as proto};
use edge::{Call, EdgeError, newest_first, to_proto};
use explain::{Facts, RuleScope, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::forecast::{ForecastFacts, forecast},
    domain::{Consumption, ProviderYear},
    error, rules, store,
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

    pub(super) async fn list_ceiling_years(
        &self,
        call: &Call,
        request: proto::ListCeilingYearsRequest,
    ) -> Result<proto::ListCeilingYearsResponse, EdgeError> {
        let page = convert::list_ceiling_years(&request)?;
        let mut rows = store::agreement_years(&mut self.core.read(call).await?).await?;
        let key = |(office, year, _): &(String, i64, i64)| vec![newest_first(*year), office.clone()];
        rows.retain(|row| call.sees(&row.0) && key(row) > page.after);
        let next_page_token = page.cut(&mut rows, key);
        let year = |(office, year, agreements): (String, i64, i64)| {
            let year = i32::try_from(year).unwrap_or_default();
            let signal_percentages = self.signal_percentages(&office, year);
            proto::CeilingYear { office, year, agreements, signal_percentages }
        };
        Ok(proto::ListCeilingYearsResponse { years: rows.into_iter().map(year).collect(), next_page_token })
    }

    /// The shares of a ceiling at which a signal is given in a year, as far as the rules state them.
    fn signal_percentages(&self, office: &str, year: i32) -> Vec<common::Decimal> {
        let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let scope = RuleScope { office, act: "zvw", sector: "home_care", date };
        let stated = [&rules::FIRST_SIGNAL, &rules::SECOND_SIGNAL].into_iter();
        let stated = stated.filter_map(|parameter| self.core.rules.get(parameter, &scope).ok());
        stated.filter_map(|share| to_proto::decimal(share.0)).collect()
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
