//! The benchmark: tables that come in, runs, scores and who is left out.

use contract::{
    common,
    homecare::{self as proto, import_feature_table_request::Part},
};
use futures::stream;
use sha2::{Digest, Sha256};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

/// Eleven months of two towns: whoever is older and lives alone costs more, and the third provider a quarter more still.
fn table() -> String {
    let mut table = "insured,agb,months,cost,hours,age,household,region\n".to_owned();
    for number in 0..300_u32 {
        let provider = 1 + number % 3;
        let (age, alone, east) = (65 + number % 17, number % 2, number % 5 == 0);
        let more = if provider == 3 { 125 } else { 100 };
        // Something that no characteristic tells.
        let cents =
            (20_000 + 1_100 * i64::from(age) + 9_000 * i64::from(alone)) * more / 100 + i64::from(number % 7) * 300;
        let hours = cents * 11 / 60;
        table += &format!(
            "p{number},4141000{provider},11,{}.{:02},{}.{:02},{age},{},{}\n",
            cents * 11 / 100,
            cents * 11 % 100,
            hours / 100,
            hours % 100,
            if alone == 1 { "alone" } else { "together" },
            if east { "east" } else { "west" },
        );
    }
    table
}

fn start() -> proto::FeatureTableStart {
    let day = |month, day| Some(common::Date { year: 2023, month, day });
    proto::FeatureTableStart {
        office: "vgz".to_owned(),
        year: 2024,
        period: Some(common::Period { first_day: day(1, 1), last_day: day(12, 31) }),
        source: "claims of 2023".to_owned(),
        categories: vec!["household".to_owned(), "region".to_owned()],
        sha256: Vec::new(),
    }
}

async fn import(
    world: &World,
    start: proto::FeatureTableStart,
    table: &str,
) -> Result<proto::ImportFeatureTableResponse, Status> {
    // One that is told otherwise stays what it is.
    let sha256 = if start.sha256.is_empty() { Sha256::digest(table).to_vec() } else { start.sha256 };
    let start = proto::FeatureTableStart { sha256, ..start };
    let chunks = table.as_bytes().chunks(1_000).map(|chunk| Part::Chunk(chunk.to_vec().into()));
    let parts: Vec<_> = std::iter::once(Part::Start(start)).chain(chunks).collect();
    let parts = parts.into_iter().map(|part| proto::ImportFeatureTableRequest { part: Some(part) });
    let mut answer = world.client().import_feature_table(stream::iter(parts)).await?.into_inner();
    Ok(answer.message().await?.unwrap())
}

/// A service with agreements of three providers in the year that was measured, and the table.
pub async fn imported(engine: testkit::Engine) -> (World, proto::FeatureTable) {
    let world = World::open(engine).await;
    for provider in 1..=3 {
        let request =
            proto::ConcludeAgreementRequest { agb: format!("4141000{provider}"), ..world.agreement(2024, 100_000_000) };
        // The thresholds of ceilings begin in 2024; the year that is measured here is that one.
        world.client().conclude_agreement(request).await.unwrap();
    }
    let table = import(&world, measured(), &table()).await.unwrap().table.unwrap();
    (world, table)
}

/// A table about 2024, for the agreements of 2025.
fn measured() -> proto::FeatureTableStart {
    let day = |month, day| Some(common::Date { year: 2024, month, day });
    let period = Some(common::Period { first_day: day(1, 1), last_day: day(12, 31) });
    proto::FeatureTableStart { year: 2025, period, ..start() }
}

pub async fn fit(world: &World, table_id: &str) -> Result<proto::BenchmarkRun, Status> {
    let request = proto::FitBenchmarkRequest { request_id: world.id(), table_id: table_id.to_owned() };
    Ok(world.client().fit_benchmark(request).await?.into_inner().run.unwrap())
}

