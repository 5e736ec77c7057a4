//! The claim files of a national year, generated on the fly: one of every provider in every month.

use chrono::NaiveDate;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use vektis::{
    Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

use super::{PROVIDERS, YEAR, agb};
use crate::Failure;

/// What is bought: code, time unit of the standard, function code, tariff in eurocents.
pub const PRODUCTS: [Product; 5] = [
    Product { code: "Z053", unit: 14, function: 0, care_profile: 754, tariff: 25_110 },
    Product { code: "H126", unit: 4, function: 31, care_profile: 0, tariff: 6_794 },
    Product { code: "H127", unit: 4, function: 31, care_profile: 0, tariff: 7_412 },
    Product { code: "H300", unit: 4, function: 31, care_profile: 0, tariff: 5_508 },
    Product { code: "H104", unit: 4, function: 31, care_profile: 0, tariff: 9_120 },
];
/// One line in so many is claimed a cent too high, and refused.
const REFUSED_EVERY: usize = 100;
/// One line in so many takes back a line of the month before.
const CREDIT_EVERY: usize = 50;

/// A product.
pub struct Product {
    pub code: &'static str,
    pub unit: u32,
    pub function: u32,
    pub care_profile: u32,
    pub tariff: i64,
}

/// Makes the files of a year with so many lines a month.
pub struct Files {
    lines: usize,
    people: Vec<Bsn>,
    of_provider: usize,
}

impl Files {
    /// Of a year with so many lines a month, of all providers together.
    pub fn new(lines: usize) -> Files {
        let of_provider = lines.div_ceil(PROVIDERS).div_ceil(PRODUCTS.len());
        let numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
        Files { lines, people: numbers.take(of_provider * PROVIDERS).collect(), of_provider }
    }

    /// How many lines a provider claims in a month.
    pub fn lines_of(&self, provider: usize) -> usize {
        self.lines / PROVIDERS + usize::from(provider < self.lines % PROVIDERS)
    }

    /// What a provider claims of each product in a month, what is refused and what is taken back included.
    pub fn volumes(&self, provider: usize) -> [u32; PRODUCTS.len()] {
        let mut volumes = [0; PRODUCTS.len()];
        for line in 0..self.lines_of(provider) {
            volumes[line % PRODUCTS.len()] += quantity(line);
        }
        volumes
    }

    /// The file of a provider about a month: as many lines a client as there are products, in every month the same
    /// clients.
    pub fn of(&self, provider: usize, month: u32) -> Result<Vec<u8>, Failure> {
        let lines = self.lines_of(provider);
        let agb = Some(agb(provider)?);
        let mut out = Vec::with_capacity((lines + self.of_provider + 2) * 345);
        let mut writer = FileWriter::new(&mut out, &header(agb, month)?)?;
        for line in 0..lines {
            let client = line / PRODUCTS.len();
            if line % PRODUCTS.len() == 0 {
                writer.insured(&insured(self.people[provider * self.of_provider + client], client)?)?;
            }
            let one = claimed(line, month)?;
            let performance = PerformanceFields { executor: agb, ..one.fields };
            writer.performance(&performance.priced(one.tariff, one.quantity, one.sign))?;
        }
        writer.finish()?;
        Ok(out)
    }
}

struct Claimed {
    fields: PerformanceFields,
    tariff: i64,
    quantity: u32,
    sign: Sign,
}

/// A line of a month; where it is a credit, it repeats the line before it of the month before.
fn claimed(line: usize, month: u32) -> Result<Claimed, Failure> {
    let credit = month > 1 && line % CREDIT_EVERY == CREDIT_EVERY - 1;
    let (of, about) = if credit { (line - 1, month - 1) } else { (line, month) };
    let product = &PRODUCTS[of % PRODUCTS.len()];
    let refused = !credit && of % REFUSED_EVERY == REFUSED_EVERY - 3;
    // Days of stay without a gap; hours on one day.
    let on = 1 + u32::try_from(of % 28)?;
    let (first, last) = if product.unit == 14 { (1, 28) } else { (on, on) };
    let fields = PerformanceFields {
        function_code: product.function,
        care_profile: product.care_profile,
        indication_request: 1000,
        indication_decision: 2000,
        begin: Some(day(about, first)?),
        end: Some(day(about, last)?),
        product_list: 55,
        product: product.code.into(),
        time_unit: product.unit,
        reference: format!("{month:02}L{line:06}"),
        previous_reference: if credit { format!("{about:02}L{of:06}") } else { String::new() },
        ..PerformanceFields::default()
    };
    let sign = if credit { Sign::Credit } else { Sign::Debit };
    Ok(Claimed { fields, tariff: product.tariff + i64::from(refused), quantity: quantity(of), sign })
}

fn quantity(line: usize) -> u32 {
    if PRODUCTS[line % PRODUCTS.len()].unit == 14 { 28 } else { (1 + line % 40) as u32 }
}

fn header(agb: Option<Agb>, month: u32) -> Result<HeaderFields, Failure> {
    // What is taken back is care of the month before.
    let first = if month == 1 { 1 } else { month - 1 };
    Ok(HeaderFields {
        message_code: 187,
        production_or_test: "P".into(),
        uzovi: Some(Uzovi::parse("5508")?),
        institution: agb,
        payee: 4,
        period_begin: Some(day(first, 1)?),
        period_end: Some(day(month, 28)?),
        invoice_number: format!("F{YEAR}{month:02}"),
        invoice_date: day(month, 28)?.checked_add_days(chrono::Days::new(5)),
        ..HeaderFields::default()
    })
}

fn insured(bsn: Bsn, client: usize) -> Result<InsuredFields, Failure> {
    Ok(InsuredFields {
        bsn: Some(bsn),
        uzovi: Some(Uzovi::parse("5508")?),
        birth_date: NaiveDate::from_ymd_opt(1940, 5, 6),
        gender: 2,
        name_1: "JANSEN".into(),
        initials: "A".into(),
        name_use_3: 1,
        postcode: Some(Postcode::parse("6511AB")?),
        deceased: 2,
        indication_body: 801,
        indication_client: format!("C{client:08}"),
        ..InsuredFields::default()
    })
}

fn day(month: u32, day: u32) -> Result<NaiveDate, Failure> {
    NaiveDate::from_ymd_opt(YEAR, month, day).ok_or_else(|| "no such day".into())
}
