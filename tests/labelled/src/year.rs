//! The labelled year: cases of every rule between clients with whom nothing is the matter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use contract::{common, screening::ListSignalsRequest};
use fastrand::Rng;
use identifiers::{Bsn, PseudonymKeys};

use crate::{
    OFFICE,
    case::{Case, Fact, Line, later},
    day, home_care, keys, long_term, lvg,
    owner::{Made, Source, made_file, made_line},
};

/// An institution of the Borg.
pub const BORG: u32 = 41_419_001;
/// An institution that is none of the Borg's.
pub const NO_BORG: u32 = 41_419_002;
/// May employ other staff.
pub const ARRANGED: u32 = 41_419_003;
/// Takes part in the night care of its region.
pub const NIGHT: u32 = 41_419_004;
/// Works for the main provider.
pub const SUBCONTRACTOR: u32 = 41_419_005;
/// The main provider.
pub const MAIN: u32 = 41_419_006;
/// With four days of VV10 in five of stay; and with as many as may be.
const PALLIATIVE: [u32; 2] = [41_419_007, 41_419_008];
/// With more hours a client than was agreed; and with as many.
const HOURS: [u32; 2] = [41_419_009, 41_419_010];
/// The first of the others, of which each second one has cases.
const FIRST: u32 = 41_410_001;
const OTHERS: u32 = 40;
/// Clients of each of those with whom nothing is the matter.
const CLEAN: u32 = 10;

/// Plants a case of a rule, or one that is just on the right side.
type Plant = fn(&mut Case, NaiveDate, bool);

/// What is planted, rule by rule. Two rules look at months of providers, and have providers of their own.
const PLANTS: [Plant; 42] = [
    long_term::double,
    long_term::beside_package,
    long_term::budget_beside_package,
    long_term::after_death,
    long_term::mutation_days,
    long_term::after_indication,
    lvg::bridging,
    lvg::sglvg_outside_borg,
    lvg::as_modular,
    lvg::as_vg,
    lvg::without_treatment,
    lvg::tail,
    lvg::in_budget,
    lvg::age,
    lvg::indication_length,
    long_term::observation_year,
    long_term::observation_extension,
    long_term::ventilation_profile,
    long_term::vv10_no_statement,
    long_term::vv10_length,
    long_term::watch_hours,
    long_term::consult_no_request,
    long_term::other_disciplines,
    home_care::gzsp_behavioural,
    long_term::treatment_beside_package,
    long_term::zg_other_profile,
    long_term::zg_unlimited,
    long_term::ggz_treatment,
    long_term::child_supplement,
    long_term::dental,
    long_term::mobility_aids,
    long_term::personal_aids,
    long_term::absence_on_end,
    long_term::absence_in_year,
    long_term::hospital_absence,
    home_care::staff_level,
    home_care::staff_first_week,
    home_care::staff_two_weeks,
    home_care::more_providers,
    home_care::night_care,
    home_care::technology_twice,
    home_care::unsupported,
];

/// What a signal is known by: its rule, and its client and the references of its lines in order, or its provider and
/// month.
pub type Label = (String, String);

/// The year.
#[derive(Debug)]
pub struct Year {
    cases: Vec<Case>,
    planted: usize,
    files: Vec<Vec<(Bsn, Line)>>,
    keys: PseudonymKeys,
    provider_labels: BTreeSet<Label>,
}

impl Year {
    /// A year from a seed, with so many cases of each rule and as many almost.
    pub fn new(seed: u64, of_each: u32) -> Year {
        let mut rng = Rng::with_seed(seed);
        let mut numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
        let mut next = || numbers.next().expect("there are numbers enough");
        let mut cases = Vec::new();
        for plant in PLANTS {
            for place in 0..2 * of_each {
                let agb = FIRST + 2 * rng.u32(0..OTHERS / 2);
                let from = later(day("2024-02-01"), rng.u64(0..40));
                let mut case = Case::new(next(), agb, Rng::with_seed(rng.u64(..)));
                plant(&mut case, from, place < of_each);
                cases.push(case);
            }
        }
        let mut year = Year { cases, planted: 0, files: Vec::new(), keys: keys(), provider_labels: BTreeSet::new() };
        year.add_months_of_providers(&mut next);
        year.planted = year.cases.len();
        for agb in FIRST..FIRST + OTHERS {
            for place in 0..CLEAN {
                year.cases.push(clean(Case::new(next(), agb, Rng::with_seed(rng.u64(..))), place));
            }
        }
        year.file(&mut rng);
        year
    }

    /// Months of providers with just too much, and just not.
    fn add_months_of_providers(&mut self, next: &mut impl FnMut() -> Bsn) {
        for month in 1..=12 {
            let first = NaiveDate::from_ymd_opt(2024, month, 1).expect("a month");
            for (agb, days) in PALLIATIVE.into_iter().zip([24, 18]) {
                for (product, days) in [("Z103", days), ("Z053", 30 - days)] {
                    let mut case = Case::new(next(), agb, Rng::with_seed(u64::from(month)));
                    case.wlz(product, first, later(first, days - 1));
                    self.cases.push(case);
                }
            }
            for (agb, visits) in HOURS.into_iter().zip([9, 8]) {
                let mut case = Case::new(next(), agb, Rng::with_seed(u64::from(month)));
                for visit in 0..visits {
                    case.visit("1000", later(first, 3 * visit));
                }
                self.cases.push(case);
            }
            let about = |agb: u32| format!("{agb} {}", first.format("%Y-%m"));
            self.provider_labels.insert(("vv10_share".to_owned(), about(PALLIATIVE[0])));
            self.provider_labels.insert(("average_hours".to_owned(), about(HOURS[0])));
        }
    }