pub async fn scores(world: &World, run_id: &str) -> Vec<proto::BenchmarkScore> {
    let request = proto::ListBenchmarkScoresRequest { run_id: run_id.to_owned(), ..Default::default() };
    world.client().list_benchmark_scores(request).await.unwrap().into_inner().scores
}

pub fn exclude(world: &World, agb: &str) -> proto::ExcludeFromBenchmarkRequest {
    proto::ExcludeFromBenchmarkRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        agb: agb.to_owned(),
        year: 2025,
        ground: proto::ExclusionGround::UnjustifiedSpecialisation.into(),
        motivation: "wound care only".to_owned(),
    }
}

on_both_engines! {
    async fn hom_02_a_run_ranks_the_providers_and_explains_each(engine) {
        let (world, table) = imported(engine).await;
        assert_eq!((table.rows, table.providers), (300, 3));
        assert_eq!(table.columns[1].levels, ["together", "alone"]);
        let run = fit(&world, &table.table_id).await.unwrap();
        assert_eq!((run.number, run.insured, run.providers, run.models.len()), (1, 300, 3, 2));
        let names: Vec<&str> = run.models[0].coefficients.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["(constant)", "age", "household=together", "region=west"]);

        let scores = scores(&world, &run.run_id).await;
        let ranks: Vec<i32> = scores.iter().map(|score| score.rank).collect();
        assert_eq!(ranks[2], 3, "the dear one is the last: {ranks:?}");
        let total = |index: usize| scores[index].total.clone().unwrap().value.parse::<f64>().unwrap();
        assert!(total(2) > 1.1 && total(0) < 0.97 && total(1) < 0.97);
        let told = world.explained(&scores[2].decision_id).await;
        assert!(told[1].starts_with("age: on average "), "{}", told[1]);
        assert!(told.last().unwrap().ends_with("that is place 3 of 3, the lowest score first."));
        let told = world.explained(&run.decision_id).await;
        assert_eq!(told[0], "3 providers with a turnover above EUR 250,000.00 are in it; 0 are in the table and are not.");

        // The same again: another run with the same outcome.
        let again = fit(&world, &table.table_id).await.unwrap();
        assert_eq!((again.number, &again.outcome_sha256), (2, &run.outcome_sha256));
        let request = proto::GetBenchmarkRunRequest { run_id: run.run_id.clone() };
        let found = world.client().get_benchmark_run(request).await.unwrap().into_inner().run.unwrap();
        assert_eq!(found, run);
        let request = proto::ListBenchmarkRunsRequest { office: "vgz".to_owned(), year: 2025, page_size: 1, ..Default::default() };
        let page = world.client().list_benchmark_runs(request).await.unwrap().into_inner();
        assert_eq!(page.runs, [run]);
        assert!(!page.next_page_token.is_empty());
    }

    async fn hom_02_whoever_is_excluded_is_left_out_of_later_runs(engine) {
        let (world, table) = imported(engine).await;
        let before = fit(&world, &table.table_id).await.unwrap();
        let asked = exclude(&world, "41410003");
        let proposed = world.client().exclude_from_benchmark(asked).await.unwrap().into_inner();
        assert_eq!(proposed.exclusion, None);
        // Proposed is not decided.
        assert_eq!(fit(&world, &table.table_id).await.unwrap().outcome_sha256, before.outcome_sha256);
        world.take(&proposed.proposal.unwrap().proposal_id).await;
        let run = fit(&world, &table.table_id).await.unwrap();
        let left_out: Vec<_> = run.left_out.iter().map(|one| (one.agb.as_str(), one.reason())).collect();
        assert_eq!(left_out, [("41410003", proto::LeftOutReason::Excluded)]);
        assert_eq!((run.providers, run.insured), (2, 200));

        let request = proto::ListExclusionsRequest { office: "vgz".to_owned(), year: 2025, ..Default::default() };
        let exclusions = world.client().list_exclusions(request).await.unwrap().into_inner().exclusions;
        let told = world.explained(&exclusions[0].decision_id).await;
        assert_eq!(told, ["The provider is excluded from the benchmark, on the ground unjustified_specialisation: wound care only"]);

        let lift = |world: &World| proto::LiftExclusionRequest {
            request_id: world.id(),
            office: "vgz".to_owned(),
            agb: "41410003".to_owned(),
            year: 2025,
            motivation: "offers everything since".to_owned(),
        };
        let lifted = world.client().lift_exclusion(lift(&world)).await.unwrap().into_inner().exclusion.unwrap();
        assert_eq!(lifted.ground(), proto::ExclusionGround::Unspecified);
        assert_eq!(fit(&world, &table.table_id).await.unwrap().outcome_sha256, before.outcome_sha256);
        let status = world.client().lift_exclusion(lift(&world)).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "NOT_EXCLUDED".to_owned()));
    }

    async fn hom_02_who_has_no_agreement_or_a_small_turnover_is_left_out(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 100_000_000).await;
        let table = import(&world, measured(), &table()).await.unwrap().table.unwrap();
        let run = fit(&world, &table.table_id).await.unwrap();
        assert_eq!((run.providers, run.left_out.len()), (1, 2));
        assert!(run.left_out.iter().all(|one| one.reason() == proto::LeftOutReason::NotContracted));
        // A tenth of the insured turn over less than a quarter of a million.
        let lines: Vec<&str> = self::table().leak().lines().take(31).collect();
        let small = import(&world, measured(), &lines.join("\n")).await.unwrap().table.unwrap();
        let status = fit(&world, &small.table_id).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "NO_FIT".to_owned()));
    }

    async fn hom_02_the_same_table_again_changes_nothing(engine) {
        let (world, table) = imported(engine).await;
        let again = import(&world, measured(), &self::table()).await.unwrap();
        assert!(again.known);
        assert_eq!(again.table, Some(table));
        // With another column as a category it is another table.
        let categories = vec!["age".to_owned(), "household".to_owned(), "region".to_owned()];
        let other = import(&world, proto::FeatureTableStart { categories, ..measured() }, &self::table()).await.unwrap();
        assert!(!other.known);
        let request = proto::ListFeatureTablesRequest { office: "vgz".to_owned(), year: 2025, ..Default::default() };
        assert_eq!(world.client().list_feature_tables(request).await.unwrap().into_inner().tables.len(), 2);
    }

    async fn hom_02_every_fault_of_a_table_is_told_and_nothing_is_kept(engine) {
        let world = World::open(engine).await;
        let broken = table().replace("p7,41410002", "p7,4141").replace("p9,41410001,11,", "p9,41410001,13,");
        let status = import(&world, start(), &broken).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["line 9 agb", "line 11 months"]);
        let cut = proto::FeatureTableStart { sha256: Sha256::digest(table()).to_vec(), ..start() };
        let status = import(&world, cut, &table()[..2_000]).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["start.sha256"]);
        let late = proto::FeatureTableStart { year: 2023, source: String::new(), ..start() };
        let status = import(&world, late, &table()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["start.period", "start.source"]);
        let request = proto::ListFeatureTablesRequest { office: "vgz".to_owned(), year: 2024, ..Default::default() };
        assert_eq!(world.client().list_feature_tables(request).await.unwrap().into_inner().tables, []);
    }

    async fn hom_02_columns_that_follow_from_others_are_named(engine) {
        let (world, _) = imported(engine).await;
        let mut doubled = String::new();
        for (number, line) in table().lines().enumerate() {
            let age = line.split(',').nth(5).unwrap();
            let more = if number == 0 { "born".to_owned() } else { (2024 - age.parse::<i32>().unwrap()).to_string() };
            doubled += &format!("{line},{more}\n");
        }
        let table = import(&world, measured(), &doubled).await.unwrap().table.unwrap();
        let status = fit(&world, &table.table_id).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "NO_FIT".to_owned()));
        assert_eq!(status.message(), "there is no fit: born follows from (constant), age");
    }
}
