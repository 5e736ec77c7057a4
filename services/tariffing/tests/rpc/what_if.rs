//! What if, through the calls.

use contract::{
    common::Sector,
    tariffing::{self as proto, simulate_policy_response::Told},
};
use testkit::on_both_engines;
use tonic::Streaming;

use crate::support::{AGB, World, wrong_fields};

const TABLE: &str = "V001,VV 5,VV,verblijf,14,200.00,10.00,0,2024-01-01,2024-12-31\n\
                     V002,VV 5 thuis,VV,vpt,14,100.00,0,0,2024-01-01,2024-12-31\n";

async fn all<T>(mut answers: Streaming<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        all.push(answer);
    }
    all
}

fn comparison(office: &str) -> proto::CompareOfficesRequest {
    proto::CompareOfficesRequest {
        office: office.to_owned(),
        sector: Sector::Vv.into(),
        year: 2024,
        ..Default::default()
    }
}

on_both_engines! {
    async fn tar_14_a_provider_under_the_policies_of_the_seven_offices(engine) {
        let world = World::open(engine).await;
        world.import("cz", TABLE).await.unwrap();
        world.record("cz", Sector::Vv, 2023, "96.8", proto::PercentageBasis::Regular).await.unwrap();
        world.judge("cz", "labour_saving_technology", None).await.unwrap();
        let answers = world.client().compare_offices(comparison("cz")).await.unwrap().into_inner();
        let answers = all(answers).await;
        assert_eq!(answers.iter().map(|answer| answer.agb.as_str()).collect::<Vec<_>>(), [AGB]);
        let told: Vec<(&str, &str, Vec<i64>)> = answers[0].outcomes.iter().map(|outcome| {
            let cents = outcome.prices.iter().map(|price| price.tariff.unwrap().cents).collect();
            let percentage = outcome.percentage.as_ref().map_or("", |percentage| &percentage.value);
            (outcome.office.as_str(), percentage, cents)
        }).collect();
        assert_eq!(told, [
            ("cz", "95.60", vec![20_120, 9_560]),
            ("dsw", "96.80", vec![20_360, 9_680]),
            ("menzis", "95.50", vec![20_100, 9_550]),
            ("salland", "95.50", vec![20_100, 9_550]),
            ("vgz", "95.50", vec![20_100, 9_550]),
            ("zilveren_kruis", "95.50", vec![20_100, 9_550]),
            ("zorg_en_zekerheid", "95.50", vec![20_100, 9_550]),
        ]);
        assert_eq!(answers[0].outcomes[2].refused_keys, ["labour_saving_technology"]);
        // A new provider: two offices state a lower tariff and no value for it.
        world.standing("cz", Sector::Vv, 2024, proto::Standing::New).await;
        let request = proto::CompareOfficesRequest {
            offices: vec!["zorg_en_zekerheid".to_owned(), "menzis".to_owned()],
            products: vec!["V002".to_owned()],
            agbs: vec![AGB.to_owned()],
            ..comparison("cz")
        };
        let answers = all(world.client().compare_offices(request).await.unwrap().into_inner()).await;
        let outcomes = &answers[0].outcomes;
        assert_eq!(outcomes[0].undetermined_reason, "PARAMETER_NOT_SET");
        assert_eq!(
            outcomes[0].undetermined_message,
            "not determined: parameter new_provider of office zorg_en_zekerheid is not set (TAR-09)"
        );
        assert_eq!((outcomes[1].prices.len(), outcomes[1].prices[0].tariff.unwrap().cents), (1, 9_350));
        let wrong = proto::CompareOfficesRequest { offices: vec!["X".to_owned()], agbs: vec!["1".to_owned()], ..Default::default() };
        let status = world.client().compare_offices(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "sector", "year", "offices[0]", "agbs[0]"]);
    }

    async fn tar_14_a_change_of_policy_over_all_providers(engine) {
        let world = World::open(engine).await;
        world.import("cz", TABLE).await.unwrap();
        world.standing("cz", Sector::Vv, 2024, proto::Standing::New).await;
        let volumes = proto::ImportVolumesRequest {
            request_id: world.request_id(),
            office: "cz".to_owned(),
            year: 2024,
            source: "budgets".to_owned(),
            csv: format!("agb,product,units\n{AGB},V001,366\n").into_bytes(),
        };
        world.client().import_volumes(volumes).await.unwrap();
        let (_, text) = tariffing::rules::FILES.iter().find(|(name, _)| *name == "wlz-2024-cz.toml").unwrap();
        let simulation = |text: String| proto::SimulatePolicyRequest {
            office: "cz".to_owned(),
            sector: Sector::Vv.into(),
            year: 2024,
            files: vec![proto::RuleFileText { name: "wlz-2024-cz.toml".to_owned(), text }],
            removed: Vec::new(),
        };
        let milder = simulation(text.replace("points = \"-2.0\"", "points = \"-1.0\""));
        let told = all(world.client().simulate_policy(milder).await.unwrap().into_inner()).await;
        let (Some(Told::Change(change)), Some(Told::Summary(summary))) = (&told[0].told, &told[1].told) else {
            panic!("{told:?}");
        };
        let value = |number: &Option<contract::common::Decimal>| number.as_ref().unwrap().value.clone();
        assert_eq!((value(&change.before), value(&change.after)), ("93.50".to_owned(), "94.50".to_owned()));
        // Two euros a day; the volume of the other product is not known.
        assert_eq!((change.effect.unwrap().cents, change.unweighed), (73_200, 1));
        assert_eq!((summary.providers, summary.changed, summary.effect.unwrap().cents), (1, 1, 73_200));
        // The same rules change nothing, and the quote stays as it was.
        let told = all(world.client().simulate_policy(simulation((*text).to_owned())).await.unwrap().into_inner()).await;
        assert!(matches!(&told[..], [proto::SimulatePolicyResponse { told: Some(Told::Summary(summary)) }] if summary.changed == 0));
        let quoted = world.quote("cz", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "93.50");
        // Every fault of a wrong file, with its line.
        let wrong = proto::SimulatePolicyRequest {
            removed: vec!["none.toml".to_owned()],
            ..simulation(text.replace("points = \"-2.0\"", "points = 2").replace("begin = \"guide\"", "begin = \"x\""))
        };
        let status = world.client().simulate_policy(wrong).await.unwrap_err();
        assert_eq!(
            wrong_fields(&status),
            ["removed[0]", "files wlz-2024-cz.toml:17", "files wlz-2024-cz.toml:17", "files wlz-2024-cz.toml:18"]
        );
    }
}
