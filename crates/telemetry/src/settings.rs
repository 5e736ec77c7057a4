//! Settings of what a process tells of itself.

use tonic::transport::Endpoint;
use tracing_subscriber::EnvFilter;

/// What is told, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct TelemetrySettings {
    /// The process, as `service.name` has it: `budget`, or `zorginkoop` for all services in one.
    pub name: String,
    /// Which logs are written, such as `info` or `info,budget=debug`.
    pub log: String,
    /// Logs as JSON lines instead of text for people.
    pub log_json: bool,
    /// The address of a collector that takes OTLP over gRPC, without TLS: on this machine, or in the network of the services.
    pub otlp: Option<String>,
    /// The share of traces that are sent, 0 to 1.
    pub trace_ratio: f64,
}

impl TelemetrySettings {
    /// What is wrong with them, by setting, as far as can be seen without starting.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if let Err(error) = EnvFilter::try_new(&self.log) {
            faults.push(("setting log", error.to_string()));
        }
        if !(0.0..=1.0).contains(&self.trace_ratio) {
            faults.push(("setting trace_ratio", "must be between 0 and 1".to_owned()));
        }
        match self.otlp.clone().map(Endpoint::from_shared) {
            Some(Err(error)) => faults.push(("setting otlp", format!("is no address: {error}"))),
            Some(Ok(endpoint)) if endpoint.uri().scheme_str() != Some("http") => {
                let problem = "must begin with http://: a collector on this machine or beside it sends on over TLS";
                faults.push(("setting otlp", problem.to_owned()));
            }
            Some(Ok(_)) | None => {}
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> TelemetrySettings {
        TelemetrySettings {
            name: "test".to_owned(),
            log: "info".to_owned(),
            log_json: false,
            otlp: Some("http://127.0.0.1:4317".to_owned()),
            trace_ratio: 1.0,
        }
    }

    #[test]
    fn every_setting_that_can_not_be_used_is_named() {
        let wrong = TelemetrySettings {
            log: "info,=".to_owned(),
            otlp: Some("https://collector:4317".to_owned()),
            trace_ratio: 1.5,
            ..settings()
        };
        let named: Vec<&str> = wrong.faults().iter().map(|(name, _)| *name).collect();
        assert_eq!(named, ["setting log", "setting trace_ratio", "setting otlp"]);
        assert!(settings().faults().is_empty());
    }
}
