use std::collections::BTreeSet;

use explain::{Facts, RuleFile};
use proptest::prelude::*;

use super::*;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, number).unwrap()
}

fn claim(number: i64, client: &str, days: (u32, u32), cents: i64) -> Claim {
    Claim {
        key: LineKey { service: "homecare".to_owned(), file_id: format!("F{}", number / 3), detail_number: number },
        granted_time: DateTime::UNIX_EPOCH,
        agb: "41410001".parse().unwrap(),
        client: client.to_owned(),
        product: "1000".to_owned(),
        first_day: day(days.0),
        last_day: day(days.1),
        granted: Money::from_cents(cents),
        reference: format!("R{number}"),
        part: Part::Other,
    }
}

fn all(claims: &[Claim]) -> Vec<(i64, i64)> {
    let new = claims.iter().map(|claim| claim.key.clone()).collect();
    let pairs = doubles(claims, &new);
    pairs.iter().map(|pair| (pair.earlier.key.detail_number, pair.later.key.detail_number)).collect()
}

#[test]
fn scr_04_a_double_needs_the_same_client_product_and_a_shared_day() {
    let other = Claim { product: "1001".to_owned(), ..claim(5, "A", (1, 31), 100) };
    let claims = [
        claim(1, "A", (1, 7), 100),
        claim(2, "A", (7, 9), 100),
        claim(3, "A", (10, 10), 100),
        claim(4, "B", (1, 31), 100),
        other,
    ];
    assert_eq!(all(&claims), [(1, 2)]);
    let pair = Pair { way: Way::Double, earlier: &claims[0], later: &claims[1] };
    assert_eq!(pair.period(), (day(7), day(7)));
}

#[test]
fn scr_04_lines_without_a_client_match_nothing() {
    assert_eq!(all(&[claim(1, "", (1, 7), 100), claim(2, "", (1, 7), 100)]), []);
}

#[test]
fn scr_04_of_three_lines_each_later_one_is_held_against_each_earlier_one() {
    let claims = [claim(3, "A", (1, 2), 1), claim(1, "A", (1, 31), 1), claim(2, "A", (2, 5), 1)];
    assert_eq!(all(&claims), [(1, 2), (1, 3), (2, 3)]);
}

fn built_in(change: impl Fn(&str) -> String) -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn facts() -> DoubleFacts {
    let (earlier, later) = (claim(1, "A", (1, 7), 7_276), claim(2, "A", (7, 9), 9_000));
    DoubleFacts { office: "vgz".parse().unwrap(), way: Way::Double, earlier, later, date: day(20) }
}

#[test]
fn scr_04_the_smaller_amount_is_at_stake_and_the_steps_say_why() {
    let rules = built_in(str::to_owned);
    let (facts, mut trace) = (facts(), Trace::new());
    let double = assess(&facts, &rules, &mut trace).unwrap();
    assert_eq!(double, Double { kind: SignalKind::Exact, at_stake: Money::from_cents(7_276) });
    let explanation = trace.finish(&rules, &Facts::new(&facts, DateTime::UNIX_EPOCH));
    let texts: Vec<String> = explanation.render(&rules).unwrap().into_iter().map(|step| step.dutch).collect();
    assert_eq!(
        texts,
        [
            "Voor dezelfde cliënt is 1000 twee keer toegekend: regel R1 van zorgaanbieder 41410001 en later regel R2 \
             van zorgaanbieder 41410001.",
            "De perioden van 1 maart 2024 tot en met 7 maart 2024 en van 7 maart 2024 tot en met 9 maart 2024 \
             overlappen 1 dag(en).",
            "Toegekend is € 72,76 en € 90,00; volgens de keuze smaller staat € 72,76 ter discussie.",
            "De regels spreken de regel tegen; het signaal geldt als exact.",
        ]
    );
}

#[test]
fn scr_04_modular_care_beside_a_full_package_is_double_and_beside_part_time_stay_not() {
    let of = |number, part, product: &str, days| Claim {
        product: product.to_owned(),
        part,
        ..claim(number, "A", days, 5_000)
    };
    let package = of(1, Part::FullPackage, "Z053", (1, 20));
    let modular = of(2, Part::Modular, "H126", (20, 25));
    let later = of(3, Part::Modular, "H300", (21, 25));
    let part_time = of(4, Part::Other, "Z073", (1, 28));
    assert_eq!(all(&[package.clone(), modular.clone(), later, part_time]), [(1, 2)]);

    let rules = built_in(str::to_owned);
    let facts = DoubleFacts { way: Way::BesidePackage, earlier: package, later: modular, ..facts() };
    let mut trace = Trace::new();
    let double = assess(&facts, &rules, &mut trace).unwrap();
    assert_eq!(double, Double { kind: SignalKind::Exact, at_stake: Money::from_cents(5_000) });
    let explanation = trace.finish(&rules, &Facts::new(&facts, DateTime::UNIX_EPOCH));
    let texts: Vec<String> = explanation.render(&rules).unwrap().into_iter().map(|step| step.english).collect();
    assert_eq!(
        texts[0],
        "For the same client modular care is granted, line R2 of provider 41410001, beside a full package, line R1 of \
         provider 41410001."
    );
    assert_eq!(texts[2], "The package includes the care: the modular care of EUR 50.00 is at stake.");
}

