//! Looking for faults in a settings file without starting anything.

use std::{collections::BTreeSet, fs, ops::Range, path::Path};

use identity::Fault;
use toml::de::{DeTable, DeValue};
use tonic::transport::Endpoint;

use crate::{Settings, SettingsError};

/// Everything that is wrong with a settings file and the files it names, as far as can be seen without starting: it is
/// read as a service reads it, with the environment on top. No secret is in what is told.
pub fn check(file: &Path) -> Vec<Fault> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return vec![unreadable(file, &error)],
    };
    let (settings, mut faults) = read(&file.display().to_string(), text);
    let Some(mut settings) = settings else { return faults };
    let whole = faults.is_empty();
    settings.resolve(file);
    faults.extend(settings.apply_environment().err().map(told));
    faults.extend(own(&settings));
    // With something left out it would only be told that the rest doesn't go together.
    if whole {
        faults.extend(settings.access().err().map(told));
        if settings.tls.is_none() && !settings.listen.ip().is_loopback() {
            let problem = format!("{} can be reached from elsewhere: that needs [tls] and [identity]", settings.listen);
            faults.push(Fault::new("setting listen", problem));
        }
    }
    faults.extend(identity::check(settings.tls.as_ref(), settings.identity.as_ref(), settings.client.as_ref()));
    // A file that is named twice is told once.
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.clone()));
    faults
}

fn told(error: SettingsError) -> Fault {
    match error {
        SettingsError::Value { name, problem } => Fault::new(format!("setting {name}"), problem),
        SettingsError::Unreadable { path, source } => unreadable(&path, &source),
        other => Fault::new("settings", other),
    }
}

/// The faults of the settings that are not about TLS and identity.
fn own(settings: &Settings) -> Vec<Fault> {
    let mut faults = Vec::new();
    // Addresses of databases may hold passwords, so they are not repeated.
    if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| settings.database.starts_with(scheme)) {
        faults.push(Fault::new("setting database", "must begin with sqlite:// or postgres://"));
    }
    faults.extend(settings.telemetry("").faults().into_iter().map(|(name, problem)| Fault::new(name, problem)));
    if let Some(error) = settings.rules.as_ref().and_then(|rules| fs::read_dir(rules).err()) {
        faults.push(Fault::new("setting rules", format!("the folder cannot be read: {error}")));
    }
    if let Some(path) = &settings.pseudonym_key_file {
        faults.extend(settings.pseudonym_keys("client").err().map(told));
        faults.extend(identity::open_to_others(path));
    }
    if let Some(path) = &settings.people_key_file {
        faults.extend(fs::read(path).err().map(|error| unreadable(path, &error)));
        faults.extend(identity::open_to_others(path));
    }
    faults.extend(settings.receipt_keys.iter().flat_map(|folder| receipt_keys(folder)));
    for (name, address) in &settings.peers {
        let place = format!("setting peers.{name}");
        match Endpoint::from_shared(address.clone()) {
            Err(error) => faults.push(Fault::new(place, error)),
            Ok(endpoint) => match endpoint.uri().scheme_str() {
                Some("http") => {}
                Some("https") if settings.client.is_some() => {}
                Some("https") => faults.push(Fault::new(place, "https needs a certificate: set [client]")),
                _ => faults.push(Fault::new(place, "must begin with http:// or https://")),
            },
        }
    }
    faults
}

/// The faults of a folder of keys: what can't be read, and private keys that are open to everybody.
fn receipt_keys(folder: &Path) -> Vec<Fault> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return vec![unreadable(folder, &error)],
    };
    let mut faults = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
        match fs::read_to_string(&path) {
            Ok(text) if text.contains("PRIVATE KEY") => faults.extend(identity::open_to_others(&path)),
            Ok(_) => {}
            Err(error) => faults.push(unreadable(&path, &error)),
        }
    }
    faults
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    Fault::new(path.display(), format!("cannot be read: {error}"))
}

