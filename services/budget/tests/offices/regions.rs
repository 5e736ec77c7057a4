//! Public figures by region (BUD-09).

use contract::budget as proto;
use testkit::on_both_engines;

use crate::support::*;

on_both_engines! {
    async fn bud_09_public_figures_are_told_by_region_where_a_provider_has_one(engine) {
        let world = World::open(engine, ("vgz", 2023), 1_000_000).await;
        let agreements = [("a", "41410001", "5508"), ("b", "41410002", "5519"), ("c", "41410003", "5508"),
            ("d", "41410003", "5519"), ("e", "41410004", "5508"), ("f", "41410004", "5508"), ("g", "41410005", "")];
        for (id, agb, region) in agreements {
            world.agreement(id, agb, region).await;
        }
        for (agb, base) in [("41410001", 100), ("41410002", 200), ("41410003", 300), ("41410004", 400), ("41410005", 500)] {
            world.base(agb, &[("H1", base * 100)]).await.unwrap();
        }
        world.committed(BASE).await;
        world.set("06-15");
        world.make_forecasts(CLICK).await;
        world.forecast("41410002", CLICK, &[("H1", 12_345)]).await;
        let request = |format: proto::PublicationFormat| proto::GetPublicationRequest {
            office: world.office(),
            year: 2023,
            as_of_time: None,
            format: format.into(),
        };
        let csv = world.client().get_publication(request(proto::PublicationFormat::Csv)).await.unwrap().into_inner();
        let text = String::from_utf8(csv.content).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let columns = lines[0].split(',').count();
        assert!(lines.iter().all(|line| line.split(',').count() == columns), "{text}");
        // Of who has agreements in both regions, or names none, it is not known where its care is.
        let ends = [("vgz,5508 5519,", ",1470.00,0.00,123.45,8330.00,0.00"), ("vgz,5508 5519,", ",pgb,0.00,0.00,0.00,0.00,0.00,0.00,0.00"),
            ("vgz,5508,", ",zin,,,490.00,0.00,0.00,,"), ("vgz,5519,", ",zin,,,196.00,0.00,123.45,,"),
            ("vgz,,", ",zin,,,784.00,0.00,0.00,,")];
        assert_eq!(lines.len(), ends.len() + 1, "{text}");
        for (line, (begin, end)) in lines[1..].iter().zip(ends) {
            assert!(line.starts_with(begin) && line.ends_with(end), "{line}");
        }
        let json = world.client().get_publication(request(proto::PublicationFormat::Json)).await.unwrap().into_inner();
        assert!(String::from_utf8(json.content).unwrap().contains("\"region\": \"5519\",\n      \"agreed\": \"196.00\""));
    }
}
