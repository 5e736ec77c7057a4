use super::*;
use crate::{PublicKeys, SigningKeys};

/// The example of RFC 8410, section 10.
const RFC_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
const RFC_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

fn file(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    super::write(&path, content.as_bytes(), 0o600).unwrap();
    path
}

#[test]
fn keys_are_the_files_of_the_standard() {
    let folder = tempfile::tempdir().unwrap();
    let private = file(folder.path(), "a.pem", RFC_PRIVATE);
    let keys = SigningKeys::from_files(&[private]).unwrap();
    let public = PublicKeys::from_files(&[file(folder.path(), "b.pem", RFC_PUBLIC)]).unwrap();
    assert_eq!(keys.public(), &public);

    let mut random = [0; 32];
    random.copy_from_slice(&hex::decode("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842").unwrap());
    let made = folder.path().join("made");
    let key_id = make_keys(&made, DateTime::UNIX_EPOCH, &random).unwrap();
    assert_eq!(public.ids().collect::<Vec<_>>(), [key_id]);
    let text =
        |kind: &str| fs::read_to_string(made.join(format!("19700101T000000000000Z-{key_id}.{kind}.pem"))).unwrap();
    assert_eq!((text("private").as_str(), text("public").as_str()), (RFC_PRIVATE, RFC_PUBLIC));
}

#[test]
fn a_pair_of_keys_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    make_keys(folder.path(), DateTime::UNIX_EPOCH, &[3; 32]).unwrap();
    assert!(matches!(make_keys(folder.path(), DateTime::UNIX_EPOCH, &[3; 32]), Err(KeyError::Io { .. })));
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    make_keys(&folder.path().join("new"), DateTime::UNIX_EPOCH, &[4; 32]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = list(&folder.path().join("new")).unwrap();
    assert_eq!((files.len(), mode(&folder.path().join("new"))), (2, 0o700));
    assert_eq!(mode(&files[0]), 0o600);
    assert!(SigningKeys::from_files(&files).is_ok());
    for shared in [0o604, 0o644, 0o666] {
        fs::set_permissions(&files[0], fs::Permissions::from_mode(shared)).unwrap();
        let error = SigningKeys::from_files(&files).unwrap_err();
        assert!(matches!(error, KeyError::Exposed { path } if path == files[0]), "{shared:o}");
    }
}

#[test]
fn what_is_no_key_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = SigningKeys::from_folder(folder.path()).unwrap_err();
    assert!(matches!(nothing, KeyError::NoPrivateKey { path } if path == folder.path()));
    let public_only = file(folder.path(), "public.pem", RFC_PUBLIC);
    assert!(matches!(SigningKeys::from_files(&[public_only]), Err(KeyError::NoPrivateKey { .. })));
    // The neutral element: anything has a valid signature under it.
    let weak = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
                -----END PUBLIC KEY-----\n";
    let faults = [
        ("text.pem", "hello".to_owned(), "text.pem"),
        ("cut.pem", RFC_PRIVATE.replace("MC4C", "MC4D"), "cut.pem"),
        ("weak.pem", weak.to_owned(), "a weak key"),
    ];
    for (name, content, said) in faults {
        let error = PublicKeys::from_files(&[file(folder.path(), name, &content)]).unwrap_err();
        assert!(matches!(error, KeyError::NotAKey { .. }) && error.to_string().contains(said), "{error}");
    }
    assert!(matches!(PublicKeys::from_files(&[folder.path().join("none")]), Err(KeyError::Io { .. })));
    assert!(!format!("{:?}", SigningKeys::from_files(&[file(folder.path(), "k.pem", RFC_PRIVATE)])).contains("212"));
}
