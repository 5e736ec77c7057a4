//! Requests that are sent twice and have their effect once.

use chrono::{DateTime, Utc};
use database::{Db, Tx};
use prost::Message;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::EdgeError;

/// A write under way: its transaction, and the request it answers.
#[derive(Debug)]
pub struct Write {
    /// The transaction; everything the request does goes through it.
    pub tx: Tx,
    /// The time of the write: of its rows, its events and its decision.
    pub now: DateTime<Utc>,
    request_id: Uuid,
}

/// What a request turned out to be.
#[derive(Debug)]
pub enum Begun<R> {
    /// New: carry it out and [commit](Write::commit).
    New(Write),
    /// Carried out before: this was the reply.
    Replay(R),
}

impl Write {
    /// Begins a write. The same request sent while it is under way waits for its outcome.
    ///
    /// # Errors
    /// [`EdgeError::RequestReused`] when the id was used for another request.
    pub async fn begin<R: Message + Default>(
        db: &Db,
        now: DateTime<Utc>,
        method: &'static str,
        request_id: Uuid,
        request: &impl Message,
    ) -> Result<Begun<R>, EdgeError> {
        // No contract has maps, so that equal messages are equal bytes.
        let payload = Sha256::digest(request.encode_to_vec()).into();
        let mut tx = db.write().await?;
        match tx.begin_request(request_id, method, payload, now).await? {
            database::Begun::New => Ok(Begun::New(Write { tx, now, request_id })),
            database::Begun::Replay(reply) => {
                let reply = R::decode(reply.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
                Ok(Begun::Replay(reply))
            }
        }
    }

    /// Commits everything done together with the reply, and gives the reply.
    ///
    /// # Errors
    /// What the store reports; then nothing was done.
    pub async fn commit<R: Message>(mut self, reply: R) -> Result<R, EdgeError> {
        self.tx.finish_request(self.request_id, &reply.encode_to_vec()).await?;
        self.tx.commit(self.now).await?;
        Ok(reply)
    }
}
