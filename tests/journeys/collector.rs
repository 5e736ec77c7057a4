//! A collector that takes OTLP over gRPC, and keeps what comes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::{KeyValue, any_value::Value},
    logs::v1::LogRecord,
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// What came.
#[derive(Debug, Default)]
struct Kept {
    spans: Vec<Span>,
    metrics: Vec<String>,
    logs: Vec<LogRecord>,
    resources: Vec<BTreeMap<String, String>>,
}

/// The collector, serving.
#[derive(Clone, Debug, Default)]
pub struct Collector(Arc<Mutex<Kept>>);

impl Collector {
    /// Serves on a free port; gives the address too.
    pub async fn serve() -> (Collector, String) {
        let collector = Collector::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::builder()
            .add_service(TraceServiceServer::new(collector.clone()))
            .add_service(MetricsServiceServer::new(collector.clone()))
            .add_service(LogsServiceServer::new(collector.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        (collector, address)
    }

    /// The spans of a trace, the earliest first, once `enough` says so.
    pub async fn trace(&self, trace_id: &[u8], enough: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let mut spans = Vec::new();
        for _ in 0..200 {
            spans = self.0.lock().unwrap().spans.iter().filter(|span| span.trace_id == trace_id).cloned().collect();
            spans.sort_by_key(|span: &Span| span.start_time_unix_nano);
            if enough(&spans) {
                return spans;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let came: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
        panic!("the trace did not come to its end: {came:?}");
    }

    /// The names of metrics that came.
    pub fn metrics(&self) -> Vec<String> {
        self.0.lock().unwrap().metrics.clone()
    }

    /// The logs of a trace.
    pub fn logs_of(&self, trace_id: &[u8]) -> Vec<LogRecord> {
        self.0.lock().unwrap().logs.iter().filter(|log| log.trace_id == trace_id).cloned().collect()
    }

    /// What is said of the process that sends, for each sending of traces.
    pub fn resources(&self) -> Vec<BTreeMap<String, String>> {
        self.0.lock().unwrap().resources.clone()
    }
}

/// Attributes that are text or numbers, as text.
pub fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let of = |pair: &KeyValue| Some((pair.key.clone(), text(pair.value.as_ref()?.value.as_ref()?)));
    attributes.iter().filter_map(of).collect()
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut kept = self.0.lock().unwrap();
        for of_resource in request.into_inner().resource_spans {
            kept.resources.push(attributes(&of_resource.resource.unwrap_or_default().attributes));
            kept.spans.extend(of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let scopes = request.into_inner().resource_metrics.into_iter().flat_map(|of| of.scope_metrics);
        let names = scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name);
        self.0.lock().unwrap().metrics.extend(names);
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let scopes = request.into_inner().resource_logs.into_iter().flat_map(|of| of.scope_logs);
        self.0.lock().unwrap().logs.extend(scopes.flat_map(|scope| scope.log_records));
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}
