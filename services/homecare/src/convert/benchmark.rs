//! The benchmark between the contract and the domain.

use chrono::{Datelike, NaiveDate};
use contract::homecare as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use uuid::Uuid;

use super::provider_year;
use crate::domain::{
    BenchmarkRun, Exclusion, ExclusionGround, FeatureColumn, FeatureTable, LeftOut, LeftOutReason, Measure, Measured,
    Model, OfficeYear, ProviderYear, Score,
};

/// A feature table that begins to come in.
#[derive(Debug)]
pub struct TableStart {
    /// The year whose agreements it is for.
    pub year: OfficeYear,
    /// The first day that was measured.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
    /// Where it comes from.
    pub source: String,
    /// The columns that are categories.
    pub categories: Vec<String>,
    /// SHA-256 of the text.
    pub sha256: [u8; 32],
}

/// Reads the start of a feature table.
pub fn table_start(start: &proto::FeatureTableStart) -> Result<TableStart, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("start.office", &start.office);
    let year = fields.year("start.year", start.year);
    let period = fields.period("start.period", start.period.as_ref());
    let last = period.map(|(_, last)| fields.required("start.period.last_day", last));
    if let Some((first, Some(last))) = period {
        let within = first.year() == last.year() && Some(last.year()) < year.or(Some(i32::MAX));
        fields.check(within, "start.period", "must lie within one year, before the year of the agreements");
    }
    let source = fields.text("start.source", &start.source);
    let sha256 = start.sha256.as_slice().try_into().ok();
    fields.check(sha256.is_some(), "start.sha256", "expected 32 bytes");
    let (office, year, period, last_day, source, sha256) =
        fields.all((office, year, period, last.flatten(), source, sha256))?;
    let mut categories = start.categories.clone();
    categories.sort();
    categories.dedup();
    let year = OfficeYear { office, year };
    Ok(TableStart { year, first_day: period.0, last_day, source, categories, sha256 })
}

/// An exclusion that is asked for.
#[derive(Debug)]
pub struct Exclude {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// Why.
    pub ground: ExclusionGround,
    /// The motivation.
    pub motivation: String,
}

/// Reads an exclusion that is asked for.
pub fn exclude(request: &proto::ExcludeFromBenchmarkRequest) -> Result<Exclude, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let ground = match request.ground() {
        proto::ExclusionGround::InsufficientOffer => Some(ExclusionGround::InsufficientOffer),
        proto::ExclusionGround::UnjustifiedSpecialisation => Some(ExclusionGround::UnjustifiedSpecialisation),
        proto::ExclusionGround::Unspecified => None,
    };
    fields.check(ground.is_some(), "ground", "expected INSUFFICIENT_OFFER or UNJUSTIFIED_SPECIALISATION");
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, of, ground, motivation) = fields.all((request_id, of, ground, motivation))?;
    Ok(Exclude { request_id, of, ground, motivation })
}

/// An exclusion that is to be lifted.
#[derive(Debug)]
pub struct Lift {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// The motivation.
    pub motivation: String,
}

/// Reads an exclusion that is to be lifted.
pub fn lift(request: &proto::LiftExclusionRequest) -> Result<Lift, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, of, motivation) = fields.all((request_id, of, motivation))?;
    Ok(Lift { request_id, of, motivation })
}

/// Reads which table is to be fitted.
pub fn fit(request: &proto::FitBenchmarkRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let table_id = fields.id("table_id", &request.table_id);
    fields.all((request_id, table_id))
}

/// Reads a page of an office's year.
pub fn year_page((office, year): (&str, i32), (size, token): (i32, &str)) -> Result<(OfficeYear, Page), EdgeError> {
    let (office, year, page) = super::paged_year((office, year), (size, token))?;
    Ok((OfficeYear { office, year }, page))
}

/// Reads a page of scores.
pub fn score_page(request: &proto::ListBenchmarkScoresRequest) -> Result<Page, EdgeError> {
    let mut fields = Fields::new();
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((page,)).map(|(page,)| page)
}

