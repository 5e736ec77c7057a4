//! The end of a year (HOM-09): prepared, closed, listed and decided on.

use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use explain::{Facts, Trace};

use super::{
    Rpc,
    year_end_inputs::{Prepared, all, cut_off, page},
};
use crate::{
    convert,
    decide::year_end::{self, OutcomeFacts},
    domain::{OfficeYear, YearEnd, YearEndDecision, YearEndEntry, YearEndOutcome},
    feed, store,
};

impl Rpc {
    pub(super) async fn record_subcontracting(
        &self,
        call: &Call,
        request: proto::RecordSubcontractingRequest,
    ) -> Result<proto::RecordSubcontractingResponse, EdgeError> {
        let asked = convert::record_subcontracting(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        store::add_subcontracting(&mut write.tx, &asked.of, &asked.recorded, now).await?;
        write.commit(proto::RecordSubcontractingResponse {}).await
    }

    pub(super) async fn prepare_year_end(
        &self,
        call: &Call,
        request: proto::PrepareYearEndRequest,
    ) -> Result<proto::PrepareYearEndResponse, EdgeError> {
        let (year, asked, asked_page) = convert::prepare_year_end(&request)?;
        let now = self.core.clock.now();
        let at = cut_off(&year, asked, now)?;
        let mut tx = self.core.read(call).await?;
        let with = (&*self.core.rules, now);
        let (prepared, next_page_token) = page(&mut tx, &year, (&asked_page, at), with).await?;
        let entries = prepared.iter().map(|one| convert::year_end_entry(&one.entry, None)).collect();
        Ok(proto::PrepareYearEndResponse { entries, cut_off_time: to_proto::time(at), next_page_token })
    }

    pub(super) async fn close_year(
        &self,
        call: &Call,
        request: proto::CloseYearRequest,
    ) -> Result<proto::CloseYearResponse, EdgeError> {
        let (request_id, year, asked) = convert::close_year(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let cut_off = cut_off(&year, asked, now)?;
        // A file that is decided now was begun before the cut-off: it is waited for, and then it counts.
        store::take_year(&mut write.tx, &year).await?;
        let prepared = all(&mut write.tx, &year, cut_off, (&self.core.rules, now)).await?;
        let found = prepared.iter().filter(|one| one.entry.found() > 0).count();
        let end = YearEnd {
            providers: u32::try_from(prepared.len()).unwrap_or(u32::MAX),
            with_findings: u32::try_from(found).unwrap_or(u32::MAX),
            year,
            cut_off,
            closed: now,
        };
        if !store::add_year_end(&mut write.tx, &end).await? {
            let id = format!("{} {}", end.year.office, end.year.year);
            return Err(EdgeError::AlreadyExists { what: "the year end of", id });
        }
        for one in prepared {
            self.list_provider(&mut write, one).await?;
        }
        write.note(&format!("{} providers, {} with findings", end.providers, end.with_findings));
        write.commit(proto::CloseYearResponse { year_end: Some(convert::year_end(&end)) }).await
    }

    /// Puts a provider on the list, and makes known what was breached or is not known.
    async fn list_provider(&self, write: &mut Write, one: Prepared) -> Result<(), EdgeError> {
        let Prepared { facts, entry, trace } = one;
        let subject = facts.of.to_string();
        let of = (&facts.of.office, "year_end", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        let entry = YearEndEntry { decision_id, ..entry };
        store::add_year_end_entry(&mut write.tx, &entry).await?;
        if entry.found() > 0 {
            write.tx.publish(feed::year_end_listed(convert::year_end_entry(&entry, None)));
        }
        Ok(())
    }

    pub(super) async fn list_year_end(
        &self,
        call: &Call,
        request: proto::ListYearEndRequest,
    ) -> Result<proto::ListYearEndResponse, EdgeError> {
        let (year, page) = convert::list_year_end(&request)?;
        let mut tx = self.core.read(call).await?;
        let end = store::year_end(&mut tx, &year).await?;
        let mut rows = store::page_of_year_end(&mut tx, &year, request.findings_only, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.of.agb.to_string()]);
        let agbs: Vec<_> = rows.iter().map(|row| row.of.agb).collect();
        let decided = store::year_end_entries(&mut tx, &year, &agbs).await?;
        let entry = |row: &YearEndEntry| {
            let decision = decided.get(&row.of.agb).and_then(|(_, decision)| decision.as_ref());
            convert::year_end_entry(row, decision)
        };
        let entries = rows.iter().map(entry).collect();
        Ok(proto::ListYearEndResponse { year_end: end.as_ref().map(convert::year_end), entries, next_page_token })
    }

    pub(super) async fn get_year_end_entry(
        &self,
        call: &Call,
        request: proto::GetYearEndEntryRequest,
    ) -> Result<proto::GetYearEndEntryResponse, EdgeError> {
        let of = convert::provider_of(&request)?;
        let (entry, decided) = store::year_end_entry(&mut self.core.read(call).await?, &of).await?;
        let explanation = self.core.explain(call, &entry.decision_id).await?;
        let entry = Some(convert::year_end_entry(&entry, decided.as_ref()));
        Ok(proto::GetYearEndEntryResponse { entry, explanation: Some(explanation) })
    }

    pub(super) async fn decide_year_end(
        &self,
        call: &Call,
        request: proto::DecideYearEndRequest,
    ) -> Result<proto::DecideYearEndResponse, EdgeError> {
        let asked = convert::decide_year_end(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_year_end_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// To reclaim takes four eyes.
    pub(super) async fn decide_year_end_in(
        &self,
        write: &mut Write,
        request: &proto::DecideYearEndRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideYearEndResponse, EdgeError> {
        let asked = convert::decide_year_end(request)?;
        let (entry, before) = store::year_end_entry(&mut write.tx, &asked.of).await?;
        let facts = OutcomeFacts {
            of: asked.of,
            listed: entry.decision_id.clone(),
            at_stake: entry.at_stake,
            outcome: asked.outcome,
            amount: asked.amount,
            motivation: asked.motivation,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        // Tried before anybody is asked, so that what can't be done is not proposed.
        year_end::outcome(&facts, &mut trace)?;
        let subject = facts.of.to_string();
        if facts.outcome == YearEndOutcome::Reclaim {
            let outcome = format!("{} {}", entry.decision_id, facts.amount.cents());
            let adverse = Adverse {
                office: &facts.of.office,
                agb: Some(facts.of.agb),
                subject: &subject,
                summary: format!("€ {} terugvorderen over {}", facts.amount.to_dutch(), facts.of.year),
                outcome: outcome.as_bytes(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let entry = Some(convert::year_end_entry(&entry, before.as_ref()));
                return Ok(proto::DecideYearEndResponse { entry, proposal: Some(proposal) });
            }
        }
        let of = (&facts.of.office, "year_end_outcome", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, facts.as_of), trace)).await?;
        let OutcomeFacts { outcome, amount, motivation, as_of, .. } = facts;
        let decided = YearEndDecision { outcome, amount, motivation, decision_id, decided: as_of };
        store::add_year_end_decision(&mut write.tx, &entry.of, &decided).await?;
        let told = convert::year_end_entry(&entry, Some(&decided));
        write.tx.publish(feed::year_end_decided(told.clone()));
        Ok(proto::DecideYearEndResponse { entry: Some(told), proposal: None })
    }

    /// What was found of providers when the year before one was closed, to be shown beside them.
    pub(super) async fn found_before(
        &self,
        tx: &mut database::Tx,
        year: &OfficeYear,
        agbs: &[identifiers::Agb],
    ) -> Result<impl Fn(identifiers::Agb) -> Vec<proto::YearEndFinding>, EdgeError> {
        let before = OfficeYear { office: year.office.clone(), year: year.year - 1 };
        let found = store::year_end_entries(tx, &before, agbs).await?;
        Ok(move |agb| found.get(&agb).map(|(entry, _)| convert::findings(&entry.findings)).unwrap_or_default())
    }
}
