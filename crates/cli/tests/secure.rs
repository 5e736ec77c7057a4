//! TLS and identities as the users of the binary meet them.
#![cfg(test)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

const BINARY: &str = env!("CARGO_BIN_EXE_zorginkoop");

fn zorginkoop(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All services over TLS on free ports, with certificates of `dev-certs`; stopped when dropped.
struct Up {
    child: Child,
    certs: PathBuf,
    budget: String,
    log: PathBuf,
}

impl Up {
    fn start(folder: &Path) -> Up {
        let (certs, data, log) = (folder.join("certs"), folder.join("data"), folder.join("log"));
        let made = zorginkoop(&["dev-certs", "--out", certs.to_str().unwrap(), "--agb", "41410001"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert!(text(&made.stdout).starts_with("for development only"));
        let mut child = Command::new(BINARY)
            .args(["up", "--port", "0", "--data", data.to_str().unwrap(), "--tls", certs.to_str().unwrap()])
            .env("ZORGINKOOP_LOG", "debug,h2=off,hyper_util=off,sqlx=off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(5).map(Result::unwrap);
        let addresses: Vec<String> = lines.collect();
        assert!(addresses.iter().all(|line| line.contains("https://127.0.0.1:")), "{addresses:?}");
        let budget = addresses.iter().find_map(|line| line.strip_prefix("budget")).unwrap().trim().to_owned();
        Up { child, certs, budget, log }
    }

    fn certs(&self, name: &str) -> String {
        self.certs.join(name).to_str().unwrap().to_owned()
    }

    /// Asks budget for the contract room, which is not on record yet, as one of the clients of the folder.
    fn room(&self, name: Option<&str>) -> Output {
        let ca = self.certs("ca.pem");
        let mut arguments = vec!["--budget".to_owned(), self.budget.clone(), "--tls-ca".to_owned(), ca];
        if let Some(name) = name {
            arguments.extend(["--tls-cert".to_owned(), self.certs(&format!("{name}.pem"))]);
            arguments.extend(["--tls-key".to_owned(), self.certs(&format!("{name}.key"))]);
        }
        arguments.extend(["room", "--office", "vgz", "--year", "2023"].map(str::to_owned));
        Command::new(BINARY).args(arguments).output().unwrap()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn over_tls_only_those_with_a_certificate_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(folder.path());
    let known = up.room(Some("purchaser-1"));
    assert!(text(&known.stderr).contains("not on record"), "{}", text(&known.stderr));
    let nobody = up.room(None);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("show a client certificate or a token"), "{}", text(&nobody.stderr));
    // A server's certificate is none of a client.
    let server = up.room(Some("server"));
    assert!(text(&server.stderr).contains("the client certificate can't be used"), "{}", text(&server.stderr));
    // The services follow each other: nothing of it fails.
    let log = fs::read_to_string(&up.log).unwrap();
    assert!(log.contains("listening, over TLS") && !log.contains("following stopped"), "{log}");
}

#[test]
fn credentials_that_can_not_be_used_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let certs = folder.path().join("certs");
    assert!(zorginkoop(&["dev-certs", "--out", certs.to_str().unwrap()]).status.success());
    let at = |name: &str| certs.join(name).to_str().unwrap().to_owned();
    let room = |options: &[&str], address: &str| {
        let asked = ["--budget", address, "room", "--office", "vgz", "--year", "2023"];
        let output = zorginkoop(&[options, &asked].concat());
        (output.status.code(), text(&output.stderr))
    };
    let (https, http) = ("https://127.0.0.1:1", "http://127.0.0.1:1");
    let (ca, certificate, other) = (at("ca.pem"), at("auditor.pem"), at("operator.key"));
    let cases: [(&[&str], &str, &str); 6] = [
        (&[], https, "an https address needs --tls-ca"),
        (&["--tls-ca", &ca, "--tls-cert", &certificate], https, "--tls-cert and --tls-key go together"),
        (
            &["--tls-ca", &ca, "--tls-cert", &certificate, "--tls-key", &other],
            https,
            "does not belong to the private key",
        ),
        (&["--tls-ca", &other], https, "holds no certificate"),
        (&["--tls-ca", &ca, "--token-file", "/nowhere"], https, "/nowhere: cannot be read"),
        (&["--identity", "two words"], http, "--identity takes"),
    ];
    for (options, address, expected) in cases {
        let (code, told) = room(options, address);
        assert!(code == Some(2) && told.contains(expected), "{options:?}: {code:?} {told}");
    }
    // A token never goes out without TLS: its file is not even read.
    assert_eq!(room(&["--token-file", "/nowhere"], http).0, Some(1));
}

#[test]
fn made_certificates_are_replaced_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert!(zorginkoop(&["dev-certs", "--out", out]).status.success());
    let again = zorginkoop(&["dev-certs", "--out", out]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--force replaces it"));
    assert!(zorginkoop(&["dev-certs", "--out", out, "--force"]).status.success());
    assert_eq!(zorginkoop(&["dev-certs", "--out", out, "--force", "--office", "V-Z"]).status.code(), Some(2));
    assert_eq!(zorginkoop(&["dev-certs", "--out", out, "--force", "--agb", "123"]).status.code(), Some(2));
}

#[test]
fn settings_are_checked_without_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good.toml", "database = 'sqlite:///x.db'\n");
    let wrong = file("wrong.toml", "database = 'x:secret'\nlisten = '0.0.0.0:1'\nlog = 'info'\nmore = 1\n");
    let output = zorginkoop(&["config", "check", &good]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), format!("{good}: in order\n")));
    let output = zorginkoop(&["config", "check", &wrong, &good]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains(&format!("{wrong}:4: unknown field `more`")) && told.contains("setting database"), "{told}");
    assert!(told.ends_with(&format!("{good}: in order\n")) && !told.contains("secret"), "{told}");
}
