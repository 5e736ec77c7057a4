//! An office in memory: the decisions of the service, and a ledger, without a database.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use budget::{
    decide::{
        self, Against, Approved, Balances, ClickFacts, Contender, FilingFacts, ForecastFacts, Forms, InnovationFacts,
        InnovationProduct, Inputs, ProviderProduction, ProviderYear, ReconciliationFacts, ReserveFacts,
    },
    domain::{
        Account, Affordability, AgreedInnovation, BaseKind, Choices, Entered, Lot, OfficeYear, Posting, ProductAmount,
        RoundKind, RoundOutcome, Tariff, Volume, Wrongful,
    },
    rules,
};
use chrono::{DateTime, NaiveDate, Utc};
use explain::{RuleFile, Rules, Trace};
use fastrand::Rng;
use identifiers::Agb;
use money::{Decimal, Money, Percentage};

use crate::checks;

const PRODUCTS: [(&str, &str, i64); 3] = [("Z053", "14", 25_110), ("H126", "04", 6_794), ("V043", "14", 9_999)];

/// A round that was committed: what it was computed from, and what it came to.
pub struct Done {
    pub inputs: Inputs,
    pub outcome: RoundOutcome,
}

impl Done {
    fn has(&self, agb: Agb) -> bool {
        self.outcome.providers.iter().any(|one| one.agb == agb)
    }
}

/// An office in its year.
pub struct Office {
    rng: Rng,
    pub rules: Arc<Rules>,
    year: OfficeYear,
    providers: Vec<Agb>,
    pub balances: Balances,
    pub entries: Vec<Vec<Posting>>,
    /// Quantities approved, by provider, product and month of care; of the year before first.
    approved: [BTreeMap<(Agb, usize, u32), i64>; 2],
    /// Who delivers care before it has any budget: it takes part in no round before the reallocation.
    newcomer: Option<Agb>,
    innovations: BTreeMap<Agb, AgreedInnovation>,
    forecasts: BTreeMap<Agb, (Money, Money, Vec<ProductAmount>)>,
    wrongful: BTreeMap<Agb, Vec<Wrongful>>,
    pub done: Vec<Done>,
}

fn as_of() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// The built-in rules, and some that say otherwise.
fn variants() -> &'static [Arc<Rules>] {
    static VARIANTS: OnceLock<Vec<Arc<Rules>>> = OnceLock::new();
    VARIANTS.get_or_init(|| {
        let changed = |from: &str, to: &str| {
            let file = |(name, text): &(&str, &str)| RuleFile { name: (*name).to_owned(), text: text.replace(from, to) };
            Arc::new(Rules::load(rules::FILES.iter().map(file).collect(), &rules::SCHEMA).unwrap())
        };
        vec![
            changed("", ""),
            changed("value = \"without_reserve\"", "value = \"with_reserve\""),
            changed("value = \"agreed_forecast\"", "value = \"extrapolation\""),
            changed("source = \"reading: the policy only describes the overrun\"\nvalues = [{ from = 2022-01-01, value = false",
                "source = \"reading: the policy only describes the overrun\"\nvalues = [{ from = 2022-01-01, value = true"),
            changed("treats all delivery forms alike\"\nvalues = [{ from = 2022-01-01, value = false",
                "treats all delivery forms alike\"\nvalues = [{ from = 2022-01-01, value = true"),
        ]
    })
}

