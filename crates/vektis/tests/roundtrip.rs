//! What is written is read back the same, both files and returns.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod support;

use support::*;
use vektis::{
    Message, Sign, aw320,
    aw320::{HeaderAnswer, LineAnswer, ReturnRecord},
    check::{Checked, Checker},
    codes::{Codes, ReturnCode},
    framing::{Frame, ReturnSplitter, Splitter},
    layout::{CommentFields, HeaderFields, InsuredFields, PerformanceFields, TrailerFields},
};

fn records(file: &[u8]) -> Vec<[u8; 310]> {
    let mut records = Vec::new();
    let mut splitter: Splitter = Splitter::new();
    splitter.feed(file, |frame| match frame {
        Frame::Record { bytes, .. } => records.push(*bytes),
        Frame::Fault { fault, .. } => panic!("{fault:?}"),
    });
    records
}

/// The fields of a record, written again.
fn rewrite(record: &[u8; 310]) -> [u8; 310] {
    use vektis::layout::{Comment, Header, Insured, Performance, Trailer};
    match &record[..2] {
        b"01" => HeaderFields::read(Header::new(record)).unwrap().write().unwrap(),
        b"02" => InsuredFields::read(Insured::new(record)).unwrap().write().unwrap(),
        b"04" => PerformanceFields::read(Performance::new(record)).unwrap().write().unwrap(),
        b"98" => CommentFields::read(Comment::new(record)).unwrap().write().unwrap(),
        _ => TrailerFields::read(Trailer::new(record)).unwrap().write().unwrap(),
    }
}

#[test]
fn read_then_write_gives_the_same_bytes() {
    for message in Message::ALL {
        for record in records(&good_file(message, 5)) {
            assert_eq!(rewrite(&record), record);
        }
    }
}

#[test]
fn write_then_read_gives_the_same_values() {
    use vektis::layout::{Insured, Performance};
    let insured = InsuredFields { detail_number: 7, ..insured(Message::LongTermCare, 0) };
    let bytes = insured.write().unwrap();
    assert_eq!(InsuredFields::read(Insured::new(&bytes)), Some(insured));
    assert_eq!(Insured::new(&bytes).initials(), "É");

    let line = line(Message::LongTermCare, 1, 3, Sign::Credit);
    let bytes = line.write().unwrap();
    let view = Performance::new(&bytes);
    assert_eq!(PerformanceFields::read(view), Some(line));
    assert_eq!(view.calculated_cents(), Some(-20_382));
    assert_eq!((view.tariff_cents(), view.quantity(), view.begin()), (Some(6794), Some(3), Some(day(2023, 2, 3))));
    assert_eq!(view.executor().unwrap().to_string(), "41410001");
    assert_eq!(view.product().as_ascii(), Some("H126"));
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let field = |line: PerformanceFields| line.write().unwrap_err().field;
    assert_eq!(field(PerformanceFields { product: "TOOLONG".into(), ..Default::default() }), "0417");
    assert_eq!(field(PerformanceFields { quantity: 10_000, ..Default::default() }), "0418");
    assert_eq!(field(PerformanceFields { tariff_cents: -1, ..Default::default() }), "0425");
    assert_eq!(field(PerformanceFields { reference: "€".into(), ..Default::default() }), "0431");
}

/// The return on a file, in which the third line is granted in part and every refused one gets nothing.
fn answer(file: &[u8]) -> Vec<u8> {
    let (mut out, mut findings, mut granted, mut lines) = (Vec::new(), Vec::new(), 0, 0);
    let mut checker = Checker::new(today());
    let mut splitter: Splitter = Splitter::new();
    let fine = Codes::one(ReturnCode::NO_REMARK);
    let or_fine = |codes: Codes| if codes.is_empty() { fine } else { codes };
    splitter.feed(file, |frame| match checker.check(&frame, &mut findings) {
        Checked::Header(header) => {
            let answer = HeaderAnswer { insurer_reference: "ZK-1".into(), return_date: today(), codes: fine };
            aw320::write_header(&mut out, header, &answer).unwrap();
        }
        Checked::Insured(insured, codes) => aw320::write_insured(&mut out, insured, or_fine(codes)),
        Checked::Performance(line, codes) => {
            lines += 1;
            let answer = match (codes.is_empty(), lines) {
                (false, _) => LineAnswer::refused(codes),
                (true, 3) => LineAnswer::partly(500, 400, Codes::one(ReturnCode::parse("8059").unwrap())),
                (true, _) => LineAnswer::granted(line),
            };
            granted += answer.granted_cents;
            aw320::write_performance(&mut out, line, answer).unwrap();
        }
        Checked::Comment(comment, codes) => aw320::write_comment(&mut out, comment, or_fine(codes)),
        Checked::Trailer(trailer) => {
            aw320::write_trailer(&mut out, trailer, trailer.total_cents().unwrap(), granted).unwrap();
        }
        Checked::Unreadable => panic!("unreadable"),
    });
    out
}

