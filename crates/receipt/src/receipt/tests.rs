use std::sync::LazyLock;

use explain::Facts;
use proptest::prelude::*;

use super::*;
use crate::make_keys;

static KEYS: LazyLock<SigningKeys> = LazyLock::new(|| keys(7));

fn keys(seed: u8) -> SigningKeys {
    let folder = tempfile::tempdir().unwrap();
    make_keys(folder.path(), DateTime::UNIX_EPOCH, &[seed; 32]).unwrap();
    SigningKeys::from_folder(folder.path()).unwrap()
}

/// A decision that holds together, on these facts.
fn decision(subject: &str, facts: &serde_json::Value, rules: &str) -> Decision {
    let as_of = "2023-08-01T09:30:00.000001Z".parse().unwrap();
    let facts = Facts::new(facts, as_of);
    let rules = serde_json::to_string(&[serde_json::json!({ "name": "wlz.toml", "text": rules })]).unwrap();
    let explanation = Explanation {
        steps: Vec::new(),
        rules_sha256: sha256(&rules),
        facts_sha256: facts.sha256(),
        facts_as_of: as_of,
    };
    Decision {
        service: "budget".to_owned(),
        decision_id: "018a0000-0000-7000-8000-000000000001".to_owned(),
        office: "vgz".to_owned(),
        kind: "click".to_owned(),
        subject: subject.to_owned(),
        decided_time: as_of,
        explanation: String::from_utf8(explanation.to_bytes()).unwrap(),
        facts: String::from_utf8(facts.json().to_vec()).unwrap(),
        rules,
    }
}

fn example() -> Decision {
    let facts = serde_json::json!({ "year": 2023, "room": 1_000_000_000_i64, "note": "zorg \"dichtbij\" huis: €" });
    decision("vgz 2023", &facts, "title = \"Wlz\"\n# a rule file\n")
}

fn check(file: &[u8]) -> Result<(), VerifyError> {
    Receipt::read(file)?.verify(KEYS.public())
}

/// The file with one field's value replaced, written as a receipt is.
fn with_line(file: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = str::from_utf8(file).unwrap();
    let start = format!("\"{name}\":");
    let line = |line: &str| if line.starts_with(&start) { change(line) } else { line.to_owned() };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n").into_bytes()
}

#[test]
fn a_receipt_reads_the_same_years_later() {
    let receipt = Receipt::sign(example(), &KEYS).unwrap();
    insta::assert_snapshot!(String::from_utf8(receipt.to_bytes()).unwrap());
    assert_eq!(check(&receipt.to_bytes()), Ok(()));
}

#[test]
fn every_byte_of_a_receipt_counts() {
    let file = Receipt::sign(example(), &KEYS).unwrap().to_bytes();
    assert_eq!(check(&file), Ok(()));
    for position in 0..file.len() {
        for flipped in [0x01, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[position] ^= flipped;
            assert!(check(&changed).is_err(), "byte {position} flipped by {flipped:#x}");
        }
        let mut removed = file.clone();
        removed.remove(position);
        assert!(check(&removed).is_err(), "byte {position} removed");
        assert!(check(&file[..position]).is_err(), "cut off at {position}");
    }
    for position in 0..=file.len() {
        for inserted in [b' ', b'\n', b'0'] {
            let mut changed = file.clone();
            changed.insert(position, inserted);
            assert!(check(&changed).is_err(), "{inserted:#x} inserted at {position}");
        }
    }
}

#[test]
fn each_fault_has_its_name() {
    let receipt = Receipt::sign(example(), &KEYS).unwrap();
    let file = receipt.to_bytes();
    let said = |file: &[u8]| check(file).unwrap_err();

    assert!(matches!(said(b"{}"), VerifyError::NotAReceipt(_)));
    assert!(matches!(said(&with_line(&file, "format", |line| line.replace('1', "2"))), VerifyError::NotAReceipt(_)));
    assert!(matches!(said(&with_line(&file, "office", |_| String::new())), VerifyError::NotAReceipt(_)));
    let twice = with_line(&file, "office", |line| format!("{line}\n{line}"));
    assert!(matches!(said(&twice), VerifyError::NotAReceipt(_)));
    let spaced = with_line(&file, "kind", |line| line.replace(':', ": "));
    assert_eq!(said(&spaced), VerifyError::NotCanonical { line: 6 });
    let capital = with_line(&file, "facts_sha256", |line| line.to_uppercase().replace("FACTS_SHA256", "facts_sha256"));
    assert_eq!(said(&capital), VerifyError::NotCanonical { line: 9 });
    assert_eq!(said(&[&file[..], b"\n"].concat()), VerifyError::NotCanonical { line: 17 });

    let (facts, rules) = (sha256(&receipt.decision.facts), sha256(&receipt.decision.rules));
    assert_eq!((receipt.facts_sha256(), receipt.rules_sha256()), (facts, rules));
    assert_eq!(receipt.verify(keys(8).public()), Err(VerifyError::UnknownKey(KEYS.key_id())));
    for name in ["service", "decision_id", "office", "kind", "subject"] {
        let other = with_line(&file, name, |_| format!("\"{name}\":\"other\","));
        assert_eq!(said(&other), VerifyError::Signature, "{name}");
    }
    assert_eq!(said(&with_line(&file, "facts", |line| line.replace("2023", "2024"))), VerifyError::FactsHash);
    assert_eq!(said(&with_line(&file, "rules", |line| line.replace("wlz", "zvw"))), VerifyError::RulesHash);
}

