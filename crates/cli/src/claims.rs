//! Submitting a claim file and taking its return.

use bytes::Bytes;
use contract::{budget, common, homecare};
use futures::{Stream, StreamExt};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt},
};
use tonic::{Status, Streaming};

use crate::{endpoints::Clients, failure::Failure, progress::Progress};

/// The size of the pieces a file is sent in.
const CHUNK_BYTES: usize = 256 << 10;

/// Which service takes a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taker {
    /// Budget.
    Budget,
    /// Home care.
    Homecare,
}

/// The answer to a file.
#[derive(Debug)]
pub struct Answer {
    /// What became of the file.
    pub result: common::ClaimsResult,
    /// The AW320.
    pub aw320: Vec<u8>,
}

enum Part {
    Start(String),
    Chunk(Bytes),
}

/// A part of the answer, whichever service gave it.
enum Reply {
    Progress(common::ClaimsProgress),
    Result(common::ClaimsResult),
    Aw320(Bytes),
    Nothing,
}

macro_rules! contract {
    ($service:ident) => {
        impl From<Part> for $service::SubmitClaimsRequest {
            fn from(part: Part) -> Self {
                use $service::submit_claims_request::Part as Proto;
                let part = match part {
                    Part::Start(office) => Proto::Start(common::ClaimsStart { office }),
                    Part::Chunk(chunk) => Proto::Chunk(chunk),
                };
                Self { part: Some(part) }
            }
        }

        impl From<$service::SubmitClaimsResponse> for Reply {
            fn from(response: $service::SubmitClaimsResponse) -> Self {
                use $service::submit_claims_response::Part as Proto;
                match response.part {
                    Some(Proto::Progress(progress)) => Reply::Progress(progress),
                    Some(Proto::Result(result)) => Reply::Result(result),
                    Some(Proto::Aw320(piece)) => Reply::Aw320(piece),
                    None => Reply::Nothing,
                }
            }
        }
    };
}
contract!(budget);
contract!(homecare);

/// Submits a file that is read piece by piece; `bytes` is its length, for the progress bar.
///
/// # Errors
/// What the service says, or that the file can't be read.
pub async fn submit_file(
    clients: &mut Clients,
    taker: Taker,
    office: &str,
    file: File,
    progress: Option<&mut Progress>,
) -> Result<Answer, Failure> {
    submit(clients, taker, office, pieces(file), progress).await
}

/// Submits a file that is in memory.
///
/// # Errors
/// What the service says.
pub async fn submit_bytes(clients: &mut Clients, taker: Taker, office: &str, file: Vec<u8>) -> Result<Answer, Failure> {
    let file = Bytes::from(file);
    let pieces: Vec<Bytes> =
        (0..file.len()).step_by(CHUNK_BYTES).map(|at| file.slice(at..file.len().min(at + CHUNK_BYTES))).collect();
    submit(clients, taker, office, futures::stream::iter(pieces), None).await
}

async fn submit(
    clients: &mut Clients,
    taker: Taker,
    office: &str,
    pieces: impl Stream<Item = Bytes> + Send + 'static,
    progress: Option<&mut Progress>,
) -> Result<Answer, Failure> {
    let start = futures::stream::iter([Part::Start(office.to_owned())]);
    let parts = start.chain(pieces.map(Part::Chunk));
    match taker {
        Taker::Budget => {
            let answer = clients.budget.submit_claims(parts.map(budget::SubmitClaimsRequest::from)).await?;
            collect(answer.into_inner(), progress).await
        }
        Taker::Homecare => {
            let answer = clients.homecare.submit_claims(parts.map(homecare::SubmitClaimsRequest::from)).await?;
            collect(answer.into_inner(), progress).await
        }
    }
}

/// A file as pieces. What can't be read ends the stream short, and the service then finds the file incomplete.
pub fn pieces(file: impl AsyncRead + Send + Unpin + 'static) -> impl Stream<Item = Bytes> + Send + 'static {
    futures::stream::unfold(file, |mut file| async move {
        let mut piece = vec![0; CHUNK_BYTES];
        match file.read(&mut piece).await {
            Ok(read) if read > 0 => {
                piece.truncate(read);
                Some((Bytes::from(piece), file))
            }
            _ => None,
        }
    })
}

async fn collect<R: Into<Reply>>(
    mut answer: Streaming<R>,
    mut progress: Option<&mut Progress>,
) -> Result<Answer, Failure> {
    let mut result = None;
    let mut aw320 = Vec::new();
    while let Some(part) = answer.message().await? {
        match part.into() {
            Reply::Progress(at) => {
                if let Some(progress) = &mut progress {
                    progress.set(at.received_bytes.unsigned_abs());
                }
            }
            Reply::Result(found) => result = Some(found),
            Reply::Aw320(piece) => aw320.extend_from_slice(&piece),
            Reply::Nothing => {}
        }
    }
    let result = result.ok_or_else(|| Status::data_loss("the answer ended without a result"))?;
    Ok(Answer { result, aw320 })
}
