//! Requests that are sent twice and have their effect once.

use chrono::{DateTime, Utc};
use contract::access::Scoped;
use database::{Db, Tx};
use prost::Message;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Call, EdgeError};

/// A write under way: its transaction, and the request it answers.
#[derive(Debug)]
pub struct Write {
    /// The transaction; everything the request does goes through it.
    pub tx: Tx,
    /// The time of the write: of its rows, its events and its decision.
    pub now: DateTime<Utc>,
    request_id: Uuid,
    call: Call,
    detail: String,
    /// Whether the decision turned out to be the one that a proposal is about.
    pub(crate) confirmed: bool,
}

/// What a request turned out to be.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "made once per call, and taken apart at once")]
pub enum Begun<R> {
    /// New: carry it out and [commit](Write::commit).
    New(Write),
    /// Carried out before: this was the reply.
    Replay(R),
}

impl Write {
    /// Begins a write. The same request sent while it is under way waits for its outcome.
    pub(crate) async fn begin<M: Scoped, R: Message + Default>(
        db: &Db,
        now: DateTime<Utc>,
        call: &Call,
        request_id: Uuid,
        request: &M,
    ) -> Result<Begun<R>, EdgeError> {
        // No contract has maps, so that equal messages are equal bytes.
        let payload = Sha256::digest(request.encode_to_vec()).into();
        let mut tx = db.write().await?;
        match tx.begin_request(request_id, call.office(), M::METHOD.name, payload, now).await? {
            database::Begun::New => Ok(Begun::New(Write {
                tx,
                now,
                request_id,
                call: call.clone(),
                detail: String::new(),
                confirmed: false,
            })),
            database::Begun::Replay(reply) => {
                tx.audit(call.done("sent again"));
                tx.commit(now).await?;
                let reply = R::decode(reply.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
                Ok(Begun::Replay(reply))
            }
        }
    }

    /// The call that writes.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Says more of what is done, for the audit log: the id of what is made, or how a decision turned out.
    pub fn note(&mut self, detail: &str) {
        if !self.detail.is_empty() {
            self.detail.push_str("; ");
        }
        self.detail.push_str(detail);
    }

    /// Commits everything done together with the reply and the call's entry in the audit log, and gives the reply.
    ///
    /// # Errors
    /// What the store reports; then nothing was done.
    pub async fn commit<R: Message>(mut self, reply: R) -> Result<R, EdgeError> {
        self.tx.finish_request(self.request_id, &reply.encode_to_vec()).await?;
        self.tx.audit(self.call.done(&self.detail));
        self.tx.commit(self.now).await?;
        Ok(reply)
    }
}
