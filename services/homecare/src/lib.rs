//! The homecare service.
