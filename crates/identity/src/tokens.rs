//! From a bearer token to a caller.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use ring::digest;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    caller::{Authentication, Caller},
    fault::{Fault, Faults},
    key_source::KeySource,
    map::{IdentityMap, agbs, texts},
    reason,
    settings::TokenSettings,
    token::{self, Claims, Rejection, Token},
    watch::{Generation, Watched},
};

/// How many validated tokens are kept.
const KEPT: usize = 4096;

/// Which tokens are taken, and those that were lately.
pub(crate) struct Tokens {
    settings: TokenSettings,
    keys: KeySource,
    kept: Mutex<HashMap<Digest, Kept>>,
}

/// SHA-256 of a token: the tokens themselves are not kept.
type Digest = [u8; 32];

struct Kept {
    generation: u64,
    /// Until when it is taken, in seconds since 1970.
    until: i64,
    caller: Arc<Caller>,
}

impl Tokens {
    /// Reads the keys, and keeps up with them until `stop`.
    ///
    /// # Errors
    /// What is wrong with the settings or the keys' file.
    pub(crate) fn open(
        settings: &TokenSettings,
        generation: Generation,
        stop: CancellationToken,
    ) -> Result<Tokens, Faults> {
        let faults = settings.faults();
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let keys = KeySource::open(settings, generation, stop)?;
        Ok(Tokens { settings: settings.clone(), keys, kept: Mutex::default() })
    }

    /// The caller that a token shows, at a time in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with the token.
    pub(crate) async fn caller(
        &self,
        text: &str,
        map: &Watched<IdentityMap>,
        generation: &Generation,
        time: i64,
    ) -> Result<Arc<Caller>, Rejection> {
        let digest: Option<Digest> = digest::digest(&digest::SHA256, text.as_bytes()).as_ref().try_into().ok();
        if let Some(caller) = digest.and_then(|digest| self.kept(&digest, generation.current(), time)) {
            return Ok(caller);
        }
        let token = Token::read(text, &self.settings)?;
        self.keys.look_for(token.key_id.as_deref(), token.algorithm).await;
        let generation = generation.current();
        let claims = token.verify(&self.keys.get(), &self.settings, time)?;
        let caller = Arc::new(self.named(&claims, &map.get())?);
        if let Some(digest) = digest {
            self.keep(digest, Kept { generation, until: claims.until, caller: caller.clone() }, time);
        }
        Ok(caller)
    }

    /// The name a token gives, proven or not.
    pub(crate) fn shown(&self, text: &str) -> Option<String> {
        token::shown(text, &self.settings.name_claim)
    }

    fn named(&self, claims: &Claims, map: &IdentityMap) -> Result<Caller, Rejection> {
        let malformed = |message: String| Rejection { reason: reason::TOKEN_MALFORMED, message };
        let claim = &self.settings.name_claim;
        let name = claims.all.get(claim).and_then(Value::as_str).unwrap_or_default();
        if !(1..=256).contains(&name.len()) || name.chars().any(char::is_control) {
            return Err(malformed(format!("the token's claim {claim} names nobody")));
        }
        let providers = claims.all.get("agb").into_iter().flat_map(texts);
        let agbs = agbs(providers).map_err(|_| malformed("the token's claim agb holds no AGB codes".to_owned()))?;
        let grants = map.of_token(&claims.all);
        if grants.is_empty() {
            let message = "the token is in order, but nothing in it is in the identity map".to_owned();
            return Err(Rejection { reason: reason::TOKEN_UNMAPPED, message });
        }
        Ok(Caller { name: name.to_owned(), authentication: Authentication::Token, grants, agbs })
    }

    fn kept(&self, digest: &Digest, generation: u64, time: i64) -> Option<Arc<Caller>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(digest).filter(|kept| kept.generation == generation && time < kept.until);
        found.map(|kept| kept.caller.clone())
    }

    fn keep(&self, digest: Digest, new: Kept, time: i64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, kept| kept.generation == new.generation && time < kept.until);
        }
        // Still full: they are quick to validate again, and quicker than finding the oldest.
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(digest, new);
    }
}

/// What is wrong with the settings and the file of keys, without fetching anything.
pub(crate) fn faults(settings: &TokenSettings) -> Vec<Fault> {
    let mut faults = settings.faults();
    faults.extend(KeySource::faults(settings));
    faults
}
