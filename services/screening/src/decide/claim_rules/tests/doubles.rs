use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;

use super::*;

#[test]
fn scr_04_a_double_needs_the_same_product_and_a_shared_day() {
    let rules = set(&[]);
    let lines = [
        line(1, "1000", "2024-03-01", "2024-03-07"),
        line(2, "1000", "2024-03-07", "2024-03-09"),
        line(3, "1000", "2024-03-10", "2024-03-10"),
        line(5, "1001", "2024-03-01", "2024-03-31"),
    ];
    assert_eq!(told(&rules, &lines, &[]), one("double", "R1 R2", "2024-03-07 2024-03-07", 3_000));
    let nobody = ClientHistory { client: String::new(), ..history(&lines, &[]) };
    assert!(of_client(&nobody, &rules).is_empty());
}

#[test]
fn scr_04_of_three_lines_each_later_one_is_held_against_each_earlier_one() {
    let of = |number, first, last| line(number, "1000", first, last);
    let lines =
        [of(3, "2024-03-01", "2024-03-02"), of(1, "2024-03-01", "2024-03-31"), of(2, "2024-03-02", "2024-03-05")];
    let pairs: Vec<String> = told(&set(&[]), &lines, &[]).into_iter().map(|told| told.1).collect();
    assert_eq!(pairs, ["R1 R2", "R1 R3", "R2 R3"]);
}

#[test]
fn scr_04_modular_care_beside_a_full_package_is_double_and_beside_part_time_stay_not() {
    let full = package(1, "Z053", "2024-03-01", "2024-03-20");
    let part_time = Claim { quantity: 3, ..package(4, "Z073", "2024-03-01", "2024-03-28") };
    let lines = [
        full,
        modular(2, "H126", "2024-03-20", "2024-03-25"),
        modular(3, "H300", "2024-03-21", "2024-03-25"),
        part_time,
    ];
    assert_eq!(told(&set(&[]), &lines, &[]), one("beside_package", "R1 R2", "2024-03-20 2024-03-20", 6_000));
}

#[test]
fn scr_04_an_office_may_read_the_amount_and_the_kind_otherwise_and_turn_a_rule_off() {
    let change = |from: &str, to: &str| {
        let text = |text: &str| text.replace(from, to);
        let files = rules::FILES.iter().map(|(name, old)| RuleFile { name: (*name).into(), text: text(old) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    };
    let lines = [line(1, "1000", "2024-03-01", "2024-03-01"), line(2, "1000", "2024-03-01", "2024-03-09")];
    assert_eq!(told(&change("\"smaller\" }", "\"later\" }"), &lines, &[])[0].3, 9_000);
    let signal = found(&change("\"exact\" }", "\"signal\" }"), &lines, &[]);
    assert_eq!(signal[0].kind, crate::domain::SignalKind::Signal);
    assert_eq!(told(&change("\"live\" }", "\"off\" }"), &lines, &[]), []);
}

/// What a file brings: a line of a client, a credit of a line by number, or a fact.
#[derive(Clone, Debug)]
enum Brought {
    Line(usize, Claim),
    Credit(usize, i64),
    Fact(usize, Statement),
}

/// What a client is known by: key and what the finding says.
type Standing = BTreeMap<usize, BTreeSet<(String, String)>>;

#[derive(Default)]
struct World {
    lines: Vec<(usize, Claim)>,
    credited: HashSet<i64>,
    facts: Vec<(usize, Statement)>,
}

impl World {
    fn take(&mut self, brought: &Brought) -> usize {
        match brought {
            Brought::Line(client, line) => {
                self.lines.push((*client, line.clone()));
                *client
            }
            Brought::Credit(client, number) => {
                self.credited.insert(*number);
                *client
            }
            Brought::Fact(client, fact) => {
                self.facts.push((*client, fact.clone()));
                *client
            }
        }
    }

    fn of(&self, rules: &Rules, client: usize) -> BTreeSet<(String, String)> {
        let own = self
            .lines
            .iter()
            .filter(|(whose, line)| *whose == client && !self.credited.contains(&line.key.detail_number));
        let lines: Vec<Claim> = own.map(|(_, line)| line.clone()).collect();
        let facts: Vec<Statement> =
            self.facts.iter().filter(|(whose, _)| *whose == client).map(|(_, fact)| fact.clone()).collect();
        let found = of_client(&history(&lines, &facts), rules);
        let keys: BTreeSet<(String, String)> = found.iter().map(|finding| (finding.key(), finding.digest())).collect();
        assert_eq!(keys.len(), found.len(), "a finding is found once");
        keys
    }
}

prop_compose! {
    fn brought()(
        things in prop::collection::vec((0_usize..3, 1_u32..28, 0_u32..6, any::<bool>(), 0_u8..6), 1..40),
    ) -> Vec<Brought> {
        let mut brought = Vec::new();
        for (number, (client, first, length, credited, what)) in (0_i64..).zip(things) {
            let first_day = NaiveDate::from_ymd_opt(2024, 3, first).unwrap();
            let days = (first_day.to_string(), (first_day + chrono::TimeDelta::days(length.into())).to_string());
            let made = match what {
                0 => package(number, "Z053", &days.0, &days.1),
                1 => modular(number, "H126", &days.0, &days.1),
                2 => line(number, "H335", &days.0, &days.1),
                3 => home(number, if credited { "41410001" } else { "41410002" }, &days.0, &days.1),
                4 => {
                    brought.push(Brought::Fact(client, fact(FactKind::Deceased, "", &days.0, &days.0)));
                    continue;
                }
                _ => {
                    let missing = fact(FactKind::DocumentMissing, "gp_request", &days.0, &days.1);
                    brought.push(Brought::Fact(client, missing));
                    continue;
                }
            };
            brought.push(Brought::Line(client, made));
            if credited {
                brought.push(Brought::Credit(client, number));
            }
        }
        // Of two deaths the later statement would count; here each client dies once.
        let mut dead = HashSet::new();
        brought.retain(|one| match one {
            Brought::Fact(client, fact) if fact.kind == FactKind::Deceased => dead.insert(*client),
            _ => true,
        });
        brought
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever comes in whatever order and whatever pieces: when whom a piece touched is looked at, the same stands as
    /// when all are looked at at the end.
    #[test]
    fn scr_04_incremental_equals_full(shuffled in brought().prop_shuffle(), pieces in 1_usize..10) {
        let rules = set(&[]);
        let (mut world, mut standing) = (World::default(), Standing::new());
        for piece in shuffled.chunks(pieces) {
            let touched: BTreeSet<usize> = piece.iter().map(|brought| world.take(brought)).collect();
            for client in touched {
                standing.insert(client, world.of(&rules, client));
            }
        }
        let mut sorted = World::default();
        for client in 0..3 {
            for brought in &shuffled {
                sorted.take(brought);
            }
            sorted.lines.sort_by_key(|(_, line)| line.key.detail_number);
            sorted.facts.sort_by(|a, b| a.1.cmp(&b.1));
            prop_assert_eq!(standing.remove(&client).unwrap_or_default(), sorted.of(&rules, client));
            sorted = World::default();
        }
    }
}
