//! Annual figures as they are imported (TAR-13, TAR-15).

use std::{collections::HashMap, fmt::Display, str::FromStr};

use edge::{Act, Fields, Sector};
use money::{Decimal, Money, Percentage};
use serde::Deserialize;

use super::AnnualFigures;

/// There are not that many providers.
const MOST_LINES: usize = 100_000;
/// The decimals of a percentage.
const DECIMALS: u32 = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    agb: String,
    sector: String,
    region: String,
    total_revenue: String,
    wlz_revenue: String,
    nhc_nic: String,
    result: String,
    personnel_costs: String,
    pnil_costs: String,
    overhead_costs: String,
    absence: String,
    equity: String,
    current_assets: String,
    current_liabilities: String,
    total_assets: String,
    #[serde(default)]
    clients: String,
    #[serde(default)]
    care_days: String,
    #[serde(default)]
    treatment_days: String,
    #[serde(default)]
    percentage: String,
}

/// Reads the lines; every wrong cell is noted as `csv line N: column`. A provider has one line in a sector.
pub fn read(fields: &mut Fields, csv: &[u8]) -> Option<Vec<AnnualFigures>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let (mut all, mut seen, mut sound) = (Vec::new(), HashMap::new(), true);
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        // The header is line 1.
        let number = index + 2;
        if index == MOST_LINES {
            fields.violation("csv", format!("has more than {MOST_LINES} lines"));
            return None;
        }
        let line = line.map_err(|error| fields.violation(&format!("csv line {number}"), error));
        let Some(figures) = line.ok().and_then(|line| Cells { fields, number }.figures(&line)) else {
            sound = false;
            continue;
        };
        if let Some(earlier) = seen.insert((figures.agb, figures.sector), number) {
            let problem = format!("is the provider of line {earlier}, in the same sector");
            fields.violation(&format!("csv line {number}: agb"), problem);
            sound = false;
        }
        all.push(figures);
    }
    fields.check(!all.is_empty() || !sound, "csv", "holds no figures")?;
    sound.then_some(all)
}

/// The cells of a line.
struct Cells<'a> {
    fields: &'a mut Fields,
    number: usize,
}

impl Cells<'_> {
    fn figures(&mut self, line: &Line) -> Option<AnnualFigures> {
        // Every cell is read before any of them is missed, so that all wrong ones are named.
        let at = |column: &str| format!("csv line {}: {column}", self.number);
        let agb = self.fields.agb(&at("agb"), &line.agb);
        let sector = Sector::from_code(&line.sector.to_lowercase()).filter(|sector| sector.act() == Act::Wlz);
        self.fields.check(sector.is_some(), &at("sector"), "expected VV, GZ or GGZ");
        let region = self.cell("region", &line.region);
        let total_revenue = self.cost("total_revenue", &line.total_revenue);
        let wlz_revenue = self.cost("wlz_revenue", &line.wlz_revenue);
        let nhc_nic = self.cost("nhc_nic", &line.nhc_nic);
        let result = self.cell("result", &line.result);
        let personnel_costs = self.cost("personnel_costs", &line.personnel_costs);
        let pnil_costs = self.cost("pnil_costs", &line.pnil_costs);
        let overhead_costs = self.cost("overhead_costs", &line.overhead_costs);
        let absence = self.percentage("absence", &line.absence);
        let equity = self.cell("equity", &line.equity);
        let current_assets = self.cost("current_assets", &line.current_assets);
        let current_liabilities = self.cost("current_liabilities", &line.current_liabilities);
        let total_assets = self.cost("total_assets", &line.total_assets);
        let clients = self.count("clients", &line.clients);
        let care_days = self.count("care_days", &line.care_days);
        let treatment_days = self.count("treatment_days", &line.treatment_days);
        let percentage = self.percentage("percentage", &line.percentage);
        let read = AnnualFigures {
            agb: agb?,
            sector: sector?,
            region: region?,
            total_revenue: total_revenue?,
            wlz_revenue: wlz_revenue?,
            nhc_nic: nhc_nic?,
            result: result?,
            personnel_costs: personnel_costs?,
            pnil_costs: pnil_costs?,
            overhead_costs: overhead_costs?,
            absence: absence?,
            equity: equity?,
            current_assets: current_assets?,
            current_liabilities: current_liabilities?,
            total_assets: total_assets?,
            clients: clients?,
            care_days: care_days?,
            treatment_days: treatment_days?,
            percentage: percentage?,
            version: 0,
        };
        self.parts_fit(&read)?;
        Some(read)
    }

    /// A part is not more than its whole.
    fn parts_fit(&mut self, read: &AnnualFigures) -> Option<()> {
        let within = |part: Option<i64>, whole: Option<i64>| part.zip(whole).is_none_or(|(part, whole)| part <= whole);
        let pnil = within(read.pnil_costs.map(Money::cents), read.personnel_costs.map(Money::cents));
        let pnil = self.check(pnil, "pnil_costs", "is more than personnel_costs, which it is part of");
        let days = within(read.treatment_days, read.care_days);
        let days = self.check(days, "treatment_days", "is more than care_days, which it is part of");
        // Nobody's tariff percentage is nothing.
        let positive = read.percentage.is_none_or(|percentage| !percentage.0.is_zero());
        let positive = self.check(positive, "percentage", "must be above 0");
        pnil.and(days).and(positive)
    }

    fn check(&mut self, holds: bool, column: &str, problem: impl Display) -> Option<()> {
        self.fields.check(holds, &format!("csv line {}: {column}", self.number), problem)
    }

    /// A cell that may be empty.
    fn cell<T: FromStr<Err: Display>>(&mut self, column: &str, text: &str) -> Option<Option<T>> {
        match text {
            "" => Some(None),
            text => self.fields.parse(&format!("csv line {}: {column}", self.number), text).map(Some),
        }
    }

    fn cost(&mut self, column: &str, text: &str) -> Option<Option<Money>> {
        let amount = self.cell::<Money>(column, text)?;
        self.check(amount.is_none_or(|amount| !amount.is_negative()), column, "must not be negative")?;
        Some(amount)
    }

    fn count(&mut self, column: &str, text: &str) -> Option<Option<i64>> {
        let count = self.cell::<i64>(column, text)?;
        self.check(count.is_none_or(|count| count >= 0), column, "must not be negative")?;
        Some(count)
    }

    /// A percentage, from 0 to 100.
    fn percentage(&mut self, column: &str, text: &str) -> Option<Option<Percentage>> {
        let number = self.cell::<Decimal>(column, text)?.map(|number| number.normalize());
        let fits =
            |number: &Decimal| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(number) && number.scale() <= DECIMALS;
        let problem = format!("expected a percentage from 0 to 100 with at most {DECIMALS} decimals");
        self.check(number.as_ref().is_none_or(fits), column, problem)?;
        Some(number.map(Percentage))
    }
}

