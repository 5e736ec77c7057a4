//! Finds the records in a stream of bytes that arrives in chunks of any size.
//!
//! Every record has the same length and ends in CR LF, so the next one is where it should be and its
//! end is the only thing to look at. Only when it isn't there, the splitter searches for the next line
//! feed and goes on behind it. What it finds doesn't depend on where the chunks end.

use memchr::memchr;

use crate::layout::{RECORD, RETURN_RECORD};

/// Where a record stands in its file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Place {
    /// Number of the record or what is in its place, counted from 1.
    pub record_number: u64,
    /// Offset of its first byte in the file, counted from 0.
    pub offset: u64,
}

/// What is wrong with the frame of a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FrameFault {
    /// The record doesn't have the length of the standard (0804).
    WrongLength {
        /// The length it has, in bytes, CR LF not included.
        found: u64,
    },
    /// CR LF without a record before it (8095).
    NoRecord,
    /// A record without CR LF after it (8095), in the middle or at the end of the file.
    NoCrLf,
}

/// A piece of the file: a record of the right length, or a fault.
#[derive(Clone, Copy, Debug)]
pub enum Frame<'a, const WIDTH: usize = RECORD> {
    /// A record, without its CR LF.
    Record {
        /// Where it stands.
        place: Place,
        /// Its bytes.
        bytes: &'a [u8; WIDTH],
    },
    /// Something that isn't a record.
    Fault {
        /// Where it stands.
        place: Place,
        /// What is wrong.
        fault: FrameFault,
    },
}

/// Splitter of AW320 files.
pub type ReturnSplitter = Splitter<RETURN_RECORD>;

/// Splits a stream into records of `WIDTH` bytes, 310 for AW319 and 370 for AW320.
///
/// Records that lie within a chunk are passed on without copying; the one that lies across the border of
/// two chunks is put together in a buffer of one record.
#[derive(Clone, Debug)]
pub struct Splitter<const WIDTH: usize = RECORD> {
    carry: [u8; RETURN_RECORD + 2],
    carried: usize,
    /// Set while looking for the end of something longer than a record.
    overlong: Option<Overlong>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
struct Overlong {
    length: u64,
    ends_in_cr: bool,
}

impl<const WIDTH: usize> Default for Splitter<WIDTH> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const WIDTH: usize> Splitter<WIDTH> {
    /// A record and its CR LF.
    const FULL: usize = {
        assert!(WIDTH > 0 && WIDTH <= RETURN_RECORD);
        WIDTH + 2
    };

    /// A splitter at the start of a file.
    #[must_use]
    pub const fn new() -> Self {
        Self { carry: [0; RETURN_RECORD + 2], carried: 0, overlong: None, place: Place { record_number: 1, offset: 0 } }
    }

    /// Takes the next chunk and passes on the records and faults that are complete.
    pub fn feed(&mut self, chunk: &[u8], mut sink: impl FnMut(Frame<'_, WIDTH>)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            if let Some(overlong) = self.overlong {
                rest = self.skip(overlong, rest, &mut sink);
            } else if self.carried > 0 {
                rest = self.fill(rest, &mut sink);
            } else {
                rest = self.direct(rest, &mut sink);
            }
        }
    }

