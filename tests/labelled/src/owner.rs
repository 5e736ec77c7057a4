//! Owns files of lines as budget and home care do: makes them known, and streams their lines.

use std::{
    convert::Infallible,
    fmt::Debug,
    sync::Arc,
    task::{Context, Poll},
};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use contract::{
    budget::{Event, StreamClaimLinesRequest, StreamClaimLinesResponse, WatchRequest, WatchResponse, event::Fact},
    common,
};
use futures::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::WatchStream;
use tonic::{
    Request, Response, Status,
    body::Body,
    codegen::{Service as TowerService, http},
    server::{Grpc, NamedService, ServerStreamingService},
    transport::{Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;

use crate::{
    OFFICE,
    case::{Line, Service},
};

/// Lines in an answer.
const PAGE: usize = 500;

/// A file with its lines.
#[derive(Clone, Debug)]
pub struct Made {
    /// Who owns it.
    pub service: Service,
    /// The file.
    pub file: common::ClaimFile,
    /// Its lines.
    pub lines: Vec<common::ClaimLine>,
}

/// Makes files by number, each time the same.
pub trait Source: Send + Sync + Debug {
    /// The file of a number.
    fn made(&self, number: usize) -> Option<Made>;
    /// How many there are.
    fn files(&self) -> usize;
}

/// A server of files.
#[derive(Debug)]
pub struct Owner {
    url: String,
    known: watch::Sender<usize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Owner {
    /// Serves the files of a source, of which none is known yet.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn serve(source: Arc<dyn Source>) -> std::io::Result<Owner> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (known, of_known) = watch::channel(0);
        let calls = Calls { source, known: of_known };
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server =
            Server::builder().add_service(Of::<Budget>::new(calls.clone())).add_service(Of::<Homecare>::new(calls));
        let task = tokio::spawn(async move { server.serve_with_incoming(incoming).await.unwrap_or_default() });
        Ok(Owner { url, known, task })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes the first so many files known. Each is a fact of both services' feeds, of which one is its owner's.
    pub fn tell(&self, files: usize) {
        self.known.send_replace(files);
    }
}

/// What both services answer from.
#[derive(Clone, Debug)]
struct Calls {
    source: Arc<dyn Source>,
    known: watch::Receiver<usize>,
}

type Answers<T> = BoxStream<'static, Result<T, Status>>;

impl Calls {
    /// The files of a service, as facts; those of the other one are facts about nothing.
    fn watch(&self, service: Service, after: i64) -> Answers<WatchResponse> {
        let (source, after) = (self.source.clone(), usize::try_from(after).unwrap_or(0));
        let events = WatchStream::new(self.known.clone()).scan(after, |told, known| {
            let from = std::mem::replace(told, known.max(*told));
            futures::future::ready(Some(stream::iter(from..known.max(from))))
        });
        let event = move |number| {
            let made = source.made(number).filter(|made| made.service == service);
            let fact = made.map(|made| Fact::ClaimFileCommitted(made.file));
            let recorded_time = time(number);
            let sequence = i64::try_from(number + 1).unwrap_or(i64::MAX);
            let office = OFFICE.to_owned();
            Ok(WatchResponse { event: Some(Event { sequence, recorded_time, office, fact, ..Event::default() }) })
        };
        events.flatten().map(event).boxed()
    }

    fn lines(&self, file_id: &str) -> Answers<StreamClaimLinesResponse> {
        let number = file_id.strip_prefix('F').and_then(|number| number.parse().ok());
        let Some(made) = number.and_then(|number| self.source.made(number)) else {
            return stream::iter([Err(Status::not_found("no such file"))]).boxed();
        };
        let pages: Vec<_> =
            made.lines.chunks(PAGE).map(|lines| StreamClaimLinesResponse { lines: lines.to_vec() }).collect();
        stream::iter(pages.into_iter().map(Ok)).boxed()
    }
}

/// Which service is played.
trait Played: Clone + Send + Sync + 'static {
    const NAME: &'static str;
    const SERVICE: Service;
}

#[derive(Clone)]
struct Budget;

impl Played for Budget {
    const NAME: &'static str = contract::budget::budget_service_server::SERVICE_NAME;
    const SERVICE: Service = Service::Budget;
}

#[derive(Clone)]
struct Homecare;

impl Played for Homecare {
    const NAME: &'static str = contract::homecare::homecare_service_server::SERVICE_NAME;
    const SERVICE: Service = Service::Homecare;
}

/// The two calls of a service that screening makes. Those of home care are the same messages under names of their own.
#[derive(Clone)]
struct Of<P> {
    calls: Calls,
    played: std::marker::PhantomData<P>,
}

impl<P> Of<P> {
    fn new(calls: Calls) -> Of<P> {
        Of { calls, played: std::marker::PhantomData }
    }
}

impl<P: Played> NamedService for Of<P> {
    const NAME: &'static str = P::NAME;
}

impl<P: Played> TowerService<http::Request<Body>> for Of<P> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let calls = self.calls.clone();
        let lines = request.uri().path().ends_with("/StreamClaimLines");
        Box::pin(async move {
            Ok(match lines {
                true => Grpc::new(ProstCodec::default()).server_streaming(Lines(calls), request).await,
                false => Grpc::new(ProstCodec::default()).server_streaming(Watch(calls, P::SERVICE), request).await,
            })
        })
    }
}

