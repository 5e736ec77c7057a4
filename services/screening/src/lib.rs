//! The screening service.