/// A feature table.
pub fn table(table: &FeatureTable) -> proto::FeatureTable {
    let column = |column: &FeatureColumn| proto::FeatureColumn {
        name: column.name.clone(),
        levels: column.levels.clone().unwrap_or_default(),
    };
    proto::FeatureTable {
        table_id: table.id.clone(),
        office: table.year.office.to_string(),
        year: table.year.year,
        period: to_proto::period(table.first_day, Some(table.last_day)),
        source: table.source.clone(),
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.cast_signed(),
        providers: table.providers.cast_signed(),
        sha256: hex::encode(table.sha256),
        imported_time: to_proto::time(table.imported),
    }
}

/// A decision on exclusion.
pub fn exclusion(exclusion: &Exclusion) -> proto::Exclusion {
    let ground = match exclusion.ground {
        None => proto::ExclusionGround::Unspecified,
        Some(ExclusionGround::InsufficientOffer) => proto::ExclusionGround::InsufficientOffer,
        Some(ExclusionGround::UnjustifiedSpecialisation) => proto::ExclusionGround::UnjustifiedSpecialisation,
    };
    proto::Exclusion {
        agb: exclusion.of.agb.to_string(),
        year: exclusion.of.year,
        ground: ground.into(),
        motivation: exclusion.motivation.clone(),
        decision_id: exclusion.decision_id.clone(),
        decided_time: to_proto::time(exclusion.recorded),
        year_end_findings: Vec::new(),
    }
}

fn measure(measure: Measure) -> i32 {
    match measure {
        Measure::Cost => proto::Measure::Cost.into(),
        Measure::Hours => proto::Measure::Hours.into(),
    }
}

/// A run.
pub fn run(run: &BenchmarkRun) -> proto::BenchmarkRun {
    let outcome = &run.outcome;
    proto::BenchmarkRun {
        run_id: run.id.clone(),
        office: run.year.office.to_string(),
        year: run.year.year,
        number: run.number.cast_signed(),
        table_id: run.table_id.clone(),
        models: outcome.models.iter().map(model).collect(),
        condition: to_proto::decimal(outcome.condition),
        insured: outcome.insured.cast_signed(),
        providers: outcome.providers.cast_signed(),
        left_out: outcome.left_out.iter().map(left_out).collect(),
        outcome_sha256: hex::encode(run.outcome_sha256),
        decision_id: run.decision_id.clone(),
        fitted_time: to_proto::time(run.fitted),
    }
}

fn model(model: &Model) -> proto::Model {
    let coefficient = |one: &crate::domain::Coefficient| proto::Coefficient {
        name: one.name.clone(),
        value: to_proto::decimal(one.value),
        standard_error: to_proto::decimal(one.standard_error),
    };
    proto::Model {
        measure: measure(model.measure),
        coefficients: model.coefficients.iter().map(coefficient).collect(),
        r_squared: to_proto::decimal(model.r_squared),
        residual_error: to_proto::decimal(model.residual_error),
    }
}

fn left_out(one: &LeftOut) -> proto::LeftOut {
    let reason = match one.reason {
        LeftOutReason::NotContracted => proto::LeftOutReason::NotContracted,
        LeftOutReason::SmallTurnover => proto::LeftOutReason::SmallTurnover,
        LeftOutReason::Excluded => proto::LeftOutReason::Excluded,
    };
    proto::LeftOut { agb: one.agb.to_string(), reason: reason.into(), turnover: to_proto::money(one.turnover) }
}

/// How a provider stands.
pub fn score(score: &Score) -> proto::BenchmarkScore {
    let of_measure = |one: &Measured| proto::MeasureScore {
        measure: measure(one.measure),
        observed: to_proto::decimal(one.observed),
        expected: to_proto::decimal(one.expected),
        score: one.score.and_then(to_proto::decimal),
    };
    proto::BenchmarkScore {
        agb: score.agb.to_string(),
        insured: score.insured.cast_signed(),
        months: to_proto::decimal(score.months),
        measures: score.measured.iter().map(of_measure).collect(),
        total: score.total.and_then(to_proto::decimal),
        rank: score.rank.unwrap_or_default().cast_signed(),
        decision_id: score.decision_id.clone(),
        year_end_findings: Vec::new(),
    }
}
