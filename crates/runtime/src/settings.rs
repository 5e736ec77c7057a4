//! Settings of a service.

use std::{
    collections::BTreeMap,
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use identifiers::PseudonymKeys;
use identity::{Authenticator, ClientFiles, ClientSettings, Connector, IdentitySettings, TlsSettings};
use serde::Deserialize;
use telemetry::TelemetrySettings;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use zeroize::Zeroizing;

use crate::{Clock, Peer, peer::peer};

/// The settings of one service.
///
/// Read from a TOML file; a variable `ZORGINKOOP_LISTEN`, `ZORGINKOOP_DATABASE`, `ZORGINKOOP_MIGRATE`, `ZORGINKOOP_RULES`,
/// `ZORGINKOOP_PSEUDONYM_KEY_FILE`, `ZORGINKOOP_RECEIPT_KEYS`, `ZORGINKOOP_PEOPLE_KEY_FILE`, `ZORGINKOOP_LOG`,
/// `ZORGINKOOP_ADMIN`, `ZORGINKOOP_OTLP`, `ZORGINKOOP_PEER_<SERVICE>` or `ZORGINKOOP_REGISTER_<NAME>` goes before the file. Relative paths in the file are taken
/// from the folder it is in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where to listen. Without TLS and identity only a loopback address is accepted.
    pub listen: SocketAddr,
    /// The database: `sqlite:///path/to/file.db` or `postgres://user@host/name`.
    pub database: String,
    /// Whether the service brings the schema of its database up to date when it starts. Where `NAME migrate` did so
    /// before, under a role of its own, the service needs no right to change the schema; it refuses one that is older
    /// than it needs.
    pub migrate: bool,
    /// A folder of rule files that replace or add to the built-in ones, by name.
    pub rules: Option<PathBuf>,
    /// Addresses of the services this one follows or asks, by name, such as `http://127.0.0.1:7101`; those of `https://`
    /// need `[client]`.
    pub peers: BTreeMap<String, String>,
    /// Registers that screening consults, by name (`riz`, `evr`, `igj`, `kvk`, `ubo`, `agb`, `digimv`): a file, or the
    /// address of what implements `zorginkoop.register.v1`. One that is not set is not consulted, and its checks stay due.
    pub registers: BTreeMap<String, String>,
    /// How long a register may take to answer, in seconds.
    pub register_seconds: u64,
    /// The file of keys that clients' pseudonyms are made with: a line each, a version and 64 hexadecimal digits. The
    /// newest version makes them; older ones link what is on record.
    pub pseudonym_key_file: Option<PathBuf>,
    /// The folder of the keys that receipts are signed with: PEM, the private key whose name sorts last signs. Without it
    /// no receipts are given.
    pub receipt_keys: Option<PathBuf>,
    /// The file of the keys that people of providers (registration) and findings of registers (screening) are sealed
    /// with: a line each, a version and 64 hexadecimal digits. Without it no people are recorded and no registers asked.
    pub people_key_file: Option<PathBuf>,
    /// Where the contents of documents are kept (registration): a folder, or `s3://bucket/prefix` in a build with that
    /// feature. They are sealed with the keys of `people_key_file`. Without it no contents are taken.
    pub documents: Option<String>,
    /// Which logs are written, such as `info` or `info,budget=debug`.
    pub log: String,
    /// Logs as JSON lines instead of text for people.
    pub log_json: bool,
    /// Where Prometheus and probes ask, over plain HTTP: `/metrics`, `/livez`, `/readyz`. No data about people is told
    /// there, but sums of money are: keep it within the network of the operators. Without it nothing listens.
    pub admin: Option<SocketAddr>,
    /// The address of an OpenTelemetry collector that takes OTLP over gRPC, such as `http://127.0.0.1:4317`: on this machine
    /// or beside the service, since it is spoken to without TLS. Without it nothing is sent.
    pub otlp: Option<String>,
    /// The share of traces that are sent, 0 to 1. Of a trace that a caller began, the caller says.
    pub trace_ratio: f64,
    /// How often the service reads from its database what it shows as gauges, in seconds; 0 is never.
    pub reading_seconds: u64,
    /// How long a call may take when the caller set no deadline, in seconds.
    pub timeout_seconds: u64,
    /// How often the other side of a connection is asked whether it is there, and how long it may take to say so, in
    /// seconds: of calls that are taken and of calls that are made.
    pub keepalive_seconds: u64,
    /// How long open calls may take to end after a stop was asked for, in seconds.
    pub grace_seconds: u64,
    /// How much callers may ask.
    pub limits: Limits,
    /// How the service shows itself, and whose certificates it trusts. With it comes `[identity]`.
    pub tls: Option<TlsSettings>,
    /// Who may do what. With it comes `[tls]`.
    pub identity: Option<IdentitySettings>,
    /// How the service shows itself to those it follows or asks.
    pub client: Option<ClientSettings>,
}

