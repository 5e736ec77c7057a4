//! [`Facts`]: what a decision was taken from, in one canonical form.

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// The facts of a decision as canonical JSON: keys in alphabetical order, no white space, decimals as text.
///
/// The same facts always give the same bytes, so that their SHA-256 names them and a replay can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    json: Vec<u8>,
    as_of: DateTime<Utc>,
}

impl Facts {
    /// The canonical form of `facts`, known as of a moment.
    pub fn new(facts: &impl Serialize, as_of: DateTime<Utc>) -> Facts {
        Facts { json: canonical(facts), as_of }
    }

    /// The canonical JSON.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The moment the facts are known as of.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// SHA-256 of the canonical JSON.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.json).into()
    }

    /// Reads the facts back, for a replay.
    ///
    /// # Errors
    /// When the JSON is not of this type.
    pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
        serde_json::from_slice(json)
    }
}

pub(crate) fn canonical(value: &impl Serialize) -> Vec<u8> {
    // `serde_json::Value` keeps objects sorted by key. Serialising to memory fails only for maps whose keys are no
    // strings, which the types used for facts can't have; should one ever, the empty text is what gets hashed and
    // every replay test of that decision fails.
    let tree = serde_json::to_value(value).unwrap_or_default();
    serde_json::to_vec(&tree).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Example {
        zeta: u8,
        alpha: Option<&'static str>,
    }

    #[test]
    fn canonical_facts_are_sorted_and_compact() {
        let facts = Facts::new(&Example { zeta: 1, alpha: None }, DateTime::UNIX_EPOCH);
        assert_eq!(facts.json(), br#"{"alpha":null,"zeta":1}"#);
        assert_eq!(
            hex::encode(facts.sha256()),
            hex::encode(<[u8; 32]>::from(Sha256::digest(br#"{"alpha":null,"zeta":1}"#)))
        );
    }
}