    /// Ends the file and passes on what is left of it.
    pub fn finish(mut self, mut sink: impl FnMut(Frame<'_, WIDTH>)) {
        if self.overlong.is_some() {
            sink(Frame::Fault { place: self.place, fault: FrameFault::NoCrLf });
        }
        let carry = self.carry;
        let mut rest = &carry[..self.carried];
        while !rest.is_empty() {
            let length = self.broken(rest, &mut sink);
            if length > 0 {
                rest = &rest[length..];
                continue;
            }
            sink(Frame::Fault { place: self.place, fault: FrameFault::NoCrLf });
            // the record itself is there, only its end is missing
            if let Some(bytes) = rest.first_chunk::<WIDTH>() {
                sink(Frame::Record { place: self.place, bytes });
            }
            return;
        }
    }

    /// The record at the start of a window, if its CR LF is where it should be.
    #[inline]
    fn whole(window: &[u8]) -> Option<&[u8; WIDTH]> {
        let ended = window[WIDTH] == b'\r' && window[WIDTH + 1] == b'\n';
        // blank lines in a row can be as long as a record
        if ended && !window.starts_with(b"\r\n") { window.first_chunk::<WIDTH>() } else { None }
    }

    /// Passes on records straight from the chunk; what is left of it may go into the carry.
    #[inline]
    fn direct<'c>(&mut self, chunk: &'c [u8], sink: &mut impl FnMut(Frame<'_, WIDTH>)) -> &'c [u8] {
        let mut rest = chunk;
        while rest.len() >= Self::FULL {
            if let Some(bytes) = Self::whole(rest) {
                sink(Frame::Record { place: self.place, bytes });
                self.advance(Self::FULL);
                rest = &rest[Self::FULL..];
                continue;
            }
            let length = self.broken(&rest[..Self::FULL], sink);
            if length == 0 {
                self.start_overlong(rest[Self::FULL - 1]);
                return &rest[Self::FULL..];
            }
            rest = &rest[length..];
        }
        self.carry[..rest.len()].copy_from_slice(rest);
        self.carried = rest.len();
        &[]
    }

    /// Fills the carry up to a record and passes on what is in it.
    fn fill<'c>(&mut self, chunk: &'c [u8], sink: &mut impl FnMut(Frame<'_, WIDTH>)) -> &'c [u8] {
        let wanted = (Self::FULL - self.carried).min(chunk.len());
        let (head, rest) = chunk.split_at(wanted);
        self.carry[self.carried..self.carried + wanted].copy_from_slice(head);
        self.carried += wanted;
        if self.carried < Self::FULL {
            return rest;
        }
        let carry = self.carry;
        if let Some(bytes) = Self::whole(&carry) {
            sink(Frame::Record { place: self.place, bytes });
            self.advance(Self::FULL);
            self.carried = 0;
            return rest;
        }
        let length = self.broken(&carry[..Self::FULL], sink);
        if length == 0 {
            self.start_overlong(carry[Self::FULL - 1]);
            self.carried = 0;
        } else {
            self.carry.copy_within(length..Self::FULL, 0);
            self.carried = Self::FULL - length;
        }
        rest
    }

    /// Judges a window in which no record ends where it should. Gives the bytes it takes, 0 if there is
    /// no line feed in it.
    #[cold]
    fn broken(&mut self, window: &[u8], sink: &mut impl FnMut(Frame<'_, WIDTH>)) -> usize {
        let Some(line_feed) = memchr(b'\n', window) else {
            return 0;
        };
        let fault = match line_feed.checked_sub(1).map(|before| window[before]) {
            Some(b'\r') if line_feed == 1 => FrameFault::NoRecord,
            Some(b'\r') => FrameFault::WrongLength { found: line_feed as u64 - 1 },
            _ => FrameFault::NoCrLf,
        };
        sink(Frame::Fault { place: self.place, fault });
        self.advance(line_feed + 1);
        line_feed + 1
    }

    #[cold]
    fn start_overlong(&mut self, last: u8) {
        self.overlong = Some(Overlong { length: Self::FULL as u64, ends_in_cr: last == b'\r' });
    }

    /// Looks for the end of something longer than a record.
    #[cold]
    fn skip<'c>(&mut self, overlong: Overlong, chunk: &'c [u8], sink: &mut impl FnMut(Frame<'_, WIDTH>)) -> &'c [u8] {
        let Some(line_feed) = memchr(b'\n', chunk) else {
            let ends_in_cr = chunk.last().map_or(overlong.ends_in_cr, |last| *last == b'\r');
            self.overlong = Some(Overlong { length: overlong.length + chunk.len() as u64, ends_in_cr });
            return &[];
        };
        let after_cr = line_feed.checked_sub(1).map_or(overlong.ends_in_cr, |before| chunk[before] == b'\r');
        let taken = overlong.length + line_feed as u64 + 1;
        let found = taken - 2;
        // whole records behind each other: it is the CR LF between them that is missing
        let fault = if !after_cr || found.is_multiple_of(WIDTH as u64) {
            FrameFault::NoCrLf
        } else {
            FrameFault::WrongLength { found }
        };
        sink(Frame::Fault { place: self.place, fault });
        self.place.record_number += 1;
        self.place.offset += taken;
        self.overlong = None;
        &chunk[line_feed + 1..]
    }

    #[inline]
    fn advance(&mut self, length: usize) {
        self.place.record_number += 1;
        self.place.offset += length as u64;
    }
}
