//! What must hold after every step of a year.

use std::collections::BTreeMap;

use budget::{
    decide::{self, Balances, Inputs},
    domain::{Account, Lot, RoundKind, RoundOutcome, RoundProvider},
};
use explain::Rules;
use fastrand::Rng;
use identifiers::Agb;
use money::Money;

use crate::office::Office;

/// Every entry balances, no account is on the wrong side, and the balances are the sums of all entries.
pub fn ledger(office: &Office) {
    let mut sums = Balances::default();
    for entry in &office.entries {
        for lot in [Lot::Zin, Lot::Pgb] {
            for of_room in [true, false] {
                let circle = entry.iter().filter(|one| one.lot == lot && one.account.is_of_room() == of_room);
                assert_eq!(circle.map(|one| one.amount.cents()).sum::<i64>(), 0, "an entry that does not balance");
            }
        }
        entry.iter().for_each(|posting| sums.add(posting).unwrap());
    }
    assert!(sums.same(&office.balances), "balances that are not the sums of their entries");
    for (lot, account, balance) in office.balances.iter() {
        assert!(account.side().allows(balance), "{account} of {} holds {balance}", lot.as_str());
    }
    for lot in [Lot::Zin, Lot::Pgb] {
        let of = |account| office.balances.of(lot, account);
        let parts =
            [of(Account::Reserve), of(Account::Free), of(Account::Shortage), office.balances.agreed(lot).unwrap()];
        assert_eq!(Money::total(parts).unwrap(), office.balances.room(lot).unwrap(), "the room is not conserved");
        assert!(of(Account::Free).is_zero() || of(Account::Shortage).is_zero(), "free and lacking at once");
    }
}

/// What holds for any outcome of a round.
pub fn outcome(inputs: &Inputs, outcome: &RoundOutcome, rules: &Rules) {
    let again = decide::take(inputs, rules).unwrap().outcome;
    assert_eq!(again, *outcome, "another outcome from the same inputs");
    let sum = |of: fn(&RoundProvider) -> Money| outcome.providers.iter().map(|one| of(one).cents()).sum::<i64>();
    let totals = &outcome.totals;
    assert_eq!((sum(|one| one.before), sum(|one| one.asked)), (totals.before.cents(), totals.asked.cents()));
    assert_eq!((sum(|one| one.after), sum(|one| one.unfunded)), (totals.after.cents(), totals.unfunded.cents()));
    for provider in &outcome.providers {
        let products: i64 = provider.products.iter().map(|one| one.amount.cents()).sum();
        match inputs.kind() {
            RoundKind::BaseProduction => assert!(products == 0 || provider.after.cents() * 100 <= products * 98),
            RoundKind::Reallocation => assert!(products == provider.after.cents() || products == 0),
            RoundKind::Click | RoundKind::Reconciliation => assert_eq!(products, 0),
        }
    }
    innovations(inputs, outcome);
    match inputs.kind() {
        RoundKind::Click | RoundKind::Reallocation => allocation(outcome),
        RoundKind::Reconciliation => reconciliation(outcome),
        RoundKind::BaseProduction => assert!(totals.after.cents() <= totals.available.cents()),
    }
}

/// What was agreed on innovation is asked in the reallocation beside the forecast, and is all that is new in it.
fn innovations(inputs: &Inputs, outcome: &RoundOutcome) {
    let Inputs::Allocation(facts) = inputs else { return };
    for (contender, one) in facts.contenders.iter().zip(&outcome.providers) {
        let agreed = contender.innovation.as_ref().map_or(Money::ZERO, |agreed| agreed.amount().unwrap());
        assert_eq!(one.innovation, agreed);
        match facts.round {
            RoundKind::Reallocation if contender.is_new => assert!(one.after <= agreed, "{} is new", one.agb),
            RoundKind::Reallocation => assert!(agreed <= one.asked),
            _ => assert!(agreed.is_zero(), "an agreement on innovation in another round"),
        }
    }
}

fn allocation(outcome: &RoundOutcome) {
    let totals = &outcome.totals;
    let kept = totals.available.cents() + totals.commitment.cents() - totals.left.cents();
    assert_eq!(totals.after.cents(), kept, "what is available is not divided");
    let exceeded = totals.asked > totals.available;
    let mut granted = 0;
    for one in &outcome.providers {
        let (low, high) = (one.before.min(one.asked), one.before.max(one.asked));
        assert!(low <= one.after && one.after <= high, "{} ends at {}", one.agb, one.after);
        granted += (one.after.cents() - one.before.cents()).max(0);
        if exceeded && one.asked < one.before {
            assert_eq!(one.after, one.asked, "an under-producer that does not go down in an exceeded round");
        }
    }
    assert_eq!(granted, totals.granted.cents(), "grants that don't add up");
}

fn reconciliation(outcome: &RoundOutcome) {
    for one in &outcome.providers {
        let settlement = one.settlement.unwrap();
        assert!(one.after <= one.before && !one.after.is_negative());
        assert_eq!(settlement.net_paid.plus(settlement.settlement).unwrap(), one.after);
    }
}

/// Whoever stands first in the inputs gets nothing more for it.
pub fn order_of_providers(rng: &mut Rng, inputs: &Inputs, outcome: &RoundOutcome, rules: &Rules) {
    let mut turned = inputs.clone();
    match &mut turned {
        Inputs::BaseProduction(facts) => rng.shuffle(&mut facts.providers),
        Inputs::Allocation(facts) => rng.shuffle(&mut facts.contenders),
        Inputs::Reconciliation(facts) => rng.shuffle(&mut facts.providers),
    }
    let by_agb = |outcome: &RoundOutcome| -> BTreeMap<Agb, RoundProvider> {
        outcome.providers.iter().map(|one| (one.agb, one.clone())).collect()
    };
    let other = decide::take(&turned, rules).unwrap().outcome;
    assert_eq!(by_agb(&other), by_agb(outcome), "the order of the providers matters");
}

/// After a round the budgets in the ledger are those of its outcome.
pub fn budgets(office: &Office) {
    let Some(done) = office.done.last() else { return };
    if done.inputs.kind() == RoundKind::Reconciliation {
        return;
    }
    for provider in &done.outcome.providers {
        assert_eq!(office.balances.of(Lot::Zin, Account::Agreed(provider.agb)), provider.after);
    }
}

/// Whatever came in since, each committed round computes again to what is on record.
pub fn committed_rounds(office: &Office) {
    for done in &office.done {
        assert_eq!(
            decide::take(&done.inputs, &office.rules).unwrap().outcome,
            done.outcome,
            "a replay comes out otherwise"
        );
    }
}
