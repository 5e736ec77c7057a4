//! Subjects, consults of registers, and what the integrity of a provider comes to (SCR-01, SCR-02, SCR-03, SCR-07).

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, time::Duration};

use contract::{
    common,
    register::{
        ConsultRequest, ConsultResponse, Entry,
        register_service_server::{RegisterService, RegisterServiceServer},
    },
    retention::{PurgeRecordsRequest, retention_service_client::RetentionServiceClient},
    screening::{self as proto, screening_service_client::ScreeningServiceClient},
};
use database::{fetch_all, fetch_one};
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb, on_both_engines};
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Response, Status, transport::Channel};
use tonic_types::StatusExt;

const AGB: &str = "41410001";
const NURSE: &str = "91000001";

/// Screening with registers in a folder; it is 1 June 2024.
struct World {
    client: ScreeningServiceClient<Channel>,
    db: TestDb,
    clock: Clock,
    running: Running,
    folder: TempDir,
}

/// A register's file with these rows, as of a day.
fn rows_of(as_of: &str, rows: &[&str]) -> String {
    let head = format!("as_of;{as_of}\nagb;kvk;name;birth_date;code;first_day;last_day;value;text\n");
    rows.iter().fold(head, |text, row| text + row + "\n")
}

/// The same as of the day before.
fn rows(rows: &[&str]) -> String {
    rows_of("2024-05-31", rows)
}

/// A row that says that a register knows an AGB code and holds nothing.
fn known(agb: &str) -> String {
    format!("{agb};;;;;;;;")
}

impl World {
    /// With files of all registers but those that are told otherwise, in which nobody is found.
    async fn open(engine: Engine, otherwise: &[(&str, &str)]) -> World {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(at("keys"), format!("1 {}\n", "09".repeat(32))).unwrap();
        fs::set_permissions(at("keys"), fs::Permissions::from_mode(0o600)).unwrap();
        let mut registers = BTreeMap::new();
        for name in ["riz", "evr", "igj", "kvk", "ubo", "agb", "digimv"] {
            let file = at(&format!("{name}.csv"));
            fs::write(&file, rows(&[&known(AGB), &known(NURSE)])).unwrap();
            registers.insert(name.to_owned(), file);
        }
        registers.extend(otherwise.iter().map(|(name, location)| ((*name).to_owned(), (*location).to_owned())));
        registers.retain(|_, location| !location.is_empty());
        let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
        let nobody = || "http://127.0.0.1:1".to_owned();
        let peers = ["homecare", "budget", "registration"].map(|name| (name.to_owned(), nobody()));
        let settings = Settings {
            database: db.url().to_owned(),
            peers: peers.into(),
            registers,
            register_seconds: 1,
            people_key_file: Some(at("keys").into()),
            ..Settings::default()
        };
        let clock = Clock::manual("2024-06-01T10:00:00Z".parse().unwrap());
        let stop = CancellationToken::new();
        let running = screening::start(settings, clock.clone(), Ids::random(), stop).await.unwrap();
        let client = ScreeningServiceClient::connect(running.url()).await.unwrap();
        World { client, db, clock, running, folder }
    }

    fn write(&self, register: &str, lines: &[&str]) {
        let file = self.folder.path().join(format!("{register}.csv"));
        fs::write(&file, rows(lines)).unwrap();
    }

    /// Registers whose file is as of a later day, and holds nothing.
    fn renew(&self, as_of: &str, registers: &[&str]) {
        for register in registers {
            let file = self.folder.path().join(format!("{register}.csv"));
            fs::write(&file, rows_of(as_of, &[&known(AGB), &known(NURSE)])).unwrap();
        }
    }

    fn set(&self, time: &str) {
        self.clock.set(time.parse().unwrap());
    }

