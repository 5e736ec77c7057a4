//! A large claim file.

use chrono::{Days, NaiveDate};
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use vektis::{
    Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

use crate::Failure;

/// The lines of the file in every measurement.
pub const LINES: usize = 300_000;
/// The provider of the file.
pub const AGB: &str = "41410001";
/// The tariff of every line, in eurocents.
pub const TARIFF_CENTS: i64 = 6_794;
const LINES_PER_INSURED: usize = 10;

/// A file of message 187 about February 2023: ten lines a person, one in fifty a credit of the line before it.
pub fn claim_file(lines: usize) -> Result<Vec<u8>, Failure> {
    let day = |day| NaiveDate::from_ymd_opt(2023, 2, day).ok_or("no such day");
    let agb = Some(Agb::parse(AGB)?);
    let uzovi = Some(Uzovi::parse("5508")?);
    let mut out = Vec::with_capacity(lines * 345);
    let header = HeaderFields {
        message_code: 187,
        production_or_test: "P".into(),
        uzovi,
        institution: agb,
        payee: 4,
        period_begin: Some(day(1)?),
        period_end: Some(day(28)?),
        invoice_number: "F202302".into(),
        invoice_date: NaiveDate::from_ymd_opt(2023, 3, 10),
        ..HeaderFields::default()
    };
    let mut writer = FileWriter::new(&mut out, &header)?;
    let mut numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
    for line in 0..lines {
        if line % LINES_PER_INSURED == 0 {
            writer.insured(&InsuredFields {
                bsn: numbers.next(),
                uzovi,
                birth_date: NaiveDate::from_ymd_opt(1940, 5, 6),
                gender: 2,
                name_1: "JANSEN".into(),
                initials: "A".into(),
                name_use_3: 1,
                postcode: Some(Postcode::parse("6511AB")?),
                deceased: 2,
                indication_body: 801,
                indication_client: format!("C{line:08}"),
                ..InsuredFields::default()
            })?;
        }
        let credit = line % 50 == 49;
        let of = if credit { line - 1 } else { line };
        let begin = day(1 + u32::try_from(of % 14)?)?;
        let performance = PerformanceFields {
            function_code: 31,
            indication_request: 1000,
            indication_decision: 2000,
            begin: Some(begin),
            end: Some(begin + Days::new(of as u64 % 7)),
            product_list: 55,
            product: "H126".into(),
            time_unit: 4,
            executor: agb,
            reference: format!("R{line:010}"),
            previous_reference: if credit { format!("R{of:010}") } else { String::new() },
            ..PerformanceFields::default()
        };
        let sign = if credit { Sign::Credit } else { Sign::Debit };
        writer.performance(&performance.priced(TARIFF_CENTS, 1 + u32::try_from(of % 40)?, sign))?;
    }
    writer.finish()?;
    Ok(out)
}
