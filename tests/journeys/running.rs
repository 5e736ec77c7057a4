//! How services run: health, reflection, feeds, restarts, refusing other addresses.

use std::time::Duration;

use contract::{budget as proto, budget::budget_service_client::BudgetServiceClient};
use identity::IdentitySettings;
use runtime::{Ids, Settings};
use testkit::on_both_engines;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::office::{Line, Office, VGZ, claim_file};

on_both_engines! {
    async fn a_watcher_gets_every_fact_in_order_and_stays(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.set("2023-03-10");
        let request = proto::WatchRequest { after_sequence: 0, ..Default::default() };
        let mut facts = office.budget.watch(request).await.unwrap().into_inner();
        for number in 1..=3 {
            let (invoice, reference) = (format!("F{number}"), format!("r{number}"));
            let file = claim_file("41410001", &invoice, &[(&reference, Line::stay(1))]);
            office.submit(&file).await.unwrap();
            let next = tokio::time::timeout(Duration::from_secs(10), facts.next()).await.expect("in time");
            let event = next.unwrap().unwrap().event.unwrap();
            assert_eq!((event.sequence, event.office.as_str()), (number, VGZ));
            let Some(proto::event::Fact::ClaimFileCommitted(file)) = event.fact else { panic!("a file") };
            assert_eq!(file.invoice_number, invoice);
        }
        office.close().await;
    }

    async fn after_a_restart_everything_is_there_and_nothing_is_applied_twice(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.room(1_000_000_000).await;
        office.base("41410001", 100_000).await;
        let (_, decision_id) = office.file_budgets().await;
        let explanation = office.explain(&decision_id).await;
        let progress = office.budget.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();

        // A second replica on the same database, started while the first still runs.
        let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), ..office.settings.clone() };
        let stop = CancellationToken::new();
        let second = ::budget::start(settings, office.clock.clone(), Ids::random(), stop).await.unwrap();
        let mut client = BudgetServiceClient::connect(second.url()).await.unwrap();
        let request = proto::ExplainRequest { decision_id: decision_id.clone() };
        assert_eq!(client.explain(request).await.unwrap().into_inner().explanation.unwrap(), explanation);
        assert_eq!(client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner(), progress);
        // Both follow the same feeds: one of them applies what comes.
        office.contract("41410002").await;
        office.caught_up().await;
        office.set("2023-03-10");
        let file = claim_file("41410002", "F1", &[("r1", Line::stay(2))]);
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 1);
        second.stop().await.unwrap();
        office.close().await;
    }
}

#[tokio::test]
async fn without_tls_only_a_loopback_address_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        listen: ([0, 0, 0, 0], 0).into(),
        database: format!("sqlite://{}", folder.path().join("a.db").display()),
        ..Settings::default()
    };
    let clock = runtime::Clock::system();
    let error = ::tariffing::start(settings, clock, Ids::random(), CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("only a loopback address is served"), "{error}");
}

#[tokio::test]
async fn faults_in_rule_files_are_all_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("office.toml"), "[[parameter]]\nname = \"guide\"\n[[text]]\n").unwrap();
    let settings = Settings {
        rules: Some(folder.path().to_owned()),
        database: format!("sqlite://{}", folder.path().join("a.db").display()),
        ..Settings::default()
    };
    let clock = runtime::Clock::system();
    let error = ::tariffing::start(settings, clock, Ids::random(), CancellationToken::new()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("office.toml:1: unknown parameter \"guide\""), "{text}");
    assert!(text.contains("office.toml:3: rule is missing"), "{text}");
}

#[test]
fn the_settings_of_deploy_are_read_as_they_stand() {
    for service in ["registration", "tariffing", "budget", "homecare", "screening"] {
        let path = format!("{}/../deploy/settings/{service}.toml", env!("CARGO_MANIFEST_DIR"));
        let settings = Settings::load(Some(path.as_ref())).unwrap_or_else(|error| panic!("{error}"));
        assert!(settings.database.ends_with(&format!("/{service}.db")), "{service}");
        assert!(settings.tls.is_some() && settings.identity.is_some(), "{service}");
    }
}

#[test]
fn the_settings_of_containers_fit_the_services_and_each_other() {
    let services = ["registration", "tariffing", "budget", "homecare", "screening"];
    for (index, service) in services.into_iter().enumerate() {
        for folder in ["kubernetes/base/{}/settings.toml", "compose/settings/{}.toml", "settings/{}.toml"] {
            let name = folder.replace("{}", service);
            let path = format!("{}/../deploy/{name}", env!("CARGO_MANIFEST_DIR"));
            let settings = Settings::load(Some(path.as_ref())).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(usize::from(settings.listen.port()), 7101 + index, "{name}");
            assert!(settings.tls.is_some() && settings.identity.is_some(), "{name}");
            // Whoever calls others over TLS shows a certificate.
            assert!(settings.client.is_some(), "{name}");
            for (peer, address) in &settings.peers {
                let at = services.iter().position(|service| service == peer).unwrap();
                assert!(address.starts_with("https://") && address.ends_with(&format!(":{}", 7101 + at)), "{name}");
            }
        }
    }
}

#[test]
fn the_identity_maps_of_deploy_have_no_faults() {
    let folders = ["settings", "kubernetes/base", "kubernetes/overlays/example"];
    for map in folders.map(|folder| format!("{}/../deploy/{folder}/identities.toml", env!("CARGO_MANIFEST_DIR"))) {
        let settings = IdentitySettings { map: map.into(), tokens: None };
        assert_eq!(identity::check(None, Some(&settings), None), []);
    }
}
