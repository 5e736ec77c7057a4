//! The five services in one process.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use identity::{ClientSettings, IdentitySettings, Revocation, TlsSettings, UnknownRevocation};
use runtime::{Clock, Ids, Running, Settings, StartError};
use telemetry::admin::Readiness;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::keys::Keys;
use crate::{args::EndpointArguments, credentials::CredentialArguments, failure::Failure};

/// How the services are started.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder of the databases and keys.
    pub data: PathBuf,
    /// Port of the first service, the others follow; 0 takes free ones.
    pub port: u16,
    /// Folder of rule files, one folder per service.
    pub rules: Option<PathBuf>,
    /// The start of PostgreSQL addresses, to which the name of the service is added; SQLite when absent.
    pub postgres: Option<String>,
    /// Whether the services bring the schemas of their databases up to date.
    pub migrate: bool,
    /// Folder of the files that `dev-certs` makes, to serve over TLS; on this machine without TLS when absent.
    pub tls: Option<PathBuf>,
    /// Which logs are written.
    pub log: String,
}

/// The services, running.
#[derive(Debug)]
pub struct Cluster {
    services: Vec<Running>,
    /// Where they listen.
    pub endpoints: EndpointArguments,
}

impl Cluster {
    /// Starts all five. Those that others follow start first.
    ///
    /// # Errors
    /// What keeps a service from starting; those that did start are stopped.
    pub async fn start(plan: &Plan, clock: &Clock, ids: &Ids) -> Result<Cluster, Failure> {
        fs::create_dir_all(&plan.data)?;
        let keys = Keys::in_folder(&plan.data)?;
        let stop = CancellationToken::new();
        let mut endpoints = EndpointArguments {
            registration: String::new(),
            tariffing: String::new(),
            budget: String::new(),
            homecare: String::new(),
            screening: String::new(),
            credentials: CredentialArguments::default(),
        };
        let mut services = Vec::new();
        let with = || (clock.clone(), ids.clone(), stop.clone());

        // Registration, budget and home care follow screening, which follows them; where it listens is told when it does.
        let mut of_registration = plan.settings(registration::NAME, 0, &keys);
        let (screening, coming) = oneshot::channel();
        let screening_comes = async { coming.await.ok() };
        let running = registration::start_before_screening(of_registration.clone(), with(), screening_comes).await?;
        endpoints.registration = running.url();
        services.push(running);

        // Tariffing and budget follow each other; where budget listens is told when it does.
        let mut of_tariffing = plan.settings(tariffing::NAME, 1, &keys);
        let (budget, coming) = oneshot::channel();
        let budget_comes = async { coming.await.ok() };
        let running = tariffing::start_before_budget(of_tariffing.clone(), with(), budget_comes).await?;
        endpoints.tariffing = running.url();
        services.push(running);

        let mut settings = plan.settings(budget::NAME, 2, &keys);
        settings.peers.insert("registration".to_owned(), endpoints.registration.clone());
        settings.peers.insert("tariffing".to_owned(), endpoints.tariffing.clone());
        let mut of_budget = settings.clone();
        let (screening_of_budget, coming) = oneshot::channel();
        let screening_comes = async { coming.await.ok() };
        let running = budget::start_before_screening(settings, with(), screening_comes).await?;
        endpoints.budget = running.url();
        of_tariffing.peers.insert("budget".to_owned(), endpoints.budget.clone());
        // A tariffing that stopped meanwhile follows nobody.
        let _ = budget.send(of_tariffing.peer(tariffing::NAME, "budget").map_err(StartError::from)?);
        services.push(running);

        let mut settings = plan.settings(homecare::NAME, 3, &keys);
        settings.peers.insert("registration".to_owned(), endpoints.registration.clone());
        let mut of_homecare = settings.clone();
        let (screening_of_homecare, coming) = oneshot::channel();
        let screening_comes = async { coming.await.ok() };
        let running = homecare::start_before_screening(settings, with(), screening_comes).await?;
        endpoints.homecare = running.url();
        services.push(running);

        let (clock_, ids_, stop_) = with();
        let mut settings = plan.settings(screening::NAME, 4, &keys);
        settings.peers.insert("registration".to_owned(), endpoints.registration.clone());
        settings.peers.insert("budget".to_owned(), endpoints.budget.clone());
        settings.peers.insert("homecare".to_owned(), endpoints.homecare.clone());
        let running = screening::start(settings, clock_, ids_, stop_).await?;
        endpoints.screening = running.url();
        let followers = [
            (registration::NAME, &mut of_registration, screening),
            (budget::NAME, &mut of_budget, screening_of_budget),
            (homecare::NAME, &mut of_homecare, screening_of_homecare),
        ];
        for (name, settings, told) in followers {
            settings.peers.insert("screening".to_owned(), endpoints.screening.clone());
            // One that stopped meanwhile follows nobody.
            let _ = told.send(settings.peer(name, "screening").map_err(StartError::from)?);
        }
        services.push(running);
        Ok(Cluster { services, endpoints })
    }

    /// Stops all of them.
    ///
    /// # Errors
    /// When a server ended badly.
    pub async fn stop(self) -> Result<(), Failure> {
        for service in self.services {
            service.stop().await?;
        }
        Ok(())
    }

    /// Whether each of them is ready, for the admin port.
    pub fn readiness(&self) -> Vec<Readiness> {
        self.services.iter().map(Running::readiness).collect()
    }

    /// Names and addresses.
    pub fn addresses(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.services.iter().map(|service| (service.name, service.url()))
    }
}

impl Plan {
    fn settings(&self, name: &str, offset: u16, keys: &Keys) -> Settings {
        let port = if self.port == 0 { 0 } else { self.port.saturating_add(offset) };
        let database = match &self.postgres {
            Some(prefix) => format!("{prefix}{name}"),
            None => format!("sqlite://{}", self.data.join(format!("{name}.db")).display()),
        };
        // A service without a folder of its own has the built-in rules only.
        let rules = self.rules.as_ref().map(|rules| rules.join(name)).filter(|rules| rules.is_dir());
        let settings = Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            database,
            migrate: self.migrate,
            rules,
            pseudonym_key_file: Some(keys.pseudonyms.clone()),
            people_key_file: Some(keys.people.clone()),
            documents: Some(self.data.join("documents").to_string_lossy().into_owned()),
            receipt_keys: Some(keys.receipts.clone()),
            log: self.log.clone(),
            ..Settings::default()
        };
        match &self.tls {
            Some(folder) => over_tls(settings, folder, name),
            None => settings,
        }
    }
}

/// The settings of a service with the files of `dev-certs`: the same server certificate for all, and its own as a client.
fn over_tls(settings: Settings, folder: &Path, name: &str) -> Settings {
    let at = |file: &str| folder.join(file);
    let (certificate, key) = (at(&format!("service-{name}.pem")), at(&format!("service-{name}.key")));
    Settings {
        tls: Some(TlsSettings {
            certificate: at("server.pem"),
            key: at("server.key"),
            client_ca: at("ca.pem"),
            crl: Some(at("crl.pem")),
            revocation: Revocation::default(),
            unknown_revocation: UnknownRevocation::default(),
        }),
        identity: Some(IdentitySettings { map: at("identities.toml"), tokens: None }),
        client: Some(ClientSettings { certificate, key, ca: at("ca.pem") }),
        ..settings
    }
}
