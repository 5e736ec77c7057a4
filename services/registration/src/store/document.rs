//! Which contents of documents were uploaded, and of whom.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_one};
use edge::Office;
use identifiers::Agb;

const ADD: &str = "INSERT INTO document_content (office, agb, content_sha256, size_bytes, uploaded_time)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (office, agb, content_sha256) DO NOTHING";
const HAS: &str = "SELECT COUNT(*) FROM document_content WHERE office = $1 AND agb = $2 AND content_sha256 = $3";

/// Adds a content that was uploaded for a provider. The same one twice is one.
pub async fn add_content(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    (sha256, bytes): (&str, i64),
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    execute!(tx, ADD, office.as_str(), &agb.to_string(), sha256, bytes, now)?;
    Ok(())
}

/// Whether a content was uploaded for a provider: a fingerprint alone opens nobody else's.
pub async fn has_content(tx: &mut Tx, (office, agb): (&Office, Agb), sha256: &str) -> Result<bool, DatabaseError> {
    let (count,) = fetch_one!(tx, HAS, office.as_str(), &agb.to_string(), sha256 => (i64,))?;
    Ok(count > 0)
}
