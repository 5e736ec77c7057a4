//! A client with what is claimed and known of it, and what a rule has to find.

use chrono::{Days, NaiveDate};
use fastrand::Rng;
use identifiers::Bsn;

/// Who granted a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The Wlz.
    Budget,
    /// Home care of the Zvw.
    Homecare,
}

impl Service {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Service::Budget => "budget",
            Service::Homecare => "homecare",
        }
    }
}

/// A granted line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who granted it.
    pub service: Service,
    /// The provider.
    pub agb: u32,
    /// The product.
    pub product: &'static str,
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// The quantity.
    pub quantity: i64,
    /// The time unit.
    pub unit: &'static str,
    /// The function of modular care.
    pub function: i32,
    /// The care profile of a package.
    pub profile: i32,
    /// What was granted.
    pub cents: i64,
    /// The provider's reference.
    pub reference: String,
}

/// A row of a file of facts; what is not given is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The kind.
    pub kind: &'static str,
    /// Values by column.
    pub values: Vec<(&'static str, String)>,
}

/// A client of whom a rule finds something, or almost.
#[derive(Clone, Debug)]
pub struct Case {
    /// The client.
    pub bsn: Bsn,
    /// What was granted.
    pub lines: Vec<Line>,
    /// What is known beside it.
    pub facts: Vec<Fact>,
    /// What has to be found: the rule and the places of the lines.
    pub findings: Vec<(&'static str, Vec<usize>)>,
    /// The provider of lines that say no other.
    pub agb: u32,
    /// What varies.
    pub rng: Rng,
}

/// So many days later.
pub fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

/// The digits of a number.
fn digits(bsn: &Bsn) -> String {
    bsn.digits().map(char::from).iter().collect()
}

impl Case {
    /// A client without anything.
    pub fn new(bsn: Bsn, agb: u32, rng: Rng) -> Case {
        Case { bsn, lines: Vec::new(), facts: Vec::new(), findings: Vec::new(), agb, rng }
    }

    /// The same of another client.
    pub fn of(&self, bsn: &Bsn) -> Case {
        let mut case = self.clone();
        case.bsn = *bsn;
        let values = case.facts.iter_mut().flat_map(|fact| &mut fact.values);
        values.filter(|(column, _)| *column == "bsn").for_each(|(_, value)| *value = digits(bsn));
        case
    }

    /// A line of the Wlz of each of its days, at some euros a day.
    pub fn wlz(&mut self, product: &'static str, first: NaiveDate, last: NaiveDate) -> &mut Line {
        self.line(Service::Budget, product, (first, last), "14")
    }

    /// A full package.
    pub fn package(&mut self, product: &'static str, first: NaiveDate, last: NaiveDate) -> &mut Line {
        let line = self.wlz(product, first, last);
        line.profile = 53;
        line
    }

    /// Modular care by the hour.
    pub fn modular(&mut self, product: &'static str, first: NaiveDate, last: NaiveDate) -> &mut Line {
        let line = self.line(Service::Budget, product, (first, last), "04");
        line.function = 31;
        line
    }

    /// Home care by the hour.
    pub fn visit(&mut self, product: &'static str, day: NaiveDate) -> &mut Line {
        self.line(Service::Homecare, product, (day, day), "04")
    }

    fn line(
        &mut self,
        service: Service,
        product: &'static str,
        (first, last): (NaiveDate, NaiveDate),
        unit: &'static str,
    ) -> &mut Line {
        let (place, quantity) = (self.lines.len(), (last - first).num_days() + 1);
        let cents = quantity * self.rng.i64(2_000..30_000);
        let reference = format!("{}-{place}", digits(&self.bsn));
        let (agb, function, profile) = (self.agb, 0, 0);
        self.lines.push(Line {
            service,
            agb,
            product,
            first,
            last,
            quantity,
            unit,
            function,
            profile,
            cents,
            reference,
        });
        self.lines.last_mut().expect("it was pushed")
    }

    /// A fact about the client.
    pub fn fact(&mut self, kind: &'static str, values: &[(&'static str, &dyn ToString)]) {
        let bsn = ("bsn", digits(&self.bsn));
        let values = values.iter().map(|(column, value)| (*column, value.to_string()));
        self.facts.push(Fact { kind, values: std::iter::once(bsn).chain(values).collect() });
    }

    /// A fact about a line.
    pub fn of_line(&mut self, place: usize, kind: &'static str, value: &str) {
        let line = &self.lines[place];
        let values = vec![
            ("service", line.service.as_str().to_owned()),
            ("agb", line.agb.to_string()),
            ("reference", line.reference.clone()),
            ("value", value.to_owned()),
        ];
        self.facts.push(Fact { kind, values });
    }

    /// An indication; open when there is no last day.
    pub fn indication(&mut self, profile: &str, from: NaiveDate, until: Option<NaiveDate>) {
        let until = until.map(|day| day.to_string()).unwrap_or_default();
        self.fact("indication", &[("value", &profile), ("from", &from), ("until", &until)]);
    }

    /// What the rule has to find, where it was planted.
    pub fn finds(&mut self, planted: bool, rule: &'static str, places: &[usize]) {
        if planted {
            self.findings.push((rule, places.to_vec()));
        }
    }
}
