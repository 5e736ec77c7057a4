//! Settings of a service.

use std::{
    collections::BTreeMap,
    env, fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use tonic::transport::Channel;

/// The settings of one service.
///
/// Read from a TOML file; a variable `ZORGINKOOP_LISTEN`, `ZORGINKOOP_DATABASE`, `ZORGINKOOP_RULES`,
/// `ZORGINKOOP_PSEUDONYM_KEY_FILE`, `ZORGINKOOP_LOG` or `ZORGINKOOP_PEER_<SERVICE>` goes before the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where to listen. Without TLS and identity only a loopback address is accepted.
    pub listen: SocketAddr,
    /// The database: `sqlite:///path/to/file.db` or `postgres://user@host/name`.
    pub database: String,
    /// A folder of rule files that replace or add to the built-in ones, by name.
    pub rules: Option<PathBuf>,
    /// Addresses of the services this one follows or asks, by name, such as `http://127.0.0.1:7101`.
    pub peers: BTreeMap<String, String>,
    /// The file that holds the key clients' pseudonyms are made with: at least 32 bytes, any content.
    pub pseudonym_key_file: Option<PathBuf>,
    /// Which logs are written, such as `info` or `info,budget=debug`.
    pub log: String,
    /// Logs as JSON lines instead of text for people.
    pub log_json: bool,
    /// How long a call may take when the caller set no deadline, in seconds.
    pub timeout_seconds: u64,
    /// How long open calls may take to end after a stop was asked for, in seconds.
    pub grace_seconds: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: String::new(),
            rules: None,
            peers: BTreeMap::new(),
            pseudonym_key_file: None,
            log: "info".to_owned(),
            log_json: false,
            timeout_seconds: 60,
            grace_seconds: 10,
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
    /// A variable or setting has a value that can't be used.
    #[error("setting {name}: {problem}")]
    Value {
        /// The setting.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

/// A secret: never printed.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps secret bytes.
    pub fn new(bytes: Vec<u8>) -> Secret {
        Secret(bytes)
    }

    /// The bytes, for the one place that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Settings {
    /// Reads the settings file, if one is given, and then the environment.
    ///
    /// # Errors
    /// [`SettingsError`] names the file or the variable.
    pub fn load(file: Option<&Path>) -> Result<Settings, SettingsError> {
        #[allow(clippy::disallowed_methods, reason = "the one place where the environment is read")]
        let variable = |name: &str| env::var(name).ok();
        let mut settings = file.map_or_else(|| Ok(Settings::default()), Settings::from_file)?;
        settings.apply(variable)?;
        Ok(settings)
    }

    fn from_file(path: &Path) -> Result<Settings, SettingsError> {
        let unreadable = |source| SettingsError::Unreadable { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        toml::from_str(&text)
            .map_err(|source| SettingsError::Malformed { path: path.to_owned(), source: Box::new(source) })
    }

    fn apply(&mut self, variable: impl Fn(&str) -> Option<String>) -> Result<(), SettingsError> {
        if let Some(listen) = variable("ZORGINKOOP_LISTEN") {
            self.listen = listen.parse().map_err(|_| SettingsError::Value {
                name: "ZORGINKOOP_LISTEN".to_owned(),
                problem: "expected an address and a port, such as 127.0.0.1:7101".to_owned(),
            })?;
        }
        if let Some(database) = variable("ZORGINKOOP_DATABASE") {
            self.database = database;
        }
        if let Some(rules) = variable("ZORGINKOOP_RULES") {
            self.rules = Some(rules.into());
        }
        if let Some(file) = variable("ZORGINKOOP_PSEUDONYM_KEY_FILE") {
            self.pseudonym_key_file = Some(file.into());
        }
        if let Some(log) = variable("ZORGINKOOP_LOG") {
            self.log = log;
        }
        for service in ["registration", "tariffing", "budget", "homecare", "screening"] {
            if let Some(address) = variable(&format!("ZORGINKOOP_PEER_{}", service.to_uppercase())) {
                self.peers.insert(service.to_owned(), address);
            }
        }
        Ok(())
    }

    /// A channel to a service this one follows or asks. It connects when it is first used, and again when it was lost.
    ///
    /// # Errors
    /// [`SettingsError`] when no address is set, or it is none.
    pub fn peer(&self, name: &'static str) -> Result<Channel, SettingsError> {
        let value = |problem: String| SettingsError::Value { name: format!("peers.{name}"), problem };
        let address = self.peers.get(name).ok_or_else(|| value("no address is set".to_owned()))?;
        let endpoint = Channel::from_shared(address.clone()).map_err(|error| value(error.to_string()))?;
        Ok(endpoint.connect_lazy())
    }

    /// The key clients' pseudonyms are made with.
    ///
    /// # Errors
    /// [`SettingsError`] when no file is set, it can't be read, or it holds fewer than 32 bytes.
    pub fn pseudonym_key(&self) -> Result<Secret, SettingsError> {
        let value =
            |problem: &str| SettingsError::Value { name: "pseudonym_key_file".to_owned(), problem: problem.to_owned() };
        let path = self.pseudonym_key_file.as_ref().ok_or_else(|| value("is needed to take claims"))?;
        let bytes = fs::read(path).map_err(|source| SettingsError::Unreadable { path: path.clone(), source })?;
        if bytes.len() < 32 {
            return Err(value("the file must hold at least 32 bytes"));
        }
        Ok(Secret::new(bytes))
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
            ("ZORGINKOOP_PEER_BUDGET", "http://127.0.0.1:1"),
        ]);
        settings.apply(|name| variables.get(name).map(|value| (*value).to_owned())).unwrap();
        assert_eq!((settings.database.as_str(), settings.log.as_str()), ("sqlite:///b.db", "debug"));
        assert_eq!(settings.peers["budget"], "http://127.0.0.1:1");
        assert!(toml::from_str::<Settings>("databas = 'x'").unwrap_err().to_string().contains("unknown field"));
        let wrong = settings.apply(|name| (name == "ZORGINKOOP_LISTEN").then(|| "here".to_owned()));
        assert!(wrong.unwrap_err().to_string().starts_with("setting ZORGINKOOP_LISTEN"));
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new(b"hidden".to_vec())), "Secret(…)");
    }
}
