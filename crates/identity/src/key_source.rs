//! Where the issuer's keys come from: a file that is watched, or an address that is asked now and then.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use http::Uri;
use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::{
    algorithm::Algorithm,
    fault::{Fault, Faults},
    fetch::{self, Fetch},
    keys::KeySet,
    settings::{JwksLocation, TokenSettings},
    watch::{Generation, Watched, keep_looking},
};

/// How long the address is left alone after a token with an unknown key made it be asked.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// The issuer's keys.
#[derive(Clone)]
pub(crate) enum KeySource {
    File(Arc<Watched<KeySet>>),
    Address(Arc<Address>),
}

/// Keys that are fetched. If fetching fails the old ones stay.
pub(crate) struct Address {
    uri: Uri,
    fetch: Fetch,
    held: RwLock<Arc<KeySet>>,
    generation: Generation,
    /// When a token with an unknown key last made it be asked.
    asked: Mutex<Option<Instant>>,
    /// One at a time.
    fetching: tokio::sync::Mutex<()>,
}

impl KeySource {
    /// Reads the keys of a file, or starts fetching from an address; both until `stop`.
    ///
    /// # Errors
    /// What is wrong with the file or the settings. An address that can't be reached is none: tokens are refused until
    /// it can be.
    pub(crate) fn open(
        settings: &TokenSettings,
        generation: Generation,
        stop: CancellationToken,
    ) -> Result<KeySource, Faults> {
        match settings.location()? {
            JwksLocation::File(path) => {
                let watched = of_file(path, generation)?;
                keep_looking(watched.clone(), stop);
                Ok(KeySource::File(watched))
            }
            JwksLocation::Address(uri) => {
                let fetch = Fetch::open(settings.jwks_ca.as_deref(), uri.scheme_str() == Some("https"))?;
                let (held, asked) = (RwLock::default(), Mutex::default());
                let address = Address { uri, fetch, held, generation, asked, fetching: tokio::sync::Mutex::default() };
                let address = Arc::new(address);
                let every = Duration::from_secs(settings.jwks_refresh_seconds);
                tokio::spawn(address.clone().keep_fetching(every, stop));
                Ok(KeySource::Address(address))
            }
        }
    }

    /// What is wrong with the file of keys; an address is not asked.
    pub(crate) fn faults(settings: &TokenSettings) -> Vec<Fault> {
        let faults = match settings.location() {
            Ok(JwksLocation::File(path)) => of_file(path, Generation::default()).err(),
            Ok(JwksLocation::Address(uri)) => {
                Fetch::open(settings.jwks_ca.as_deref(), uri.scheme_str() == Some("https")).err()
            }
            // The settings tell it themselves.
            Err(_) => None,
        };
        faults.map_or_else(Vec::new, |faults| faults.0)
    }

    /// The keys as they are now.
    pub(crate) fn get(&self) -> Arc<KeySet> {
        match self {
            KeySource::File(watched) => watched.get(),
            KeySource::Address(address) => address.get(),
        }
    }

    /// Asks an address again when there is no key for such a token, or waits until somebody else who asks has an answer.
    pub(crate) async fn look_for(&self, id: Option<&str>, algorithm: Algorithm) {
        let KeySource::Address(address) = self else { return };
        if !address.get().candidates(id, algorithm).is_empty() {
            return;
        }
        if address.may_ask() {
            address.refresh().await;
        } else {
            drop(address.fetching.lock().await);
        }
    }
}

fn of_file(path: PathBuf, generation: Generation) -> Result<Arc<Watched<KeySet>>, Faults> {
    let place = path.display().to_string();
    let read = move |contents: &[Vec<u8>]| KeySet::read(&place, &contents[0]);
    Watched::open("keys of the token issuer", vec![path], generation, read)
}

impl Address {
    fn get(&self) -> Arc<KeySet> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a token with an unknown key may make the address be asked: anyone can make up such tokens.
    fn may_ask(&self) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if asked.is_some_and(|asked| now.duration_since(asked) < UNKNOWN_KEY_PAUSE) {
            return false;
        }
        *asked = Some(now);
        true
    }

    async fn refresh(&self) {
        let _one = self.fetching.lock().await;
        let place = self.uri.to_string();
        let fetched = self.fetch.get(&self.uri).await;
        let read = fetched.and_then(|content| KeySet::read(&place, &content).map_err(fetch::FetchError::Content));
        match read {
            Ok(keys) if keys != *self.get() => {
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                self.generation.next();
                tracing::info!(from = place, "keys of the token issuer fetched");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(from = place, %error, "keys of the token issuer not fetched: the old stay"),
        }
    }

    async fn keep_fetching(self: Arc<Address>, every: Duration, stop: CancellationToken) {
        let mut ticks = time::interval(every);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let _ = stop.run_until_cancelled(self.refresh()).await;
        }
    }
}
