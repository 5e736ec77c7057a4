//! The guide percentage derived from annual accounts.

use contract::{common::Sector, tariffing as proto};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{
    figures::import,
    support::{VGZ, World, decimal, reason, refused, steps, wrong_fields},
};

/// The accounts of a provider of which 100,000 euros of 90% Wlz revenue is not for NHC and NIC.
fn accounts(number: u32, sector: &str, result: i64) -> String {
    format!("41{number:06},{sector},,125000,112500,12500,{result},,,,,,,,,,,,\n")
}

fn asked(world: &World, sector: Sector, percentage: &str) -> proto::DeriveGuidePercentageRequest {
    proto::DeriveGuidePercentageRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        sector: sector.into(),
        year: 2022,
        accounts_year: 2019,
        percentage: decimal(percentage),
    }
}

async fn derive(world: &World, request: proto::DeriveGuidePercentageRequest) -> Result<proto::GuideDerivation, Status> {
    let derived = world.client().derive_guide_percentage(request).await?;
    Ok(derived.into_inner().derivation.unwrap())
}

fn breaks(derivation: &proto::GuideDerivation) -> Vec<(&str, &str)> {
    derivation.providers.iter().map(|one| (one.agb.as_str(), one.break_even.as_ref().unwrap().value.as_str())).collect()
}

on_both_engines! {
    async fn tar_13_the_guide_percentage_with_what_it_was_derived_from(engine) {
        let world = World::open(engine).await;
        let mut lines: String = (1..=3).map(|number| accounts(number, "GZ", 4_000 - 2_000 * i64::from(number))).collect();
        lines.push_str(&accounts(4, "VV", 6_000));
        lines.push_str("41000005,VV,,125000,75000,0,9000,,,,,,,,,,,,\n");
        lines.push_str("41000006,GZ,,125000,112500,,1,,,,,,,,,,,,\n");
        import(&world, VGZ, 2019, &lines).await.unwrap();
        // Accounts of other years and offices don't count.
        import(&world, VGZ, 2020, &accounts(7, "GZ", -90_000)).await.unwrap();
        import(&world, "cz", 2019, &accounts(7, "GZ", -90_000)).await.unwrap();

        let all = derive(&world, asked(&world, Sector::Unspecified, "96.5")).await.unwrap();
        assert_eq!(all.percentage, decimal("96.50"));
        assert_eq!((all.needed, all.least_neutral.clone()), (3, decimal("75")));
        let expected =
            [("41000004", "90.71"), ("41000001", "94.57"), ("41000002", "96.50"), ("41000003", "98.43")];
        assert_eq!(breaks(&all), expected);
        assert_eq!(all.providers[0].wlz_share, decimal("90.00"));
        let left_out: Vec<_> = all.left_out.iter().map(|one| (one.agb.as_str(), one.reason())).collect();
        use proto::LeftOutReason::{NotStated, ShareTooLow};
        assert_eq!(left_out, [("41000005", ShareTooLow), ("41000006", NotStated)]);
        let around = |percentage: &str| {
            let at = all.around.iter().find(|one| one.percentage == decimal(percentage)).unwrap();
            (at.providers, at.share.clone())
        };
        assert_eq!((around("96.49"), around("96.50")), ((2, decimal("50.00")), (3, decimal("75.00"))));

        let explanation = world.explained(&all.decision_id).await;
        let (rule, text) = *steps(&explanation).last().unwrap();
        let told = "The lowest percentage at which at least 3 of 4 providers have a neutral or positive result is 96.50%.";
        assert_eq!((rule, text), ("TAR-13", told));

        let gz = derive(&world, asked(&world, Sector::Gz, "96.5")).await.unwrap();
        assert_eq!((gz.percentage, gz.needed), (decimal("98.43"), 3));
    }

    async fn tar_13_without_a_provider_the_answer_says_so(engine) {
        let world = World::open(engine).await;
        let none = derive(&world, asked(&world, Sector::Unspecified, "96.5")).await.unwrap();
        assert_eq!((none.percentage, none.needed, none.providers.len()), (None, 0, 0));
        let explanation = world.explained(&none.decision_id).await;
        assert!(steps(&explanation).last().unwrap().1.ends_with("no guide percentage can be derived."));
    }

    async fn tar_13_a_percentage_of_its_own_goes_before_the_one_asked_with(engine) {
        let world = World::open(engine).await;
        let own = "41000001,GZ,,125000,112500,12500,0,,,,,,,,,,,,94.35\n";
        import(&world, VGZ, 2019, &format!("{own}{}", accounts(2, "GZ", 0))).await.unwrap();
        let derived = derive(&world, asked(&world, Sector::Gz, "96.5")).await.unwrap();
        assert_eq!(breaks(&derived), [("41000001", "94.35"), ("41000002", "96.50")]);
    }

    async fn tar_13_asked_again_it_is_the_same_decision(engine) {
        let world = World::open(engine).await;
        import(&world, VGZ, 2019, &accounts(1, "GZ", 0)).await.unwrap();
        let request = asked(&world, Sector::Gz, "96.5");
        let first = derive(&world, request.clone()).await.unwrap();
        import(&world, VGZ, 2019, &accounts(1, "GZ", 1_000)).await.unwrap();
        assert_eq!(derive(&world, request).await.unwrap(), first);
        let later = derive(&world, asked(&world, Sector::Gz, "96.5")).await.unwrap();
        assert_eq!((first.percentage, later.percentage), (decimal("96.50"), decimal("95.54")));
    }

    async fn tar_13_a_derivation_is_told_as_it_was_taken_when_the_rules_are_others(engine) {
        let world = World::open(engine).await;
        let four: String = (1..=4).map(|number| accounts(number, "GZ", -1_000 * i64::from(number))).collect();
        import(&world, VGZ, 2019, &four).await.unwrap();
        let under_75 = derive(&world, asked(&world, Sector::Gz, "100")).await.unwrap();
        let told = world.explained(&under_75.decision_id).await;
        let world = world.again_with_rules(|text| text.replace("value = \"75\" }", "value = \"50\" }")).await;
        let under_50 = derive(&world, asked(&world, Sector::Gz, "100")).await.unwrap();
        assert_eq!((under_75.percentage, under_50.percentage), (decimal("103.00"), decimal("102.00")));
        assert_eq!(world.explained(&under_75.decision_id).await, told);
    }

    async fn tar_13_what_is_asked_wrong_is_named_and_a_share_without_a_value_is_told(engine) {
        let world = World::open(engine).await;
        let wrong = proto::DeriveGuidePercentageRequest { year: 1, ..asked(&world, Sector::HomeCare, "100.01") };
        assert_eq!(wrong_fields(&derive(&world, wrong).await.unwrap_err()), ["sector", "year", "percentage"]);
        let zero = asked(&world, Sector::Gz, "0");
        assert_eq!(wrong_fields(&derive(&world, zero).await.unwrap_err()), ["percentage"]);
        let early = proto::DeriveGuidePercentageRequest { year: 2021, ..asked(&world, Sector::Gz, "96") };
        let status = derive(&world, early).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_IN_FORCE"));
    }
}
