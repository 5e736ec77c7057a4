//! A token issuer for tests.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::DevError;

/// An issuer with one key (ES256).
#[derive(Debug)]
pub struct TokenIssuer {
    key: EcdsaKeyPair,
    key_id: String,
}

impl TokenIssuer {
    /// An issuer with a new key of this id.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new(key_id: &str) -> Result<TokenIssuer, DevError> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| DevError::Key)?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).map_err(|_| DevError::Key)?;
        Ok(TokenIssuer { key, key_id: key_id.to_owned() })
    }

    /// The set of these issuers' public keys, JSON.
    pub fn jwks(issuers: &[&TokenIssuer]) -> String {
        let keys: Vec<Value> = issuers.iter().map(|issuer| issuer.jwk()).collect();
        json!({ "keys": keys }).to_string()
    }

    /// A signed token with these claims.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn mint(&self, claims: &Value) -> Result<String, DevError> {
        self.mint_with(&json!({ "alg": "ES256", "typ": "JWT", "kid": self.key_id }), claims)
    }

    /// A token with this header, signed as always, whatever the header says.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn mint_with(&self, header: &Value, claims: &Value) -> Result<String, DevError> {
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| DevError::Key)?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public key: a byte that says it is uncompressed, then both coordinates.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    fn jwk(&self) -> Value {
        let (x, y) = self.public_key()[1..].split_at(32);
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "use": "sig", "kid": self.key_id })
    }
}
