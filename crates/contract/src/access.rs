//! Who may call what: the table that the contracts' `access` options make, and how a request tells whose data it is.
//!
//! The build reads the options from the descriptor set and fails when an RPC has none, or one that doesn't fit its
//! request.

pub use crate::common::{Action, Role};

/// Whose data an RPC touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// That of the office a field of the request names.
    Office,
    /// That of the office to which a record of this kind belongs.
    Record(&'static str),
    /// Nobody's in particular.
    Shared,
    /// That of the office in the first message of the stream.
    Stream,
    /// It gives only what belongs to the caller's offices.
    Filtered,
}

/// An RPC.
#[derive(Debug, PartialEq, Eq)]
pub struct Method {
    /// Its path, such as `/zorginkoop.budget.v1.BudgetService/GetRoom`.
    pub path: &'static str,
    /// The service's full name.
    pub service: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// The roles it admits.
    pub roles: &'static [Role],
    /// What it does.
    pub action: Action,
    /// Whose data it touches.
    pub reach: Reach,
    /// Whether an adapter may call it without naming a provider.
    pub every_provider: bool,
    /// What the audit log calls the thing it is about.
    pub object_type: &'static str,
    /// Whether what it gives is about people.
    pub personal_data: bool,
}

impl Method {
    /// Whether it changes something.
    pub fn writes(&self) -> bool {
        self.action != Action::Read
    }
}

/// Whose data a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// An office's, as the request names it.
    Office(&'a str),
    /// That of the office to which a record belongs.
    Record {
        /// The kind of record.
        kind: &'static str,
        /// Its id, as the request names it.
        id: &'a str,
    },
    /// Nobody's in particular.
    Shared,
    /// The answer holds only what belongs to the caller's offices.
    Filtered,
}

/// A request that says whose data it is about; every request of a contract does.
pub trait Scoped: prost::Message {
    /// The RPC it is for.
    const METHOD: &'static Method;

    /// Whose data it is about.
    fn scope(&self) -> Scope<'_>;

    /// The AGB code of the provider it is about, as it was written; none when it is about no one provider.
    fn provider(&self) -> Option<&str>;

    /// What the audit log calls the thing: its names in the request.
    fn object(&self) -> String;

    /// The id of the request; empty when it has none.
    fn request_id(&self) -> &str;
}

include!(concat!(env!("OUT_DIR"), "/access.rs"));

/// The RPC at a path.
pub fn method(path: &str) -> Option<&'static Method> {
    use std::{collections::HashMap, sync::LazyLock};
    static BY_PATH: LazyLock<HashMap<&str, &Method>> =
        LazyLock::new(|| METHODS.iter().map(|method| (method.path, method)).collect());
    BY_PATH.get(path).copied()
}
