//! What screening finds in a labelled year, rule by rule.

use std::{sync::Arc, time::Instant};

use labelled::{Office, Outcome, Owner, Source, Year, rule_files};
use testkit::{Engine, TestDb};

use crate::Failure;

/// Cases of each rule, and as many almost.
const OF_EACH: u32 = 50;
/// Of which the year is made.
const SEED: u64 = 2024;

/// Screens a labelled year and tells precision and recall of each rule.
pub async fn measure() -> Result<(), Failure> {
    let year = Arc::new(Year::new(SEED, OF_EACH));
    let db = TestDb::open(Engine::Sqlite, &[]).await;
    let owner = Owner::serve(year.clone()).await?;
    let office = Office::open(db.url(), &owner, &rule_files()).await?;
    let begun = Instant::now();
    owner.tell(year.files());
    office.reaches(year.files()).await?;
    office.import(&year.facts()).await?;
    let outcome = Outcome::new(&year, &office.signals().await?);
    println!(
        "A labelled year of {} lines and {OF_EACH} planted cases of each rule, screened in {:.1} s:\n\n\
         | rule | kind | planted | found | wrong | precision | recall |\n| --- | --- | --- | --- | --- | --- | --- |",
        year.lines(),
        begun.elapsed().as_secs_f64()
    );
    for (rule, of) in &outcome.rules {
        let kind = if of.exact { "exact" } else { "signal" };
        let (precision, recall) = (of.precision(), of.recall());
        println!(
            "| {rule} | {kind} | {} | {} | {} | {precision:.3} | {recall:.3} |",
            of.found + of.missed,
            of.found,
            of.wrong
        );
    }
    for fault in &outcome.faults {
        println!("{fault}");
    }
    println!();
    office.close().await?;
    let exact =
        |fault: &&String| outcome.rules.iter().any(|(rule, of)| of.exact && fault.contains(&format!(" {rule} ")));
    match outcome.faults.iter().find(exact) {
        None => Ok(()),
        Some(fault) => Err(format!("an exact rule: {fault}").into()),
    }
}
