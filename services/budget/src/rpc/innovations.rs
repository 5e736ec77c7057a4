//! Agreements on zinnige zorg & innovatie (BUD-10).

use contract::budget as proto;
use edge::{
    Begun, Call, Decided, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Explanation, Facts, Trace};
use money::Money;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{self, InnovationFacts},
    domain::{AgreedInnovation, Innovation, Lot, RoundKind},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn agree_innovation(
        &self,
        call: &Call,
        request: proto::AgreeInnovationRequest,
    ) -> Result<proto::AgreeInnovationResponse, Error> {
        let asked = convert::agree_innovation(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.agree_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To agree less than before takes four eyes.
    pub(super) async fn agree_in(
        &self,
        write: &mut Write,
        request: &proto::AgreeInnovationRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AgreeInnovationResponse, Error> {
        let convert::Agree { year, lot, agb, products, motivation, .. } = convert::agree_innovation(request)?;
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        self.comes_next(write, &year, RoundKind::Reallocation).await?;
        let held = store::innovation_of(&mut write.tx, (&year, lot), agb).await?;
        let before = held.as_ref().map_or(Ok(Money::ZERO), |held| held.agreed.amount())?;
        if products.is_empty() && before.is_zero() {
            let id = format!("{year} {agb}");
            return Err(EdgeError::NotFound { what: "the innovation agreement of", id }.into());
        }
        let tariffs = store::tariffs_of(&mut write.tx, &year.office, agb).await?;
        let as_of = write.now;
        let facts = InnovationFacts { year, lot, agb, products, tariffs, before, motivation, as_of };
        let mut trace = Trace::new();
        let agreed = decide::agree_innovation(&facts, &self.core.rules, &mut trace).map_err(|error| error.of(agb))?;
        let Some(products) = agreed else { return self.refuse_innovation(write, &facts, held, trace).await };
        let amount = Money::total(products.iter().map(|one| one.amount))?;
        if amount < before
            && let Some(proposal) = self.second_eyes_on_less(write, (request, eyes), (&facts, amount)).await?
        {
            let agreement = held.as_ref().map(|held| convert::innovation(lot, held)).transpose()?;
            return Ok(proto::AgreeInnovationResponse { agreement, proposal: Some(proposal), ..Default::default() });
        }
        let (decision_id, _) = self.record_innovation(write, &facts, trace).await?;
        let agreed = AgreedInnovation { decision_id: decision_id.clone(), products };
        let innovation = Innovation { agb, agreed, motivation: facts.motivation, recorded: facts.as_of };
        store::add_innovation(&mut write.tx, (&facts.year, lot), &innovation, amount).await?;
        let agreement = Some(convert::innovation(lot, &innovation)?);
        Ok(proto::AgreeInnovationResponse { agreement, decision_id, ..Default::default() })
    }

    async fn second_eyes_on_less(
        &self,
        write: &mut Write,
        (request, eyes): (&proto::AgreeInnovationRequest, Eyes<'_>),
        (facts, amount): (&InnovationFacts, Money),
    ) -> Result<Option<contract::common::Proposal>, Error> {
        let InnovationFacts { year, agb, before, .. } = facts;
        let subject = format!("{year} {agb}");
        let (less, was) = (amount.to_dutch(), before.to_dutch());
        let summary = format!("afspraak over zinnige zorg & innovatie met {agb}: € {less} in plaats van € {was}");
        let adverse = Adverse {
            office: &year.office,
            agb: Some(*agb),
            subject: &subject,
            outcome: summary.as_bytes(),
            summary: summary.clone(),
        };
        Ok(self.core.second_eyes(write, request, eyes, adverse).await?)
    }

    /// Records that an agreement comes too late; what was agreed before stays.
    async fn refuse_innovation(
        &self,
        write: &mut Write,
        facts: &InnovationFacts,
        held: Option<Innovation>,
        trace: Trace,
    ) -> Result<proto::AgreeInnovationResponse, Error> {
        let (decision_id, explanation) = self.record_innovation(write, facts, trace).await?;
        let told = self.core.explain_now(&explanation)?;
        let refusal = Some(convert::innovation_refusal(&rules::INNOVATION_TOO_LATE, &told));
        let agreement = held.as_ref().map(|held| convert::innovation(facts.lot, held)).transpose()?;
        Ok(proto::AgreeInnovationResponse { agreement, refusal, decision_id, proposal: None })
    }

    async fn record_innovation(
        &self,
        write: &mut Write,
        facts: &InnovationFacts,
        trace: Trace,
    ) -> Result<(String, Explanation), Error> {
        let (office, subject) = (&facts.year.office, format!("{} {}", facts.year, facts.agb));
        let recorded = Facts::new(facts, facts.as_of);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let (subject, explained) = (subject.as_str(), &explanation);
        let decided = Decided { office, kind: "innovation", subject, facts: &recorded, explanation: explained };
        Ok((self.core.record(&mut write.tx, decided).await?, explanation))
    }

    pub(super) async fn list_innovations(
        &self,
        call: &Call,
        request: proto::ListInnovationsRequest,
    ) -> Result<proto::ListInnovationsResponse, Error> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::paged_year((&request.office, request.year), asked, 1)?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::page_of_innovations(&mut tx, (&year, Lot::Zin), &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let agreements = rows.iter().map(|row| convert::innovation(Lot::Zin, row)).collect::<Result<_, _>>()?;
        Ok(proto::ListInnovationsResponse { agreements, next_page_token })
    }
}
