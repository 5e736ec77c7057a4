//! Bearer tokens: signed JSON web tokens (RFC 7519), read strictly.
//!
//! The signatures are verified by ring, as those of certificates are. The rest is done here rather than by a library, as
//! the time is handed in, the algorithms are pinned, and the caller is told precisely what is wrong.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    algorithm::Algorithm,
    keys::KeySet,
    map::texts,
    reason::{self, Reason},
    settings::TokenSettings,
};

/// How large a token may be, in bytes.
const LARGEST_BYTES: usize = 16 << 10;

/// A token as it came: nothing in it is proven yet.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    /// Its algorithm, which is one of those that are taken.
    pub(crate) algorithm: Algorithm,
    /// The key it says it was signed with.
    pub(crate) key_id: Option<String>,
    signed: &'a str,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

/// What a valid token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    /// All its claims.
    pub(crate) all: Map<String, Value>,
    /// Until when it is taken, in seconds since 1970; the skew is in it.
    pub(crate) until: i64,
}

/// Why a token is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) reason: Reason,
    pub(crate) message: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}

fn rejection(reason: Reason, message: impl Into<String>) -> Rejection {
    Rejection { reason, message: message.into() }
}

fn malformed(message: &str) -> Rejection {
    rejection(reason::TOKEN_MALFORMED, message)
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// It is none, or uses an algorithm that is not taken.
    pub(crate) fn read(text: &'a str, settings: &TokenSettings) -> Result<Token<'a>, Rejection> {
        if text.len() > LARGEST_BYTES {
            return Err(malformed("the token is too large"));
        }
        let three = malformed("the token must have three parts: it is no signed JSON web token");
        let (signed, signature) = text.rsplit_once('.').ok_or_else(|| three.clone())?;
        let (header, payload) = signed.split_once('.').ok_or_else(|| three.clone())?;
        if payload.contains('.') {
            return Err(three);
        }
        let header: Header = decoded(header).ok_or_else(|| malformed("the token's header can't be read"))?;
        let algorithm = Algorithm::of(&header.alg).filter(|algorithm| settings.algorithms.contains(algorithm));
        let algorithm = algorithm
            .ok_or_else(|| rejection(reason::TOKEN_ALGORITHM, "the token's signature algorithm is not taken"))?;
        if header.crit.is_some() {
            return Err(malformed("the token demands an extension that is not known here"));
        }
        if !header.typ.as_deref().is_none_or(is_access_token) {
            return Err(malformed("the token is of another type than JWT and at+jwt"));
        }
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|_| malformed("the token's signature can't be read"))?;
        let claims = decoded(payload).ok_or_else(|| malformed("the token's claims can't be read"))?;
        Ok(Token { algorithm, key_id: header.kid, signed, signature, claims })
    }

    /// Verifies the signature and checks the claims at a time in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn verify(self, keys: &KeySet, settings: &TokenSettings, time: i64) -> Result<Claims, Rejection> {
        let candidates = keys.candidates(self.key_id.as_deref(), self.algorithm);
        if candidates.is_empty() {
            return Err(rejection(reason::TOKEN_KEY_UNKNOWN, "the token is signed with a key that is not known"));
        }
        let message = self.signed.as_bytes();
        if !candidates.iter().any(|key| key.verifies(self.algorithm, message, &self.signature)) {
            return Err(rejection(reason::TOKEN_SIGNATURE, "the token's signature is wrong"));
        }
        let until = checked(&self.claims, settings, time)?;
        Ok(Claims { all: self.claims, until })
    }
}

/// Checks who a token is from and for, and when it holds. Gives until when it does.
fn checked(claims: &Map<String, Value>, settings: &TokenSettings, time: i64) -> Result<i64, Rejection> {
    if claims.get("iss").and_then(Value::as_str) != Some(settings.issuer.as_str()) {
        return Err(rejection(reason::TOKEN_ISSUER, "the token is from another issuer"));
    }
    if !claims.get("aud").is_some_and(|audience| texts(audience).any(|text| text == settings.audience)) {
        return Err(rejection(reason::TOKEN_AUDIENCE, "the token is for another audience"));
    }
    let skew = i64::try_from(settings.clock_skew_seconds).unwrap_or_default();
    let expires = seconds(claims, "exp")?.ok_or_else(|| malformed("the token has no exp: it would never expire"))?;
    let until = expires.saturating_add(skew);
    if time >= until {
        return Err(rejection(reason::TOKEN_EXPIRED, "the token has expired"));
    }
    if seconds(claims, "nbf")?.is_some_and(|from| time < from.saturating_sub(skew)) {
        return Err(rejection(reason::TOKEN_NOT_YET_VALID, "the token is not valid yet"));
    }
    Ok(until)
}

/// The name that a token gives, proven or not: for the audit log.
pub(crate) fn shown(text: &str, name_claim: &str) -> Option<String> {
    let payload = text.get(..LARGEST_BYTES.min(text.len()))?.split('.').nth(1)?;
    let claims: Map<String, Value> = decoded(payload)?;
    let name = claims.get(name_claim)?.as_str()?;
    let name: String = name.chars().filter(|char| !char.is_control()).take(128).collect();
    (!name.is_empty()).then_some(name)
}

fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

fn decoded<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A time in a claim: seconds since 1970, of which fractions are dropped.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Rejection> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    #[allow(clippy::cast_possible_truncation, reason = "a float that does not fit becomes the largest or the smallest")]
    let whole = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64));
    match whole {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(malformed(&format!("the token's {name} is no time"))),
    }
}
