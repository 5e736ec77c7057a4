//! Reads a population in pages, in one fixed order: counts it, and draws from it (SCR-09).

use contract::screening as proto;
use edge::{Call, Core, EdgeError};
use money::Money;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tonic::Status;

use crate::{
    decide::control::{Draw, Plan, PlanFacts, Scope, StratumFact},
    domain::{Drawn, PopulationLine},
    store,
};

/// Lines read at a time: what is in memory is these and the sample.
const PAGE: i64 = 10_000;

/// A population, and whom to tell how far its reading is.
#[derive(Debug)]
pub struct Population<'a> {
    /// The service.
    pub core: &'a Core,
    /// Who reads.
    pub call: &'a Call,
    /// What is in it.
    pub scope: &'a Scope,
    /// Told after each page.
    pub sender: &'a mpsc::Sender<Result<proto::PlanControlResponse, Status>>,
}

/// The empty parts of a population between boundaries.
pub fn parts(boundaries: &[Money]) -> Vec<StratumFact> {
    let from = std::iter::once(Money::ZERO).chain(boundaries.iter().copied());
    let below = boundaries.iter().copied().map(Some).chain(std::iter::once(None));
    let empty = |(from, below)| StratumFact { from, below, lines: 0, amount: Money::ZERO };
    from.zip(below).map(empty).collect()
}

impl Population<'_> {
    /// Counts the lines of each part, and gives the SHA-256 of all.
    ///
    /// # Errors
    /// What the store reports, or an amount that does not fit.
    pub async fn count(&self, mut parts: Vec<StratumFact>) -> Result<(Vec<StratumFact>, String), EdgeError> {
        let sha256 = self
            .read(|line| {
                let place = place_of(&parts, line.granted);
                if let Some(part) = parts.get_mut(place) {
                    part.lines += 1;
                    part.amount = part.amount.plus(line.granted)?;
                }
                Ok(())
            })
            .await?;
        Ok((parts, sha256))
    }

    /// Reads all lines, each handed on, and gives their SHA-256.
    async fn read(&self, mut each: impl FnMut(PopulationLine) -> Result<(), EdgeError>) -> Result<String, EdgeError> {
        let (mut digest, mut lines) = (Sha256::new(), 0);
        let mut after: Option<PopulationLine> = None;
        loop {
            let mut tx = self.core.read(self.call).await?;
            let page = store::page_of_population(&mut tx, self.scope, after.as_ref(), PAGE).await?;
            drop(tx);
            let Some(last) = page.last() else { return Ok(hex::encode(digest.finalize())) };
            after = Some(last.clone());
            for line in page.into_iter().filter(|line| self.has(line)) {
                let (key, cents) = (&line.key, line.granted.cents());
                digest.update(format!("{} {} {} {cents}\n", key.service, key.file_id, key.detail_number));
                lines += 1;
                each(line)?;
            }
            // Whoever asked and left needs no sample.
            let told = self.sender.send(Ok(proto::PlanControlResponse { lines, control: None })).await;
            told.map_err(|_| EdgeError::Stored("nobody waits for the sample any more".to_owned()))?;
        }
    }

    fn has(&self, line: &PopulationLine) -> bool {
        let products = &self.scope.products;
        products.is_empty() || products.iter().any(|product| line.product.starts_with(product.as_str()))
    }
}

fn place_of(parts: &[StratumFact], amount: Money) -> usize {
    parts.partition_point(|part| part.below.is_some_and(|below| below <= amount))
}

/// Draws a planned sample.
///
/// # Errors
/// What the store reports, and `POPULATION_CHANGED` when the lines are not those that were counted.
pub async fn draw(population: &Population<'_>, facts: &PlanFacts, plan: &Plan) -> Result<Vec<Drawn>, EdgeError> {
    let mut draw = Draw::new(facts.method, &facts.seed, plan);
    let sha256 = population
        .read(|line| {
            draw.offer(place_of(&facts.strata, line.granted), line);
            Ok(())
        })
        .await?;
    if sha256 != facts.population_sha256 {
        return Err(EdgeError::Precondition {
            reason: "POPULATION_CHANGED",
            subject: facts.scope.office.to_string(),
            message: "lines came in or were removed while the sample was drawn: ask again".to_owned(),
        });
    }
    Ok(draw.finish())
}
