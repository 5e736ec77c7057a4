//! Claim files taken into sums, as budget makes them known.

use contract::common::{ClaimFile, ClaimLine, Period};
use database::fetch_all;
use tariffing::approved::File;
use testkit::on_both_engines;

use crate::support::{AGB, VGZ, World, date, euros};

/// A line of a client: its product, the first day, and the amount granted.
pub fn line(client: &str, product: &str, first_day: &str, granted_cents: i64) -> ClaimLine {
    ClaimLine {
        client: client.to_owned(),
        product: product.to_owned(),
        period: Some(Period { first_day: Some(date(first_day)), last_day: Some(date(first_day)) }),
        quantity: 2,
        unit: "14".to_owned(),
        granted: euros(granted_cents),
        care_profile: if product == "Z053" { 53 } else { 0 },
        ..Default::default()
    }
}

/// Applies a file, a line a page, in one transaction.
pub async fn apply(world: &World, agb: &str, lines: &[ClaimLine]) {
    let file = ClaimFile { office: VGZ.to_owned(), agb: agb.to_owned(), ..Default::default() };
    let mut tx = world.db.write().await.unwrap();
    let mut applying = File::begin(&mut tx, &file).await.unwrap();
    for line in lines {
        applying.page(std::slice::from_ref(line)).unwrap();
    }
    applying.finish().await.unwrap();
    tx.commit(world.clock.now()).await.unwrap();
}

/// The table that gives products a sector.
pub async fn tables(world: &World) {
    let table = "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\nH126,example,GZ,mpt,04,60,0,0,2023-01-01,\n";
    world.import(VGZ, table).await.unwrap();
}

async fn clients(world: &World) -> Vec<(String, String, i64)> {
    let sql = "SELECT care_month, care_profile, clients FROM approved_clients ORDER BY care_month, care_profile";
    fetch_all!(world.db.read().await.unwrap(), sql => (String, String, i64)).unwrap()
}

fn counts(rows: &[(String, String, i64)]) -> Vec<(&str, &str, i64)> {
    rows.iter().map(|(month, profile, clients)| (month.as_str(), profile.as_str(), *clients)).collect()
}

on_both_engines! {
    async fn tar_15_approved_lines_are_summed_by_product_and_month(engine) {
        let world = World::open(engine).await;
        tables(&world).await;
        let refused = line("c", "Z053", "2023-01-03", 0);
        let first = [
            line("a", "Z053", "2023-01-01", 50_000),
            line("b", "Z053", "2023-01-02", 50_000),
            line("a", "Z999", "2023-01-02", 700),
            refused,
        ];
        apply(&world, AGB, &first).await;
        apply(&world, AGB, &[line("a", "Z053", "2023-01-01", -50_000), line("a", "Z053", "2023-02-01", 25_000)]).await;
        let sql = "SELECT sector, product, care_month, quantity, granted_cents FROM approved_care
            ORDER BY product, care_month";
        let rows = fetch_all!(world.db.read().await.unwrap(), sql => (String, String, String, i64, i64)).unwrap();
        let told: Vec<_> = rows.iter().map(|(sector, product, month, quantity, cents)| {
            (sector.as_str(), product.as_str(), month.as_str(), *quantity, *cents)
        }).collect();
        assert_eq!(told, [
            ("gz", "Z053", "2023-01", 2, 50_000),
            ("gz", "Z053", "2023-02", 2, 25_000),
            // No table has it.
            ("", "Z999", "2023-01", 2, 700),
        ]);
    }

    async fn tar_15_a_client_counts_once_for_a_month(engine) {
        let world = World::open(engine).await;
        tables(&world).await;
        apply(&world, AGB, &[
            line("a", "Z053", "2023-01-01", 100),
            line("a", "H126", "2023-01-31", 100),
            line("a", "Z053", "2023-02-01", 100),
            line("b", "H126", "2023-01-05", 100),
        ]).await;
        assert_eq!(counts(&clients(&world).await), [("2023-01", "", 2), ("2023-01", "053", 1), ("2023-02", "", 1), ("2023-02", "053", 1)]);
        // A correction takes back and claims anew: nobody comes or goes.
        apply(&world, AGB, &[line("a", "Z053", "2023-01-01", -100), line("a", "Z053", "2023-01-01", 90)]).await;
        assert_eq!(counts(&clients(&world).await)[0], ("2023-01", "", 2));
        // What is only taken back was wrong.
        apply(&world, AGB, &[line("b", "H126", "2023-01-05", -100)]).await;
        assert_eq!(counts(&clients(&world).await)[0], ("2023-01", "", 1));
    }

    async fn tar_15_no_pseudonym_of_a_client_is_kept(engine) {
        let world = World::open(engine).await;
        tables(&world).await;
        apply(&world, AGB, &[line("pseudonym-of-a-client", "Z053", "2023-01-01", 100)]).await;
        let mut tx = world.db.read().await.unwrap();
        let care = fetch_all!(&mut tx, "SELECT office, agb, sector, product, unit, care_month FROM approved_care"
            => (String, String, String, String, String, String)).unwrap();
        let clients = fetch_all!(&mut tx, "SELECT office, agb, sector, care_profile, care_month FROM approved_clients"
            => (String, String, String, String, String)).unwrap();
        assert_eq!((care.len(), clients.len()), (1, 2));
        assert!(!format!("{care:?}{clients:?}").contains("pseudonym"));
    }
}