impl Office {
    pub fn new(seed: u64) -> Office {
        let mut rng = Rng::with_seed(seed);
        let rules = variants()[rng.usize(..variants().len())].clone();
        let count = rng.u32(1..8);
        let providers: Vec<Agb> = (1..=count).map(|number| format!("4141{number:04}").parse().unwrap()).collect();
        let newcomer = if count > 1 && rng.u8(..3) == 0 { providers.last().copied() } else { None };
        Office {
            rng,
            rules,
            year: OfficeYear { office: "vgz".parse().unwrap(), year: 2023 },
            providers,
            balances: Balances::default(),
            entries: Vec::new(),
            approved: [BTreeMap::new(), BTreeMap::new()],
            newcomer,
            innovations: BTreeMap::new(),
            forecasts: BTreeMap::new(),
            wrongful: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// The number of rounds that were committed.
    pub fn committed(&self) -> usize {
        self.done.len()
    }

    /// Plays the year.
    pub fn play(&mut self) {
        self.establish();
        self.claims(0, 7);
        self.round(RoundKind::BaseProduction);
        self.anything();
        self.claims(1, 4);
        self.forecast(4);
        self.anything();
        self.round(RoundKind::Click);
        self.anything();
        self.claims(1, 7);
        self.forecast(7);
        self.anything();
        self.round(RoundKind::Reallocation);
        self.claims(1, 12);
        self.anything();
        self.round(RoundKind::Reconciliation);
        self.settle();
    }

    /// Everything holds; then the office restarts from what is on record.
    fn step(&mut self) {
        checks::ledger(self);
        let mut again = Balances::default();
        self.entries.iter().flatten().for_each(|posting| again.add(posting).unwrap());
        self.balances = again;
        for done in &mut self.done {
            let text = serde_json::to_string(&done.inputs).unwrap();
            done.inputs = serde_json::from_str(&text).unwrap();
        }
    }

    /// Makes an entry, or is refused and changes nothing.
    fn post(&mut self, parts: &[Posting], against: Against) -> bool {
        let before = self.balances.clone();
        match self.balances.post(parts, against) {
            Ok(postings) => self.entries.push(postings),
            Err(_) => {
                assert!(self.balances.same(&before), "a refused entry changed something");
                return false;
            }
        }
        self.step();
        true
    }

    fn cents(&mut self, most: i64) -> Money {
        Money::from_cents(self.rng.i64(0..=most))
    }

    fn provider(&mut self) -> Agb {
        self.providers[self.rng.usize(..self.providers.len())]
    }

    fn establish(&mut self) {
        let scale = 10_i64.pow(self.rng.u32(5..10));
        let (zin, pgb) = (Money::from_cents(scale + self.rng.i64(0..scale)), self.cents(scale / 5));
        let given =
            |lot, amount: Money| Posting { lot, account: Account::Room, amount: Money::ZERO.minus(amount).unwrap() };
        assert!(self.post(&[given(Lot::Zin, zin), given(Lot::Pgb, pgb)], Against::Free));
        let facts = ReserveFacts { year: self.year.clone(), zin, pgb, as_of: as_of() };
        let reserve = decide::reserve(&facts, &self.rules, &mut Trace::new()).unwrap();
        assert!(self.post(&[Posting { lot: Lot::Zin, account: Account::Reserve, amount: reserve }], Against::Free));
    }

    /// Claims, late ones, and credits: of months up to this one, and never more credited than approved.
    fn claims(&mut self, which: usize, months: u32) {
        for _ in 0..self.rng.usize(..self.providers.len() * 6 + 1) {
            let key = (self.provider(), self.rng.usize(..PRODUCTS.len()), self.rng.u32(1..=months));
            let most = 10_i64.pow(self.rng.u32(1..4));
            let quantity = self.rng.i64(1..=most);
            let held = self.approved[which].entry(key).or_default();
            *held = if self.rng.u8(..6) == 0 { (*held - quantity).max(0) } else { *held + quantity };
        }
        checks::committed_rounds(self);
    }

    fn approved_of(&self, which: usize, agb: Agb, months: u32) -> Vec<Approved> {
        let of_product = |(product, (code, unit, _)): (usize, &(&str, &str, i64))| {
            let rows = self.approved[which].range((agb, product, 1)..=(agb, product, months));
            let quantity = rows.map(|(_, quantity)| quantity).sum();
            Approved { product: (*code).to_owned(), unit: (*unit).to_owned(), quantity }
        };
        PRODUCTS.iter().enumerate().map(of_product).collect()
    }

    fn granted(&self, agb: Agb) -> Money {
        let rows = self.approved[1].iter().filter(|((of, ..), _)| *of == agb);
        Money::from_cents(rows.map(|((_, product, _), quantity)| quantity * PRODUCTS[*product].2).sum())
    }

    fn tariffs(&self, agb: Agb) -> Vec<Tariff> {
        let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).unwrap();
        let tariff = |(code, unit, cents): &(&str, &str, i64)| Tariff {
            agb,
            product: (*code).to_owned(),
            unit: (*unit).to_owned(),
            first_day: day(1, 1),
            last_day: day(12, 31),
            tariff: Money::from_cents(*cents),
        };
        PRODUCTS.iter().map(tariff).collect()
    }

    fn forecast(&mut self, months: u32) {
        let round = if months == 4 { RoundKind::Click } else { RoundKind::Reallocation };
        for agb in self.providers.clone() {
            let facts = ForecastFacts {
                year: self.year.clone(),
                round,
                agb,
                production: self.approved_of(1, agb, months),
                tariffs: self.tariffs(agb),
                as_of: as_of(),
            };
            let (office, products) = decide::office_forecast(&facts, &self.rules, &mut Trace::new()).unwrap();
            // The talk may end anywhere, such as near the budget.
            let budget = self.balances.of(Lot::Zin, Account::Agreed(agb));
            let agreed = match self.rng.u8(..3) {
                0 => office,
                1 => Money::from_cents(budget.cents() + self.rng.i64(-1_000..1_000)).max(Money::ZERO),
                _ => self.cents(budget.cents().saturating_mul(2).max(1)),
            };
            self.forecasts.insert(agb, (office, agreed, products));
        }
    }

    fn inputs(&mut self, kind: RoundKind) -> Inputs {
        let (year, mut providers) = (self.year.clone(), self.providers.clone());
        if matches!(kind, RoundKind::BaseProduction | RoundKind::Click) {
            providers.retain(|agb| self.newcomer != Some(*agb) || !self.agreed(*agb).is_zero());
        }
        match kind {
            RoundKind::BaseProduction => {
                let providers = providers.into_iter().map(|agb| self.base(agb)).collect();
                let room = |lot| self.balances.room(lot).unwrap();
                let (zin, pgb) = (room(Lot::Zin), room(Lot::Pgb));
                Inputs::BaseProduction(FilingFacts { year, zin, pgb, providers, as_of: as_of() })
            }
            RoundKind::Click | RoundKind::Reallocation => {
                let contenders = providers.into_iter().map(|agb| self.contender(kind, agb)).collect();
                Inputs::Allocation(ClickFacts {
                    year,
                    round: kind,
                    room: self.balances.room(Lot::Zin).unwrap(),
                    reserve: self.balances.of(Lot::Zin, Account::Reserve),
                    fund_overproduction: false,
                    contenders,
                    as_of: as_of(),
                })
            }
            RoundKind::Reconciliation => {
                let provider = |agb| ProviderYear {
                    agb,
                    budget: self.balances.of(Lot::Zin, Account::Agreed(agb)),
                    production: self.granted(agb),
                    wrongful: self.wrongful.get(&agb).cloned().unwrap_or_default(),
                    paid: self.balances.of(Lot::Zin, Account::Settled(agb)),
                    advance: self.balances.of(Lot::Zin, Account::Advance(agb)),
                };
                let providers = providers.into_iter().map(provider).collect();
                Inputs::Reconciliation(ReconciliationFacts { year, providers, as_of: as_of() })
            }
        }
    }

    fn base(&mut self, agb: Agb) -> ProviderProduction {
        let volume = Volume { product: "H126".to_owned(), volume: Decimal::new(self.rng.i64(0..100_000), 2) };
        ProviderProduction {
            agb,
            production: self.approved_of(0, agb, 7),
            entered: vec![Entered { agb, kind: BaseKind::FromPgb, volumes: vec![volume] }],
            tariffs: self.tariffs(agb),
        }
    }

    fn contender(&mut self, kind: RoundKind, agb: Agb) -> Contender {
        let (office, agreed, products) = self.forecasts[&agb].clone();
        let affordable = self.rng.u8(..10) == 0;
        let tariff = Percentage(Decimal::from(self.rng.u32(90..=100)));
        let innovation = if kind == RoundKind::Reallocation { self.innovations.get(&agb).cloned() } else { None };
        let beside = innovation.as_ref().map_or(&[][..], |agreed| &agreed.products);
        let forms = match Forms::of(&self.year, &self.rules).unwrap() {
            Some(forms) => forms.amounts((self.agreed(agb), &[]), (agreed, &products), beside).unwrap(),
            None => Vec::new(),
        };
        Contender {
            agb,
            budget: self.balances.of(Lot::Zin, Account::Agreed(agb)),
            forecast: agreed,
            extrapolated: office,
            forms,
            products: if kind == RoundKind::Reallocation { products } else { Vec::new() },
            affordability: affordable.then_some(Affordability { budget: None, tariff: Some(tariff) }),
            innovation,
            is_new: self.agreed(agb).is_zero() && !self.done.iter().any(|done| done.has(agb)),
        }
    }

    fn agreed(&self, agb: Agb) -> Money {
        self.balances.of(Lot::Zin, Account::Agreed(agb))
    }

    /// An agreement on innovation is laid down, changed or withdrawn on some day of the year, if that is in time.
    fn innovate(&mut self) {
        let agb = self.provider();
        let (day, count) = (NaiveDate::from_yo_opt(2023, self.rng.u32(200..=365)).unwrap(), self.rng.usize(..3));
        let most = self.balances.room(Lot::Zin).unwrap().cents() / 10 + 1;
        let mut product = |(code, _, _): &(&str, &str, i64)| InnovationProduct {
            product: (*code).to_owned(),
            amount: Money::from_cents(self.rng.i64(1..=most)),
        };
        let products = PRODUCTS[..count].iter().map(&mut product).collect();
        let facts = InnovationFacts {
            year: self.year.clone(),
            lot: Lot::Zin,
            agb,
            products,
            tariffs: self.tariffs(agb),
            before: self.innovations.get(&agb).map_or(Money::ZERO, |held| held.amount().unwrap()),
            motivation: String::new(),
            as_of: day.and_hms_opt(12, 0, 0).unwrap().and_utc(),
        };
        let agreed = decide::agree_innovation(&facts, &self.rules, &mut Trace::new()).unwrap();
        assert_eq!(agreed.is_some(), day <= NaiveDate::from_ymd_opt(2023, 9, 30).unwrap(), "{day}");
        match agreed {
            Some(products) if products.is_empty() => drop(self.innovations.remove(&agb)),
            Some(products) => {
                drop(self.innovations.insert(agb, AgreedInnovation { decision_id: day.to_string(), products }));
            }
            None => {}
        }
    }

    /// Simulates a round, and commits it unless the service would refuse to.
    fn round(&mut self, kind: RoundKind) {
        let choices = Choices { fund_overproduction: self.rng.bool() };
        let inputs = self.inputs(kind).with(choices);
        let outcome = decide::take(&inputs, &self.rules).unwrap().outcome;
        checks::outcome(&inputs, &outcome, &self.rules);
        checks::order_of_providers(&mut self.rng, &inputs, &outcome, &self.rules);
        if !outcome.totals.commitment.is_zero() {
            return;
        }
        let changes = decide::changes(&inputs, &outcome, &self.balances).unwrap();
        if changes.is_empty() || self.post(&changes, Against::Free) {
            self.done.push(Done { inputs, outcome });
            checks::budgets(self);
            self.step();
        }
    }

    /// Some of what may happen at any time; much of it is refused.
    fn anything(&mut self) {
        for _ in 0..self.rng.usize(..4) {
            let (one, other) = (self.provider(), self.provider());
            let zin = |account, amount| Posting { lot: Lot::Zin, account, amount };
            let room = self.balances.room(Lot::Zin).unwrap().cents();
            let amount = self.cents(room / 20);
            let less = Money::ZERO.minus(amount).unwrap();
            match self.rng.u8(..8) {
                6.. => self.innovate(),
                0 => drop(self.post(&[zin(Account::Reserve, less)], Against::Free)),
                1 => {
                    let given = if self.rng.bool() { amount } else { less };
                    self.post(&[zin(Account::Room, given)], Against::FreeOrShortage);
                }
                2 if one != other => {
                    self.post(&[zin(Account::Agreed(one), less), zin(Account::Agreed(other), amount)], Against::Free);
                }
                3 => drop(self.post(&[zin(Account::Advance(one), amount)], Against::Paid)),
                4 => drop(
                    self.post(&[zin(Account::Advance(one), less), zin(Account::Settled(one), amount)], Against::Paid),
                ),
                _ => {
                    self.post(&[zin(Account::Settled(one), amount)], Against::Paid);
                    let most = self.granted(one).cents() / 4;
                    let line =
                        Wrongful { reference: "R".to_owned(), amount: self.cents(most), credited: self.rng.bool() };
                    self.wrongful.entry(one).or_default().push(line);
                }
            }
        }
    }

    /// Both sides sign: what was paid becomes what is acceptable.
    fn settle(&mut self) {
        let Some(Done { inputs: Inputs::Reconciliation(_), outcome }) = self.done.last() else {
            panic!("a reconciliation was not committed")
        };
        for provider in outcome.providers.clone() {
            let (advance, settled) = (Account::Advance(provider.agb), Account::Settled(provider.agb));
            let minus = |account| Money::ZERO.minus(self.balances.of(Lot::Zin, account)).unwrap();
            let parts = [
                Posting { lot: Lot::Zin, account: settled, amount: provider.after.plus(minus(settled)).unwrap() },
                Posting { lot: Lot::Zin, account: advance, amount: minus(advance) },
            ];
            assert!(self.post(&parts, Against::Paid));
            assert_eq!(self.balances.of(Lot::Zin, settled), provider.after);
            assert!(self.balances.of(Lot::Zin, advance).is_zero());
        }
        checks::committed_rounds(self);
    }
}
