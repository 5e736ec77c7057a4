//! Tests over several services; see `journeys` and `tidy`.
