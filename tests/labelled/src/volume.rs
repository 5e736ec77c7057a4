//! Many lines, made on the fly: nothing is the matter with them but for the doubles that are planted.

use chrono::{Days, NaiveDate};
use identifiers::{Bsn, PseudonymKeys};

use crate::{
    case::{Line, Service},
    day, keys,
    owner::{Made, Source, made_file, made_line},
};

/// Providers; each has a file a month.
const PROVIDERS: usize = 3_000;
/// Clients of a provider with modular care, each with lines of a month.
const CLIENTS: usize = 30;
const LINES: usize = 11;
/// Clients of a provider in stay, each with a line a month.
const RESIDENTS: usize = 3;
const PRODUCTS: [&str; 4] = ["H126", "H127", "H300", "H104"];

/// Files of 333 lines.
#[derive(Debug)]
pub struct Volume {
    files: usize,
    /// By provider and client.
    people: Vec<String>,
}

impl Volume {
    /// The lines of a file.
    pub const OF_FILE: usize = CLIENTS * LINES + RESIDENTS;

    /// So many files; each with a double of a client of its own, and one with a line of the provider before it.
    pub fn new(files: usize) -> Volume {
        let keys: PseudonymKeys = keys();
        let numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
        let people = numbers.take(files.min(PROVIDERS) * (CLIENTS + RESIDENTS));
        Volume { files, people: people.map(|bsn| keys.pseudonym(&bsn).to_string()).collect() }
    }

    /// How many doubles the first so many files hold.
    pub fn doubles(files: usize) -> usize {
        (0..files).map(|number| 1 + usize::from(number % PROVIDERS > 0)).sum()
    }

    fn client(&self, provider: usize, client: usize) -> String {
        self.people.get(provider * (CLIENTS + RESIDENTS) + client).cloned().unwrap_or_default()
    }

    fn lines(&self, number: usize) -> Vec<(String, Line)> {
        let (provider, month) = (number % PROVIDERS, number / PROVIDERS);
        let agb = agb(provider);
        let first = day("2023-01-01") + chrono::Months::new(u32::try_from(month).unwrap_or(0));
        let mut lines = Vec::with_capacity(Volume::OF_FILE);
        for client in 0..CLIENTS {
            for place in 0..LINES {
                // Each line has days of its own; the one planted here has those of the line before it.
                let double = (client, place) == (7, 5);
                let of = if double { place - 1 } else { place };
                let on = first + Days::new(2 * of as u64);
                let product = PRODUCTS[of % PRODUCTS.len()];
                // And this one is of the first client of the provider before it, on the days of that one's first line.
                let other = provider > 0 && (client, place) == (9, 0);
                let whose = if other { self.client(provider - 1, 0) } else { self.client(provider, client) };
                lines.push((whose, modular(agb, product, on, lines.len())));
            }
        }
        for resident in 0..RESIDENTS {
            let line = stay(agb, first, lines.len());
            lines.push((self.client(provider, CLIENTS + resident), line));
        }
        lines
    }
}

fn agb(provider: usize) -> u32 {
    41_410_000 + u32::try_from(provider).unwrap_or(0)
}

fn modular(agb: u32, product: &'static str, on: NaiveDate, place: usize) -> Line {
    let quantity = 1 + i64::try_from(place % 8).unwrap_or(0);
    Line {
        service: Service::Budget,
        agb,
        product,
        first: on,
        last: on,
        quantity,
        unit: "04",
        function: 31,
        profile: 0,
        cents: 6_794 * quantity,
        reference: reference(on, place),
    }
}

fn stay(agb: u32, first: NaiveDate, place: usize) -> Line {
    let last = first + Days::new(27);
    Line {
        service: Service::Budget,
        agb,
        product: "Z053",
        first,
        last,
        quantity: 28,
        unit: "14",
        function: 0,
        profile: 53,
        cents: 28 * 25_110,
        reference: reference(first, place),
    }
}

fn reference(day: NaiveDate, place: usize) -> String {
    format!("{}L{place:03}", day.format("%y%m"))
}

impl Source for Volume {
    fn made(&self, number: usize) -> Option<Made> {
        if number >= self.files {
            return None;
        }
        let lines = self.lines(number);
        let file = made_file(number, agb(number % PROVIDERS), lines.len());
        let made = |(place, (client, line)): (usize, (String, Line))| made_line(place, client, &line);
        Some(Made { service: Service::Budget, file, lines: lines.into_iter().enumerate().map(made).collect() })
    }

    fn files(&self) -> usize {
        self.files
    }
}
