//! The Quote call against a bare server that answers the same message at once.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use contract::{
    common,
    tariffing::{
        self as proto,
        tariffing_service_client::TariffingServiceClient,
        tariffing_service_server::{TariffingService, TariffingServiceServer},
    },
};
use futures::Stream;
use testkit::Engine;
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    transport::{Channel, Server, server::TcpIncoming},
};

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
    let service = TariffingServiceServer::new(Echo(answer));
    tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
    Ok(url)
}

struct Echo(proto::QuoteResponse);

type Answer<T> = Result<Response<T>, Status>;

fn only_quotes<T>() -> Answer<T> {
    Err(Status::unimplemented("an echo of quotes"))
}

#[tonic::async_trait]
impl TariffingService for Echo {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn quote(&self, _: Request<proto::QuoteRequest>) -> Answer<proto::QuoteResponse> {
        Ok(Response::new(self.0.clone()))
    }

    async fn import_maximum_tariffs(
        &self,
        _: Request<proto::ImportMaximumTariffsRequest>,
    ) -> Answer<proto::ImportMaximumTariffsResponse> {
        only_quotes()
    }

    async fn list_maximum_tariffs(
        &self,
        _: Request<proto::ListMaximumTariffsRequest>,
    ) -> Answer<proto::ListMaximumTariffsResponse> {
        only_quotes()
    }

    async fn agree_percentage(
        &self,
        _: Request<proto::AgreePercentageRequest>,
    ) -> Answer<proto::AgreePercentageResponse> {
        only_quotes()
    }

    async fn list_percentages(
        &self,
        _: Request<proto::ListPercentagesRequest>,
    ) -> Answer<proto::ListPercentagesResponse> {
        only_quotes()
    }

    async fn get_progress(&self, _: Request<proto::GetProgressRequest>) -> Answer<proto::GetProgressResponse> {
        only_quotes()
    }

    async fn explain(&self, _: Request<proto::ExplainRequest>) -> Answer<proto::ExplainResponse> {
        only_quotes()
    }

    async fn get_receipt(&self, _: Request<proto::GetReceiptRequest>) -> Answer<proto::GetReceiptResponse> {
        only_quotes()
    }

    async fn watch(&self, _: Request<proto::WatchRequest>) -> Answer<Self::WatchStream> {
        only_quotes()
    }
}
