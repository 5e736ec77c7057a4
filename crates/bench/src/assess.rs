//! Registrations assessed through the RPC, against the bare echo of the quotes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Instant,
};

use chrono::{NaiveDate, TimeZone, Utc};
use contract::{
    common,
    registration::{self as proto, registration_service_client::RegistrationServiceClient},
};
use edge::Sector;
use explain::{RuleFile, Rules};
use registration::{
    domain::{Category, Round},
    rules,
    sample::Sample,
};
use runtime::{Clock, Ids, Limits, Running, Settings};
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
    quote,
    services::OFFICE,
};

const ROUNDS: usize = 5;
const REGISTRATIONS: usize = 500;
const IN_FLIGHT: usize = 32;
/// 10,000 a minute.
const GOAL_PER_SECOND: f64 = 10_000.0 / 60.0;

/// Measures on one engine: new providers of long-term care, whose assessment tests most.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let mut world = World::start(engine).await?;
    let bare = quote::Bare::start().await?;
    let (mut against_echo, mut against_goal) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let ids = world.registered(round).await?;
        let echoed = bare.load().await?;
        let assessed = world.assess(ids).await?;
        against_echo.push((assessed, echoed));
        against_goal.push((assessed, GOAL_PER_SECOND));
    }
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    Ok(vec![
        Figure::new(format!("assessments / bare tonic echo, {name}"), "calls/s", &against_echo, Goal::None),
        Figure::new(format!("assessments / 10,000 a minute, {name}"), "calls/s", &against_goal, Goal::AtLeast(1.0)),
    ])
}

struct World {
    client: RegistrationServiceClient<Channel>,
    rules: Rules,
    _running: Running,
    _db: TestDb,
}

fn request_id() -> String {
    Ids::random().next().to_string()
}

impl World {
    async fn start(engine: Engine) -> Result<World, Failure> {
        let db = TestDb::open(engine, &[]).await;
        let limits = Limits { calls_per_second: 0, ..Limits::default() };
        let settings = Settings { database: db.url().to_owned(), limits, ..Settings::default() };
        let clock = Clock::manual(Utc.with_ymd_and_hms(2021, 7, 16, 9, 0, 0).single().unwrap_or_default());
        let running = ::registration::start(settings, clock, Ids::random(), CancellationToken::new()).await?;
        let mut client = RegistrationServiceClient::connect(running.url()).await?;
        let open = proto::OpenRoundRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            act: common::Act::Wlz.into(),
            sector: common::Sector::Gz.into(),
            year: 2022,
        };
        client.open_round(open).await?;
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        let rules = Rules::load(files.collect(), &rules::SCHEMA)?;
        Ok(World { client, rules, _running: running, _db: db })
    }

    /// Registrations of new providers that meet everything, interviewed.
    async fn registered(&mut self, round: usize) -> Result<VecDeque<String>, Failure> {
        let mut ids = VecDeque::new();
        for index in 0..REGISTRATIONS {
            let agb = format!("41{:06}", 1 + round * REGISTRATIONS + index);
            let kvk = "12345678".to_owned();
            let provider = Some(proto::Provider { agb: agb.clone(), name: format!("Zorg {agb}"), kvk });
            let create = proto::CreateProviderRequest { request_id: request_id(), provider };
            self.client.create_provider(create).await?;
            let import = self.questionnaire(&agb)?;
            let answer = self.client.import_registration(import).await?.into_inner();
            let registration_id = answer.registration.unwrap_or_default().registration_id;
            let interview = proto::RecordInterviewRequest {
                request_id: request_id(),
                registration_id: registration_id.clone(),
                held_date: Some(common::Date { year: 2021, month: 7, day: 16 }),
                location: "op locatie".to_owned(),
                grounds: Vec::new(),
                motivation: "akkoord".to_owned(),
            };
            self.client.record_interview(interview).await?;
            ids.push_back(registration_id);
        }
        Ok(ids)
    }

    fn questionnaire(&self, agb: &str) -> Result<proto::ImportRegistrationRequest, Failure> {
        let round = Round { round_id: String::new(), office: OFFICE.parse()?, sector: Sector::Gz, year: 2022 };
        let sample = Sample {
            round: &round,
            category: Category::New,
            kvk: "12345678".parse()?,
            region: "5508".parse()?,
            products: &["H300", "Z053"],
            modules: &[],
            received: NaiveDate::from_ymd_opt(2021, 7, 16).unwrap_or_default(),
        };
        let content = registration::convert::content(&sample.content(&self.rules))?;
        let questionnaire = proto::Questionnaire {
            office: OFFICE.to_owned(),
            act: common::Act::Wlz.into(),
            sector: common::Sector::Gz.into(),
            year: 2022,
            agb: agb.to_owned(),
            procedure: 0,
            content: Some(content),
        };
        let (office, agb) = (OFFICE.to_owned(), agb.to_owned());
        Ok(proto::ImportRegistrationRequest {
            request_id: request_id(),
            office,
            agb,
            questionnaire: Some(questionnaire),
        })
    }

    /// Assessments per second.
    async fn assess(&self, ids: VecDeque<String>) -> Result<f64, Failure> {
        let count = ids.len();
        let ids = Arc::new(Mutex::new(ids));
        let begun = Instant::now();
        let mut tasks = Vec::new();
        for _ in 0..IN_FLIGHT {
            let (mut client, ids) = (self.client.clone(), ids.clone());
            tasks.push(tokio::spawn(async move {
                loop {
                    let next = ids.lock().map_err(|_| Status::internal("a task failed"))?.pop_front();
                    let Some(registration_id) = next else { return Ok::<(), Status>(()) };
                    let request = proto::AssessRegistrationRequest { request_id: request_id(), registration_id };
                    let answer = client.assess_registration(request).await?.into_inner();
                    let state = answer.registration.unwrap_or_default().state();
                    if state != proto::RegistrationState::Admissible {
                        return Err(Status::internal(format!("{state:?} is not what is measured")));
                    }
                }
            }));
        }
        for task in tasks {
            task.await??;
        }
        Ok(count as f64 / in_seconds(begun.elapsed()))
    }
}
