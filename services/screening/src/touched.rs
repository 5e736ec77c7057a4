//! What is to be evaluated before a transaction ends.
//!
//! It is kept in memory, of which a client takes less than a hundred bytes and an office has a hundred thousand. Rows that
//! are written and deleted again in each transaction leave PostgreSQL with as many dead ones to go through in the next: those
//! of the tables `touched_client` and `touched_month` took a third of the time. The tables are still there for a version that
//! runs beside this one.

use std::collections::{BTreeMap, BTreeSet};

use calendar::CareMonth;
use chrono::NaiveDate;
use identifiers::Agb;

/// The first and the last of the days on which lines began that came or went; none when all of a client is looked at.
pub type Days = Option<(NaiveDate, NaiveDate)>;

/// Clients and months of providers that are to be evaluated.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    clients: BTreeMap<String, Days>,
    months: BTreeSet<(Agb, NaiveDate)>,
}

impl Touched {
    /// Notes a client, with the day on which a line began that came or went; without one, all of the client. Nobody knows
    /// who a client without pseudonym is.
    pub fn client(&mut self, client: &str, day: Option<NaiveDate>) {
        let day = day.map(|day| (day, day));
        match self.clients.get_mut(client) {
            Some(days) => {
                *days = days.zip(day).map(|((first, last), (day, _))| (first.min(day), last.max(day)));
            }
            None if client.is_empty() => {}
            None => {
                self.clients.insert(client.to_owned(), day);
            }
        }
    }

    /// Notes the month of a provider that a day is in.
    pub fn month(&mut self, agb: Agb, day: NaiveDate) {
        self.months.insert((agb, CareMonth::of(day).first_day()));
    }

    /// The clients in order, and the months in order.
    pub fn into_parts(self) -> (impl Iterator<Item = (String, Days)>, impl Iterator<Item = (Agb, NaiveDate)>) {
        (self.clients.into_iter(), self.months.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 3, day).unwrap()
    }

    #[test]
    fn days_of_a_client_are_put_together_and_all_of_it_is_more() {
        let mut touched = Touched::default();
        for (client, on) in [("b", Some(4)), ("a", Some(7)), ("b", Some(2)), ("b", Some(3)), ("", Some(1)), ("c", None)]
        {
            touched.client(client, on.map(day));
        }
        touched.client("c", Some(day(1)));
        touched.client("a", None);
        let agb: Agb = "41410001".parse().unwrap();
        touched.month(agb, day(2));
        touched.month(agb, day(31));
        let (clients, months) = touched.into_parts();
        let expected = [("a", None), ("b", Some((day(2), day(4)))), ("c", None)];
        assert_eq!(clients.collect::<Vec<_>>(), expected.map(|(client, days)| (client.to_owned(), days)));
        assert_eq!(months.collect::<Vec<_>>(), [(agb, day(1))]);
    }
}