struct Watch(Calls, Service);

impl ServerStreamingService<WatchRequest> for Watch {
    type Response = WatchResponse;
    type ResponseStream = Answers<WatchResponse>;
    type Future = BoxFuture<'static, Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<WatchRequest>) -> Self::Future {
        let events = self.0.watch(self.1, request.into_inner().after_sequence);
        Box::pin(async move { Ok(Response::new(events)) })
    }
}

struct Lines(Calls);

impl ServerStreamingService<StreamClaimLinesRequest> for Lines {
    type Response = StreamClaimLinesResponse;
    type ResponseStream = Answers<StreamClaimLinesResponse>;
    type Future = BoxFuture<'static, Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<StreamClaimLinesRequest>) -> Self::Future {
        let pages = self.0.lines(&request.into_inner().file_id);
        Box::pin(async move { Ok(Response::new(pages)) })
    }
}

/// When a file was received: each later than the one before.
fn received(number: usize) -> DateTime<Utc> {
    let first = DateTime::from_timestamp(1_733_000_000, 0).unwrap_or_default();
    first + TimeDelta::seconds(i64::try_from(number).unwrap_or(0))
}

fn time(number: usize) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: received(number).timestamp(), nanos: 0 })
}

fn date(date: NaiveDate) -> Option<common::Date> {
    Some(common::Date { year: date.year(), month: date.month().cast_signed(), day: date.day().cast_signed() })
}

/// The file of a number.
pub fn made_file(number: usize, agb: u32, lines: usize) -> common::ClaimFile {
    common::ClaimFile {
        file_id: format!("F{number}"),
        office: OFFICE.to_owned(),
        agb: agb.to_string(),
        lines: i64::try_from(lines).unwrap_or(i64::MAX),
        received_time: time(number),
        ..common::ClaimFile::default()
    }
}

/// A line of a file as its owner tells it.
pub fn made_line(place: usize, client: String, line: &Line) -> common::ClaimLine {
    let amount = Some(common::Money { cents: line.cents });
    common::ClaimLine {
        detail_number: i64::try_from(place + 1).unwrap_or(i64::MAX),
        client,
        product: line.product.to_owned(),
        period: Some(common::Period { first_day: date(line.first), last_day: date(line.last) }),
        quantity: line.quantity,
        unit: line.unit.to_owned(),
        claimed: amount,
        granted: amount,
        reference: line.reference.clone(),
        function_code: line.function,
        care_profile: line.profile,
        ..common::ClaimLine::default()
    }
}
