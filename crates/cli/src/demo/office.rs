//! The office of the demo, made up from a seed: providers of every category and their clients.

use std::collections::BTreeSet;

use calendar::CareMonth;
use chrono::{Days, NaiveDate};
use contract::common::Sector;
use fastrand::Rng;

use super::day;

/// The contract room at one hundredth of VGZ's 2021 figure, in cents.
pub const ROOM_CENTS: i64 = 5_492_030_958;
/// The part of it for personal budgets.
pub const PGB_CENTS: i64 = 622_000_000;
/// How many clients the office has.
const CLIENTS: usize = 800;

/// A product with its example tariffs. The amounts are made up; they are not those of the NZa.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// The product code.
    pub code: &'static str,
    /// The name.
    pub name: &'static str,
    /// The sector.
    pub sector: Sector,
    /// The delivery form.
    pub form: &'static str,
    /// The time unit.
    pub unit: u32,
    /// The maximum in 2022 without NHC and NIC, in cents.
    pub maximum_2022: i64,
    /// The same in 2023.
    pub maximum_2023: i64,
    /// NHC, in cents.
    pub nhc: i64,
    /// NIC, in cents.
    pub nic: i64,
    /// The care profile (COD163), 0 for none.
    pub profile: u32,
    /// The function code, 0 for none.
    pub function: u32,
}

const fn stay(code: &'static str, name: &'static str, sector: Sector, maximum: [i64; 2], profile: u32) -> Product {
    let [maximum_2022, maximum_2023] = maximum;
    Product {
        code,
        name,
        sector,
        form: "verblijf",
        unit: 14,
        maximum_2022,
        maximum_2023,
        nhc: 2_310,
        nic: 412,
        profile,
        function: 0,
    }
}

const fn hour(code: &'static str, name: &'static str, sector: Sector, maximum: [i64; 2], function: u32) -> Product {
    let [maximum_2022, maximum_2023] = maximum;
    Product {
        code,
        name,
        sector,
        form: "mpt",
        unit: 4,
        maximum_2022,
        maximum_2023,
        nhc: 0,
        nic: 0,
        profile: 0,
        function,
    }
}

/// The products of the demo.
pub const PRODUCTS: [Product; 9] = [
    stay("Z043", "voorbeeld VV 4", Sector::Vv, [12_540, 13_190], 753),
    stay("Z053", "voorbeeld VV 5", Sector::Vv, [17_120, 18_020], 754),
    stay("Z073", "voorbeeld VV 7", Sector::Vv, [20_980, 22_070], 756),
    hour("H126", "voorbeeld persoonlijke verzorging, uur", Sector::Vv, [5_410, 5_690], 31),
    stay("Z433", "voorbeeld VG 3", Sector::Gz, [10_260, 10_790], 804),
    stay("Z453", "voorbeeld VG 5", Sector::Gz, [15_330, 16_130], 808),
    stay("Z473", "voorbeeld VG 7", Sector::Gz, [24_650, 25_930], 812),
    hour("H300", "voorbeeld begeleiding, uur", Sector::Gz, [5_020, 5_280], 81),
    stay("Z233", "voorbeeld GGZ-W 3", Sector::Ggz, [13_870, 14_590], 884),
];

/// What a provider is to the office (REG-02), as the demo intends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An agreement that runs through 2023.
    Running,
    /// An agreement that ends with 2022.
    Expiring,
    /// An agreement elsewhere.
    Elsewhere,
    /// No agreement anywhere.
    New,
}

/// What is wrong with a registration, to show a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Received after the deadline.
    Late,
    /// A document is missing.
    Incomplete,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    /// The citizen service number: made up, with a right check digit.
    pub bsn: String,
    /// The day of birth.
    pub born: NaiveDate,
    /// 1 male, 2 female.
    pub gender: u32,
    /// The product, an index into [`PRODUCTS`].
    pub product: usize,
    /// The first day in care.
    pub from: NaiveDate,
    /// The last day in care.
    pub until: NaiveDate,
    /// Hours a month, for products by the hour.
    pub hours: u32,
}

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// AGB code.
    pub agb: String,
    /// KvK number.
    pub kvk: String,
    /// The name.
    pub name: String,
    /// The sector.
    pub sector: Sector,
    /// What it is to the office.
    pub kind: Kind,
    /// What is wrong with its registration.
    pub flaw: Option<Flaw>,
    /// Percentage points above the guide percentage, in hundredths; zero files nothing.
    pub points: i64,
    /// Its clients.
    pub clients: Vec<Client>,
}

