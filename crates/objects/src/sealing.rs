//! Sealing contents chunk by chunk.
//!
//! Sealed contents begin with the line `zorginkoop sealed contents 1` and 16 random bytes, the id. Then chunks follow:
//! 1 for the last one or else 0 (1 byte), the length of what is sealed (4, big-endian), and what is sealed. A chunk is
//! sealed for the id, its number and whether it is the last, so that none can be changed, left out, added or moved,
//! within its contents or to others. That all of it stands under the right hash is for the reader to check.

use std::sync::Arc;

use bytes::{Buf as _, Bytes, BytesMut};
use envelope::{KeyRing, SealError};

use crate::ObjectsError;

/// Bytes of plain contents in every chunk but the last, which has 1 to as many.
pub(crate) const CHUNK_BYTES: usize = 64 * 1024;

/// More than sealing adds to a chunk; what claims to be longer was changed, and is not waited for.
const MOST_SEALED_BYTES: usize = CHUNK_BYTES + 1024;

const FORMAT: &[u8] = b"zorginkoop sealed contents 1\n";
const ID_BYTES: usize = 16;
const CHUNK_HEAD_BYTES: usize = 1 + 4;

type Id = [u8; ID_BYTES];

/// Seals contents on their way in.
#[derive(Debug)]
pub(crate) struct Sealer {
    keys: Arc<KeyRing>,
    id: Option<Id>,
    number: u64,
    buffer: BytesMut,
}

impl Sealer {
    pub(crate) fn new(keys: Arc<KeyRing>) -> Sealer {
        Sealer { keys, id: None, number: 0, buffer: BytesMut::new() }
    }

    /// Takes bytes, at most a chunk of them, and gives what is ready to be stored.
    pub(crate) fn add(&mut self, plain: &[u8]) -> Result<Vec<u8>, ObjectsError> {
        self.buffer.extend_from_slice(plain);
        if self.buffer.len() <= CHUNK_BYTES {
            return Ok(Vec::new());
        }
        let chunk = self.buffer.split_to(CHUNK_BYTES);
        self.seal(&chunk, false)
    }

    /// The last chunk.
    pub(crate) fn last(mut self) -> Result<Vec<u8>, ObjectsError> {
        let chunk = self.buffer.split();
        self.seal(&chunk, true)
    }

    fn seal(&mut self, chunk: &[u8], last: bool) -> Result<Vec<u8>, ObjectsError> {
        let mut stored = Vec::new();
        let id = match self.id {
            Some(id) => id,
            None => {
                let mut id = Id::default();
                getrandom::fill(&mut id).map_err(|_| ObjectsError::NoRandomness)?;
                stored.extend_from_slice(FORMAT);
                stored.extend_from_slice(&id);
                *self.id.insert(id)
            }
        };
        let sealed = self.keys.seal(&context(id, self.number, last), chunk)?;
        let length = u32::try_from(sealed.len()).map_err(|_| SealError::Broken)?;
        self.number += 1;
        stored.push(u8::from(last));
        stored.extend_from_slice(&length.to_be_bytes());
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }
}

/// Opens sealed contents on their way out.
pub(crate) struct Opener {
    keys: Arc<KeyRing>,
    id: Option<Id>,
    number: u64,
    buffer: BytesMut,
    ended: bool,
}

impl Opener {
    pub(crate) fn new(keys: Arc<KeyRing>) -> Opener {
        Opener { keys, id: None, number: 0, buffer: BytesMut::new(), ended: false }
    }

    /// Takes stored bytes.
    pub(crate) fn add(&mut self, stored: &[u8]) {
        self.buffer.extend_from_slice(stored);
    }

    /// The next chunk, plain; none when more must be added for it.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, ObjectsError> {
        if self.ended {
            return self.end().map(|()| None);
        }
        let id = match self.id {
            Some(id) => id,
            None => match self.head()? {
                Some(id) => *self.id.insert(id),
                None => return Ok(None),
            },
        };
        let Some(&[last, a, b, c, d]) = self.buffer.first_chunk::<CHUNK_HEAD_BYTES>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if last > 1 || length > MOST_SEALED_BYTES {
            return Err(ObjectsError::Changed);
        }
        if self.buffer.len() < CHUNK_HEAD_BYTES + length {
            return Ok(None);
        }
        self.buffer.advance(CHUNK_HEAD_BYTES);
        let sealed = self.buffer.split_to(length);
        self.ended = last == 1;
        let chunk = self.keys.open(&context(id, self.number, self.ended), &sealed)?;
        self.number += 1;
        Ok(Some(Bytes::from_owner(chunk)))
    }

    /// Nothing more is stored: the last chunk must have been there, and nothing after it.
    pub(crate) fn end(&self) -> Result<(), ObjectsError> {
        if self.ended && self.buffer.is_empty() { Ok(()) } else { Err(ObjectsError::Changed) }
    }

    fn head(&mut self) -> Result<Option<Id>, ObjectsError> {
        if self.buffer.len() < FORMAT.len() + ID_BYTES {
            return Ok(None);
        }
        let format = self.buffer.split_to(FORMAT.len());
        let mut id = Id::default();
        self.buffer.copy_to_slice(&mut id);
        if format == FORMAT { Ok(Some(id)) } else { Err(ObjectsError::Changed) }
    }
}

fn context(id: Id, number: u64, last: bool) -> String {
    format!("contents/{}/{number}/{}", hex::encode(id), if last { "last" } else { "more" })
}
