//! The public list of contracted supply (REG-19).

use contract::registration as proto;
use edge::{Call, Page, Sector};
use futures::Stream;
use tonic::Status;

use super::{Rpc, registrations::precondition};
use crate::{
    convert,
    convert::Supply,
    decide,
    domain::{Agreement, days_of},
    error::Error,
    store,
    store::Supplied,
};

/// Agreements that are read at once for a stream.
const BATCH: i64 = 500;

impl Rpc {
    pub(super) async fn list_supply(
        &self,
        call: &Call,
        request: proto::ListSupplyRequest,
    ) -> Result<proto::ListSupplyResponse, Error> {
        let (wanted, page) = convert::list_supply(&request)?;
        let mut tx = self.core.read(call).await?;
        let sectors = self.published(&mut tx, &wanted).await?;
        let at = |code: &str| sectors.iter().position(|sector| sector.as_str() == code);
        let first = if page.after[0].is_empty() { Some(0) } else { at(&page.after[0]) };
        let mut rows: Vec<(Agreement, String)> = Vec::new();
        for (index, sector) in sectors.iter().enumerate().skip(first.unwrap_or(sectors.len())) {
            let mut after = if Some(index) == first { page.after[1].clone() } else { String::new() };
            // What is left out may be more than a page.
            while rows.len() < usize::try_from(page.limit()).unwrap_or(usize::MAX) {
                let batch = store::supply(&mut tx, &self.supplied(&wanted, *sector), (&after, BATCH)).await?;
                let Some((last, _)) = batch.last() else { break };
                after.clone_from(&last.agreement_id);
                rows.extend(batch.into_iter().filter(|(agreement, _)| is_wanted(agreement, &wanted)));
            }
        }
        rows.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
        let next_page_token = cut(&page, &mut rows);
        let contracted = rows.iter().map(|(agreement, name)| convert::contracted(agreement, name)).collect();
        Ok(proto::ListSupplyResponse { contracted, next_page_token })
    }

    pub(super) async fn stream_supply(
        &self,
        call: &Call,
        request: proto::StreamSupplyRequest,
    ) -> Result<impl Stream<Item = Result<proto::StreamSupplyResponse, Status>> + Send + 'static, Error> {
        let wanted = convert::stream_supply(&request)?;
        let sectors = self.published(&mut self.core.read(call).await?, &wanted).await?;
        let (rpc, call) = (self.clone(), call.clone());
        let start = (sectors.into_iter().collect::<std::collections::VecDeque<Sector>>(), String::new());
        // Each batch is read in a transaction of its own, so that a slow reader holds none.
        let batches = futures::stream::try_unfold(start, move |(mut sectors, mut after)| {
            let (rpc, call, wanted) = (rpc.clone(), call.clone(), wanted.clone());
            async move {
                while let Some(sector) = sectors.front().copied() {
                    let mut tx = rpc.core.read(&call).await.map_err(Error::from)?;
                    let supplied = rpc.supplied(&wanted, sector);
                    let batch = store::supply(&mut tx, &supplied, (&after, BATCH)).await.map_err(Error::from)?;
                    if let Some(last) = batch.last().map(|(last, _)| last.agreement_id.clone()) {
                        return Ok(Some((batch, (sectors, last))));
                    }
                    sectors.pop_front();
                    after.clear();
                }
                Ok::<_, Status>(None)
            }
        });
        let each = |batch: Vec<(Agreement, String)>| {
            futures::stream::iter(batch.into_iter().map(|(agreement, name)| {
                Ok(proto::StreamSupplyResponse { contracted: Some(convert::contracted(&agreement, &name)) })
            }))
        };
        Ok(futures::TryStreamExt::try_flatten(futures::TryStreamExt::map_ok(batches, each)))
    }

    /// The sectors of which the list is public.
    async fn published(&self, tx: &mut database::Tx, wanted: &Supply) -> Result<Vec<Sector>, Error> {
        let rounds = store::all_rounds(tx, &wanted.office).await?;
        let now = self.core.clock.now();
        let of_year = rounds.into_iter().filter(|round| round.year == wanted.year);
        let asked = of_year.filter(|round| wanted.sector.is_none_or(|sector| round.sector == sector));
        let public = asked.filter(|round| {
            // A calendar without the date keeps nothing back.
            decide::supply_published(round, &self.core.rules).is_none_or(|from| from <= now)
        });
        let mut sectors: Vec<Sector> = public.map(|round| round.sector).collect();
        sectors.sort();
        if sectors.is_empty() {
            let message = format!("no list of {} for {} is public yet", wanted.office, wanted.year);
            return Err(precondition("SUPPLY_NOT_PUBLISHED", wanted.office.as_str(), message));
        }
        Ok(sectors)
    }

    fn supplied<'a>(&self, wanted: &'a Supply, sector: Sector) -> Supplied<'a> {
        let (first, year_end) = days_of(wanted.year);
        let today = ::calendar::amsterdam_date(self.core.clock.now());
        // A year that is over is shown as it was at its end.
        Supplied { office: &wanted.office, sector, year_end, from: today.clamp(first, year_end) }
    }
}

fn is_wanted(agreement: &Agreement, wanted: &Supply) -> bool {
    let region = wanted.region.is_none_or(|region| agreement.region == Some(region));
    let product = wanted.product.is_empty()
        || agreement.products.contains(&wanted.product)
        || agreement.modules.contains(&wanted.product);
    region && product
}

fn cut(page: &Page, rows: &mut Vec<(Agreement, String)>) -> String {
    page.cut(rows, |(agreement, _)| vec![agreement.sector.as_str().to_owned(), agreement.agreement_id.clone()])
}
