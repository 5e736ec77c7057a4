//! How long records are kept, and their removal after that.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{
    audit::{self, audit_service_client::AuditServiceClient},
    retention::{self as proto, retention_service_client::RetentionServiceClient},
};
use database::{execute, fetch_all};
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;
use tonic::{Code, transport::Channel};

use crate::support::{date, reason, refused, utc, wrong_fields};

/// A service whose records are kept; it is 10 March 2026.
struct Keeper {
    db: TestDb,
    clock: Clock,
    client: RetentionServiceClient<Channel>,
    audit: AuditServiceClient<Channel>,
    running: Running,
    _rules: TempDir,
}

impl Keeper {
    async fn open(engine: Engine) -> Keeper {
        let db = TestDb::open(engine, registration::store::MIGRATIONS).await;
        Keeper::over(db, Clock::manual(utc("2026-03-10 11:00:00")), |text| text.to_owned()).await
    }

    /// The same database and time under other rules.
    async fn under(self, change: impl Fn(&str) -> String) -> Keeper {
        let Keeper { db, clock, running, .. } = self;
        running.stop().await.unwrap();
        Keeper::over(db, clock, change).await
    }

    async fn over(db: TestDb, clock: Clock, change: impl Fn(&str) -> String) -> Keeper {
        let rules = tempfile::tempdir().unwrap();
        for (name, text) in registration::rules::FILES {
            std::fs::write(rules.path().join(name), change(text)).unwrap();
        }
        let settings =
            Settings { database: db.url().to_owned(), rules: Some(rules.path().to_owned()), ..Settings::default() };
        let stop = CancellationToken::new();
        let running = registration::start(settings, clock.clone(), Ids::random(), stop).await.unwrap();
        let client = RetentionServiceClient::connect(running.url()).await.unwrap();
        let audit = AuditServiceClient::connect(running.url()).await.unwrap();
        Keeper { db, clock, client, audit, running, _rules: rules }
    }

    async fn person(&self, id: &str, office: &str, last_day: Option<&str>) {
        const PROVIDER: &str = "INSERT INTO provider (agb, versions, recorded_time)
            VALUES ('41410001', 1, $1) ON CONFLICT (agb) DO NOTHING";
        const PERSON: &str =
            "INSERT INTO person (person_id, office, agb, position, first_day, last_day, sealed, recorded_time)
            VALUES ($1, $2, '41410001', 'director', $3, $4, $5, $6)";
        let last_day: Option<NaiveDate> = last_day.map(|day| day.parse().unwrap());
        let first_day = NaiveDate::from_ymd_opt(2010, 1, 1).unwrap();
        let now = self.clock.now();
        let mut tx = self.db.write().await.unwrap();
        execute!(tx, PROVIDER, now).unwrap();
        execute!(tx, PERSON, id, office, first_day, last_day, vec![1_u8], now).unwrap();
        tx.commit(now).await.unwrap();
    }

