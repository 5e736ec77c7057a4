//! The issuer's public keys (JWKS, RFC 7517).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

use crate::{
    algorithm::{Algorithm, Family, Verifier},
    fault::{Fault, Faults},
};

/// The keys of an issuer that can verify signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeySet(Vec<Key>);

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    id: Option<String>,
    /// The one algorithm it is for, when it says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    Point(Family, Vec<u8>),
}

/// A set as it is written. Members this service has no use for are left out.
#[derive(Deserialize)]
struct Jwks {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a set. Keys of other kinds and for other uses are passed over: issuers publish such beside these. Symmetric
    /// keys are among them, so none can ever verify a token.
    ///
    /// # Errors
    /// The fault, when it is no set or none of its keys can verify signatures.
    pub(crate) fn read(place: &str, content: &[u8]) -> Result<KeySet, Faults> {
        let jwks: Jwks = serde_json::from_slice(content)
            .map_err(|error| Fault::new(place, format!("is no JSON web key set: {error}")))?;
        let read = |value| serde_json::from_value::<Jwk>(value).ok().and_then(Key::read);
        let keys: Vec<Key> = jwks.keys.into_iter().filter_map(read).collect();
        if keys.is_empty() {
            return Err(Fault::new(
                place,
                "holds no public key that verifies signatures (RSA, P-256, P-384, Ed25519)",
            ))?;
        }
        Ok(KeySet(keys))
    }

    /// The keys that a token with this key id and algorithm can be signed with. Without an id there must be just one that
    /// fits.
    pub(crate) fn candidates(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<&Key> {
        let fits = |key: &&Key| key.fits(algorithm) && id.is_none_or(|id| key.id.as_deref() == Some(id));
        let keys: Vec<&Key> = self.0.iter().filter(fits).collect();
        if id.is_none() && keys.len() > 1 { Vec::new() } else { keys }
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Key> {
        let verifies = jwk.key_ops.is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
        if !verifies || jwk.usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        let algorithm = match jwk.alg {
            Some(name) => Some(Algorithm::of(&name)?),
            None => None,
        };
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { modulus: number(&jwk.n?)?, exponent: number(&jwk.e?)? },
            ("EC", Some("P-256")) => Material::Point(Family::P256, point(32, &jwk.x?, &jwk.y?)?),
            ("EC", Some("P-384")) => Material::Point(Family::P384, point(48, &jwk.x?, &jwk.y?)?),
            ("OKP", Some("Ed25519")) => Material::Point(Family::Ed25519, exactly(32, &jwk.x?)?),
            _ => return None,
        };
        Some(Key { id: jwk.kid, algorithm, material })
    }

    fn family(&self) -> Family {
        match &self.material {
            Material::Rsa { .. } => Family::Rsa,
            Material::Point(family, _) => *family,
        }
    }

    /// A key is used only for the algorithms of its own family, so a public key is never taken for a secret.
    fn fits(&self, algorithm: Algorithm) -> bool {
        self.family() == algorithm.family() && self.algorithm.is_none_or(|own| own == algorithm)
    }

    /// Whether a signature over `message` is of this key.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm.verifier()) {
            (Material::Rsa { modulus, exponent }, Verifier::Rsa(parameters)) => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(parameters, message, signature).is_ok()
            }
            (Material::Point(family, point), Verifier::Point(verification)) if *family == algorithm.family() => {
                UnparsedPublicKey::new(verification, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

/// A number without leading zeros, as the verification wants it.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let bytes: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    (!bytes.is_empty()).then_some(bytes)
}

fn exactly(length: usize, text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    (bytes.len() == length).then_some(bytes)
}

/// An uncompressed point on a curve.
fn point(length: usize, x: &str, y: &str) -> Option<Vec<u8>> {
    Some([vec![4], exactly(length, x)?, exactly(length, y)?].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn set(keys: &Value) -> Result<KeySet, Faults> {
        KeySet::read("jwks.json", json!({ "keys": keys }).to_string().as_bytes())
    }

    fn p256(more: &Value) -> Value {
        let coordinate = BASE64_URL_SAFE_NO_PAD.encode([7; 32]);
        let mut key = json!({ "kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate });
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    }

    #[test]
    fn only_keys_that_verify_signatures_are_kept() {
        let secret = json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "HS256" });
        let short = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" });
        let others = [
            secret,
            short,
            p256(&json!({ "use": "enc" })),
            p256(&json!({ "alg": "HS256" })),
            p256(&json!({ "key_ops": ["encrypt"] })),
            json!("text"),
        ];
        for key in &others {
            let faults = set(&json!([key])).unwrap_err().to_string();
            assert!(faults.starts_with("jwks.json: holds no public key"), "{key}: {faults}");
        }
        let mut keys = others.to_vec();
        keys.push(p256(&json!({ "kid": "a", "use": "sig", "key_ops": ["verify"] })));
        assert_eq!(set(&json!(keys)).unwrap().candidates(Some("a"), Algorithm::ES256).len(), 1);
        assert!(KeySet::read("jwks.json", b"{}").unwrap_err().to_string().contains("is no JSON web key set"));
    }

    #[test]
    fn a_key_is_found_by_id_and_used_for_its_own_family() {
        let keys = set(&json!([p256(&json!({ "kid": "a" })), p256(&json!({ "kid": "b", "alg": "ES256" }))])).unwrap();
        let found = |id, algorithm| keys.candidates(id, algorithm).len();
        assert_eq!((found(Some("a"), Algorithm::ES256), found(Some("b"), Algorithm::ES256)), (1, 1));
        assert_eq!((found(Some("c"), Algorithm::ES256), found(Some("a"), Algorithm::RS256)), (0, 0));
        assert_eq!((found(Some("a"), Algorithm::ES384), found(Some("a"), Algorithm::EdDSA)), (0, 0));
        assert_eq!(found(None, Algorithm::ES256), 0, "two fit: which one is not known");
        let one = set(&json!([p256(&json!({}))])).unwrap();
        assert_eq!(one.candidates(None, Algorithm::ES256).len(), 1);
    }
}