#[test]
fn scr_04_an_office_may_read_the_amount_and_the_kind_otherwise() {
    let rules = built_in(|text| text.replace("\"smaller\" }", "\"later\" }").replace("\"exact\" }", "\"signal\" }"));
    let double = assess(&facts(), &rules, &mut Trace::new()).unwrap();
    assert_eq!(double, Double { kind: SignalKind::Signal, at_stake: Money::from_cents(9_000) });
}

/// What a file brings: lines, and credits of lines by number.
#[derive(Clone, Debug)]
enum Brought {
    Line(Claim),
    Credit(i64),
}

/// The signals that stand after files came one by one, as the service applies them.
fn incremental(files: &[Vec<Brought>]) -> BTreeSet<(i64, i64)> {
    let (mut lines, mut credited) = (Vec::<Claim>::new(), HashSet::<i64>::new());
    let mut standing = BTreeSet::new();
    for file in files {
        let mut new = HashSet::new();
        for brought in file {
            match brought {
                Brought::Line(claim) => {
                    new.insert(claim.key.clone());
                    lines.push(claim.clone());
                }
                Brought::Credit(number) => {
                    credited.insert(*number);
                }
            }
        }
        standing.retain(|(earlier, later)| !credited.contains(earlier) && !credited.contains(later));
        let on_record: Vec<Claim> =
            lines.iter().filter(|claim| !credited.contains(&claim.key.detail_number)).cloned().collect();
        for pair in doubles(&on_record, &new) {
            let raised = standing.insert((pair.earlier.key.detail_number, pair.later.key.detail_number));
            assert!(raised, "a pair is found once");
        }
    }
    standing
}

prop_compose! {
    fn lines()(
        lines in prop::collection::vec((0_usize..3, 1_u32..28, 0_u32..6, any::<bool>(), 0_i64..2), 1..40),
    ) -> Vec<Brought> {
        let mut brought = Vec::new();
        for (number, (client, first, length, credited, seconds)) in (0_i64..).zip(lines) {
            let mut line = claim(number, ["A", "B", ""][client], (first, (first + length).min(31)), 100);
            line.product = ["1000", "Z053", "H126"][(first % 3) as usize].to_owned();
            line.part = [Part::Other, Part::FullPackage, Part::Modular][(first % 3) as usize];
            line.granted_time += chrono::TimeDelta::seconds(seconds);
            brought.push(Brought::Line(line));
            if credited {
                brought.push(Brought::Credit(number));
            }
        }
        brought
    }
}

proptest! {
    /// Whatever comes in whatever order and whatever pieces: the same signals stand as when all is looked at at once.
    #[test]
    fn scr_04_incremental_equals_full(shuffled in lines().prop_shuffle(), pieces in 1_usize..10) {
        let files: Vec<Vec<Brought>> = shuffled.chunks(pieces).map(<[Brought]>::to_vec).collect();
        let credited: HashSet<i64> = shuffled
            .iter()
            .filter_map(|brought| match brought {
                Brought::Credit(number) => Some(*number),
                Brought::Line(_) => None,
            })
            .collect();
        // As anybody would write it down: every two lines, compared.
        let standing: Vec<&Claim> = shuffled
            .iter()
            .filter_map(|brought| match brought {
                Brought::Line(claim) if !credited.contains(&claim.key.detail_number) => Some(claim),
                _ => None,
            })
            .collect();
        let mut full = BTreeSet::new();
        for a in &standing {
            for b in &standing {
                let parts = [a.part, b.part];
                let together = a.product == b.product
                    || (parts.contains(&Part::FullPackage) && parts.contains(&Part::Modular));
                let same = a.client == b.client && !a.client.is_empty();
                if same && together && a.order() < b.order() && a.first_day <= b.last_day && b.first_day <= a.last_day {
                    full.insert((a.key.detail_number, b.key.detail_number));
                }
            }
        }
        prop_assert_eq!(incremental(&files), full);
    }
}