    async fn people(&self) -> Vec<String> {
        let mut tx = self.db.read().await.unwrap();
        let rows = fetch_all!(tx, "SELECT person_id FROM person ORDER BY person_id" => (String,)).unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    async fn kind(&self, office: &str, kind: &str) -> proto::RecordKind {
        let request = proto::ListRetentionRequest { office: office.to_owned() };
        let listed = self.client.clone().list_retention(request).await.unwrap().into_inner();
        assert_eq!(listed.service, "registration");
        listed.kinds.into_iter().find(|listed| listed.kind == kind).unwrap()
    }

    async fn purge(&self, number: u128, office: &str, dry_run: bool) -> proto::PurgeRecordsResponse {
        let request_id = uuid::Uuid::from_u128(number).to_string();
        let request = proto::PurgeRecordsRequest { request_id, office: office.to_owned(), dry_run };
        self.client.clone().purge_records(request).await.unwrap().into_inner()
    }

    async fn tombstones(&self, office: &str) -> Vec<proto::Tombstone> {
        let request = proto::ListTombstonesRequest { office: office.to_owned(), ..Default::default() };
        self.client.clone().list_tombstones(request).await.unwrap().into_inner().tombstones
    }

    async fn verify(&self) -> audit::VerifyAuditResponse {
        self.audit.clone().verify_audit(audit::VerifyAuditRequest {}).await.unwrap().into_inner()
    }

    fn day(&self, text: &str) {
        self.clock.set(utc(&format!("{text} 11:00:00")));
    }
}

fn purged(kind: &str, objects: i64, more_due: bool) -> proto::PurgedKind {
    proto::PurgedKind { kind: kind.to_owned(), objects, rows: objects, more_due }
}

on_both_engines! {
    async fn scr_03_people_go_two_years_after_their_last_day(engine) {
        let keeper = Keeper::open(engine).await;
        keeper.person("a", "vgz", Some("2024-03-09")).await;
        keeper.person("b", "vgz", Some("2024-03-10")).await;
        keeper.person("c", "vgz", None).await;
        keeper.person("d", "dsw", Some("2020-01-01")).await;
        let listed = keeper.kind("vgz", "person").await;
        assert_eq!((listed.years, listed.due), (2, 1));
        assert_eq!((listed.kept_from, listed.oldest), (Some(date("2024-03-10")), Some(date("2024-03-09"))));
        let told = "People of a provider are kept for 2 year(s) after their last day: who left before 10 March 2024 is removed.";
        assert_eq!(listed.step.unwrap().text_en, told);

        // A dry run tells the same and removes nothing.
        let dry = keeper.purge(1, "vgz", true).await;
        assert_eq!((dry.kinds.clone(), dry.more_due), (vec![purged("person", 1, false)], false));
        assert_eq!(keeper.people().await, ["a", "b", "c", "d"]);
        assert_eq!(keeper.purge(2, "vgz", false).await.kinds, dry.kinds);
        assert_eq!(keeper.people().await, ["b", "c", "d"]);
        let stone = keeper.tombstones("vgz").await.pop().unwrap();
        assert_eq!((stone.kind.as_str(), stone.object_id.as_str(), stone.rows), ("person", "a", 1));
        assert_eq!((stone.parameter.as_str(), stone.years), ("person_years", 2));
        assert_eq!((stone.counted_from, stone.purged_by.as_str()), (Some(date("2024-03-09")), "local"));
        assert!(stone.source.contains("the office's own choice"), "{}", stone.source);
        assert!(keeper.tombstones("dsw").await.is_empty());

        // The day after, the next one; the same request again does not go further.
        keeper.day("2026-03-11");
        assert_eq!(keeper.purge(2, "vgz", false).await.kinds, dry.kinds);
        assert_eq!(keeper.people().await, ["b", "c", "d"]);
        assert_eq!(keeper.purge(3, "vgz", false).await.kinds, [purged("person", 1, false)]);
        assert_eq!(keeper.people().await, ["c", "d"]);
        assert_eq!(keeper.purge(4, "vgz", false).await.kinds, []);
    }

    async fn scr_03_other_years_make_other_things_due(engine) {
        let keeper = Keeper::open(engine).await;
        keeper.person("a", "vgz", Some("2023-03-01")).await;
        keeper.person("b", "dsw", Some("2023-03-01")).await;
        let years = |from: &str, to: &str| {
            let (from, to) = (format!("name = \"person_years\"\nunit = \"count\"\n{from}"), to.to_owned());
            move |text: &str| text.replace(&from, &to)
        };
        let own = "name = \"person_years\"\nunit = \"count\"\noffice = \"vgz\"\nsource = \"design: a test\"\nvalues = [{ from = 2020-01-01, value = 5 }]\n\
                   \n[[parameter]]\nrule = \"SCR-03\"\nname = \"person_years\"\nunit = \"count\"\n";
        let keeper = keeper.under(years("", own)).await;
        assert_eq!((keeper.kind("vgz", "person").await.years, keeper.kind("dsw", "person").await.years), (5, 2));
        assert_eq!(keeper.purge(1, "vgz", false).await.kinds, []);
        assert_eq!(keeper.purge(2, "dsw", false).await.kinds, [purged("person", 1, false)]);
        assert_eq!(keeper.people().await, ["a"]);
        let keeper = keeper.under(str::to_owned).await;
        assert_eq!(keeper.purge(3, "vgz", false).await.kinds, [purged("person", 1, false)]);
    }

    async fn scr_03_replies_go_after_a_year_and_what_goes_at_a_time_is_bounded(engine) {
        let keeper = Keeper::open(engine).await;
        keeper.purge(1, "vgz", true).await;
        const REQUESTS: &str = "INSERT INTO request (request_id, office, method, payload_sha256, reply, begun_time)
            VALUES ($1, $2, 'X', $3, $4, $5)";
        let mut tx = keeper.db.write().await.unwrap();
        for number in 0..2_100 {
            let office = if number == 0 { "" } else { "vgz" };
            let begun: DateTime<Utc> = keeper.clock.now() + TimeDelta::seconds(1);
            execute!(tx, REQUESTS, format!("r{number}"), office, [0; 32], vec![1_u8], begun).unwrap();
        }
        tx.commit(keeper.clock.now()).await.unwrap();
        keeper.day("2027-03-10");
        assert_eq!(keeper.kind("vgz", "request").await.due, 0);
        keeper.day("2027-03-11");
        assert_eq!(keeper.kind("vgz", "request").await.due, 2_100);
        let first = keeper.purge(2, "vgz", false).await;
        assert_eq!((first.kinds, first.more_due), (vec![purged("request", 2_000, true)], true));
        let second = keeper.purge(3, "vgz", false).await;
        assert_eq!((second.kinds, second.more_due), (vec![purged("request", 100, false)], false));
        let stones = keeper.tombstones("vgz").await;
        let told: Vec<_> = stones.iter().map(|stone| (stone.object_id.as_str(), stone.objects)).collect();
        assert_eq!(told, [("", 2_000), ("", 100)]);
        // What belongs to no office is named by an empty one.
        assert_eq!(keeper.kind("", "request").await.due, 1);
        assert_eq!(keeper.purge(4, "", false).await.kinds, [purged("request", 1, false)]);
    }

    async fn scr_03_the_audit_log_is_cut_off_after_five_years_and_stays_a_chain(engine) {
        let keeper = Keeper::open(engine).await;
        for number in 0..4 {
            keeper.purge(number, "vgz", true).await;
        }
        keeper.day("2031-03-10");
        assert_eq!(keeper.kind("", "audit").await.due, 0);
        keeper.purge(10, "vgz", false).await;
        let before = keeper.verify().await;
        assert_eq!((before.first_sequence, before.entries, before.problem.as_str()), (1, 5, ""));
        keeper.day("2031-03-11");
        assert_eq!(keeper.kind("", "audit").await.due, 4);
        let removed = keeper.purge(11, "", false).await;
        assert_eq!(removed.kinds, [purged("audit", 4, false)]);
        // Two were left, and the purge made two: its own, and the one that tells of the cut.
        let after = keeper.verify().await;
        assert_eq!((after.first_sequence, after.entries, after.problem.as_str()), (5, 4, ""));
        let stone = keeper.tombstones("").await.pop().unwrap();
        assert_eq!((stone.object_id.as_str(), stone.objects, stone.sha256.len()), ("4", 4, 32));
        let list = audit::ListAuditEntriesRequest::default();
        let entries = keeper.audit.clone().list_audit_entries(list).await.unwrap().into_inner().entries;
        let told: String = stone.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let cut = entries.iter().find(|entry| entry.event_code == "CutAuditLog").unwrap();
        assert_eq!((cut.object_id.as_str(), &cut.detail), ("4", &told));
        let done = entries.iter().rfind(|entry| entry.event_code == "PurgeRecords").unwrap();
        assert_eq!((done.actor.as_str(), done.detail.as_str()), ("local", "audit 4"));
        // The log of all offices is not an office's to cut.
        assert_eq!(keeper.purge(12, "vgz", false).await.kinds, []);
    }

    async fn wrong_fields_are_named_and_an_office_with_longer_years_holds_the_log_back(engine) {
        let keeper = Keeper::open(engine).await;
        let request = proto::PurgeRecordsRequest { request_id: "x".to_owned(), office: "V G Z".to_owned(), dry_run: false };
        let status = keeper.client.clone().purge_records(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office"]);
        keeper.purge(1, "dsw", true).await;
        keeper.purge(2, "vgz", true).await;
        keeper.purge(3, "dsw", true).await;
        let own = "name = \"audit_years\"\nunit = \"count\"\noffice = \"vgz\"\nsource = \"design: a test\"\nvalues = [{ from = 2020-01-01, value = 8 }]\n\
                   \n[[parameter]]\nrule = \"SCR-03\"\nname = \"audit_years\"\n";
        let keeper = keeper.under(|text| text.replace("name = \"audit_years\"\n", own)).await;
        keeper.day("2031-03-11");
        assert_eq!(keeper.purge(4, "", false).await.kinds, [purged("audit", 1, false)]);
        let check = keeper.verify().await;
        assert_eq!((check.first_sequence, check.problem.as_str()), (2, ""));
        // Without a value nothing is removed.
        let keeper = keeper.under(|text| text.replace("{ from = 2020-01-01, value = 2 }", "{ from = 2099-01-01, value = 2 }")).await;
        let request = proto::PurgeRecordsRequest {
            request_id: uuid::Uuid::from_u128(5).to_string(),
            office: "vgz".to_owned(),
            dry_run: false,
        };
        let status = keeper.client.clone().purge_records(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_IN_FORCE"));
    }

    async fn scr_03_a_rule_that_keeps_the_audit_log_too_short_is_not_followed(engine) {
        let keeper = Keeper::open(engine).await;
        keeper.purge(1, "vgz", true).await;
        let keeper = keeper.under(|text| text.replace("value = 5 }", "value = 4 }")).await;
        keeper.day("2036-03-11");
        let request = proto::PurgeRecordsRequest {
            request_id: uuid::Uuid::from_u128(2).to_string(),
            office: String::new(),
            dry_run: false,
        };
        let status = keeper.client.clone().purge_records(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "AUDIT_YEARS_TOO_FEW"));
        assert_eq!(keeper.verify().await.first_sequence, 1);
    }
}
