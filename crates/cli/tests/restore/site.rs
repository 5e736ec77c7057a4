//! Where the databases are, and how an operator copies, loses and restores them: on files, or on a PostgreSQL cluster of
//! the test's own, by the commands of the runbook.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use postgres_cluster::{Programs, Server};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use testkit::Engine;

use crate::up::{BINARY, Up};

/// The services, and their databases.
pub const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];

/// Where the databases are.
pub struct Site {
    cluster: Option<Cluster>,
    folder: TempDir,
}

/// A cluster that archives its log, and perhaps one that follows it.
struct Cluster {
    server: Option<Server>,
    standby: Option<Server>,
    programs: Programs,
    folder: TempDir,
}

/// What a program wrote.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// How many entries the audit log of each service has, as a check told.
pub fn audit_entries(checked: &Output) -> Vec<usize> {
    let told = text(&checked.stdout);
    let entries = told.lines().filter(|line| line.contains(" whole; ")).map(|line| {
        let before = line.split(" audit entries").next().unwrap();
        before.rsplit(' ').next().unwrap().parse().unwrap()
    });
    let entries: Vec<usize> = entries.collect();
    assert_eq!(entries.len(), SERVICES.len(), "{told}");
    entries
}

fn run(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
    output
}

impl Cluster {
    fn open() -> Cluster {
        let bin = postgres_cluster::find().expect("PostgreSQL's programs, which `cargo xtask test` sees to");
        let programs = Programs::of(bin).unwrap();
        // Short, since a unix socket's path has a limit near 100 characters.
        let folder = tempfile::Builder::new().prefix("zi-re").tempdir().unwrap();
        programs.give(folder.path()).unwrap();
        programs.make(&folder.path().join("data")).unwrap();
        let archive = folder.path().join("archive");
        fs::create_dir(&archive).unwrap();
        programs.give(&archive).unwrap();
        let mut cluster = Cluster { server: None, standby: None, programs, folder };
        cluster.server = Some(cluster.start("data"));
        for service in SERVICES {
            cluster.create(service);
        }
        cluster
    }

