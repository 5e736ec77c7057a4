//! Client certificates: checked per connection, not in the handshake.
//!
//! The handshake asks for a client certificate, takes any, and verifies only that the peer holds its private key
//! ([`ProofOfPossession`]). Whether the certificate is worth something is decided when a call comes in ([`Trust`]), for
//! three reasons:
//!
//! - A caller with an expired or unknown certificate gets `UNAUTHENTICATED` with a reason it can act upon, and the
//!   refusal has a line in the audit log. A failed handshake is a broken connection and tells nobody anything.
//! - Connections stay open for days. What was in order when one was opened is looked at again on each call, so a
//!   certificate that is revoked or expires loses access at once.
//! - A caller may come with a token only.
//!
//! Nothing is served to a peer that was not checked: without a certificate that holds, or a token, every call ends here.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, TrustAnchor, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use webpki::{
    EndEntityCert, ExpirationPolicy, KeyUsage, RevocationCheckDepth, RevocationOptions, RevocationOptionsBuilder,
    UnknownStatusPolicy,
};

use crate::{
    fault::{Fault, Faults},
    pem::{self, RevocationList},
    provider,
    reason::{self, Reason},
    settings::{Revocation, TlsSettings, UnknownRevocation},
    subject::{Validity, validity},
    watch::{Generation, Watched},
};

/// Verifies in the handshake that the peer holds the key of the certificate it shows, and nothing else about it.
#[derive(Debug)]
pub(crate) struct ProofOfPossession(WebPkiSupportedAlgorithms);

impl ProofOfPossession {
    pub(crate) fn new() -> Arc<ProofOfPossession> {
        Arc::new(ProofOfPossession(provider().signature_verification_algorithms))
    }
}

impl ClientCertVerifier for ProofOfPossession {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    /// Takes any: [`Trust`] decides.
    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Whose client certificates are trusted, and which are revoked.
pub(crate) struct Trust {
    anchors: Vec<TrustAnchor<'static>>,
    lists: Vec<RevocationList>,
    revocation: Revocation,
    unknown: UnknownRevocation,
}

/// Why a certificate is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Distrust {
    pub(crate) reason: Reason,
    pub(crate) message: String,
}

impl Trust {
    /// Reads the CAs and the lists, and keeps up with them.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub(crate) fn open(settings: &TlsSettings, generation: Generation) -> Result<Arc<Watched<Trust>>, Faults> {
        if settings.crl.is_none() && settings.unknown_revocation == UnknownRevocation::Deny {
            let problem =
                "is needed: without a list every certificate would be refused (unknown_revocation = \"deny\")";
            return Err(Fault::new("setting tls.crl", problem).into());
        }
        let mut paths = vec![settings.client_ca.clone()];
        paths.extend(settings.crl.clone());
        let settings = settings.clone();
        Watched::open("client CA and revocation lists", paths, generation, move |contents| {
            Trust::read(&settings, contents)
        })
    }

    fn read(settings: &TlsSettings, contents: &[Vec<u8>]) -> Result<Trust, Faults> {
        let anchors = pem::anchors(&settings.client_ca, &contents[0]);
        let lists = match (&settings.crl, contents.get(1)) {
            (Some(path), Some(content)) => pem::revocation_lists(path, content),
            _ => Ok(Vec::new()),
        };
        let (revocation, unknown) = (settings.revocation, settings.unknown_revocation);
        match (anchors, lists) {
            (Ok(anchors), Ok(lists)) => Ok(Trust { anchors, lists, revocation, unknown }),
            (anchors, lists) => {
                Err(Faults(anchors.err().into_iter().chain(lists.err()).flat_map(|faults| faults.0).collect()))
            }
        }
    }

    /// Checks a chain, the client's own certificate first, at a time in seconds since 1970. Gives how long the answer
    /// holds if nothing is read again.
    ///
    /// # Errors
    /// Why the certificate is not taken.
    pub(crate) fn check(&self, chain: &[CertificateDer<'_>], time: i64) -> Result<Validity, Distrust> {
        let untrusted = |message: &str| Distrust { reason: reason::UNTRUSTED, message: message.to_owned() };
        let (own, between) = chain.split_first().ok_or_else(|| untrusted("no certificate was shown"))?;
        let certificate = EndEntityCert::try_from(own).map_err(|error| refused(&error))?;
        let algorithms = provider().signature_verification_algorithms.all;
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(time.try_into().unwrap_or_default()));
        let lists: Vec<_> = self.lists.iter().map(|list| &list.list).collect();
        let revocation = self.revocation_options(&lists);
        let path = certificate
            .verify_for_usage(algorithms, &self.anchors, between, at, KeyUsage::client_auth(), revocation, None)
            .map_err(|error| refused(&error))?;
        let mut holds = validity(own).map_err(|message| untrusted(&message))?;
        for intermediate in path.intermediate_certificates() {
            holds = holds.and(validity(&intermediate.der()).map_err(|message| untrusted(&message))?);
        }
        // A list that says until when it holds is asked again by then, whichever certificate it was about.
        let lists_until = self.lists.iter().filter_map(|list| list.until).filter(|until| *until >= time).min();
        Ok(Validity { until: holds.until.min(lists_until.unwrap_or(i64::MAX)), ..holds })
    }

    fn revocation_options<'a>(&self, lists: &'a [&'a webpki::CertRevocationList<'a>]) -> Option<RevocationOptions<'a>> {
        let depth = match self.revocation {
            Revocation::Chain => RevocationCheckDepth::Chain,
            Revocation::EndEntity => RevocationCheckDepth::EndEntity,
        };
        let unknown = match self.unknown {
            UnknownRevocation::Allow => UnknownStatusPolicy::Allow,
            UnknownRevocation::Deny => UnknownStatusPolicy::Deny,
        };
        // Without lists there is nothing to ask, and the builder says so.
        let builder = RevocationOptionsBuilder::new(lists).ok()?;
        let builder = builder.with_depth(depth).with_status_policy(unknown);
        Some(builder.with_expiration_policy(ExpirationPolicy::Enforce).build())
    }
}

fn refused(error: &webpki::Error) -> Distrust {
    use webpki::Error as E;
    let (reason, message) = match error {
        E::CertExpired { .. } => (reason::EXPIRED, "the client certificate, or one above it, has expired".to_owned()),
        E::CertNotValidYet { .. } => {
            (reason::NOT_YET_VALID, "the client certificate, or one above it, is not valid yet".to_owned())
        }
        E::CertRevoked => (reason::REVOKED, "the client certificate, or one above it, was revoked".to_owned()),
        E::UnknownIssuer => (reason::UNTRUSTED, "the client certificate is from a CA that is not trusted".to_owned()),
        E::CrlExpired { .. } => {
            tracing::error!(
                "the list of revoked certificates has expired: nobody with a certificate of its CA gets in"
            );
            (reason::UNTRUSTED, "the list of revoked certificates has expired, so none can be trusted".to_owned())
        }
        E::UnknownRevocationStatus => {
            (reason::UNTRUSTED, "there is no list that says whether the client certificate was revoked".to_owned())
        }
        other => (reason::UNTRUSTED, format!("the client certificate can't be used: {other}")),
    };
    Distrust { reason, message }
}
