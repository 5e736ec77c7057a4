//! Tests of the identifiers through their public face.

use identifiers::{
    Agb, Bsn, IdentifierError, Kvk, KvkBranch, Postcode, Pseudonym, PseudonymKey, PseudonymKeys, Region, Uzovi,
};
use proptest::prelude::*;

#[test]
fn bsn_passes_the_eleven_test_or_is_refused() {
    assert_eq!(&Bsn::parse("123456782").unwrap().digits(), b"123456782");
    assert!(matches!(Bsn::parse("123456789"), Err(IdentifierError::Rule { .. })));
    assert!(matches!(Bsn::parse("000000000"), Err(IdentifierError::Rule { .. })));
    assert!(matches!(Bsn::parse("12345678"), Err(IdentifierError::Length { found: 8, .. })));
    assert!(matches!(Bsn::parse("12345678x"), Err(IdentifierError::Character { position: 9, .. })));
    assert!(Bsn::parse("999999999").unwrap().is_none());
    assert!(!Bsn::parse("123456782").unwrap().is_none());
}

#[test]
fn bsn_and_key_show_nothing_in_debug() {
    assert_eq!(format!("{:?}", Bsn::parse("123456782").unwrap()), "Bsn(…)");
    assert_eq!(format!("{:?}", PseudonymKey::new(b"secret", "claims")), "PseudonymKey(…)");
    assert!(!format!("{}", Bsn::parse("123456789").unwrap_err()).contains("123456789"));
}

#[test]
fn agb_has_a_kind_and_a_number() {
    let agb = Agb::parse("01234567").unwrap();
    assert_eq!((agb.kind(), agb.to_string().as_str()), (1, "01234567"));
    assert!(Agb::parse("98000001").unwrap().is_service_bureau());
    assert!(Agb::parse("00123456").is_err());
    assert!(Agb::parse("41000000").is_err());
    assert_eq!(serde_json::to_string(&agb).unwrap(), "\"01234567\"");
    assert_eq!(serde_json::from_str::<Agb>("\"01234567\"").unwrap(), agb);
    assert!(serde_json::from_str::<Agb>("\"1234567\"").is_err());
}

