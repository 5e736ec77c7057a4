//! Tables of maximum tariffs.

use contract::{common::Sector, tariffing as proto};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::{AGB, VGZ, World, date, utc, wrong_fields};

on_both_engines! {
    async fn tar_02_a_later_table_holds_for_its_days_only(engine) {
        let world = World::open(engine).await;
        let first = world.import(VGZ, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,2023-12-31\n").await.unwrap();
        assert_eq!((first.version, first.tariffs, first.changed), (1, 1, 1));
        let second = world.import(VGZ, "Z053,VG 3,GZ,verblijf,14,260.00,0,0,2023-07-01,2023-12-31\n").await.unwrap();
        assert_eq!((second.version, second.changed), (2, 1));
        for (day, version) in [("2023-06-30", 1), ("2023-07-01", 2)] {
            let request = proto::ListMaximumTariffsRequest {
                office: VGZ.to_owned(),
                date: Some(date(day)),
                ..Default::default()
            };
            let listed = world.client().list_maximum_tariffs(request).await.unwrap().into_inner().tariffs;
            assert_eq!(listed.iter().map(|tariff| tariff.version).collect::<Vec<_>>(), [version]);
        }
    }

    async fn tar_02_an_import_tells_which_agreements_change_and_by_how_much(engine) {
        let world = World::open(engine).await;
        let table = "Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n\
                     Z054,VG 4,GZ,verblijf,14,300.00,0,0,2023-01-01,2023-12-31\n";
        world.import(VGZ, table).await.unwrap();
        world.clock.set(utc("2022-10-02 10:00:00"));
        world.record(VGZ, Sector::Gz, 2023, "96.00", proto::PercentageBasis::Regular).await.unwrap();
        let volumes = proto::ImportVolumesRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            year: 2023,
            source: "budgets".to_owned(),
            csv: format!("agb,product,units\n{AGB},Z053,3650\n").into_bytes(),
        };
        let volumes = world.client().import_volumes(volumes).await.unwrap().into_inner();
        assert_eq!((volumes.version, volumes.lines), (1, 1));
        let later = "Z053,VG 3,GZ,verblijf,14,260.00,20.00,5.37,2023-07-01,2023-12-31\n\
                     Z054,VG 4,GZ,verblijf,14,310.00,0,0,2023-07-01,2023-12-31\n";
        let imported = world.import(VGZ, later).await.unwrap();
        // 10 euros x 96% x 3650 units x 184 of 365 days; of Z054 no volume is known.
        let effect = imported.effect.unwrap().cents;
        assert_eq!((imported.agreements, effect, imported.unweighed), (1, 1_766_400, 1));
        let request = proto::StreamTariffEffectsRequest { office: VGZ.to_owned(), version: 2 };
        let mut answers = world.client().stream_tariff_effects(request).await.unwrap().into_inner();
        let answer = answers.message().await.unwrap().unwrap();
        assert!(answers.message().await.unwrap().is_none());
        assert_eq!((answer.agb.as_str(), answer.year), (AGB, 2023));
        let cents = |money: Option<contract::common::Money>| money.map(|money| money.cents);
        let told: Vec<_> = answer.effects.iter().map(|effect| {
            (effect.product.as_str(), cents(effect.before), cents(effect.after), cents(effect.effect))
        }).collect();
        assert_eq!(told, [
            ("Z053", Some(26_537), Some(27_497), Some(1_766_400)),
            ("Z054", Some(28_800), Some(29_760), None),
        ]);
        // The first table changed nothing that was agreed then; there is no third.
        let request = proto::StreamTariffEffectsRequest { office: VGZ.to_owned(), version: 1 };
        let mut answers = world.client().stream_tariff_effects(request).await.unwrap().into_inner();
        assert!(answers.message().await.unwrap().is_none());
        let request = proto::StreamTariffEffectsRequest { office: VGZ.to_owned(), version: 3 };
        assert_eq!(world.client().stream_tariff_effects(request).await.unwrap_err().code(), Code::NotFound);
    }

    async fn tar_02_every_wrong_cell_is_named_and_nothing_is_imported(engine) {
        let world = World::open(engine).await;
        let lines = "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\nZ054,,XX,verblijf,14,1,0,0,x,\n";
        let status = world.import(VGZ, lines).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["csv line 3: name", "csv line 3: sector", "csv line 3: valid_from"]);
    }
}
