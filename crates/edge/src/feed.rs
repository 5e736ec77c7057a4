//! The feed of another service, as a follower takes it.

use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt};
use runtime::follow::{Feed, Followed};
use tonic::Status;

/// The place of an event and the time it was recorded, as contracts have them.
pub type Stamp = (i64, Option<prost_types::Timestamp>);

/// The events in the answers of a `Watch` call, each with its place and time taken out.
///
/// `event` takes the event out of an answer, `stamp` its place and time out of the event. An answer that lacks one of
/// them ends the feed with DATA_LOSS.
pub fn events<A, E>(
    answers: impl Stream<Item = Result<A, Status>> + Send + 'static,
    event: fn(A) -> Option<E>,
    stamp: fn(&E) -> Stamp,
) -> Feed<E>
where
    A: 'static,
    E: Send + 'static,
{
    let followed = move |answer: Result<A, Status>| {
        let event = event(answer?).ok_or_else(|| Status::data_loss("an answer without an event"))?;
        let (sequence, recorded) = stamp(&event);
        let recorded = recorded.and_then(|time| {
            let nanos = u32::try_from(time.nanos).ok()?;
            DateTime::<Utc>::from_timestamp(time.seconds, nanos)
        });
        let recorded = recorded.ok_or_else(|| Status::data_loss("an event without a time"))?;
        Ok(Followed { sequence, recorded, event })
    };
    answers.map(followed).boxed()
}