/// `[limits]`: how much callers may ask, so that one can't take the service from the others.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Calls per second of one identity, a second's worth at once; 0 is no limit. Without identities there is none.
    pub calls_per_second: u32,
    /// Calls that one connection may have open at a time; more wait.
    pub streams_per_connection: u32,
    /// The largest message taken, in bytes. Claim files come in many messages of at most a mebibyte.
    pub message_bytes: u32,
    /// The largest headers of a call taken, in bytes.
    pub header_bytes: u32,
    /// How long a claim file waits for its sender's next message, or for its sender to take a piece of the answer, in
    /// seconds.
    pub patience_seconds: u64,
}

impl Limits {
    /// [`message_bytes`](Self::message_bytes), as sizes are counted in memory.
    pub fn message_bytes(&self) -> usize {
        usize::try_from(self.message_bytes).unwrap_or(usize::MAX)
    }

    /// [`patience_seconds`](Self::patience_seconds), as a duration.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.patience_seconds)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            calls_per_second: 1_000,
            streams_per_connection: 128,
            message_bytes: 8 << 20,
            header_bytes: 16 << 10,
            patience_seconds: 60,
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: String::new(),
            migrate: true,
            rules: None,
            peers: BTreeMap::new(),
            registers: BTreeMap::new(),
            register_seconds: 10,
            pseudonym_key_file: None,
            receipt_keys: None,
            people_key_file: None,
            documents: None,
            log: "info".to_owned(),
            log_json: false,
            admin: None,
            otlp: None,
            trace_ratio: 1.0,
            reading_seconds: 15,
            timeout_seconds: 60,
            keepalive_seconds: 20,
            grace_seconds: 10,
            limits: Limits::default(),
            tls: None,
            identity: None,
            client: None,
        }
    }
}

