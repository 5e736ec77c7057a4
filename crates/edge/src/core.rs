//! [`Core`]: what every service holds.

use std::sync::Arc;

use contract::{access::Scoped, common, feed::After};
use database::{AuditAction, AuditEntry, AuditOutcome, Db, DecisionRow, FeedRow, Options, Tx};
use explain::{Explanation, Facts, RuleFaults, RuleFile, Rules};
use futures::{Stream, StreamExt};
use identity::Authentication;
use prost::Message;
use receipt::{Receipt, SigningKeys};
use runtime::{
    Clock, Ids, Peer, Settings, StartError,
    follow::{Follower, Own, follow},
};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::Status;
use uuid::Uuid;

use crate::{
    Begun, Call, EdgeError, Fields, Office, Read, Record, Retention, Service, Write,
    access::{Refusals, unknown_kind},
    explanation, to_proto,
};

/// The store, the rules, time and ids of a service, and the calls that all services answer alike.
#[derive(Clone, Debug)]
pub struct Core {
    /// The rules in force.
    pub rules: Arc<Rules>,
    /// The time.
    pub clock: Clock,
    /// New identifiers.
    pub ids: Ids,
    db: Db,
    service: &'static Service,
    receipt_keys: Option<Arc<SigningKeys>>,
    refusals: Arc<Refusals>,
    stop: CancellationToken,
    work: TaskTracker,
}

/// A decision to be recorded.
#[derive(Debug)]
pub struct Decided<'a> {
    /// The office it is taken for.
    pub office: &'a Office,
    /// What kind of decision, such as `click`.
    pub kind: &'static str,
    /// What it is about.
    pub subject: &'a str,
    /// What it was taken from.
    pub facts: &'a Facts,
    /// Why it is what it is.
    pub explanation: &'a Explanation,
}

impl Core {
    /// Opens the database, loads the rules (built in, then the folder of the settings) and keeps a copy of them with
    /// the decisions.
    ///
    /// # Errors
    /// [`StartError`] when the database can't be opened, the rules have faults, or the contract names a kind of record
    /// whose owner the service can't tell.
    pub async fn open(
        settings: &Settings,
        service: &'static Service,
        (clock, ids, stop): (Clock, Ids, CancellationToken),
    ) -> Result<Core, StartError> {
        if let Some(kind) = unknown_kind(service.grpc_name, service.records) {
            return Err(StartError::Rules(format!("the contract names a {kind}, and its owner can't be told")));
        }
        let files = rule_files(settings, service.rules)?;
        let rules =
            Rules::load(files, service.schema).map_err(|faults: RuleFaults| StartError::Rules(faults.to_string()))?;
        let receipt_keys = settings.receipt_keys.as_deref().map(SigningKeys::from_folder).transpose();
        let receipt_keys = receipt_keys.map_err(|error| StartError::Keys(error.to_string()))?.map(Arc::new);
        let options = Options { service: Some(service.name), migrate: settings.migrate, ..Options::default() };
        let db = Db::open_with(&settings.database, service.migrations, options).await?;
        db.save_rule_set("rules", &rules.archive(), clock.now()).await?;
        let (rules, refusals, work) = (Arc::new(rules), Arc::default(), TaskTracker::new());
        Ok(Core { rules, clock, ids, db, service, receipt_keys, refusals, stop, work })
    }

