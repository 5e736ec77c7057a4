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

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Core, EdgeError, Office, Sector};
use identifiers::Agb;
use money::Percentage;

use crate::{domain::MaximumTariff, store};

/// How often other replicas' commits are asked for.
const REFRESH: Duration = Duration::from_millis(250);

/// An office's tariffs and percentages as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    sequence: i64,
    loaded: DateTime<Utc>,
    /// By product, the newest version first.
    tariffs: HashMap<String, Vec<MaximumTariff>>,
    percentages: HashMap<(Agb, Sector, i32), Percentage>,
}

impl Snapshot {
    /// The maximum tariff of a product on a day: the row of the newest version that covers it.
    pub fn tariff_on(&self, product: &str, date: NaiveDate) -> Option<&MaximumTariff> {
        let covers =
            |tariff: &&MaximumTariff| tariff.first_day <= date && tariff.last_day.is_none_or(|last| date <= last);
        self.tariffs.get(product)?.iter().find(covers)
    }

    /// The percentage agreed last with a provider for a year.
    pub fn percentage_of(&self, agb: Agb, sector: Sector, year: i32) -> Option<Percentage> {
        self.percentages.get(&(agb, sector, year)).copied()
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
        tokio::spawn(async move {
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
        let sequence = tx.feed_last().await?;
        let mut tariffs: HashMap<String, Vec<MaximumTariff>> = HashMap::new();
        for tariff in store::tariffs_of(&mut tx, office).await? {
            tariffs.entry(tariff.product.clone()).or_default().push(tariff);
        }
        let percentages = store::percentages_of(&mut tx, office).await?.into_iter().collect();
        tx.rollback().await?;
        Ok(Snapshot { sequence, loaded, tariffs, percentages })
    }
}
