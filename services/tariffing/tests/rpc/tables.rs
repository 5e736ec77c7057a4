//! Tables of maximum tariffs.

use contract::tariffing as proto;
use testkit::on_both_engines;

use crate::support::{VGZ, World, date, wrong_fields};

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

    async fn tar_02_every_wrong_cell_is_named_and_nothing_is_imported(engine) {
        let world = World::open(engine).await;
        let lines = "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\nZ054,,XX,verblijf,14,1,0,0,x,\n";
        let status = world.import(VGZ, lines).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["csv line 3: name", "csv line 3: sector", "csv line 3: valid_from"]);
    }
}