    /// The service's name.
    pub fn name(&self) -> &'static str {
        self.service.name
    }

    /// The service's full name in the contract.
    pub(crate) fn grpc_name(&self) -> &'static str {
        self.service.grpc_name
    }

    /// The service's own database, for work that nobody's call asked for, such as following a feed.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Opens the database for an admitted call that looks.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn read(&self, _: &Call) -> Result<Tx, EdgeError> {
        Ok(self.db.read().await?)
    }

    /// Begins what an admitted call writes. The call's entry in the audit log commits with it.
    ///
    /// # Errors
    /// [`EdgeError::RequestReused`] when the id was used for another request.
    pub async fn begin<M: Scoped, R: Message + Default>(
        &self,
        call: &Call,
        request_id: Uuid,
        request: &M,
    ) -> Result<Begun<R>, EdgeError> {
        Write::begin(&self.db, self.clock.now(), call, request_id, request).await
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    pub(crate) fn records(&self) -> &'static [Record] {
        self.service.records
    }

    pub(crate) fn readings(&self) -> Read {
        self.service.readings
    }

    pub(crate) fn retention(&self) -> &'static [Retention] {
        self.service.retention
    }

    /// Records a decision and gives its id.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn record(&self, tx: &mut Tx, decided: Decided<'_>) -> Result<String, EdgeError> {
        // In tests and in the demo of a debug build, that every decision can be taken again is seen when it is taken.
        if cfg!(debug_assertions) {
            self.takes_again(&decided)?;
        }
        let facts = String::from_utf8_lossy(decided.facts.json()).into_owned();
        let row = DecisionRow {
            decision_id: self.ids.next().to_string(),
            office: decided.office.to_string(),
            kind: decided.kind.to_owned(),
            subject: decided.subject.to_owned(),
            decided_time: self.clock.now(),
            rules_sha256: decided.explanation.rules_sha256,
            facts,
            facts_sha256: decided.explanation.facts_sha256,
            explanation: decided.explanation.to_bytes(),
        };
        tx.save_decision(&row).await?;
        Ok(row.decision_id)
    }

    fn takes_again(&self, decided: &Decided<'_>) -> Result<(), EdgeError> {
        let again = (self.service.replay)(decided.kind, decided.facts.json(), &self.rules.archive());
        match again {
            Ok(again) if again == decided.explanation.to_bytes() => Ok(()),
            Ok(_) => Err(EdgeError::Stored(format!("a replay of {} comes out otherwise", decided.kind))),
            Err(error) => Err(EdgeError::Stored(format!("{} can't be taken again: {error}", decided.kind))),
        }
    }

    /// The audit log's entry of something the service does without being called.
    pub fn own_act(&self, event_code: &str, office: &Office, (object_type, object_id): (&str, &str)) -> AuditEntry {
        AuditEntry {
            time: self.clock.now(),
            actor: self.service.name.to_owned(),
            role: "service".to_owned(),
            authentication: Authentication::Own.as_str(),
            action: AuditAction::Execute,
            event_code: event_code.to_owned(),
            outcome: AuditOutcome::Done,
            object_type: object_type.to_owned(),
            object_id: object_id.to_owned(),
            office: office.to_string(),
            request_id: None,
            detail: String::new(),
        }
    }

    /// The explanation of a decision, in the words of the rules it was taken under.
    ///
    /// # Errors
    /// [`EdgeError::NotFound`] when there is no such decision.
    pub async fn explain(&self, call: &Call, decision_id: &str) -> Result<common::Explanation, EdgeError> {
        let mut tx = self.read(call).await?;
        let row = decision(&mut tx, decision_id).await?;
        let stored = Explanation::from_bytes(&row.explanation).map_err(|error| EdgeError::Stored(error.to_string()))?;
        let rules = self.rules_of(&mut tx, &row).await?;
        self.in_words(decision_id, &stored, &rules)
    }

    /// What kind of decision it is.
    ///
    /// # Errors
    /// [`EdgeError::NotFound`] when there is no such decision.
    pub async fn kind_of(&self, call: &Call, decision_id: &str) -> Result<String, EdgeError> {
        Ok(decision(&mut self.read(call).await?, decision_id).await?.kind)
    }

    /// The rules that a decision was taken under.
    async fn rules_of(&self, tx: &mut Tx, row: &DecisionRow) -> Result<Arc<Rules>, EdgeError> {
        if row.rules_sha256 == self.rules.sha256() {
            return Ok(self.rules.clone());
        }
        let archive = archive_of(tx, row).await?;
        let rules = Rules::from_archive(&archive, self.service.schema);
        rules.map(Arc::new).map_err(|faults| EdgeError::Stored(faults.to_string()))
    }

    /// The facts of a decision of a kind, and the rules it was taken under: to take it again.
    ///
    /// # Errors
    /// [`EdgeError::NotFound`] when there is no such decision of that kind.
    pub async fn decided<F: DeserializeOwned>(
        &self,
        call: &Call,
        decision_id: &str,
        kind: &str,
    ) -> Result<(F, Arc<Rules>), EdgeError> {
        let mut tx = self.read(call).await?;
        let row = decision(&mut tx, decision_id).await?;
        if row.kind != kind {
            return Err(EdgeError::NotFound { what: "decision", id: decision_id.to_owned() });
        }
        let facts = serde_json::from_str(&row.facts).map_err(|error| EdgeError::Stored(error.to_string()))?;
        Ok((facts, self.rules_of(&mut tx, &row).await?))
    }

    /// The signed receipt of a decision, as a file.
    ///
    /// # Errors
    /// [`EdgeError::NotFound`] when there is no such decision, `RECEIPT_KEY_MISSING` when there is no key to sign with;
    /// [`EdgeError::Stored`] when what is stored of it does not hold together.
    pub async fn receipt(&self, call: &Call, decision_id: &str) -> Result<Vec<u8>, EdgeError> {
        let keys = self.receipt_keys.as_ref().ok_or_else(|| EdgeError::Precondition {
            reason: "RECEIPT_KEY_MISSING",
            subject: self.service.name.to_owned(),
            message: "no key to sign receipts with is set (receipt_keys)".to_owned(),
        })?;
        let mut tx = self.read(call).await?;
        let row = decision(&mut tx, decision_id).await?;
        let rules = archive_of(&mut tx, &row).await?;
        let decision = receipt::Decision {
            service: self.service.name.to_owned(),
            decision_id: row.decision_id,
            office: row.office,
            kind: row.kind,
            subject: row.subject,
            decided_time: row.decided_time,
            facts: row.facts,
            rules,
            explanation: String::from_utf8(row.explanation).map_err(|error| EdgeError::Stored(error.to_string()))?,
        };
        let signed = Receipt::sign(decision, keys).map_err(|error| EdgeError::Stored(error.to_string()))?;
        Ok(signed.to_bytes())
    }

    /// An explanation that was made just now, in words; for answers that are not recorded.
    ///
    /// # Errors
    /// [`EdgeError::Stored`] when the rules lack a text, which loading excludes.
    pub fn explain_now(&self, explanation: &Explanation) -> Result<common::Explanation, EdgeError> {
        self.in_words("", explanation, &self.rules)
    }

    fn in_words(&self, id: &str, stored: &Explanation, rules: &Rules) -> Result<common::Explanation, EdgeError> {
        explanation::explanation(id, stored, rules).map_err(|error| EdgeError::Stored(error.to_string()))
    }

    /// The service's feed after an event, each row made into a message of its contract. Of an event of an office that the
    /// caller has no role for, only its place is told, so that the numbers stay without gaps. Ends when the service
    /// stops.
    ///
    /// # Errors
    /// [`EdgeError::Invalid`] for a number below 0; `FEED_WENT_BACK` when the feed doesn't have that event: who knows it
    /// saw a feed of which the end was lost.
    pub async fn watch<E, M>(
        &self,
        call: &Call,
        after: After,
        message: M,
    ) -> Result<impl Stream<Item = Result<E, Status>> + Send + 'static + use<E, M>, EdgeError>
    where
        M: Fn(FeedRow) -> Result<E, EdgeError> + Send + 'static,
        E: Send + 'static,
    {
        let After { sequence, recorded_time } = after;
        let mut fields = Fields::new();
        let place = fields.check(sequence >= 0, "after_sequence", "must be 0 or more");
        fields.all((place,))?;
        if sequence > 0 {
            let event = self.db.feed_page(sequence - 1, 1).await?.into_iter().next();
            let recorded = event.map(|event| to_proto::time(event.recorded_time));
            if recorded.is_none_or(|recorded| recorded_time.is_some() && recorded_time != recorded) {
                return Err(self.went_back(sequence));
            }
        }
        let call = call.clone();
        let rows = self.db.watch_feed(sequence).take_until(self.stop.clone().cancelled_owned());
        let shown = move |row: FeedRow| match call.sees(&row.office) {
            true => row,
            false => FeedRow { office: String::new(), kind: String::new(), payload: Vec::new(), ..row },
        };
        Ok(rows.map(move |row| row.map(&shown).map_err(EdgeError::from).and_then(&message).map_err(Status::from)))
    }

    fn went_back(&self, sequence: i64) -> EdgeError {
        let message = format!("event {sequence} is gone or another: was the feed restored from an earlier backup?");
        EdgeError::Precondition { reason: "FEED_WENT_BACK", subject: self.name().to_owned(), message }
    }

    /// How far the own feed is, and how far others were followed.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn progress(&self) -> Result<(i64, Vec<common::FeedProgress>), EdgeError> {
        let last = self.db.feed_last().await?;
        let cursors = self.db.read().await?.cursors().await?;
        let feeds = cursors.into_iter().map(|cursor| common::FeedProgress {
            service: cursor.feed,
            sequence: cursor.sequence,
            as_of_time: to_proto::time(cursor.as_of),
        });
        Ok((last, feeds.collect()))
    }

    /// Follows another service's feed until the service stops.
    pub fn follow<F: Follower>(&self, follower: F) {
        let (db, clock, holder) = (self.db.clone(), self.clock.clone(), self.ids.next().to_string());
        self.spawn(follow(follower, Own { service: self.name(), db, clock, holder }, self.stop.clone()));
    }

    /// As [`follow`](Self::follow), from when the channel to the other service comes; not at all where none comes.
    pub fn follow_later<F: Follower>(
        &self,
        coming: impl Future<Output = Option<Peer>> + Send + 'static,
        follower: impl FnOnce(Peer) -> F + Send + 'static,
    ) {
        let core = self.clone();
        self.spawn(async move {
            if let Some(Some(channel)) = core.stop.run_until_cancelled(coming).await {
                core.follow(follower(channel));
            }
        });
    }

    /// Starts work on the service's own database that goes on whoever is still there to wait for it. It looks at
    /// [`stop`](Self::stop): the service ends when it did.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.work.spawn(work)
    }

    pub(crate) fn work(&self) -> TaskTracker {
        self.work.clone()
    }

    /// The token that is cancelled when the service stops.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }
}

