//! What to look at first (SCR-08).

use std::cmp::Reverse;

use calendar::amsterdam_date;
use contract::screening as proto;
use edge::{Call, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;

use super::Rpc;
use crate::{
    convert,
    decide::score::{RuleSignals, Score, ScoreFacts, score},
    domain::IntegrityState,
    store,
};

impl Rpc {
    pub(super) async fn list_work(
        &self,
        call: &Call,
        request: proto::ListWorkRequest,
    ) -> Result<proto::ListWorkResponse, EdgeError> {
        let (office, passed, page) = convert::list_work(&request)?;
        let providers = store::standing_by_provider(&mut self.core.read(call).await?, &office, None).await?;
        let mut items: Vec<(ScoreFacts, Score)> = Vec::with_capacity(providers.len());
        for (agb, of) in providers {
            let facts = self.score_facts(&office, agb, of);
            let scored = score(&facts, &self.core.rules, &mut Trace::new())?;
            items.push((facts, scored));
        }
        // Providers come by AGB code, and those that are alike stay so.
        items.sort_by_key(|(_, scored)| Reverse((scored.priority, scored.points)));
        let mut rows: Vec<(usize, proto::WorkItem)> = items
            .iter()
            .enumerate()
            .skip(passed)
            .map(|(place, (facts, scored))| (place + 1, convert::work_item(facts, scored)))
            .collect();
        let next_page_token = page.cut(&mut rows, |(place, _)| vec![place.to_string()]);
        Ok(proto::ListWorkResponse { items: rows.into_iter().map(|(_, item)| item).collect(), next_page_token })
    }

    pub(super) async fn get_score(
        &self,
        call: &Call,
        request: proto::GetScoreRequest,
    ) -> Result<proto::GetScoreResponse, EdgeError> {
        let (office, agb) = convert::of(&request.office, &request.agb)?;
        let mut providers = store::standing_by_provider(&mut self.core.read(call).await?, &office, Some(agb)).await?;
        let of = providers.remove(&agb).unwrap_or((Vec::new(), IntegrityState::Pending));
        let facts = self.score_facts(&office, agb, of);
        let mut trace = Trace::new();
        let scored = score(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, facts.as_of));
        let explanation = Some(self.core.explain_now(&explanation)?);
        Ok(proto::GetScoreResponse { item: Some(convert::work_item(&facts, &scored)), explanation })
    }

    fn score_facts(
        &self,
        office: &Office,
        agb: Agb,
        (signals, integrity): (Vec<RuleSignals>, IntegrityState),
    ) -> ScoreFacts {
        let as_of = self.core.clock.now();
        ScoreFacts { office: office.clone(), agb, signals, integrity, day: amsterdam_date(as_of), as_of }
    }
}
