//! Stays with treatment through the calls (TAR-09).

use contract::{
    common::Sector,
    tariffing::{self as proto, StayDays},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::{AGB, World, decimal, reason, refused, wrong_fields};

fn asked(office: &str, now: (i64, i64), asked: (i64, i64)) -> proto::CheckTreatmentMixRequest {
    let days = |(with_treatment, all)| Some(StayDays { with_treatment, all });
    proto::CheckTreatmentMixRequest {
        office: office.to_owned(),
        sector: Sector::Vv.into(),
        agb: AGB.to_owned(),
        year: 2024,
        now: days(now),
        asked: days(asked),
    }
}

on_both_engines! {
    async fn tar_09_treatment_mix_above_the_ceiling_does_not_grow(engine) {
        let world = World::open(engine).await;
        let check = async |now, to| {
            let request = asked("zorg_en_zekerheid", now, to);
            world.client().check_treatment_mix(request).await.unwrap().into_inner()
        };
        let answer = check((700, 1_000), (801, 1_000)).await;
        assert!(!answer.agreed);
        assert_eq!((answer.share_now, answer.share_asked), (decimal("70.00"), decimal("80.10")));
        assert_eq!(answer.ceiling, decimal("80"));
        let step = answer.explanation.unwrap().steps.pop().unwrap();
        assert_eq!(
            (step.rule_id.as_str(), step.text_en.as_str()),
            (
                "TAR-09",
                "Stays with treatment grow from 700 to 801 days, which takes or keeps them above 80% of the days of \
                 stay: the growth is refused."
            )
        );
        assert!(check((700, 1_000), (800, 1_000)).await.agreed);
        // An existing excess stays as it is.
        assert!(check((900, 1_000), (900, 1_000)).await.agreed);
        assert!(!check((900, 1_000), (901, 1_100)).await.agreed);
    }

    async fn tar_09_treatment_mix_is_not_determined_elsewhere(engine) {
        let world = World::open(engine).await;
        let request = asked("vgz", (1, 2), (1, 2));
        let status = world.client().check_treatment_mix(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_SET"));
        let wrong = proto::CheckTreatmentMixRequest { asked: None, ..asked("vgz", (-1, -2), (0, 0)) };
        let status = world.client().check_treatment_mix(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["now.with_treatment", "now.all", "asked"]);
    }
}