    /// A program of PostgreSQL, as the cluster's user, in its folder.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.programs.command(program, self.folder.path());
        command.args(arguments);
        command
    }

    fn start(&self, data: &str) -> Server {
        let archive = format!("archive_command=cp %p {}/archive/%f", self.folder.path().display());
        let settings = ["archive_mode=on", &archive];
        Server::start(&self.programs, &self.folder.path().join(data), &settings).unwrap()
    }

    fn url(&self, database: &str) -> String {
        self.server.as_ref().unwrap().url(database)
    }

    fn wait_until_it_takes_writes(&self) {
        let url = self.url("postgres");
        for _ in 0..1_200 {
            let asked = self.command("psql", &["--no-psqlrc", "-Atc", "SELECT pg_is_in_recovery()", &url]).output();
            if asked.unwrap().stdout == b"f\n" {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it stays a standby");
    }

    fn create(&self, service: &str) {
        run(self.command("createdb", &["--maintenance-db", &self.url("postgres"), service]));
    }

    fn drop(&self, service: &str) {
        run(self.command("dropdb", &["--maintenance-db", &self.url("postgres"), service]));
    }
}

impl Site {
    /// Databases that nothing is in yet.
    pub fn open(engine: Engine) -> Site {
        let cluster = (engine == Engine::Postgres).then(Cluster::open);
        Site { cluster, folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn server(&self) -> Option<String> {
        self.cluster.as_ref().map(|cluster| cluster.url("").trim_end_matches('/').to_owned())
    }

    /// Starts the services. Their log is added to that of the site.
    pub fn up(&self) -> Up {
        let server = self.server();
        let mut more = vec!["--no-console"];
        more.extend(server.iter().flat_map(|server| ["--postgres", server.as_str()]));
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        Up::start(&self.data(), &more, |command| {
            command.env("ZORGINKOOP_LOG", "warn").stderr(Stdio::from(log));
        })
    }

    /// What the services logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A command on the databases.
    fn backup_command(&self, what: &str) -> Command {
        let mut command = Command::new(BINARY);
        command.args(["backup", what]);
        match self.server() {
            Some(server) => command.args(["--postgres", &server]),
            None => command.arg("--data").arg(self.data()),
        };
        command
    }

    /// Copies all databases.
    pub fn backup(&self, name: &str) -> PathBuf {
        let to = self.folder.path().join(name);
        let mut command = self.backup_command("make");
        command.arg("--to").arg(&to);
        if let Some(cluster) = &self.cluster {
            command.arg("--programs").arg(cluster.programs.folder());
        }
        run(command);
        let mut checksums = Command::new("sha256sum");
        checksums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&to);
        run(checksums);
        to
    }

    /// Tells whether the databases are whole and of one moment.
    pub fn check(&self) -> Output {
        self.backup_command("check").output().unwrap()
    }

    /// All databases are gone.
    pub fn lose(&self) {
        for service in SERVICES {
            match &self.cluster {
                Some(cluster) => cluster.drop(service),
                None => self.remove_file(service),
            }
        }
        if let Some(cluster) = &self.cluster {
            SERVICES.iter().for_each(|service| cluster.create(service));
        }
    }

    /// Removes the file of a service, and what SQLite has beside it: that would be taken for a part of the next.
    fn remove_file(&self, service: &str) {
        for end in ["", "-wal", "-shm"] {
            let path = self.data().join(format!("{service}.db{end}"));
            assert!(!path.exists() || fs::remove_file(&path).is_ok());
        }
    }

    /// Puts the copies of these services in the place of what is there.
    pub fn restore(&self, copy: &Path, services: &[&str]) {
        for service in services {
            let Some(cluster) = &self.cluster else {
                self.remove_file(service);
                let file = format!("{service}.db");
                fs::copy(copy.join(&file), self.data().join(&file)).unwrap();
                continue;
            };
            cluster.drop(service);
            cluster.create(service);
            let mut restore = Command::new(cluster.programs.folder().join("pg_restore"));
            restore.args(["--exit-on-error", "--no-owner", "--dbname", &cluster.url(service)]);
            restore.arg(copy.join(format!("{service}.dump")));
            run(restore);
        }
    }

    /// The audit log of a service, a line an entry.
    pub fn audit_log(&self, up: &Up, service: &str) -> String {
        let mut command = Command::new(BINARY);
        command.args(["audit", "export", "--service", service]);
        text(&run(pointed(command, up)).stdout)
    }

    /// Follows the chains of all audit logs.
    pub fn verify_audit(&self, up: &Up) -> Output {
        let mut command = Command::new(BINARY);
        command.args(["audit", "verify"]);
        pointed(command, up).output().unwrap()
    }

    /// A copy of the whole cluster, to begin from.
    pub fn base_backup(&self) -> PathBuf {
        let cluster = self.cluster.as_ref().unwrap();
        let url = cluster.url("postgres");
        run(cluster.command("pg_basebackup", &["--checkpoint=fast", "--pgdata", "base", "--dbname", &url]));
        cluster.folder.path().join("base")
    }

    /// The time it is for the cluster.
    pub async fn moment(&self) -> String {
        let mut connection = PgConnection::connect(&self.cluster.as_ref().unwrap().url("postgres")).await.unwrap();
        let moment = sqlx::query_scalar("SELECT clock_timestamp()::text").fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        moment
    }

    /// Stops the cluster, which archives what it has of its log, and starts another from the base backup as it was at the
    /// moment.
    pub fn recover(&mut self, base: &Path, moment: &str) {
        let cluster = self.cluster.as_mut().unwrap();
        cluster.server = None;
        let archive = cluster.folder.path().join("archive");
        let settings = format!(
            "restore_command = 'cp {}/%f \"%p\"'\nrecovery_target_time = '{moment}'\nrecovery_target_action = promote\n",
            archive.display()
        );
        let file = base.join("postgresql.auto.conf");
        let mut all = fs::read_to_string(&file).unwrap();
        all.push_str(&settings);
        fs::write(&file, all).unwrap();
        fs::write(base.join("recovery.signal"), "").unwrap();
        // Recovering, it can be asked before it is there; then it takes nothing.
        cluster.server = Some(cluster.start("base"));
        cluster.wait_until_it_takes_writes();
    }

    /// Starts another cluster that follows this one.
    pub fn follow(&mut self) {
        let cluster = self.cluster.as_mut().unwrap();
        let url = cluster.url("postgres");
        let copy = ["--checkpoint=fast", "--write-recovery-conf", "--pgdata", "standby", "--dbname", &url];
        run(cluster.command("pg_basebackup", &copy));
        cluster.standby = Some(cluster.start("standby"));
    }

    /// Waits until the cluster that follows has everything.
    pub async fn followed(&self) {
        let cluster = self.cluster.as_ref().unwrap();
        let mut primary = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
        let mut standby = PgConnection::connect(&cluster.standby.as_ref().unwrap().url("postgres")).await.unwrap();
        let written: String =
            sqlx::query_scalar("SELECT pg_current_wal_lsn()::text").fetch_one(&mut primary).await.unwrap();
        for _ in 0..1_200 {
            let replayed = sqlx::query_scalar("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn").bind(&written);
            if replayed.fetch_one(&mut standby).await.unwrap() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the standby did not catch up");
    }

    /// The cluster is gone, and the one that followed takes its place.
    pub fn fail_over(&mut self) {
        let cluster = self.cluster.as_mut().unwrap();
        cluster.server = cluster.standby.take();
        run(cluster.command("pg_ctl", &["promote", "--pgdata", "standby"]));
        cluster.wait_until_it_takes_writes();
    }
}

/// A command that asks the services where they are.
fn pointed(mut command: Command, up: &Up) -> Command {
    for service in SERVICES {
        command.args([format!("--{service}"), up.address(service)]);
    }
    command
}
