//! Whether months of care were filed and answered in time (BUD-05).

use contract::{budget as proto, common};
use testkit::on_both_engines;

use crate::support::*;

fn asked() -> proto::ListTimelinessRequest {
    proto::ListTimelinessRequest { office: "vgz".to_owned(), year: 2023, ..Default::default() }
}

fn date(text: &str) -> Option<common::Date> {
    edge::to_proto::date(day(text))
}

on_both_engines! {
    async fn bud_05_a_month_is_filed_in_time_by_the_seventeenth_working_day_after_it(engine) {
        let world = World::open(engine).await;
        // February is due on 23 March 2023, until midnight in Amsterdam.
        world.submit("F1", &[hours("r1", "2023-02-06", 1), hours("r2", "2023-01-09", 1)]).await;
        world.set("2023-03-23T22:59:59Z");
        world.submit("F2", &[hours("r3", "2023-02-07", 2), hours("r4", "2023-02-07", 1).at(1)]).await;
        world.set("2023-03-23T23:00:00Z");
        world.submit("F3", &[hours("r5", "2023-02-08", 3)]).await;
        world.send(file(OTHER, "F1", &[hours("r1", "2023-02-06", 1)])).await;

        let listed = world.timeliness(asked()).await.timeliness;
        let keys: Vec<_> = listed.iter().map(|month| (month.agb.as_str(), month.care_month.as_str())).collect();
        assert_eq!(keys, [(AGB, "2023-01"), (AGB, "2023-02"), (OTHER, "2023-02")]);
        let february = &listed[1];
        assert_eq!((february.due_date, february.first_file_date), (date("2023-03-23"), date("2023-03-10")));
        assert_eq!((february.in_time_lines, february.in_time_amount.unwrap().cents), (3, 3 * 6_794 + 1));
        assert_eq!((february.late_lines, february.late_amount.unwrap().cents), (1, 3 * 6_794));
        assert_eq!(february.in_time_percentage.as_ref().unwrap().value, "75.00");
        assert!(listed.iter().all(|month| month.answered_in_time));
        // January was due on 23 February.
        assert_eq!((listed[0].due_date, listed[0].in_time_lines, listed[0].late_lines), (date("2023-02-23"), 0, 1));
        assert_eq!(listed[2].in_time_percentage.as_ref().unwrap().value, "0.00");

        let first = world.timeliness(proto::ListTimelinessRequest { page_size: 2, ..asked() }).await;
        assert_eq!(first.timeliness, listed[..2]);
        let next = proto::ListTimelinessRequest { page_token: first.next_page_token, ..asked() };
        assert_eq!(world.timeliness(next).await.timeliness, listed[2..]);
        let one = proto::ListTimelinessRequest { agb: AGB.to_owned(), care_month: "2023-02".to_owned(), ..asked() };
        assert_eq!(world.timeliness(one).await.timeliness, listed[1..2]);
        let wrong = proto::ListTimelinessRequest { agb: "1".to_owned(), care_month: "2024-02".to_owned(), ..asked() };
        let status = world.client().list_timeliness(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["agb", "care_month"]);
    }

    async fn bud_05_what_is_filed_after_the_year_was_closed_is_late_too(engine) {
        let world = World::open(engine).await;
        world.submit("F1", &[hours("r1", "2022-02-07", 1)]).await;
        world.close(2022, AGB).await;
        world.submit("F2", &[hours("r2", "2022-02-08", 1)]).await;
        let listed = world.timeliness(proto::ListTimelinessRequest { year: 2022, ..asked() }).await.timeliness;
        assert_eq!((listed.len(), listed[0].late_lines, listed[0].late_amount.unwrap().cents), (1, 2, 2 * 6_794));
    }

    async fn bud_05_a_year_without_a_norm_is_said_to_have_none(engine) {
        let world = World::open(engine).await;
        world.submit("F1", &[hours("r1", "2021-02-08", 1)]).await;
        let request = proto::ListTimelinessRequest { year: 2021, ..asked() };
        let status = world.client().list_timeliness(request).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::FailedPrecondition);
        assert!(status.message().contains("provider_filing_days"), "{status}");
    }
}
