//! Registers that subjects are looked up in (SCR-02), each behind a port: a file, or somebody's connection to it.
//!
//! A port answers what a register holds; what of it is a finding is decided elsewhere. An answer that comes too late is
//! no answer.

mod file;
mod remote;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use chrono::NaiveDate;
use file::FileRegister;
use remote::RemoteRegister;
use runtime::{Settings, SettingsError};

use crate::domain::{Held, Register};

/// The registers that are connected.
#[derive(Debug)]
pub struct Registers {
    ports: BTreeMap<Register, Port>,
    patience: Duration,
}

#[derive(Debug)]
enum Port {
    File(FileRegister),
    Remote(RemoteRegister),
}

/// Who is looked up. It is not kept and never shown in logs: there is no `Debug`.
#[derive(Clone, Default)]
pub struct Identity {
    /// AGB code; empty for a person without one.
    pub agb: String,
    /// KvK number; empty when not known.
    pub kvk: String,
    /// The name; empty when not known.
    pub name: String,
    /// The birth date of a person.
    pub birth_date: Option<NaiveDate>,
}

/// Why a register gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It took too long.
    #[error("no answer in {0:?}")]
    Late(Duration),
    /// The file can't be read, or the connection failed.
    #[error("{0}")]
    Failed(String),
}

impl Registers {
    /// The registers that the settings name.
    ///
    /// # Errors
    /// When a name is none of a register, or an address is none.
    pub fn open(settings: &Settings) -> Result<Registers, SettingsError> {
        let mut ports = BTreeMap::new();
        for (name, location) in &settings.registers {
            let setting = format!("registers.{name}");
            let unknown = || SettingsError::Value { name: setting.clone(), problem: "is no register".to_owned() };
            let register = Register::from_code(name).ok_or_else(unknown)?;
            let port = match location.contains("://") {
                true => Port::Remote(RemoteRegister::new(settings.channel(crate::NAME, &setting, location)?)),
                false => Port::File(FileRegister::new(PathBuf::from(location))),
            };
            ports.insert(register, port);
        }
        Ok(Registers { ports, patience: Duration::from_secs(settings.register_seconds) })
    }

    /// Those that are connected.
    pub fn connected(&self) -> impl Iterator<Item = Register> + '_ {
        self.ports.keys().copied()
    }

    /// How long one may take to answer.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// What a register holds about somebody.
    ///
    /// # Errors
    /// [`NoAnswer`] when it is not connected, fails or takes too long.
    pub async fn consult(&self, register: Register, consult_id: &str, who: &Identity) -> Result<Held, NoAnswer> {
        let port = self.ports.get(&register).ok_or_else(|| NoAnswer::Failed("is not connected".to_owned()))?;
        let answer = async {
            match port {
                Port::File(file) => file.consult(who).await,
                Port::Remote(remote) => remote.consult(register, consult_id, who, self.patience).await,
            }
        };
        tokio::time::timeout(self.patience, answer).await.unwrap_or(Err(NoAnswer::Late(self.patience)))
    }
}
