//! A table of maximum tariffs as it is imported (TAR-02).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use edge::{Fields, Sector};
use money::Money;
use serde::Deserialize;

use super::MaximumTariff;

/// A table larger than this is no table of tariffs.
const MOST_LINES: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    product: String,
    name: String,
    sector: String,
    delivery_form: String,
    unit: String,
    maximum: String,
    nhc: String,
    nic: String,
    valid_from: String,
    valid_until: String,
}

/// Reads the table; every wrong cell is noted as `csv line N: column`. Two lines of one product must not overlap.
pub fn read(fields: &mut Fields, csv: &[u8]) -> Option<Vec<MaximumTariff>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let mut tariffs = Vec::new();
    let mut sound = true;
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        // The header is line 1.
        let number = index + 2;
        if index == MOST_LINES {
            fields.violation("csv", format!("has more than {MOST_LINES} lines"));
            return None;
        }
        match line {
            Ok(line) => match tariff(fields, number, &line) {
                Some(tariff) => tariffs.push((number, tariff)),
                None => sound = false,
            },
            Err(error) => {
                fields.violation(&format!("csv line {number}"), error);
                sound = false;
            }
        }
    }
    fields.check(!tariffs.is_empty() || !sound, "csv", "holds no tariffs")?;
    let apart = no_overlap(fields, &tariffs);
    (sound && apart).then(|| tariffs.into_iter().map(|(_, tariff)| tariff).collect())
}

fn tariff(fields: &mut Fields, number: usize, line: &Line) -> Option<MaximumTariff> {
    let at = |column: &str| format!("csv line {number}: {column}");
    let product = fields.product(&at("product"), &line.product);
    let name = fields.text(&at("name"), &line.name);
    let sector = Sector::from_code(&line.sector.to_lowercase());
    fields.check(sector.is_some(), &at("sector"), "expected VV, GZ, GGZ or HOME_CARE");
    let delivery_form = fields.text(&at("delivery_form"), &line.delivery_form);
    let two_digits = line.unit.len() == 2 && line.unit.bytes().all(|byte| byte.is_ascii_digit());
    let unit = fields.check(two_digits, &at("unit"), "expected a time unit of two digits, such as 14");
    let maximum = amount(fields, &at("maximum"), &line.maximum);
    let nhc = amount(fields, &at("nhc"), &line.nhc);
    let nic = amount(fields, &at("nic"), &line.nic);
    let first_day = fields.parse::<NaiveDate>(&at("valid_from"), &line.valid_from);
    let last_day = match line.valid_until.as_str() {
        "" => Some(None),
        text => fields.parse::<NaiveDate>(&at("valid_until"), text).map(Some),
    };
    unit?;
    let (first_day, last_day) = (first_day?, last_day?);
    fields.check(last_day.is_none_or(|last| first_day <= last), &at("valid_until"), "lies before valid_from")?;
    Some(MaximumTariff {
        product: product?,
        name: name?,
        sector: sector?,
        delivery_form: delivery_form?,
        unit: line.unit.clone(),
        maximum: maximum?,
        nhc: nhc?,
        nic: nic?,
        first_day,
        last_day,
        version: 0,
    })
}

fn amount(fields: &mut Fields, field: &str, text: &str) -> Option<Money> {
    let amount = fields.parse::<Money>(field, text)?;
    fields.check(!amount.is_negative(), field, "must not be negative")?;
    Some(amount)
}

fn no_overlap(fields: &mut Fields, tariffs: &[(usize, MaximumTariff)]) -> bool {
    let mut by_product: BTreeMap<&str, Vec<&(usize, MaximumTariff)>> = BTreeMap::new();
    for entry in tariffs {
        by_product.entry(&entry.1.product).or_default().push(entry);
    }
    let mut apart = true;
    for entries in by_product.values_mut() {
        entries.sort_by_key(|(_, tariff)| tariff.first_day);
        for pair in entries.windows(2) {
            let ((earlier, first), (later, second)) = (pair[0], pair[1]);
            if first.last_day.is_none_or(|last| second.first_day <= last) {
                let problem = format!("overlaps line {earlier} of the same product");
                fields.violation(&format!("csv line {later}: valid_from"), problem);
                apart = false;
            }
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use edge::EdgeError;

    use super::*;

    const HEADER: &str = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n";

    fn violations(lines: &str) -> Vec<String> {
        let mut fields = Fields::new();
        let read = read(&mut fields, format!("{HEADER}{lines}").as_bytes());
        match fields.all((read,)) {
            Ok(_) => Vec::new(),
            Err(EdgeError::Invalid(invalid)) => invalid.0.into_iter().map(|(field, _)| field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn tar_02_a_good_table_is_read() {
        assert!(violations("Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n").is_empty());
        assert!(violations("Z053,VG 3,gz,verblijf,14,250,0,0,2023-01-01,\n").is_empty());
    }

    #[test]
    fn tar_02_every_wrong_line_is_named() {
        let lines = "Z053,VG 3,XX,verblijf,14,250.001,0,0,2023-13-01,\n\
                     Z05-3,,GZ,verblijf,1,-1,0,0,2023-01-01,2022-01-01\n\
                     too,few\n";
        assert_eq!(
            violations(lines),
            [
                "csv line 2: sector",
                "csv line 2: maximum",
                "csv line 2: valid_from",
                "csv line 3: product",
                "csv line 3: name",
                "csv line 3: unit",
                "csv line 3: maximum",
                "csv line 4",
            ]
        );
        assert_eq!(violations(""), ["csv"]);
    }

    #[test]
    fn tar_02_two_lines_of_a_product_must_not_overlap() {
        let lines = "Z053,VG 3,GZ,verblijf,14,250,0,0,2023-01-01,\n\
                     Z053,VG 3,GZ,verblijf,14,260,0,0,2023-07-01,\n";
        assert_eq!(violations(lines), ["csv line 3: valid_from"]);
    }
}
