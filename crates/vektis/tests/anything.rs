//! Whatever the bytes and however they arrive: no panic, and the same records and findings.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod support;

use proptest::prelude::*;
use support::*;
use vektis::{Message, aw320, framing::ReturnSplitter};

/// Cuts a file at the given places.
fn chunks<'f>(file: &'f [u8], cuts: &[usize]) -> Vec<&'f [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (file.len() + 1)).collect();
    cuts.sort_unstable();
    let mut chunks = Vec::new();
    let mut start = 0;
    for cut in cuts {
        chunks.push(&file[start..cut]);
        start = cut;
    }
    chunks.push(&file[start..]);
    chunks
}

/// Bytes in which line ends and records are likely.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        (0_usize..700).prop_map(|length| vec![b'0'; length]),
        Just(vec![b' '; 310]),
        (0_usize..9).prop_map(|at| good_file(Message::LongTermCare, 1)[at % 7 * FULL..][..FULL].to_vec()),
        prop::collection::vec(any::<u8>(), 0..400),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Looks at everything, so that nothing is left that could panic.
fn survive(file: &[u8]) {
    let seen = see([file]);
    let mut out = Vec::new();
    aw320::write_rejected(&mut out, &seen.summary, "R", today()).unwrap();
    assert_eq!(out.len(), 744);
    ReturnSplitter::new().feed(file, |_| {});
}

proptest! {
    #[test]
    fn any_bytes_are_survived(file in pieces()) {
        survive(&file);
    }

    #[test]
    fn chunks_make_no_difference(file in pieces(), cuts in prop::collection::vec(any::<usize>(), 0..20)) {
        prop_assert_eq!(see(chunks(&file, &cuts)), see([file.as_slice()]));
    }

    #[test]
    fn byte_by_byte_makes_no_difference(file in pieces()) {
        prop_assert_eq!(see(file.chunks(1)), see([file.as_slice()]));
    }

    #[test]
    fn one_changed_byte_is_survived(at in any::<usize>(), byte in any::<u8>(), cuts in prop::collection::vec(any::<usize>(), 0..5)) {
        let mut file = good_file(Message::LongTermCare, 3);
        let at = at % file.len();
        file[at] = byte;
        survive(&file);
        prop_assert_eq!(see(chunks(&file, &cuts)), see([file.as_slice()]));
    }

    #[test]
    fn one_byte_more_or_less_rejects_the_file(at in any::<usize>(), byte in b'0'..=b'9', more in any::<bool>()) {
        let mut file = good_file(Message::HomeCare, 3);
        let at = at % file.len();
        if more { file.insert(at, byte) } else { let _ = file.remove(at); }
        prop_assert!(see([file.as_slice()]).summary.is_rejected());
    }
}

#[test]
fn accessors_survive_any_byte() {
    use vektis::layout::*;
    for byte in 0..=255 {
        let record = [byte; RECORD];
        let _ = HeaderFields::read(Header::new(&record));
        let _ = InsuredFields::read(Insured::new(&record));
        let _ = PerformanceFields::read(Performance::new(&record));
        let _ = CommentFields::read(Comment::new(&record));
        let _ = TrailerFields::read(Trailer::new(&record));
        let _ = (Header::new(&record).payee_code(), Performance::new(&record).claimed_cents());
        let record = [byte; RETURN_RECORD];
        let _ = (ReturnHeader::new(&record).answer(), ReturnPerformance::new(&record).answer());
        let _ = ReturnTrailer::new(&record).submitted_cents();
    }
}
