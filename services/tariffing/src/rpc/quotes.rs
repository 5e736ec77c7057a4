//! Quotes (TAR-01).

use chrono::Datelike;
use contract::tariffing as proto;
use edge::Call;
use explain::{Facts, Trace};

use super::Rpc;
use crate::{convert, decide, decide::QuoteFacts, domain::Subject, error::Error};

impl Rpc {
    pub(super) async fn quote(&self, _: &Call, request: proto::QuoteRequest) -> Result<proto::QuoteResponse, Error> {
        let asked = convert::quote(&request)?;
        let (snapshot, as_of) = self.snapshots.of(&asked.office).await?;
        let maximum = snapshot.tariff_on(&asked.product, asked.care_date);
        let maximum = maximum.filter(|maximum| maximum.sector == asked.sector);
        let no_tariff = || Error::NoMaximumTariff { product: asked.product.clone(), date: asked.care_date };
        let maximum = maximum.ok_or_else(no_tariff)?.clone();
        let subject =
            Subject { office: asked.office, sector: asked.sector, agb: asked.agb, year: asked.care_date.year() };
        let agreed = snapshot.percentage_of(subject.agb, subject.sector, subject.year);
        let facts = QuoteFacts { subject, maximum, agreed, care_date: asked.care_date, as_of };
        let mut trace = Trace::new();
        let (tariff, percentage) = decide::quote(&facts, &self.core.rules, &mut trace)?;
        let explanation = if request.explain {
            let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, as_of));
            Some(self.core.explain_now(&explanation)?)
        } else {
            None
        };
        Ok(convert::quoted(&tariff, percentage, explanation, as_of))
    }
}
