//! [`Core`]: what every service holds.

use std::sync::Arc;

use contract::common;
use database::{Db, DecisionRow, FeedRow, Tx};
use explain::{Explanation, Facts, RuleFaults, RuleFile, Rules, Schema};
use futures::{Stream, StreamExt};
use runtime::{
    Clock, Ids, Settings, StartError,
    follow::{Follower, follow},
};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{EdgeError, Fields, Office, explanation, to_proto};

/// The store, the rules, time and ids of a service, and the calls that all services answer alike.
#[derive(Clone, Debug)]
pub struct Core {
    /// The service's own database.
    pub db: Db,
    /// The rules in force.
    pub rules: Arc<Rules>,
    /// The time.
    pub clock: Clock,
    /// New identifiers.
    pub ids: Ids,
    schema: &'static Schema,
    stop: CancellationToken,
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
    /// [`StartError`] when the database can't be opened or the rules have faults.
    pub async fn open(
        settings: &Settings,
        migrations: &'static [database::Migration],
        built_in: &[(&str, &str)],
        schema: &'static Schema,
        (clock, ids, stop): (Clock, Ids, CancellationToken),
    ) -> Result<Core, StartError> {
        let files = rule_files(settings, built_in)?;
        let rules = Rules::load(files, schema).map_err(|faults: RuleFaults| StartError::Rules(faults.to_string()))?;
        let db = Db::open(&settings.database, migrations).await?;
        db.save_rule_set("rules", &rules.archive(), clock.now()).await?;
        Ok(Core { db, rules: Arc::new(rules), clock, ids, schema, stop })
    }

    /// Records a decision and gives its id.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn record(&self, tx: &mut Tx, decided: Decided<'_>) -> Result<String, EdgeError> {
        let decision_id = self.ids.next().to_string();
        self.record_as(tx, &decision_id, decided).await?;
        Ok(decision_id)
    }

    /// Records a decision under an id made with [`Ids::next`] before, for decisions that name themselves in events.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn record_as(&self, tx: &mut Tx, decision_id: &str, decided: Decided<'_>) -> Result<(), EdgeError> {
        let facts = String::from_utf8_lossy(decided.facts.json()).into_owned();
        let row = DecisionRow {
            decision_id: decision_id.to_owned(),
            office: decided.office.to_string(),
            kind: decided.kind.to_owned(),
            subject: decided.subject.to_owned(),
            decided_time: self.clock.now(),
            rules_sha256: decided.explanation.rules_sha256,
            facts,
            facts_sha256: decided.explanation.facts_sha256,
            explanation: decided.explanation.to_bytes(),
        };
        Ok(tx.save_decision(&row).await?)
    }

    /// The explanation of a decision, in the words of the rules it was taken under.
    ///
    /// # Errors
    /// [`EdgeError::NotFound`] when there is no such decision.
    pub async fn explain(&self, decision_id: &str) -> Result<common::Explanation, EdgeError> {
        let mut fields = Fields::new();
        let id = fields.id("decision_id", decision_id);
        fields.all((id,))?;
        let mut tx = self.db.read().await?;
        let not_found = || EdgeError::NotFound { what: "decision", id: decision_id.to_owned() };
        let row = tx.decision(decision_id).await?.ok_or_else(not_found)?;
        let stored = Explanation::from_bytes(&row.explanation).map_err(|error| EdgeError::Stored(error.to_string()))?;
        if row.rules_sha256 == self.rules.sha256() {
            return self.in_words(decision_id, &stored, &self.rules);
        }
        let kept = tx.rule_set(row.rules_sha256).await?;
        let kept = kept.ok_or_else(|| EdgeError::Stored("the rules of a decision are gone".to_owned()))?;
        let rules =
            Rules::from_archive(&kept.content, self.schema).map_err(|faults| EdgeError::Stored(faults.to_string()))?;
        self.in_words(decision_id, &stored, &rules)
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

    /// The service's feed after a sequence number, each row made into a message of its contract. Ends when the
    /// service stops.
    pub fn watch<E, M>(&self, after: i64, message: M) -> impl Stream<Item = Result<E, Status>> + Send + 'static
    where
        M: Fn(FeedRow) -> Result<E, EdgeError> + Send + 'static,
        E: Send + 'static,
    {
        let rows = self.db.watch_feed(after).take_until(self.stop.clone().cancelled_owned());
        rows.map(move |row| row.map_err(EdgeError::from).and_then(&message).map_err(Status::from))
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
        let holder = self.ids.next().to_string();
        tokio::spawn(follow(follower, self.db.clone(), self.clock.clone(), holder, self.stop.clone()));
    }

    /// The token that is cancelled when the service stops.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }
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
