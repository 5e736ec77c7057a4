//! Each field, wrong: the code that is given and the field that is named.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::*;
use vektis::Message;

#[test]
fn fields_of_a_line() {
    for (position, text, code, field) in [
        (43, "X", "0550", "0406"),
        (58, "2", "8031", "0407"),
        (28, "X", "0300", "0405"),
        (63, "X", "8072", "0409"),
        (83, "x", "8072", "0410"),
        (106, "20121231", "8007", "0414"),
        (114, "20230202", "8007", "0415"),
        (122, "999", "0581", "0416"),
        (125, "     ", "0582", "0417"),
        (134, "05", "0638", "0419"),
        (136, "00000000", "8011", "0420"),
        (144, "0001", "8011", "0421"),
        (148, "01000000", "8014", "0422"),
        (156, "0001", "8014", "0423"),
        (160, "00001", "5803", "0424"),
        (165, "x", "0611", "0425"),
        (181, "X", "0631", "0427"),
        (182, "0001", "8016", "0428"),
        (195, "                    ", "8021", "0431"),
        (235, "X", "0003", "0480"),
        (235, "\u{7}", "0003", "0480"),
    ] {
        let wrong = |file: &mut Vec<u8>| {
            let at = middle_line(file);
            put(file, at, position, text)
        };
        expect(field, wrong, Expect::Line(code, field));
    }
}

#[test]
fn signs_that_differ_and_credit_without_reference() {
    for message in Message::ALL {
        let mut file = good_file(message, 4);
        let at = middle_line(&file);
        put(&mut file, at, 181, "C");
        assert_eq!(see([file.as_slice()]).fields(), [("8064".to_owned(), Some("0430"))]);
        put(&mut file, at, 194, "C");
        put(&mut file, at, 215, &" ".repeat(20));
        // the total no longer fits either, which is told last
        assert_eq!(see([file.as_slice()]).codes(), ["0651", "0150"]);
    }
}

#[test]
fn claimed_more_than_calculated() {
    let mut file = good_file(Message::LongTermCare, 4);
    let (at, trailer) = (middle_line(&file), last(&file));
    add(&mut file, at, 186, 8, 1);
    let more = file[at * FULL + 193] == b'D';
    let debit = file[trailer * FULL + 44] == b'D';
    if more == debit {
        add(&mut file, trailer, 34, 11, 1);
        assert_eq!(see([file.as_slice()]).fields(), [("8063".to_owned(), Some("0429"))]);
    }
}

#[test]
fn fields_of_the_insured_refuse_all_lines() {
    for (position, text, code, field) in [
        (15, "123456789", "0435", "0203"),
        (24, "0000", "0423", "0204"),
        (54, "20230601", "0350", "0207"),
        (54, "19400231", "0350", "0207"),
        (62, "0", "0351", "0208"),
        (63, "2", "0317", "0209"),
        (64, "                         ", "0312", "0210"),
        (99, "1", "8072", "0212"),
        (99, "2", "8072", "0213"),
        (135, "A.", "0310", "0215"),
        (141, "5", "0397", "0216"),
        (142, "0511AB", "8072", "0217"),
        (142, "      ", "0316", "0221"),
        (157, "x", "0406", "0219"),
        (181, "3", "8030", "0223"),
        (206, "x", "0003", "0280"),
    ] {
        let mut file = good_file(Message::HomeCare, 1);
        put(&mut file, 1, position, text);
        if position < 43 {
            // lines that repeat the fault are refused for that of the insured
            for record in 2..last(&file) {
                if file[record * FULL..].starts_with(b"04") {
                    put(&mut file, record, position, text);
                }
            }
        }
        let seen = see([file.as_slice()]);
        assert!(!seen.summary.is_rejected(), "{field} {:?}", seen.findings);
        assert_eq!(seen.fields()[0], (code.to_owned(), Some(field)));
        assert_eq!(seen.refused().len(), 3, "{field}");
        assert!(seen.refused().iter().all(|codes| codes.iter().next().unwrap().to_string() == code));
        assert_eq!(seen.findings.len(), 4, "{field}");
    }
}

#[test]
fn fields_of_the_header() {
    for (position, text, code) in [
        (3, "188", "0010"),
        (3, "999", "0010"),
        (6, "02", "0011"),
        (8, "03", "8027"),
        (10, "X", "8028"),
        (27, "0000", "0018"),
        (31, "41410001", "0013"),
        (39, "41410001", "0014"),
        (47, "41410001", "0014"),
        (55, "00000000", "0017"),
        (63, "05", "8029"),
        (63, "03", "0016"),
        (65, "20230230", "0020"),
        (65, "20230602", "0020"),
        (73, "20230131", "0021"),
        (81, "            ", "0030"),
        (93, "00000000", "0025"),
        (93, "20230602", "0025"),
        (101, "NL123456789X01", "0001"),
        (115, "USD", "0031"),
        (200, "x", "0003"),
    ] {
        let mut file = good_file(Message::HomeCare, 1);
        put(&mut file, 0, position, text);
        let seen = see([file.as_slice()]);
        assert_eq!(seen.codes().first().map(String::as_str), Some(code), "position {position} {text}");
        assert!(seen.summary.is_rejected());
    }
}

#[test]
fn fields_of_comments_and_trailer() {
    for (position, text, code) in [(3, "000000000009", "0801"), (15, "0002", "0754"), (19, &*" ".repeat(140), "0755")] {
        let mut file = good_file(Message::HomeCare, 1);
        assert!(file[4 * FULL..].starts_with(b"98"));
        put(&mut file, 4, position, text);
        assert_eq!(see([file.as_slice()]).codes(), [code]);
    }
    for (position, code) in [(8, "0151"), (14, "0157"), (20, "0158"), (26, "0153"), (33, "0156"), (44, "0150")] {
        let mut file = good_file(Message::HomeCare, 1);
        let trailer = last(&file);
        put(&mut file, trailer, position, "9");
        assert_eq!(see([file.as_slice()]).codes(), [code]);
    }
}
