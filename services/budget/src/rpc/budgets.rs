//! Base production and the budgets that are filed (BUD-03, BUD-04).

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use contract::budget as proto;
use database::Tx;
use edge::{Begun, Call, Decided, EdgeError};
use explain::{Facts, Trace};
use identifiers::Agb;
use money::Money;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{self, BudgetFacts, FilingFacts, ProviderProduction},
    domain::{Budget, Lot, OfficeYear, Production},
    error::Error,
    feed, store,
};

impl Rpc {
    pub(super) async fn record_base(
        &self,
        call: &Call,
        request: proto::RecordBaseProductionRequest,
    ) -> Result<proto::RecordBaseProductionResponse, Error> {
        let (request_id, year, entry) = convert::record_base(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        store::add_base(&mut write.tx, &year, &entry, now).await?;
        let volumes = convert::volumes(&entry.entered.volumes);
        Ok(write.commit(proto::RecordBaseProductionResponse { volumes }).await?)
    }

    pub(super) async fn file(
        &self,
        call: &Call,
        request: proto::FileBudgetsRequest,
    ) -> Result<proto::FileBudgetsResponse, Error> {
        let (request_id, year) = convert::file_budgets(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        if store::click_of(&mut write.tx, &year).await?.is_some() {
            return Err(EdgeError::Precondition {
                reason: "YEAR_CLICKED",
                subject: year.to_string(),
                message: "the click of this year was committed; its budgets are not filed again".to_owned(),
            }
            .into());
        }
        let facts = FilingFacts {
            zin: store::money_at(&mut write.tx, &year, Lot::Zin, now).await?.room,
            pgb: store::money_at(&mut write.tx, &year, Lot::Pgb, now).await?.room,
            providers: providers(&mut write.tx, &year).await?,
            year,
            as_of: now,
        };
        let year = &facts.year;
        let mut trace = Trace::new();
        let filed = decide::file(&facts, &self.core.rules, &mut trace)?;

        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let subject = year.to_string();
        let decided = Decided {
            office: &year.office,
            kind: "filing",
            subject: &subject,
            facts: &recorded,
            explanation: &explanation,
        };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        let mut budgets = Vec::with_capacity(filed.len());
        for (filed, provider) in filed.into_iter().zip(&facts.providers) {
            let own = BudgetFacts {
                filing_decision_id: decision_id.clone(),
                year: year.clone(),
                provider: Cow::Borrowed(provider),
                part: filed.part,
                as_of: now,
            };
            let recorded = Facts::new(&own, now);
            let explanation = filed.trace.finish(&self.core.rules, &recorded);
            let subject = format!("{year} {}", filed.agb);
            let decided = Decided {
                office: &year.office,
                kind: "budget",
                subject: &subject,
                facts: &recorded,
                explanation: &explanation,
            };
            let decision_id = self.core.record(&mut write.tx, decided).await?;
            let budget = Budget {
                agb: filed.agb,
                base: filed.base,
                scaled: filed.scaled,
                filed: filed.filed,
                current: filed.filed,
                decision_id,
            };
            store::add_budget(&mut write.tx, year, &budget, now).await?;
            budgets.push(budget);
        }
        let total = Money::total(budgets.iter().map(|budget| budget.filed))?;
        let event = proto::BudgetsFiled {
            year: year.year,
            total: edge::to_proto::money(total),
            decision_id: decision_id.clone(),
        };
        write.tx.publish(feed::budgets_filed(&year.office, event));
        let budgets = budgets.iter().map(convert::budget).collect();
        Ok(write.commit(proto::FileBudgetsResponse { budgets, decision_id }).await?)
    }
}

/// What the base production of each provider with an agreement in the year is made from.
async fn providers(tx: &mut Tx, year: &OfficeYear) -> Result<Vec<ProviderProduction>, EdgeError> {
    let mut production: BTreeMap<Agb, Vec<Production>> = BTreeMap::new();
    for row in store::production_of_year(tx, &year.before(), None).await? {
        production.entry(row.agb).or_default().push(row);
    }
    let mut entered = store::base_of_year(tx, year).await?;
    let mut tariffs = store::tariffs_of_year(tx, year).await?;
    let mut providers: BTreeSet<Agb> = store::providers_with_agreement(tx, year).await?;
    // What was entered counts before the agreement is concluded; only claims of who left do not.
    providers.extend(entered.keys().copied());
    let provider = |agb| ProviderProduction {
        agb,
        production: production.remove(&agb).unwrap_or_default(),
        entered: entered.remove(&agb).unwrap_or_default(),
        tariffs: tariffs.remove(&agb).unwrap_or_default(),
    };
    Ok(providers.into_iter().map(provider).collect())
}
