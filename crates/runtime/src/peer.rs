//! Channels to other services.

use telemetry::{Calls, Traced};
use tonic::transport::Channel;

/// A channel to another service: its calls carry the trace along, and are measured.
pub type Peer = Traced<Channel>;

/// The channel, as one of `service`.
pub fn peer(service: &'static str, channel: Channel) -> Peer {
    Traced::new(channel, calls(service))
}

/// The calls of a service.
pub(crate) fn calls(service: &'static str) -> Calls {
    Calls { service, known }
}

/// Calls that no contract of this project's services has.
const OTHERS: [&str; 5] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/List",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/zorginkoop.register.v1.RegisterService/Consult",
];

fn known(path: &str) -> bool {
    contract::access::method(path).is_some() || OTHERS.contains(&path)
}
