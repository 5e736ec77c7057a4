//! The tariffing service.
