//! `zorginkoop benchmark`: feature tables and runs of the home-care benchmark.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use contract::{
    common,
    homecare::{self as proto, import_feature_table_request::Part},
};
use futures::StreamExt;
use runtime::Ids;

use crate::{
    args::EndpointArguments,
    claims::pieces,
    commands::insured::{date, fingerprint},
    endpoints::Clients,
    failure::Failure,
    output::{json, line, printable, table},
};

/// What can be done with the benchmark.
#[derive(Debug, Subcommand)]
pub enum BenchmarkCommand {
    /// Hands in a feature table: CSV with the columns insured,agb,months,cost,hours and then characteristics. One that is
    /// wrong is told in full and not taken; the same again changes nothing
    Import(ImportArguments),
    /// Runs the benchmark over a table
    Fit {
        /// The table's id
        table: String,
    },
    /// Shows a run: its coefficients, and how the providers stand
    Show {
        /// The run's id
        run: String,
    },
}

/// What is handed in.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file (CSV)
    pub file: PathBuf,
    /// The insurer
    #[arg(long)]
    pub office: String,
    /// The year whose agreements the benchmark is for
    #[arg(long)]
    pub year: i32,
    /// The first day that was measured
    #[arg(long)]
    pub first_day: NaiveDate,
    /// The last day that was measured
    #[arg(long)]
    pub last_day: NaiveDate,
    /// Where the table comes from
    #[arg(long)]
    pub source: String,
    /// A column that is a category; all others are numbers
    #[arg(long = "category")]
    pub categories: Vec<String>,
}

/// Runs a command on the benchmark.
///
/// # Errors
/// What the service reports.
pub async fn run(command: BenchmarkCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    match command {
        BenchmarkCommand::Import(arguments) => import(&mut clients, arguments, as_json).await,
        BenchmarkCommand::Fit { table } => {
            let request = proto::FitBenchmarkRequest { request_id: Ids::random().next().to_string(), table_id: table };
            let answer = clients.homecare.fit_benchmark(request).await?.into_inner();
            show_run(&answer.run.unwrap_or_default(), as_json)
        }
        BenchmarkCommand::Show { run } => show(&mut clients, run, as_json).await,
    }
}

async fn import(clients: &mut Clients, arguments: ImportArguments, as_json: bool) -> Result<(), Failure> {
    let path = arguments.file;
    let named = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let start = proto::FeatureTableStart {
        office: arguments.office,
        year: arguments.year,
        period: Some(common::Period { first_day: date(arguments.first_day), last_day: date(arguments.last_day) }),
        source: arguments.source,
        categories: arguments.categories,
        sha256: fingerprint(&path).map_err(named)?,
    };
    let file = tokio::fs::File::open(&path).await.map_err(named)?;
    let parts = futures::stream::iter([Part::Start(start)]).chain(pieces(file).map(Part::Chunk));
    let parts = parts.map(|part| proto::ImportFeatureTableRequest { part: Some(part) });
    let mut answer = clients.homecare.import_feature_table(parts).await?.into_inner();
    let answer = answer.message().await?.unwrap_or_default();
    let found = answer.table.unwrap_or_default();
    if as_json {
        return json(&found, "zorginkoop.homecare.v1.FeatureTable");
    }
    let again = if answer.known { ", handed in before" } else { "" };
    line(printable(&format!(
        "{}: table {}, {} line(s) of {} provider(s), {} characteristic(s){again}",
        path.display(),
        found.table_id,
        found.rows,
        found.providers,
        found.columns.len(),
    )));
    Ok(())
}

async fn show(clients: &mut Clients, run_id: String, as_json: bool) -> Result<(), Failure> {
    let request = proto::GetBenchmarkRunRequest { run_id: run_id.clone() };
    let run = clients.homecare.get_benchmark_run(request).await?.into_inner().run.unwrap_or_default();
    show_run(&run, as_json)?;
    let (mut page_token, mut rows) = (String::new(), Vec::new());
    loop {
        let request = proto::ListBenchmarkScoresRequest { run_id: run_id.clone(), page_size: 1000, page_token };
        let answer = clients.homecare.list_benchmark_scores(request).await?.into_inner();
        for score in answer.scores {
            if as_json {
                json(&score, "zorginkoop.homecare.v1.BenchmarkScore")?;
            } else {
                rows.push(row(&score));
            }
        }
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    if !as_json {
        line(table(&["AGB", "decision", "place", "insured", "cost", "hours", "score"], rows, 2).to_string());
    }
    Ok(())
}

fn show_run(run: &proto::BenchmarkRun, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return json(run, "zorginkoop.homecare.v1.BenchmarkRun");
    }
    line(printable(&format!(
        "run {} ({}) for {}: {} insured of {} provider(s), {} left out, condition {}",
        run.number,
        run.run_id,
        run.year,
        run.insured,
        run.providers,
        run.left_out.len(),
        text(run.condition.as_ref()),
    )));
    for model in &run.models {
        let each = model.coefficients.iter();
        let rows =
            each.map(|one| vec![printable(&one.name), text(one.value.as_ref()), text(one.standard_error.as_ref())]);
        let measure = model.measure().as_str_name().trim_start_matches("MEASURE_").to_lowercase();
        line(format!("{measure} a month, R2 {}", text(model.r_squared.as_ref())));
        line(table(&["characteristic", "coefficient", "standard error"], rows.collect(), 1).to_string());
    }
    Ok(())
}

fn row(score: &proto::BenchmarkScore) -> Vec<String> {
    let of = |index: usize| score.measures.get(index).and_then(|measure| measure.score.as_ref());
    let place = if score.rank == 0 { "-".to_owned() } else { score.rank.to_string() };
    vec![
        score.agb.clone(),
        score.decision_id.clone(),
        place,
        score.insured.to_string(),
        text(of(0)),
        text(of(1)),
        text(score.total.as_ref()),
    ]
}

fn text(number: Option<&common::Decimal>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.value.clone())
}