#[test]
fn postcode_rules() {
    assert_eq!(Postcode::parse("6511AB").unwrap().to_string(), "6511AB");
    for wrong in ["0511AB", "6511SS", "6511SA", "6511SD", "6511ab", "6511 AB", "65A1AB"] {
        assert!(Postcode::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn regions_are_those_of_the_list() {
    assert_eq!(Region::list().len(), 31);
    let info = Region::parse("5508").unwrap().info().unwrap();
    assert_eq!((info.name, info.holder, info.unsure), ("Nijmegen", "VGZ", false));
    assert_eq!(Region::list().iter().filter(|info| info.unsure).count(), 2);
    assert!(Region::parse("5522").is_err());
    assert!(Region::parse("0363").is_err());
}

#[test]
fn kvk_and_uzovi() {
    assert_eq!(Kvk::parse("01234567").unwrap().to_string(), "01234567");
    assert_eq!(KvkBranch::parse("000012345678").unwrap().to_string(), "000012345678");
    assert!(Kvk::parse("00000000").is_err());
    assert!(Uzovi::parse("0000").is_err());
    assert_eq!(Uzovi::parse("0101").unwrap().to_string(), "0101");
}

#[test]
fn pseudonym_is_the_truncated_hmac() {
    // computed with another implementation of HMAC-SHA-256
    let key = PseudonymKey::new(b"master", "claims");
    let pseudonym = key.pseudonym(&Bsn::parse("123456782").unwrap());
    assert_eq!(pseudonym.to_string(), "dr0WiGTwvjAnT5KuUunPew");
    let long = PseudonymKey::new(&[7; 100], "claims").pseudonym(&Bsn::parse("123456782").unwrap());
    assert_eq!(long.to_string(), "s-T3qnE9fG9zSPt_i6IgUw");
    assert_ne!(PseudonymKey::new(b"master", "budget").pseudonym(&Bsn::parse("123456782").unwrap()), pseudonym);
}

/// Nine digits of which the last is made to fit the eleven test.
fn any_bsn() -> impl Strategy<Value = String> {
    (10_000_000_u32..=99_999_999).prop_filter_map("remainder 10 has no digit", |front| {
        let text = front.to_string();
        let sum: u32 = text.bytes().zip((2..=9).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        (sum % 11 < 10).then(|| format!("{text}{}", sum % 11))
    })
}

proptest! {
    #[test]
    fn nothing_panics_and_display_parses_back(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        let _ = Bsn::parse_bytes(&bytes);
        macro_rules! check { ($($kind:ty),*) => { $(
            if let Ok(value) = <$kind>::parse_bytes(&bytes) {
                let text = value.to_string();
                prop_assert_eq!(text.as_bytes(), bytes.as_slice());
            }
        )* } }
        check!(Agb, Kvk, KvkBranch, Uzovi, Region, Postcode, Pseudonym);
    }

    #[test]
    fn digits_parse_back(number in 0_u32..100_000_000, branch in 1_u64..1_000_000_000_000) {
        let text = format!("{number:08}");
        if let Ok(agb) = Agb::parse(&text) {
            prop_assert_eq!(agb.to_string(), text.clone());
            prop_assert_eq!(Agb::from_number(agb.number()).unwrap(), agb);
        }
        if let Ok(kvk) = text.parse::<Kvk>() {
            prop_assert_eq!(kvk.to_string(), text);
        }
        let text = format!("{branch:012}");
        prop_assert_eq!(KvkBranch::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn valid_bsn_parses_and_one_wrong_digit_is_seen(text in any_bsn(), at in 0_usize..9, add in 1_u8..10) {
        let bsn = Bsn::parse(&text).unwrap();
        let digits = bsn.digits();
        prop_assert_eq!(digits.as_slice(), text.as_bytes());
        let mut wrong = text.into_bytes();
        wrong[at] = b'0' + (wrong[at] - b'0' + add) % 10;
        prop_assert!(Bsn::parse_bytes(&wrong).is_err() || wrong == b"999999999");
    }

    #[test]
    fn pseudonyms_parse_back_and_tell_persons_apart(left in any_bsn(), right in any_bsn()) {
        let key = PseudonymKey::new(b"master", "claims");
        let (a, b) = (Bsn::parse(&left).unwrap(), Bsn::parse(&right).unwrap());
        let pseudonym = key.pseudonym(&a);
        prop_assert_eq!(Pseudonym::parse(&pseudonym.to_string()).unwrap(), pseudonym);
        prop_assert_eq!(a == b, pseudonym == key.pseudonym(&b));
    }

    #[test]
    fn pseudonyms_of_different_versions_and_purposes_differ(
        text in any_bsn(),
        masters in proptest::collection::btree_set(any::<[u8; 32]>(), 2..5),
    ) {
        let bsn = Bsn::parse(&text).unwrap();
        let hex = |key: &[u8; 32]| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let lines: String = masters.iter().zip(1..).map(|(key, version)| format!("{version} {}\n", hex(key))).collect();
        let all = |purpose| {
            let keys = PseudonymKeys::parse(&lines, purpose).unwrap();
            std::iter::once(keys.pseudonym(&bsn)).chain(keys.earlier(&bsn)).collect::<Vec<_>>()
        };
        let pseudonyms: Vec<Pseudonym> = all("client").into_iter().chain(all("nurse")).collect();
        let different: std::collections::BTreeSet<_> = pseudonyms.iter().copied().collect();
        prop_assert_eq!(different.len(), 2 * masters.len());
        // Each version makes what it alone would make, and the last one is the newest.
        let alone = masters.iter().rev().map(|key| PseudonymKey::new(key, "client").pseudonym(&bsn));
        prop_assert!(alone.eq(all("client")));
    }
}

#[test]
fn faults_of_a_key_file_name_the_line_and_not_the_key() {
    let (one, two) = ("ab".repeat(32), "cd".repeat(32));
    let keys = PseudonymKeys::parse(&format!("# keys\n2 {two} # now\n\n1 {one}\n"), "client").unwrap();
    assert_eq!((keys.newest_version(), keys.has_earlier()), (2, true));
    assert_eq!(format!("{keys:?}"), "PseudonymKeys { newest: 2, earlier: 1, .. }");
    assert!(!PseudonymKeys::parse(&format!("7 {one}"), "client").unwrap().has_earlier());
    for (text, problem) in [
        (format!("1 {one}\n2 abcd"), "line 2: expected a version from 1 and 64 hexadecimal digits"),
        (format!("0 {one}"), "line 1: expected a version from 1 and 64 hexadecimal digits"),
        (one.clone(), "line 1: expected a version from 1 and 64 hexadecimal digits"),
        (format!("1 {one}\n1 {two}"), "version 1 stands there twice"),
        (format!("1 {one}\n3 {one}"), "version 3 is the same key as an earlier one"),
        ("# none\n".to_owned(), "holds no key"),
    ] {
        assert_eq!(PseudonymKeys::parse(&text, "client").unwrap_err().to_string(), problem);
    }
}