    async fn add(&self, kind: proto::SubjectKind, reference: &str) -> proto::Subject {
        let subject = proto::Subject {
            subject_id: String::new(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            kind: kind.into(),
            reference: reference.to_owned(),
            period: Some(common::Period { first_day: day(2024, 6, 1), last_day: None }),
        };
        let request = proto::AddSubjectRequest {
            request_id: Ids::random().next().to_string(),
            subject: Some(subject),
            reason: "yearly test".to_owned(),
        };
        self.client.clone().add_subject(request).await.unwrap().into_inner().subject.unwrap()
    }

    async fn consults(&self) -> Vec<proto::Consult> {
        let request =
            proto::ListConsultsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
        self.client.clone().list_consults(request).await.unwrap().into_inner().consults
    }

    /// Waits until there are so many entries in the log, and gives them, the newest first.
    async fn consulted(&self, count: usize) -> Vec<proto::Consult> {
        for _ in 0..600 {
            let consults = self.consults().await;
            if consults.len() >= count {
                assert_eq!(consults.len(), count);
                return consults;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of {count} consults came", self.consults().await.len());
    }

    async fn integrity(&self) -> proto::Integrity {
        let request = proto::GetIntegrityRequest { office: "vgz".to_owned(), agb: AGB.to_owned() };
        self.client.clone().get_integrity(request).await.unwrap().into_inner().integrity.unwrap()
    }

    async fn why(&self) -> Vec<String> {
        let request = proto::ExplainIntegrityRequest { office: "vgz".to_owned(), agb: AGB.to_owned() };
        let answer = self.client.clone().explain_integrity(request).await.unwrap().into_inner();
        answer.explanation.unwrap().steps.into_iter().map(|step| step.text_nl).collect()
    }

    async fn checks(&self) -> Vec<proto::Check> {
        let request = proto::ListSubjectsRequest { office: "vgz".to_owned(), agb: AGB.to_owned() };
        self.client.clone().list_subjects(request).await.unwrap().into_inner().checks
    }

    async fn consult(&self, consult_id: &str) -> proto::GetConsultResponse {
        let request = proto::GetConsultRequest { consult_id: consult_id.to_owned() };
        self.client.clone().get_consult(request).await.unwrap().into_inner()
    }

    async fn judge(&self, request: proto::JudgeIntegrityRequest) -> Result<common::Proposal, Status> {
        Ok(self.client.clone().judge_integrity(request).await?.into_inner().proposal.unwrap())
    }

    async fn take(&self, proposal: &common::Proposal, who: Option<&str>) -> Result<(), Status> {
        let mut request = Request::new(proto::DecideProposalRequest {
            request_id: Ids::random().next().to_string(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        if let Some(who) = who {
            request.metadata_mut().insert("zorginkoop-identity", who.parse().unwrap());
        }
        self.client.clone().decide_proposal(request).await.map(drop)
    }
}

fn day(year: i32, month: i32, day: i32) -> Option<common::Date> {
    Some(common::Date { year, month, day })
}

fn judgement(state: proto::IntegrityState, consult_ids: &[&str]) -> proto::JudgeIntegrityRequest {
    proto::JudgeIntegrityRequest {
        request_id: Ids::random().next().to_string(),
        office: "vgz".to_owned(),
        agb: AGB.to_owned(),
        state: state.into(),
        conditions: Vec::new(),
        consult_ids: consult_ids.iter().map(|id| (*id).to_owned()).collect(),
        motivation: "looked at".to_owned(),
        informed_date: day(2024, 5, 1),
        response: "we disagree".to_owned(),
        response_due_date: None,
    }
}

fn reason(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

on_both_engines! {
    async fn scr_02_of_a_consult_without_a_finding_only_the_log_is_kept(engine) {
        let world = World::open(engine, &[]).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        let subject = world.add(proto::SubjectKind::Provider, AGB).await;
        assert_eq!(world.add(proto::SubjectKind::Provider, AGB).await, subject);
        let consults = world.consulted(7).await;
        for consult in &consults {
            assert_eq!((consult.outcome(), consult.asked_by.as_str()), (proto::ConsultOutcome::NoHit, "local"));
            assert_eq!((consult.reason.as_str(), consult.as_of_date), ("yearly test", day(2024, 5, 31)));
            let told = world.consult(&consult.consult_id).await;
            assert!(told.findings.is_empty() && told.explanation.is_none());
        }
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(fetch_one!(tx, "SELECT COUNT(*) FROM register_finding" => (i64,)).unwrap().0, 0);
        let integrity = world.integrity().await;
        // Valid as long as the first answer that expires: 92 days after the day before, of which it is.
        assert_eq!((integrity.state(), integrity.valid_until), (proto::IntegrityState::NoObjection, day(2024, 8, 31)));
        assert_eq!(world.why().await, [
            "Van de 7 registerraadplegingen die nodig zijn staan nog open: geen. Alle geldig: ja.",
            "Bevindingen die nog niet zijn beoordeeld: 0. Alles beoordeeld: ja.",
            "De uitkomst is: geen bezwaar.",
        ]);
    }

    async fn scr_02_an_answer_expires_and_is_asked_for_again_before(engine) {
        let world = World::open(engine, &[]).await;
        world.add(proto::SubjectKind::Provider, AGB).await;
        world.consulted(7).await;
        // Fourteen days before IGJ, KvK and AGB expire they are asked again.
        world.renew("2024-08-18", &["igj", "kvk", "agb"]);
        world.set("2024-08-18T00:30:00Z");
        let newest = world.consulted(10).await;
        assert_eq!(world.integrity().await.valid_until, day(2024, 11, 18));
        // Nobody asked for that one.
        assert_eq!((newest[0].asked_by.as_str(), newest[0].reason.as_str()), ("screening", "SCR-02"));
        // And when they are not to be had, it is pending from the day after on, whoever asks.
        for register in ["igj", "kvk", "agb"] {
            fs::remove_file(world.folder.path().join(format!("{register}.csv"))).unwrap();
        }
        world.set("2024-11-18T10:00:00Z");
        world.consulted(13).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::NoObjection);
        world.set("2024-11-19T10:00:00Z");
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        world.consulted(16).await;
        let states: Vec<_> = world.checks().await.iter().map(|check| (check.register(), check.state())).collect();
        assert!(states.contains(&(proto::Register::Igj, proto::CheckState::Failed)));
        assert!(states.contains(&(proto::Register::Riz, proto::CheckState::Valid)));
    }

    async fn scr_03_a_finding_is_sealed_and_waits_for_two_people(engine) {
        let world = World::open(engine, &[]).await;
        world.write("igj", &["41410001;;;;measure;2024-02-01;;;Aanwijzing medicatieveiligheid", &known(NURSE)]);
        world.add(proto::SubjectKind::Provider, AGB).await;
        let consults = world.consulted(7).await;
        let hits: Vec<_> = consults.iter().filter(|consult| consult.outcome() == proto::ConsultOutcome::Hit).collect();
        let [hit] = hits.as_slice() else { panic!("{hits:?}") };
        assert_eq!(hit.register(), proto::Register::Igj);
        let told = world.consult(&hit.consult_id).await;
        assert_eq!((told.findings[0].code.as_str(), told.findings[0].text.as_str()), ("measure", "Aanwijzing medicatieveiligheid"));
        assert_eq!(
            told.explanation.unwrap().steps[0].text_nl,
            "De inspectie (IGJ) heeft een maatregel of een lopend onderzoek: ja (measure). De raadpleging naar de stand van \
             31 mei 2024 geldt tot en met 31 augustus 2024."
        );
        let mut tx = world.db.read().await.unwrap();
        let sealed = fetch_all!(tx, "SELECT sealed FROM register_finding" => (Vec<u8>,)).unwrap();
        assert!(sealed.len() == 1 && !sealed[0].0.windows(7).any(|bytes| bytes == b"measure"));
        drop(tx);
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);

        // Nothing adverse before the provider was heard, and not without naming what was found.
        let unheard = proto::JudgeIntegrityRequest {
            informed_date: None,
            response: String::new(),
            ..judgement(proto::IntegrityState::Objection, &[])
        };
        let refused = world.judge(unheard).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::FailedPrecondition, "JUDGEMENT_NOT_POSSIBLE".to_owned()));
        assert!(refused.message().contains("is not named; the provider was not told"), "{}", refused.message());
        let conditions = proto::JudgeIntegrityRequest {
            conditions: vec![proto::IntegrityCondition { text: "plan".to_owned(), due_date: day(2024, 9, 1) }],
            ..judgement(proto::IntegrityState::Conditions, &[&hit.consult_id])
        };
        let proposal = world.judge(conditions).await.unwrap();
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        let same = world.take(&proposal, None).await.unwrap_err();
        assert_eq!(reason(&same), (Code::PermissionDenied, "SAME_IDENTITY".to_owned()));
        world.take(&proposal, Some("second")).await.unwrap();
        let integrity = world.integrity().await;
        assert_eq!((integrity.state(), integrity.conditions.len()), (proto::IntegrityState::Conditions, 1));

        // The same finding at the next consult is the one that was judged; another one waits again.
        world.set("2024-08-18T10:00:00Z");
        world.consulted(10).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Conditions);
        world.write("igj", &["41410001;;;;intensified_supervision;2024-08-01;;;", &known(NURSE)]);
        let request = proto::RequestChecksRequest {
            request_id: Ids::random().next().to_string(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            subject_id: String::new(),
            registers: vec![proto::Register::Igj.into()],
            reason: "news".to_owned(),
        };
        assert_eq!(world.client.clone().request_checks(request).await.unwrap().into_inner().checks, 1);
        let newest = world.consulted(11).await.remove(0);
        assert_eq!((newest.reason.as_str(), newest.outcome()), ("news", proto::ConsultOutcome::Hit));
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
    }

    async fn scr_02_what_a_register_said_long_ago_holds_no_more_and_is_asked_for_every_day(engine) {
        let world = World::open(engine, &[]).await;
        world.renew("2022-05-31", &["igj"]);
        world.add(proto::SubjectKind::Provider, AGB).await;
        world.consulted(7).await;
        let states: Vec<_> = world.checks().await.iter().map(|check| (check.register(), check.state())).collect();
        assert!(states.contains(&(proto::Register::Igj, proto::CheckState::Expired)), "{states:?}");
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        world.renew("2024-06-02", &["igj"]);
        world.set("2024-06-02T10:00:00Z");
        world.consulted(8).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::NoObjection);
    }

    async fn scr_03_who_leaves_takes_no_finding_along(engine) {
        let world = World::open(engine, &[]).await;
        world.write("riz", &[&known(AGB), "91000001;;;;contra_indication;;;;"]);
        world.add(proto::SubjectKind::Provider, AGB).await;
        world.consulted(7).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::NoObjection);
        let nurse = world.add(proto::SubjectKind::IndicatingNurse, NURSE).await;
        let consults = world.consulted(9).await;
        let hit = consults.iter().find(|consult| consult.outcome() == proto::ConsultOutcome::Hit).unwrap();
        let mut end = proto::EndSubjectRequest {
            request_id: Ids::random().next().to_string(),
            subject_id: nurse.subject_id,
            last_day: day(2024, 6, 1),
            reason: String::new(),
        };
        let unfounded = world.client.clone().end_subject(end.clone()).await.unwrap_err();
        assert!(unfounded.get_details_bad_request().unwrap().field_violations.iter().any(|one| one.field == "reason"));
        end.reason = "left".to_owned();
        world.client.clone().end_subject(end).await.unwrap();
        world.set("2024-06-02T10:00:00Z");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        assert!(world.why().await[1].starts_with("Bevindingen die nog niet zijn beoordeeld: 1."));
        let proposal = world.judge(judgement(proto::IntegrityState::NoObjection, &[&hit.consult_id])).await.unwrap();
        world.take(&proposal, Some("second")).await.unwrap();
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::NoObjection);
    }

