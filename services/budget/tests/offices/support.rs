//! An office's year in this process, and short ways to say what a test needs of it.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use budget::{
    domain::{Agreement, Tariff},
    rules, store,
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient},
    common,
};
use money::Money;
use runtime::{Clock, Ids, Running, Settings};
use tempfile::{NamedTempFile, TempDir};
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status, transport::Channel};
use tonic_types::StatusExt;

/// Products of one cent: stays without and with treatment, and packages at home.
const PRODUCTS: [&str; 4] = ["Z1", "T1", "V1", "H1"];

pub const BASE: proto::RoundKind = proto::RoundKind::BaseProduction;
pub const CLICK: proto::RoundKind = proto::RoundKind::Click;
pub const REALLOCATION: proto::RoundKind = proto::RoundKind::Reallocation;

/// A product and its cents.
pub type Of<'a> = (&'a str, i64);

/// A service with a database and a clock of its own, for one year of one office.
pub struct World {
    pub client: BudgetServiceClient<Channel>,
    pub clock: Clock,
    office: &'static str,
    year: i32,
    db: TestDb,
    requests: AtomicU64,
    _running: Running,
    _keys: NamedTempFile,
    _rules: TempDir,
}

/// The rules of offices in 2024 with a value for what an office does not state.
pub fn stating(name: &str, office: &str, value: &str) -> Vec<(String, String)> {
    let (file, text) = rules::FILES.iter().find(|(file, _)| *file == "offices-2024.toml").unwrap();
    let entries = text.split("[[parameter]]").map(|entry| {
        let of_it = entry.contains(&format!("name = \"{name}\"")) && entry.contains(&format!("office = \"{office}\""));
        let stated = format!("values = [{{ from = 2024-01-01, until = 2024-12-31, value = {value} }}]");
        if of_it { entry.replace("unset = true", &stated) } else { entry.to_owned() }
    });
    vec![((*file).to_owned(), entries.collect::<Vec<_>>().join("[[parameter]]"))]
}

/// One more rule file, in which vgz states a flag.
pub fn flagged(rule: &str, name: &str, value: bool) -> Vec<(String, String)> {
    let text = format!(
        "[[parameter]]\nrule = \"{rule}\"\nname = \"{name}\"\nunit = \"flag\"\nact = \"wlz\"\noffice = \"vgz\"\n\
         source = \"design: a test\"\nvalues = [{{ from = 2022-01-01, value = {value} }}]\n"
    );
    vec![("stated.toml".to_owned(), text)]
}

pub fn money(cents: i64) -> Option<common::Money> {
    Some(common::Money { cents })
}

pub fn cents(amount: &Option<common::Money>) -> i64 {
    amount.as_ref().map_or(0, |amount| amount.cents)
}

pub fn after(providers: &[proto::RoundProvider]) -> Vec<i64> {
    providers.iter().map(|provider| cents(&provider.after)).collect()
}

/// The code and the reason of a status.
pub fn refused(status: &Status) -> (Code, String) {
    (status.code(), status.get_error_details().error_info().unwrap().reason.clone())
}

pub fn english(explanation: common::Explanation) -> Vec<String> {
    explanation.steps.into_iter().map(|step| step.text_en).collect()
}

fn volumes(of: &[Of<'_>]) -> Vec<proto::ProductVolume> {
    let volume = |(product, cents): &Of<'_>| proto::ProductVolume {
        product: (*product).to_owned(),
        volume: Some(common::Decimal { value: cents.to_string() }),
    };
    of.iter().map(volume).collect()
}

