//! Some hundreds of providers of care for disabled people in 2023, each with another position: the facts of a quote.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Sector;
use money::{Decimal, Money, Percentage};
use serde_json::json;
use tariffing::{
    decide::{Care, PercentageFacts, QuoteFacts},
    domain::{Basis, Grant, MaximumTariff, Position, Previous, Subject},
};

use crate::{Failure, claim_file::AGB, services::OFFICE};

/// How many facts there are.
const CASES: usize = 400;
/// The themes, in the order of the rules.
const THEMES: [&str; 3] = ["voldoende_goede_zorg", "zorg_dichtbij_huis", "zinnige_zorg"];
/// What a percentage of the year before rested on, with the words of the rule files.
const BASES: [(Basis, &str); 5] = [
    (Basis::Regular, "regular"),
    (Basis::FallingLine, "falling_line"),
    (Basis::NewProvider, "new_provider"),
    (Basis::Interview, "interview"),
    (Basis::LowerBid, "lower_bid"),
];

/// What is known of one provider, as every engine is told it.
pub struct Case {
    /// The percentage of the year before, its basis, and the word for that.
    pub previous: Option<(Decimal, Basis, &'static str)>,
    /// The points granted on each theme.
    pub granted: [(&'static str, Option<Decimal>); 3],
    /// The maximum tariff without NHC and NIC.
    pub maximum_cents: i64,
    /// NHC and NIC.
    pub housing_cents: [i64; 2],
}

/// What a quote comes to: a percentage, and eurocents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The percentage, in two decimals.
    pub percentage: Decimal,
    /// The part that follows the percentage.
    pub care_part: i64,
    /// The part for housing and inventory.
    pub housing_part: i64,
    /// Both together.
    pub tariff: i64,
}

impl Outcome {
    /// As it stands in a file of facts.
    pub fn to_json(self) -> serde_json::Value {
        json!({
            "percentage": self.percentage.to_string(), "care_part": self.care_part, "housing_part": self.housing_part,
            "tariff": self.tariff,
        })
    }
}

/// The same cases every time.
pub fn cases() -> Vec<Case> {
    let mut dice = Dice(2023);
    (0..CASES).map(|_| case(&mut dice)).collect()
}

/// Half with a percentage of the year before, of which most lie below the guide percentage; two in three themes with
/// points, of which some lie outside the range; one in eight with so many points that the cap holds.
fn case(dice: &mut Dice) -> Case {
    let (basis, word) = BASES[dice.below(BASES.len() as u64) as usize];
    let previous = (dice.below(2) == 0).then(|| (dice.hundredths(9_300, 9_650), basis, word));
    let mut granted = THEMES.map(|theme| (theme, (dice.below(3) > 0).then(|| dice.hundredths(-2, 25))));
    // Bespoke: up or down by more, and in thousandths.
    granted[2].1 = granted[2].1.map(|_| Decimal::new(dice.between(-900, 1_500), 3));
    if dice.below(8) == 0 {
        granted[2].1 = Some(dice.hundredths(400, 800));
    }
    let maximum_cents = dice.between(5_000, 60_000);
    Case { previous, granted, maximum_cents, housing_cents: [dice.between(0, 4_000), dice.between(0, 900)] }
}

impl Case {
    /// The facts as this system's decision takes them.
    ///
    /// # Errors
    /// None: every case is a valid one.
    pub fn facts(&self) -> Result<QuoteFacts, Failure> {
        let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).ok_or("no such day");
        let previous =
            self.previous.map(|(percentage, basis, _)| Previous { percentage: Percentage(percentage), basis });
        let agreed = day(2022, 10)?;
        let grants = self.granted.iter().filter_map(|(theme, points)| {
            let points = Some((*points)?);
            let (key, initiative) = ((*theme).to_owned(), format!("initiatief {theme}"));
            let grant = Grant { key, points, form: None, initiative, agreed, proposal_id: Some("1".to_owned()) };
            Some(((*theme).to_owned(), grant))
        });
        let position = Position { grants: grants.collect(), ..Position::default() };
        let subject = Subject { office: OFFICE.parse()?, sector: Sector::Gz, agb: AGB.parse()?, year: 2023 };
        let as_of: DateTime<Utc> = day(2023, 3)?.and_hms_opt(12, 0, 0).ok_or("no such moment")?.and_utc();
        let [nhc, nic] = self.housing_cents.map(Money::from_cents);
        let maximum = MaximumTariff {
            product: "Z453".to_owned(),
            name: "VG wonen met begeleiding en verzorging".to_owned(),
            sector: Sector::Gz,
            delivery_form: "verblijf".to_owned(),
            unit: "14".to_owned(),
            maximum: Money::from_cents(self.maximum_cents),
            nhc,
            nic,
            first_day: day(2023, 1)?,
            last_day: None,
            version: 1,
        };
        let percentage = PercentageFacts::of(subject, &position, (previous, Vec::new()), as_of).for_form("verblijf");
        let care = Care { product: maximum.product.clone(), form: maximum.delivery_form.clone(), ..Care::default() };
        Ok(QuoteFacts { percentage, maximum, agreed: None, care, care_date: day(2023, 3)? })
    }

    /// The facts as they stand in a file; decimals as text.
    pub fn to_json(&self, outcome: Outcome) -> serde_json::Value {
        let mut json = json!({
            "previous_percentage": self.previous.map(|(percentage, _, _)| percentage.to_string()),
            "previous_basis": self.previous.map(|(_, _, word)| word),
            "maximum_cents": self.maximum_cents,
            "housing_cents": self.housing_cents.iter().sum::<i64>(),
            "expected": outcome.to_json(),
        });
        for (theme, points) in self.granted {
            json[theme] = points.map(|points| points.to_string()).into();
        }
        json
    }
}

/// Numbers that look like chance and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Both included.
    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most.abs_diff(least) + 1) as i64
    }

    fn hundredths(&mut self, least: i64, most: i64) -> Decimal {
        Decimal::new(self.between(least, most), 2)
    }
}
