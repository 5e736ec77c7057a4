//! The identity map: what a certificate's name or a token's claim grants.
//!
//! It says everything that is wrong with it at once, each with its line.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use contract::access::Role;
use serde_json::{Map, Value};

use crate::{caller::Grant, fault::Faults, map_reader};

/// A name in a certificate (subject alternative name).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum San {
    Dns(String),
    Uri(String),
    Email(String),
}

/// An identity that shows itself with a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateEntry {
    pub(crate) name: String,
    pub(crate) grants: Vec<Grant>,
}

/// What a claim of a token grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenEntry {
    pub(crate) claim: String,
    pub(crate) value: String,
    pub(crate) grants: Vec<Grant>,
}

/// What the office grants to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdentityMap {
    pub(crate) certificates: BTreeMap<San, CertificateEntry>,
    pub(crate) tokens: Vec<TokenEntry>,
}

impl San {
    /// Reads `dns:name`, `uri:...` or `email:...`. Names of hosts are the same in capitals; the others are compared as
    /// they are written.
    pub(crate) fn parse(text: &str) -> Option<San> {
        let (kind, name) = text.split_once(':')?;
        match kind {
            _ if name.is_empty() => None,
            "dns" => Some(San::dns(name)),
            "uri" => Some(San::Uri(name.to_owned())),
            "email" => Some(San::Email(name.to_owned())),
            _ => None,
        }
    }

    pub(crate) fn dns(name: &str) -> San {
        San::Dns(name.to_ascii_lowercase())
    }
}

impl std::fmt::Display for San {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            San::Dns(name) => write!(f, "dns:{name}"),
            San::Uri(name) => write!(f, "uri:{name}"),
            San::Email(name) => write!(f, "email:{name}"),
        }
    }
}

impl IdentityMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Every fault, with the file and the line.
    pub(crate) fn read(path: &Path, content: &[u8]) -> Result<IdentityMap, Faults> {
        map_reader::read(&path.display().to_string(), content)
    }

    /// The identity of a certificate: that of the first of its names that has one, in the certificate's order.
    pub(crate) fn of_certificate(&self, names: &[San]) -> Option<&CertificateEntry> {
        names.iter().find_map(|name| self.certificates.get(name))
    }

    /// What a token's claims grant: all entries that match add up.
    pub(crate) fn of_token(&self, claims: &Map<String, Value>) -> Vec<Grant> {
        let matches = |entry: &&TokenEntry| {
            claims.get(&entry.claim).is_some_and(|claim| texts(claim).any(|text| text == entry.value))
        };
        self.tokens.iter().filter(matches).flat_map(|entry| entry.grants.iter().cloned()).collect()
    }
}

/// The texts of a claim: itself, or those in its list.
pub(crate) fn texts(claim: &Value) -> impl Iterator<Item = &str> {
    let one = claim.as_str().into_iter();
    one.chain(claim.as_array().into_iter().flatten().filter_map(Value::as_str))
}

/// The role of a word in the map.
pub(crate) fn role(word: &str) -> Option<Role> {
    ROLES.iter().find(|(known, _)| *known == word).map(|(_, role)| *role)
}

/// The roles by their words in the map.
pub(crate) const ROLES: [(&str, Role); 7] = [
    ("adapter", Role::Adapter),
    ("purchaser", Role::Purchaser),
    ("decider", Role::Decider),
    ("investigator", Role::Investigator),
    ("operator", Role::Operator),
    ("auditor", Role::Auditor),
    ("service", Role::Service),
];

/// Whether this can be the short name of an office.
pub fn is_office(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (2..=32).contains(&name.len()) && name.bytes().all(fits)
}

/// The providers in a list of AGB codes as written.
///
/// # Errors
/// The first one that is none.
pub(crate) fn agbs<'a>(texts: impl Iterator<Item = &'a str>) -> Result<BTreeSet<identifiers::Agb>, &'a str> {
    texts.map(|text| text.parse().map_err(|_| text)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::caller::Offices;

    const MAP: &str = r#"
        [[certificate]]
        san = "dns:Adapter.vgz.example"
        name = "adapter-vgz"
        grants = [{ roles = ["adapter"], offices = ["vgz"] }]
        [[certificate]]
        san = "uri:spiffe://zorginkoop/Budget"
        grants = [{ roles = ["service"], offices = ["*"] }]
        [[token]]
        claim = "groups"
        value = "inkopers-vgz"
        grants = [{ roles = ["purchaser"], offices = ["vgz"] }]
        [[token]]
        claim = "department"
        value = "audit"
        grants = [{ roles = ["auditor", "investigator"], offices = ["vgz", "cz"] }]
    "#;

    fn map() -> IdentityMap {
        IdentityMap::read(Path::new("map.toml"), MAP.as_bytes()).unwrap()
    }

    #[test]
    fn a_certificate_is_known_by_its_names() {
        let map = map();
        let adapter = map.of_certificate(&[San::dns("other.example"), San::dns("adapter.VGZ.example")]).unwrap();
        assert_eq!(adapter.name, "adapter-vgz");
        assert_eq!(adapter.grants[0].offices, Offices::Only(BTreeSet::from(["vgz".to_owned()])));
        let uri = San::Uri("spiffe://zorginkoop/Budget".to_owned());
        let service = map.of_certificate(std::slice::from_ref(&uri)).unwrap();
        assert_eq!(
            (service.name.as_str(), &service.grants[0].offices),
            ("uri:spiffe://zorginkoop/Budget", &Offices::All)
        );
        assert_eq!(map.of_certificate(&[San::Uri("spiffe://zorginkoop/budget".to_owned())]), None);
        // The same text as another kind of name is another name.
        assert_eq!(map.of_certificate(&[San::Email("adapter.vgz.example".to_owned())]), None);
    }

    #[test]
    fn the_entries_that_match_a_token_add_up() {
        let map = map();
        let grants = |claims: Value| {
            let grants = map.of_token(claims.as_object().unwrap());
            grants.iter().flat_map(|grant| grant.roles.clone()).collect::<Vec<_>>()
        };
        assert_eq!(grants(json!({ "groups": ["other", "inkopers-vgz"] })), [Role::Purchaser]);
        assert_eq!(
            grants(json!({ "groups": "inkopers-vgz", "department": "audit" })),
            [Role::Purchaser, Role::Auditor, Role::Investigator]
        );
        assert!(grants(json!({ "groups": "audit", "department": { "audit": true } })).is_empty());
    }

    #[test]
    fn an_office_has_a_short_name() {
        for (name, fits) in
            [("vgz", true), ("zk_9", true), ("v", false), ("VGZ", false), ("v-z", false), ("", false), ("*", false)]
        {
            assert_eq!(is_office(name), fits, "{name}");
        }
        assert!(is_office(&"a".repeat(32)) && !is_office(&"a".repeat(33)));
    }
}
