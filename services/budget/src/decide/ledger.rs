//! Entries of the ledger (BUD-14): what balances another, and what no entry may do.

use std::collections::BTreeMap;

use identifiers::Agb;
use money::{Money, MoneyError};

use crate::{
    domain::{Account, Lot, Posting},
    error::Error,
};

/// What is in each account; nothing in one that isn't named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances(BTreeMap<(Lot, Account), Money>);

/// What an entry takes from, or gives to, where its postings don't balance by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// What is free, and no more than there is.
    Free,
    /// What is free, and beyond it what is lacking: a room that is lowered below what was agreed leaves a shortage.
    FreeOrShortage,
    /// What was paid to the provider that each posting is of.
    Paid,
}

impl Balances {
    /// What is in an account.
    pub fn of(&self, lot: Lot, account: Account) -> Money {
        self.0.get(&(lot, account)).copied().unwrap_or(Money::ZERO)
    }

    /// Every account that was named, by lot.
    pub fn iter(&self) -> impl Iterator<Item = (Lot, Account, Money)> {
        self.0.iter().map(|((lot, account), balance)| (*lot, *account, *balance))
    }

    /// What is agreed with all providers together.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn agreed(&self, lot: Lot) -> Result<Money, MoneyError> {
        let agreed = self.iter().filter(|(of, account, _)| *of == lot && matches!(account, Account::Agreed(_)));
        Money::total(agreed.map(|(.., balance)| balance))
    }

    /// The budgets of care in kind, by provider.
    pub fn agreed_by_provider(&self) -> BTreeMap<Agb, Money> {
        let agreed = self.iter().filter_map(|(lot, account, balance)| match account {
            Account::Agreed(agb) if lot == Lot::Zin => Some((agb, balance)),
            _ => None,
        });
        agreed.collect()
    }

    /// The contract room of a lot.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn room(&self, lot: Lot) -> Result<Money, MoneyError> {
        Money::ZERO.minus(self.of(lot, Account::Room))
    }

    /// Adds to an account.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn add(&mut self, posting: &Posting) -> Result<(), MoneyError> {
        let balance = self.0.entry((posting.lot, posting.account)).or_insert(Money::ZERO);
        *balance = balance.plus(posting.amount)?;
        Ok(())
    }

    /// Leaves an account out.
    pub fn forget(&mut self, lot: Lot, account: Account) {
        self.0.remove(&(lot, account));
    }

    /// Whether every account holds the same; one that isn't named holds nothing.
    pub fn same(&self, other: &Balances) -> bool {
        let holds = |one: &Balances, other: &Balances| {
            one.iter().all(|(lot, account, balance)| other.of(lot, account) == balance)
        };
        holds(self, other) && holds(other, self)
    }

    /// Makes an entry of parts and what they are balanced against: the postings, which add up to nothing in each lot
    /// and circle. The balances are those after it.
    ///
    /// # Errors
    /// [`Error::Overdraft`] when an account would end on the wrong side, [`Error::RoomExceeded`] when more than what is
    /// free would be taken; the balances are then as they were.
    pub fn post(&mut self, parts: &[Posting], against: Against) -> Result<Vec<Posting>, Error> {
        let mut postings = merged(parts)?;
        let mut after = self.clone();
        for lot in [Lot::Zin, Lot::Pgb] {
            let in_lot = postings.iter().filter(|posting| posting.lot == lot);
            let sum = Money::total(in_lot.map(|posting| posting.amount))?;
            match against {
                Against::Paid => {}
                Against::Free | Against::FreeOrShortage => postings.extend(self.taken_from_free(lot, sum, against)?),
            }
        }
        if against == Against::Paid {
            postings.extend(paid(&postings)?);
        }
        for posting in &postings {
            after.add(posting)?;
        }
        for posting in &postings {
            let balance = after.of(posting.lot, posting.account);
            if !posting.account.side().allows(balance) {
                return Err(Error::Overdraft { account: posting.account, lot: posting.lot, balance });
            }
        }
        *self = after;
        Ok(postings)
    }

    /// Takes an amount from what is free; a negative one goes to what is lacking first.
    fn taken_from_free(&self, lot: Lot, amount: Money, against: Against) -> Result<Vec<Posting>, Error> {
        let (free, shortage) = (self.of(lot, Account::Free), self.of(lot, Account::Shortage));
        let left = free.plus(shortage)?.minus(amount)?;
        if left.is_negative() && amount > Money::ZERO && against == Against::Free {
            return Err(Error::RoomExceeded { lot, asked: amount, free });
        }
        let parts = [
            (Account::Free, left.max(Money::ZERO).minus(free)?),
            (Account::Shortage, left.min(Money::ZERO).minus(shortage)?),
        ];
        let changes = parts.into_iter().filter(|(_, amount)| !amount.is_zero());
        Ok(changes.map(|(account, amount)| Posting { lot, account, amount }).collect())
    }
}