    async fn scr_01_who_joins_later_counts_from_that_day(engine) {
        let world = World::open(engine, &[]).await;
        world.write("riz", &[&known(AGB), "91000001;;;;contra_indication;;;;"]);
        world.add(proto::SubjectKind::Provider, AGB).await;
        world.consulted(7).await;
        let subject = proto::Subject {
            subject_id: String::new(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            kind: proto::SubjectKind::IndicatingNurse.into(),
            reference: NURSE.to_owned(),
            period: Some(common::Period { first_day: day(2024, 7, 1), last_day: None }),
        };
        let request = proto::AddSubjectRequest {
            request_id: Ids::random().next().to_string(),
            subject: Some(subject),
            reason: "begins in July".to_owned(),
        };
        world.client.clone().add_subject(request).await.unwrap();
        world.consulted(9).await;
        let integrity = world.integrity().await;
        assert_eq!((integrity.state(), integrity.valid_until), (proto::IntegrityState::NoObjection, day(2024, 6, 30)));
        world.set("2024-07-01T10:00:00Z");
        let newest = async || {
            let mut tx = world.db.read().await.unwrap();
            fetch_one!(tx, "SELECT state FROM integrity ORDER BY number DESC LIMIT 1" => (String,)).unwrap().0
        };
        for _ in 0..600 {
            if newest().await == "pending" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(newest().await, "pending");
    }

    async fn scr_03_findings_and_the_log_go_when_they_were_kept_long_enough(engine) {
        let world = World::open(engine, &[("evr", "")]).await;
        world.write("igj", &["41410001;;;;measure;;;;", &known(NURSE)]);
        world.add(proto::SubjectKind::Provider, AGB).await;
        // A register that is not connected is not asked: its check stays due.
        world.consulted(6).await;
        let evr: Vec<_> = world.checks().await.into_iter().filter(|check| check.register() == proto::Register::Evr).collect();
        assert_eq!(evr[0].state(), proto::CheckState::Due);
        let request = || PurgeRecordsRequest {
            request_id: Ids::random().next().to_string(),
            office: "vgz".to_owned(),
            dry_run: false,
        };
        let mut client = RetentionServiceClient::connect(world.running.url()).await.unwrap();
        // Nobody is asked any more, so that the log grows no further.
        let end = |subject_id: String| proto::EndSubjectRequest {
            request_id: Ids::random().next().to_string(),
            subject_id,
            last_day: day(2024, 6, 1),
            reason: "left".to_owned(),
        };
        world.client.clone().end_subject(end(evr[0].subject_id.clone())).await.unwrap();
        world.set("2029-06-01T12:00:00Z");
        let kinds = client.purge_records(request()).await.unwrap().into_inner().kinds;
        assert!(kinds.iter().all(|kind| kind.kind == "request"), "{kinds:?}");
        world.set("2029-06-02T12:00:00Z");
        let kinds = client.purge_records(request()).await.unwrap().into_inner().kinds;
        let gone: Vec<(&str, i64)> = kinds.iter().map(|kind| (kind.kind.as_str(), kind.rows)).collect();
        assert!(gone.contains(&("register_finding", 1)) && gone.contains(&("consult", 6)), "{gone:?}");
        assert!(world.consults().await.is_empty());
    }

    async fn scr_02_a_register_that_fails_hangs_or_is_late_gives_no_answer_until_it_does(engine) {
        let (fake, mode) = Fake::start().await;
        let world = World::open(engine, &[("riz", &fake)]).await;
        world.add(proto::SubjectKind::IndicatingNurse, NURSE).await;
        // AGB answers; RIZ fails.
        let consults = world.consulted(2).await;
        let riz = |consults: &[proto::Consult]| consults.iter().find(|one| one.register() == proto::Register::Riz).unwrap().outcome();
        assert_eq!(riz(&consults), proto::ConsultOutcome::Unavailable);
        for (tried, (how, time)) in [
            (Mode::Hangs, "2024-06-01T10:01:00Z"),
            (Mode::Late, "2024-06-01T10:03:00Z"),
            (Mode::Garbled, "2024-06-01T10:07:00Z"),
        ]
        .into_iter()
        .enumerate()
        {
            mode.send(how).unwrap();
            world.set(time);
            let newest = world.consulted(3 + tried).await.remove(0);
            assert_eq!((newest.register(), newest.outcome()), (proto::Register::Riz, proto::ConsultOutcome::Unavailable));
            assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
        }
        let failures = world.checks().await.iter().map(|check| check.failures).max();
        assert_eq!(failures, Some(4));
        mode.send(Mode::Answers).unwrap();
        world.set("2024-06-01T10:15:00Z");
        assert_eq!(riz(&world.consulted(6).await[..1]), proto::ConsultOutcome::NoHit);
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::NoObjection);
    }

    async fn scr_01_a_person_that_nobody_can_name_is_not_looked_up(engine) {
        let world = World::open(engine, &[]).await;
        // Registration, which knows who it is, does not answer.
        world.add(proto::SubjectKind::BoardMember, "0190c5c0-0000-7000-8000-000000000001").await;
        let consults = world.consulted(2).await;
        let outcomes: Vec<_> = consults.iter().map(proto::Consult::outcome).collect();
        assert_eq!(outcomes, [proto::ConsultOutcome::Unavailable; 2]);
        assert_eq!(world.integrity().await.state(), proto::IntegrityState::Pending);
    }

    async fn scr_01_every_wrong_field_is_named_and_nothing_is_done(engine) {
        let world = World::open(engine, &[]).await;
        let wrong = proto::AddSubjectRequest::default();
        let error = world.client.clone().add_subject(wrong).await.unwrap_err();
        let fields = |error: &Status| -> Vec<String> {
            let violations = error.get_details_bad_request().unwrap().field_violations;
            violations.into_iter().map(|violation| violation.field).collect()
        };
        assert_eq!(fields(&error), [
            "request_id", "reason", "subject.office", "subject.agb", "subject.kind", "subject.reference", "subject.period",
        ]);
        let wrong = proto::JudgeIntegrityRequest {
            conditions: vec![proto::IntegrityCondition::default()],
            ..proto::JudgeIntegrityRequest::default()
        };
        let error = world.client.clone().judge_integrity(wrong).await.unwrap_err();
        assert_eq!(fields(&error), [
            "request_id", "office", "agb", "state", "conditions", "conditions[0].text", "conditions[0].due_date", "motivation",
        ]);
        let nobody = proto::RequestChecksRequest {
            request_id: Ids::random().next().to_string(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            subject_id: String::new(),
            registers: Vec::new(),
            reason: "why not".to_owned(),
        };
        let error = world.client.clone().request_checks(nobody).await.unwrap_err();
        assert_eq!(reason(&error), (Code::FailedPrecondition, "NOTHING_TO_CHECK".to_owned()));
        assert!(world.consults().await.is_empty());
    }
}

/// How a register behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Fails,
    Hangs,
    Late,
    Garbled,
    Answers,
}

/// A register behind a connection that behaves as it is told.
struct Fake {
    mode: watch::Receiver<Mode>,
}

impl Fake {
    async fn start() -> (String, watch::Sender<Mode>) {
        let (told, mode) = watch::channel(Mode::Fails);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = tonic::transport::Server::builder().add_service(RegisterServiceServer::new(Fake { mode }));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        (address, told)
    }
}

#[tonic::async_trait]
impl RegisterService for Fake {
    async fn consult(&self, request: Request<ConsultRequest>) -> Result<Response<ConsultResponse>, Status> {
        let asked = request.into_inner();
        assert_eq!((asked.register.as_str(), asked.agb.as_str(), asked.birth_date), ("riz", NURSE, None));
        let mode = *self.mode.borrow();
        match mode {
            Mode::Fails => return Err(Status::unavailable("no line for A. de Vries")),
            Mode::Hangs => std::future::pending().await,
            Mode::Late => tokio::time::sleep(Duration::from_secs(2)).await,
            Mode::Garbled | Mode::Answers => {}
        }
        let as_of_date = if mode == Mode::Garbled { day(2024, 2, 30) } else { day(2024, 6, 1) };
        // A note is no finding, and not kept.
        let entry = Entry { code: "note".to_owned(), period: None, value: None, text: "known".to_owned() };
        Ok(Response::new(ConsultResponse { listed: true, entries: vec![entry], as_of_date }))
    }
}
