//! Certificates, keys and revocation lists out of files.

use std::path::Path;

use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, TrustAnchor,
    pem::{self, PemObject},
};
use webpki::{CertRevocationList, OwnedCertRevocationList};
use x509_parser::prelude::{CertificateRevocationList as ParsedList, FromDer};

use crate::fault::{Fault, Faults};

/// The certificates of a file, in its order; at least one.
pub(crate) fn certificates(path: &Path, content: &[u8]) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(content).collect();
    match found {
        Ok(found) if found.is_empty() => Err(Fault::new(path.display(), "holds no certificate (PEM)")),
        Ok(found) => Ok(found),
        Err(error) => Err(malformed(path, &error)),
    }
}

/// The private key of a file.
pub(crate) fn private_key(path: &Path, content: &[u8]) -> Result<PrivateKeyDer<'static>, Fault> {
    PrivateKeyDer::from_pem_slice(content).map_err(|error| match error {
        pem::Error::NoItemsFound => Fault::new(path.display(), "holds no private key (PEM)"),
        // What the parser quotes could be a part of the key.
        _ => Fault::new(path.display(), "is no well-formed PEM"),
    })
}

/// The CAs of a file; at least one.
pub(crate) fn anchors(path: &Path, content: &[u8]) -> Result<Vec<TrustAnchor<'static>>, Faults> {
    let (mut anchors, mut faults) = (Vec::new(), Vec::new());
    for (at, certificate) in certificates(path, content)?.iter().enumerate() {
        match webpki::anchor_from_trusted_cert(certificate) {
            Ok(anchor) => anchors.push(anchor.to_owned()),
            Err(error) => faults
                .push(Fault::new(path.display(), format!("certificate {} is no CA that can be used: {error}", at + 1))),
        }
    }
    Faults::or(faults, anchors)
}

/// A list of revoked certificates.
pub(crate) struct RevocationList {
    /// As it is looked up in.
    pub(crate) list: CertRevocationList<'static>,
    /// When it was made, in seconds since 1970: of two lists of an issuer the newer one counts.
    made: i64,
    /// Until when it holds, in seconds since 1970; none when it doesn't say.
    pub(crate) until: Option<i64>,
}

/// The revocation lists of a file, PEM or a single DER, the newest first; at least one.
pub(crate) fn revocation_lists(path: &Path, content: &[u8]) -> Result<Vec<RevocationList>, Faults> {
    let fault = |problem: String| Fault::new(path.display(), problem);
    let ders: Vec<CertificateRevocationListDer<'_>> = if content.starts_with(&[0x30]) {
        vec![content.into()]
    } else {
        let found: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(content).collect();
        found.map_err(|error| malformed(path, &error))?
    };
    if ders.is_empty() {
        return Err(fault("holds no revocation list".to_owned()).into());
    }
    let (mut lists, mut faults) = (Vec::new(), Vec::new());
    for (at, der) in ders.iter().enumerate() {
        match (OwnedCertRevocationList::from_der(der), ParsedList::from_der(der)) {
            (Ok(list), Ok((_, parsed))) => lists.push(RevocationList {
                list: list.into(),
                made: parsed.last_update().timestamp(),
                until: parsed.next_update().map(|time| time.timestamp()),
            }),
            (Err(error), _) => faults.push(fault(format!("revocation list {} can't be used: {error}", at + 1))),
            (_, Err(_)) => faults.push(fault(format!("revocation list {} is malformed", at + 1))),
        }
    }
    lists.sort_by_key(|list| std::cmp::Reverse(list.made));
    Faults::or(faults, lists)
}

fn malformed(path: &Path, error: &pem::Error) -> Fault {
    Fault::new(path.display(), format!("is no well-formed PEM: {error}"))
}

/// A chain and its key, or what is wrong with either.
pub(crate) fn both<A, B>(first: Result<A, Fault>, second: Result<B, Fault>) -> Result<(A, B), Faults> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (first, second) => Err(Faults(first.err().into_iter().chain(second.err()).collect())),
    }
}

/// Why a certificate can't be used with its key.
pub(crate) fn unfit(certificate: &Path, error: &rustls::Error) -> Fault {
    let problem = match error {
        rustls::Error::InconsistentKeys(_) => "does not belong to the private key".to_owned(),
        other => format!("can't be used with its private key: {other}"),
    };
    Fault::new(certificate.display(), problem)
}
