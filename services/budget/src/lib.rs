//! The budget service.
