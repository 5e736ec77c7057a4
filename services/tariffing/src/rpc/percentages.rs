//! Percentages agreed with providers (TAR-10, TAR-18, TAR-21).

use contract::tariffing as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use explain::{Facts, Trace};

use super::{Rpc, quotes::not_after};
use crate::{
    convert, decide,
    decide::{AgreementFacts, FindingFacts},
    domain::{AgreedPercentage, Kept, Subject},
    error::Error,
    feed,
    store::{self, NewPercentage},
};

impl Rpc {
    pub(super) async fn agree_percentage(
        &self,
        call: &Call,
        request: proto::AgreePercentageRequest,
    ) -> Result<proto::AgreePercentageResponse, Error> {
        let request_id = convert::agree(&request)?.request_id;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.agree_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Agrees a percentage; one below what was agreed before takes a second pair of eyes.
    pub(super) async fn agree_in(
        &self,
        write: &mut Write,
        request: &proto::AgreePercentageRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AgreePercentageResponse, Error> {
        let convert::Agree { subject, from, note, .. } = convert::agree(request)?;
        let now = write.now;
        let versions = store::versions_of(&mut write.tx, &subject, None).await?;
        let before = Kept::on(&versions, from).map(|kept| kept.percentage);
        let percentage = store::facts_of(&mut write.tx, &subject, None, now).await?;
        let facts = AgreementFacts { percentage, from, before, note };
        let mut trace = Trace::new();
        let agreement = decide::agree(&facts, &self.core.rules, &mut trace)?;
        let kept_facts = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &kept_facts);
        let refusals = convert::refusals(&agreement.general.refused, &self.core.explain_now(&explanation)?);
        let before_value = before.and_then(|before| to_proto::decimal(before.0));
        let (percentage, name) = (agreement.general.percentage.value, subject.to_string());

        if agreement.lowers(before) {
            let summary =
                format!("Tariefpercentage van {} voor {} wordt {}%.", subject.agb, subject.year, percentage.0);
            let outcome = format!("{} {:?}", percentage.0, agreement.forms);
            let (office, agb) = (&subject.office, Some(subject.agb));
            let adverse = Adverse { office, agb, subject: &name, summary, outcome: outcome.as_bytes() };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let proposal = Some(proposal);
                return Ok(proto::AgreePercentageResponse { agreed: None, refusals, before: before_value, proposal });
            }
        }
        let decided = (&subject.office, "percentage", name.as_str());
        let decision_id = self.record_explained(write, decided, (&kept_facts, &explanation)).await?;
        let (basis, forms) = (agreement.general.basis, &agreement.forms);
        let new = NewPercentage { from, percentage, forms, basis, decision_id: &decision_id };
        store::add_percentage(&mut write.tx, &subject, new, now).await?;
        let agreed = self.published(write, subject).await?;
        let agreed = Some(convert::agreed(&agreed));
        Ok(proto::AgreePercentageResponse { agreed, refusals, before: before_value, proposal: None })
    }

    pub(super) async fn record_percentage(
        &self,
        call: &Call,
        request: proto::RecordPercentageRequest,
    ) -> Result<proto::RecordPercentageResponse, Error> {
        let (request_id, subject, percentage, basis, motivation) = convert::record_percentage(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let as_of = write.now;
        let facts = FindingFacts { subject, finding: None, percentage: Some(percentage), motivation, as_of };
        let mut trace = Trace::new();
        decide::find(&facts, &self.core.rules, &mut trace)?;
        let name = facts.subject.to_string();
        let decided = (&facts.subject.office, "finding", name.as_str());
        let decision_id = self.record(&mut write, decided, &facts, trace).await?;
        let from = decide::days_of(facts.subject.year).0;
        let forms = std::collections::BTreeMap::new();
        let new = NewPercentage { from, percentage, forms: &forms, basis, decision_id: &decision_id };
        store::add_percentage(&mut write.tx, &facts.subject, new, as_of).await?;
        let agreed = self.published(&mut write, facts.subject).await?;
        Ok(write.commit(proto::RecordPercentageResponse { agreed: Some(convert::agreed(&agreed)) }).await?)
    }

    /// What is on record for a year now, with the tariffs that follow; made known to others.
    pub(super) async fn published(&self, write: &mut Write, subject: Subject) -> Result<AgreedPercentage, Error> {
        let (first, last) = decide::days_of(subject.year);
        let rows = store::tariffs_between(&mut write.tx, &subject.office, first, last).await?;
        let maxima = decide::timeline(rows, first, last);
        let mut versions = store::versions_of(&mut write.tx, &subject, None).await?;
        let tariffs = decide::year_tariffs(&subject, &maxima, &versions, write.now, &self.core.rules)?;
        let kept = versions.pop().ok_or_else(|| EdgeError::Stored(format!("no percentage of {subject}")))?;
        let agreed = AgreedPercentage { subject, kept, tariffs };
        write.tx.publish(feed::percentage_agreed(&agreed));
        Ok(agreed)
    }

    pub(super) async fn list_percentages(
        &self,
        call: &Call,
        request: proto::ListPercentagesRequest,
    ) -> Result<proto::ListPercentagesResponse, Error> {
        let (office, year, known, page) = convert::list_percentages(&request)?;
        let known = not_after(known, self.core.clock.now())?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::newest_percentages(&mut tx, &office, year, known, &page).await?;
        let next_page_token = page.cut(&mut rows, |((agb, sector), _)| vec![agb.to_string(), sector.to_string()]);
        let percentages =
            rows.iter().map(|((agb, sector), kept)| convert::kept_percentage((&office, *agb, *sector, year), kept));
        Ok(proto::ListPercentagesResponse { percentages: percentages.collect(), next_page_token })
    }

    pub(super) async fn list_percentage_versions(
        &self,
        call: &Call,
        request: proto::ListPercentageVersionsRequest,
    ) -> Result<proto::ListPercentageVersionsResponse, Error> {
        let subject = convert::list_versions(&request)?;
        let versions = store::versions_of(&mut self.core.read(call).await?, &subject, None).await?;
        let whose = (&subject.office, subject.agb, subject.sector, subject.year);
        let versions = versions.iter().map(|kept| convert::kept_percentage(whose, kept)).collect();
        Ok(proto::ListPercentageVersionsResponse { versions })
    }
}
