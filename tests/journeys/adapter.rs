//! The example of an adapter (`deploy/examples/adapter-python`), as those run it who take it over.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use contract::budget as proto;
use identity::{ClientSettings, IdentitySettings, Revocation, TlsSettings, UnknownRevocation, dev::Contents};
use runtime::{Clock, Ids, Running, Settings};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::on_both_engines;
use tokio_util::sync::CancellationToken;

use crate::{
    claims,
    office::{Line, Office, VGZ, claim_file},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// A provider's folder, and the stubs that the adapter speaks with.
struct Desk {
    folder: TempDir,
    stubs: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap(), stubs: tempfile::tempdir().unwrap() };
        let mut generate = Command::new(python());
        let (proto, out) = (root().join("proto"), desk.stubs.path().display());
        generate.args(["-m", "grpc_tools.protoc"]).arg("--proto_path").arg(&proto);
        generate.arg(format!("--python_out={out}")).arg(format!("--grpc_python_out={out}"));
        let generated = generate.args(contracts(&proto)).output().unwrap();
        assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
        fs::create_dir(desk.folder.path().join("inbox")).unwrap();
        desk
    }

    /// Puts a file into the inbox, and gives the name that it will have elsewhere.
    fn bring(&self, name: &str, content: &[u8]) -> String {
        fs::write(self.folder.path().join("inbox").join(name), content).unwrap();
        format!("{}-{}", name.split('.').next().unwrap(), &hex::encode(Sha256::digest(content))[..12])
    }

    fn python(&self) -> Command {
        let mut command = Command::new(python());
        let adapter = root().join("deploy/examples/adapter-python");
        command.env("PYTHONPATH", self.stubs.path()).env("PYTHONDONTWRITEBYTECODE", "1").current_dir(adapter);
        command
    }

    fn start(&self, budget: &str, more: &[&str]) -> Child {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut command = self.python();
        command.args(["adapter.py", "--office", VGZ, "--budget", budget, "--poll", "0.05", "--settle", "0.1"]);
        command.arg("--folder").arg(self.folder.path()).args(more).stdin(Stdio::null()).stderr(log).spawn().unwrap()
    }

    /// Lets an adapter work until the inbox is empty.
    async fn run(&self, budget: &str, more: &[&str]) {
        let mut child = self.start(budget, &[&["--once"], more].concat());
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{}", self.log());
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        kill(child);
        panic!("the inbox is never empty: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until the log holds an event this often.
    async fn logged(&self, event: &str, times: usize) {
        let (line, until) = (format!("\"event\": \"{event}\""), Instant::now() + PATIENCE);
        while self.log().matches(&line).count() < times {
            assert!(Instant::now() < until, "{event}, {times} times: {}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The files in a folder, without those that are being written.
    fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join(folder)) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    fn read(&self, folder: &str, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(folder).join(name)).unwrap()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[allow(clippy::disallowed_methods, reason = "tests find what they run with in the environment")]
fn python() -> PathBuf {
    std::env::var_os("ZORGINKOOP_TEST_PYTHON").expect("run `cargo xtask test`").into()
}

/// Every file of the contracts.
fn contracts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { contracts(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "proto"))
        .collect()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Another replica of the office's budget, which can be stopped.
async fn replica(office: &Office, settings: Settings) -> Running {
    ::budget::start(settings, office.clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap()
}

async fn files_on_record(office: &mut Office) -> usize {
    let request = proto::ListClaimFilesRequest { office: VGZ.to_owned(), ..Default::default() };
    office.budget.list_claim_files(request).await.unwrap().into_inner().files.len()
}

fn february(lines: usize) -> Vec<u8> {
    let references: Vec<String> = (0..lines).map(|line| format!("r{line}")).collect();
    let lines: Vec<(&str, Line)> = references.iter().map(|reference| (reference.as_str(), Line::stay(1))).collect();
    claim_file("41410001", "F1", &lines)
}

on_both_engines! {
    async fn an_adapter_brings_the_return_that_the_service_gives(engine) {
        let (mut office, desk) = (claims::office(engine).await, Desk::new());
        let good = february(2);
        let name = desk.bring("februari.asc", &good);
        let broken = desk.bring("afgebroken.asc", &good[..good.len() - 2]);
        let letter = desk.bring("brief.txt", b"Geachte heer");
        desk.run(&office.budget_url(), &[]).await;

        let (again, aw320) = office.submit(&good).await.unwrap();
        assert!(again.resubmitted && files_on_record(&mut office).await == 1);
        assert_eq!(desk.read("outbox", &format!("{name}.aw320")), aw320);
        assert_eq!((desk.names("inbox"), desk.names("done")), (Vec::new(), vec![format!("{name}.asc")]));

        let expected = [format!("{broken}.asc"), format!("{broken}.json"), format!("{letter}.json"), format!("{letter}.txt")];
        assert_eq!(desk.names("rejected"), expected);
        let (rejected, aw320) = office.submit(&good[..good.len() - 2]).await.unwrap();
        assert!(rejected.rejected);
        assert_eq!(desk.read("outbox", &format!("{broken}.aw320")), aw320);
        let why: serde_json::Value = serde_json::from_slice(&desk.read("rejected", &format!("{broken}.json"))).unwrap();
        assert_eq!((&why["reason"], &why["findings"][0]["code"]), (&"the file was rejected".into(), &"8095".into()));
        let why: serde_json::Value = serde_json::from_slice(&desk.read("rejected", &format!("{letter}.json"))).unwrap();
        assert_eq!(why["reason"], "it has no message code 187 or 428");

        let log = desk.log();
        for secret in ["123456782", "JANSEN", "februari", "brief"] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        office.close().await;
    }

    async fn an_adapter_that_is_killed_while_it_submits_sends_the_same_file_again(engine) {
        let (mut office, desk) = (claims::office(engine).await, Desk::new());
        let file = february(2_000);
        let name = desk.bring("februari.asc", &file);
        for round in 0..6_u64 {
            let child = desk.start(&office.budget_url(), &[]);
            desk.logged("submitting", usize::try_from(round).unwrap() + 1).await;
            // Where in its work it is hit differs by round and by machine.
            tokio::time::sleep(Duration::from_millis(round * 40)).await;
            kill(child);
            if round == 0 {
                assert_eq!(desk.names("inbox"), ["februari.asc"], "it was done before it was killed");
            }
            if desk.names("inbox").is_empty() {
                break;
            }
        }
        desk.run(&office.budget_url(), &[]).await;
        let (again, aw320) = office.submit(&file).await.unwrap();
        assert!(again.resubmitted);
        assert_eq!(files_on_record(&mut office).await, 1);
        assert_eq!(desk.names("outbox"), [format!("{name}.aw320")]);
        assert_eq!(desk.read("outbox", &format!("{name}.aw320")), aw320);
        office.close().await;
    }

    async fn an_adapter_waits_for_a_service_that_is_away(engine) {
        let (mut office, desk) = (claims::office(engine).await, Desk::new());
        let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), ..office.settings.clone() };
        let running = replica(&office, settings.clone()).await;
        let (url, listen) = (running.url(), running.address);
        let child = desk.start(&url, &[]);
        desk.bring("januari.asc", &february(1));
        desk.logged("answered", 1).await;
        running.stop().await.unwrap();

        let file = claim_file("41410001", "F2", &[("s1", Line::day("2023-02-04"))]);
        let name = desk.bring("februari.asc", &file);
        desk.logged("will try again", 1).await;
        assert_eq!(desk.names("inbox"), ["februari.asc"]);
        let running = replica(&office, Settings { listen, ..settings }).await;
        desk.logged("answered", 2).await;
        assert_eq!(desk.read("outbox", &format!("{name}.aw320")), office.submit(&file).await.unwrap().1);
        kill(child);
        running.stop().await.unwrap();
        office.close().await;
    }
}

#[test]
fn an_adapter_shows_its_certificate() {
    testkit::block_on(async {
        let (office, desk) = (claims::office(testkit::Engine::Sqlite).await, Desk::new());
        let certs = tempfile::tempdir().unwrap();
        let now = Clock::system().now();
        let contents = Contents {
            office: VGZ.to_owned(),
            other_offices: Vec::new(),
            agbs: vec!["41410001".parse().unwrap()],
            now,
        };
        contents.write(certs.path(), false).unwrap();
        let at = |name: &str| certs.path().join(name);
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            tls: Some(TlsSettings {
                certificate: at("server.pem"),
                key: at("server.key"),
                client_ca: at("ca.pem"),
                crl: Some(at("crl.pem")),
                revocation: Revocation::default(),
                unknown_revocation: UnknownRevocation::default(),
            }),
            identity: Some(IdentitySettings { map: at("identities.toml"), tokens: None }),
            client: Some(ClientSettings {
                certificate: at("service-budget.pem"),
                key: at("service-budget.key"),
                ca: at("ca.pem"),
            }),
            ..office.settings.clone()
        };
        let running = replica(&office, settings).await;
        let files = ["ca.pem", "adapter.pem", "adapter.key"].map(|name| at(name).display().to_string());
        let shown = ["--ca", &files[0], "--cert", &files[1], "--key", &files[2], "--homecare", "https://127.0.0.1:1"];
        let own = desk.bring("februari.asc", &february(1));
        let line = Line { begin: "2023-02-04", end: "2023-02-04", ..Line::stay(1) };
        let others = desk.bring("vreemd.asc", &claim_file("41410002", "F1", &[("r1", line)]));
        desk.run(&running.url(), &shown).await;
        assert_eq!(desk.names("outbox"), [format!("{own}.aw320")]);
        let why: serde_json::Value = serde_json::from_slice(&desk.read("rejected", &format!("{others}.json"))).unwrap();
        assert_eq!(why["status"], "PERMISSION_DENIED", "{why}");
        running.stop().await.unwrap();
        office.close().await;
    });
}

#[test]
fn the_adapters_own_tests_hold() {
    let told = Desk::new().python().args(["-m", "unittest", "test_adapter"]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}
