//! The streams of a call: what comes in, what goes out.

use bytes::Bytes;
use contract::{budget, common, homecare};
use edge::{Arrival, Office};
use futures::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;
use tonic::Status;

use crate::{
    Decider, Intake,
    work::{Progress, work},
};

/// Parts of the answer that may wait for the client to read them.
pub(crate) const WAITING: usize = 4;

/// A part of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// The first message.
    Start {
        /// The office, as it was written.
        office: String,
    },
    /// A piece of the file.
    Chunk(Bytes),
    /// A message with nothing in it.
    Nothing,
}

/// A part of the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// How far the intake is.
    Progress(common::ClaimsProgress),
    /// What became of the file.
    Result(common::ClaimsResult),
    /// A piece of the return.
    Aw320(Bytes),
}

// both contracts have the same messages under names of their own
macro_rules! contract {
    ($service:ident) => {
        impl From<$service::SubmitClaimsRequest> for Incoming {
            fn from(request: $service::SubmitClaimsRequest) -> Self {
                match request.part {
                    Some($service::submit_claims_request::Part::Start(start)) => Self::Start { office: start.office },
                    Some($service::submit_claims_request::Part::Chunk(chunk)) => Self::Chunk(chunk),
                    None => Self::Nothing,
                }
            }
        }

        impl From<Part> for $service::SubmitClaimsResponse {
            fn from(part: Part) -> Self {
                use $service::submit_claims_response::Part as Proto;
                let part = match part {
                    Part::Progress(progress) => Proto::Progress(progress),
                    Part::Result(result) => Proto::Result(result),
                    Part::Aw320(piece) => Proto::Aw320(piece),
                };
                Self { part: Some(part) }
            }
        }
    };
}
contract!(budget);
contract!(homecare);

impl Intake {
    /// Takes a file from the stream of a call and gives the stream that answers it: progress, the result, the AW320.
    ///
    /// The caller is admitted for the office and the provider that the stream turns out to be about. `decider` makes the
    /// decider for the office that the file is for. When the answer is dropped, the work stops within a batch of lines,
    /// rolled back unless it was committed.
    pub fn submit<S, M, D, R>(
        &self,
        arrival: Arrival,
        incoming: S,
        decider: impl FnOnce(&Office) -> D + Send + 'static,
    ) -> impl Stream<Item = Result<R, Status>> + Send + 'static
    where
        S: Stream<Item = Result<M, Status>> + Send + 'static,
        M: Into<Incoming>,
        D: Decider + 'static,
        R: From<Part> + Send + 'static,
    {
        let (parts, answer) = mpsc::channel(WAITING);
        let incoming = incoming.map(|message| message.map(Into::into));
        let work = work(self.clone(), arrival, incoming, decider, Progress::new(parts, self.limits.patience));
        answering(answer, work)
    }
}

/// The parts of an answer as the work on it gives them, and why it ended when it failed.
pub(crate) fn answering<P, R>(
    parts: mpsc::Receiver<P>,
    work: impl Future<Output = Result<(), Status>> + Send + 'static,
) -> impl Stream<Item = Result<R, Status>> + Send + 'static
where
    P: Send + 'static,
    R: From<P> + Send + 'static,
{
    let failure = stream::once(work).filter_map(|done| async { done.err().map(Err) });
    let answer = stream::unfold(parts, |mut parts| async { parts.recv().await.map(|part| (Ok(R::from(part)), parts)) });
    stream::select(answer, failure)
}
