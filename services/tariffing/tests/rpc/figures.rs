//! Annual figures of providers.

use contract::tariffing as proto;
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::{AGB, VGZ, World, decimal, euros, reason, refused, wrong_fields};

pub const HEADER: &str = "agb,sector,region,total_revenue,wlz_revenue,nhc_nic,result,personnel_costs,pnil_costs,\
                          overhead_costs,absence,equity,current_assets,current_liabilities,total_assets,clients,\
                          care_days,treatment_days,percentage\n";

/// Imports lines of annual figures of an office.
pub async fn import(world: &World, office: &str, year: i32, lines: &str) -> Result<(i64, i32, i32), Status> {
    let request = proto::ImportAnnualFiguresRequest {
        request_id: world.request_id(),
        office: office.to_owned(),
        year,
        source: "example".to_owned(),
        csv: format!("{HEADER}{lines}").into_bytes(),
    };
    let imported = world.client().import_annual_figures(request).await?.into_inner();
    Ok((imported.version, imported.lines, imported.changed))
}

async fn listed(world: &World, office: &str, page_size: i32) -> Vec<proto::AnnualFigures> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let office = office.to_owned();
        let request = proto::ListAnnualFiguresRequest { office, year: 2019, page_size, page_token };
        let page = world.client().list_annual_figures(request).await.unwrap().into_inner();
        all.extend(page.figures);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

on_both_engines! {
    async fn tar_15_annual_figures_come_back_as_they_were_imported(engine) {
        let world = World::open(engine).await;
        let full = format!("{AGB},GZ,5508,1000.50,900,100.25,-20.75,600,60,80,6.25,-5,300,200,800,12,4380,365,95.80\n");
        let empty = "41410002,GZ,,,,,,,,,,,,,,,,,\n";
        assert_eq!(import(&world, VGZ, 2019, &format!("{full}{empty}")).await.unwrap(), (1, 2, 2));
        let [known, unknown] = &listed(&world, VGZ, 0).await[..] else { panic!("two lines") };
        assert_eq!((known.agb.as_str(), known.region.as_str(), known.version), (AGB, "5508", 1));
        assert_eq!((known.total_revenue, known.nhc_nic), (euros(100_050), euros(10_025)));
        assert_eq!((known.result, known.equity, known.total_assets), (euros(-2_075), euros(-500), euros(80_000)));
        let costs = (known.wlz_revenue, known.personnel_costs, known.pnil_costs, known.overhead_costs);
        assert_eq!(costs, (euros(90_000), euros(60_000), euros(6_000), euros(8_000)));
        assert_eq!((known.current_assets, known.current_liabilities), (euros(30_000), euros(20_000)));
        assert_eq!((known.absence.clone(), known.percentage.clone()), (decimal("6.25"), decimal("95.8")));
        assert_eq!((known.clients, known.care_days, known.treatment_days), (Some(12), Some(4_380), Some(365)));
        let nothing = proto::AnnualFigures {
            agb: "41410002".to_owned(),
            sector: unknown.sector,
            version: 1,
            ..Default::default()
        };
        assert_eq!(*unknown, nothing);
    }

    async fn tar_15_a_later_line_holds_and_the_others_stay(engine) {
        let world = World::open(engine).await;
        let line = |agb: &str, revenue: u32| format!("{agb},GZ,,{revenue},,,,,,,,,,,,,,,\n");
        import(&world, VGZ, 2019, &format!("{}{}", line(AGB, 1), line("41410002", 2))).await.unwrap();
        let again = format!("{}{}{}", line(AGB, 1), line("41410002", 3), line("41410003", 4));
        assert_eq!(import(&world, VGZ, 2019, &again).await.unwrap(), (2, 3, 2));
        assert_eq!(import(&world, VGZ, 2019, &line("41410003", 5)).await.unwrap(), (3, 1, 1));
        // Another year and another office have versions of their own.
        assert_eq!(import(&world, VGZ, 2020, &line(AGB, 9)).await.unwrap(), (1, 1, 1));
        assert_eq!(import(&world, "cz", 2019, &line(AGB, 9)).await.unwrap(), (1, 1, 1));
        for page_size in [0, 1] {
            let all = listed(&world, VGZ, page_size).await;
            let told: Vec<_> = all.iter().map(|line| (line.version, line.total_revenue)).collect();
            assert_eq!(told, [(2, euros(100)), (2, euros(300)), (3, euros(500))]);
        }
    }

    async fn tar_15_every_wrong_cell_is_named_and_nothing_is_imported(engine) {
        let world = World::open(engine).await;
        let lines = format!("{AGB},GZ,,1,,,,,,,,,,,,,,,\nx,GZ,,1.001,,,,,,,,,,,,,,,\n41410003,XX,,,,,,,,,,,,,,-1,,,\n");
        let status = import(&world, VGZ, 2019, &lines).await.unwrap_err();
        let named = ["csv line 3: agb", "csv line 3: total_revenue", "csv line 4: sector", "csv line 4: clients"];
        assert_eq!(wrong_fields(&status), named);
        assert!(listed(&world, VGZ, 0).await.is_empty());
    }

    async fn tar_15_an_import_sent_again_is_answered_again(engine) {
        let world = World::open(engine).await;
        let request = proto::ImportAnnualFiguresRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            year: 2019,
            source: "example".to_owned(),
            csv: format!("{HEADER}{AGB},GZ,,1,,,,,,,,,,,,,,,\n").into_bytes(),
        };
        let first = world.client().import_annual_figures(request.clone()).await.unwrap().into_inner();
        assert_eq!(world.client().import_annual_figures(request.clone()).await.unwrap().into_inner(), first);
        let other = proto::ImportAnnualFiguresRequest { year: 2020, ..request };
        let status = world.client().import_annual_figures(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }
}