async fn decision(tx: &mut Tx, decision_id: &str) -> Result<DecisionRow, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("decision_id", decision_id);
    fields.all((id,))?;
    let not_found = || EdgeError::NotFound { what: "decision", id: decision_id.to_owned() };
    tx.decision(decision_id).await?.ok_or_else(not_found)
}

/// The rules that a decision was taken under, as they were.
async fn archive_of(tx: &mut Tx, row: &DecisionRow) -> Result<String, EdgeError> {
    let kept = tx.rule_set(row.rules_sha256).await?;
    Ok(kept.ok_or_else(|| EdgeError::Stored("the rules of a decision are gone".to_owned()))?.content)
}

/// The built-in rule files, replaced or joined by those of the settings' folder.
fn rule_files(settings: &Settings, built_in: &[(&str, &str)]) -> Result<Vec<RuleFile>, StartError> {
    let own = built_in.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let mut files: std::collections::BTreeMap<String, String> = own.collect();
    if let Some(folder) = &settings.rules {
        let unreadable = |error: std::io::Error| StartError::Rules(format!("{}: {error}", folder.display()));
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(name, std::fs::read_to_string(&path).map_err(unreadable)?);
            }
        }
    }
    Ok(files.into_iter().map(|(name, text)| RuleFile { name, text }).collect())
}
