//! [`Clients`]: one client per person, whatever keys the pseudonyms were made with.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

/// Which pseudonyms are the same client's, as far as a page of lines needs it.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    leads_to: HashMap<String, String>,
    led_to_by: HashMap<String, Vec<String>>,
}

/// Two clients that turned out to be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The client that is no longer told apart.
    pub joining: String,
    /// The client that it is.
    pub client: String,
    /// All pseudonyms of the one that is no longer told apart.
    pub pseudonyms: BTreeSet<String>,
}

impl Clients {
    /// Takes in that a pseudonym is another's.
    pub fn add(&mut self, pseudonym: &str, client: &str) {
        if self.leads_to.insert(pseudonym.to_owned(), client.to_owned()).is_none() {
            self.led_to_by.entry(client.to_owned()).or_default().push(pseudonym.to_owned());
        }
    }

    /// The client of a pseudonym.
    pub fn of<'a>(&'a self, pseudonym: &'a str) -> &'a str {
        let mut client = pseudonym;
        while let Some(next) = self.leads_to.get(client) {
            client = next;
        }
        client
    }

    /// All pseudonyms of a client.
    pub fn pseudonyms(&self, client: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut left = vec![client];
        while let Some(pseudonym) = left.pop() {
            if all.insert(pseudonym.to_owned()) {
                left.extend(self.led_to_by.get(pseudonym).into_iter().flatten().map(String::as_str));
            }
        }
        all
    }

    /// Takes in that all these pseudonyms are one client's: the one that was known first stays, so that whoever knows
    /// it finds it again.
    pub fn join(&mut self, pseudonyms: &[&str], first_known: &HashMap<String, DateTime<Utc>>) -> Vec<Join> {
        let clients: BTreeSet<String> = pseudonyms.iter().map(|pseudonym| self.of(pseudonym).to_owned()).collect();
        let known_since = |client: &String| {
            let since = self.pseudonyms(client).iter().filter_map(|one| first_known.get(one)).min().copied();
            // The current pseudonym is the one that will go next.
            let is_current = pseudonyms.first().is_some_and(|current| *current == client.as_str());
            (since.is_none(), since, is_current)
        };
        let Some(stays) = clients.iter().min_by_key(|client| known_since(client)).cloned() else { return Vec::new() };
        let joining = clients.into_iter().filter(|client| *client != stays);
        joining
            .map(|joining| {
                let pseudonyms = self.pseudonyms(&joining);
                self.add(&joining, &stays);
                Join { joining, client: stays.clone(), pseudonyms }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn the_client_that_was_known_first_stays() {
        let mut clients = Clients::default();
        let known = HashMap::from([("b".to_owned(), at(2)), ("a".to_owned(), at(9))]);
        let joins = clients.join(&["c", "b", "a"], &known);
        let told: Vec<_> = joins.iter().map(|join| (join.joining.as_str(), join.client.as_str())).collect();
        assert_eq!(told, [("a", "b"), ("c", "b")]);
        assert!(["a", "b", "c"].iter().all(|one| clients.of(one) == "b"));
        // What is known is not joined again, and a third key leads to the same client.
        assert!(clients.join(&["c", "b"], &known).is_empty());
        clients.join(&["d", "c"], &HashMap::new());
        assert_eq!(clients.of("d"), "b");
        assert_eq!(clients.pseudonyms("b").len(), 4);
    }

    #[test]
    fn clients_of_two_pseudonyms_each_become_one() {
        let mut clients = Clients::default();
        clients.join(&["b", "a"], &HashMap::new());
        clients.join(&["d", "c"], &HashMap::new());
        assert_eq!((clients.of("b"), clients.of("d"), clients.of("x")), ("a", "c", "x"));
        let joins = clients.join(&["d", "b"], &HashMap::new());
        assert_eq!((joins[0].joining.as_str(), joins[0].pseudonyms.len()), ("c", 2));
        assert!(["a", "b", "c", "d"].iter().all(|one| clients.of(one) == "a"));
    }
}
