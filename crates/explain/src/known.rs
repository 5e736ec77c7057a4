//! [`Known`]: a value that remembers where it came from.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The caller said so.
    Request {
        /// The field of the request.
        field: Cow<'static, str>,
    },
    /// It is on record.
    Fact {
        /// The service that owns the fact.
        service: Cow<'static, str>,
        /// What the fact is.
        name: Cow<'static, str>,
        /// The moment it is known as of.
        as_of: DateTime<Utc>,
    },
    /// A rule file says so.
    Parameter {
        /// The rule file.
        file: Arc<str>,
        /// The key of the parameter.
        key: Cow<'static, str>,
        /// The document and section that states the value.
        source: Arc<str>,
    },
    /// An earlier step produced it.
    Step {
        /// The number of that step, from 1.
        number: u32,
    },
}

/// A value with its origin; reads as the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Known<T> {
    /// A value that stood in a field of the request.
    pub fn request(field: &'static str, value: T) -> Known<T> {
        Known { value, origin: Origin::Request { field: field.into() } }
    }

    /// A value on record in `service`, known as of a moment.
    pub fn fact(service: &'static str, name: &'static str, as_of: DateTime<Utc>, value: T) -> Known<T> {
        Known { value, origin: Origin::Fact { service: service.into(), name: name.into(), as_of } }
    }

    /// The same origin with another value derived from this one, such as a part of it.
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Known<U> {
        Known { value: derive(self.value), origin: self.origin }
    }
}

impl<T> Deref for Known<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
