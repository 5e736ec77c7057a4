//! Tariffs and percentages in memory, for quotes.
//!
//! Everything a quote needs of an office is small, and every write that changes it is an event of the feed. So the
//! newest sequence of the feed is an exact version of what is kept here: a snapshot of an older sequence is read again.
//! Commits of this process are known at once; those of other replicas by asking for the newest sequence now and then.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use database::Tx;
use edge::{Core, EdgeError, Office, Sector};
use identifiers::Agb;

use crate::{
    decide::{self, PercentageFacts},
    domain::{Kept, MaximumTariff, Position, Subject},
    store::{self, Key},
};

/// How often other replicas' commits are asked for.
const REFRESH: Duration = Duration::from_millis(250);

/// An office's tariffs, and what is on record of its providers, as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    sequence: i64,
    loaded: DateTime<Utc>,
    /// By product, the newest version first.
    tariffs: HashMap<String, Vec<MaximumTariff>>,
    percentages: HashMap<Key, Vec<Kept>>,
    positions: HashMap<Key, Position>,
}

impl Snapshot {
    /// Reads what was known of an office at a moment, or all there is.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn read(
        tx: &mut Tx,
        office: &Office,
        known: Option<DateTime<Utc>>,
        loaded: DateTime<Utc>,
    ) -> Result<Snapshot, EdgeError> {
        let sequence = tx.feed_last().await?;
        let mut tariffs: HashMap<String, Vec<MaximumTariff>> = HashMap::new();
        for tariff in store::tariffs_of(tx, office, known).await? {
            tariffs.entry(tariff.product.clone()).or_default().push(tariff);
        }
        let mut percentages: HashMap<Key, Vec<Kept>> = HashMap::new();
        for (key, kept) in store::all_versions(tx, office, known).await? {
            percentages.entry(key).or_default().push(kept);
        }
        let positions = store::positions(tx, office, known).await?;
        Ok(Snapshot { sequence, loaded, tariffs, percentages, positions })
    }

    /// The maximum tariff of a product on a day: the row of the newest version that covers it.
    pub fn tariff_on(&self, product: &str, date: NaiveDate) -> Option<&MaximumTariff> {
        self.tariffs.get(product)?.iter().find(|tariff| tariff.covers(date))
    }

    /// The maximum tariffs of a sector on a day, by product.
    pub fn tariffs_on(&self, sector: Sector, date: NaiveDate) -> Vec<&MaximumTariff> {
        let on = |versions: &'_ Vec<MaximumTariff>| versions.iter().position(|tariff| tariff.covers(date));
        let found = self.tariffs.values().filter_map(|versions| versions.get(on(versions)?));
        let mut found: Vec<&MaximumTariff> = found.filter(|tariff| tariff.sector == sector).collect();
        found.sort_by(|a, b| a.product.cmp(&b.product));
        found
    }

    /// What holds by agreement with a provider on a day.
    pub fn agreed_on(&self, agb: Agb, sector: Sector, date: NaiveDate) -> Option<&Kept> {
        Kept::on(self.percentages.get(&(agb, sector, date.year()))?, date)
    }

    /// What the percentage of a provider for a year is derived from.
    pub fn facts_of(&self, subject: Subject, as_of: DateTime<Utc>) -> PercentageFacts {
        let nothing = Position::default();
        let position = |year| self.positions.get(&(subject.agb, subject.sector, year)).unwrap_or(&nothing);
        let last = subject.year - 1;
        let versions = self.percentages.get(&(subject.agb, subject.sector, last));
        let before = decide::before(position(last), versions.map_or(&[], Vec::as_slice), last);
        let own = position(subject.year);
        PercentageFacts::of(subject, own, before, as_of)
    }

    /// The providers of which something is on record for a year in a sector, by AGB code.
    pub fn providers(&self, sector: Sector, year: i32) -> Vec<Agb> {
        let keys = self.percentages.keys().chain(self.positions.keys());
        let mut agbs: Vec<Agb> = keys.filter(|key| (key.1, key.2) == (sector, year)).map(|key| key.0).collect();
        agbs.sort_unstable();
        agbs.dedup();
        agbs
    }
}

/// The snapshots of all offices. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Snapshots {
    core: Core,
    kept: Arc<RwLock<HashMap<Office, Arc<Snapshot>>>>,
    refreshed: Arc<RwLock<DateTime<Utc>>>,
}

impl Snapshots {
    /// No snapshots yet; asks for other replicas' commits until the service stops.
    pub fn start(core: Core) -> Snapshots {
        let refreshed = Arc::new(RwLock::new(core.clock.now()));
        let snapshots = Snapshots { core, kept: Arc::default(), refreshed };
        let refreshing = snapshots.clone();
        snapshots.core.spawn(async move {
            let stop = refreshing.core.stop();
            while stop.run_until_cancelled(tokio::time::sleep(REFRESH)).await.is_some() {
                refreshing.refresh().await;
            }
        });
        snapshots
    }

    async fn refresh(&self) {
        let now = self.core.clock.now();
        match self.core.db().refresh_newest().await {
            Ok(_) => *self.refreshed.write().unwrap_or_else(PoisonError::into_inner) = now,
            // Quotes go on from what is known, and say as of when.
            Err(error) => tracing::warn!(%error, "cannot ask for newer tariffs"),
        }
    }

    /// The snapshot of an office and the moment it is known as of.
    ///
    /// # Errors
    /// What the store reports when it is to be read again.
    pub async fn of(&self, office: &Office) -> Result<(Arc<Snapshot>, DateTime<Utc>), EdgeError> {
        // Taken before the snapshot is looked at: what was asked then is true of what is found after.
        let refreshed = *self.refreshed.read().unwrap_or_else(PoisonError::into_inner);
        let newest = self.core.db().known_newest();
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(office).cloned();
        if let Some(kept) = kept.filter(|kept| kept.sequence >= newest) {
            let as_of = kept.loaded.max(refreshed);
            return Ok((kept, as_of));
        }
        let snapshot = Arc::new(self.load(office).await?);
        // An office without tariffs is not kept, so that made-up names don't fill the memory.
        if !snapshot.tariffs.is_empty() {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            let older = kept.get(office).is_none_or(|kept| kept.sequence <= snapshot.sequence);
            if older {
                kept.insert(office.clone(), snapshot.clone());
            }
        }
        let as_of = snapshot.loaded;
        Ok((snapshot, as_of))
    }

    async fn load(&self, office: &Office) -> Result<Snapshot, EdgeError> {
        let loaded = self.core.clock.now();
        let mut tx = self.core.db().read().await?;
        let snapshot = Snapshot::read(&mut tx, office, None, loaded).await?;
        tx.rollback().await?;
        Ok(snapshot)
    }
}
