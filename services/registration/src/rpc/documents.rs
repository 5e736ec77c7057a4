//! The contents of documents, to and from the object store.

use std::time::Duration;

use contract::registration as proto;
use edge::{Arrival, Call, EdgeError, Fields};
use futures::{Stream, StreamExt};
use objects::{Objects, ObjectsError, Upload};
use proto::upload_document_request::Part;
use tonic::{Status, Streaming};

use super::{Rpc, registrations::precondition};
use crate::{convert, domain::Document, error::Error, store};

/// A document larger than this is none.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

impl Rpc {
    fn objects(&self) -> Result<&Objects, Error> {
        self.objects.as_ref().ok_or(Error::NoObjects)
    }

    pub(super) async fn upload_document(
        &self,
        arrival: Arrival,
        mut messages: Streaming<proto::UploadDocumentRequest>,
    ) -> Result<proto::UploadDocumentResponse, Status> {
        let patience = self.patience;
        let Some(Part::Start(start)) = next(&mut messages, patience).await? else {
            return Err(Error::from(wrong("start", "is not the first message")).into());
        };
        let mut fields = Fields::new();
        let office = fields.office("start.office", &start.office);
        let agb = fields.agb("start.agb", &start.agb);
        let (office, agb) = fields.all((office, agb)).map_err(Error::from)?;
        // Nothing is taken in of who may not.
        let call = arrival.admit(office.as_str(), &agb.to_string(), &agb.to_string()).await.map_err(Error::from)?;
        let mut upload = self.objects()?.writer(MOST_BYTES);
        while let Some(part) = next(&mut messages, patience).await? {
            let Part::Content(content) = part else {
                return Err(Error::from(wrong("start", "comes once, as the first message")).into());
            };
            upload.write(content).await.map_err(kept)?;
        }
        Ok(self.keep(&call, upload, (&office, agb)).await?)
    }

    async fn keep(
        &self,
        call: &Call,
        upload: Upload,
        whose: (&edge::Office, identifiers::Agb),
    ) -> Result<proto::UploadDocumentResponse, Error> {
        let mut tx = self.core.read(call).await?;
        store::known_provider(&mut tx, whose.1).await?;
        drop(tx);
        let stored = upload.finish(None).await.map_err(kept)?;
        let (sha256, bytes) = (hex::encode(stored.sha256), i64::try_from(stored.bytes).unwrap_or(i64::MAX));
        let now = self.core.clock.now();
        let mut tx = self.core.db().write().await?;
        store::add_content(&mut tx, whose, (&sha256, bytes), now).await?;
        tx.audit(call.done(&format!("content {sha256}, {bytes} bytes")));
        tx.commit(now).await?;
        Ok(proto::UploadDocumentResponse { content_sha256: stored.sha256.to_vec(), size_bytes: bytes })
    }

    pub(super) async fn download_document(
        &self,
        call: &Call,
        request: proto::DownloadDocumentRequest,
    ) -> Result<impl Stream<Item = Result<proto::DownloadDocumentResponse, Status>> + Send + 'static, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let mut tx = self.core.read(call).await?;
        let registration = store::registration(&mut tx, &id).await?;
        let round = store::round(&mut tx, &registration.round_id).await?;
        let clarified = store::clarified(&mut tx, &id).await?;
        let added = clarified.iter().filter_map(|clarified| clarified.supplement.as_ref());
        let mut documents = registration.content.documents.iter().chain(added.flat_map(|added| &added.documents));
        // What was handed in last is the document.
        let newest: Option<&Document> = documents.rfind(|document| document.kind == request.kind);
        let none = || EdgeError::NotFound { what: "document", id: format!("{} of {id}", request.kind) };
        let sha256 = newest.ok_or_else(none)?.content_sha256.clone();
        if !store::has_content(&mut tx, (&round.office, registration.agb), &sha256).await? {
            let message = "the content of this document was not uploaded here".to_owned();
            return Err(precondition("CONTENT_NOT_UPLOADED", &sha256, message));
        }
        let fingerprint = hex::decode(&sha256).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let fingerprint = fingerprint.ok_or_else(|| EdgeError::Stored("a fingerprint".to_owned()))?;
        let pieces = self.objects()?.read(fingerprint);
        Ok(pieces.map(|piece| match piece {
            Ok(content) => Ok(proto::DownloadDocumentResponse { content }),
            Err(error) => Err(kept(error).into()),
        }))
    }
}

/// The next part of an upload; a peer that stays silent is not waited for.
async fn next(
    messages: &mut Streaming<proto::UploadDocumentRequest>,
    patience: Duration,
) -> Result<Option<Part>, Status> {
    let message = tokio::time::timeout(patience, messages.message()).await;
    let message = message.map_err(|_| Status::deadline_exceeded("nothing was sent for too long"))??;
    match message {
        None => Ok(None),
        Some(message) => message.part.map(Some).ok_or_else(|| Error::from(wrong("part", "is missing")).into()),
    }
}

fn wrong(field: &str, problem: &str) -> EdgeError {
    edge::InvalidRequest(vec![(field.to_owned(), problem.to_owned())]).into()
}

/// What the object store says, as an error of a call.
fn kept(error: ObjectsError) -> Error {
    match error {
        ObjectsError::TooLarge { limit_bytes } => {
            wrong("content", &format!("has more than {limit_bytes} bytes")).into()
        }
        ObjectsError::Empty => wrong("content", "is empty").into(),
        other => Error::Objects(other),
    }
}
