//! The Quote call against a bare server that answers the same message at once.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use contract::{
    common,
    tariffing::{
        self as proto, tariffing_service_client::TariffingServiceClient, tariffing_service_server::SERVICE_NAME,
    },
};
use futures::future::{BoxFuture, Ready, ready};
use testkit::Engine;
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    body::Body,
    codegen::{Service, http},
    server::{Grpc, NamedService, UnaryService},
    transport::{Channel, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;

use crate::{
    Failure,
    claim_file::AGB,
    measure::{Figure, Goal, in_seconds},
    services::{OFFICE, PURCHASER, Tariffing, Way},
};

const CONNECTIONS: usize = 2;
const IN_FLIGHT: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let identified = Way::identified()?;
    let mut open = Tariffing::start(engine, &Way::Open).await?;
    let guarded = Tariffing::start(engine, &identified).await?;
    let answer = open.client.quote(request(false)).await?.into_inner();
    let bare = clients(echo(answer).await?, &Way::Open).await?;
    let subject = clients(open.running.url(), &Way::Open).await?;
    let guarded = clients(guarded.running.url(), &identified).await?;
    let (mut plain, mut explained, mut cost) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let bare = load(&bare, false).await?;
        let quotes = load(&subject, false).await?;
        plain.push((quotes, bare));
        explained.push((load(&subject, true).await?, bare));
        cost.push((load(&guarded, false).await?, quotes));
    }
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    Ok(vec![
        Figure::new(format!("quote / bare tonic echo, {name}"), "calls/s", &plain, Goal::AtLeast(0.5)),
        Figure::new(format!("quote with explanation / bare tonic echo, {name}"), "calls/s", &explained, Goal::None),
        Figure::new(format!("quote over mutual TLS with identity / without, {name}"), "calls/s", &cost, Goal::None),
    ])
}

/// The bare echo by itself, for others to be measured against.
pub struct Bare(Vec<TariffingServiceClient<Channel>>);

impl Bare {
    /// Starts it, with an answer as long as one that is explained.
    pub async fn start() -> Result<Bare, Failure> {
        let mut open = Tariffing::start(Engine::Sqlite, &Way::Open).await?;
        let answer = open.client.quote(request(true)).await?.into_inner();
        Ok(Bare(clients(echo(answer).await?, &Way::Open).await?))
    }

    /// Calls per second.
    pub async fn load(&self) -> Result<f64, Failure> {
        load(&self.0, false).await
    }
}

fn request(explain: bool) -> proto::QuoteRequest {
    proto::QuoteRequest {
        office: OFFICE.to_owned(),
        sector: common::Sector::Gz.into(),
        agb: AGB.to_owned(),
        product: "H126".to_owned(),
        care_date: Some(common::Date { year: 2023, month: 3, day: 1 }),
        explain,
        ..Default::default()
    }
}

async fn clients(url: String, way: &Way) -> Result<Vec<TariffingServiceClient<Channel>>, Failure> {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(TariffingServiceClient::new(way.channel(url.clone(), PURCHASER).await?));
    }
    Ok(clients)
}

/// Calls per second.
async fn load(clients: &[TariffingServiceClient<Channel>], explain: bool) -> Result<f64, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for client in clients.iter().flat_map(|client| std::iter::repeat_n(client, IN_FLIGHT)) {
        let (mut client, stop, calls) = (client.clone(), stop.clone(), calls.clone());
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                client.quote(request(explain)).await?;
                calls.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<(), Status>(())
        }));
    }
    tokio::time::sleep(ROUND).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    Ok(calls.load(Ordering::Relaxed) as f64 / in_seconds(begun.elapsed()))
}

/// Serves the answer to every quote and nothing else.
async fn echo(answer: proto::QuoteResponse) -> Result<String, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    tokio::spawn(Server::builder().add_service(Echo(Arc::new(answer))).serve_with_incoming(incoming));
    Ok(url)
}

/// Answers every call as a quote: the benches make no other.
#[derive(Clone)]
struct Echo(Arc<proto::QuoteResponse>);

impl NamedService for Echo {
    const NAME: &'static str = SERVICE_NAME;
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(echo, request).await) })
    }
}

impl UnaryService<proto::QuoteRequest> for Echo {
    type Response = proto::QuoteResponse;
    type Future = Ready<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, _: Request<proto::QuoteRequest>) -> Self::Future {
        ready(Ok(Response::new((*self.0).clone())))
    }
}
