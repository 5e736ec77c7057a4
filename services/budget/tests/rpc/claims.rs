//! Claims against what was allocated (BUD-05).

use iwlz::{AllocationKind, Care, DeliveryForm, MessageKind, MutationCode, ReportStatus, Withdrawal, testing};
use testkit::on_both_engines;

use crate::support::*;

on_both_engines! {
    async fn bud_05_a_client_of_whom_no_allocation_came_in_is_not_held_against_any(engine) {
        let world = World::open(engine).await;
        assert_eq!(world.codes("F1", &[day_of_stay("2023-02-01", "2023-02-02")]).await, ["8001"]);
        // Nor when another client's came in, or its own for another provider.
        let elsewhere = testing::allocation(
            (nijmegen(), agb(OTHER_AGB)),
            754,
            DeliveryForm::Stay,
            (day("2020-01-01"), Some(day("2020-12-31"))),
        );
        let allocated = [(OTHER_BSN, [stay("2022-01-01", None)]), (BSN, [elsewhere])];
        let allocated = allocated.each_ref().map(|(bsn, allocations)| (*bsn, allocations.as_slice()));
        world.take(&aw33("A1", &allocated)).await;
        assert_eq!(world.codes("F2", &[day_of_stay("2023-02-03", "2023-02-04")]).await, ["8001"]);
    }

    async fn bud_05_care_outside_the_days_that_were_allocated_is_refused_and_does_not_count(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", Some("2023-02-10"))).await;
        let lines = [
            day_of_stay("2023-02-02", "2023-02-10"),
            day_of_stay("2023-01-31", "2023-02-01"),
            day_of_stay("2023-02-11", "2023-02-11"),
            Line { bsn: OTHER_BSN, ..day_of_stay("2023-02-11", "2023-02-11") },
        ];
        let answer = world.submit("F1", &lines).await;
        let wanted = [("8001", 225_990), ("0553", 0), ("0553", 0), ("8001", 25_110)];
        assert_eq!(answer, wanted.map(|(code, cents)| (code.to_owned(), cents)));
        let request = contract::budget::ListProductionRequest {
            office: "vgz".to_owned(),
            year: 2023,
            ..Default::default()
        };
        let production = world.client().list_production(request).await.unwrap().into_inner().production;
        assert_eq!(production.iter().map(|row| row.granted.unwrap().cents).sum::<i64>(), 251_100);
    }

    async fn bud_05_other_care_than_was_allocated_is_refused(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", None)).await;
        let other_profile = Line { care_profile: 753, ..day_of_stay("2023-02-01", "2023-02-01") };
        let lines = [other_profile, hours("2023-02-02"), day_of_stay("2023-02-03", "2023-02-03")];
        assert_eq!(world.codes("F1", &lines).await, ["0554", "8001", "8001"]);
        let mut function = stay("2023-02-01", None);
        (function.care, function.delivery_form, function.percentage) = (Care::Function(41), None, None);
        function.class = Some("K4");
        world.take(&aw33("A2", &[(OTHER_BSN, &[function])])).await;
        let of_other = |line: Line| Line { bsn: OTHER_BSN, ..line };
        let nursing = Line { function_code: 41, ..hours("2023-02-02") };
        assert_eq!(world.codes("F2", &[of_other(hours("2023-02-02")), of_other(nursing)]).await, ["0554", "8001"]);
    }

    async fn bud_05_care_after_a_death_is_refused(engine) {
        let world = World::open(engine).await;
        let open = stay("2023-02-01", None);
        world.allocate("A1", &open).await;
        let lines = |dates: [&'static str; 2]| dates.map(|date| day_of_stay(date, date));
        assert_eq!(world.codes("F1", &lines(["2023-02-10", "2023-02-11"])).await, ["8001", "8001"]);
        let mut died = open.clone();
        died.last_day = Some(day("2023-02-10"));
        died.withdrawal = Some(Withdrawal::Deceased);
        died.decided += chrono::TimeDelta::days(20);
        world.allocate("A2", &died).await;
        assert_eq!(world.codes("F2", &lines(["2023-02-09", "2023-02-12"])).await, ["8001", "0328"]);
        // What was decided before does not make it undone when it comes in later.
        world.allocate("A3", &stay("2023-02-01", Some("2023-12-31"))).await;
        assert_eq!(world.codes("F3", &lines(["2023-02-08", "2023-02-13"])).await, ["8001", "0328"]);
    }

    async fn bud_05_a_death_that_another_providers_allocation_tells_holds_too(engine) {
        let world = World::open(engine).await;
        let mut died = testing::allocation(
            (nijmegen(), agb(OTHER_AGB)),
            754,
            DeliveryForm::Stay,
            (day("2022-01-01"), Some(day("2023-02-10"))),
        );
        died.withdrawal = Some(Withdrawal::Deceased);
        died.kind = AllocationKind::Bridging;
        world.take(&aw33("A1", &[(BSN, &[stay("2023-02-01", None), died])])).await;
        let lines = ["2023-02-10", "2023-02-11"].map(|date| day_of_stay(date, date));
        assert_eq!(world.codes("F1", &lines).await, ["8001", "0328"]);
    }

    async fn bud_05_care_that_was_reported_to_have_ended_is_refused_until_it_began_again(engine) {
        let world = World::open(engine).await;
        let open = stay("2023-01-01", None);
        world.allocate("A1", &open).await;
        let ended = |status| {
            let mut client = testing::client(1, bsn(BSN));
            client.mutations.extend(testing::mutation_of(&open, MutationCode::EndedKeep, day("2023-02-10")));
            client.mutations[0].status = status;
            client
        };
        let mut began = testing::client(1, bsn(BSN));
        began.starts.extend(testing::start_of(&open, day("2023-03-01")));
        let lines = |dates: [&'static str; 3]| dates.map(|date| day_of_stay(date, date));
        world.take(&message(MessageKind::Aw39, "M1", &[ended(ReportStatus::First)])).await;
        assert_eq!(world.codes("F1", &lines(["2023-02-10", "2023-02-11", "2023-03-01"])).await, ["8001", "0553", "0553"]);
        world.take(&message(MessageKind::Aw35, "M2", &[began])).await;
        assert_eq!(world.codes("F2", &lines(["2023-02-09", "2023-02-11", "2023-03-01"])).await, ["8001", "0553", "8001"]);
        world.take(&message(MessageKind::Aw39, "M3", &[ended(ReportStatus::Removed)])).await;
        assert_eq!(world.codes("F3", &lines(["2023-02-08", "2023-02-12", "2023-03-02"])).await, ["8001", "8001", "8001"]);
    }

    async fn bud_05_what_is_not_allocated_and_not_agreed_is_told_at_once(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", Some("2023-01-31")).withdrawn()).await;
        let dear = Line { tariff: 25_111, ..day_of_stay("2023-02-01", "2023-02-01") };
        assert_eq!(world.codes("F1", &[dear]).await, ["0551 0611"]);
    }
}

trait Withdrawn {
    fn withdrawn(self) -> Self;
}

impl Withdrawn for iwlz::Allocation {
    /// The same, withdrawn for another provider.
    fn withdrawn(mut self) -> Self {
        self.withdrawal = Some(Withdrawal::OtherProvider);
        self
    }
}
