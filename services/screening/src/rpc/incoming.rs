//! Files that come in pieces: a start that says what is coming, then its bytes.

use std::time::Duration;

use contract::screening as proto;
use edge::{Arrival, Call, EdgeError, InvalidRequest, Office};
use sha2::{Digest, Sha256};
use tonic::{Status, Streaming};

/// The largest file, in bytes: more comes in several. A file is read as a whole before anything is kept of it.
const MOST_BYTES: usize = 16 << 20;
/// How long a caller may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// A piece of a file.
pub(super) enum Piece<S> {
    /// What is coming.
    Start(S),
    /// Some of its bytes.
    Chunk(Vec<u8>),
}

/// A message that is a piece of a file.
pub(super) trait InPieces {
    /// What says what is coming.
    type Start;

    /// The piece; none when the message is empty.
    fn piece(self) -> Option<Piece<Self::Start>>;
}

impl InPieces for proto::ImportFactsRequest {
    type Start = proto::FactsStart;

    fn piece(self) -> Option<Piece<Self::Start>> {
        use proto::import_facts_request::Part;
        self.part.map(|part| match part {
            Part::Start(start) => Piece::Start(start),
            Part::Chunk(chunk) => Piece::Chunk(chunk),
        })
    }
}

impl InPieces for proto::ImportLinksRequest {
    type Start = proto::LinksStart;

    fn piece(self) -> Option<Piece<Self::Start>> {
        use proto::import_links_request::Part;
        self.part.map(|part| match part {
            Part::Start(start) => Piece::Start(start),
            Part::Chunk(chunk) => Piece::Chunk(chunk),
        })
    }
}

/// The start of a file: its first message.
pub(super) async fn start<M: InPieces>(messages: &mut Streaming<M>) -> Result<M::Start, Status> {
    match next(messages).await? {
        Some(Piece::Start(start)) => Ok(start),
        _ => Err(wrong("start", "is not the first message").into()),
    }
}

/// Admits whoever sends a file to an office; none where the start names none. Who may not is told so before what is wrong
/// with the start.
pub(super) async fn admit(arrival: Arrival, office: &str) -> Result<Option<Call>, Status> {
    match office.parse::<Office>() {
        Ok(office) => Ok(Some(arrival.admit(office.as_str(), "", "").await?)),
        Err(_) => Ok(None),
    }
}

/// The bytes that follow, which must be those that were announced.
pub(super) async fn rest<M: InPieces>(messages: &mut Streaming<M>, sha256: &[u8]) -> Result<Vec<u8>, Status> {
    let mut file = Vec::new();
    while let Some(piece) = next(messages).await? {
        let Piece::Chunk(chunk) = piece else {
            return Err(wrong("start", "comes once, as the first message").into());
        };
        if file.len() + chunk.len() > MOST_BYTES {
            return Err(wrong("chunk", &format!("the file has more than {MOST_BYTES} bytes")).into());
        }
        file.extend_from_slice(&chunk);
    }
    if Sha256::digest(&file).as_slice() != sha256 {
        return Err(wrong("start.sha256", "is not that of what arrived: the file broke off, or changed").into());
    }
    Ok(file)
}

/// The next piece of a file; a peer that stays silent is not waited for.
async fn next<M: InPieces>(messages: &mut Streaming<M>) -> Result<Option<Piece<M::Start>>, Status> {
    let message = tokio::time::timeout(PATIENCE, messages.message()).await;
    let message = message.map_err(|_| Status::deadline_exceeded("nothing was sent for too long"))??;
    match message {
        None => Ok(None),
        Some(message) => message.piece().map(Some).ok_or_else(|| wrong("part", "is missing").into()),
    }
}

/// A field that is wrong.
pub(super) fn wrong(field: &str, problem: &str) -> EdgeError {
    InvalidRequest(vec![(field.to_owned(), problem.to_owned())]).into()
}
