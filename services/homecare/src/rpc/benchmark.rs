//! The benchmark (HOM-02): who is left out by decision, runs and scores.

use std::collections::BTreeMap;

use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};
use sha2::{Digest, Sha256};

use super::Rpc;
use crate::{
    convert,
    decide::benchmark::{self, Characteristic, ExclusionFacts, MeasureFacts, RunFacts, ScoreFacts},
    domain::{BenchmarkRun, Exclusion, FeatureTable, OfficeYear, RunOutcome, Score},
    regression::{Among, Own, Run, Totals},
    rules, store,
};

impl Rpc {
    pub(super) async fn exclude_from_benchmark(
        &self,
        call: &Call,
        request: proto::ExcludeFromBenchmarkRequest,
    ) -> Result<proto::ExcludeFromBenchmarkResponse, EdgeError> {
        let asked = convert::exclude(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.exclude_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// To leave a provider out takes four eyes.
    pub(super) async fn exclude_in(
        &self,
        write: &mut Write,
        request: &proto::ExcludeFromBenchmarkRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::ExcludeFromBenchmarkResponse, EdgeError> {
        let convert::Exclude { of, ground, motivation, .. } = convert::exclude(request)?;
        let subject = of.to_string();
        let adverse = Adverse {
            office: &of.office,
            agb: Some(of.agb),
            subject: &subject,
            summary: format!("uitsluiten van de benchmark {}: {motivation}", of.year),
            outcome: ground.as_str().as_bytes(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::ExcludeFromBenchmarkResponse { exclusion: None, proposal: Some(proposal) });
        }
        let facts = ExclusionFacts { of, ground: Some(ground), motivation, as_of: write.now };
        let exclusion = self.record_exclusion(write, facts).await?;
        Ok(proto::ExcludeFromBenchmarkResponse { exclusion: Some(convert::exclusion(&exclusion)), proposal: None })
    }

    pub(super) async fn lift_exclusion(
        &self,
        call: &Call,
        request: proto::LiftExclusionRequest,
    ) -> Result<proto::LiftExclusionResponse, EdgeError> {
        let asked = convert::lift(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let year = OfficeYear { office: asked.of.office.clone(), year: asked.of.year };
        if !store::excluded(&mut write.tx, &year).await?.contains(&asked.of.agb) {
            let message = "the provider is not excluded from the benchmark of that year".to_owned();
            return Err(EdgeError::Precondition { reason: "NOT_EXCLUDED", subject: asked.of.to_string(), message });
        }
        let facts = ExclusionFacts { of: asked.of, ground: None, motivation: asked.motivation, as_of: write.now };
        let exclusion = self.record_exclusion(&mut write, facts).await?;
        write.commit(proto::LiftExclusionResponse { exclusion: Some(convert::exclusion(&exclusion)) }).await
    }

    async fn record_exclusion(&self, write: &mut Write, facts: ExclusionFacts) -> Result<Exclusion, EdgeError> {
        let mut trace = Trace::new();
        benchmark::explain_exclusion(&facts, &mut trace);
        let (recorded, subject) = (Facts::new(&facts, write.now), facts.of.to_string());
        let of = (&facts.of.office, "benchmark_exclusion", subject.as_str());
        let decision_id = self.record(write, of, (&recorded, trace)).await?;
        let ExclusionFacts { of, ground, motivation, .. } = facts;
        let exclusion = Exclusion { of, ground, motivation, decision_id, recorded: write.now };
        store::add_exclusion(&mut write.tx, &exclusion).await?;
        Ok(exclusion)
    }

    pub(super) async fn list_exclusions(
        &self,
        call: &Call,
        request: proto::ListExclusionsRequest,
    ) -> Result<proto::ListExclusionsResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::year_page((&request.office, request.year), asked)?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::page_of_exclusions(&mut tx, &year, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.of.agb.to_string()]);
        let agbs: Vec<_> = rows.iter().map(|row| row.of.agb).collect();
        let found = self.found_before(&mut tx, &year, &agbs).await?;
        let told = |row: &Exclusion| {
            let year_end_findings = found(row.of.agb);
            proto::Exclusion { year_end_findings, ..convert::exclusion(row) }
        };
        Ok(proto::ListExclusionsResponse { exclusions: rows.iter().map(told).collect(), next_page_token })
    }

    pub(super) async fn fit_benchmark(
        &self,
        call: &Call,
        request: proto::FitBenchmarkRequest,
    ) -> Result<proto::FitBenchmarkResponse, EdgeError> {
        let (request_id, table_id) = convert::fit(&request)?;
        // Nobody waits for the rows: they never change, and who is in the run is looked at again below.
        let table = store::table(&mut self.core.read(call).await?, &table_id).await?;
        let among = self.among(call, &table).await?;
        let (outcome, own) = self.fitted(call, &table, &among).await?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        if store::excluded(&mut write.tx, &table.year).await? != among.excluded {
            let message = "who is excluded changed meanwhile: run it again".to_owned();
            return Err(precondition("EXCLUSIONS_CHANGED", &table.year, message));
        }
        let run = self.record_run(&mut write, &table, outcome).await?;
        self.record_scores(&mut write, &run, own).await?;
        write.commit(proto::FitBenchmarkResponse { run: Some(convert::run(&run)) }).await
    }

    /// Among which providers a run over a table looks.
    async fn among(&self, call: &Call, table: &FeatureTable) -> Result<Among, EdgeError> {
        use chrono::Datelike;
        let mut tx = self.core.read(call).await?;
        let measured = OfficeYear { office: table.year.office.clone(), year: table.first_day.year() };
        Ok(Among {
            contracted: store::contracted(&mut tx, &measured).await?,
            excluded: store::excluded(&mut tx, &table.year).await?,
            turnover_above: *self.core.rules.get(&rules::BENCHMARK_TURNOVER, &table.year.scope())?,
            first_day: table.first_day,
            last_day: table.last_day,
        })
    }

    /// Goes over the rows twice.
    async fn fitted(
        &self,
        call: &Call,
        table: &FeatureTable,
        among: &Among,
    ) -> Result<(RunOutcome, Vec<Own>), EdgeError> {
        let mut totals = Totals::default();
        let mut found = 0;
        self.rows(call, table, |row| {
            found += 1;
            totals.take(&row, &table.columns);
        })
        .await?;
        if found < table.rows {
            let message = "the rows of this table were kept long enough, and removed".to_owned();
            return Err(precondition("ROWS_REMOVED", &table.year, message));
        }
        let mut run = Run::new(&table.columns, totals.select(among)?);
        self.rows(call, table, |row| run.take(&row)).await?;
        run.finish().map_err(|why| precondition("NO_FIT", &table.year, format!("there is no fit: {why}")))
    }

    async fn rows(
        &self,
        call: &Call,
        table: &FeatureTable,
        mut each: impl FnMut(crate::domain::FeatureRow),
    ) -> Result<(), EdgeError> {
        let mut line = 0;
        loop {
            let (rows, last) = store::rows_after(&mut self.core.read(call).await?, &table.id, line).await?;
            if rows.is_empty() {
                return Ok(());
            }
            line = last;
            rows.into_iter().for_each(&mut each);
            // A page takes some milliseconds: others get their turn.
            tokio::task::yield_now().await;
        }
    }

    async fn record_run(
        &self,
        write: &mut Write,
        table: &FeatureTable,
        outcome: RunOutcome,
    ) -> Result<BenchmarkRun, EdgeError> {
        let facts = RunFacts {
            year: table.year.clone(),
            table_id: table.id.clone(),
            table_sha256: hex::encode(table.sha256),
            outcome,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        benchmark::explain_run(&facts, &self.core.rules, &mut trace)?;
        let subject = format!("{} {}", table.year.office, table.year.year);
        let of = (&table.year.office, "benchmark_run", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        let run = BenchmarkRun {
            id: self.core.ids.next().to_string(),
            year: facts.year,
            table_id: facts.table_id,
            number: store::next_number(&mut write.tx, &table.year).await?,
            outcome_sha256: Sha256::digest(store::to_json(&facts.outcome)).into(),
            outcome: facts.outcome,
            decision_id,
            fitted: write.now,
        };
        store::add_run(&mut write.tx, &run).await?;
        Ok(run)
    }

    /// The score of every provider in a run, each with its explanation.
    async fn record_scores(&self, write: &mut Write, run: &BenchmarkRun, own: Vec<Own>) -> Result<(), EdgeError> {
        let mut of: Vec<ScoreFacts> = own.into_iter().map(|own| score_facts(run, own)).collect();
        let mut totals = BTreeMap::new();
        for facts in &of {
            totals.insert(facts.agb, benchmark::score(facts, &self.core.rules, &mut Trace::new())?.1);
        }
        let ranks = benchmark::ranks(&totals);
        let ranked = u32::try_from(ranks.len()).unwrap_or(u32::MAX);
        for facts in &mut of {
            facts.rank = ranks.get(&facts.agb).map(|rank| (*rank, ranked));
            let mut trace = Trace::new();
            let (measured, total) = benchmark::score(facts, &self.core.rules, &mut trace)?;
            let subject = run.year.of(facts.agb).to_string();
            let whose = (&run.year.office, "benchmark_score", subject.as_str());
            let decision_id = self.record(write, whose, (&Facts::new(&*facts, facts.as_of), trace)).await?;
            let score = Score {
                agb: facts.agb,
                insured: facts.insured,
                months: facts.months,
                measured,
                total,
                rank: facts.rank.map(|(rank, _)| rank),
                decision_id,
            };
            store::add_score(&mut write.tx, &run.id, &score).await?;
        }
        Ok(())
    }

    pub(super) async fn get_benchmark_run(
        &self,
        call: &Call,
        request: proto::GetBenchmarkRunRequest,
    ) -> Result<proto::GetBenchmarkRunResponse, EdgeError> {
        let run = store::run(&mut self.core.read(call).await?, &request.run_id).await?;
        Ok(proto::GetBenchmarkRunResponse { run: Some(convert::run(&run)) })
    }

    pub(super) async fn list_benchmark_runs(
        &self,
        call: &Call,
        request: proto::ListBenchmarkRunsRequest,
    ) -> Result<proto::ListBenchmarkRunsResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::year_page((&request.office, request.year), asked)?;
        let mut runs = store::page_of_runs(&mut self.core.read(call).await?, &year, &page).await?;
        let next_page_token = page.cut(&mut runs, |run| vec![run.id.clone()]);
        Ok(proto::ListBenchmarkRunsResponse { runs: runs.iter().map(convert::run).collect(), next_page_token })
    }

    pub(super) async fn list_benchmark_scores(
        &self,
        call: &Call,
        request: proto::ListBenchmarkScoresRequest,
    ) -> Result<proto::ListBenchmarkScoresResponse, EdgeError> {
        let page = convert::score_page(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut scores = store::page_of_scores(&mut tx, &request.run_id, &page).await?;
        let next_page_token = page.cut(&mut scores, |score| vec![score.agb.to_string()]);
        let year = store::run(&mut tx, &request.run_id).await?.year;
        let agbs: Vec<_> = scores.iter().map(|score| score.agb).collect();
        let found = self.found_before(&mut tx, &year, &agbs).await?;
        let told =
            |score: &Score| proto::BenchmarkScore { year_end_findings: found(score.agb), ..convert::score(score) };
        Ok(proto::ListBenchmarkScoresResponse { scores: scores.iter().map(told).collect(), next_page_token })
    }
}

/// What a provider's score is made of, before its place is known.
fn score_facts(run: &BenchmarkRun, own: Own) -> ScoreFacts {
    let measure = |(model, observed): (&crate::domain::Model, &money::Decimal)| MeasureFacts {
        measure: model.measure,
        observed: *observed,
        characteristics: std::iter::zip(&model.coefficients, &own.means)
            .map(|(coefficient, mean)| Characteristic {
                name: coefficient.name.clone(),
                mean: *mean,
                coefficient: coefficient.value,
            })
            .collect(),
    };
    ScoreFacts {
        run_decision_id: run.decision_id.clone(),
        year: run.year.clone(),
        agb: own.agb,
        insured: own.insured,
        months: own.months,
        measures: run.outcome.models.iter().zip(&own.observed).map(measure).collect(),
        rank: None,
        as_of: run.fitted,
    }
}

fn precondition(reason: &'static str, year: &OfficeYear, message: String) -> EdgeError {
    EdgeError::Precondition { reason, subject: format!("{} {}", year.office, year.year), message }
}
