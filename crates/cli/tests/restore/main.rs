//! The chapter of the runbook on backups, as an operator carries it out: a copy while everybody works, a loss, a restore,
//! and what happens when something is restored that does not fit the rest.
#![cfg(test)]

mod office;
mod site;
#[path = "../up/mod.rs"]
mod up;

use office::Office;
use site::{SERVICES, Site};
use testkit::{Engine, on_both_engines};

on_both_engines! {
    async fn a_copy_made_at_work_brings_everything_back_as_it_was(engine) {
        let site = Site::open(engine);
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.conclude_to(10).await;
        let at_work = office.keep_concluding();
        let copy = site.backup("copy");
        let mut office = at_work.stop().await;
        office.caught_up().await;
        let logs = SERVICES.map(|service| site.audit_log(&up, service));
        let lost = office.concluded;
        up.stop();
        site.was_left_in_order().await;

        site.lose();
        site.restore(&copy, &SERVICES);
        let checked = site.check();
        assert!(checked.status.success(), "{checked:?}");
        let entries = site::audit_entries(&checked);

        let up = site.up();
        let mut office = Office::of(&up).await;
        office.concluded = office.agreements().await;
        assert!((10..=lost).contains(&office.concluded), "{} of {lost}", office.concluded);
        // What came back of each log is how the one that was lost began.
        for ((service, before), entries) in SERVICES.iter().zip(logs).zip(entries) {
            let now = site.audit_log(&up, service);
            assert!(now.lines().take(entries).eq(before.lines().take(entries)), "{service}");
            assert!(entries > 0 || *service != "registration");
        }
        // The feeds go on where they were: what the copy lacks is made again, and applied once.
        office.conclude_other_to(lost + 5).await;
        office.caught_up().await;
        assert_eq!(office.applied().await, office.made_known().await);
        assert!(site.verify_audit(&up).status.success());
        up.stop();
        assert!(site.check().status.success());
    }

    async fn a_service_that_went_back_alone_is_told_and_nothing_is_left_out(engine) {
        let site = Site::open(engine);
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.conclude_to(3).await;
        office.caught_up().await;
        let early = site.backup("early");
        office.conclude_to(8).await;
        office.caught_up().await;
        let (applied, known) = (office.applied().await, office.made_known().await);
        let late = site.backup("late");
        up.stop();

        site.restore(&early, &["registration"]);
        let checked = site.check();
        assert_eq!(checked.status.code(), Some(3));
        let told = site::text(&checked.stdout);
        assert!(told.contains(&format!("applied event {known} of registration, of which the feed ends at ")), "{told}");

        // Started all the same: what registration makes known now is not what budget has under those numbers.
        let up = site.up();
        let mut office = Office::of(&up).await;
        assert_eq!(office.watch_after(known).await, "FEED_WENT_BACK");
        office.concluded = office.agreements().await;
        office.conclude_other_to(12).await;
        assert!(office.made_known().await > known, "the feed has every number that budget applied");
        office.wait_until_refused(&site).await;
        assert_eq!(office.applied().await, applied, "and none of them a second time");
        up.stop();
        assert!(site::text(&site.check().stdout).contains(&format!("applied another event {known} of registration")));

        // Registration as it was with the others makes it whole again.
        site.restore(&late, &["registration"]);
        assert!(site.check().status.success());
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.concluded = office.agreements().await;
        office.conclude_to(9).await;
        office.caught_up().await;
        assert!(office.applied().await > applied);
        up.stop();
    }
}

#[test]
fn a_cluster_is_taken_back_to_a_point_in_time() {
    testkit::block_on(async {
        let mut site = Site::open(Engine::Postgres);
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.conclude_to(5).await;
        let base = site.base_backup();
        office.conclude_to(10).await;
        office.caught_up().await;
        let (known, log) = (office.made_known().await, site.audit_log(&up, "budget"));
        let moment = site.moment().await;
        office.conclude_to(14).await;
        office.caught_up().await;
        site.archived().await;
        // The services go with the machine: nobody stops them.
        drop(up);
        site.recover(&base, &moment);
        let checked = site.check();
        assert!(checked.status.success(), "{checked:?}");
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.concluded = office.agreements().await;
        assert_eq!((office.concluded, office.made_known().await), (10, known));
        assert!(site.audit_log(&up, "budget").starts_with(&log));
        office.conclude_to(12).await;
        office.caught_up().await;
        assert_eq!(office.applied().await, office.made_known().await);
        assert!(site.verify_audit(&up).status.success());
        up.stop();
    });
}

#[test]
fn a_standby_takes_over() {
    testkit::block_on(async {
        let mut site = Site::open(Engine::Postgres);
        let up = site.up();
        let mut office = Office::of(&up).await;
        office.conclude_to(3).await;
        site.follow();
        office.conclude_to(8).await;
        office.caught_up().await;
        site.followed().await;
        let (known, log) = (office.made_known().await, site.audit_log(&up, "registration"));
        // The services go with the machine: nobody stops them.
        drop(up);
        site.fail_over();
        let checked = site.check();
        assert!(checked.status.success(), "{checked:?}");
        let up = site.up();
        let mut office = Office::of(&up).await;
        assert!(office.made_known().await >= known);
        assert!(site.audit_log(&up, "registration").starts_with(&log));
        office.concluded = office.agreements().await;
        assert_eq!(office.concluded, 8);
        office.conclude_to(10).await;
        office.caught_up().await;
        up.stop();
    });
}