/// Postings with at most one of each account, without those that change nothing.
fn merged(parts: &[Posting]) -> Result<Vec<Posting>, MoneyError> {
    let mut sums = Balances::default();
    for part in parts {
        sums.add(part)?;
    }
    let changes = sums.iter().filter(|(.., amount)| !amount.is_zero());
    Ok(changes.map(|(lot, account, amount)| Posting { lot, account, amount }).collect())
}

/// What was paid to the providers of these postings.
fn paid(postings: &[Posting]) -> Result<Vec<Posting>, MoneyError> {
    let mut contra = Vec::with_capacity(postings.len());
    for posting in postings {
        if let Some(agb) = posting.account.agb() {
            let amount = Money::ZERO.minus(posting.amount)?;
            contra.push(Posting { lot: posting.lot, account: Account::Paid(agb), amount });
        }
    }
    merged(&contra)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixtures::{agb, cents};

    fn part(account: Account, amount: i64) -> Posting {
        Posting { lot: Lot::Zin, account, amount: cents(amount) }
    }

    fn sums_to_nothing(postings: &[Posting]) -> bool {
        [Lot::Zin, Lot::Pgb].into_iter().all(|lot| {
            [true, false].into_iter().all(|of_room| {
                let circle = postings.iter().filter(|one| one.lot == lot && one.account.is_of_room() == of_room);
                circle.map(|posting| posting.amount.cents()).sum::<i64>() == 0
            })
        })
    }

    fn open(room: i64) -> Balances {
        let mut balances = Balances::default();
        balances.post(&[part(Account::Room, -room)], Against::FreeOrShortage).unwrap();
        balances
    }

    #[test]
    fn bud_14_the_room_is_free_until_it_is_agreed() {
        let mut balances = open(1_000);
        let postings = balances.post(&[part(Account::Agreed(agb(1)), 400)], Against::Free).unwrap();
        assert_eq!(postings, [part(Account::Agreed(agb(1)), 400), part(Account::Free, -400)]);
        assert_eq!(balances.of(Lot::Zin, Account::Free), cents(600));
        assert_eq!((balances.room(Lot::Zin).unwrap(), balances.agreed(Lot::Zin).unwrap()), (cents(1_000), cents(400)));
    }

    #[test]
    fn bud_14_what_is_free_is_never_overdrawn_and_a_refused_entry_changes_nothing() {
        let mut balances = open(1_000);
        let before = balances.clone();
        let refused = balances.post(&[part(Account::Agreed(agb(1)), 1_001)], Against::Free);
        assert!(
            matches!(refused, Err(Error::RoomExceeded { asked, free, .. }) if (asked, free) == (cents(1_001), cents(1_000)))
        );
        let refused = balances.post(&[part(Account::Agreed(agb(1)), -1)], Against::Free);
        assert!(matches!(refused, Err(Error::Overdraft { account, .. }) if account == Account::Agreed(agb(1))));
        assert_eq!(balances, before);
    }

    #[test]
    fn bud_14_a_room_lowered_below_what_was_agreed_leaves_a_shortage_that_is_filled_first() {
        let mut balances = open(1_000);
        balances.post(&[part(Account::Agreed(agb(1)), 900)], Against::Free).unwrap();
        balances.post(&[part(Account::Room, 300)], Against::FreeOrShortage).unwrap();
        let state =
            |balances: &Balances| [Account::Free, Account::Shortage].map(|one| balances.of(Lot::Zin, one).cents());
        assert_eq!(state(&balances), [0, -200]);
        assert!(matches!(
            balances.post(&[part(Account::Agreed(agb(2)), 1)], Against::Free),
            Err(Error::RoomExceeded { .. })
        ));
        // Less agreed is always possible.
        balances.post(&[part(Account::Agreed(agb(1)), -150)], Against::Free).unwrap();
        assert_eq!(state(&balances), [0, -50]);
        balances.post(&[part(Account::Room, -60)], Against::FreeOrShortage).unwrap();
        assert_eq!(state(&balances), [10, 0]);
    }

    #[test]
    fn bud_14_from_one_provider_to_another_nothing_free_is_touched() {
        let mut balances = open(1_000);
        balances.post(&[part(Account::Agreed(agb(1)), 1_000)], Against::Free).unwrap();
        let moved = [part(Account::Agreed(agb(1)), -10), part(Account::Agreed(agb(2)), 10)];
        assert_eq!(balances.post(&moved, Against::Free).unwrap(), moved);
    }

    #[test]
    fn bud_12_an_advance_is_paid_and_settled() {
        let mut balances = Balances::default();
        let advance = balances.post(&[part(Account::Advance(agb(1)), 500)], Against::Paid).unwrap();
        assert_eq!(advance, [part(Account::Advance(agb(1)), 500), part(Account::Paid(agb(1)), -500)]);
        let settled = [part(Account::Advance(agb(1)), -200), part(Account::Settled(agb(1)), 200)];
        assert_eq!(balances.post(&settled, Against::Paid).unwrap(), settled);
        let too_much = [part(Account::Advance(agb(1)), -301), part(Account::Settled(agb(1)), 301)];
        assert!(matches!(balances.post(&too_much, Against::Paid), Err(Error::Overdraft { .. })));
    }

    fn parts() -> impl Strategy<Value = (Vec<Posting>, Against)> {
        let account = prop_oneof![
            Just(Account::Room),
            Just(Account::Reserve),
            (1..4u32).prop_map(|number| Account::Agreed(agb(number))),
        ];
        let lot = prop_oneof![Just(Lot::Zin), Just(Lot::Pgb)];
        let of_room = (lot.clone(), account, -1_000..1_000i64).prop_map(|(lot, account, amount)| Posting {
            lot,
            account,
            amount: cents(amount),
        });
        let account = (1..4u32, any::<bool>()).prop_map(|(number, advance)| match advance {
            true => Account::Advance(agb(number)),
            false => Account::Settled(agb(number)),
        });
        let of_payment = (lot, account, -1_000..1_000i64).prop_map(|(lot, account, amount)| Posting {
            lot,
            account,
            amount: cents(amount),
        });
        prop_oneof![
            (prop::collection::vec(of_room, 1..4), any::<bool>())
                .prop_map(|(parts, short)| { (parts, if short { Against::FreeOrShortage } else { Against::Free }) }),
            prop::collection::vec(of_payment, 1..4).prop_map(|parts| (parts, Against::Paid)),
        ]
    }

    proptest! {
        #[test]
        fn bud_14_every_entry_balances_and_no_account_ends_on_the_wrong_side(
            entries in prop::collection::vec(parts(), 1..30),
        ) {
            let mut balances = Balances::default();
            for (parts, against) in entries {
                let before = balances.clone();
                match balances.post(&parts, against) {
                    Ok(postings) => {
                        prop_assert!(sums_to_nothing(&postings));
                        let mut again = before;
                        postings.iter().for_each(|posting| again.add(posting).unwrap());
                        prop_assert_eq!(&again, &balances);
                    }
                    Err(_) => prop_assert_eq!(&before, &balances),
                }
                for (lot, account, balance) in balances.iter() {
                    prop_assert!(account.side().allows(balance), "{} {}", account, balance);
                    let both = balances.of(lot, Account::Free) > Money::ZERO && balances.of(lot, Account::Shortage) < Money::ZERO;
                    prop_assert!(!both);
                }
            }
        }
    }
}
