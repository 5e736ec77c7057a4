//! A version as a process, with all of its services (`zorginkoop up`), and the databases that versions share.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command},
    time::Duration,
};

use contract::{
    audit::audit_service_client::AuditServiceClient, budget::budget_service_client::BudgetServiceClient,
    homecare::homecare_service_client::HomecareServiceClient,
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use database::sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, query_scalar};
use tempfile::TempDir;
use tonic::transport::Channel;

pub const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];

/// Clients of the services of a version.
#[derive(Clone)]
pub struct Clients {
    pub registration: RegistrationServiceClient<Channel>,
    pub tariffing: TariffingServiceClient<Channel>,
    pub budget: BudgetServiceClient<Channel>,
    pub homecare: HomecareServiceClient<Channel>,
    pub screening: ScreeningServiceClient<Channel>,
    pub audits: Vec<AuditServiceClient<Channel>>,
}

/// The databases on the server, and a folder for keys, documents and logs.
pub struct Place {
    server: String,
    folder: TempDir,
}

/// A version that runs.
pub struct Version {
    pub clients: Clients,
    child: Child,
    log: PathBuf,
}

impl Place {
    /// Makes a database for each service on a server, at `postgres://user@host:port/any`.
    pub async fn on(server: &str) -> Place {
        let mut connection = PgConnection::connect(server).await.unwrap();
        for service in SERVICES {
            connection.execute(AssertSqlSafe(format!("CREATE DATABASE {service}"))).await.unwrap();
        }
        let (server, _) = server.rsplit_once('/').unwrap();
        Place { server: server.to_owned(), folder: tempfile::tempdir().unwrap() }
    }

    /// Starts all services of the version whose binaries are in a folder.
    ///
    /// # Errors
    /// What it logged, when it ends instead.
    pub async fn start(&self, name: &str, binaries: &Path) -> Result<Version, String> {
        let at = |kind: &str| self.folder.path().join(format!("{name}.{kind}"));
        let (out, log) = (at("out"), at("log"));
        let mut up = Command::new(binaries.join("zorginkoop"));
        up.args(["up", "--port", "0", "--data"]).arg(self.folder.path().join("data"));
        up.env("ZORGINKOOP_POSTGRES", &self.server).env("ZORGINKOOP_LOG", "info");
        let mut child = up.stdout(File::create(&out).unwrap()).stderr(File::create(&log).unwrap()).spawn().unwrap();
        for _ in 0..2_400 {
            if let Some(addresses) = addresses(&fs::read_to_string(&out).unwrap()) {
                return Ok(Version { clients: Clients::at(&addresses).await, child, log });
            }
            if child.try_wait().unwrap().is_some() {
                return Err(fs::read_to_string(&log).unwrap());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let _ = child.kill();
        Err(format!("it tells no addresses: {}", fs::read_to_string(&log).unwrap()))
    }

    /// Brings the schemas up to date by `NAME migrate` of the version whose binaries are in a folder; gives what it said.
    pub async fn migrate(&self, binaries: &Path) -> String {
        let mut said = String::new();
        for service in SERVICES {
            let (program, database) = (binaries.join(service), format!("{}/{service}", self.server));
            let mut migrate = Command::new(program);
            migrate.arg("migrate").env("ZORGINKOOP_DATABASE", database);
            let output = tokio::task::spawn_blocking(move || migrate.output()).await.unwrap().unwrap();
            said.push_str(&String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{service} migrate: {said}");
        }
        said
    }

    /// A number out of the database of a service.
    pub async fn number(&self, service: &str, sql: &'static str) -> i64 {
        let mut connection = PgConnection::connect(&format!("{}/{service}", self.server)).await.unwrap();
        query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

/// The addresses of the five services, once they are all told: a line each, and more after them.
fn addresses(told: &str) -> Option<Vec<String>> {
    let address = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    (told.lines().count() > SERVICES.len()).then(|| told.lines().take(SERVICES.len()).filter_map(address).collect())
}

impl Clients {
    async fn at(addresses: &[String]) -> Clients {
        let mut channels = Vec::new();
        for address in addresses {
            channels.push(Channel::from_shared(address.clone()).unwrap().connect().await.unwrap());
        }
        let [registration, tariffing, budget, homecare, screening] = channels.as_slice() else {
            panic!("{addresses:?}")
        };
        Clients {
            registration: RegistrationServiceClient::new(registration.clone()),
            tariffing: TariffingServiceClient::new(tariffing.clone()),
            budget: BudgetServiceClient::new(budget.clone()),
            homecare: HomecareServiceClient::new(homecare.clone()),
            screening: ScreeningServiceClient::new(screening.clone()),
            audits: channels.iter().cloned().map(AuditServiceClient::new).collect(),
        }
    }
}

impl Version {
    /// Has it end, as who replaces it does, and looks whether it went well until then.
    pub fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success(), "it did not end in order");
        let log = fs::read_to_string(&self.log).unwrap();
        let errors: Vec<&str> =
            log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

impl Drop for Version {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