impl Provider {
    /// Whether it delivered care here in 2022.
    pub fn existing(&self) -> bool {
        matches!(self.kind, Kind::Running | Kind::Expiring)
    }

    /// The products of its sector.
    pub fn products(&self) -> Vec<usize> {
        products_of(self.sector)
    }
}

/// Everything the demo plays with.
#[derive(Clone, Debug)]
pub struct World {
    /// The providers, by AGB code.
    pub providers: Vec<Provider>,
    /// Clients who are claimed for by two providers at once: index of the first and second provider.
    pub doubles: Vec<(usize, usize)>,
    /// Clients of home care, by provider.
    pub home_clients: Vec<Vec<Client>>,
    /// A client of home care who comes to the second provider in October.
    pub newcomer: Client,
}

/// Kinds and flaws of the providers in order; sizes follow from the seed.
const CAST: [(Sector, usize, Kind, Option<Flaw>); 12] = [
    (Sector::Vv, 7, Kind::Running, None),
    (Sector::Vv, 3, Kind::Expiring, None),
    (Sector::Vv, 1, Kind::Elsewhere, None),
    (Sector::Vv, 1, Kind::New, None),
    (Sector::Vv, 1, Kind::New, Some(Flaw::Late)),
    (Sector::Gz, 6, Kind::Running, None),
    (Sector::Gz, 3, Kind::Expiring, None),
    (Sector::Gz, 1, Kind::New, None),
    (Sector::Gz, 1, Kind::Elsewhere, Some(Flaw::Incomplete)),
    (Sector::Ggz, 3, Kind::Running, None),
    (Sector::Ggz, 2, Kind::Expiring, None),
    (Sector::Ggz, 1, Kind::Elsewhere, None),
];

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> World {
        let mut rng = Rng::with_seed(seed);
        let mut bsns = BTreeSet::new();
        let mut providers: Vec<Provider> = Vec::new();
        for (sector, count, kind, flaw) in CAST {
            for _ in 0..count {
                providers.push(provider(&mut rng, providers.len(), sector, kind, flaw));
            }
        }
        let serving: Vec<usize> = (0..providers.len()).filter(|index| providers[*index].flaw.is_none()).collect();
        // Large and small providers: the weight of each is drawn once.
        let weights: Vec<u64> = serving.iter().map(|_| rng.u64(4..40)).collect();
        let total: u64 = weights.iter().sum();
        for (index, weight) in serving.iter().zip(&weights) {
            let share = usize::try_from(CLIENTS as u64 * weight / total).unwrap_or_default().max(3);
            // Between a tenth less and a fifth more clients in 2023 than in 2022.
            let growth = rng.i64(-10..20);
            let provider = &mut providers[*index];
            for number in 0..share {
                let client = client(&mut rng, &mut bsns, provider, number, share, growth);
                provider.clients.push(client);
            }
        }
        let doubles = plant_doubles(&mut providers, &serving);
        let home_clients =
            [26, 14, 5, 2].map(|count| (0..count).map(|_| home_client(&mut rng, &mut bsns)).collect()).to_vec();
        let newcomer = Client { from: day(2024, 10, 1), ..home_client(&mut rng, &mut bsns) };
        World { providers, doubles, home_clients, newcomer }
    }

    /// How many clients there are under the Wlz.
    pub fn clients(&self) -> usize {
        self.providers.iter().map(|provider| provider.clients.len()).sum()
    }

    /// Every citizen service number in the demo.
    pub fn bsns(&self) -> BTreeSet<&str> {
        let wlz = self.providers.iter().flat_map(|provider| &provider.clients);
        wlz.chain(self.home_clients.iter().flatten())
            .chain([&self.newcomer])
            .map(|client| client.bsn.as_str())
            .collect()
    }
}

fn products_of(sector: Sector) -> Vec<usize> {
    (0..PRODUCTS.len()).filter(|index| PRODUCTS[*index].sector == sector).collect()
}