#[test]
fn only_what_holds_together_is_signed_for() {
    let others = decision("vgz 2023", &serde_json::json!({ "year": 2024 }), "title = \"Zvw\"");
    let signed = |decision| Receipt::sign(decision, &KEYS).map(|_| ());
    assert_eq!(signed(Decision { facts: others.facts, ..example() }), Err(SignError::OtherFacts));
    assert_eq!(signed(Decision { rules: others.rules, ..example() }), Err(SignError::OtherRules));
    let spaced = format!("{} ", example().facts);
    let refused = signed(Decision { facts: spaced, ..example() });
    assert!(matches!(refused, Err(SignError::NotJson { part: "facts", .. })));
    let refused = signed(Decision { explanation: "[]".to_owned(), ..example() });
    assert!(matches!(refused, Err(SignError::NotJson { part: "explanation", .. })));
}

#[test]
fn an_old_key_still_verifies_and_the_newest_signs() {
    let folder = tempfile::tempdir().unwrap();
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let old = make_keys(folder.path(), moment("2025-12-31T10:00:00Z"), &[1; 32]).unwrap();
    let before = Receipt::sign(example(), &SigningKeys::from_folder(folder.path()).unwrap()).unwrap();
    let new = make_keys(folder.path(), moment("2026-11-22T10:00:00Z"), &[2; 32]).unwrap();
    // The private half of the old key is not needed any more.
    let retired = format!("20251231T100000000000Z-{old}.private.pem");
    std::fs::remove_file(folder.path().join(retired)).unwrap();
    let keys = SigningKeys::from_folder(folder.path()).unwrap();
    assert_eq!((before.key_id(), keys.key_id()), (old, new));
    let after = Receipt::sign(example(), &keys).unwrap();
    assert_eq!(after.key_id(), new);
    assert_eq!((before.verify(keys.public()), after.verify(keys.public())), (Ok(()), Ok(())));
}

proptest! {
    #[test]
    fn a_receipt_is_read_as_it_was_signed(
        subject in any::<String>(),
        note in any::<String>(),
        rules in any::<String>(),
        amount in any::<i64>(),
        micros in 0..4_000_000_000_000_000_i64,
        nanos in 0..1000_u32,
    ) {
        let time = DateTime::from_timestamp_micros(micros).unwrap() + chrono::TimeDelta::nanoseconds(nanos.into());
        let decision = decision(&subject, &serde_json::json!({ "note": note, "amount": amount }), &rules);
        let decision = Decision { decided_time: time, ..decision };
        let receipt = Receipt::sign(decision.clone(), &KEYS).unwrap();
        let read = Receipt::read(&receipt.to_bytes()).unwrap();
        prop_assert_eq!(read.verify(KEYS.public()), Ok(()));
        prop_assert_eq!(&read, &receipt);
        let decided_time = DateTime::from_timestamp_micros(micros).unwrap();
        prop_assert_eq!(read.decision(), &Decision { decided_time, ..decision });
    }

    #[test]
    fn a_receipt_with_any_byte_changed_is_refused(
        note in any::<String>(),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        way in 0..3,
    ) {
        let decision = decision("vgz 2023", &serde_json::json!({ "note": note }), "title = \"Wlz\"");
        let file = Receipt::sign(decision, &KEYS).unwrap().to_bytes();
        let mut changed = file.clone();
        match way {
            0 => changed[position.index(file.len())] ^= byte.max(1),
            1 => drop(changed.remove(position.index(file.len()))),
            _ => changed.insert(position.index(file.len() + 1), byte),
        }
        prop_assert!(check(&changed).is_err());
    }

    #[test]
    fn whatever_is_read_as_a_receipt_is_no_reason_to_stop(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(check(&bytes).is_err());
    }
}
