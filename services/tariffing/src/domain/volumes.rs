//! Volumes as they are imported: how many units of a product an office expects of a provider in a year.

use std::collections::HashMap;

use edge::Fields;
use identifiers::Agb;
use money::Decimal;
use serde::Deserialize;

/// A table larger than this is no table of volumes.
const MOST_LINES: usize = 1_000_000;

/// Units by provider and product.
pub type Volumes = HashMap<(Agb, String), Decimal>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    agb: String,
    product: String,
    units: String,
}

/// Reads the table; every wrong cell is noted as `csv line N: column`. A provider has one line for a product.
pub fn read(fields: &mut Fields, csv: &[u8]) -> Option<Volumes> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let (mut volumes, mut sound) = (Volumes::new(), true);
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        // The header is line 1.
        let number = index + 2;
        if index == MOST_LINES {
            fields.violation("csv", format!("has more than {MOST_LINES} lines"));
            return None;
        }
        let line = line.map_err(|error| fields.violation(&format!("csv line {number}"), error));
        let Some((key, units)) = line.ok().and_then(|line| volume(fields, number, &line)) else {
            sound = false;
            continue;
        };
        if volumes.insert(key, units).is_some() {
            fields.violation(&format!("csv line {number}: product"), "is stated twice for the provider");
            sound = false;
        }
    }
    fields.check(!volumes.is_empty() || !sound, "csv", "holds no volumes")?;
    sound.then_some(volumes)
}

fn volume(fields: &mut Fields, number: usize, line: &Line) -> Option<((Agb, String), Decimal)> {
    let at = |column: &str| format!("csv line {number}: {column}");
    let agb = fields.agb(&at("agb"), &line.agb);
    let product = fields.product(&at("product"), &line.product);
    let units = fields.parse::<Decimal>(&at("units"), &line.units);
    let negative = units.is_some_and(|units| units.is_sign_negative());
    fields.check(!negative, &at("units"), "must not be negative")?;
    Some(((agb?, product?), units?))
}

#[cfg(test)]
mod tests {
    use edge::EdgeError;

    use super::*;

    #[test]
    fn tar_02_every_wrong_volume_is_named() {
        let violations = |lines: &str| {
            let mut fields = Fields::new();
            let read = read(&mut fields, format!("agb,product,units\n{lines}").as_bytes());
            match fields.all((read,)) {
                Ok(_) => Vec::new(),
                Err(EdgeError::Invalid(invalid)) => invalid.0.into_iter().map(|(field, _)| field).collect(),
                Err(other) => panic!("{other}"),
            }
        };
        assert!(violations("41410001,Z053,365.5\n41410001,Z054,0\n").is_empty());
        assert_eq!(
            violations("4141,Z-3,x\n41410001,Z053,-1\ntoo,few\n41410001,Z054,1\n41410001,Z054,2\n"),
            [
                "csv line 2: agb",
                "csv line 2: product",
                "csv line 2: units",
                "csv line 3: units",
                "csv line 4",
                "csv line 6: product",
            ]
        );
        assert_eq!(violations(""), ["csv"]);
    }
}
