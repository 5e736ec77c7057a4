//! A certificate authority for development and tests.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams,
    SanType, SerialNumber,
};
use ring::rand::{SecureRandom, SystemRandom};
use time::OffsetDateTime;

use super::DevError;

/// When a certificate or a list is valid.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A certificate authority with its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
    key: String,
    /// The certificates between this one and the root, PEM; empty for a root.
    above: String,
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Issued {
    /// The certificate and those between it and the root, PEM.
    pub certificate: String,
    /// The private key, PEM.
    pub key: String,
    /// The serial number, by which it is revoked.
    pub serial: Vec<u8>,
}

impl Period {
    /// Some days from a moment.
    pub fn days(from: DateTime<Utc>, days: i64) -> Period {
        Period { from, until: from + TimeDelta::days(days) }
    }
}

impl Authority {
    /// A root of this name.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn new(name: &str, period: Period) -> Result<Authority, DevError> {
        let (parameters, key) = authority_parameters(name, period)?;
        let certificate = parameters.self_signed(&key)?;
        let text = key.serialize_pem();
        Ok(Authority { issuer: Issuer::new(parameters, key), certificate, key: text, above: String::new() })
    }

    /// An authority under this one.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn under(&self, name: &str, period: Period) -> Result<Authority, DevError> {
        let (parameters, key) = authority_parameters(name, period)?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        let above = format!("{}{}", certificate.pem(), self.above);
        let text = key.serialize_pem();
        Ok(Authority { issuer: Issuer::new(parameters, key), certificate, key: text, above })
    }

    /// Its own certificate, PEM.
    pub fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// Its private key, PEM.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A certificate for a server with these names, such as `dns:localhost` and `ip:127.0.0.1`.
    ///
    /// # Errors
    /// When a name is none, or it can't be made.
    pub fn server(&self, names: &[&str], period: Period) -> Result<Issued, DevError> {
        self.issue(names, period, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for a client with these names, such as `uri:urn:x`.
    ///
    /// # Errors
    /// When a name is none, or it can't be made.
    pub fn client(&self, names: &[&str], period: Period) -> Result<Issued, DevError> {
        self.issue(names, period, ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// A list of revoked certificates, PEM. A later one has a higher number.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn revocation_list(&self, revoked: &[&Issued], period: Period) -> Result<String, DevError> {
        let at = moment(period.from)?;
        let revoked = revoked.iter().map(|issued| RevokedCertParams {
            serial_number: SerialNumber::from_slice(&issued.serial),
            revocation_time: at,
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        });
        let list = CertificateRevocationListParams {
            this_update: at,
            next_update: moment(period.until)?,
            crl_number: SerialNumber::from(period.from.timestamp().unsigned_abs()),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer)?.pem()?)
    }

    fn issue(&self, names: &[&str], period: Period, usage: ExtendedKeyUsagePurpose) -> Result<Issued, DevError> {
        let mut parameters = parameters(names.first().copied().unwrap_or_default(), period)?;
        parameters.subject_alt_names = names.iter().map(|name| san(name)).collect::<Result<_, _>>()?;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![usage];
        parameters.use_authority_key_identifier_extension = true;
        let serial = parameters.serial_number.as_ref().map(SerialNumber::to_bytes).unwrap_or_default();
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        let chain = format!("{}{}", certificate.pem(), self.above);
        Ok(Issued { certificate: chain, key: key.serialize_pem(), serial })
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(…)")
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issued(…)")
    }
}

fn authority_parameters(name: &str, period: Period) -> Result<(CertificateParams, KeyPair), DevError> {
    let mut parameters = parameters(name, period)?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok((parameters, KeyPair::generate()?))
}

fn parameters(name: &str, period: Period) -> Result<CertificateParams, DevError> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::OrganizationName, "zorginkoop, for development only");
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.not_before = moment(period.from)?;
    parameters.not_after = moment(period.until)?;
    let mut serial = [0_u8; 16];
    SystemRandom::new().fill(&mut serial).map_err(|_| DevError::Key)?;
    // Positive, and never short.
    serial[0] = (serial[0] & 0x7f) | 0x40;
    parameters.serial_number = Some(SerialNumber::from_slice(&serial));
    // Says the same to whoever looks at the certificate only (Netscape comment).
    let comment = [&[0x16_u8, 27][..], b"zorginkoop development only"].concat();
    parameters.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 16, 840, 1, 113_730, 1, 13], comment)];
    Ok(parameters)
}

fn san(name: &str) -> Result<SanType, DevError> {
    let wrong = || DevError::Name(name.to_owned());
    let (kind, value) = name.split_once(':').ok_or_else(wrong)?;
    Ok(match kind {
        "dns" => SanType::DnsName(value.try_into()?),
        "uri" => SanType::URI(value.try_into()?),
        "email" => SanType::Rfc822Name(value.try_into()?),
        "ip" => SanType::IpAddress(value.parse().map_err(|_| wrong())?),
        _ => return Err(wrong()),
    })
}

fn moment(time: DateTime<Utc>) -> Result<OffsetDateTime, DevError> {
    Ok(OffsetDateTime::from_unix_timestamp(time.timestamp())?)
}
