//! Applications beside the agreement (HOM-08, HOM-12).

use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::application::{self, ApplicationFacts, ImpactFacts},
    domain::{Application, ApplicationState, ProviderYear},
    store,
};

impl Rpc {
    pub(super) async fn file_application(
        &self,
        call: &Call,
        request: proto::FileApplicationRequest,
    ) -> Result<proto::FileApplicationResponse, EdgeError> {
        let asked = convert::file_application(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let before = ProviderYear { year: asked.of.year - 1, ..asked.of.clone() };
        let agreement = match store::agreed(&mut write.tx, &asked.of).await? {
            None => store::agreed(&mut write.tx, &before).await?,
            found => found,
        };
        let facts = ApplicationFacts {
            of: asked.of,
            kind: asked.kind,
            preferred: request.preferred,
            declared: asked.declared,
            agreement: agreement.map(|(kind, _)| kind),
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let considered = application::considered(&facts, &self.core.rules, &mut trace)?;
        let subject = format!("{} {}", facts.of, facts.kind.as_str());
        let of = (&facts.of.office, "application", subject.as_str());
        let decision_id = self.record(&mut write, of, (&Facts::new(&facts, facts.as_of), trace)).await?;
        let application = Application {
            id: self.core.ids.next().to_string(),
            of: facts.of,
            kind: facts.kind,
            preferred: facts.preferred,
            amount: asked.amount,
            description: asked.description,
            declared: facts.declared,
            filed: write.now,
            state: if considered { ApplicationState::Filed } else { ApplicationState::NotConsidered },
            granted: None,
            decision_id,
            decided: write.now,
        };
        store::add_application(&mut write.tx, &application).await?;
        let reply = proto::FileApplicationResponse { application: Some(convert::application(&application)) };
        write.commit(reply).await
    }

    pub(super) async fn decide_application(
        &self,
        call: &Call,
        request: proto::DecideApplicationRequest,
    ) -> Result<proto::DecideApplicationResponse, EdgeError> {
        let asked = convert::decide_application(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_application_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// To refuse takes four eyes.
    pub(super) async fn decide_application_in(
        &self,
        write: &mut Write,
        request: &proto::DecideApplicationRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideApplicationResponse, EdgeError> {
        let asked = convert::decide_application(request)?;
        let mut application = store::application(&mut write.tx, &asked.application_id).await?;
        if application.state != ApplicationState::Filed {
            let message = format!("the application is {}", application.state.as_str());
            let (reason, subject) = ("APPLICATION_CLOSED", application.of.to_string());
            return Err(EdgeError::Precondition { reason, subject, message });
        }
        if asked.granted.is_none() {
            let subject = format!("{} {}", application.of, application.id);
            let adverse = Adverse {
                office: &application.of.office,
                agb: Some(application.of.agb),
                subject: &subject,
                summary: format!("aanvraag {} afwijzen: {}", application.kind.as_str(), asked.impact),
                outcome: b"refused",
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let application = Some(convert::application(&application));
                return Ok(proto::DecideApplicationResponse { application, proposal: Some(proposal) });
            }
        }
        let facts = ImpactFacts {
            of: application.of.clone(),
            application_id: application.id.clone(),
            kind: application.kind,
            amount: application.amount,
            granted: asked.granted,
            impact: asked.impact,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        application::explain_impact(&facts, &mut trace)?;
        let subject = format!("{} {}", facts.of, facts.kind.as_str());
        let of = (&facts.of.office, "application_impact", subject.as_str());
        application.decision_id = self.record(write, of, (&Facts::new(&facts, facts.as_of), trace)).await?;
        application.decided = write.now;
        application.granted = facts.granted;
        application.state = match facts.granted {
            Some(_) => ApplicationState::Granted,
            None => ApplicationState::Refused,
        };
        let now = write.now;
        store::save_application(&mut write.tx, &application, now).await?;
        let application = Some(convert::application(&application));
        Ok(proto::DecideApplicationResponse { application, proposal: None })
    }

    pub(super) async fn list_applications(
        &self,
        call: &Call,
        request: proto::ListApplicationsRequest,
    ) -> Result<proto::ListApplicationsResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::year_page((&request.office, request.year), asked)?;
        let mut found = store::page_of_applications(&mut self.core.read(call).await?, &year, &page).await?;
        let next_page_token = page.cut(&mut found, |one| vec![one.id.clone()]);
        let applications = found.iter().map(convert::application).collect();
        Ok(proto::ListApplicationsResponse { applications, next_page_token })
    }
}