#[cfg(test)]
mod tests {
    use edge::EdgeError;

    use super::*;

    const HEADER: &str = "agb,sector,region,total_revenue,wlz_revenue,nhc_nic,result,personnel_costs,pnil_costs,\
                          overhead_costs,absence,equity,current_assets,current_liabilities,total_assets";
    const GIVEN: &str = ",clients,care_days,treatment_days,percentage";

    fn lines(header: &str, lines: &str) -> Result<Vec<AnnualFigures>, Vec<String>> {
        let mut fields = Fields::new();
        let read = read(&mut fields, format!("{header}\n{lines}").as_bytes());
        match fields.all((read,)) {
            Ok((read,)) => Ok(read),
            Err(EdgeError::Invalid(invalid)) => Err(invalid.0.into_iter().map(|(field, _)| field).collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn tar_15_figures_that_are_not_known_are_empty_cells() {
        let read = lines(HEADER, "41410001,GZ,,1000.50,900,100,-20.25,,,,,,,,\n").unwrap();
        assert_eq!(read[0].result, Some(Money::from_cents(-2_025)));
        assert_eq!((read[0].region, read[0].absence, read[0].clients), (None, None, None));
        let read = lines(&format!("{HEADER}{GIVEN}"), "41410001,gz,5508,1,1,0,0,1,1,1,6.25,-1,1,1,1,12,365,30,95.80\n");
        let read = &read.unwrap()[0];
        assert_eq!((read.clients, read.care_days, read.treatment_days), (Some(12), Some(365), Some(30)));
        assert_eq!(read.percentage.unwrap().to_string(), "95.8%");
        assert_eq!(read.region.unwrap().to_string(), "5508");
    }

    #[test]
    fn tar_15_every_wrong_cell_is_named() {
        let wrong =
            "4141000,ZZ,9999,x,-1,0.001,y,1,2,-3,101,z,-1,-1,-1,-5,1,2,0\n41410001,HOME_CARE,,,,,,1,2,,,,,,,,1,2,0\n";
        let named = lines(&format!("{HEADER}{GIVEN}"), wrong).unwrap_err();
        let columns = "agb sector region total_revenue wlz_revenue nhc_nic result overhead_costs absence equity \
                       current_assets current_liabilities total_assets clients";
        let mut expected: Vec<String> = columns.split(' ').map(|column| format!("csv line 2: {column}")).collect();
        expected.push("csv line 3: sector".to_owned());
        assert_eq!(named, expected);
        let parts = "41410001,GZ,,,,,,1,2,,,,,,,,1,2,0\n";
        let named = lines(&format!("{HEADER}{GIVEN}"), parts).unwrap_err();
        assert_eq!(named, ["csv line 2: pnil_costs", "csv line 2: treatment_days", "csv line 2: percentage"]);
    }

    #[test]
    fn tar_15_a_provider_has_one_line_in_a_sector() {
        let two = "41410001,GZ,,,,,,,,,,,,,\n41410001,VV,,,,,,,,,,,,,\n41410001,GZ,,,,,,,,,,,,,\n";
        assert_eq!(lines(HEADER, two).unwrap_err(), ["csv line 4: agb"]);
        assert_eq!(lines(HEADER, "").unwrap_err(), ["csv"]);
        assert_eq!(lines(HEADER, "41410001,GZ\n").unwrap_err(), ["csv line 2"]);
        assert_eq!(lines("agb,sector,profit", "41410001,GZ,1\n").unwrap_err(), ["csv line 2"]);
    }
}