/// Reads settings. What is wrong is noted and left out, and the rest is read again, until nothing is wrong any more or
/// the text is no TOML at all. The faults are in the order of their lines.
fn read(place: &str, mut text: String) -> (Option<Settings>, Vec<Fault>) {
    let mut faults = Vec::new();
    let settings = loop {
        let error = match toml::from_str(&text) {
            Ok(settings) => break Some(settings),
            Err(error) => error,
        };
        // The message only: the whole error repeats the line, and what is secret in it.
        let span = error.span().unwrap_or_default();
        faults.push((line(&text, span.start), error.message().to_owned()));
        match without(&text, span.start) {
            Some(rest) if rest != text => text = rest,
            _ => break None,
        }
    };
    faults.sort();
    (settings, faults.into_iter().map(|(line, message)| Fault::new(format!("{place}:{line}"), message)).collect())
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The text without the entry at a place; lines stay where they are.
fn without(text: &str, at: usize) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let entry = entry(table.get_ref(), at).or_else(|| header(text, at))?;
    let blank = |char: char| if char == '\n' { '\n' } else { ' ' };
    let mut rest = text.get(..entry.start)?.to_owned();
    rest.extend(text.get(entry.clone())?.chars().map(blank));
    rest.push_str(text.get(entry.end..)?);
    Some(rest)
}

/// The key and value at a place, the innermost.
fn entry(table: &DeTable<'_>, at: usize) -> Option<Range<usize>> {
    table.iter().find_map(|(key, value)| {
        let within = match value.get_ref() {
            DeValue::Table(table) => entry(table, at),
            _ => None,
        };
        let whole = key.span().start..value.span().end;
        // The span of a table under a header is that of the header.
        let plain = !matches!(value.get_ref(), DeValue::Table(_)) || value.span().start > key.span().end;
        within.or_else(|| (plain && whole.contains(&at)).then_some(whole))
    })
}

