//! The guide percentage beside brute force.

use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::{decide::fixture::built_in, replay::replay};

fn cents(amount: i64) -> Option<Money> {
    Some(Money::from_cents(amount))
}

fn percent(text: &str) -> Percentage {
    Percentage(text.parse().unwrap())
}

/// Accounts of which all revenue is under the Wlz, with nothing for NHC and NIC.
fn account(number: u32, revenue: i64, result: i64) -> Account {
    Account {
        agb: format!("41{number:06}").parse().unwrap(),
        sector: Sector::Gz,
        total_revenue: cents(revenue),
        wlz_revenue: cents(revenue),
        nhc_nic: cents(0),
        result: cents(result),
        in_force: None,
    }
}

fn facts(in_force: &str, accounts: Vec<Account>) -> GuideFacts {
    GuideFacts {
        office: "vgz".parse().unwrap(),
        sector: None,
        year: 2022,
        accounts_year: 2019,
        in_force: percent(in_force),
        accounts,
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn derived(facts: &GuideFacts) -> Guide {
    derive_guide(facts, built_in(), &mut Trace::new()).unwrap()
}

/// The result a provider would have had at a percentage of so many hundredths, in units too small to round: its revenue
/// without NHC and NIC moves with the percentage, its costs stay.
fn is_neutral(account: &Account, in_force: Percentage, hundredths: i64) -> bool {
    let revenue = i128::from(account.wlz_revenue.unwrap().cents() - account.nhc_nic.unwrap().cents());
    let costs = revenue - i128::from(account.result.unwrap().cents());
    let in_force = account.in_force.unwrap_or(in_force).0;
    // revenue x q / p >= costs, with q in hundredths and p of any scale
    revenue * i128::from(hundredths) * 10_i128.pow(in_force.scale()) >= costs * 100 * in_force.mantissa()
}

/// The lowest of all percentages of two decimals at which at least three quarters are neutral or positive.
fn by_brute_force(facts: &GuideFacts) -> Option<Percentage> {
    let counts = |account: &&Account| {
        let (total, wlz) = (account.total_revenue.unwrap().cents(), account.wlz_revenue.unwrap().cents());
        i128::from(wlz) * 100 > i128::from(total) * 60 && wlz > account.nhc_nic.unwrap().cents()
    };
    let providers: Vec<&Account> = facts.accounts.iter().filter(counts).collect();
    let enough = |hundredths: &i64| {
        let neutral = providers.iter().filter(|account| is_neutral(account, facts.in_force, *hundredths)).count();
        neutral * 4 >= providers.len() * 3
    };
    (!providers.is_empty()).then(|| (0..=20_000).find(enough).map(|found| Percentage(Decimal::new(found, 2)))).flatten()
}

/// Forty providers with results between -6% and +6%, some with NHC and NIC, some with revenue elsewhere, some with a
/// percentage of their own.
fn forty() -> GuideFacts {
    let one = |number: u32| {
        let spread = i64::from(number) * 7_919 % 1_201 - 600;
        let revenue = 800_000_000 + i64::from(number) * 13_577_311;
        let nhc_nic = revenue / 10 * i64::from(number % 3) / 2;
        Account {
            total_revenue: cents(revenue + revenue / 100 * i64::from(number % 5) * 16),
            nhc_nic: cents(nhc_nic),
            in_force: number.is_multiple_of(7).then(|| percent("94.35")),
            ..account(number, revenue, (revenue - nhc_nic) / 10_000 * spread)
        }
    };
    facts("96.5", (1..=40).map(one).collect())
}

#[test]
fn tar_13_forty_providers_as_by_brute_force() {
    let (facts, guide) = (forty(), derived(&forty()));
    assert_eq!(guide.percentage, by_brute_force(&facts));
    assert_eq!(guide.percentage, Some(percent("98.32")));
    // With 64% more elsewhere exactly 60.97% is under the Wlz: all forty count.
    assert_eq!((guide.providers.len(), guide.left_out.len(), guide.needed), (40, 0, 30));
    let answer = guide.percentage.unwrap();
    let at = guide.around.iter().position(|neutral| neutral.percentage == answer).unwrap();
    assert!(guide.around[at].providers >= 30 && guide.around[at - 1].providers < 30);
    assert_eq!(guide.around.len(), 21);
    assert_eq!(guide.quantiles.iter().find(|(share, _)| *share == percent("75")).unwrap().1, answer);
}

#[test]
fn tar_13_exactly_three_quarters_is_enough() {
    // Break-even at 98, 99, 100 and 101 of 100 in force; three of four is exactly 75%.
    let accounts = [2_000, 1_000, 0, -1_000].into_iter().zip(1..).map(|(result, n)| account(n, 100_000, result));
    let guide = derived(&facts("100", accounts.clone().collect()));
    assert_eq!((guide.needed, guide.percentage), (3, Some(percent("100.00"))));
    let five: Vec<Account> = accounts.chain([account(5, 100_000, -2_000)]).collect();
    let guide = derived(&facts("100", five));
    assert_eq!((guide.needed, guide.percentage), (4, Some(percent("101.00"))));
}

#[test]
fn tar_13_is_rounded_up_and_never_a_hair_too_far() {
    let at = |revenue, result, in_force: &str| derived(&facts(in_force, vec![account(1, revenue, result)])).percentage;
    // 95.8 x (1 - 1/3) = 63.8666...
    assert_eq!(at(3, 1, "95.8"), Some(percent("63.87")));
    // Exactly on a hundredth it stays there, one cent less of result is one more.
    assert_eq!(at(1_000_000_000_000, 0, "95.80"), Some(percent("95.80")));
    assert_eq!(at(1_000_000_000_000, -1, "95.80"), Some(percent("95.81")));
    // Losses larger than revenue, and results larger than revenue: never below zero.
    assert_eq!(at(100, -300, "50"), Some(percent("200.00")));
    assert_eq!(at(100, 300, "50"), Some(percent("0.00")));
    // Below zero too, up is towards zero: 100 x (1 - 4/3) = -33.333...
    let guide = derived(&facts("100", vec![account(1, 3, 4)]));
    assert_eq!((guide.providers[0].break_even, guide.percentage), (percent("-33.33"), Some(percent("0.00"))));
    let huge = account(1, i64::MAX, i64::MIN);
    assert_eq!(derived(&facts("100", vec![huge])).percentage, Some(percent("200.01")));
}

#[test]
fn tar_13_who_is_left_out_and_why() {
    let accounts = vec![
        Account { result: None, ..account(1, 100, 0) },
        Account { nhc_nic: cents(100), ..account(2, 100, 0) },
        Account { nhc_nic: cents(101), ..account(3, 100, 0) },
        account(4, 0, 0),
        // 60% is not more than 60%, a cent more of it is.
        Account { total_revenue: cents(100_000), ..account(5, 60_000, 0) },
        Account { total_revenue: cents(100_000), ..account(6, 60_001, 0) },
    ];
    let guide = derived(&facts("96", accounts.clone()));
    let reasons: Vec<LeftOutReason> = guide.left_out.iter().map(|left_out| left_out.reason).collect();
    use LeftOutReason::{NoRevenue, NotStated, ShareTooLow};
    assert_eq!(reasons, [NotStated, NoRevenue, NoRevenue, NoRevenue, ShareTooLow]);
    assert_eq!(guide.percentage, Some(percent("96.00")));
    assert_eq!(guide.providers[0].wlz_share, percent("60.00"));

    let nobody = derived(&facts("96", accounts[..5].to_vec()));
    assert_eq!((nobody.percentage, nobody.needed), (None, 0));
    assert!(nobody.quantiles.is_empty() && nobody.around.is_empty() && nobody.left_out.len() == 5);
}

#[test]
fn tar_13_is_explained_in_both_languages() {
    let rules = built_in();
    let told = |facts: &GuideFacts| {
        let mut trace = Trace::new();
        derive_guide(facts, rules, &mut trace).unwrap();
        trace.finish(rules, &Facts::new(facts, facts.as_of))
    };
    let three = (1..=3).map(|number| account(number, 100_000_000, i64::from(number) * 500_000 - 1_000_000));
    let own = Account { in_force: Some(percent("95.1")), ..account(4, 100_000_000, 1_234_567) };
    let explanation = told(&facts("96.5", three.chain([own]).collect()));
    insta::assert_snapshot!("tar_13_guide_nl", explanation.to_text(rules, Language::Dutch).unwrap());
    insta::assert_snapshot!("tar_13_guide_en", explanation.to_text(rules, Language::English).unwrap());
    let nobody = told(&facts("96.5", Vec::new()));
    insta::assert_snapshot!("tar_13_nobody_nl", nobody.to_text(rules, Language::Dutch).unwrap());
}

prop_compose! {
    fn any_account(number: u32)(
        revenue in 1..2_000_000_i64,
        elsewhere in 0..200_i64,
        nhc_nic in 0..120_i64,
        result in -60..60_i64,
        own in prop::option::of((1..1_000_000_i64, 0..=4_u32)),
    ) -> Account {
        Account {
            total_revenue: cents(revenue + revenue * elsewhere / 100),
            nhc_nic: cents(revenue * nhc_nic / 100),
            in_force: own.map(|(number, scale)| Percentage(Decimal::new(number.min(10_i64.pow(scale + 2)), scale))),
            ..account(number, revenue, (revenue - revenue * nhc_nic / 100) * result / 100 + i64::from(number % 2))
        }
    }
}

fn any_facts() -> impl Strategy<Value = GuideFacts> {
    let accounts = prop::collection::vec(any_account(1), 0..24).prop_map(|accounts| {
        let numbered =
            |(account, number): (Account, u32)| Account { agb: format!("41{number:06}").parse().unwrap(), ..account };
        accounts.into_iter().zip(1..).map(numbered).collect()
    });
    (accounts, 1..=1_000_000_i64).prop_map(|(accounts, in_force)| GuideFacts {
        in_force: Percentage(Decimal::new(in_force, 4)),
        ..facts("1", accounts)
    })
}

proptest! {
    #[test]
    fn tar_13_as_by_brute_force(facts in any_facts()) {
        prop_assert_eq!(derived(&facts).percentage, by_brute_force(&facts));
    }

    #[test]
    fn tar_13_the_distribution_holds_together(facts in any_facts()) {
        let guide = derived(&facts);
        prop_assert_eq!(guide.providers.len() + guide.left_out.len(), facts.accounts.len());
        prop_assert!(guide.quantiles.is_sorted_by_key(|(_, at)| *at));
        prop_assert!(guide.providers.is_sorted_by_key(|one| one.break_even));
        for neutral in &guide.around {
            let count = guide.providers.iter().filter(|one| one.break_even <= neutral.percentage).count();
            prop_assert_eq!(neutral.providers, count);
            prop_assert_eq!(neutral.percentage >= guide.percentage.unwrap(), count >= guide.needed);
        }
    }

    #[test]
    fn tar_13_a_derivation_is_taken_again_to_the_byte(facts in any_facts(), micros in 0..2_000_000_000_000_000_i64) {
        let facts = GuideFacts { as_of: DateTime::from_timestamp_micros(micros).unwrap(), ..facts };
        let (rules, mut trace) = (built_in(), Trace::new());
        derive_guide(&facts, rules, &mut trace).unwrap();
        let kept = Facts::new(&facts, facts.as_of);
        let explanation = trace.finish(rules, &kept).to_bytes();
        prop_assert_eq!(replay("guide_percentage", kept.json(), &rules.archive()).unwrap(), explanation);
    }
}
