//! Code generated from the protobuf contracts.