    /// Puts all lines in files by service, provider and month, in an order of chance.
    fn file(&mut self, rng: &mut Rng) {
        let mut files: BTreeMap<_, Vec<(Bsn, Line)>> = BTreeMap::new();
        for case in &self.cases {
            for line in &case.lines {
                let of = (line.service, line.agb, line.first.year(), line.first.month());
                files.entry(of).or_default().push((case.bsn, line.clone()));
            }
        }
        self.files = files.into_values().collect();
        rng.shuffle(&mut self.files);
    }

    /// The cases that were planted, and those that are just on the right side.
    pub(crate) fn planted(&self) -> &[Case] {
        &self.cases[..self.planted]
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.files.iter().map(Vec::len).sum()
    }

    /// What screening has to find.
    pub fn labels(&self) -> BTreeSet<Label> {
        let mut labels = self.provider_labels.clone();
        for case in &self.cases {
            for (rule, places) in &case.findings {
                let mut lines: Vec<&str> = places.iter().map(|place| &*case.lines[*place].reference).collect();
                lines.sort_unstable();
                labels.insert(((*rule).to_owned(), format!("{} {}", self.pseudonym(&case.bsn), lines.join(" "))));
            }
        }
        labels
    }

    fn pseudonym(&self, bsn: &Bsn) -> String {
        self.keys.pseudonym(bsn).to_string()
    }

    /// The files of facts: kind and CSV.
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut kinds: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
        let of_providers = of_providers();
        for fact in self.cases.iter().flat_map(|case| &case.facts).chain(&of_providers) {
            kinds.entry(fact.kind).or_default().push(fact);
        }
        kinds.into_iter().map(|(kind, facts)| (kind.to_owned(), csv(kind, &facts))).collect()
    }
}

/// Whom signals are asked of.
pub(crate) fn all_standing(page_token: String) -> ListSignalsRequest {
    let (office, page_size, standing_only) = (OFFICE.to_owned(), 1_000, true);
    ListSignalsRequest { office, page_size, standing_only, page_token, ..ListSignalsRequest::default() }
}

/// A file of facts of a kind.
pub(crate) fn csv(kind: &str, facts: &[&Fact]) -> String {
    let kind = screening::domain::FactKind::from_code(kind).expect("a kind of facts");
    let columns = kind.columns();
    let mut csv = columns.join(",");
    for fact in facts {
        let value = |column: &&str| {
            let given = fact.values.iter().find(|(name, _)| name == column);
            given.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        csv.push('\n');
        csv.push_str(&columns.iter().map(value).collect::<Vec<_>>().join(","));
    }
    csv.push('\n');
    csv
}

/// What is known of providers.
pub(crate) fn of_providers() -> Vec<Fact> {
    let of = |agb: u32, kind: &'static str, value: &str| Fact {
        kind,
        values: vec![("agb", agb.to_string()), ("value", value.to_owned()), ("from", "2024-01-01".to_owned())],
    };
    vec![
        of(BORG, "borg_institution", "yes"),
        of(NO_BORG, "borg_institution", "no"),
        of(ARRANGED, "staff_arrangement", ""),
        of(NIGHT, "night_region", ""),
        of(SUBCONTRACTOR, "subcontracting", &MAIN.to_string()),
        of(HOURS[0], "hours_agreement", "8"),
        of(HOURS[1], "hours_agreement", "8"),
    ]
}

/// A client with whom nothing is the matter: in stay, with modular care, or at home.
fn clean(mut case: Case, place: u32) -> Case {
    for month in 1..=12 {
        let first = NaiveDate::from_ymd_opt(2024, month, 1).expect("a month");
        let last = (first + chrono::Months::new(1)).pred_opt().expect("a day");
        match place % 3 {
            0 => {
                case.package("Z053", first, last);
            }
            1 => {
                for (week, product) in (0..4).zip(["H126", "H127", "H300", "H126"]) {
                    let on = first + Days::new(7 * week);
                    case.modular(product, on, on);
                }
            }
            _ => {
                for week in 0..4 {
                    case.visit("1000", first + Days::new(7 * week));
                }
            }
        }
    }
    case.indication("VV4", day("2023-01-01"), None);
    case
}

impl Source for Year {
    fn made(&self, number: usize) -> Option<Made> {
        let lines = self.files.get(number)?;
        let (_, first) = lines.first()?;
        let made = |(place, (bsn, line)): (usize, &(Bsn, Line))| -> common::ClaimLine {
            made_line(place, self.pseudonym(bsn), line)
        };
        Some(Made {
            service: first.service,
            file: made_file(number, first.agb, lines.len()),
            lines: lines.iter().enumerate().map(made).collect(),
        })
    }

    fn files(&self) -> usize {
        self.files.len()
    }
}
