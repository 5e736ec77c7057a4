//! Receipts as their readers check them: with the binary, and nothing else.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use budget::{
    decide::{self, ReserveFacts},
    domain::OfficeYear,
};
use chrono::{DateTime, Utc};
use explain::{Explanation, Facts, RuleFile, Rules, Trace, Value};
use money::Money;
use receipt::{Decision, Receipt, SigningKeys};

fn zorginkoop(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zorginkoop")).args(arguments).output().unwrap()
}

/// The exit code of a command and what it said.
fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = zorginkoop(arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Makes a pair of keys with the command and gives the public one's file.
fn keys(folder: &Path) -> PathBuf {
    let (code, text) = said(&["receipt-keys", "--out", folder.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{text}");
    let key_id = SigningKeys::from_folder(folder).unwrap().key_id().to_string();
    assert!(text.contains(&key_id), "{text}");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|file| file.to_str().unwrap().ends_with(".public.pem")).unwrap()
}

/// A decision on the reserve of a year, as budget records it.
fn reserve() -> Decision {
    let as_of: DateTime<Utc> = "2022-11-01T09:30:00.000001Z".parse().unwrap();
    let files = budget::rules::FILES.iter();
    let files = files.map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() }).collect();
    let rules = Rules::load(files, &budget::rules::SCHEMA).unwrap();
    let year = OfficeYear { office: "vgz".parse().unwrap(), year: 2023 };
    let facts = ReserveFacts { year, zin: Money::from_cents(100_000_000), pgb: Money::ZERO, as_of };
    let mut trace = Trace::new();
    decide::reserve(&facts, &rules, &mut trace).unwrap();
    let facts = Facts::new(&facts, as_of);
    Decision {
        service: budget::NAME.to_owned(),
        decision_id: "01845000-0000-7000-8000-000000000001".to_owned(),
        office: "vgz".to_owned(),
        kind: "reserve".to_owned(),
        subject: "vgz 2023".to_owned(),
        decided_time: as_of,
        explanation: String::from_utf8(trace.finish(&rules, &facts).to_bytes()).unwrap(),
        facts: String::from_utf8(facts.json().to_vec()).unwrap(),
        rules: rules.archive(),
    }
}

#[test]
fn a_receipt_is_verified_and_taken_again_offline() {
    let folder = tempfile::tempdir().unwrap();
    let public = keys(&folder.path().join("keys"));
    let other = keys(&folder.path().join("other"));
    let signing = SigningKeys::from_folder(&folder.path().join("keys")).unwrap();
    let file = folder.path().join("reserve.json");
    let bytes = Receipt::sign(reserve(), &signing).unwrap().to_bytes();
    fs::write(&file, &bytes).unwrap();
    let [file, public, other] = [&file, &public, &other].map(|path| path.to_str().unwrap());

    let (code, text) = said(&["verify", file, "--key", other, public]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("reserve of vgz 2023 for office vgz, taken 2022-11-01 09:30:00 UTC"), "{text}");
    assert!(text.contains(&signing.key_id().to_string()), "{text}");
    let (code, text) = said(&["replay", file]);
    assert_eq!((code, text.starts_with("the same to the byte: decision 01845000")), (Some(0), true), "{text}");

    let (code, text) = said(&["verify", file, "--key", other]);
    assert_eq!((code, text.contains("none of the keys given")), (Some(3), true), "{text}");
    assert_eq!(said(&["verify", file]).0, Some(2));
    assert_eq!(said(&["verify", file, "--key", "nowhere.pem"]).0, Some(1));

    fs::write(file, [&bytes[..], b" "].concat()).unwrap();
    let (code, text) = said(&["verify", file, "--key", public]);
    assert_eq!((code, text.contains("not a receipt as it was written")), (Some(3), true), "{text}");
    assert_eq!(said(&["replay", file]).0, Some(3));
}

/// A service that signs for what does not follow from the facts is found out by replaying, not by verifying.
#[test]
fn a_decision_that_does_not_follow_from_its_facts_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let public = keys(folder.path());
    let signing = SigningKeys::from_folder(folder.path()).unwrap();
    let signed = |change: fn(&mut Explanation)| {
        let decision = reserve();
        let mut explanation = Explanation::from_bytes(decision.explanation.as_bytes()).unwrap();
        change(&mut explanation);
        let explanation = String::from_utf8(explanation.to_bytes()).unwrap();
        let file = folder.path().join("reserve.json");
        fs::write(&file, Receipt::sign(Decision { explanation, ..decision }, &signing).unwrap().to_bytes()).unwrap();
        let file = file.to_str().unwrap();
        assert_eq!(said(&["verify", file, "--key", public.to_str().unwrap()]).0, Some(0));
        said(&["replay", file, "--english"])
    };
    let (code, text) = signed(|explanation| explanation.steps[0].result = Value::Money(Money::from_cents(1)));
    assert_eq!(code, Some(3));
    assert!(text.contains("from step 1 on") && text.contains("EUR 0.01") && text.contains("EUR 20,000.00"), "{text}");
    let (code, text) = signed(|explanation| explanation.steps.clear());
    assert_eq!((code, text.contains("recorded: nothing")), (Some(3), true), "{text}");
    let (code, text) = signed(|explanation| explanation.steps[0].inputs[0].name = "another".into());
    assert_eq!(code, Some(3), "{text}");
    let (code, text) = signed(|explanation| explanation.facts_as_of = DateTime::UNIX_EPOCH);
    assert_eq!((code, text.contains("not what they are of")), (Some(3), true), "{text}");
}
