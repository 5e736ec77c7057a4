//! The feed of another service, as a follower takes it, and the own one, as it is told.
//!
//! During an upgrade a feed has events of two versions. What a version doesn't know of a message it drops in reading, so
//! an event is told whole or not at all, and one of an unknown kind ends the feed for whoever follows: the cursor stays
//! before it, for a replica that knows more.

use chrono::{DateTime, Utc};
use contract::feed::Watched;
use database::FeedRow;
use futures::{StreamExt, future::BoxFuture};
use prost::Message;
use runtime::follow::{Feed, Followed};
use tonic::{Response, Status, Streaming};

use crate::EdgeError;

/// Opens a feed: the events in the answers of a `Watch` call, each with its place and time taken out.
///
/// # Errors
/// That of the call. An answer without an event, or of which the event has no time, ends the feed with DATA_LOSS, and an
/// event of a kind that this version doesn't know with UNIMPLEMENTED.
pub fn open<'a, A: Watched + 'static>(
    call: impl Future<Output = Result<Response<Streaming<A>>, Status>> + Send + 'a,
) -> BoxFuture<'a, Result<Feed<A::Event>, Status>> {
    Box::pin(async move { Ok(call.await?.into_inner().map(|answer| followed(answer?)).boxed()) })
}

fn followed<A: Watched>(answer: A) -> Result<Followed<A::Event>, Status> {
    let recorded = answer.event().ok_or_else(|| Status::data_loss("an answer without an event"))?;
    // Without a kind only its place is told, and there is nothing to know.
    if !recorded.is_known && !recorded.kind.is_empty() {
        let (sequence, kind) = (recorded.sequence, recorded.kind);
        let message = format!("event {sequence} is of kind {kind}, which a newer version knows and this one doesn't");
        return Err(Status::unimplemented(message));
    }
    let time = recorded.time.and_then(|time| {
        let nanos = u32::try_from(time.nanos).ok()?;
        DateTime::<Utc>::from_timestamp(time.seconds, nanos)
    });
    let time = time.ok_or_else(|| Status::data_loss("an event without a time"))?;
    let (sequence, trace_parent) = (recorded.sequence, recorded.trace_parent);
    Ok(Followed { sequence, recorded: time, trace_parent, event: recorded.event })
}

/// The message in a row of the own feed.
///
/// # Errors
/// [`EdgeError::Stored`] when it can't be read, [`EdgeError::Newer`] when it holds more than this version knows.
pub fn whole<M: Message + Default>(row: &FeedRow) -> Result<M, EdgeError> {
    let message = M::decode(row.payload.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
    if message.encoded_len() < row.payload.len() {
        return Err(EdgeError::Newer { what: "event", id: row.sequence.to_string() });
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use contract::registration::{Agreement, Event, Provider, WatchResponse, event::Fact};
    use prost_types::Timestamp;
    use tonic::Code;

    use super::*;

    /// An empty message in a field that no contract has.
    const UNKNOWN: [u8; 3] = [0xfa, 0x3f, 0];

    fn event(fact: Fact) -> Event {
        Event { office: "vgz".to_owned(), fact: Some(fact), ..Event::default() }
    }

    fn row(payload: Vec<u8>) -> FeedRow {
        FeedRow {
            sequence: 7,
            office: "vgz".to_owned(),
            kind: "something_new".to_owned(),
            payload,
            recorded_time: DateTime::UNIX_EPOCH,
            trace_parent: None,
        }
    }

    fn told(kind: &str, fact: Option<Fact>) -> WatchResponse {
        let (kind, recorded_time) = (kind.to_owned(), Some(Timestamp::default()));
        WatchResponse { event: Some(Event { sequence: 7, recorded_time, kind, fact, ..Event::default() }) }
    }

    #[test]
    fn an_event_is_told_whole_or_not_at_all() {
        let known = event(Fact::ProviderRecorded(Provider { name: "De Es".to_owned(), ..Provider::default() }));
        assert_eq!(whole::<Event>(&row(known.encode_to_vec())).unwrap(), known);
        // Where only its place is told, the row has nothing else.
        assert_eq!(whole::<Event>(&row(Vec::new())).unwrap(), Event::default());

        let kind = [event(Fact::AgreementConcluded(Agreement::default())).encode_to_vec(), UNKNOWN.to_vec()].concat();
        // The fact is the last of the event: a provider with a field more.
        let mut field = known.encode_to_vec();
        let length = field.len() - "De Es".len() - 3;
        field[length] += UNKNOWN.len() as u8;
        field.extend(UNKNOWN);
        assert!(Event::decode(field.as_slice()).unwrap() == known, "what is not known is dropped");
        for payload in [kind, field] {
            let refused = whole::<Event>(&row(payload)).unwrap_err();
            assert!(matches!(&refused, EdgeError::Newer { id, .. } if id == "7"), "{refused:?}");
            assert_eq!(Status::from(refused).code(), Code::Unavailable);
        }
        assert!(matches!(whole::<Event>(&row(vec![0xff])).unwrap_err(), EdgeError::Stored(_)));
    }

    #[test]
    fn an_event_of_an_unknown_kind_is_not_passed_over() {
        let known = Fact::ProviderRecorded(Provider::default());
        // The first version tells no kinds, and has none that are not known here.
        for answer in [told("provider_recorded", Some(known.clone())), told("", Some(known)), told("", None)] {
            assert_eq!(followed(answer).unwrap().sequence, 7);
        }
        let unknown = followed(told("something_new", None)).unwrap_err();
        assert_eq!(unknown.code(), Code::Unimplemented);
        assert!(unknown.message().starts_with("event 7 is of kind something_new"), "{}", unknown.message());
    }
}
