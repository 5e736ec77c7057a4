//! The settings of TLS and identity, as they stand in a service's settings file.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use http::Uri;
use serde::Deserialize;

use crate::{algorithm::Algorithm, fault::Fault};

/// `[tls]`: how the service shows itself, and whose client certificates it trusts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The service's certificate and the chain above it, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// The CAs that client certificates must come from, PEM.
    pub client_ca: PathBuf,
    /// The lists of revoked certificates, PEM or one DER.
    pub crl: Option<PathBuf>,
    /// Which certificates of a chain are looked up in the lists.
    #[serde(default)]
    pub revocation: Revocation,
    /// What happens to a certificate whose issuer has no list.
    #[serde(default)]
    pub unknown_revocation: UnknownRevocation,
}

/// Which certificates of a chain are looked up in the lists of revoked ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// The client's certificate and those between it and the CA.
    #[default]
    Chain,
    /// Only the client's certificate.
    EndEntity,
}

/// What happens to a certificate whose issuer has no list of revoked ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownRevocation {
    /// It is taken.
    #[default]
    Allow,
    /// It is refused.
    Deny,
}

/// `[identity]`: who may do what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// The identity map, TOML.
    pub map: PathBuf,
    /// Which tokens are taken; none without it.
    pub tokens: Option<TokenSettings>,
}

/// `[identity.tokens]`: which bearer tokens (JWT) are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSettings {
    /// The claim `iss` must be this.
    pub issuer: String,
    /// The claim `aud` must be or hold this.
    pub audience: String,
    /// The issuer's public keys (JWKS): a file, or an `https://` address; `http://` on this machine only.
    pub jwks: String,
    /// The CAs that the address's certificate must come from, PEM; the system's when absent.
    pub jwks_ca: Option<PathBuf>,
    /// How often the keys are fetched from an address, in seconds.
    #[serde(default = "five_minutes")]
    pub jwks_refresh_seconds: u64,
    /// The signature algorithms that are taken.
    pub algorithms: Vec<Algorithm>,
    /// How far the issuer's clock may be off, in seconds; 300 at most.
    #[serde(default = "one_minute")]
    pub clock_skew_seconds: u64,
    /// The claim that names the caller.
    #[serde(default = "subject")]
    pub name_claim: String,
}

/// `[client]`: how the service shows itself to the services it follows or asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// Its client certificate and the chain above it, PEM.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
    /// The CAs that the services' certificates must come from, PEM.
    pub ca: PathBuf,
}

/// Where the issuer's keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JwksLocation {
    File(PathBuf),
    Address(Uri),
}

const fn five_minutes() -> u64 {
    300
}

const fn one_minute() -> u64 {
    60
}

fn subject() -> String {
    "sub".to_owned()
}

impl TlsSettings {
    /// Takes relative paths from a folder.
    pub fn resolve(&mut self, folder: &Path) {
        for path in [&mut self.certificate, &mut self.key, &mut self.client_ca].into_iter().chain(&mut self.crl) {
            *path = folder.join(&path);
        }
    }
}

impl IdentitySettings {
    /// Takes relative paths from a folder.
    pub fn resolve(&mut self, folder: &Path) {
        self.map = folder.join(&self.map);
        let Some(tokens) = &mut self.tokens else { return };
        if !is_address(&tokens.jwks) {
            tokens.jwks = folder.join(&tokens.jwks).display().to_string();
        }
        if let Some(path) = &mut tokens.jwks_ca {
            *path = folder.join(&path);
        }
    }
}

impl ClientSettings {
    /// Takes relative paths from a folder.
    pub fn resolve(&mut self, folder: &Path) {
        for path in [&mut self.certificate, &mut self.key, &mut self.ca] {
            *path = folder.join(&path);
        }
    }
}

