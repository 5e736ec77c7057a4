//! The feed of another service, as a follower takes it.

use chrono::{DateTime, Utc};
use contract::feed::Watched;
use futures::{StreamExt, future::BoxFuture};
use runtime::follow::{Feed, Followed};
use tonic::{Response, Status, Streaming};

/// Opens a feed: the events in the answers of a `Watch` call, each with its place and time taken out.
///
/// # Errors
/// That of the call. An answer without an event, or of which the event has no time, ends the feed with DATA_LOSS.
pub fn open<'a, A: Watched + 'static>(
    call: impl Future<Output = Result<Response<Streaming<A>>, Status>> + Send + 'a,
) -> BoxFuture<'a, Result<Feed<A::Event>, Status>> {
    Box::pin(async move { Ok(call.await?.into_inner().map(|answer| followed(answer?)).boxed()) })
}

fn followed<A: Watched>(answer: A) -> Result<Followed<A::Event>, Status> {
    let recorded = answer.event().ok_or_else(|| Status::data_loss("an answer without an event"))?;
    let time = recorded.time.and_then(|time| {
        let nanos = u32::try_from(time.nanos).ok()?;
        DateTime::<Utc>::from_timestamp(time.seconds, nanos)
    });
    let time = time.ok_or_else(|| Status::data_loss("an event without a time"))?;
    let (sequence, trace_parent) = (recorded.sequence, recorded.trace_parent);
    Ok(Followed { sequence, recorded: time, trace_parent, event: recorded.event })
}
