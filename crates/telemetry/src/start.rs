//! Starting and ending it.

use std::{io::IsTerminal as _, time::Duration};

use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::{IdGenerator, RandomIdGenerator, Sampler, SdkTracerProvider},
};
use prometheus::Registry;
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, fmt, prelude::*};

use crate::{SCOPE, TARGET, TelemetrySettings, process};

/// How long sending what is left may take at the end.
const LAST_SENDING: Duration = Duration::from_secs(5);

/// Why a process can't tell of itself as set.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A setting can't be used.
    #[error("{0}: {1}")]
    Setting(&'static str, String),
    /// The filter of logs can't be read.
    #[error("setting log: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The address of the collector can't be used.
    #[error("setting otlp: {0}")]
    Otlp(#[from] ExporterBuildError),
    /// Metrics can't be shown on the admin port.
    #[error("metrics can't be registered: {0}")]
    Metrics(#[from] opentelemetry_sdk::error::OTelSdkError),
    /// Logs are being written already: it is started once per process.
    #[error("logs are being written already")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// What a process tells of itself, from [`start`](Telemetry::start) to [`stop`](Telemetry::stop).
#[derive(Debug)]
pub struct Telemetry {
    tracers: SdkTracerProvider,
    meters: SdkMeterProvider,
    loggers: Option<SdkLoggerProvider>,
    registry: Registry,
}

impl Telemetry {
    /// Starts it, once per process, before anything that is measured. Needs a tokio runtime. A collector that can't be
    /// reached keeps nothing from working: what can't be sent in time is dropped.
    ///
    /// # Errors
    /// [`TelemetryError`] names the setting.
    pub fn start(settings: &TelemetrySettings) -> Result<Telemetry, TelemetryError> {
        if let Some((setting, problem)) = settings.faults().into_iter().next() {
            return Err(TelemetryError::Setting(setting, problem));
        }
        let written = EnvFilter::try_new(format!("{QUIET},{}", settings.log))?;
        // What sending says of itself would be sent, and said again.
        let sent = EnvFilter::try_new(format!("{},{SENDING}", settings.log))?;
        let resource = Resource::builder()
            .with_service_name(settings.name.clone())
            .with_attributes([
                KeyValue::new("service.namespace", SCOPE),
                KeyValue::new("service.version", VERSION),
                // Replicas tell of themselves under the same names: this keeps their counts apart.
                KeyValue::new("service.instance.id", RandomIdGenerator::default().new_trace_id().to_string()),
            ])
            .build();
        let tracers = tracers(settings, resource.clone())?;
        let registry = Registry::new();
        let meters = meters(settings, resource.clone(), registry.clone())?;
        let loggers = loggers(settings, resource)?;

        let traces = tracing_opentelemetry::layer()
            .with_tracer(tracers.tracer(SCOPE))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET));
        let in_colour = std::io::stderr().is_terminal();
        let text = (!settings.log_json).then(|| fmt::layer().with_ansi(in_colour).with_writer(std::io::stderr));
        let json = settings.log_json.then(|| json(std::io::stderr as fn() -> std::io::Stderr));
        let bridge = loggers.as_ref().map(OpenTelemetryTracingBridge::new);
        let logs = text.map(Layer::boxed).or(json.map(Layer::boxed)).with_filter(written);
        let sent = bridge.with_filter(sent);
        tracing_subscriber::registry().with(traces).with(logs).with(sent).try_init()?;
        global::set_meter_provider(meters.clone());
        process::watch();
        Ok(Telemetry { tracers, meters, loggers, registry })
    }

    /// The metrics, for [`admin`](crate::admin).
    pub fn registry(&self) -> Registry {
        self.registry.clone()
    }

    /// Sends what is left, and ends. What can't be sent within a few seconds is lost.
    pub async fn stop(self) {
        let sent = tokio::task::spawn_blocking(move || {
            let traces = self.tracers.shutdown_with_timeout(LAST_SENDING);
            let metrics = self.meters.shutdown_with_timeout(LAST_SENDING);
            let logs = self.loggers.map_or(Ok(()), |loggers| loggers.shutdown_with_timeout(LAST_SENDING));
            traces.and(metrics).and(logs)
        });
        if let Ok(Err(error)) = sent.await {
            tracing::warn!(%error, "the last traces, metrics or logs were not sent");
        }
    }
}

/// What a library says of itself as it starts, unless it is asked for.
const QUIET: &str = "opentelemetry=warn,opentelemetry_sdk=warn,opentelemetry_otlp=warn";
/// The libraries that send; their logs are written, but not sent.
const SENDING: &str = "h2=off,hyper=off,hyper_util=off,opentelemetry=off,opentelemetry_otlp=off,opentelemetry_sdk=off,\
                       tonic=off,tower=off";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Logs as JSON lines; those within a trace say which, so that they are found beside it.
fn json<S, W>(writer: W) -> json_subscriber::fmt::Layer<S, W>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> fmt::MakeWriter<'a> + 'static,
{
    let mut layer = json_subscriber::fmt::layer().with_writer(writer);
    layer.inner_layer_mut().with_opentelemetry_ids(true);
    layer
}

fn tracers(settings: &TelemetrySettings, resource: Resource) -> Result<SdkTracerProvider, TelemetryError> {
    // Without a collector traces are made all the same: logs name them, and services hand them on.
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.trace_ratio)));
    let provider = SdkTracerProvider::builder().with_resource(resource).with_sampler(sampler);
    let Some(address) = &settings.otlp else { return Ok(provider.build()) };
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(address).build()?;
    Ok(provider.with_batch_exporter(exporter).build())
}

fn meters(
    settings: &TelemetrySettings,
    resource: Resource,
    registry: Registry,
) -> Result<SdkMeterProvider, TelemetryError> {
    let shown = opentelemetry_prometheus::exporter().with_registry(registry).scope_info_enabled(false).build()?;
    let provider = SdkMeterProvider::builder().with_resource(resource).with_reader(shown);
    let Some(address) = &settings.otlp else { return Ok(provider.build()) };
    let exporter = MetricExporter::builder().with_tonic().with_endpoint(address).build()?;
    Ok(provider.with_reader(PeriodicReader::builder(exporter).build()).build())
}

fn loggers(settings: &TelemetrySettings, resource: Resource) -> Result<Option<SdkLoggerProvider>, TelemetryError> {
    let Some(address) = &settings.otlp else { return Ok(None) };
    let exporter = LogExporter::builder().with_tonic().with_endpoint(address).build()?;
    Ok(Some(SdkLoggerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_within_a_trace_says_which() {
        let written = Written::default();
        let writer = written.clone();
        let tracers = SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOn).build();
        let traces = tracing_opentelemetry::layer().with_tracer(tracers.tracer(SCOPE));
        let subscriber = tracing_subscriber::registry().with(traces).with(json(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!(target: TARGET, "call").in_scope(|| tracing::info!(file = 7, "taken"));
            tracing::info!("alone");
        });
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let [taken, alone] = written.lines().collect::<Vec<_>>()[..] else { panic!("{written}") };
        let (_, rest) = taken.split_once(r#""openTelemetry":{"#).unwrap();
        let (_, trace) = rest.split_once(r#""traceId":""#).unwrap();
        assert!(
            trace[..32].bytes().all(|byte| byte.is_ascii_hexdigit()) && !trace.starts_with("0000000000"),
            "{taken}"
        );
        assert!(taken.contains(r#""message":"taken""#) && taken.contains(r#""file":7"#), "{taken}");
        assert!(!alone.contains("traceId"), "{alone}");
    }
}
