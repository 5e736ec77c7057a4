//! One test per way in which a claim file can be wrong.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::*;
use vektis::{Message, framing::Frame, layout::Performance};

#[test]
fn total() {
    expect(
        "total",
        |file| {
            let at = last(file);
            add(file, at, 34, 11, 1)
        },
        Expect::Rejected("0150"),
    );
}

#[test]
fn count99() {
    expect(
        "count99",
        |file| {
            let at = last(file);
            add(file, at, 15, 6, 1)
        },
        Expect::Rejected("0158"),
    );
}

#[test]
fn length() {
    let cut = |file: &mut Vec<u8>| {
        let at = middle_line(file) * FULL + 309;
        file.remove(at);
    };
    expect("length", cut, Expect::Rejected("0804"));
    let mut file = good_file(Message::LongTermCare, 4);
    cut(&mut file);
    let seen = see([file.as_slice()]);
    assert_eq!(seen.codes(), ["0804"], "what follows from the short record is not reported again");
    assert!(seen.summary.trailer.is_some(), "the splitter finds the next record");
}

#[test]
fn nocrlf() {
    let cut = |file: &mut Vec<u8>| file.truncate(file.len() - 2);
    expect("nocrlf", cut, Expect::Rejected("8095"));
    let mut file = good_file(Message::LongTermCare, 1);
    cut(&mut file);
    let seen = see([file.as_slice()]);
    assert_eq!(seen.codes(), ["8095"]);
    assert!(seen.summary.trailer.is_some(), "the record itself is there");
}

#[test]
fn nocrlf_in_the_middle() {
    let cut = |file: &mut Vec<u8>| {
        let at = middle_line(file) * FULL + 310;
        file.drain(at..at + 2);
    };
    expect("nocrlf in the middle", cut, Expect::Rejected("8095"));
}

#[test]
fn blank() {
    let put = |file: &mut Vec<u8>| {
        let at = middle_line(file) * FULL;
        file.splice(at..at, *b"\r\n");
    };
    expect("blank", put, Expect::Rejected("8095"));
    let mut file = good_file(Message::LongTermCare, 4);
    put(&mut file);
    assert_eq!(see([file.as_slice()]).codes(), ["8095"]);
}

#[test]
fn order() {
    let swap = |file: &mut Vec<u8>| {
        let line = middle_line(file) * FULL;
        for offset in 0..FULL {
            file.swap(FULL + offset, line + offset);
        }
    };
    expect("order", swap, Expect::Rejected("0002"));
}

#[test]
fn bsn() {
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 15, "123456789")
    };
    expect("bsn", wrong, Expect::Line("0435", "0403"));
}

#[test]
fn uzovi() {
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 24, "0000")
    };
    expect("uzovi", wrong, Expect::Line("0423", "0404"));
}

#[test]
fn tariff() {
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        add(file, at, 165, 8, 1)
    };
    expect("tariff", wrong, Expect::Line("0611", "0425"));
}

#[test]
fn amount() {
    // tariff times quantity and the claimed amount agree, so it is the calculated amount that is wrong
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        add(file, at, 173, 8, 100)
    };
    expect("amount", wrong, Expect::Line("8032", "0426"));
}

#[test]
fn date() {
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 106, "20230231")
    };
    expect("date", wrong, Expect::Line("8007", "0414"));
}

#[test]
fn future() {
    // a day that is still to come is wrong whatever the invoice says: 8007, not 8177
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 106, "2099123120991231")
    };
    expect("future", wrong, Expect::Line("8007", "0414"));
}

#[test]
fn after_the_invoice() {
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 106, "2023031120230312")
    };
    expect("begin after the invoice", wrong, Expect::Line("8177", "0414"));
    let wrong = |file: &mut Vec<u8>| {
        let at = middle_line(file);
        put(file, at, 114, "20230312")
    };
    expect("end after the invoice", wrong, Expect::Line("8178", "0415"));
}

#[test]
fn references_can_be_compared_by_who_has_the_earlier_ones() {
    // a double reference and a credit without debit are right in themselves
    let mut file = good_file(Message::LongTermCare, 4);
    let at = middle_line(&file);
    put(&mut file, at, 195, "R000000             ");
    assert_eq!(see([file.as_slice()]).findings, []);
    let mut references = Vec::new();
    let mut splitter: vektis::framing::Splitter = vektis::framing::Splitter::new();
    splitter.feed(&file, |frame| {
        if let Frame::Record { bytes, .. } = frame
            && bytes.starts_with(b"04")
        {
            let line = Performance::new(bytes);
            references.push((line.reference().to_string(), line.previous_reference().to_string()));
        }
    });
    assert_eq!(references.iter().filter(|(own, _)| own == "R000000").count(), 2);
    assert_eq!(references.last().unwrap().1, "R000000");
}

#[test]
fn order_of_records() {
    let good = good_file(Message::HomeCare, 2);
    let records: Vec<&[u8]> = good.chunks(FULL).collect();
    let n = records.len();
    let without = |skip: usize| -> Vec<u8> {
        records.iter().enumerate().filter(|(at, _)| *at != skip).flat_map(|(_, record)| record.to_vec()).collect()
    };
    for (name, file) in [
        ("empty", Vec::new()),
        ("no header", without(0)),
        ("no trailer", without(n - 1)),
        ("header only", records[0].to_vec()),
        ("two headers", [records[0], &good].concat()),
        ("two trailers", [&good, records[n - 1]].concat()),
        ("something after the trailer", [&good, records[1]].concat()),
        ("no insured", [records[0], records[n - 1]].concat()),
        ("insured without lines", [records[0], records[1], records[n - 1]].concat()),
        ("comment after the header", [records[0], records[4]].concat()),
    ] {
        let seen = see([file.as_slice()]);
        assert!(seen.codes().contains(&"0002".to_owned()), "{name} {:?}", seen.codes());
        assert!(seen.summary.is_rejected(), "{name}");
    }
    let mut unknown = good.clone();
    put(&mut unknown, 3, 1, "03");
    assert_eq!(see([unknown.as_slice()]).codes()[0], "0002");
}

#[test]
fn numbers_of_detail_records_follow_each_other() {
    let mut file = good_file(Message::HomeCare, 2);
    put(&mut file, 2, 3, "000000000007");
    let seen = see([file.as_slice()]);
    assert_eq!(seen.fields()[0], ("0801".to_owned(), Some("0402")));
    assert!(seen.summary.is_rejected());
}

#[test]
fn a_broken_file_gives_a_bounded_number_of_findings() {
    let seen = see([b"\r\n".repeat(10_000).as_slice()]);
    assert_eq!(seen.findings.len(), 100);
}
