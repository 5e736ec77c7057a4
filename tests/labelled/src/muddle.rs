//! What nobody would plant: the cases of a labelled year with their clients mixed up, in small files in an order of chance,
//! some lines taken back later. Nobody knows what is wrong in it; that it does not matter how it came, can be known.

use std::collections::BTreeMap;

use contract::common;
use fastrand::Rng;
use identifiers::Bsn;

use crate::{
    Year,
    case::{Case, Fact, Line, Service},
    keys,
    owner::{Made, Source, made_file, made_line},
    year,
};

/// One line in so many is taken back.
const TAKEN_BACK: u32 = 6;
/// Lines of a file at most.
const MOST_LINES: usize = 5;

/// A file: its provider, and its lines.
#[derive(Debug)]
struct File {
    service: Service,
    agb: u32,
    lines: Vec<common::ClaimLine>,
}

/// The muddle.
#[derive(Debug)]
pub struct Muddle {
    files: Vec<File>,
    facts: Vec<(String, String)>,
}

impl Muddle {
    /// One from a seed: the cases of a year, of so few clients.
    pub fn new(seed: u64, clients: usize) -> Muddle {
        let mut rng = Rng::with_seed(seed);
        let year = Year::new(seed, 1);
        let whose: Vec<Bsn> = year.planted().iter().map(|case| case.bsn).take(clients).collect();
        let cases: Vec<Case> = year.planted().iter().map(|case| case.of(&whose[rng.usize(..clients)])).collect();
        let mut kinds: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
        let facts = cases.iter().flat_map(|case| case.facts.clone()).chain(year::of_providers());
        facts.for_each(|fact| kinds.entry(fact.kind).or_default().push(fact));
        let facts = kinds
            .into_iter()
            .map(|(kind, facts)| (kind.to_owned(), year::csv(kind, &facts.iter().collect::<Vec<_>>())));
        let mut facts: Vec<(String, String)> = facts.collect();
        rng.shuffle(&mut facts);
        Muddle { files: filed(&cases, &mut rng), facts }
    }

    /// The files of facts: kind and CSV, in an order of chance.
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts
    }
}

/// The lines in small files, and later ones that take some of them back.
fn filed(cases: &[Case], rng: &mut Rng) -> Vec<File> {
    let keys = keys();
    let mut lines: Vec<(common::ClaimLine, &Line)> = Vec::new();
    for case in cases {
        let client = keys.pseudonym(&case.bsn).to_string();
        lines.extend(case.lines.iter().map(|line| (made_line(0, client.clone(), line), line)));
    }
    rng.shuffle(&mut lines);
    let mut of_providers: BTreeMap<(Service, u32), Vec<common::ClaimLine>> = BTreeMap::new();
    for (made, line) in lines {
        of_providers.entry((line.service, line.agb)).or_default().push(made);
    }
    // By when they come.
    let mut files: Vec<(u64, File)> = Vec::new();
    for ((service, agb), mut lines) in of_providers {
        while !lines.is_empty() {
            let rest = lines.split_off(rng.usize(1..=MOST_LINES).min(lines.len()));
            let (when, of_file) = (rng.u64(..u64::MAX / 2), std::mem::replace(&mut lines, rest));
            for line in &of_file {
                if rng.u32(..TAKEN_BACK) == 0 {
                    files.push((rng.u64(when + 1..), File { service, agb, lines: vec![taken_back(line)] }));
                }
            }
            files.push((when, File { service, agb, lines: of_file }));
        }
    }
    files.sort_by_key(|(when, _)| *when);
    let in_order = files.into_iter().map(|(_, file)| file);
    in_order.collect()
}

/// The credit of a line.
fn taken_back(line: &common::ClaimLine) -> common::ClaimLine {
    let less = |amount: &Option<common::Money>| amount.map(|amount| common::Money { cents: -amount.cents });
    common::ClaimLine {
        claimed: less(&line.claimed),
        granted: less(&line.granted),
        reference: format!("{}-back", line.reference),
        previous_reference: line.reference.clone(),
        ..line.clone()
    }
}

impl Source for Muddle {
    fn made(&self, number: usize) -> Option<Made> {
        let File { service, agb, lines } = self.files.get(number)?;
        let placed =
            lines.iter().zip(1..).map(|(line, detail_number)| common::ClaimLine { detail_number, ..line.clone() });
        Some(Made { service: *service, file: made_file(number, *agb, lines.len()), lines: placed.collect() })
    }

    fn files(&self) -> usize {
        self.files.len()
    }
}
