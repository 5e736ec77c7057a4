//! One service over TLS, whose callers show tokens.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use contract::access::{Method, Role};
use database::Migration;
use identity::{
    Algorithm, ClientFiles, Connector, IdentitySettings, TlsSettings, TokenSettings,
    dev::{Authority, Issued, Period, TokenIssuer},
};
use prost::Message;
use runtime::{Clock, Ids, Running, Settings};
use serde_json::json;
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};
use tonic_types::StatusExt;

/// The office of most callers, and another one.
pub const OWN: &str = "vgz";
pub const OTHER: &str = "cz";
/// A provider that the adapters act for, and one they don't.
pub const AGB: &str = "41410001";
pub const STRANGE_AGB: &str = "41410002";

pub const ROLES: [Role; 7] =
    [Role::Adapter, Role::Purchaser, Role::Decider, Role::Investigator, Role::Operator, Role::Auditor, Role::Service];

/// The services, by what starts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Registration,
    Tariffing,
    Budget,
    Homecare,
    Screening,
}

pub const ALL: [Which; 5] = [Which::Registration, Which::Tariffing, Which::Budget, Which::Homecare, Which::Screening];

impl Which {
    pub fn package(self) -> &'static str {
        match self {
            Which::Registration => "zorginkoop.registration.v1",
            Which::Tariffing => "zorginkoop.tariffing.v1",
            Which::Budget => "zorginkoop.budget.v1",
            Which::Homecare => "zorginkoop.homecare.v1",
            Which::Screening => "zorginkoop.screening.v1",
        }
    }
}

/// A service, its database, and callers' tokens.
pub struct World {
    pub db: TestDb,
    pub clock: Clock,
    pub channel: Channel,
    pub issuer: TokenIssuer,
    pub authority: Authority,
    running: Running,
    stop: CancellationToken,
    files: TempDir,
}

static NONE: &[Migration] = &[];

fn today() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

/// The word of a role in the identity map.
pub fn word(role: Role) -> String {
    role.as_str_name().trim_start_matches("ROLE_").to_lowercase()
}

impl World {
    pub async fn open(engine: Engine, which: Which) -> World {
        World::with(engine, which, |_| {}).await
    }

    /// With settings changed.
    pub async fn with(engine: Engine, which: Which, change: impl Fn(&mut Settings)) -> World {
        let db = TestDb::open(engine, NONE).await;
        let clock = Clock::manual(today());
        let files = tempfile::tempdir().unwrap();
        let issuer = TokenIssuer::new("one").unwrap();
        let period = valid();
        let authority = Authority::new("test", period).unwrap();
        let mut settings = settings(files.path(), &issuer, &authority);
        settings.database = db.url().to_owned();
        change(&mut settings);
        let stop = CancellationToken::new();
        let with = (settings, clock.clone(), Ids::random(), stop.clone());
        let running = match which {
            Which::Registration => registration::start(with.0, with.1, with.2, with.3).await,
            Which::Tariffing => tariffing::start(with.0, with.1, with.2, with.3).await,
            Which::Budget => budget::start(with.0, with.1, with.2, with.3).await,
            Which::Homecare => homecare::start(with.0, with.1, with.2, with.3).await,
            Which::Screening => screening::start(with.0, with.1, with.2, with.3).await,
        };
        let running = running.unwrap();
        let channel = connect(&running, files.path(), None).await;
        World { db, clock, channel, issuer, authority, running, stop, files }
    }

    /// Another connection.
    pub async fn connect(&self) -> Caller {
        Caller(connect(&self.running, self.files.path(), None).await)
    }

    /// A connection that shows a certificate.
    pub async fn connect_as(&self, own: &Issued) -> Caller {
        let at = |name: &str| self.files.path().join(name);
        fs::write(at("own.pem"), &own.certificate).unwrap();
        fs::write(at("own.key"), &own.key).unwrap();
        Caller(connect(&self.running, self.files.path(), Some((at("own.pem"), at("own.key")))).await)
    }

    /// Publishes a list of revoked certificates.
    pub fn revoke(&self, revoked: &[&Issued]) {
        let list = self.authority.revocation_list(revoked, valid()).unwrap();
        fs::write(self.files.path().join("crl.pem"), list).unwrap();
    }

    /// A token of someone with a role at an office; an adapter's carries [`AGB`].
    pub fn token(&self, role: Role, office: &str) -> String {
        let role = word(role);
        self.token_of(&format!("{role}-{office}"), &[format!("{role}@{office}")])
    }

    pub fn token_of(&self, name: &str, groups: &[String]) -> String {
        let now = Clock::system().now().timestamp();
        let claims = json!({
            "iss": "https://login.example", "aud": "zorginkoop", "sub": name, "groups": groups,
            "exp": now + 3_600, "agb": [AGB],
        });
        self.issuer.mint(&claims).unwrap()
    }

    /// Calls a method with an encoded request and a token; gives the first status that comes back.
    pub async fn call(&self, method: &Method, request: Vec<u8>, token: &str) -> Result<Vec<u8>, Status> {
        Caller(self.channel.clone()).call(method, request, token).await
    }

    /// A call of the contract's types.
    pub async fn ask<M, R>(&self, request: &M, token: &str) -> Result<R, Status>
    where
        M: contract::access::Scoped,
        R: Message + Default,
    {
        let answer = self.call(M::METHOD, request.encode_to_vec(), token).await?;
        Ok(R::decode(answer.as_slice()).unwrap())
    }