fn provider(rng: &mut Rng, index: usize, sector: Sector, kind: Kind, flaw: Option<Flaw>) -> Provider {
    const PLACES: [&str; 10] =
        ["Waal", "Linge", "Vecht", "Dommel", "Peel", "Ooij", "Betuwe", "Reichswald", "Niers", "Gelder"];
    const WORDS: [&str; 4] = ["Zorggroep", "Stichting", "Huis aan de", "Zorgcentrum"];
    let number = index + 1;
    let name = format!("{} {} {number}", WORDS[rng.usize(..WORDS.len())], PLACES[rng.usize(..PLACES.len())]);
    // A third of the providers has something extra agreed, between 0,05 and 0,40 points.
    let points = if rng.u32(..3) == 0 { rng.i64(1..=8) * 5 } else { 0 };
    Provider {
        agb: format!("4141{number:04}"),
        kvk: format!("{:08}", 10_000_000 + 7_919 * number),
        name,
        sector,
        kind,
        flaw,
        points,
        clients: Vec::new(),
    }
}

fn client(
    rng: &mut Rng,
    bsns: &mut BTreeSet<String>,
    provider: &Provider,
    number: usize,
    share: usize,
    growth: i64,
) -> Client {
    let products = provider.products();
    // Mostly stay: the last product of most sectors is by the hour.
    let by_hour = products.iter().copied().find(|index| PRODUCTS[*index].unit == 4).filter(|_| rng.u32(..10) == 0);
    let stays: Vec<usize> = products.into_iter().filter(|index| PRODUCTS[*index].unit == 14).collect();
    let product = by_hour.unwrap_or_else(|| stays[rng.usize(..stays.len())]);
    let changing = usize::try_from(growth.unsigned_abs()).unwrap_or_default() * share / 100;
    let turn = day(2022, 9, 1) + Days::new(rng.u64(..60));
    let (from, until) = match () {
        () if !provider.existing() => (day(2023, 1, 1), day(2023, 12, 31)),
        () if number < changing && growth > 0 => (turn, day(2023, 12, 31)),
        () if number < changing => (day(2022, 1, 1), turn),
        () => (day(2022, 1, 1), day(2023, 12, 31)),
    };
    Client { product, from, until, hours: rng.u32(12..40), ..person(rng, bsns) }
}

fn home_client(rng: &mut Rng, bsns: &mut BTreeSet<String>) -> Client {
    Client { from: day(2024, 1, 1), until: day(2024, 12, 31), hours: rng.u32(8..20), ..person(rng, bsns) }
}

fn person(rng: &mut Rng, bsns: &mut BTreeSet<String>) -> Client {
    let bsn = loop {
        let bsn = bsn(rng);
        if bsns.insert(bsn.clone()) {
            break bsn;
        }
    };
    Client {
        bsn,
        born: day(1930, 1, 1) + Days::new(rng.u64(..25_000)),
        gender: rng.u32(1..=2),
        product: 0,
        from: day(2022, 1, 1),
        until: day(2022, 1, 1),
        hours: 0,
    }
}

/// A number that passes the eleven test.
fn bsn(rng: &mut Rng) -> String {
    loop {
        let digits: Vec<u32> = (0..8).map(|place| if place == 0 { rng.u32(1..=9) } else { rng.u32(..10) }).collect();
        let weighed: u32 = digits.iter().zip((2..=9).rev()).map(|(digit, weight)| digit * weight).sum();
        let check = weighed % 11;
        if check < 10 && weighed > 0 {
            return digits.iter().chain([&check]).map(ToString::to_string).collect();
        }
    }
}

/// Two clients are in full care with two providers of a sector for a while, and both claim.
fn plant_doubles(providers: &mut [Provider], serving: &[usize]) -> Vec<(usize, usize)> {
    let mut doubles = Vec::new();
    for sector in [Sector::Vv, Sector::Gz] {
        let of_sector: Vec<usize> = serving
            .iter()
            .copied()
            .filter(|index| providers[*index].sector == sector && providers[*index].existing())
            .collect();
        let (first, second) = (of_sector[0], of_sector[1]);
        let stays = |client: &&Client| {
            PRODUCTS[client.product].unit == 14 && client.from <= day(2023, 1, 1) && client.until == day(2023, 12, 31)
        };
        if let Some(client) = providers[first].clients.iter().find(stays).cloned() {
            providers[second].clients.push(Client { from: day(2023, 6, 1), until: day(2023, 6, 30), ..client });
            doubles.push((first, second));
        }
    }
    doubles
}

impl Client {
    /// The days in care in a month, first and last, or `None`.
    pub fn days_in(&self, month: CareMonth) -> Option<(NaiveDate, NaiveDate)> {
        let (first, last) = (self.from.max(month.first_day()), self.until.min(month.last_day()));
        (first <= last).then_some((first, last))
    }
}
