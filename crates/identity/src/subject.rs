//! What a certificate says about its subject: names, providers, and when it is valid.

use std::collections::BTreeSet;

use identifiers::Agb;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::map::{San, agbs};

/// How a certificate names a provider.
const AGB: &str = "urn:zorginkoop:agb:";

/// The subject of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// Its names, without those of providers.
    pub(crate) names: Vec<San>,
    /// The providers it carries.
    pub(crate) agbs: BTreeSet<Agb>,
}

/// When a certificate is valid, in seconds since 1970, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Validity {
    pub(crate) fn contains(self, time: i64) -> bool {
        (self.from..=self.until).contains(&time)
    }

    /// When both are valid.
    pub(crate) fn and(self, other: Validity) -> Validity {
        Validity { from: self.from.max(other.from), until: self.until.min(other.until) }
    }
}

impl Subject {
    /// Reads the names of a certificate.
    ///
    /// # Errors
    /// What is wrong with it, for its holder.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Result<Subject, String> {
        let parsed = parse(certificate)?;
        let extension = parsed.subject_alternative_name().map_err(|_| "its names are malformed".to_owned())?;
        let (mut names, mut providers) = (Vec::new(), Vec::new());
        for name in extension.iter().flat_map(|extension| &extension.value.general_names) {
            match name {
                GeneralName::URI(uri) => match uri.strip_prefix(AGB) {
                    Some(agb) => providers.push(agb),
                    None => names.push(San::Uri((*uri).to_owned())),
                },
                GeneralName::DNSName(name) => names.push(San::dns(name)),
                GeneralName::RFC822Name(name) => names.push(San::Email((*name).to_owned())),
                _ => {}
            }
        }
        let agbs = agbs(providers.into_iter()).map_err(|text| format!("it carries {text:?}, which is no AGB code"))?;
        Ok(Subject { names, agbs })
    }

    /// Its first name for the audit log.
    pub(crate) fn shown(&self) -> Option<String> {
        self.names.first().map(ToString::to_string)
    }
}

/// When a certificate is valid.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn validity(certificate: &CertificateDer<'_>) -> Result<Validity, String> {
    let parsed = parse(certificate)?;
    let validity = parsed.validity();
    Ok(Validity { from: validity.not_before.timestamp(), until: validity.not_after.timestamp() })
}

fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Result<X509Certificate<'a>, String> {
    match X509Certificate::from_der(certificate) {
        Ok((_, parsed)) => Ok(parsed),
        Err(_) => Err("it is malformed".to_owned()),
    }
}
