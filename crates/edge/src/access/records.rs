//! [`Record`]: to which office, and which provider, a record belongs.

use contract::access::{METHODS, Reach};
use database::{DatabaseError, Tx, fetch_optional};

/// How to find the owner of a kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// The kind, as the contract names it.
    pub kind: &'static str,
    /// Selects the office and the AGB code (empty where a record is of no one provider) of the record `$1`.
    pub owner: &'static str,
}

/// What every service keeps.
const COMMON: &[Record] = &[
    Record { kind: "decision", owner: "SELECT office, '' FROM decision WHERE decision_id = $1" },
    Record { kind: "proposal", owner: "SELECT office, agb FROM proposal WHERE proposal_id = $1" },
];

/// To whom a record belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) office: String,
    pub(super) agb: String,
}

/// The kind of record that RPCs of a service name and that it can't find the owner of, if there is one.
pub(crate) fn unknown_kind(grpc_name: &str, records: &[Record]) -> Option<&'static str> {
    let kinds = METHODS.iter().filter(|method| method.service == grpc_name).filter_map(|method| match method.reach {
        Reach::Record(kind) => Some(kind),
        _ => None,
    });
    kinds.into_iter().find(|kind| of_kind(kind, records).is_none())
}

fn of_kind<'a>(kind: &str, records: &'a [Record]) -> Option<&'a Record> {
    records.iter().chain(COMMON).find(|record| record.kind == kind)
}

/// The owner of a record; none when there is no such record.
pub(super) async fn owner(
    tx: &mut Tx,
    kind: &str,
    id: &str,
    records: &[Record],
) -> Result<Option<Owner>, DatabaseError> {
    // A NUL stands in no id, and PostgreSQL takes none in a text.
    let Some(record) = of_kind(kind, records).filter(|_| !id.contains('\0')) else { return Ok(None) };
    let found = fetch_optional!(tx, record.owner, id => (String, String))?;
    Ok(found.map(|(office, agb)| Owner { office, agb }))
}