#[test]
fn a_return_is_read_back_and_written_again_byte_for_byte() {
    let mut file = good_file(Message::LongTermCare, 3);
    let at = middle_line(&file);
    put(&mut file, at, 24, "0000");
    let out = answer(&file);
    assert_eq!(out.len() / 372, file.len() / 312);
    let (mut again, mut granted, mut total) = (Vec::new(), 0, None);
    let mut splitter = ReturnSplitter::new();
    splitter.feed(&out, |frame| {
        let Frame::Record { bytes, .. } = frame else { panic!("{frame:?}") };
        match ReturnRecord::read(bytes).unwrap() {
            ReturnRecord::Header(header) => {
                assert_eq!(header.sent().message_code(), Some(187), "the message code stays as it was sent");
                aw320::write_header(&mut again, header.sent(), &header.answer().unwrap()).unwrap();
            }
            ReturnRecord::Insured(insured) => {
                assert!(insured.codes().contains(ReturnCode::NO_REMARK));
                aw320::write_insured(&mut again, insured.sent(), insured.codes());
            }
            ReturnRecord::Performance(line) => {
                granted += line.granted_cents().unwrap();
                aw320::write_performance(&mut again, line.sent(), line.answer().unwrap()).unwrap();
            }
            ReturnRecord::Comment(comment) => {
                aw320::write_comment(&mut again, comment.sent(), comment.codes());
            }
            ReturnRecord::Trailer(trailer) => {
                total = trailer.granted_cents();
                let submitted = trailer.submitted_cents().unwrap();
                aw320::write_trailer(&mut again, trailer.sent(), submitted, trailer.granted_cents().unwrap()).unwrap();
            }
        }
    });
    assert_eq!(again, out);
    assert_eq!(total, Some(granted));
    for (sent, returned) in file.chunks(312).zip(out.chunks(372)) {
        let same = if sent.starts_with(b"99") { 45 } else { 310 };
        assert_eq!(sent[..same], returned[..same]);
    }
    // line in the middle: 0423 and nothing granted
    assert_eq!(&out[at * 372 + 310..at * 372 + 340], b"00000000D00000000D0423        ");
}

fn rejected(file: &[u8]) -> Vec<u8> {
    let seen = see([file]);
    let mut out = Vec::new();
    aw320::write_rejected(&mut out, &seen.summary, "ZK-2", today()).unwrap();
    assert_eq!(out.len(), 2 * 372);
    out
}

#[test]
fn the_return_of_a_rejected_file_has_header_and_trailer_only() {
    let mut file = good_file(Message::HomeCare, 2);
    let trailer = file.len() / FULL - 1;
    add(&mut file, trailer, 15, 6, 1);
    let out = rejected(&file);
    assert_eq!(out[..310], file[..310]);
    assert_eq!(&out[310..370], b"ZK-2                    2023060100010158                    ");
    assert_eq!(&out[372..372 + 45], &file[trailer * FULL..trailer * FULL + 45]);
    assert_eq!(&out[372 + 45..372 + 57], b"00000000000D");
}

#[test]
fn a_rejected_file_without_readable_header_or_trailer_gets_neutral_ones() {
    let mut file = good_file(Message::HomeCare, 2);
    file.remove(100);
    file.truncate(file.len() - 5);
    let out = rejected(&file);
    assert_eq!(&out[..10], b"010000104 ");
    assert_eq!(&out[342..354], b"000108048095");
    assert!(out[372..].starts_with(b"99000002000000000006000004"));
    assert_eq!(rejected(b"")[342..350], *b"00010002");
    assert_eq!(rejected(&b"garbage".repeat(1000))[342..350], *b"00018095");
}