    /// The audit log as it is stored.
    pub async fn log(&self) -> Vec<database::AuditRow> {
        self.db.read().await.unwrap().audit_page(0, 100_000).await.unwrap()
    }

    pub async fn close(self) {
        // What is watched would wait for more.
        self.stop.cancel();
        drop(self.channel);
        self.running.stop().await.unwrap();
    }
}

async fn connect(running: &Running, files: &Path, own: Option<(PathBuf, PathBuf)>) -> Channel {
    let connector = Connector::open(ClientFiles { ca: files.join("ca.pem"), own }).unwrap();
    Channel::from_shared(running.url()).unwrap().connect_with_connector(connector).await.unwrap()
}

/// A connection that calls are made on.
pub struct Caller(Channel);

impl Caller {
    /// Calls a method with an encoded request and a token; gives the first status that comes back.
    pub async fn call(&self, method: &Method, request: Vec<u8>, token: &str) -> Result<Vec<u8>, Status> {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let mut call = Request::new(tokio_stream::once(request));
        if !token.is_empty() {
            call.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let path = method.path.parse().unwrap();
        let mut answers = grpc.streaming(call, path, Raw).await?.into_inner();
        // What is watched stays open and says nothing: it was let in.
        match tokio::time::timeout(std::time::Duration::from_millis(300), answers.message()).await {
            Err(_) => Ok(Vec::new()),
            Ok(answer) => answer.map(Option::unwrap_or_default),
        }
    }
}

/// From yesterday, by the machine's own clock: so certificates are checked.
pub fn valid() -> Period {
    Period::days(Clock::system().now() - TimeDelta::days(1), 30)
}

fn settings(files: &Path, issuer: &TokenIssuer, authority: &Authority) -> Settings {
    let at = |name: &str| files.join(name);
    let put = |name: &str, text: &str| {
        fs::write(at(name), text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(at(name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    };
    let server = authority.server(&["dns:localhost", "ip:127.0.0.1"], valid()).unwrap();
    put("crl.pem", &authority.revocation_list(&[], valid()).unwrap());
    put("ca.pem", &authority.certificate());
    put("server.pem", &server.certificate);
    put("server.key", &server.key);
    put("jwks.json", &TokenIssuer::jwks(&[issuer]));
    put("pseudonym.key", &format!("1 {}\n", "07".repeat(32)));
    put("people.keys", &format!("1 {}\n", "09".repeat(32)));
    put("identities.toml", &map());
    receipt::make_keys(&at("receipt-keys"), Clock::system().now(), &[5; 32]).unwrap();
    let nowhere = "http://127.0.0.1:9".to_owned();
    let peers = ["registration", "tariffing", "budget", "homecare"];
    Settings {
        peers: peers.into_iter().map(|peer| (peer.to_owned(), nowhere.clone())).collect(),
        pseudonym_key_file: Some(at("pseudonym.key")),
        people_key_file: Some(at("people.keys")),
        receipt_keys: Some(at("receipt-keys")),
        tls: Some(TlsSettings {
            certificate: at("server.pem"),
            key: at("server.key"),
            client_ca: at("ca.pem"),
            crl: Some(at("crl.pem")),
            revocation: Default::default(),
            unknown_revocation: Default::default(),
        }),
        identity: Some(IdentitySettings {
            map: at("identities.toml"),
            tokens: Some(TokenSettings {
                issuer: "https://login.example".to_owned(),
                audience: "zorginkoop".to_owned(),
                jwks: at("jwks.json").display().to_string(),
                jwks_ca: None,
                jwks_refresh_seconds: 300,
                algorithms: vec![Algorithm::ES256],
                clock_skew_seconds: 60,
                name_claim: "sub".to_owned(),
            }),
        }),
        ..Settings::default()
    }
}

/// The name in the certificate of a purchaser of the own office.
pub const PURCHASER: &str = "uri:urn:test:purchaser";

/// A certificate, and a group per role and office.
fn map() -> String {
    let offices = [OWN, OTHER];
    let groups = ROLES.iter().flat_map(|role| offices.iter().map(move |office| (word(*role), *office)));
    let groups = groups.map(|(role, office)| {
        format!(
            "[[token]]\nclaim = 'groups'\nvalue = '{role}@{office}'\n\
             grants = [{{ roles = ['{role}'], offices = ['{office}'] }}]\n"
        )
    });
    let certificate = format!(
        "[[certificate]]\nsan = '{PURCHASER}'\nname = 'anna'\n\
         grants = [{{ roles = ['purchaser'], offices = ['{OWN}'] }}]\n"
    );
    std::iter::once(certificate).chain(groups).collect()
}

/// A new request id.
pub fn new_id() -> String {
    Ids::random().next().to_string()
}

/// The code and the reason of a status.
pub fn reason(status: &Status) -> (Code, String) {
    let info = status.get_error_details().error_info().map(|info| info.reason.clone());
    (status.code(), info.unwrap_or_default())
}

/// Names of RPCs, for failures that say all at once.
pub type Names = BTreeSet<String>;

/// Requests and answers as bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = bytes::Buf::remaining(buffer);
        Ok(Some(bytes::Buf::copy_to_bytes(buffer, length).to_vec()))
    }
}
