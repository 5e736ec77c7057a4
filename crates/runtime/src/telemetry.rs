//! Logs: structured, to standard error, one line per event.

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::{Settings, SettingsError};

/// Starts writing logs as the settings say; called once per process.
///
/// # Errors
/// [`SettingsError`] when the filter can't be read, or logs are being written already.
pub fn start(settings: &Settings) -> Result<(), SettingsError> {
    let value = |problem: String| SettingsError::Value { name: "log".to_owned(), problem };
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| value(error.to_string()))?;
    let text = (!settings.log_json).then(|| fmt::layer().with_writer(std::io::stderr));
    let json = settings.log_json.then(|| fmt::layer().json().with_writer(std::io::stderr));
    let registry = tracing_subscriber::registry().with(filter).with(text).with(json);
    registry.try_init().map_err(|error| value(error.to_string()))
}
