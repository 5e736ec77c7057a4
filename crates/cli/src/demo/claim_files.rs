//! AW319 files of the demo.

use calendar::CareMonth;
use chrono::{Days, NaiveDate};
use fastrand::Rng;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

use super::office::{Client, PRODUCTS};
use crate::failure::Failure;

/// The UZOVI number of the demo's office.
const UZOVI: &str = "5508";
/// The name of every client: one to look for where no name may be.
const NAME: &str = "VOORBEELDCLIENT";

/// A file being written.
pub struct ClaimFile {
    message: Message,
    agb: Agb,
    month: CareMonth,
    lines: Vec<(Client, Vec<PerformanceFields>)>,
}

fn faulty(error: impl std::fmt::Display) -> Failure {
    Failure::Other(format!("a file of the demo can't be written: {error}"))
}

impl ClaimFile {
    /// A file of a provider about a month of care.
    pub fn new(message: Message, agb: &str, month: CareMonth) -> Result<ClaimFile, Failure> {
        Ok(ClaimFile { message, agb: agb.parse().map_err(faulty)?, month, lines: Vec::new() })
    }

    /// Adds a client with its lines.
    pub fn add(&mut self, client: &Client, lines: Vec<PerformanceFields>) {
        if !lines.is_empty() {
            self.lines.push((client.clone(), lines));
        }
    }

    /// Whether there is nothing to claim.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The bytes of the file.
    pub fn write(&self) -> Result<Vec<u8>, Failure> {
        let mut file = Vec::new();
        let header = HeaderFields {
            message_code: self.message.code(),
            uzovi: Some(UZOVI.parse().map_err(faulty)?),
            institution: Some(self.agb),
            production_or_test: "P".to_owned(),
            payee: 4,
            period_begin: Some(self.month.first_day()),
            period_end: Some(self.month.last_day()),
            invoice_number: format!("F{}{:02}", self.month.year(), self.month.month()),
            invoice_date: Some(self.invoice_date()),
            ..HeaderFields::default()
        };
        let mut writer = FileWriter::new(&mut file, &header).map_err(faulty)?;
        for (client, lines) in &self.lines {
            writer.insured(&self.insured(client)?).map_err(faulty)?;
            for line in lines {
                writer.performance(line).map_err(faulty)?;
            }
        }
        writer.finish().map_err(faulty)?;
        Ok(file)
    }

    /// Seven days after the month.
    pub fn invoice_date(&self) -> NaiveDate {
        self.month.last_day() + Days::new(7)
    }

    fn insured(&self, client: &Client) -> Result<InsuredFields, Failure> {
        let wlz = self.message == Message::LongTermCare;
        let uzovi: Uzovi = UZOVI.parse().map_err(faulty)?;
        Ok(InsuredFields {
            bsn: Some(Bsn::parse(&client.bsn).map_err(faulty)?),
            uzovi: Some(uzovi),
            birth_date: Some(client.born),
            gender: client.gender,
            name_1: NAME.to_owned(),
            initials: "A".to_owned(),
            name_use_3: 1,
            deceased: 2,
            postcode: Some(Postcode::parse("6511AB").map_err(faulty)?),
            house_number: 1,
            indication_body: if wlz { 801 } else { 0 },
            indication_client: if wlz { format!("C{}", &client.bsn[..4]) } else { String::new() },
            ..InsuredFields::default()
        })
    }

    /// A line for days of care under the Wlz; `None` when the client was not in care in the month.
    pub fn wlz_line(
        &self,
        rng: &mut Rng,
        client: &Client,
        tariff_cents: i64,
        number: usize,
    ) -> Option<PerformanceFields> {
        let (first, last) = client.days_in(self.month)?;
        let product = &PRODUCTS[client.product];
        let days = u32::try_from((last - first).num_days() + 1).unwrap_or_default();
        // A day or two elsewhere now and then; never less than one day of care.
        let absent = if rng.u32(..8) == 0 { rng.u32(1..=2) } else { 0 };
        let (quantity, last) = match product.unit {
            14 => {
                let quantity = days.saturating_sub(absent).max(1);
                (quantity, first + Days::new(u64::from(quantity) - 1))
            }
            _ => (client.hours.saturating_sub(absent).max(1), last),
        };
        let line = PerformanceFields {
            indication_request: 1_000,
            indication_decision: 2_000,
            function_code: product.function,
            care_profile: product.profile,
            begin: Some(first),
            end: Some(last),
            product_list: 55,
            product: product.code.to_owned(),
            time_unit: product.unit,
            executor: Some(self.agb),
            reference: self.reference(number, 'A'),
            ..PerformanceFields::default()
        };
        Some(line.priced(tariff_cents, quantity, Sign::Debit))
    }

    /// A line for hours of home care over the whole month.
    pub fn home_line(&self, product: &str, tariff_cents: i64, hours: u32, number: usize) -> PerformanceFields {
        let line = PerformanceFields {
            begin: Some(self.month.first_day()),
            end: Some(self.month.last_day()),
            product_list: 65,
            product: product.to_owned(),
            time_unit: 4,
            executor: Some(self.agb),
            reference: self.reference(number, 'A'),
            ..PerformanceFields::default()
        };
        line.priced(tariff_cents, hours, Sign::Debit)
    }

    /// The credit of a line of an earlier file.
    pub fn credit(&self, line: &PerformanceFields, number: usize) -> PerformanceFields {
        let credit = PerformanceFields {
            previous_reference: line.reference.clone(),
            reference: self.reference(number, 'C'),
            ..line.clone()
        };
        credit.priced(line.tariff_cents, line.quantity, Sign::Credit)
    }

    /// The same care again, one unit less.
    pub fn again(&self, line: &PerformanceFields, number: usize) -> PerformanceFields {
        let again = PerformanceFields { reference: self.reference(number, 'B'), ..line.clone() };
        let quantity = line.quantity.saturating_sub(1).max(1);
        let end = line.begin.filter(|_| line.time_unit == 14).map(|begin| begin + Days::new(u64::from(quantity) - 1));
        PerformanceFields { end: end.or(line.end), ..again }.priced(line.tariff_cents, quantity, Sign::Debit)
    }

    fn reference(&self, number: usize, series: char) -> String {
        format!("{}{}{:02}{number:05}", series, self.month.year(), self.month.month())
    }
}
