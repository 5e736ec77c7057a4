//! What would come of a round with other choices or another reserve: looked at, and never kept.

use contract::budget as proto;
use edge::{Call, EdgeError, to_proto};
use explain::{Facts, Trace};
use identifiers::Agb;

use super::{Rpc, rounds::facts_of};
use crate::{
    convert,
    decide::{self, Inputs, Taken},
    domain::{Round, RoundProvider},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn preview_round(
        &self,
        call: &Call,
        request: proto::PreviewRoundRequest,
    ) -> Result<proto::PreviewRoundResponse, Error> {
        let asked = convert::preview_round(&request)?;
        let mut tx = self.core.read(call).await?;
        let round = store::round(&mut tx, &asked.round_id).await?;
        let frozen = store::inputs(&mut tx, &asked.round_id).await?.with(asked.choices);
        drop(tx);
        let reserved = frozen.reserved();
        let inputs = match asked.reserve {
            None => frozen,
            Some(reserve) => frozen.reserving(convert::preview_reserve(reserve, reserved.map(|(room, _)| room))?),
        };
        let taken = decide::take(&inputs, &self.core.rules)?;
        let totals = Some(convert::totals(&taken.outcome.totals));
        let without_products = |one: &RoundProvider| RoundProvider { products: Vec::new(), ..one.clone() };
        let told = |one| convert::round_provider(&without_products(one), &Default::default());
        let providers = taken.outcome.providers.iter().map(told).collect();
        let (facts, trace) = match asked.agb {
            None => (facts_of(&inputs, round.cut_off), taken.trace),
            Some(agb) => self.part_of(&inputs, taken, (agb, &round))?,
        };
        let explanation = Some(self.core.explain_now(&trace.finish(&self.core.rules, &facts))?);
        Ok(proto::PreviewRoundResponse {
            totals,
            providers,
            explanation,
            room: inputs.room().and_then(to_proto::money),
            reserve: inputs.reserved().and_then(|(_, reserve)| to_proto::money(reserve)),
            frozen_reserve: reserved.and_then(|(_, reserve)| to_proto::money(reserve)),
        })
    }

    /// What the part of one provider is taken from and told by.
    fn part_of(&self, inputs: &Inputs, taken: Taken, (agb, round): (Agb, &Round)) -> Result<(Facts, Trace), Error> {
        let Taken { outcome, parts, .. } = taken;
        let place = outcome.providers.iter().position(|one| one.agb == agb);
        let part = place.and_then(|place| Some((place, parts.into_iter().nth(place)?)));
        let none = || EdgeError::NotFound { what: "provider of this round", id: agb.to_string() };
        let (place, part) = part.ok_or_else(none)?;
        let (facts, trace, _) = self.of_provider(inputs, place, part, (&round.id, &outcome))?;
        Ok((facts, trace))
    }
}
