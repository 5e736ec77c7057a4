//! Lines of a file, by client, on as many threads as polars has cores.

use std::{collections::HashMap, fs, path::Path, thread};

use chrono::{DateTime, NaiveDate};
use money::Money;
use screening::{
    decide::claim_rules::ClientHistory,
    domain::{Claim, LineKey},
};

use crate::{Failure, services::OFFICE};

const THREADS: usize = 2;

/// The lines of some clients, in a part of the file: the client, and the text of the line.
type Share<'a> = Vec<(&'a str, &'a str)>;

/// The sum of what is found in the lines of each client.
///
/// # Errors
/// When the file can't be read, or has something else than lines in it.
pub fn of_each_client(path: &Path, find: impl Fn(&ClientHistory) -> usize + Sync) -> Result<usize, Failure> {
    let text = fs::read_to_string(path)?;
    let (_, text) = text.split_once('\n').ok_or("a line with names is expected")?;
    let mut of_thread: [Vec<Share<'_>>; THREADS] = Default::default();
    for part in on_threads(parts(text), shares)? {
        for (shares, share) in of_thread.iter_mut().zip(part) {
            shares.push(share);
        }
    }
    let found = on_threads(of_thread.into(), |shares| found_in(shares, &find))?;
    Ok(found.into_iter().sum())
}

fn on_threads<T: Send, R: Send>(
    parts: Vec<T>,
    work: impl Fn(T) -> Result<R, String> + Sync,
) -> Result<Vec<R>, Failure> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        threads.into_iter().map(|thread| Ok(thread.join().map_err(|_| "a thread ended badly")??)).collect()
    })
}

/// As many parts, cut between lines.
fn parts(mut text: &str) -> Vec<&str> {
    let size = text.len().div_ceil(THREADS);
    let mut parts = Vec::new();
    while !text.is_empty() {
        let end = text.as_bytes().iter().skip(size).position(|byte| *byte == b'\n');
        let (part, rest) = text.split_at(end.map_or(text.len(), |end| size + end + 1));
        parts.push(part);
        text = rest;
    }
    parts
}

/// The lines of a part, shared out by client: a pseudonym is as good as random, and so is a letter of it.
fn shares(part: &str) -> Result<[Share<'_>; THREADS], String> {
    let mut shares: [Share<'_>; THREADS] = Default::default();
    for text in part.lines() {
        let client = text.split(',').nth(1).ok_or_else(|| format!("no line: {text}"))?;
        let letter = client.as_bytes().first().copied().unwrap_or_default();
        shares[usize::from(letter) % THREADS].push((client, text));
    }
    Ok(shares)
}

/// What is found in the lines of these clients, one after the other, so that no more than the lines of one are in memory
/// as more than text.
fn found_in(shares: Vec<Share<'_>>, find: impl Fn(&ClientHistory) -> usize) -> Result<usize, String> {
    let office: edge::Office = OFFICE.parse().map_err(|_| "no office")?;
    let mut of_client: HashMap<&str, Vec<&str>> = HashMap::new();
    for (client, text) in shares.into_iter().flatten() {
        of_client.entry(client).or_default().push(text);
    }
    let mut found = 0;
    for (client, texts) in of_client {
        let lines: Option<Vec<Claim>> = texts.into_iter().map(line).collect();
        let lines = lines.ok_or_else(|| format!("no lines of {client}"))?;
        let (office, client) = (office.clone(), client.to_owned());
        found += find(&ClientHistory { office, client, lines, facts: Vec::new() });
    }
    Ok(found)
}

fn line(text: &str) -> Option<Claim> {
    let mut cells = text.split(',');
    let mut next = || cells.next();
    let (number, _, product) = (next()?.parse().ok()?, next()?, next()?.to_owned());
    let (first_day, last_day) = (day(next()?)?, day(next()?)?);
    let (quantity, unit) = (next()?.parse().ok()?, next()?.to_owned());
    let (function_code, care_profile) = (next()?.parse().ok()?, next()?.parse().ok()?);
    Some(Claim {
        key: LineKey { service: "budget".to_owned(), file_id: String::new(), detail_number: number },
        granted_time: DateTime::from_timestamp(1_733_000_000 + number, 0)?,
        agb: "41410001".parse().ok()?,
        client: String::new(),
        product,
        first_day,
        last_day,
        granted: Money::from_cents(next()?.parse().ok()?),
        reference: String::new(),
        quantity,
        unit,
        function_code,
        care_profile,
    })
}

/// A day as `2024-01-31`.
fn day(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
