//! Registration asks for the integrity of a provider, screening looks it and its people up in registers, and what that
//! comes to is known to registration without anybody carrying it over (REG-13, SCR-01, SCR-03).

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use calendar::amsterdam_date;
use contract::{
    common::{self, Act, Sector},
    registration::{self as proto, RegistrationState, registration_service_client::RegistrationServiceClient},
    screening::{self, IntegrityState, screening_service_client::ScreeningServiceClient},
};
use database::Migration;
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb, on_both_engines};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tonic::{Request, transport::Channel};

use crate::home_care::{content, period, utc};

const AGB: &str = "41410001";

/// Registration and screening, which follow each other; it is 1 June 2023 and the round for 2024 is open.
struct Office {
    clock: Clock,
    ids: Ids,
    registration: RegistrationServiceClient<Channel>,
    screening: ScreeningServiceClient<Channel>,
    running: Vec<Running>,
    _databases: Vec<TestDb>,
    folder: TempDir,
}

fn rows(rows: &[&str]) -> String {
    let head = "as_of;2023-05-31\nagb;kvk;name;birth_date;code;first_day;last_day;value;text\n";
    rows.iter().fold(head.to_owned(), |text, row| text + row + "\n")
}

impl Office {
    async fn open(engine: Engine) -> Office {
        static NONE: &[Migration] = &[];
        let clock = Clock::manual(utc("2023-06-01T10:00:00Z"));
        let (ids, stop) = (Ids::random(), CancellationToken::new());
        let folder = TempDir::new().unwrap();
        let keys = folder.path().join("keys");
        fs::write(&keys, format!("1 {}\n", "09".repeat(32))).unwrap();
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
        let registers = ["riz", "evr", "igj", "kvk", "ubo", "agb", "digimv"].map(|name| {
            let file = folder.path().join(format!("{name}.csv"));
            fs::write(&file, rows(&["41410001;12345678;;;;;;;"])).unwrap();
            (name.to_owned(), file.to_str().unwrap().to_owned())
        });
        let databases = vec![TestDb::open(engine, NONE).await, TestDb::open(engine, NONE).await];
        let settings = |index: usize| Settings {
            database: databases[index].url().to_owned(),
            people_key_file: Some(keys.clone()),
            registers: registers.clone().into(),
            ..Settings::default()
        };
        let with = (clock.clone(), ids.clone(), stop.clone());
        let (told, coming) = oneshot::channel();
        let registration =
            ::registration::start_before_screening(settings(0), with, async { coming.await.ok() }).await.unwrap();
        let mut following = settings(1);
        let nobody = || "http://127.0.0.1:1".to_owned();
        following.peers = [("registration", registration.url()), ("budget", nobody()), ("homecare", nobody())]
            .map(|(name, url)| (name.to_owned(), url))
            .into();
        let running = ::screening::start(following, clock.clone(), ids.clone(), stop).await.unwrap();
        let channel = Channel::from_shared(running.url()).unwrap().connect_lazy();
        assert!(told.send(runtime::peer("registration", channel)).is_ok());
        Office {
            registration: RegistrationServiceClient::connect(registration.url()).await.unwrap(),
            screening: ScreeningServiceClient::connect(running.url()).await.unwrap(),
            running: vec![registration, running],
            clock,
            ids,
            _databases: databases,
            folder,
        }
    }

    fn id(&self) -> String {
        self.ids.next().to_string()
    }

    async fn record(&mut self, name: &str, from: i32) -> String {
        let person = proto::Person {
            person_id: String::new(),
            position: proto::Position::BoardMember.into(),
            name: name.to_owned(),
            birth_date: Some(common::Date { year: 1970, month: 1, day: 31 }),
            period: Some(common::Period { first_day: period(from).unwrap().first_day, last_day: None }),
        };
        let (office, agb) = ("vgz".to_owned(), AGB.to_owned());
        let request = proto::RecordPersonRequest { request_id: self.id(), office, agb, person: Some(person) };
        self.registration.record_person(request).await.unwrap().into_inner().person_id
    }

