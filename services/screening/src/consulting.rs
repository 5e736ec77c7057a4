//! Registers are consulted by the clock: what is due is asked, the answer is judged, and what the integrity of the
//! provider comes to is stated anew (SCR-02, SCR-03).
//!
//! Whoever of several replicas takes a check asks for it. A replica that dies with one leaves it to the others when its
//! time is over.

use runtime::Peer;
use std::{sync::Arc, time::Duration};

use calendar::amsterdam_date;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contract::registration::{
    ListPeopleRequest, registration_service_client::RegistrationServiceClient as RegistrationClient,
};
use database::{AuditEntry, Tx};
use edge::{Core, EdgeError, Fields};
use envelope::KeyRing;
use explain::Trace;
use futures::{StreamExt, stream};

use crate::{
    decide::registers::{self, ConsultFacts},
    domain::{Answer, Check, Consult, ConsultOutcome, Held, Subject},
    integrity,
    registers::{Identity, NoAnswer, Registers},
    store, subjects,
};

/// How often the clock is looked at.
const INTERVAL: Duration = Duration::from_millis(500);
/// Checks that are asked at a time.
const AT_ONCE: usize = 8;
/// Checks of one look.
const LIMIT: i64 = 64;
/// How long after its time to answer a register a check is anybody's again.
const SPARE: Duration = Duration::from_secs(60);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 3600);

/// Asks what is due.
#[derive(Clone, Debug)]
pub struct Consulting {
    /// The service.
    pub core: Core,
    /// The registers that are connected.
    pub registers: Arc<Registers>,
    /// Who people are, registration knows.
    pub registration: RegistrationClient<Peer>,
    /// What findings are sealed with.
    pub keys: Arc<KeyRing>,
}

/// A check that is asked, and about whom.
struct Asked {
    consult_id: String,
    check: Check,
    subject: Subject,
}

/// Who it is that a register is asked about.
enum Who {
    /// That one.
    Known(Identity),
    /// Somebody who holds the position no more, since this day.
    Left(NaiveDate),
    /// Nobody that registration knows.
    Unknown,
}

