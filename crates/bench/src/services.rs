//! Services to measure: registration and tariffing in this process, budget in one of its own.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use chrono::{NaiveDate, TimeZone, Utc};
use contract::{
    budget::{GetProgressRequest, budget_service_client::BudgetServiceClient},
    common, registration,
    registration::registration_service_client::RegistrationServiceClient,
    tariffing,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use identity::{ClientFiles, Connector, IdentitySettings, Revocation, TlsSettings, UnknownRevocation, dev::Contents};
use runtime::{Clock, Ids, Limits, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

use crate::{
    Failure,
    claim_file::{AGB, TARIFF_CENTS},
};

/// The office.
pub const OFFICE: &str = "vgz";
const WINDOW_BYTES: u32 = 4 << 20;
/// The forecasts of thousands of providers come in one answer.
const ANSWER_BYTES: usize = 64 << 20;

/// How a service is reached.
#[derive(Clone, Debug)]
pub enum Way {
    /// Without TLS and identity, on this machine.
    Open,
    /// Over mutual TLS, with the certificates of a folder.
    Identified(Arc<TempDir>),
}

impl Way {
    /// Mutual TLS with certificates made for it.
    pub fn identified() -> Result<Way, Failure> {
        let folder = tempfile::tempdir()?;
        let agbs = vec![AGB.parse()?];
        let contents = Contents { office: OFFICE.to_owned(), other_offices: vec![], agbs, now: Clock::system().now() };
        contents.write(folder.path(), false)?;
        Ok(Way::Identified(Arc::new(folder)))
    }

    /// The settings of a service that is reached this way.
    fn settings(&self, database: &str) -> Settings {
        // A load is what is measured here.
        let limits = Limits { calls_per_second: 0, ..Limits::default() };
        let settings = Settings { database: database.to_owned(), limits, ..Settings::default() };
        let Way::Identified(folder) = self else { return settings };
        let at = |name: &str| folder.path().join(name);
        let tls = TlsSettings {
            certificate: at("server.pem"),
            key: at("server.key"),
            client_ca: at("ca.pem"),
            crl: Some(at("crl.pem")),
            revocation: Revocation::default(),
            unknown_revocation: UnknownRevocation::default(),
        };
        let identity = IdentitySettings { map: at("identities.toml"), tokens: None };
        Settings { tls: Some(tls), identity: Some(identity), ..settings }
    }

    /// The same, for a settings file.
    fn settings_text(&self) -> String {
        let Way::Identified(folder) = self else { return String::new() };
        let at = |name: &str| folder.path().join(name).display().to_string();
        format!(
            "[tls]\ncertificate = '{}'\nkey = '{}'\nclient_ca = '{}'\ncrl = '{}'\n[identity]\nmap = '{}'\n\
             [limits]\ncalls_per_second = 0\n",
            at("server.pem"),
            at("server.key"),
            at("ca.pem"),
            at("crl.pem"),
            at("identities.toml")
        )
    }

    fn url(&self, address: SocketAddr) -> String {
        match self {
            Way::Open => format!("http://{address}"),
            Way::Identified(_) => format!("https://{address}"),
        }
    }

    /// A channel as the services' own clients make it, of one of the identities of the folder.
    pub async fn channel(&self, url: String, name: &str) -> Result<Channel, Failure> {
        let window = Some(WINDOW_BYTES);
        let endpoint = Channel::from_shared(url)?;
        let endpoint = endpoint.initial_stream_window_size(window).initial_connection_window_size(window);
        let Way::Identified(folder) = self else { return Ok(endpoint.connect().await?) };
        let at = |name: String| folder.path().join(name);
        let own = Some((at(format!("{name}.pem")), at(format!("{name}.key"))));
        let connector = Connector::open(ClientFiles { ca: at("ca.pem".to_owned()), own })?;
        Ok(endpoint.connect_with_connector(connector).await?)
    }
}

/// Who buys, in the folder of certificates.
pub const PURCHASER: &str = "purchaser-1";

/// Tariffing in this process, with the tariff of the claim file.
pub struct Tariffing {
    pub running: Running,
    pub client: TariffingServiceClient<Channel>,
    _db: TestDb,
}

fn clock() -> Clock {
    Clock::manual(Utc.with_ymd_and_hms(2023, 6, 1, 9, 0, 0).single().unwrap_or_default())
}

impl Tariffing {
    /// Starts it, imports a table and agrees the full maximum with the provider.
    pub async fn start(engine: Engine, way: &Way) -> Result<Tariffing, Failure> {
        let db = TestDb::open(engine, &[]).await;
        let settings = way.settings(db.url());
        let running = ::tariffing::start(settings, clock(), Ids::random(), CancellationToken::new()).await?;
        let mut client = TariffingServiceClient::new(way.channel(running.url(), PURCHASER).await?);
        let euros = money::Money::from_cents(TARIFF_CENTS);
        let header = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until";
        let csv = format!("{header}\nH126,example,GZ,mpt,04,{euros},0,0,2023-01-01,2023-12-31\n");
        let request_id = || Ids::random().next().to_string();
        let import = tariffing::ImportMaximumTariffsRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            source: "example".to_owned(),
            csv: csv.into_bytes(),
        };
        client.import_maximum_tariffs(import).await?;
        let agree = tariffing::RecordPercentageRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            sector: common::Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
            percentage: Some(common::Decimal { value: "100".to_owned() }),
            basis: tariffing::PercentageBasis::Regular.into(),
            motivation: "example".to_owned(),
        };
        client.record_percentage(agree).await?;
        Ok(Tariffing { running, client, _db: db })
    }
}