impl World {
    /// On 1 November before the year, with a contract room for care in kind.
    pub async fn open(engine: Engine, (office, year): (&'static str, i32), zin: i64) -> World {
        World::under(engine, (office, year), zin, Vec::new()).await
    }

    /// The same under other rules.
    pub async fn under(
        engine: Engine,
        (office, year): (&'static str, i32),
        zin: i64,
        rules: Vec<(String, String)>,
    ) -> World {
        let (keys, folder) = (NamedTempFile::new().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(keys.path(), format!("1 {}\n", "07".repeat(32))).unwrap();
        for (name, text) in rules {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let db = TestDb::open(engine, store::MIGRATIONS).await;
        // Nobody is there to follow: what they would make known is on record.
        let peers = ["registration", "tariffing"].map(|name| (name.to_owned(), "http://127.0.0.1:1".to_owned()));
        let settings = Settings {
            database: db.url().to_owned(),
            pseudonym_key_file: Some(keys.path().to_owned()),
            rules: Some(folder.path().to_owned()),
            peers: BTreeMap::from(peers).into_iter().collect(),
            ..Settings::default()
        };
        let clock = Clock::manual(moment(&format!("{}-11-01T12:00:00Z", year - 1)));
        let running = budget::start(settings, clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap();
        let client = BudgetServiceClient::connect(running.url()).await.unwrap();
        let requests = AtomicU64::new(0);
        let world = World { client, clock, office, year, db, requests, _running: running, _keys: keys, _rules: folder };
        let request = proto::EstablishRoomRequest {
            request_id: world.id(),
            office: office.to_owned(),
            year,
            regions: vec!["5508".to_owned(), "5519".to_owned()],
            zin: money(zin),
            pgb: money(0),
            motivation: "test".to_owned(),
        };
        world.client().establish_room(request).await.unwrap();
        world
    }

    pub fn client(&self) -> BudgetServiceClient<Channel> {
        self.client.clone()
    }

    pub fn id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    pub fn office(&self) -> String {
        self.office.to_owned()
    }

    /// Noon of a day of the year, such as `06-15`.
    pub fn set(&self, day: &str) {
        self.clock.set(moment(&format!("{}-{day}T12:00:00Z", self.year)));
    }

    /// Makes the tariffs of a provider known: one cent for every product.
    pub async fn tariffs(&self, agb: &str) {
        let day = |month, day| NaiveDate::from_ymd_opt(self.year, month, day).unwrap();
        let tariff = |product: &str| Tariff {
            agb: agb.parse().unwrap(),
            product: product.to_owned(),
            unit: "82".to_owned(),
            first_day: day(1, 1),
            last_day: day(12, 31),
            tariff: Money::from_cents(1),
        };
        let tariffs = PRODUCTS.map(tariff);
        let mut tx = self.db.write().await.unwrap();
        let of = (self.office, agb.parse().unwrap(), self.year, "vv");
        store::replace_tariffs(&mut tx, of, &tariffs).await.unwrap();
        tx.commit(self.clock.now()).await.unwrap();
    }

    /// Makes an agreement of a provider known, of the whole year in a region.
    pub async fn agreement(&self, id: &str, agb: &str, region: &str) {
        let (first_day, products) = (NaiveDate::from_ymd_opt(self.year, 1, 1).unwrap(), Vec::new());
        let agreement =
            Agreement { agb: agb.parse().unwrap(), first_day, last_day: None, products, region: region.to_owned() };
        let mut tx = self.db.write().await.unwrap();
        store::add_agreement(&mut tx, id, self.office, "vv", &agreement).await.unwrap();
        tx.commit(self.clock.now()).await.unwrap();
    }

    /// Enters base production of a provider, from PGB.
    pub async fn base(&self, agb: &str, of: &[Of<'_>]) -> Result<(), Status> {
        self.tariffs(agb).await;
        let request = proto::RecordBaseProductionRequest {
            request_id: self.id(),
            office: self.office(),
            year: self.year,
            agb: agb.to_owned(),
            kind: proto::BaseKind::FromPgb.into(),
            volumes: volumes(of),
            motivation: "test".to_owned(),
        };
        self.client().record_base_production(request).await.map(drop)
    }

    /// Makes the forecasts of a round.
    pub async fn make_forecasts(&self, round: proto::RoundKind) -> Vec<proto::Forecast> {
        let request = proto::MakeForecastRequest {
            request_id: self.id(),
            office: self.office(),
            year: self.year,
            answer_due_date: Some(common::Date { year: self.year, month: 12, day: 31 }),
            round: round.into(),
        };
        self.client().make_forecast(request).await.unwrap().into_inner().forecasts
    }

    /// A provider files its own forecast, and it is settled as such.
    pub async fn forecast(&self, agb: &str, round: proto::RoundKind, of: &[Of<'_>]) {
        let request = proto::AnswerForecastRequest {
            request_id: self.id(),
            office: self.office(),
            year: self.year,
            agb: agb.to_owned(),
            own_volumes: volumes(of),
            motivation: "test".to_owned(),
            round: round.into(),
        };
        self.client().answer_forecast(request).await.unwrap();
        let request = proto::SettleForecastRequest {
            request_id: self.id(),
            office: self.office(),
            year: self.year,
            agb: agb.to_owned(),
            forecast: money(of.iter().map(|(_, cents)| cents).sum()),
            motivation: "test".to_owned(),
            round: round.into(),
        };
        let settled = self.client().settle_forecast(request).await.unwrap().into_inner();
        assert_eq!(settled.forecast.unwrap().state(), proto::ForecastState::Settled);
    }

    /// Opens a round and simulates it.
    pub async fn simulated(&self, kind: proto::RoundKind) -> Result<proto::SimulateRoundResponse, Status> {
        let request = proto::OpenRoundRequest {
            request_id: self.id(),
            office: self.office(),
            year: self.year,
            kind: kind.into(),
            cut_off_time: None,
        };
        let round = self.client().open_round(request).await?.into_inner().round.unwrap();
        let choices = Some(proto::RoundChoices { fund_overproduction: true });
        let request = proto::SimulateRoundRequest { request_id: self.id(), round_id: round.round_id, choices };
        Ok(self.client().simulate_round(request).await?.into_inner())
    }

    pub async fn propose(&self, simulation: &proto::Simulation) -> Result<common::Proposal, Status> {
        let simulation_id = simulation.simulation_id.clone();
        let request = proto::CommitRoundRequest { request_id: self.id(), simulation_id };
        Ok(self.client().commit_round(request).await?.into_inner().proposal.unwrap())
    }

    /// Lets somebody else take a proposal.
    pub async fn take(&self, proposal: &common::Proposal) -> Result<(), Status> {
        let mut request = Request::new(proto::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        self.client().decide_proposal(request).await.map(drop)
    }

    /// Opens, simulates, proposes and takes a round: its simulation, and what it did to each provider.
    pub async fn committed(&self, kind: proto::RoundKind) -> (proto::SimulateRoundResponse, Vec<proto::RoundProvider>) {
        let simulated = self.simulated(kind).await.unwrap();
        let simulation = simulated.simulation.as_ref().unwrap();
        let proposal = self.propose(simulation).await.unwrap();
        self.take(&proposal).await.unwrap();
        let providers = self.providers(simulation).await;
        let request = proto::ReplayRoundRequest { round_id: simulation.round_id.clone() };
        assert!(self.client().replay_round(request).await.unwrap().into_inner().same);
        (simulated, providers)
    }

    /// What a simulation does to the providers.
    pub async fn providers(&self, simulation: &proto::Simulation) -> Vec<proto::RoundProvider> {
        let simulation_id = simulation.simulation_id.clone();
        let request = proto::ListRoundProvidersRequest { simulation_id, ..Default::default() };
        self.client().list_round_providers(request).await.unwrap().into_inner().providers
    }

    /// What would come of a round.
    pub async fn preview(&self, request: proto::PreviewRoundRequest) -> Result<proto::PreviewRoundResponse, Status> {
        Ok(self.client().preview_round(request).await?.into_inner())
    }

    /// The steps of a decision, in English.
    pub async fn told(&self, decision_id: &str) -> Vec<String> {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        english(self.client().explain(request).await.unwrap().into_inner().explanation.unwrap())
    }
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
