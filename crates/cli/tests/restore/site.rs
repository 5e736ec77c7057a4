//! Where the databases are, and how an operator copies, loses and restores them: on files, or on a PostgreSQL cluster of
//! the test's own, by the commands of the runbook.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use database::{Db, Migration};
use postgres_cluster::{Programs, Server};
use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use testkit::Engine;

use crate::up::{BINARY, Up};

/// The services, and their databases.
pub const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];

/// What makes the databases and their roles.
const DATABASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/postgres/databases.sh");
/// The role that makes copies.
const BACKUP: &str = "backup";
/// A role with the rights of all five that serve, since `up` is one process.
const SERVES: &str = "serves";

/// Where the databases are.
pub struct Site {
    cluster: Option<Cluster>,
    folder: TempDir,
}

/// A cluster that archives its log, and perhaps one that follows it. One role owns each database, another serves, and
/// another makes copies.
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
        cluster.databases();
        let roles = SERVICES.join(", ");
        cluster.sql("postgres", "postgres", &format!("CREATE ROLE {SERVES} LOGIN IN ROLE {roles}")).unwrap();
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
        let settings = ["archive_mode=on", &archive, "archive_timeout=2"];
        Server::start(&self.programs, &self.folder.path().join(data), &settings).unwrap()
    }

    fn url(&self, database: &str) -> String {
        self.server.as_ref().unwrap().url(database)
    }

    /// The server, as it is given for all databases.
    fn server_as(&self, role: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}", self.server.as_ref().unwrap().port())
    }

    /// What a statement gives, or why it is refused.
    fn sql(&self, role: &str, database: &str, statement: &str) -> Result<String, String> {
        let url = format!("{}/{database}", self.server_as(role));
        let output = self.command("psql", &["--no-psqlrc", "-Atc", statement, &url]).output().unwrap();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    fn wait_until_it_takes_writes(&self) {
        for _ in 0..1_200 {
            if self.sql("postgres", "postgres", "SELECT pg_is_in_recovery()").as_deref() == Ok("f\n") {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it stays a standby");
    }

    /// Databases and roles that are not there yet.
    fn databases(&self) {
        let mut path = vec![self.programs.folder().to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let mut script = Command::new("sh");
        script.arg(DATABASES).env("PATH", std::env::join_paths(path).unwrap()).env_remove("POSTGRES_USER");
        script.envs([("PGHOST", "127.0.0.1"), ("PGUSER", "postgres")]);
        script.env("PGPORT", self.server.as_ref().unwrap().port().to_string());
        for role in ["OWNER", "SERVER", "BACKUP"] {
            script.env(format!("ZORGINKOOP_{role}_PASSWORD"), "example");
        }
        run(script);
    }

    fn drop(&self, service: &str) {
        let url = self.url("postgres");
        run(self.command("dropdb", &["--force", "--if-exists", "--maintenance-db", &url, service]));
    }

    /// What `NAME migrate` does for each service, as the role that owns its database.
    fn migrate(&self) {
        let steps: [(&str, &'static [Migration]); 5] = [
            ("registration", registration::SERVICE.migrations),
            ("tariffing", tariffing::SERVICE.migrations),
            ("budget", budget::SERVICE.migrations),
            ("homecare", homecare::SERVICE.migrations),
            ("screening", screening::SERVICE.migrations),
        ];
        let migrate = || {
            testkit::block_on(async {
                for (service, steps) in steps {
                    let url = format!("{}/{service}", self.server_as(&format!("{service}_owner")));
                    Db::open(&url, steps).await.unwrap().close().await;
                }
            });
        };
        // On a thread of its own: whoever calls is on one of a runtime.
        std::thread::scope(|scope| scope.spawn(migrate).join().unwrap());
    }

    /// All of a database is its owner's, which migrates it, and who serves can't change the schema.
    fn has_its_roles(&self, service: &str) {
        let others = format!(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             AND pg_get_userbyid(relowner) <> '{service}_owner'"
        );
        assert_eq!(self.sql("postgres", service, &others).as_deref(), Ok("0\n"), "{service}");
        let refused = self.sql(service, service, "CREATE TABLE more (it int)").unwrap_err();
        assert!(refused.contains("permission denied"), "{refused}");
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

    /// Starts the services. Their log is added to that of the site.
    pub fn up(&self) -> Up {
        let server = self.cluster.as_ref().map(|cluster| cluster.server_as(SERVES));
        let mut more = vec!["--no-console"];
        if let (Some(cluster), Some(server)) = (&self.cluster, &server) {
            cluster.migrate();
            more.extend(["--postgres", server]);
        }
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        Up::start(&self.data(), &more, |command| {
            let migrate = server.is_none().to_string();
            command.env("ZORGINKOOP_LOG", "warn").env("ZORGINKOOP_MIGRATE", migrate).stderr(Stdio::from(log));
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
        match &self.cluster {
            Some(cluster) => command.args(["--postgres", &cluster.server_as(BACKUP)]),
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

    /// Services that stopped in order hold no lease, and on SQLite all of a database is in its one file.
    pub async fn was_left_in_order(&self) {
        let leases = "SELECT COUNT(*) FROM lease";
        for service in SERVICES {
            let held: i64 = if let Some(cluster) = &self.cluster {
                let mut connection = PgConnection::connect(&cluster.url(service)).await.unwrap();
                sqlx::query_scalar(leases).fetch_one(&mut connection).await.unwrap()
            } else {
                let file = self.data().join(format!("{service}.db"));
                assert!(!file.with_extension("db-wal").exists() && !file.with_extension("db-shm").exists(), "{file:?}");
                let url = format!("sqlite://{}?mode=ro", file.display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                let held = sqlx::query_scalar(leases).fetch_one(&mut connection).await.unwrap();
                connection.close().await.unwrap();
                held
            };
            assert_eq!(held, 0, "{service}");
        }
    }

    /// All databases are gone.
    pub fn lose(&self) {
        for service in SERVICES {
            match &self.cluster {
                Some(cluster) => cluster.drop(service),
                None => self.remove_file(service),
            }
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
            cluster.databases();
            let mut restore = Command::new(cluster.programs.folder().join("pg_restore"));
            restore.args(["--exit-on-error", "--no-owner", "--role", &format!("{service}_owner")]);
            restore.args(["--dbname", &cluster.url(service)]).arg(copy.join(format!("{service}.dump")));
            run(restore);
            cluster.has_its_roles(service);
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

    /// Waits until the log that there is by now was archived, which takes as long as `archive_timeout` says.
    pub async fn archived(&self) {
        let mut connection = PgConnection::connect(&self.cluster.as_ref().unwrap().url("postgres")).await.unwrap();
        // A position at the end of a segment belongs to the next one.
        let segment = sqlx::query_scalar("SELECT pg_walfile_name(pg_current_wal_flush_lsn() - 1)");
        let segment: String = segment.fetch_one(&mut connection).await.unwrap();
        // What is longer is not of the log itself, but tells of a backup.
        let archived = "SELECT COALESCE(last_archived_wal >= $1 AND length(last_archived_wal) = 24, false)
            FROM pg_stat_archiver";
        for _ in 0..1_200 {
            if sqlx::query_scalar(archived).bind(&segment).fetch_one(&mut connection).await.unwrap() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{segment} was not archived");
    }

    /// The cluster is gone, with what it did not archive; starts another from the base backup as it was at the moment.
    pub fn recover(&mut self, base: &Path, moment: &str) {
        let cluster = self.cluster.as_mut().unwrap();
        cluster.server.take().unwrap().crash();
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
