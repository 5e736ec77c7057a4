//! Keys for pseudonyms are replaced, and a person stays one client.

use contract::common::{ClaimFile, ClaimLine, Money, Period};
use database::{fetch_all, fetch_one};
use edge::{Core, EdgeError};
use runtime::{Clock, Ids, Settings};
use testkit::{Engine, TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// The clients that lines are kept under.
async fn clients(db: &TestDb) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    let rows = fetch_all!(tx, "SELECT DISTINCT client FROM claim ORDER BY client" => (String,)).unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

async fn aliases(db: &TestDb) -> i64 {
    let mut tx = db.read().await.unwrap();
    fetch_one!(tx, "SELECT COUNT(*) FROM client_alias" => (i64,)).unwrap().0
}

async fn core(engine: Engine) -> (TestDb, Core) {
    let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
    let settings = Settings { database: db.url().to_owned(), ..Settings::default() };
    let clock = Clock::manual("2024-06-01T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    let with = (clock, Ids::series(), CancellationToken::new());
    let core = Core::open(&settings, &screening::SERVICE, with).await.unwrap();
    (db, core)
}

/// Applies a file with a line of a client, with its earlier pseudonyms, on some days of March.
async fn apply(core: &Core, file_id: &str, client: char, earlier: &str, days: (i32, i32)) -> Result<(), EdgeError> {
    let mut tx = core.db().write().await?;
    let file = ClaimFile {
        file_id: file_id.to_owned(),
        office: "vgz".to_owned(),
        agb: FIRST.to_owned(),
        received_time: edge::to_proto::time(core.clock.now()),
        ..ClaimFile::default()
    };
    let pseudonym = |letter: char| String::from(letter).repeat(22);
    let line = ClaimLine {
        detail_number: 1,
        client: pseudonym(client),
        earlier_clients: earlier.chars().map(pseudonym).collect(),
        product: "1000".to_owned(),
        period: Some(Period { first_day: march(days.0), last_day: march(days.1) }),
        granted: Some(Money { cents: TARIFF }),
        reference: file_id.to_owned(),
        ..ClaimLine::default()
    };
    let mut applying = screening::apply::File::begin(core, &mut tx, "homecare", &file).await?;
    applying.page(&[line]).await?;
    applying.finish().await?;
    tx.commit(core.clock.now()).await?;
    Ok(())
}

/// The references of the pairs that were found, sorted.
async fn pairs(db: &TestDb) -> Vec<(String, String)> {
    const PAIRS: &str = "SELECT one.reference, other.reference FROM evidence AS one
        JOIN evidence AS other ON other.signal_id = one.signal_id AND other.position = 2
        WHERE one.position = 1 ORDER BY one.reference, other.reference";
    let mut tx = db.read().await.unwrap();
    fetch_all!(tx, PAIRS => (String, String)).unwrap()
}

on_both_engines! {
    async fn scr_04_a_double_is_found_across_a_new_key_and_the_person_stays_one_client(engine) {
        let world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 6), 1), Line { bsn: "111222333", ..debit("A2", (4, 6), 1) }]).await;
        world.caught_up().await;
        let before = clients(&world.db).await;
        assert_eq!((before.len(), aliases(&world.db).await), (2, 0));

        // The new key beside the old one: the same person under another pseudonym.
        let world = world.with_keys(&[(1, 7), (2, 8)]).await;
        world.submit(SECOND, "F2", &[debit("B1", (5, 7), 1)]).await;
        world.caught_up().await;
        assert_eq!(clients(&world.db).await, before);
        assert_eq!(aliases(&world.db).await, 1);
        assert_eq!(world.standing().await, [pair("A1", "B1")]);

        // Without the old key, the link of who was seen meanwhile holds; a third key leads to the same client.
        let world = world.with_keys(&[(2, 8)]).await;
        world.submit(SECOND, "F3", &[debit("B2", (6, 6), 1)]).await;
        world.caught_up().await;
        let mut world = world.with_keys(&[(2, 8), (3, 9)]).await;
        world.submit(SECOND, "F4", &[debit("B3", (4, 4), 1)]).await;
        world.caught_up().await;
        assert_eq!(clients(&world.db).await, before);
        let found = [pair("A1", "B1"), pair("A1", "B2"), pair("A1", "B3"), pair("B1", "B2")];
        assert_eq!(world.standing().await, found);
        let signals = world.signals("").await;
        assert!(signals.iter().all(|signal| signal.client == signals[0].client), "one client on all signals");

        // Whoever was not seen while both keys were there is somebody new.
        world.submit(SECOND, "F5", &[Line { bsn: "111222333", ..debit("B4", (4, 6), 1) }]).await;
        world.caught_up().await;
        assert_eq!(clients(&world.db).await.len(), 3);
        assert_eq!(world.standing().await, found);

        // Followed from the start, it is all the same.
        world.anew(engine).await;
        world.caught_up().await;
        assert_eq!(world.standing().await, found);
    }

    async fn scr_04_the_order_in_which_links_become_known_does_not_matter(engine) {
        let files: [(&str, char, &str, (i32, i32)); 4] =
            [("1", 'a', "", (1, 9)), ("2", 'b', "", (2, 3)), ("3", 'c', "b", (3, 4)), ("4", 'b', "a", (20, 21))];
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 2, 0, 3], [2, 3, 0, 1], [0, 3, 2, 1]];
        for order in orders {
            let (db, core) = core(engine).await;
            for at in order {
                let (file_id, client, earlier, days) = files[at];
                apply(&core, file_id, client, earlier, days).await.unwrap();
            }
            assert_eq!(pairs(&db).await, [pair("1", "2"), pair("1", "3"), pair("2", "3")], "{order:?}");
        }
    }
}
