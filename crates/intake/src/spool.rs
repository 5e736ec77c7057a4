//! [`Spool`]: the bytes of a file between receiving and answering.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
};

use chacha20::{
    ChaCha20, Key, KeyIvInit as _,
    cipher::{StreamCipher as _, StreamCipherSeek as _},
};

/// Bytes written to the file at a time.
const PIECE: usize = 1024 * 1024;

/// Bytes that are written once and read several times: the first ones in memory, the others in a temporary file.
///
/// The file has no name and is encrypted under a random key that lives in this value only, so that what is on disk
/// can't be read by anybody else nor after this process. Nobody else can write to it either, which is why it
/// carries no authentication.
#[derive(Debug)]
pub struct Spool {
    head: Vec<u8>,
    /// How many bytes may be in memory.
    room: usize,
    /// Received but not yet written to the file.
    pending: Vec<u8>,
    /// Taken out while a blocking thread works on it.
    file: Option<Sealed>,
    written: u64,
}

impl Spool {
    /// Nothing yet, with room for so many bytes in memory.
    pub fn new(room: usize) -> Self {
        Self { head: Vec::new(), room, pending: Vec::new(), file: None, written: 0 }
    }

    /// Adds bytes.
    pub async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (head, rest) = bytes.split_at(bytes.len().min(self.room - self.head.len()));
        self.head.extend_from_slice(head);
        self.pending.extend_from_slice(rest);
        if self.pending.len() >= PIECE { self.flush().await } else { Ok(()) }
    }

    /// Ends writing. What is read before has a gap at its end.
    pub async fn finish(&mut self) -> io::Result<()> {
        let done = if self.pending.is_empty() { Ok(()) } else { self.flush().await };
        self.pending = Vec::new();
        done
    }

    async fn flush(&mut self) -> io::Result<()> {
        let mut piece = std::mem::take(&mut self.pending);
        let (at, length) = (self.written, piece.len());
        let file = match self.file.take() {
            Some(file) => file,
            None if at == 0 => Sealed::new()?,
            None => return Err(lost()),
        };
        let (file, mut piece) = blocking(move || {
            let mut file = file;
            file.write(at, &mut piece)?;
            Ok((file, piece))
        })
        .await?;
        self.written += length as u64;
        self.file = Some(file);
        piece.clear();
        self.pending = piece;
        Ok(())
    }

    /// How many bytes there are, of a spool that is finished.
    pub fn len(&self) -> u64 {
        self.head.len() as u64 + self.written
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from `at` on, `length` of them or as many as there are.
    pub async fn read(&mut self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.len().saturating_sub(at)).map_or(length, |left| left.min(length));
        let mut bytes = Vec::with_capacity(length);
        if let Some(head) = usize::try_from(at).ok().and_then(|at| self.head.get(at..)) {
            bytes.extend_from_slice(&head[..head.len().min(length)]);
        }
        if bytes.len() == length {
            return Ok(bytes);
        }
        let from = at + bytes.len() as u64 - self.head.len() as u64;
        let file = self.file.take().ok_or_else(lost)?;
        let (file, bytes) = blocking(move || {
            let mut file = file;
            let start = bytes.len();
            bytes.resize(length, 0);
            file.read(from, &mut bytes[start..])?;
            Ok((file, bytes))
        })
        .await?;
        self.file = Some(file);
        Ok(bytes)
    }
}

/// A nameless file whose content only the holder of this value can read.
struct Sealed {
    file: File,
    key: Key,
}

impl Sealed {
    fn new() -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        Ok(Self { file: tempfile::tempfile()?, key: key.into() })
    }

    /// Encrypts or decrypts what stands at an offset. The nonce is constant since the key is used once.
    fn apply(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut cipher = ChaCha20::new(&self.key, &[0; 12].into());
        cipher.try_seek(at).map_err(io::Error::other)?;
        cipher.try_apply_keystream(bytes).map_err(io::Error::other)
    }

    fn write(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.apply(at, bytes)?;
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)
    }

    fn read(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(bytes)?;
        self.apply(at, bytes)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn lost() -> io::Error {
    io::Error::other("the spool was given up in the middle of a write or read")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn spooled(room: usize, bytes: &[u8], chunk: usize) -> Spool {
        let mut spool = Spool::new(room);
        for chunk in bytes.chunks(chunk) {
            spool.append(chunk).await.unwrap();
        }
        spool.finish().await.unwrap();
        spool
    }

    fn text(length: usize) -> Vec<u8> {
        b"BSN 123456782 ".iter().copied().cycle().take(length).collect()
    }

    #[tokio::test]
    async fn what_is_read_is_what_was_written_wherever_it_lies() {
        let bytes = text(3 * PIECE + 77);
        for room in [0, 1000, PIECE, 4 * PIECE] {
            let mut spool = spooled(room, &bytes, 65_537).await;
            assert_eq!(spool.len(), bytes.len() as u64);
            for (at, length) in [(0, 10), (990, 20), (999, PIECE), (0, bytes.len()), (3 * PIECE, PIECE), (5, 0)] {
                let end = bytes.len().min(at + length);
                assert_eq!(spool.read(at as u64, length).await.unwrap(), bytes[at..end], "{room} {at} {length}");
            }
        }
    }

    #[tokio::test]
    async fn the_file_never_holds_what_was_written() {
        let bytes = text(2 * PIECE + 5);
        let mut spool = spooled(100, &bytes, 10_000).await;
        let file = &mut spool.file.as_mut().unwrap().file;
        let mut on_disk = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut on_disk).unwrap();
        assert_eq!(on_disk.len(), bytes.len() - 100);
        assert!(!on_disk.windows(9).any(|window| window == b"123456782"));
        let same = on_disk.iter().zip(&bytes[100..]).filter(|(sealed, plain)| sealed == plain).count();
        assert!(same < on_disk.len() / 100, "no more bytes are alike than by chance");
    }

    #[tokio::test]
    async fn a_small_file_never_reaches_the_disk() {
        assert!(spooled(PIECE, &text(PIECE), 999).await.file.is_none());
    }
}
