//! A click over 3,000 providers and 60 products, against loading its facts from the database.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use budget::{
    decide::{self, Approved, Balances, ClickFacts, Contender, ForecastFacts, ProviderClickFacts},
    domain::{
        Account, Budget, Entry, EntryKind, Forecast, ForecastState, Lot, OfficeYear, Posting, ProductAmount, RoundKind,
        Tariff,
    },
    rules, store,
};
use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DecisionRow, Kind, Rows, Table, Tx};
use explain::{RuleFile, Rules, Trace};
use identifiers::Agb;
use money::Money;
use testkit::{Engine, TestDb};

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds, seconds},
    services::OFFICE,
};

const PROVIDERS: u32 = 3_000;
const PRODUCTS: u32 = 60;
const MONTHS: u32 = 4;
const ROUNDS: usize = 5;
const DECISION: &str = "bench";

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let db = TestDb::open(engine, store::MIGRATIONS).await;
    let rules = built_in()?;
    let year = OfficeYear { office: OFFICE.parse()?, year: 2023 };
    let now = DateTime::<Utc>::from_timestamp(1_686_000_000, 0).ok_or("a time")?;
    fill(&db, &rules, &year, now).await?;
    let (mut clicks, mut all) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut tx = db.read().await?;
        let loaded = load(&mut tx, &year).await?;
        let loading = in_seconds(begun.elapsed());
        drop(tx);
        let contenders = contenders(&loaded);
        let facts = ClickFacts {
            year: year.clone(),
            round: RoundKind::Click,
            room: Money::from_cents(400_000_000_000),
            reserve: Money::from_cents(8_000_000_000),
            fund_overproduction: true,
            contenders,
            as_of: now,
        };
        let click = seconds(|| decide_click(&facts, &rules));
        let forecasts = seconds(|| decide_forecasts(&year, loaded, &rules, now));
        clicks.push((click * 1e3, loading * 1e3));
        all.push(((click + forecasts) * 1e3, loading * 1e3));
    }
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    Ok(vec![
        Figure::new(format!("click of 3,000 providers / loading its facts, {name}"), "ms", &clicks, Goal::AtMost(0.1)),
        Figure::new(format!("click and all forecasts of 60 products / loading, {name}"), "ms", &all, Goal::None),
    ])
}

struct Loaded {
    production: BTreeMap<Agb, Vec<Approved>>,
    tariffs: BTreeMap<Agb, Vec<Tariff>>,
    balances: Balances,
    budgets: Vec<Budget>,
    forecasts: Vec<Forecast>,
}

async fn load(tx: &mut Tx, year: &OfficeYear) -> Result<Loaded, Failure> {
    Ok(Loaded {
        production: store::approved_of_year(tx, (year, MONTHS), None).await?,
        tariffs: store::tariffs_of_year(tx, year).await?,
        balances: store::balances(tx, year).await?,
        budgets: store::budgets(tx, year).await?,
        forecasts: store::forecasts(tx, year, RoundKind::Click).await?,
    })
}

fn contenders(loaded: &Loaded) -> Vec<Contender> {
    let pairs = loaded.budgets.iter().zip(&loaded.forecasts);
    let contender = |(budget, forecast): (&Budget, &Forecast)| Contender {
        agb: budget.agb,
        budget: loaded.balances.of(Lot::Zin, Account::Agreed(budget.agb)),
        forecast: forecast.holding,
        extrapolated: forecast.office,
        forms: Vec::new(),
        products: Vec::new(),
        affordability: None,
        innovation: None,
        is_new: false,
    };
    pairs.map(contender).collect()
}

/// The click and the explanation of every provider's part of it.
fn decide_click(facts: &ClickFacts, rules: &Rules) {
    let Ok(outcome) = decide::click(facts, rules, &mut Trace::new()) else { return };
    for (contender, (adjusted, became, after)) in facts.contenders.iter().zip(outcome.providers) {
        black_box(decide::explain_provider(&ProviderClickFacts {
            round_decision_id: DECISION.to_owned(),
            contender: contender.clone(),
            adjusted,
            to_share: outcome.totals.to_share,
            shortage: outcome.totals.shortage,
            outcome: became,
            after,
            products: Vec::new(),
            as_of: facts.as_of,
        }));
    }
}

/// Every provider's forecast, with its steps.
fn decide_forecasts(year: &OfficeYear, loaded: Loaded, rules: &Rules, as_of: DateTime<Utc>) {
    let mut tariffs = loaded.tariffs;
    for (agb, production) in loaded.production {
        let tariffs = tariffs.remove(&agb).unwrap_or_default();
        let facts = ForecastFacts { year: year.clone(), round: RoundKind::Click, agb, production, tariffs, as_of };
        let _ = black_box(decide::office_forecast(&facts, rules, &mut Trace::new()));
    }
}

