//! The labelled year, screened: no planted case of an exact rule is missed, and no line is flagged with which nothing is
//! the matter.
#![cfg(test)]

use std::{collections::BTreeSet, sync::Arc};

use labelled::{Muddle, Office, Outcome, Owner, Source, Year, rule_files};
use screening::decide::claim_rules::CATALOGUE;
use testkit::{TestDb, on_both_engines};

on_both_engines! {
    async fn scr_04_in_a_labelled_year_every_planted_case_is_found_and_nothing_else(engine) {
        let year = Arc::new(Year::new(1, 3));
        let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
        let owner = Owner::serve(year.clone()).await.unwrap();
        let office = Office::open(db.url(), &owner, &rule_files()).await.unwrap();
        // What is known comes when some lines are there and others not: the order does not matter.
        owner.tell(year.files() / 2);
        office.reaches(year.files() / 2).await.unwrap();
        office.import(&year.facts()).await.unwrap();
        owner.tell(year.files());
        office.reaches(year.files()).await.unwrap();

        let outcome = Outcome::new(&year, &office.signals().await.unwrap());
        assert_eq!(outcome.faults, Vec::<String>::new());
        let rules: BTreeSet<&str> = CATALOGUE.iter().map(|rule| rule.words.id).collect();
        let found: BTreeSet<&str> = outcome.rules.keys().map(String::as_str).collect();
        assert_eq!(found, rules, "each rule has cases");
        assert!(outcome.rules.values().all(|rule| rule.found >= 3));
        // Found file by file, around what each changed: a look at everything finds the same.
        assert_eq!(office.run().await.unwrap(), (0, 0));
        office.close().await.unwrap();
    }

    async fn scr_04_whatever_comes_in_whatever_order_is_evaluated_as_if_it_came_at_once(engine) {
        for seed in 0..2 {
            let muddle = Arc::new(Muddle::new(seed, 30));
            let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
            let owner = Owner::serve(muddle.clone()).await.unwrap();
            let office = Office::open(db.url(), &owner, &rule_files()).await.unwrap();
            // Files of facts come between the lines.
            let (files, facts) = (muddle.files(), muddle.facts());
            for (place, fact) in facts.iter().enumerate() {
                let so_far = files * (place + 1) / (facts.len() + 1);
                owner.tell(so_far);
                office.reaches(so_far).await.unwrap();
                office.import(std::slice::from_ref(fact)).await.unwrap();
            }
            owner.tell(files);
            office.reaches(files).await.unwrap();
            let standing = office.signals().await.unwrap();
            let rules: BTreeSet<&str> = standing.iter().map(|signal| signal.rule.as_str()).collect();
            assert!(rules.len() > CATALOGUE.len() / 2, "{rules:?}");
            assert_eq!(office.run().await.unwrap(), (0, 0), "seed {seed}");
            assert_eq!(office.signals().await.unwrap(), standing);
            office.close().await.unwrap();
        }
    }
}