impl TokenSettings {
    /// What is wrong with the values themselves.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |name: &str, problem: &str| faults.push(Fault::new(place(name), problem));
        for (name, text) in [("issuer", &self.issuer), ("audience", &self.audience), ("name_claim", &self.name_claim)] {
            if text.is_empty() {
                fault(name, "must not be empty");
            }
        }
        if self.algorithms.is_empty() {
            fault("algorithms", "name at least one, such as \"ES256\"");
        }
        if self.clock_skew_seconds > 300 {
            fault("clock_skew_seconds", "must be 300 at most");
        }
        if self.jwks_refresh_seconds == 0 {
            fault("jwks_refresh_seconds", "must be 1 at least");
        }
        faults.extend(self.location().err());
        faults
    }

    /// Where the keys are.
    ///
    /// # Errors
    /// The fault when it is an address that is not taken.
    pub(crate) fn location(&self) -> Result<JwksLocation, Fault> {
        if !is_address(&self.jwks) {
            return Ok(JwksLocation::File(self.jwks.clone().into()));
        }
        let fault = |problem: String| Fault::new(place("jwks"), problem);
        let uri: Uri = self.jwks.parse().map_err(|error| fault(format!("no address: {error}")))?;
        let host = uri.host().unwrap_or_default();
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(fault("an address with a user name or password is not taken".to_owned()));
        }
        if uri.scheme_str() == Some("http") && !is_this_machine(host) {
            return Err(fault(format!("http is taken for this machine only, not for {host}: use https")));
        }
        Ok(JwksLocation::Address(uri))
    }
}

fn place(name: &str) -> String {
    format!("setting identity.tokens.{name}")
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = "issuer = 'https://id.example'\naudience = 'zorginkoop'\n";

    fn tokens(more: &str) -> Result<TokenSettings, String> {
        toml::from_str(&format!("{TOKENS}{more}")).map_err(|error| error.message().to_owned())
    }

    fn faults(more: &str) -> Vec<String> {
        tokens(more).unwrap().faults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn symmetric_algorithms_and_none_are_no_algorithms() {
        for algorithm in ["none", "HS256", "HS384", "HS512", "es256", "ES256K"] {
            let wrong = tokens(&format!("jwks = 'jwks.json'\nalgorithms = ['{algorithm}']")).unwrap_err();
            assert!(wrong.starts_with(&format!("unknown variant `{algorithm}`")), "{wrong}");
        }
        assert_eq!(
            faults("jwks = 'jwks.json'\nalgorithms = ['ES256', 'RS256', 'PS384', 'EdDSA']"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for (address, taken) in [
            ("https://id.example/keys", true),
            ("http://127.0.0.1:8080/keys", true),
            ("http://[::1]/keys", true),
            ("http://localhost/keys", true),
            ("http://id.example/keys", false),
            ("http://localhost.id.example/keys", false),
            ("https://me:secret@id.example/keys", false),
        ] {
            let faults = faults(&format!("jwks = '{address}'\nalgorithms = ['ES256']"));
            assert_eq!(faults.is_empty(), taken, "{address}: {faults:?}");
            assert!(!faults.iter().any(|fault| fault.contains("secret")));
        }
    }

    #[test]
    fn every_wrong_value_is_told() {
        let faults = faults("jwks = 'http://id.example'\nalgorithms = []\nclock_skew_seconds = 301\nname_claim = ''");
        let places: Vec<&str> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
        let expected = ["name_claim", "algorithms", "clock_skew_seconds", "jwks"].map(place);
        assert_eq!(places, expected);
    }

    #[test]
    fn relative_paths_are_taken_from_the_folder() {
        let mut settings: IdentitySettings = toml::from_str(&format!(
            "map = 'map.toml'\n[tokens]\n{TOKENS}jwks = 'keys.json'\njwks_ca = '/etc/ca.pem'\nalgorithms = ['ES256']"
        ))
        .unwrap();
        settings.resolve(Path::new("/etc/z"));
        let tokens = settings.tokens.unwrap();
        assert_eq!((settings.map, tokens.jwks), (PathBuf::from("/etc/z/map.toml"), "/etc/z/keys.json".to_owned()));
        assert_eq!(tokens.jwks_ca, Some(PathBuf::from("/etc/ca.pem")));
    }
}