    /// A provider with a board member registers for 2024, and its integrity is asked for.
    async fn asked(&mut self) -> String {
        let provider = proto::Provider { agb: AGB.to_owned(), name: "De Linde".to_owned(), kvk: "12345678".to_owned() };
        let request = proto::CreateProviderRequest { request_id: self.id(), provider: Some(provider) };
        self.registration.create_provider(request).await.unwrap();
        self.record("Anna de Vriès", 2020).await;
        let request = proto::RecordAgreementRequest {
            request_id: self.id(),
            office: "vgz".to_owned(),
            act: Act::Zvw.into(),
            sector: Sector::HomeCare.into(),
            agb: AGB.to_owned(),
            period: period(2023),
            ..Default::default()
        };
        self.registration.record_agreement(request).await.unwrap();
        let registration_id = self.submitted().await;
        let request = proto::AskIntegrityRequest {
            request_id: self.id(),
            registration_id: registration_id.clone(),
            due_date: Some(common::Date { year: 2023, month: 7, day: 15 }),
        };
        assert_eq!(self.registration.ask_integrity(request).await.unwrap().into_inner().people, 1);
        registration_id
    }

    async fn submitted(&mut self) -> String {
        let (office, act, sector) = ("vgz".to_owned(), Act::Zvw.into(), Sector::HomeCare.into());
        let request = proto::OpenRoundRequest { request_id: self.id(), office, act, sector, year: 2024 };
        let round = self.registration.open_round(request).await.unwrap().into_inner().round.unwrap();
        let request = proto::CreateRegistrationRequest {
            request_id: self.id(),
            round_id: round.round_id.clone(),
            agb: AGB.to_owned(),
            procedure: proto::Procedure::Regular.into(),
            content: Some(content(&round, amsterdam_date(self.clock.now()))),
        };
        let drafted = self.registration.create_registration(request).await.unwrap().into_inner().registration.unwrap();
        let request =
            proto::SubmitRegistrationRequest { request_id: self.id(), registration_id: drafted.registration_id };
        let sent = self.registration.submit_registration(request).await.unwrap().into_inner();
        sent.registration.unwrap().registration_id
    }

    async fn assess(&mut self, registration_id: &str) -> RegistrationState {
        let request =
            proto::AssessRegistrationRequest { request_id: self.id(), registration_id: registration_id.to_owned() };
        self.registration.assess_registration(request).await.unwrap().into_inner().registration.unwrap().state()
    }