/// The table whose header is at a place: from its line to the next header.
fn header(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    if !text.get(start..)?.trim_start().starts_with('[') {
        return None;
    }
    let end = text.get(at..)?.find("\n[").map_or(text.len(), |next| at + next);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use identity::dev::Contents;
    use tempfile::TempDir;

    use super::*;

    const GOOD: &str = "listen = '0.0.0.0:7103'\ndatabase = 'sqlite:///x.db'\npseudonym_key_file = 'pseudonym.key'\n\
        [peers]\ntariffing = 'https://tariffing:7102'\n\
        [tls]\ncertificate = 'server.pem'\nkey = 'server.key'\nclient_ca = 'ca.pem'\ncrl = 'crl.pem'\n\
        [identity]\nmap = 'identities.toml'\n\
        [client]\ncertificate = 'service-budget.pem'\nkey = 'service-budget.key'\nca = 'ca.pem'\n";

    struct Place(TempDir);

    impl Place {
        fn new() -> Place {
            let folder = tempfile::tempdir().unwrap();
            let now = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
            Contents { office: "vgz".to_owned(), other_offices: Vec::new(), agbs: Vec::new(), now }
                .write(folder.path(), false)
                .unwrap();
            let place = Place(folder);
            place.put("pseudonym.key", &format!("1 {}\n", "ab".repeat(32)), 0o600);
            place
        }

        fn put(&self, name: &str, text: &str, mode: u32) {
            let path = self.0.path().join(name);
            fs::write(&path, text).unwrap();
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        }

        /// The faults of a settings file, with the folder left out.
        fn check(&self, text: &str) -> Vec<String> {
            self.put("settings.toml", text, 0o600);
            let folder = format!("{}/", self.0.path().display());
            let faults = check(&self.0.path().join("settings.toml"));
            faults.iter().map(|fault| fault.to_string().replace(&folder, "")).collect()
        }
    }

    #[test]
    fn settings_in_order_have_no_faults() {
        let place = Place::new();
        assert_eq!(place.check(GOOD), Vec::<String>::new());
        assert_eq!(place.check("listen = '127.0.0.1:1'\ndatabase = 'postgres://db/x'"), Vec::<String>::new());
    }

    #[test]
    fn every_wrong_key_is_told_and_the_rest_is_looked_at() {
        let place = Place::new();
        let text = "databas = 'x'\nlisten = 'here'\ntimeout_seconds = 'long'\ndatabase = 'mysql://me:secret@db'\n\
            log = 'x=y=z'\n[limits]\nmore = 1\n[extra]\na = 1\nb = 2\n[tls]\ncertificate = 'server.pem'\n\
            [client]\ncertificate = 'none.pem'\nkey = 'service-budget.key'\nca = 'server.key'\nmore = { a = 1 }\n";
        let faults = place.check(text);
        let places: Vec<&str> = faults.iter().filter_map(|fault| fault.split_once(": ")).map(|(at, _)| at).collect();
        let lines = [1, 2, 3, 7, 8, 11, 17].map(|line| format!("settings.toml:{line}"));
        let others = ["setting database", "setting log", "none.pem"];
        let expected: Vec<&str> = lines.iter().map(String::as_str).chain(others).collect();
        assert_eq!(places, expected, "{faults:#?}");
        assert!(!faults.iter().any(|fault| fault.contains("secret")), "{faults:#?}");
        assert_eq!(place.check("[tls\n").len(), 1);
    }

    #[test]
    fn files_that_do_not_fit_are_told() {
        let place = Place::new();
        place.put("pseudonym.key", "short", 0o644);
        place.put("server.pem", &fs::read_to_string(place.0.path().join("adapter.pem")).unwrap(), 0o600);
        place.put("crl.pem", "nothing", 0o600);
        fs::create_dir(place.0.path().join("keys")).unwrap();
        place.put("keys/1.pem", "-----BEGIN PRIVATE KEY-----", 0o644);
        place.put("keys/1.public.pem", "-----BEGIN PUBLIC KEY-----", 0o644);
        place.put("identities.toml", "[[token]]\nclaim = 'x'\n", 0o600);
        place.put("service-budget.key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", 0o604);
        let keys = "receipt_keys = 'keys'\npeople_key_file = 'people.keys'\n";
        let faults = place.check(&format!("{keys}{GOOD}"));
        for expected in [
            "keys/1.pem: is open to everybody",
            "people.keys: cannot be read",
            "crl.pem: holds no revocation list",
            "identities.toml:1: grants is missing",
            "identities.toml:1: value is missing",
            "pseudonym.key: is open to everybody",
            "server.pem: does not belong to the private key",
            "service-budget.key: is open to everybody",
            "service-budget.pem: can't be used with its private key",
            "setting pseudonym_key_file: line 1: expected a version from 1 and 64 hexadecimal digits",
        ] {
            assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{expected}: {faults:#?}");
        }
        assert_eq!(faults.len(), 10, "{faults:#?}");
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        let place = Place::new();
        let (tls, identity) = (GOOD.split_once("[identity]").unwrap().0, "[identity]\nmap = 'identities.toml'\n");
        let one = place.check(tls);
        assert!(one.iter().any(|fault| fault.starts_with("setting identity: is needed with [tls]")), "{one:#?}");
        assert!(one.iter().any(|fault| fault.starts_with("setting peers.tariffing: https needs")), "{one:#?}");
        let other = place.check(&format!("database = 'sqlite:x'\nlisten = '0.0.0.0:1'\n{identity}"));
        assert_eq!(other.len(), 2, "{other:#?}");
        assert!(other[0].starts_with("setting tls: is needed with [identity]"), "{other:#?}");
        assert!(other[1].starts_with("setting listen: 0.0.0.0:1 can be reached from elsewhere"), "{other:#?}");
    }
}