/// Budget as a process of its own, ready to take the claim file.
pub struct Budget {
    pub client: BudgetServiceClient<Channel>,
    process: Child,
    _tariffing: Tariffing,
    _registration: Running,
    _dbs: [TestDb; 2],
    _folder: tempfile::TempDir,
}

impl Budget {
    /// Starts it on a fresh database, with registration and tariffing, and waits until it knows the agreement.
    pub async fn start(engine: Engine, way: &Way) -> Result<Budget, Failure> {
        let tariffing = Tariffing::start(engine, &Way::Open).await?;
        let dbs = [TestDb::open(engine, &[]).await, TestDb::open(engine, &[]).await];
        let settings = Settings { database: dbs[0].url().to_owned(), ..Settings::default() };
        let registration = ::registration::start(settings, clock(), Ids::random(), CancellationToken::new()).await?;
        agreement(registration.url()).await?;

        let folder = tempfile::tempdir()?;
        let key = pseudonym_key(&folder)?;
        let settings = folder.path().join("budget.toml");
        fs::write(&settings, way.settings_text())?;
        let address = free_address()?;
        let process = Command::new(binary("budget")?)
            .arg("--settings")
            .arg(&settings)
            .env("ZORGINKOOP_LISTEN", address.to_string())
            .env("ZORGINKOOP_DATABASE", dbs[1].url())
            .env("ZORGINKOOP_PSEUDONYM_KEY_FILE", &key)
            .env("ZORGINKOOP_PEER_REGISTRATION", registration.url())
            .env("ZORGINKOOP_PEER_TARIFFING", tariffing.running.url())
            .env("ZORGINKOOP_LOG", "error")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let client = ready(address, way).await?;
        Ok(Budget { client, process, _tariffing: tariffing, _registration: registration, _dbs: dbs, _folder: folder })
    }

    /// The most memory the process had at once, in megabytes; `None` where the system does not tell.
    pub fn peak_megabytes(&self) -> Option<f64> {
        peak_megabytes(&self.process.id()?.to_string())
    }
}

/// Budget in this process, with nobody to follow.
pub struct Alone {
    pub client: BudgetServiceClient<Channel>,
    pub db: TestDb,
    _running: Running,
    _folder: TempDir,
}