/// What is wrong with settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file can't be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The settings file has a fault; unknown keys are one.
    #[error("{path}: {source}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A file of TLS or identity, or a setting of theirs, has faults.
    #[error(transparent)]
    Identity(#[from] identity::Faults),
    /// A variable or setting has a value that can't be used.
    #[error("setting {name}: {problem}")]
    Value {
        /// The setting.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

impl Settings {
    /// Reads the settings file, if one is given, and then the environment.
    ///
    /// # Errors
    /// [`SettingsError`] names the file or the variable.
    pub fn load(file: Option<&Path>) -> Result<Settings, SettingsError> {
        let mut settings = file.map_or_else(|| Ok(Settings::default()), Settings::from_file)?;
        settings.apply_environment()?;
        Ok(settings)
    }

    pub(crate) fn apply_environment(&mut self) -> Result<(), SettingsError> {
        #[allow(clippy::disallowed_methods, reason = "the one place where the environment is read")]
        self.apply(|name| env::var(name).ok())
    }

    fn from_file(path: &Path) -> Result<Settings, SettingsError> {
        let unreadable = |source| SettingsError::Unreadable { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let mut settings: Settings = toml::from_str(&text)
            .map_err(|source| SettingsError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        settings.resolve(path);
        Ok(settings)
    }

    /// Takes relative paths from the folder of the settings file.
    pub(crate) fn resolve(&mut self, file: &Path) {
        let folder = file.parent().unwrap_or(Path::new(""));
        let keys = [&mut self.pseudonym_key_file, &mut self.receipt_keys, &mut self.people_key_file];
        for path in self.rules.iter_mut().chain(keys.into_iter().flatten()) {
            *path = folder.join(&path);
        }
        if let Some(location) = self.documents.as_mut().filter(|location| !location.contains("://")) {
            *location = folder.join(&location).to_string_lossy().into_owned();
        }
        for location in self.registers.values_mut().filter(|location| !location.contains("://")) {
            *location = folder.join(&location).to_string_lossy().into_owned();
        }
        self.tls.iter_mut().for_each(|tls| tls.resolve(folder));
        self.identity.iter_mut().for_each(|identity| identity.resolve(folder));
        self.client.iter_mut().for_each(|client| client.resolve(folder));
    }

    fn apply(&mut self, variable: impl Fn(&str) -> Option<String>) -> Result<(), SettingsError> {
        let address = |name: &str, text: String| {
            text.parse().map_err(|_| SettingsError::Value {
                name: name.to_owned(),
                problem: "expected an address and a port, such as 127.0.0.1:7101".to_owned(),
            })
        };
        if let Some(listen) = variable("ZORGINKOOP_LISTEN") {
            self.listen = address("ZORGINKOOP_LISTEN", listen)?;
        }
        if let Some(admin) = variable("ZORGINKOOP_ADMIN") {
            self.admin = Some(address("ZORGINKOOP_ADMIN", admin)?);
        }
        if let Some(otlp) = variable("ZORGINKOOP_OTLP") {
            self.otlp = Some(otlp);
        }
        if let Some(database) = variable("ZORGINKOOP_DATABASE") {
            self.database = database;
        }
        if let Some(migrate) = variable("ZORGINKOOP_MIGRATE") {
            self.migrate = migrate.parse().map_err(|_| SettingsError::Value {
                name: "ZORGINKOOP_MIGRATE".to_owned(),
                problem: "expected true or false".to_owned(),
            })?;
        }
        if let Some(rules) = variable("ZORGINKOOP_RULES") {
            self.rules = Some(rules.into());
        }
        if let Some(file) = variable("ZORGINKOOP_PSEUDONYM_KEY_FILE") {
            self.pseudonym_key_file = Some(file.into());
        }
        if let Some(folder) = variable("ZORGINKOOP_RECEIPT_KEYS") {
            self.receipt_keys = Some(folder.into());
        }
        if let Some(location) = variable("ZORGINKOOP_DOCUMENTS") {
            self.documents = Some(location);
        }
        if let Some(file) = variable("ZORGINKOOP_PEOPLE_KEY_FILE") {
            self.people_key_file = Some(file.into());
        }
        if let Some(log) = variable("ZORGINKOOP_LOG") {
            self.log = log;
        }
        for service in ["registration", "tariffing", "budget", "homecare", "screening"] {
            if let Some(address) = variable(&format!("ZORGINKOOP_PEER_{}", service.to_uppercase())) {
                self.peers.insert(service.to_owned(), address);
            }
        }
        for register in ["riz", "evr", "igj", "kvk", "ubo", "agb", "digimv"] {
            if let Some(location) = variable(&format!("ZORGINKOOP_REGISTER_{}", register.to_uppercase())) {
                self.registers.insert(register.to_owned(), location);
            }
        }
        Ok(())
    }

    /// What the process tells of itself under this name.
    pub fn telemetry(&self, name: &str) -> TelemetrySettings {
        TelemetrySettings {
            name: name.to_owned(),
            log: self.log.clone(),
            log_json: self.log_json,
            otlp: self.otlp.clone(),
            trace_ratio: self.trace_ratio,
        }
    }

    /// A channel of `service` to a service that it follows or asks. It connects when it is first used, and again when it
    /// was lost.
    ///
    /// # Errors
    /// [`SettingsError`] when no address is set, or it is none.
    pub fn peer(&self, service: &'static str, name: &'static str) -> Result<Peer, SettingsError> {
        let setting = format!("peers.{name}");
        match self.peers.get(name) {
            Some(address) => self.channel(service, &setting, address),
            None => Err(SettingsError::Value { name: setting, problem: "no address is set".to_owned() }),
        }
    }

    /// A channel of `service` to an address, which the setting of this name gives.
    ///
    /// # Errors
    /// [`SettingsError`] when it is no address.
    pub fn channel(&self, service: &'static str, name: &str, address: &str) -> Result<Peer, SettingsError> {
        Ok(peer(service, self.connection(name, address)?))
    }

    /// [`keepalive_seconds`](Self::keepalive_seconds), as a duration.
    pub(crate) fn keepalive(&self) -> Duration {
        Duration::from_secs(self.keepalive_seconds.max(1))
    }

    fn connection(&self, name: &str, address: &str) -> Result<Channel, SettingsError> {
        let value = |problem: String| SettingsError::Value { name: name.to_owned(), problem };
        // Who follows a feed says nothing for hours: without asking, it would never know that nobody is there any more.
        let asked = self.keepalive();
        let endpoint = Channel::from_shared(address.to_owned()).map_err(|error| value(error.to_string()))?;
        let endpoint = endpoint.http2_keep_alive_interval(asked).keep_alive_timeout(asked).keep_alive_while_idle(true);
        if endpoint.uri().scheme_str() != Some("https") {
            return Ok(endpoint.connect_lazy());
        }
        let client = self.client.as_ref().ok_or_else(|| value("https needs a certificate: set [client]".to_owned()))?;
        Ok(endpoint.connect_with_connector_lazy(Connector::open(ClientFiles::from(client))?))
    }

    /// The settings of TLS and identity: both, or none for a service that is reached from this machine only.
    ///
    /// # Errors
    /// [`SettingsError`] when there is one without the other.
    pub(crate) fn access(&self) -> Result<Option<(&TlsSettings, &IdentitySettings)>, SettingsError> {
        let value = |name: &str, problem: &str| {
            Err(SettingsError::Value { name: name.to_owned(), problem: problem.to_owned() })
        };
        match (&self.tls, &self.identity) {
            (Some(tls), Some(identity)) => Ok(Some((tls, identity))),
            (None, None) => Ok(None),
            (Some(_), None) => value("identity", "is needed with [tls]: without it nobody could be let in"),
            (None, Some(_)) => value("tls", "is needed with [identity]: without it nobody can show who it is"),
        }
    }

    /// Finds out who is calling, as set: by certificate and token, or not at all on this machine only. It keeps up with
    /// its files until `stop`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`SettingsError`] says what is wrong with the settings or the files.
    pub fn authenticator(&self, clock: &Clock, stop: &CancellationToken) -> Result<Authenticator, SettingsError> {
        let Some((tls, identity)) = self.access()? else { return Ok(Authenticator::local()) };
        let clock = clock.clone();
        Ok(Authenticator::open(tls, identity, std::sync::Arc::new(move || clock.now()), stop)?)
    }

    /// The keys that pseudonyms of one purpose are made with: a line each in the file, a version and 64 hexadecimal
    /// digits, of which the newest version makes them.
    ///
    /// # Errors
    /// [`SettingsError`] when no file is set, it can't be read, or a line is no key.
    pub fn pseudonym_keys(&self, purpose: &str) -> Result<PseudonymKeys, SettingsError> {
        let value = |problem: String| SettingsError::Value { name: "pseudonym_key_file".to_owned(), problem };
        let missing = || value("is needed to take claims".to_owned());
        let path = self.pseudonym_key_file.as_ref().ok_or_else(missing)?;
        let unreadable = |source| SettingsError::Unreadable { path: path.clone(), source };
        // Bytes that are no text are no line of keys either; no part of the file is in the error.
        let bytes = Zeroizing::new(fs::read(path).map_err(unreadable)?);
        let text = str::from_utf8(&bytes).unwrap_or("?");
        PseudonymKeys::parse(text, purpose).map_err(|error| value(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_goes_before_the_file_and_unknown_keys_are_refused() {
        let mut settings: Settings = toml::from_str("database = 'sqlite:///a.db'\nlog = 'debug'").unwrap();
        let variables = BTreeMap::from([
            ("ZORGINKOOP_DATABASE", "sqlite:///b.db"),
            ("ZORGINKOOP_MIGRATE", "false"),
            ("ZORGINKOOP_PEER_BUDGET", "http://127.0.0.1:1"),
        ]);
        settings.apply(|name| variables.get(name).map(|value| (*value).to_owned())).unwrap();
        assert_eq!((settings.database.as_str(), settings.log.as_str()), ("sqlite:///b.db", "debug"));
        assert_eq!(settings.peers["budget"], "http://127.0.0.1:1");
        assert!(!settings.migrate && Settings::default().migrate);
        let wrong = settings.apply(|name| (name == "ZORGINKOOP_MIGRATE").then(|| "no".to_owned()));
        assert_eq!(wrong.unwrap_err().to_string(), "setting ZORGINKOOP_MIGRATE: expected true or false");
        assert!(toml::from_str::<Settings>("databas = 'x'").unwrap_err().to_string().contains("unknown field"));
        let wrong = settings.apply(|name| (name == "ZORGINKOOP_LISTEN").then(|| "here".to_owned()));
        assert!(wrong.unwrap_err().to_string().starts_with("setting ZORGINKOOP_LISTEN"));
    }
}
