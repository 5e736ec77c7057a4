//! [`Receipt`]: signed proof of a decision.

use chrono::{DateTime, SubsecRound, Utc};
use ed25519_dalek::{Signature, Signer};
use explain::Explanation;
use sha2::{Digest, Sha256};

use crate::{KeyId, PublicKeys, SignError, SigningKeys, VerifyError, body::body, file};

/// A decision as it is on record, with what it was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The service that took it, such as `budget`.
    pub service: String,
    /// Its id.
    pub decision_id: String,
    /// The office it was taken for.
    pub office: String,
    /// What kind of decision, such as `click`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// When it was taken.
    pub decided_time: DateTime<Utc>,
    /// The explanation: JSON, as [`Explanation::to_bytes`] gives it.
    pub explanation: String,
    /// The facts: JSON, as [`explain::Facts::json`] gives it.
    pub facts: String,
    /// The rule files in force: the archive, as [`explain::Rules::archive`] gives it.
    pub rules: String,
}

/// Proof of a decision: whoever has the service's public key can check it, whoever has the service's program can take
/// the decision again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub(crate) decision: Decision,
    pub(crate) facts_sha256: [u8; 32],
    pub(crate) rules_sha256: [u8; 32],
    pub(crate) key_id: KeyId,
    pub(crate) signature: [u8; 64],
}

impl Receipt {
    /// Signs for a decision. The same decision and key always give the same receipt.
    ///
    /// # Errors
    /// [`SignError`] when what is stored of the decision does not hold together.
    pub fn sign(decision: Decision, keys: &SigningKeys) -> Result<Receipt, SignError> {
        for (part, json) in
            [("explanation", &decision.explanation), ("facts", &decision.facts), ("rules", &decision.rules)]
        {
            file::is_bare_json(json).map_err(|problem| SignError::NotJson { part, problem })?;
        }
        let explanation = Explanation::from_bytes(decision.explanation.as_bytes())
            .map_err(|error| SignError::NotJson { part: "explanation", problem: error.to_string() })?;
        let (facts_sha256, rules_sha256) = (sha256(&decision.facts), sha256(&decision.rules));
        if explanation.facts_sha256 != facts_sha256 {
            return Err(SignError::OtherFacts);
        }
        if explanation.rules_sha256 != rules_sha256 {
            return Err(SignError::OtherRules);
        }
        let decision = Decision { decided_time: decision.decided_time.trunc_subsecs(6), ..decision };
        let key_id = keys.key_id();
        let mut receipt = Receipt { decision, facts_sha256, rules_sha256, key_id, signature: [0; 64] };
        receipt.signature = keys.current().sign(&body(&receipt)).to_bytes();
        Ok(receipt)
    }

    /// Reads a receipt file. What it says is proven by [`Receipt::verify`] only.
    ///
    /// # Errors
    /// [`VerifyError::NotAReceipt`] and [`VerifyError::NotCanonical`].
    pub fn read(bytes: &[u8]) -> Result<Receipt, VerifyError> {
        file::read(bytes)
    }

    /// The receipt as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(self)
    }

    /// Checks that one of `keys` signed the receipt and that nothing in it was changed since.
    ///
    /// # Errors
    /// [`VerifyError`] with the first check that failed: the key, the signature, the facts, the rules.
    pub fn verify(&self, keys: &PublicKeys) -> Result<(), VerifyError> {
        let key = keys.get(self.key_id).ok_or(VerifyError::UnknownKey(self.key_id))?;
        // Strict: there is one signature that is right, and no key under which several bodies have the same one.
        key.verify_strict(&body(self), &Signature::from_bytes(&self.signature)).map_err(|_| VerifyError::Signature)?;
        self.holds_together()
    }

    /// Checks that facts and rules are those of the explanation. Without a signature that proves nothing about who
    /// wrote it.
    ///
    /// # Errors
    /// [`VerifyError::FactsHash`], [`VerifyError::RulesHash`], or [`VerifyError::NotAReceipt`] when the explanation is
    /// none.
    pub fn holds_together(&self) -> Result<(), VerifyError> {
        let explanation = Explanation::from_bytes(self.decision.explanation.as_bytes())
            .map_err(|error| VerifyError::NotAReceipt(format!("the explanation: {error}")))?;
        let facts = sha256(&self.decision.facts);
        if facts != self.facts_sha256 || facts != explanation.facts_sha256 {
            return Err(VerifyError::FactsHash);
        }
        let rules = sha256(&self.decision.rules);
        if rules != self.rules_sha256 || rules != explanation.rules_sha256 {
            return Err(VerifyError::RulesHash);
        }
        Ok(())
    }

    /// The decision.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// SHA-256 of the facts, as signed for.
    pub fn facts_sha256(&self) -> [u8; 32] {
        self.facts_sha256
    }

    /// SHA-256 of the rule archive, as signed for.
    pub fn rules_sha256(&self) -> [u8; 32] {
        self.rules_sha256
    }

    /// The key it says it is signed with.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests;