    /// Assesses it, and lets somebody else take the rejection that this comes to; its reasons.
    async fn rejected(&mut self, registration_id: &str) -> Vec<String> {
        let registration_id = registration_id.to_owned();
        let request =
            proto::AssessRegistrationRequest { request_id: self.id(), registration_id: registration_id.clone() };
        let proposal = self.registration.assess_registration(request).await.unwrap().into_inner().proposal.unwrap();
        let mut request = Request::new(proto::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: proposal.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        self.registration.decide_proposal(request).await.unwrap();
        let request = proto::GetRegistrationRequest { registration_id };
        let assessed = self.registration.get_registration(request).await.unwrap().into_inner().registration.unwrap();
        assert_eq!(assessed.state(), RegistrationState::Rejected);
        assessed.reasons.into_iter().map(|reason| reason.code).collect()
    }

    /// Waits until screening says so.
    async fn stated(&mut self, wanted: IntegrityState) {
        for _ in 0..600 {
            let request = screening::GetIntegrityRequest { office: "vgz".to_owned(), agb: AGB.to_owned() };
            let integrity = self.screening.get_integrity(request).await.unwrap().into_inner().integrity.unwrap();
            if integrity.state() == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not come to {wanted:?}");
    }

    /// Waits until registration has what screening made known.
    async fn caught_up(&mut self) {
        let wanted = self.screening.get_progress(screening::GetProgressRequest {}).await.unwrap();
        let wanted = wanted.into_inner().last_sequence;
        for _ in 0..600 {
            let feeds = self.registration.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().feeds;
            if feeds.iter().any(|feed| feed.service == "screening" && feed.sequence >= wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("registration did not catch up");
    }

    /// The consults that held a finding, once there are so many consults in all.
    async fn hits(&mut self, consults: usize) -> Vec<screening::Consult> {
        for _ in 0..600 {
            let request =
                screening::ListConsultsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
            let mut found = self.screening.list_consults(request).await.unwrap().into_inner().consults;
            if found.len() == consults {
                found.retain(|consult| consult.outcome() == screening::ConsultOutcome::Hit);
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not so many consults came");
    }

    async fn close(self) {
        for service in self.running {
            service.stop().await.unwrap();
        }
    }
}

on_both_engines! {
    async fn scr_03_reg_13_no_objection_reaches_registration_by_itself(engine) {
        let mut office = Office::open(engine).await;
        let registration_id = office.asked().await;
        // Seven registers about the provider, two about its board member.
        assert!(office.hits(9).await.is_empty());
        office.stated(IntegrityState::NoObjection).await;
        office.caught_up().await;
        assert_eq!(office.assess(&registration_id).await, RegistrationState::Admissible);
        office.close().await;
    }

    async fn scr_01_who_joins_is_screened_and_who_leaves_is_asked_about_no_more(engine) {
        let mut office = Office::open(engine).await;
        let evr = rows(&["41410001;12345678;;;;;;;", ";;BART VOS;1970-01-31;hit;;;;"]);
        fs::write(office.folder.path().join("evr.csv"), evr).unwrap();
        office.asked().await;
        assert!(office.hits(9).await.is_empty());
        office.stated(IntegrityState::NoObjection).await;
        // Through the year, without anybody asking for it.
        let person_id = office.record("Bart Vos", 2021).await;
        assert_eq!(office.hits(11).await[0].register(), screening::Register::Evr);
        office.stated(IntegrityState::Pending).await;
        let last_day = Some(common::Date { year: 2023, month: 6, day: 1 });
        let request = proto::EndPersonRequest { request_id: office.id(), person_id: person_id.clone(), last_day };
        office.registration.end_person(request).await.unwrap();
        let ended = async |office: &mut Office| {
            let request = screening::ListSubjectsRequest { office: "vgz".to_owned(), agb: AGB.to_owned() };
            let subjects = office.screening.list_subjects(request).await.unwrap().into_inner().subjects;
            let subject = subjects.into_iter().find(|subject| subject.reference == person_id)?;
            subject.period.unwrap().last_day
        };
        for _ in 0..600 {
            if ended(&mut office).await.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(ended(&mut office).await, last_day);
        // A year on, registers are asked about the provider and who stayed.
        office.clock.set(office.clock.now() + chrono::TimeDelta::days(364));
        assert!(office.hits(11 + 9).await.len() == 1);
        office.stated(IntegrityState::Pending).await;
        office.close().await;
    }

    async fn scr_07_reg_13_a_finding_about_a_board_member_is_judged_by_two_and_blocks(engine) {
        let mut office = Office::open(engine).await;
        let evr = rows(&["41410001;12345678;;;;;;;", ";;ANNA DE VRIES;1970-01-31;hit;;;;"]);
        fs::write(office.folder.path().join("evr.csv"), evr).unwrap();
        let registration_id = office.asked().await;
        let hits = office.hits(9).await;
        assert_eq!((hits.len(), hits[0].register()), (1, screening::Register::Evr));
        office.caught_up().await;
        assert_eq!(office.assess(&registration_id).await, RegistrationState::InAssessment);
        let day = |day| Some(common::Date { year: 2023, month: 5, day });
        let request = screening::JudgeIntegrityRequest {
            request_id: office.id(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            state: IntegrityState::Objection.into(),
            consult_ids: vec![hits[0].consult_id.clone()],
            motivation: "the registration in the EVR stands".to_owned(),
            informed_date: day(1),
            response_due_date: day(15),
            ..Default::default()
        };
        let proposal = office.screening.judge_integrity(request).await.unwrap().into_inner().proposal.unwrap();
        let mut request = Request::new(screening::DecideProposalRequest {
            request_id: office.id(),
            proposal_id: proposal.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        office.screening.decide_proposal(request).await.unwrap();
        office.caught_up().await;
        assert_eq!(office.rejected(&registration_id).await, ["integrity_objection"]);
        office.close().await;
    }
}