fn built_in() -> Result<Rules, Failure> {
    let file = |(name, text): &(&str, &str)| RuleFile { name: (*name).to_owned(), text: (*text).to_owned() };
    Ok(Rules::load(rules::FILES.iter().map(file).collect(), &rules::SCHEMA)?)
}

static PRODUCTION: Table = Table {
    name: "production",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("year", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("care_month", Kind::Text),
        Column::new("unit", Kind::Text),
        Column::new("quantity", Kind::Int),
        Column::new("granted_cents", Kind::Int),
        Column::new("lines", Kind::Int),
    ],
};
static TARIFF: Table = Table {
    name: "tariff",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("year", Kind::Int),
        Column::new("sector", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("unit", Kind::Text),
        Column::new("tariff_cents", Kind::Int),
    ],
};

/// An office of national scale: tariffs, production, budgets and forecasts.
async fn fill(db: &TestDb, rules: &Rules, year: &OfficeYear, now: DateTime<Utc>) -> Result<(), Failure> {
    db.save_rule_set("rules", &rules.archive(), now).await?;
    let mut tx = db.write().await?;
    let decision = DecisionRow {
        decision_id: DECISION.to_owned(),
        office: OFFICE.to_owned(),
        kind: "bench".to_owned(),
        subject: "bench".to_owned(),
        decided_time: now,
        rules_sha256: rules.sha256(),
        facts: "{}".to_owned(),
        facts_sha256: [0; 32],
        explanation: Vec::new(),
    };
    tx.save_decision(&decision).await?;
    store::add_room(&mut tx, year, &["5508".to_owned()]).await?;
    let (mut production, mut tariffs) = (Rows::new(db.engine(), &PRODUCTION), Rows::new(db.engine(), &TARIFF));
    let (first, last) = (year.first_day(), year.last_day());
    for number in 1..=PROVIDERS {
        let agb = agb(number)?;
        let code = agb.to_string();
        for product in 1..=PRODUCTS {
            let name = format!("Z{product:03}");
            tariffs.text(OFFICE).text(&code).int(2023).text("gz").text(&name).date(first).date(last);
            tariffs.text("14").int(i64::from(10_000 + product * 100)).end_row();
            for month in 1..=MONTHS {
                production.text(OFFICE).int(2023).text(&code).text(&name).text(&format!("2023-{month:02}"));
                production.text("14").int(i64::from(20 + (number + product) % 40)).int(300_000).int(3).end_row();
            }
        }
        add_provider(&mut tx, year, agb, number, now).await?;
    }
    tx.insert_many(production).await?;
    tx.insert_many(tariffs).await?;
    store::add_entry(&mut tx, year, &agreed(now)?).await?;
    tx.commit(now).await?;
    Ok(())
}

async fn add_provider(
    tx: &mut Tx,
    year: &OfficeYear,
    agb: Agb,
    number: u32,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let filed = filed(number);
    let budget =
        Budget { agb, base: filed, scaled: filed, filed, products: Vec::new(), decision_id: DECISION.to_owned() };
    store::add_budget(tx, year, &budget, now).await?;
    let holding = Money::from_cents(filed.cents() + i64::from(number % 7) * 5_000_000 - 10_000_000);
    let forecast = Forecast {
        agb,
        office: holding,
        provider: None,
        holding,
        products: vec![ProductAmount {
            product: "Z001".to_owned(),
            amount: holding,
            tariff: Money::from_cents(10_100),
        }],
        state: ForecastState::Agreed,
        answer_due_date: NaiveDate::from_ymd_opt(2023, 6, 1).unwrap_or_default(),
        motivation: String::new(),
        decision_id: DECISION.to_owned(),
    };
    Ok(store::add_forecast(tx, (year, RoundKind::Click), &forecast, now).await?)
}

fn filed(number: u32) -> Money {
    Money::from_cents(100_000_000 + i64::from(number) * 1_000)
}

/// The entry that agrees all budgets.
fn agreed(now: DateTime<Utc>) -> Result<Entry, Failure> {
    let mut postings = Vec::with_capacity(PROVIDERS as usize);
    for number in 1..=PROVIDERS {
        postings.push(Posting { lot: Lot::Zin, account: Account::Agreed(agb(number)?), amount: filed(number) });
    }
    Ok(Entry {
        id: DECISION.to_owned(),
        kind: EntryKind::Round,
        day: now.date_naive(),
        motivation: "bench".to_owned(),
        decision_id: Some(DECISION.to_owned()),
        postings,
        recorded: now,
    })
}

fn agb(number: u32) -> Result<Agb, Failure> {
    Ok(format!("41{number:06}").parse()?)
}
