//! What the feeds of all services have in common: the same messages, in each contract under names of its own.

use std::time::SystemTime;

use prost_types::Timestamp;

use crate::{budget, homecare, registration, screening, tariffing};

/// Where a feed is watched from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// Only what came after this sequence number; 0 for all.
    pub sequence: i64,
    /// When the event with that number was recorded, if that is known.
    pub recorded_time: Option<Timestamp>,
}

impl After {
    /// After an event that was recorded at a moment.
    pub fn event(sequence: i64, recorded: SystemTime) -> After {
        After { sequence, recorded_time: Some(recorded.into()) }
    }
}

/// An answer of a `Watch` call.
pub trait Watched {
    /// The service's event.
    type Event: Send + 'static;

    /// The event with what is known of it; none when the answer lacks it.
    fn event(self) -> Option<Recorded<Self::Event>>;
}

/// An event, and what is known of it.
#[derive(Clone, Debug)]
pub struct Recorded<E> {
    /// Its place in the feed.
    pub sequence: i64,
    /// When it was recorded.
    pub time: Option<Timestamp>,
    /// What kind of event; empty where only its place is told.
    pub kind: String,
    /// Whether it holds a fact that this version knows.
    pub is_known: bool,
    /// The trace of what caused it, as a W3C traceparent; empty when there was none.
    pub trace_parent: String,
    /// The event.
    pub event: E,
}

macro_rules! feeds {
    ($($service:ident)*) => {
        $(impl From<After> for $service::WatchRequest {
            fn from(after: After) -> $service::WatchRequest {
                $service::WatchRequest { after_sequence: after.sequence, after_recorded_time: after.recorded_time, ..Default::default() }
            }
        }

        impl From<$service::WatchRequest> for After {
            fn from(request: $service::WatchRequest) -> After {
                After { sequence: request.after_sequence, recorded_time: request.after_recorded_time }
            }
        }

        impl Watched for $service::WatchResponse {
            type Event = $service::Event;

            fn event(self) -> Option<Recorded<Self::Event>> {
                self.event.map(|event| Recorded {
                    sequence: event.sequence,
                    time: event.recorded_time,
                    kind: event.kind.clone(),
                    is_known: event.fact.is_some(),
                    trace_parent: event.trace_parent.clone(),
                    event,
                })
            }
        })*
    };
}
feeds!(budget homecare registration screening tariffing);