impl Alone {
    /// Starts it on a fresh database, after `fill` put there what it would have followed.
    pub async fn start(
        engine: Engine,
        clock: Clock,
        fill: impl AsyncFnOnce(&TestDb) -> Result<(), Failure>,
    ) -> Result<Alone, Failure> {
        let db = TestDb::open(engine, budget::store::MIGRATIONS).await;
        fill(&db).await?;
        let folder = tempfile::tempdir()?;
        // A load is what is measured here.
        let limits = Limits { calls_per_second: 0, ..Limits::default() };
        let key = Some(pseudonym_key(&folder)?);
        let mut settings =
            Settings { database: db.url().to_owned(), limits, pseudonym_key_file: key, ..Settings::default() };
        for peer in ["registration", "tariffing"] {
            settings.peers.insert(peer.to_owned(), "http://127.0.0.1:9".to_owned());
        }
        let running = ::budget::start(settings, clock, Ids::random(), CancellationToken::new()).await?;
        let client = BudgetServiceClient::connect(running.url()).await?.max_decoding_message_size(ANSWER_BYTES);
        Ok(Alone { client, db, _running: running, _folder: folder })
    }
}

/// A key for pseudonyms, in a file that only its owner may read.
pub fn pseudonym_key(folder: &TempDir) -> Result<PathBuf, Failure> {
    let key = folder.path().join("key");
    fs::write(&key, format!("1 {}\n", "07".repeat(32)))?;
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(key)
}

/// The most memory a process had at once, in megabytes; `None` where the system does not tell.
pub fn peak_megabytes(process: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// A service's program, built beside this one.
pub fn binary(name: &str) -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name(name);
    if path.exists() { Ok(path) } else { Err(format!("{} is not built: use cargo xtask bench", path.display()).into()) }
}

pub fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

async fn agreement(url: String) -> Result<(), Failure> {
    let mut client = RegistrationServiceClient::new(Way::Open.channel(url, PURCHASER).await?);
    let provider = registration::Provider { agb: AGB.into(), name: "example".into(), kvk: "12345678".into() };
    let request_id = || Ids::random().next().to_string();
    let create = registration::CreateProviderRequest { request_id: request_id(), provider: Some(provider) };
    client.create_provider(create).await?;
    let day = |date: NaiveDate| {
        use chrono::Datelike;
        Some(common::Date { year: date.year(), month: date.month().cast_signed(), day: date.day().cast_signed() })
    };
    let (first, last) = (NaiveDate::from_ymd_opt(2023, 1, 1), NaiveDate::from_ymd_opt(2023, 12, 31));
    let record = registration::RecordAgreementRequest {
        request_id: request_id(),
        office: OFFICE.to_owned(),
        act: common::Act::Wlz.into(),
        sector: common::Sector::Gz.into(),
        agb: AGB.to_owned(),
        period: Some(common::Period { first_day: first.and_then(day), last_day: last.and_then(day) }),
        claiming_since: None,
        extended: false,
        conditional: false,
        region: "5508".to_owned(),
    };
    client.record_agreement(record).await?;
    Ok(())
}

/// Waits until budget answers and has followed both feeds.
async fn ready(address: SocketAddr, way: &Way) -> Result<BudgetServiceClient<Channel>, Failure> {
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let Ok(operator) = way.channel(way.url(address), "operator").await else { continue };
        let mut client = BudgetServiceClient::new(operator);
        let Ok(progress) = client.get_progress(GetProgressRequest {}).await else { continue };
        let feeds = progress.into_inner().feeds;
        let reached = |service: &str, at: i64| feeds.iter().any(|feed| feed.service == service && feed.sequence >= at);
        if reached("registration", 2) && reached("tariffing", 2) {
            return Ok(BudgetServiceClient::new(way.channel(way.url(address), "adapter").await?));
        }
    }
    Err("budget did not get ready".into())
}
