//! A provider beside others.

use contract::{common::Sector, tariffing as proto};
use proto::{MirrorFigureKind as Kind, NotCompared, PeerGroup};
use testkit::on_both_engines;
use tonic::Status;

use crate::{
    approved::{apply, line, tables},
    figures::import,
    support::{AGB, VGZ, World, decimal, euros, wrong_fields},
};

/// The figures of a provider: its absence, 1,000 euros of revenue and reserves.
fn figures(agb: &str, region: &str, absence: &str, reserves: u32) -> String {
    format!("{agb},GZ,{region},1000,900,0,-25,600,60,80,{absence},{reserves},300,240,800,,,,\n")
}

fn peer(number: u32) -> String {
    format!("4142{number:04}")
}

async fn mirror(world: &World, group: PeerGroup) -> Result<proto::Mirror, Status> {
    let request = proto::GetMirrorRequest {
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        sector: Sector::Gz.into(),
        year: 2023,
        peer_group: group.into(),
    };
    Ok(world.client().get_mirror(request).await?.into_inner().mirror.unwrap())
}

fn of(mirror: &proto::Mirror, kind: Kind) -> &proto::MirrorFigure {
    mirror.figures.iter().find(|figure| figure.kind() == kind).unwrap()
}

on_both_engines! {
    async fn tar_15_a_provider_beside_its_sector_and_its_region(engine) {
        let world = World::open(engine).await;
        let near: String = (1..=8).map(|number| figures(&peer(number), "5508", &format!("{number}"), 100)).collect();
        let far: String = (9..=12).map(|number| figures(&peer(number), "5510", "9.5", 100)).collect();
        import(&world, VGZ, 2023, &format!("{near}{far}{}", figures(AGB, "5508", "6", 200))).await.unwrap();
        // Other sectors, years and offices are no peers.
        import(&world, VGZ, 2022, &figures(&peer(20), "5508", "1", 1)).await.unwrap();
        import(&world, "cz", 2023, &figures(&peer(20), "5508", "1", 1)).await.unwrap();
        import(&world, VGZ, 2023, &figures(&peer(20), "5508", "1", 1).replace("GZ", "VV")).await.unwrap();

        let region = mirror(&world, PeerGroup::Region).await.unwrap();
        assert_eq!(
            region.group_nl,
            "De vergelijking is met de andere zorgaanbieders in regio 5508, sector GZ van vgz, waarvan over 2023 cijfers \
             bekend zijn: 8."
        );
        let absence = of(&region, Kind::Absence);
        assert_eq!((absence.own.clone(), absence.peers), (decimal("6.00"), 8));
        let comparison = proto::MirrorComparison {
            median: decimal("4.50"),
            lower_quartile: decimal("2.75"),
            upper_quartile: decimal("6.25"),
            gap: decimal("1.50"),
            place: 6,
            quarter: 3,
        };
        assert_eq!(absence.comparison, Some(comparison));
        assert_eq!(of(&region, Kind::Reserves).own, decimal("20.00"));
        let means = region.own_means.unwrap();
        assert_eq!((means.result, means.reserves, means.working_capital), (euros(-2_500), euros(20_000), euros(6_000)));
        assert_eq!(region.claims_as_of_time, None);

        let sector = mirror(&world, PeerGroup::Sector).await.unwrap();
        assert_eq!(of(&sector, Kind::Absence).peers, 12);
        assert!(sector.group_en.contains("in sector GZ of vgz") && sector.group_en.ends_with("12."));
        let told = format!("{region:?}{sector:?}");
        assert!((1..=20).all(|number| !told.contains(&peer(number))), "nobody else is named");
    }

    async fn tar_15_costs_and_care_profiles_come_from_approved_claims(engine) {
        let world = World::open(engine).await;
        tables(&world).await;
        for number in 1..=8 {
            let cents = 100_000 + i64::from(number) * 1_000;
            let month = [line("a", "Z053", "2023-03-01", cents), line("b", "H126", "2023-03-02", cents)];
            apply(&world, &peer(number), &month).await;
        }
        let own = [line("a", "Z053", "2023-03-01", 90_000), line("a", "Z053", "2023-04-01", 90_000)];
        apply(&world, AGB, &own).await;
        apply(&world, AGB, &[line("a", "Z999", "2023-04-01", 700), line("a", "Z053", "2022-12-01", 1)]).await;

        let mirror = mirror(&world, PeerGroup::Sector).await.unwrap();
        let cost = of(&mirror, Kind::CostPerClientMonth);
        assert_eq!((cost.own.clone(), cost.unit()), (decimal("900.00"), proto::MirrorUnit::Euro));
        let comparison = cost.comparison.clone().unwrap();
        assert_eq!((comparison.median, comparison.gap), (decimal("1045.00"), decimal("-145.00")));
        assert_eq!((comparison.place, comparison.quarter), (1, 1));
        let profile = of(&mirror, Kind::CareProfile);
        assert_eq!((profile.care_profile.as_str(), profile.own.clone()), ("053", decimal("100.00")));
        assert_eq!(profile.comparison.as_ref().unwrap().median, decimal("50.00"));
        assert_eq!(mirror.without_sector, euros(700));
        // Nothing is known of the accounts of anybody.
        assert_eq!(of(&mirror, Kind::Absence).not_compared(), NotCompared::TooFewPeers);
    }

    async fn tar_15_with_too_few_peers_nothing_of_them_is_told(engine) {
        let world = World::open(engine).await;
        let seven: String = (1..=7).map(|number| figures(&peer(number), "5508", "7.77", 100)).collect();
        import(&world, VGZ, 2023, &format!("{seven}{}", figures(AGB, "", "6", 200))).await.unwrap();
        let few = mirror(&world, PeerGroup::Sector).await.unwrap();
        let absence = of(&few, Kind::Absence);
        assert_eq!((absence.not_compared(), absence.comparison.is_none()), (NotCompared::TooFewPeers, true));
        assert_eq!((absence.own.clone(), absence.peers), (decimal("6.00"), 7));
        assert!(!format!("{few:?}").contains("7.77"));
        let texts: Vec<_> = few.explanation.unwrap().steps.into_iter().map(|step| step.text_en).collect();
        let why = "This figure is known of 7 other providers; below 8 the comparison is not shown.";
        assert!(texts.iter().any(|text| text == why), "{texts:#?}");

        let nowhere = mirror(&world, PeerGroup::Region).await.unwrap();
        assert_eq!(of(&nowhere, Kind::Absence).not_compared(), NotCompared::RegionNotKnown);
        assert!(nowhere.group_en.starts_with("The region of the provider is not in the annual figures of 2023"));
    }

    async fn tar_15_the_least_number_of_peers_is_the_offices_choice(engine) {
        let world = World::with_rules(engine, |text| text.replace("value = 8 }", "value = 3 }")).await;
        let three: String = (1..=3).map(|number| figures(&peer(number), "5508", &format!("{number}"), 100)).collect();
        import(&world, VGZ, 2023, &format!("{three}{}", figures(AGB, "5508", "2", 100))).await.unwrap();
        let absence = of(&mirror(&world, PeerGroup::Region).await.unwrap(), Kind::Absence).clone();
        let comparison = absence.comparison.unwrap();
        assert_eq!((comparison.median, comparison.place, comparison.quarter), (decimal("2.00"), 2, 2));
    }

    async fn tar_15_what_is_asked_wrong_is_named(engine) {
        let world = World::open(engine).await;
        let request = proto::GetMirrorRequest { sector: Sector::HomeCare.into(), ..Default::default() };
        let status = world.client().get_mirror(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "agb", "sector", "year", "peer_group"]);
    }
}
