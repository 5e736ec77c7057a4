//! Postings of the ledger through `RecordPayments`, one payment a call, against committing one row; and, where it is there,
//! against pgledger on the same server.

use std::{env, fs, future::Future, path::Path, sync::Arc, time::Instant};

use contract::{budget as proto, common};
use database::{
    Migration, execute,
    sqlx::{self, PgPool, postgres::PgPoolOptions},
};
use futures::{StreamExt, TryStreamExt, stream};
use runtime::{Clock, Ids};
use testkit::{Engine, TestDb};

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
    services::{Alone, OFFICE},
};

const ROUNDS: usize = 5;
const CALLS: usize = 3_000;
const IN_FLIGHT: usize = 20;
/// As many accounts as pgledger's own check takes where nobody is to wait: two for each provider here.
const PROVIDERS: usize = 50;
const BATCH: usize = 1_000;

static BARE: [Migration; 1] = [Migration::new(100, "bare", "CREATE TABLE bare (id TEXT NOT NULL PRIMARY KEY);")];

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let world = World::start(engine).await?;
    let bare = Arc::new(TestDb::open(engine, &BARE).await);
    let pgledger = match (engine, env::var_os("ZORGINKOOP_PGLEDGER")) {
        (Engine::Postgres, Some(folder)) => Some(PgLedger::install(Path::new(&folder)).await?),
        _ => None,
    };
    let (mut spread, mut hot, mut batched) = (Vec::new(), Vec::new(), Vec::new());
    let (mut spread_theirs, mut hot_theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let floor = commits(&bare).await?;
        let ours = world.payments(PROVIDERS).await?;
        let ours_hot = world.payments(1).await?;
        spread.push((ours, floor));
        hot.push((ours_hot, floor));
        batched.push((world.batched().await?, floor));
        if let Some(pgledger) = &pgledger {
            spread_theirs.push((ours, pgledger.transfers(2 * PROVIDERS).await?));
            hot_theirs.push((ours_hot, pgledger.transfers(2).await?));
        }
    }
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    let figure =
        |what: &str, rounds: &[(f64, f64)]| Figure::new(format!("{what}, {name}"), "calls/s", rounds, Goal::None);
    let mut figures = vec![
        figure("payments of 50 providers / commits of one row", &spread),
        figure("payments of one provider (two accounts) / commits of one row", &hot),
        figure("payments, 1,000 a call / commits of one row", &batched),
    ];
    if pgledger.is_some() {
        figures.push(figure(
            "payments of 50 providers over gRPC / pgledger transfers in SQL, 100 accounts",
            &spread_theirs,
        ));
        figures
            .push(figure("payments of one provider over gRPC / pgledger transfers in SQL, two accounts", &hot_theirs));
    }
    Ok(figures)
}

/// How many of these are done in a second, so many at a time.
async fn a_second<F, R>(count: usize, one: impl Fn(usize) -> F) -> Result<f64, Failure>
where
    F: Future<Output = Result<R, Failure>>,
{
    let begun = Instant::now();
    stream::iter(0..count).map(one).buffer_unordered(IN_FLIGHT).try_for_each(async |_| Ok(())).await?;
    Ok(count as f64 / in_seconds(begun.elapsed()))
}

async fn commits(db: &Arc<TestDb>) -> Result<f64, Failure> {
    a_second(CALLS, |_| {
        let db = db.clone();
        async move {
            let mut tx = db.write().await?;
            execute!(tx, "INSERT INTO bare (id) VALUES ($1)", Ids::random().next().to_string())?;
            Ok(tx.commit(Clock::system().now()).await?)
        }
    })
    .await
}

/// Budget with the room of a year.
struct World(Alone);

impl World {
    async fn start(engine: Engine) -> Result<World, Failure> {
        // Nobody else is there, and payments need nobody.
        let mut alone = Alone::start(engine, Clock::system(), async |_| Ok(())).await?;
        let room = proto::EstablishRoomRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            regions: vec!["5508".to_owned()],
            zin: Some(common::Money { cents: 500_000_000_000 }),
            pgb: Some(common::Money { cents: 60_000_000_000 }),
            motivation: "example".to_owned(),
        };
        alone.client.establish_room(room).await?;
        Ok(World(alone))
    }

    /// Calls a second with one payment each, of so many providers in turn.
    async fn payments(&self, providers: usize) -> Result<f64, Failure> {
        a_second(CALLS, |number| self.pay(vec![payment(number % providers)])).await
    }

    /// Payments a second, a thousand a call.
    async fn batched(&self) -> Result<f64, Failure> {
        let calls = CALLS / 100;
        let rate = a_second(calls, |_| self.pay((0..BATCH).map(payment).collect())).await?;
        Ok(rate * BATCH as f64)
    }

    fn pay(&self, payments: Vec<proto::Payment>) -> impl Future<Output = Result<(), Failure>> + use<> {
        let mut client = self.0.client.clone();
        let request = proto::RecordPaymentsRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            day: Some(common::Date { year: 2023, month: 3, day: 28 }),
            payments,
            reference: "example".to_owned(),
        };
        async move {
            client.record_payments(request).await?;
            Ok(())
        }
    }
}

fn request_id() -> String {
    Ids::random().next().to_string()
}

fn payment(number: usize) -> proto::Payment {
    proto::Payment { agb: format!("41{:06}", number + 1), amount: Some(common::Money { cents: 100 }) }
}

/// <https://github.com/pgr0ss/pgledger> (MIT), from a folder that has it.
struct PgLedger {
    pool: PgPool,
    accounts: Vec<String>,
    _db: TestDb,
}

impl PgLedger {
    async fn install(folder: &Path) -> Result<PgLedger, Failure> {
        let db = TestDb::open(Engine::Postgres, &[]).await;
        let pool = PgPoolOptions::new().max_connections(IN_FLIGHT as u32).connect(db.url()).await?;
        let vendored = folder.join("vendor/scoville-pgsql-ulid");
        for file in [vendored.join("ulid-to-uuid.sql"), vendored.join("uuid-to-ulid.sql"), folder.join("pgledger.sql")]
        {
            // A file of a folder that who runs the bench names, not of a caller.
            let text = fs::read_to_string(file)?;
            sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&pool).await?;
        }
        let mut accounts = Vec::new();
        for number in 0..2 * PROVIDERS {
            let account = sqlx::query_scalar("SELECT id FROM pgledger_create_account($1, 'EUR')");
            accounts.push(account.bind(format!("account {number}")).fetch_one(&pool).await?);
        }
        Ok(PgLedger { pool, accounts, _db: db })
    }

    /// Transfers a second between this many accounts.
    async fn transfers(&self, accounts: usize) -> Result<f64, Failure> {
        a_second(CALLS, |number| {
            let (from, to) = (&self.accounts[number * 2 % accounts], &self.accounts[(number * 2 + 1) % accounts]);
            async move {
                let transfer = sqlx::query("SELECT id FROM pgledger_create_transfer($1, $2, 1.00)");
                transfer.bind(from).bind(to).execute(&self.pool).await?;
                Ok(())
            }
        })
        .await
    }
}
