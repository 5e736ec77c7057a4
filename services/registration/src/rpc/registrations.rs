//! Registrations as they are handed in: drafts, submissions, whole questionnaires (REG-03, REG-05, REG-10).

use contract::registration as proto;
use edge::{Begun, Call, EdgeError, InvalidRequest, Write, to_proto};
use explain::{Facts, Trace};

use super::{Rpc, assessing::facts};
use crate::{
    convert, decide,
    domain::{Content, Procedure, Registration, Round, State},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn create_registration(
        &self,
        call: &Call,
        request: proto::CreateRegistrationRequest,
    ) -> Result<proto::CreateRegistrationResponse, Error> {
        let creation = match convert::create_registration(&request) {
            Ok(creation) => creation,
            Err(error) => {
                let found = store::round(&mut self.core.read(call).await?, &request.round_id).await;
                return Err(self.with_rules(error, found.ok(), request.content.as_ref(), "content"));
            }
        };
        let mut write = match self.core.begin(call, creation.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let round = store::round(&mut write.tx, &creation.round_id).await?;
        let registration = self.draft(&write, &round, (creation.agb, creation.procedure), creation.content);
        self.begin_registration(&mut write, &round, &registration, "content").await?;
        let registration = Some(convert::registration(&registration)?);
        Ok(write.commit(proto::CreateRegistrationResponse { registration }).await?)
    }

    fn draft(
        &self,
        write: &Write,
        round: &Round,
        (agb, procedure): (identifiers::Agb, Procedure),
        content: Content,
    ) -> Registration {
        Registration {
            registration_id: self.new_id(),
            round_id: round.round_id.clone(),
            agb,
            procedure,
            begun: write.now,
            content,
            version: 1,
            state: State::Draft,
        }
    }

    /// Adds a draft, when the provider may have it; `field` is where the request has its content.
    async fn begin_registration(
        &self,
        write: &mut Write,
        round: &Round,
        registration: &Registration,
        field: &str,
    ) -> Result<(), Error> {
        store::known_provider(&mut write.tx, registration.agb).await?;
        self.fits(&registration.content, field, round)?;
        let id = || format!("of provider {} in round {}", registration.agb, registration.round_id);
        if registration.procedure == Procedure::MidYear {
            if !decide::mid_year_exists(round, &self.core.rules) {
                let message = "the calendar of the round has no dates during the year".to_owned();
                return Err(precondition("PROCEDURE_NOT_OPEN", &round.round_id, message));
            }
            only_one(write, registration).await?;
        }
        if !store::add_registration(&mut write.tx, registration).await? {
            return Err(EdgeError::AlreadyExists { what: "a registration", id: id() }.into());
        }
        Ok(())
    }

    /// Nothing is submitted before the round opens.
    fn is_open(&self, round: &Round, procedure: Procedure, now: chrono::DateTime<chrono::Utc>) -> Result<(), Error> {
        let opens = decide::opens(round, &self.core.rules).filter(|_| procedure == Procedure::Regular);
        match opens.filter(|opens| now < *opens) {
            Some(opens) => {
                let message = format!("registrations are taken from {opens} on (REG-05)");
                Err(precondition("ROUND_NOT_OPEN", &round.round_id, message))
            }
            None => Ok(()),
        }
    }

    /// The faults of a request, with those that only the rule files of its round tell: whoever mends one mends all.
    fn with_rules(
        &self,
        error: EdgeError,
        round: Option<Round>,
        content: Option<&proto::Content>,
        field: &str,
    ) -> Error {
        let (EdgeError::Invalid(InvalidRequest(found)), Some(round)) = (&error, round) else { return error.into() };
        let mut found = found.clone();
        let more = content.and_then(convert::readable);
        let more = more.map(|content| decide::violations(&content, field, &round, &self.core.rules));
        found.extend(more.unwrap_or_default());
        EdgeError::from(InvalidRequest(found)).into()
    }

    /// What a registration says must be known to the rule files of its round.
    fn fits(&self, content: &Content, field: &str, round: &Round) -> Result<(), Error> {
        let wrong = decide::violations(content, field, round, &self.core.rules);
        if wrong.is_empty() { Ok(()) } else { Err(EdgeError::from(InvalidRequest(wrong)).into()) }
    }

    pub(super) async fn update_registration(
        &self,
        call: &Call,
        request: proto::UpdateRegistrationRequest,
    ) -> Result<proto::UpdateRegistrationResponse, Error> {
        let change = match convert::update_registration(&request) {
            Ok(change) => change,
            Err(error) => {
                let mut tx = self.core.read(call).await?;
                let found = match store::registration(&mut tx, &request.registration_id).await {
                    Ok(registration) => store::round(&mut tx, &registration.round_id).await.ok(),
                    Err(_) => None,
                };
                return Err(self.with_rules(error, found, request.content.as_ref(), "content"));
            }
        };
        let mut write = match self.core.begin(call, change.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let draft = store::take_registration(&mut write.tx, &change.registration_id).await?.draft()?;
        let Registration { version, round_id, .. } = draft.registration();
        if *version != change.version {
            return Err(Error::OtherVersion { registration_id: change.registration_id, version: *version });
        }
        let round = store::round(&mut write.tx, round_id).await?;
        self.fits(&change.content, "content", &round)?;
        let registration = draft.says(change.content);
        let now = write.now;
        store::save_content(&mut write.tx, &registration, now).await?;
        let registration = Some(convert::registration(&registration)?);
        Ok(write.commit(proto::UpdateRegistrationResponse { registration }).await?)
    }

    pub(super) async fn submit_registration(
        &self,
        call: &Call,
        request: proto::SubmitRegistrationRequest,
    ) -> Result<proto::SubmitRegistrationResponse, Error> {
        let (request_id, registration_id) = convert::submit(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let registration = store::registration(&mut write.tx, &registration_id).await?;
        store::take_registrations(&mut write.tx, &registration).await?;
        // Read again now that nobody else can change it.
        let draft = store::registration(&mut write.tx, &registration_id).await?.draft()?;
        only_one(&mut write, draft.registration()).await?;
        let round = store::round(&mut write.tx, &draft.registration().round_id).await?;
        self.is_open(&round, draft.registration().procedure, now)?;
        let registration = draft.submitted(now);
        store::save_submitted(&mut write.tx, &registration, now).await?;
        let registration = Some(convert::registration(&registration)?);
        Ok(write.commit(proto::SubmitRegistrationResponse { registration }).await?)
    }

    pub(super) async fn import_registration(
        &self,
        call: &Call,
        request: proto::ImportRegistrationRequest,
    ) -> Result<proto::ImportRegistrationResponse, Error> {
        let import = match convert::import(&request) {
            Ok(import) => import,
            Err(error) => {
                let found = match convert::round_of(&request) {
                    Some((office, sector, year)) => {
                        store::round_of(&mut self.core.read(call).await?, &office, sector, year).await.ok()
                    }
                    None => None,
                };
                let content = request.questionnaire.as_ref().and_then(|given| given.content.as_ref());
                return Err(self.with_rules(error, found, content, "questionnaire.content"));
            }
        };
        let mut write = match self.core.begin(call, import.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let round = store::round_of(&mut write.tx, &import.office, import.sector, import.year).await?;
        self.is_open(&round, import.procedure, now)?;
        let registration = self.draft(&write, &round, (import.agb, import.procedure), import.content);
        self.begin_registration(&mut write, &round, &registration, "questionnaire.content").await?;
        let registration = registration.draft()?.submitted(now);
        store::save_submitted(&mut write.tx, &registration, now).await?;
        let registration = Some(convert::registration(&registration)?);
        Ok(write.commit(proto::ImportRegistrationResponse { registration }).await?)
    }

    pub(super) async fn check_registration(
        &self,
        call: &Call,
        request: proto::CheckRegistrationRequest,
    ) -> Result<proto::CheckRegistrationResponse, Error> {
        let registration_id = convert::check(&request)?;
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let registration = store::registration(&mut tx, &registration_id).await?;
        let received = registration.state.received().unwrap_or(now);
        let facts = facts(&mut tx, &registration, received, now).await?;
        let mut trace = Trace::new();
        let tested = decide::check(&facts, &self.core.rules, &mut trace)?;
        let until = decide::last_moment(&facts, tested.category, &self.core.rules)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, now));
        let explanation = self.core.explain_now(&explanation)?;
        let findings = tested.tested.iter().map(|(check, met, step)| {
            let words = explanation.steps.get(*step).map(|step| (step.text_nl.clone(), step.text_en.clone()));
            convert::finding(check, *met, words.unwrap_or_default())
        });
        Ok(proto::CheckRegistrationResponse {
            category: tested.category.to_proto(),
            until_time: until.and_then(to_proto::time),
            in_time: tested.in_time,
            findings: findings.collect(),
            explanation: Some(explanation),
        })
    }

    pub(super) async fn get_registration(
        &self,
        call: &Call,
        request: proto::GetRegistrationRequest,
    ) -> Result<proto::GetRegistrationResponse, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let registration = store::registration(&mut self.core.read(call).await?, &id).await?;
        Ok(proto::GetRegistrationResponse { registration: Some(convert::registration(&registration)?) })
    }

    pub(super) async fn list_registrations(
        &self,
        call: &Call,
        request: proto::ListRegistrationsRequest,
    ) -> Result<proto::ListRegistrationsResponse, Error> {
        let (round_id, page) = convert::list_registrations(&request)?;
        let mut tx = self.core.read(call).await?;
        store::round(&mut tx, &round_id).await?;
        let mut rows = store::registrations(&mut tx, &round_id, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.registration_id.clone()]);
        let registrations = rows.iter().map(convert::registration).collect::<Result<_, _>>()?;
        Ok(proto::ListRegistrationsResponse { registrations, next_page_token })
    }
}

/// Whoever was refused may register once more; whoever was not has what it asked for, or waits for it (REG-10).
async fn only_one(write: &mut Write, registration: &Registration) -> Result<(), Error> {
    let other = store::other_procedure(&mut write.tx, registration).await?;
    if other.is_none_or(|state| ["draft", "not_considered", "rejected"].contains(&state.as_str())) {
        return Ok(());
    }
    let subject = format!("of provider {} in round {}", registration.agb, registration.round_id);
    let message = "the provider has a registration in the round that was not refused".to_owned();
    Err(precondition("REGISTRATION_NOT_REFUSED", &subject, message))
}

/// The state of things does not allow it.
pub(super) fn precondition(reason: &'static str, subject: &str, message: String) -> Error {
    EdgeError::Precondition { reason, subject: subject.to_owned(), message }.into()
}
