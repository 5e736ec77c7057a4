//! One submitted file is one trace: from the adapter through the intake to the screening that follows the feed.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use runtime::Settings;
use telemetry::{Telemetry, admin};
use testkit::{http, on_both_engines};

use crate::{
    collector::{Collector, attributes},
    office::{Line, Office, claim_file},
    screening::{screened, signals},
};

/// As an adapter makes it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const ADAPTER: &str = "00f067aa0ba902b7";
const SUBMIT: &str = "zorginkoop.budget.v1.BudgetService/SubmitClaims";
const LINES: &str = "zorginkoop.budget.v1.BudgetService/StreamClaimLines";

on_both_engines! {
    async fn a_file_is_one_trace_from_the_adapter_to_screening(engine) {
        let (collector, address) = Collector::serve().await;
        let mut telemetry = Settings { otlp: Some(address), ..Settings::default() }.telemetry("test");
        telemetry.log = "info,screening=debug".to_owned();
        let telemetry = Telemetry::start(&telemetry).unwrap();
        let (mut office, mut screening) = screened(engine).await;
        office.submit(&claim_file("41410001", "F1", &[("stay", Line::stay(2))])).await.unwrap();
        let file = claim_file("41410002", "F1", &[("again", Line::stay(1))]);
        office.submit_within(&file, &format!("00-{TRACE}-{ADAPTER}-01")).await.unwrap();
        assert_eq!(signals(&mut office, &mut screening).await.len(), 1);

        let trace_id = hex::decode(TRACE).unwrap();
        let followed = |spans: &[Span]| ["apply budget", LINES, SUBMIT].iter().all(|name| named(spans, name).is_some());
        let spans = collector.trace(&trace_id, followed).await;
        let submit = named(&spans, SUBMIT).unwrap();
        assert_eq!(hex::encode(&submit.parent_span_id), ADAPTER);
        let told = attributes(&submit.attributes);
        assert_eq!(told["rpc.response.status_code"], "OK");
        assert_eq!((told["zorginkoop.service"].as_str(), told["rpc.system.name"].as_str()), ("budget", "grpc"));
        assert_ne!(submit.status.clone().unwrap_or_default().code, StatusCode::Error as i32);
        for stage in ["intake receive", "intake handle"] {
            assert_eq!(named(&spans, stage).unwrap().parent_span_id, submit.span_id, "{stage}");
        }
        // What the file made known was published while it was handled; screening applies it, and asks for its lines.
        let apply = named(&spans, "apply budget").unwrap();
        assert_eq!(apply.parent_span_id, named(&spans, "intake handle").unwrap().span_id);
        assert_eq!(attributes(&apply.attributes)["zorginkoop.service"], "screening");
        let lines: Vec<&Span> = spans.iter().filter(|span| span.name == LINES).collect();
        let [asked, served] = lines.as_slice() else { panic!("{} spans of the lines", lines.len()) };
        assert_eq!((&asked.parent_span_id, &served.parent_span_id), (&apply.span_id, &asked.span_id));
        assert_eq!((asked.kind(), served.kind()), (SpanKind::Client, SpanKind::Server));
        assert_eq!(attributes(&asked.attributes)["zorginkoop.service"], "screening");
        assert_eq!(attributes(&served.attributes)["zorginkoop.service"], "budget");
        // No person and no provider is in what is told of it.
        for span in &spans {
            let told = format!("{:?}", attributes(&span.attributes));
            assert!(!told.contains("41410002"), "{}: {told}", span.name);
        }

        let shown = shown(&telemetry, &office).await;
        for line in ["zorginkoop_claim_files_total{", "rpc_server_call_duration_seconds_bucket{", "process_cpu_time_seconds_total{"] {
            assert!(shown.contains(line), "{line} in {shown}");
        }
        let mut waited = shown.lines().filter(|line| line.starts_with("db_client_connection_wait_time_seconds_count{"));
        assert!(waited.any(|line| line.contains(r#"zorginkoop_service="screening""#)), "{shown}");
        office.close().await;
        telemetry.stop().await;
        let metrics = collector.metrics();
        for name in ["zorginkoop.claim.lines", "zorginkoop.feed.delay", "rpc.server.call.duration"] {
            assert!(metrics.iter().any(|metric| metric == name), "{name} in {metrics:?}");
        }
        let names = collector.resources().into_iter().map(|mut resource| resource.remove("service.name"));
        assert!(names.clone().count() > 0);
        names.for_each(|name| assert_eq!(name.as_deref(), Some("test")));
        assert!(!collector.logs_of(&[]).is_empty(), "logs came too");
    }
}

fn named<'a>(spans: &'a [Span], name: &str) -> Option<&'a Span> {
    spans.iter().find(|span| span.name == name)
}

/// What Prometheus would be told.
async fn shown(telemetry: &Telemetry, office: &Office) -> String {
    let port = "127.0.0.1:0".parse().unwrap();
    let admin = admin::start(port, telemetry.registry(), office.readiness()).await.unwrap();
    let ready = http::get(&format!("http://{}/readyz", admin.address), &[]).await.unwrap();
    assert_eq!(ready.status, 200, "{}", ready.body);
    let metrics = http::get(&format!("http://{}/metrics", admin.address), &[]).await.unwrap();
    assert_eq!(metrics.status, 200);
    metrics.body
}
