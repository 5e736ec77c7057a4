//! Quotes (TAR-01, TAR-10).

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::tariffing as proto;
use edge::{Begun, Call, EdgeError, Fields, Office, to_proto};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert, decide,
    decide::{Agreed, Care, QuoteFacts, Quoted},
    domain::{MaximumTariff, Subject},
    error::Error,
    snapshot::Snapshot,
};

impl Rpc {
    pub(super) async fn quote(&self, _: &Call, request: proto::QuoteRequest) -> Result<proto::QuoteResponse, Error> {
        let asked = convert::quote(&request)?;
        let (snapshot, as_of) = self.known(&asked.subject.office, asked.known).await?;
        let facts = quote_facts(&snapshot, asked, as_of)?;
        let (quoted, trace) = self.quoted(&facts)?;
        let told = if request.explain || !quoted.refused.is_empty() || !quoted.conditions.is_empty() {
            Some(self.core.explain_now(&trace.finish(&self.core.rules, &Facts::new(&facts, as_of)))?)
        } else {
            None
        };
        let proto::Quote { tariff, percentage, agreed, refusals, conditions } =
            convert::quoted(&quoted, facts.agreed.is_some(), told.as_ref());
        let explanation = told.filter(|_| request.explain);
        let as_of_time = to_proto::time(as_of);
        Ok(proto::QuoteResponse { tariff, percentage, explanation, as_of_time, agreed, refusals, conditions })
    }

    pub(super) async fn quote_products(
        &self,
        _: &Call,
        request: proto::QuoteProductsRequest,
    ) -> Result<proto::QuoteProductsResponse, Error> {
        let asked = convert::quote_products(&request)?;
        let (snapshot, as_of) = self.known(&asked.office, asked.known).await?;
        let year = asked.care_date.year();
        let subject = Subject { office: asked.office, sector: asked.sector, agb: asked.agb, year };
        let mut quotes = Vec::new();
        for maximum in snapshot.tariffs_on(asked.sector, asked.care_date) {
            if !request.products.is_empty() && !request.products.contains(&maximum.product) {
                continue;
            }
            let care = Care { product: maximum.product.clone(), ..Care::default() };
            let facts = facts_for(&snapshot, subject.clone(), maximum.clone(), (asked.care_date, care), as_of);
            let (quoted, trace) = self.quoted(&facts)?;
            let told = if quoted.refused.is_empty() && quoted.conditions.is_empty() {
                None
            } else {
                Some(self.core.explain_now(&trace.finish(&self.core.rules, &Facts::new(&facts, as_of)))?)
            };
            quotes.push(convert::quoted(&quoted, facts.agreed.is_some(), told.as_ref()));
        }
        Ok(proto::QuoteProductsResponse { quotes, as_of_time: to_proto::time(as_of) })
    }

    pub(super) async fn keep_quote(
        &self,
        call: &Call,
        request: proto::KeepQuoteRequest,
    ) -> Result<proto::KeepQuoteResponse, Error> {
        let (request_id, asked) = convert::keep_quote(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let office = asked.subject.office.clone();
        let as_of = not_after(asked.known, write.now)?.unwrap_or(write.now);
        let snapshot = Snapshot::read(&mut write.tx, &office, asked.known, as_of).await?;
        let facts = quote_facts(&snapshot, asked, as_of)?;
        let (quoted, trace) = self.quoted(&facts)?;
        let kept_facts = Facts::new(&facts, facts.percentage.as_of);
        let explanation = trace.finish(&self.core.rules, &kept_facts);
        let quote = convert::quoted(&quoted, facts.agreed.is_some(), Some(&self.core.explain_now(&explanation)?));
        let name = format!("{} {} {}", facts.percentage.subject, facts.care.product, facts.care_date);
        let decision_id =
            self.record_explained(&mut write, (&office, "quote", &name), (&kept_facts, &explanation)).await?;
        Ok(write.commit(proto::KeepQuoteResponse { quote: Some(quote), decision_id }).await?)
    }

    pub(super) async fn get_quote(
        &self,
        call: &Call,
        request: proto::GetQuoteRequest,
    ) -> Result<proto::GetQuoteResponse, Error> {
        let told = self.core.explain(call, &request.decision_id).await?;
        let (facts, rules) = self.core.decided::<QuoteFacts>(call, &request.decision_id, "quote").await?;
        let quoted = decide::quote(&facts, &rules, &mut Trace::new())?;
        let quote = convert::quoted(&quoted, facts.agreed.is_some(), Some(&told));
        Ok(proto::GetQuoteResponse { quote: Some(quote), explanation: Some(told) })
    }

    /// What is known of an office now, or was at a moment, and the moment it is known as of.
    pub(super) async fn known(
        &self,
        office: &Office,
        known: Option<DateTime<Utc>>,
    ) -> Result<(Arc<Snapshot>, DateTime<Utc>), Error> {
        let Some(known) = not_after(known, self.core.clock.now())? else { return Ok(self.snapshots.of(office).await?) };
        let mut tx = self.core.db().read().await?;
        let snapshot = Snapshot::read(&mut tx, office, Some(known), known).await?;
        tx.rollback().await?;
        Ok((Arc::new(snapshot), known))
    }

    fn quoted(&self, facts: &QuoteFacts) -> Result<(Quoted, Trace), Error> {
        let mut trace = Trace::new();
        let quoted = decide::quote(facts, &self.core.rules, &mut trace)?;
        Ok((quoted, trace))
    }
}

/// A moment to know something as of, which must have come.
pub(super) fn not_after(known: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, EdgeError> {
    let mut fields = Fields::new();
    let past = fields.check(known.is_none_or(|known| known <= now), "known_time", "lies in the future");
    fields.all((past,))?;
    Ok(known)
}

/// The facts of a quote, from what is known of the office.
fn quote_facts(snapshot: &Snapshot, asked: convert::Quote, as_of: DateTime<Utc>) -> Result<QuoteFacts, Error> {
    let convert::Quote { subject, care_date, care, .. } = asked;
    let maximum = snapshot.tariff_on(&care.product, care_date).filter(|maximum| maximum.sector == subject.sector);
    let no_tariff = || Error::NoMaximumTariff { product: care.product.clone(), date: care_date };
    let maximum = maximum.ok_or_else(no_tariff)?.clone();
    Ok(facts_for(snapshot, subject, maximum, (care_date, care), as_of))
}

fn facts_for(
    snapshot: &Snapshot,
    subject: Subject,
    maximum: MaximumTariff,
    (care_date, care): (NaiveDate, Care),
    as_of: DateTime<Utc>,
) -> QuoteFacts {
    let agreed = snapshot.agreed_on(subject.agb, subject.sector, care_date);
    let agreed = agreed
        .map(|kept| Agreed { percentage: kept.of_form(&maximum.delivery_form), decision_id: kept.decision_id.clone() });
    let percentage = snapshot.facts_of(subject, as_of).for_form(&maximum.delivery_form);
    let care = Care { form: maximum.delivery_form.clone(), ..care };
    QuoteFacts { percentage, maximum, agreed, care, care_date }
}