impl Consulting {
    /// Looks at the clock until the service stops. What fails is tried again at the next look.
    pub async fn run(self) {
        let stop = self.core.stop();
        while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
            if let Err(error) = self.pass().await {
                tracing::warn!(%error, "registers could not be consulted; it is tried again");
            }
        }
    }

    async fn pass(&self) -> Result<(), EdgeError> {
        let now = self.core.clock.now();
        let day = amsterdam_date(now);
        let connected: Vec<&str> = self.registers.connected().map(|register| register.as_str()).collect();
        let due = match connected.is_empty() {
            true => Vec::new(),
            false => store::due_checks(&mut self.core.db().read().await?, &connected, (now, day), LIMIT).await?,
        };
        let asked = stream::iter(due).map(|check| async {
            let of = (check.subject_id.clone(), check.register);
            if let Err(error) = self.ask(check).await {
                tracing::warn!(%error, subject = of.0, register = of.1.as_str(), "a consult could not be recorded");
            }
        });
        asked.buffer_unordered(AT_ONCE).collect::<()>().await;
        self.lapse(day).await
    }

    /// States anew what rests on answers that are not valid any more.
    async fn lapse(&self, day: NaiveDate) -> Result<(), EdgeError> {
        let lapsed = store::lapsed(&mut self.core.db().read().await?, day).await?;
        for (office, agb) in lapsed {
            let mut tx = self.core.db().write().await?;
            integrity::restate(&self.core, &mut tx, (&office, agb)).await?;
            tx.commit(self.core.clock.now()).await?;
        }
        Ok(())
    }

    async fn ask(&self, check: Check) -> Result<(), EdgeError> {
        let Some((asked, organisation)) = self.take(check).await? else { return Ok(()) };
        let identity = match organisation {
            Some(known) => Ok(Who::Known(known)),
            None => self.person(&asked.subject).await,
        };
        let answer = match identity {
            Ok(Who::Known(who)) => {
                self.registers.consult(asked.check.register, &asked.consult_id, &who).await.map(Some)
            }
            Ok(Who::Left(last_day)) => return self.left(&asked.subject, last_day).await,
            Ok(Who::Unknown) => Ok(None),
            Err(error) => Err(error),
        };
        self.record(asked, answer, self.core.clock.now()).await
    }

    /// Takes a check, with who an organisation is; who a person is, this service does not know.
    async fn take(&self, check: Check) -> Result<Option<(Asked, Option<Identity>)>, EdgeError> {
        let mut tx = self.core.db().write().await?;
        let until = self.core.clock.now() + self.registers.patience() * 2 + SPARE;
        if !store::lease_check(&mut tx, &check, until).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let subject = store::subject(&mut tx, &check.subject_id).await?;
        let subject = subject.ok_or_else(|| EdgeError::Stored("a subject".to_owned()))?;
        let who = if subject.kind.is_person() {
            None
        } else {
            let (name, kvk) = store::organisation(&mut tx, &subject.reference).await?.unwrap_or_default();
            Some(Identity { agb: subject.reference.clone(), kvk, name, birth_date: None })
        };
        tx.commit(self.core.clock.now()).await?;
        let consult_id = self.core.ids.next().to_string();
        Ok(Some((Asked { consult_id, check, subject }, who)))
    }

    /// Nobody is asked about who left: it is screened no more.
    async fn left(&self, subject: &Subject, last_day: NaiveDate) -> Result<(), EdgeError> {
        let mut tx = self.core.db().write().await?;
        let of = (&subject.office, subject.agb);
        store::take_screened(&mut tx, of).await?;
        subjects::leaves(&mut tx, subject, last_day).await?;
        tx.audit(self.core.own_act("EndSubject", of.0, ("subject", &subject.subject_id)));
        integrity::restate(&self.core, &mut tx, of).await?;
        tx.commit(self.core.clock.now()).await?;
        Ok(())
    }

    /// Who a person is, for as long as it takes to ask.
    async fn person(&self, subject: &Subject) -> Result<Who, NoAnswer> {
        let failed = |status: tonic::Status| NoAnswer::Failed(format!("registration: {:?}", status.code()));
        let mut request = ListPeopleRequest {
            office: subject.office.to_string(),
            agb: subject.agb.to_string(),
            page_size: 1_000,
            page_token: String::new(),
        };
        loop {
            let asked = self.registration.clone().list_people(request.clone()).await;
            let answer = asked.map_err(failed)?.into_inner();
            if let Some(person) = answer.people.into_iter().find(|person| person.person_id == subject.reference) {
                let mut fields = Fields::new();
                let last_day = person.period.and_then(|period| period.last_day);
                let last_day = fields.optional_date("period.last_day", last_day.as_ref()).flatten();
                let today = amsterdam_date(self.core.clock.now());
                if let Some(left) = last_day.filter(|last| *last < today) {
                    return Ok(Who::Left(left));
                }
                let birth_date = fields.date("birth_date", person.birth_date.as_ref());
                return Ok(Who::Known(Identity { name: person.name, birth_date, ..Identity::default() }));
            }
            if answer.next_page_token.is_empty() {
                return Ok(Who::Unknown);
            }
            request.page_token = answer.next_page_token;
        }
    }

    /// Records what came of it; `None` says that nobody knew who the subject is.
    async fn record(
        &self,
        asked: Asked,
        answer: Result<Option<Held>, NoAnswer>,
        time: DateTime<Utc>,
    ) -> Result<(), EdgeError> {
        let Asked { consult_id, check, subject } = asked;
        let mut consult = Consult {
            consult_id,
            office: subject.office.clone(),
            agb: subject.agb,
            subject_id: subject.subject_id.clone(),
            register: check.register,
            asked_by: check.asked_by.clone(),
            reason: check.reason.clone(),
            asked: time,
            outcome: ConsultOutcome::NotIdentified,
            as_of: None,
            valid_until: None,
        };
        let mut tx = self.core.db().write().await?;
        let of = (&subject.office, subject.agb);
        store::take_screened(&mut tx, of).await?;
        match answer {
            Ok(Some(held)) => self.answered(&mut tx, &mut consult, &check, held).await?,
            without => {
                if let Err(error) = without {
                    consult.outcome = ConsultOutcome::Unavailable;
                    tracing::info!(%error, register = check.register.as_str(), "a register gave no answer");
                }
                store::failed(&mut tx, &check, time + pause(check.failures)).await?;
            }
        }
        store::add_consult(&mut tx, &consult).await?;
        let entry = self.core.own_act("ConsultRegister", of.0, ("consult", &consult.consult_id));
        tx.audit(AuditEntry { detail: consult.outcome.to_string(), ..entry });
        integrity::restate(&self.core, &mut tx, of).await?;
        tx.commit(self.core.clock.now()).await?;
        Ok(())
    }

    /// Judges an answer. Only of one with a finding anything is kept.
    async fn answered(&self, tx: &mut Tx, consult: &mut Consult, check: &Check, held: Held) -> Result<(), EdgeError> {
        let day = amsterdam_date(consult.asked);
        let (office, register) = (consult.office.clone(), consult.register);
        let facts = ConsultFacts { office, register, held, day, asked: consult.asked };
        let judged = registers::judge(&facts, &self.core.rules, &mut Trace::new())?;
        consult.outcome = if judged.findings.is_empty() { ConsultOutcome::NoHit } else { ConsultOutcome::Hit };
        consult.as_of = Some(facts.held.as_of);
        consult.valid_until = Some(judged.valid_until);
        if !judged.findings.is_empty() {
            let kept = Held { entries: registers::kept(register, &judged.findings), ..facts.held };
            store::add_finding(tx, consult, &kept, &self.keys).await?;
        }
        let answer = Answer {
            consult_id: consult.consult_id.clone(),
            hit: !judged.findings.is_empty(),
            valid_until: judged.valid_until,
            findings_sha256: judged.findings_sha256(),
        };
        let by = (start_of(judged.again), self.core.name(), integrity::BY_RULE);
        store::keep_answer(tx, check, &answer, by).await
    }
}

/// How long to wait after so many tries in vain: a minute, then twice as long each time.
fn pause(failures: u32) -> Duration {
    Duration::from_secs(60).saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE)
}

/// The first moment of a day in UTC, which is a moment of that day in Amsterdam too.
fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
