//! What the feeds of all services have in common: the same messages, in each contract under names of its own.

use prost_types::Timestamp;

use crate::{budget, homecare, registration, screening, tariffing};

/// An answer of a `Watch` call.
pub trait Watched {
    /// The service's event.
    type Event: Send + 'static;

    /// The event, with its place in the feed and the time it was recorded; none when the answer lacks it.
    fn event(self) -> Option<(i64, Option<Timestamp>, Self::Event)>;
}

macro_rules! feeds {
    ($($service:ident)*) => {
        $(impl Watched for $service::WatchResponse {
            type Event = $service::Event;

            fn event(self) -> Option<(i64, Option<Timestamp>, Self::Event)> {
                self.event.map(|event| (event.sequence, event.recorded_time, event))
            }
        })*
    };
}
feeds!(budget homecare registration screening tariffing);
