//! Control by samples: planned, drawn, looked at and concluded (SCR-09).

use contract::{
    common,
    screening::{self as proto, screening_service_client::ScreeningServiceClient},
};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::{Code, Request, Status};

use crate::support::*;

fn request(id: u32, method: proto::SampleMethod) -> proto::PlanControlRequest {
    let day = |month, day| Some(common::Date { year: 2024, month, day });
    proto::PlanControlRequest {
        request_id: format!("00000000-0000-4000-b000-{id:012}"),
        office: "vgz".to_owned(),
        kind: proto::ControlKind::Material.into(),
        method: method.into(),
        service: "homecare".to_owned(),
        agb: FIRST.to_owned(),
        period: Some(common::Period { first_day: day(3, 1), last_day: day(3, 31) }),
        risk_analysis: "risicoanalyse 2024".to_owned(),
        risk_analysed: day(2, 1),
        plan: "of de zorg is geleverd".to_owned(),
        medical_adviser: "local:second".to_owned(),
        seed: "ab".repeat(32),
        ..proto::PlanControlRequest::default()
    }
}

fn as_second<T>(request: T) -> Request<T> {
    let mut request = Request::new(request);
    request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
    request
}

impl World {
    async fn plan(&self, request: proto::PlanControlRequest) -> Result<proto::Control, Status> {
        let mut answers = self.screening.clone().plan_control(request).await?.into_inner();
        let mut control = None;
        while let Some(answer) = answers.message().await? {
            control = answer.control;
        }
        Ok(control.unwrap())
    }

    /// The sample, read in pages.
    async fn sample(&self, control_id: &str) -> Vec<proto::ControlLine> {
        let control_id = control_id.to_owned();
        let mut request = proto::ListControlLinesRequest { control_id, page_size: 25, ..Default::default() };
        let mut lines = Vec::new();
        loop {
            let page = self.screening.clone().list_control_lines(request.clone()).await.unwrap().into_inner();
            lines.extend(page.lines);
            if page.next_page_token.is_empty() {
                return lines;
            }
            request.page_token = page.next_page_token;
        }
    }

    /// 90 lines of the first provider of one to three hours, the last of eight; and one of the second.
    async fn ninety_lines(&self) {
        let hours = |number: u32| if number == 89 { 8 } else { number % 3 + 1 };
        let day = |number: u32| (number % 30 + 1, number % 30 + 1);
        let lines: Vec<Line> = (0..90).map(|number| debit(&format!("L{number}"), day(number), hours(number))).collect();
        self.submit(FIRST, "F1", &lines).await;
        self.submit(SECOND, "F2", &[debit("S1", (31, 31), 1)]).await;
        self.submit(FIRST, "F3", &[credit("C0", &lines[0])]).await;
        self.caught_up().await;
    }
}

fn results(id: u32, control_id: &str, results: Vec<proto::ControlResult>) -> proto::RecordControlResultsRequest {
    let request_id = format!("00000000-0000-4000-b001-{id:012}");
    proto::RecordControlResultsRequest { request_id, control_id: control_id.to_owned(), results }
}

fn found(line: &proto::ControlLine, right: i64, why: &str) -> proto::ControlResult {
    let right = Some(common::Money { cents: right });
    proto::ControlResult { place: line.place, right, motivation: why.to_owned() }
}

fn conclude(id: u32, control_id: &str) -> proto::ConcludeControlRequest {
    let request_id = format!("00000000-0000-4000-b002-{id:012}");
    proto::ConcludeControlRequest { request_id, control_id: control_id.to_owned() }
}

async fn recorded(
    client: &ScreeningServiceClient<tonic::transport::Channel>,
    request: proto::RecordControlResultsRequest,
) -> Result<i64, Status> {
    Ok(client.clone().record_control_results(request).await?.into_inner().open_lines)
}

on_both_engines! {
    async fn scr_09_a_control_is_drawn_looked_at_and_concluded(engine) {
        let world = World::open(engine).await;
        world.ninety_lines().await;
        let control = world.plan(request(1, proto::SampleMethod::Attribute)).await.unwrap();
        // What was credited and what others claimed is not in the population.
        assert_eq!(control.strata.len(), 1);
        assert_eq!((control.strata[0].lines, control.strata[0].draws, control.drawn_lines), (89, 59, 59));
        assert_eq!(control.strata[0].amount, Some(common::Money { cents: TARIFF * 184 }));
        assert_eq!(control.confidence.as_ref().unwrap().value, "95");
        // The same request again is the same control, and another one with that seed has the same lines.
        assert_eq!(world.plan(request(1, proto::SampleMethod::Attribute)).await.unwrap(), control);
        // For its answer the population passes by no more.
        let answers = world.screening.clone().plan_control(request(1, proto::SampleMethod::Attribute)).await.unwrap();
        let answers: Vec<_> = answers.into_inner().map(Result::unwrap).collect().await;
        assert_eq!((answers.len(), answers[0].control.as_ref()), (1, Some(&control)));
        let again = world.plan(request(2, proto::SampleMethod::Attribute)).await.unwrap();
        let lines = world.sample(&control.control_id).await;
        assert_eq!(lines.len(), 59);
        assert_eq!(world.sample(&again.control_id).await, lines);
        assert!(lines.iter().all(|line| line.agb == FIRST && line.reference != "L0" && line.stratum == 1));
        let other = proto::PlanControlRequest { seed: "cd".repeat(32), ..request(3, proto::SampleMethod::Attribute) };
        let other = world.plan(other).await.unwrap();
        assert_ne!(world.sample(&other.control_id).await, lines);
        let told = world.explained(&control.decision_id).await;
        assert!(told[0].contains("second") && told[1].contains("59 trekkingen"), "{told:?}");

        let id = control.control_id.as_str();
        let client = &world.screening;
        let early = client.clone().conclude_control(as_second(conclude(1, id))).await.unwrap_err();
        assert_eq!(early.code(), Code::FailedPrecondition);
        let right = |line: &proto::ControlLine| found(line, line.granted.unwrap().cents, "");
        let all: Vec<_> = lines.iter().map(right).collect();
        // What is wrong is said of all fields, and nothing is kept.
        let twice = vec![found(&lines[0], TARIFF * 9, ""), found(&lines[1], 0, ""), found(&lines[0], 0, "weg")];
        let said = recorded(client, results(1, id, twice)).await.unwrap_err();
        assert_eq!(said.code(), Code::InvalidArgument);
        let beyond = vec![found(&lines[0], TARIFF * 9, ""), found(&lines[1], 0, "")];
        let said = recorded(client, results(2, id, beyond)).await.unwrap_err();
        assert!(said.message().contains("results[0].right") && said.message().contains("results[1].motivation"));
        assert_eq!(recorded(client, results(3, id, all[..50].to_vec())).await.unwrap(), 9);
        assert_eq!(recorded(client, results(4, id, all[50..].to_vec())).await.unwrap(), 0);
        // A line is looked at again: the visit was never made.
        let wrong = found(&lines[7], 0, "bezoek niet in de registratie");
        assert_eq!(recorded(client, results(5, id, vec![wrong])).await.unwrap(), 0);
        let nobody = client.clone().conclude_control(conclude(2, id)).await.unwrap_err();
        assert!(nobody.message().contains("medical adviser"), "{}", nobody.message());
        let concluded = client.clone().conclude_control(as_second(conclude(3, id))).await.unwrap().into_inner();
        let conclusion = concluded.control.unwrap().conclusion.unwrap();
        assert_eq!((conclusion.wrong_lines, conclusion.established), (1, lines[7].granted));
        // One of 59 wrong: 1.69% of 89 lines, at most 7.79%.
        assert_eq!((conclusion.low.unwrap().value.as_str(), conclusion.likely.unwrap().value.as_str()), ("1", "2"));
        assert_eq!((conclusion.high.unwrap().value.as_str(), conclusion.reached), ("7", false));
        assert_eq!(conclusion.concluded_by, "local:second");
        let told = world.explained(&conclusion.decision_id).await;
        assert!(told[0].starts_with("Van 59 bekeken regel(s) onjuist: 1."), "{told:?}");
        let late = recorded(client, results(6, id, vec![all[0].clone()])).await.unwrap_err();
        assert_eq!(late.code(), Code::FailedPrecondition);
    }

    async fn scr_09_a_sample_of_euros_takes_the_large_lines_and_divides_by_amount(engine) {
        let world = World::open(engine).await;
        world.ninety_lines().await;
        let asked = proto::PlanControlRequest {
            boundaries: vec![common::Money { cents: TARIFF * 2 }],
            agb: String::new(),
            ..request(1, proto::SampleMethod::MonetaryUnit)
        };
        let control = world.plan(asked).await.unwrap();
        // Lines of an hour: 29 and one of the other provider; of more: 60.
        let told: Vec<(i64, i64, bool)> =
            control.strata.iter().map(|part| (part.lines, part.draws, part.everything)).collect();
        assert_eq!(told, [(30, 30, true), (60, 60, true)]);
        let lines = world.sample(&control.control_id).await;
        assert_eq!((lines.len(), lines.iter().filter(|line| line.certain).count()), (90, 90));
        // In one part a sample does.
        let whole = world.plan(request(2, proto::SampleMethod::MonetaryUnit)).await.unwrap();
        let lines = world.sample(&whole.control_id).await;
        let interval = whole.strata[0].interval.unwrap().cents;
        assert_eq!(interval, TARIFF * 184 / 59);
        let large = lines.iter().filter(|line| line.granted.unwrap().cents >= interval).count();
        assert_eq!(large, 1, "the line of eight hours can't be missed");
        assert!(lines.iter().all(|line| line.certain == (line.granted.unwrap().cents >= interval)));

        // A third of one small line is wrong, and all of a large one.
        let small = lines.iter().find(|line| !line.certain).unwrap();
        let big = lines.iter().find(|line| line.certain).unwrap();
        let of = |line: &proto::ControlLine| match line.place {
            place if place == small.place => found(line, small.granted.unwrap().cents * 2 / 3, "korter bezoek"),
            place if place == big.place => found(line, 0, "geen bezoek"),
            _ => found(line, line.granted.unwrap().cents, ""),
        };
        let all = results(1, &whole.control_id, lines.iter().map(of).collect());
        assert_eq!(recorded(&world.screening, all).await.unwrap(), 0);
        let request = as_second(conclude(1, &whole.control_id));
        let concluded = world.screening.clone().conclude_control(request).await.unwrap().into_inner().control.unwrap();
        let conclusion = concluded.conclusion.unwrap();
        let euros = |value: Option<common::Decimal>| value.unwrap().value.parse::<money::Decimal>().unwrap();
        let established = money::Money::from_cents(conclusion.established.unwrap().cents).euros();
        let (low, likely, high) = (euros(conclusion.low), euros(conclusion.likely), euros(conclusion.high));
        assert!(low >= established && low <= likely && likely < high, "{low} {likely} {high}");
        assert!(!conclusion.reached);
    }

    async fn scr_09_what_comes_before_detail_control_is_not_skipped(engine) {
        let world = World::open(engine).await;
        let none = world.plan(request(1, proto::SampleMethod::Attribute)).await.unwrap_err();
        assert!(none.message().contains("no line is in the population"), "{}", none.message());
        world.ninety_lines().await;
        let lacking = proto::PlanControlRequest {
            risk_analysis: String::new(),
            medical_adviser: String::new(),
            ..request(2, proto::SampleMethod::Attribute)
        };
        let said = world.plan(lacking).await.unwrap_err();
        assert_eq!(said.code(), Code::FailedPrecondition);
        assert!(said.message().contains("risk analysis") && said.message().contains("medical adviser"));
        let wrong = proto::PlanControlRequest {
            service: "tariffing".to_owned(),
            seed: "xyz".to_owned(),
            expected_errors: -1,
            boundaries: vec![common::Money { cents: 5 }, common::Money { cents: 5 }],
            ..request(3, proto::SampleMethod::Unspecified)
        };
        let said = world.plan(wrong).await.unwrap_err();
        assert_eq!(said.code(), Code::InvalidArgument);
        for field in ["method", "service", "seed", "expected_errors", "boundaries"] {
            assert!(said.message().contains(field), "{field}: {}", said.message());
        }
        let request = proto::ListControlsRequest { office: "vgz".to_owned(), ..Default::default() };
        assert!(world.screening.clone().list_controls(request).await.unwrap().into_inner().controls.is_empty());
    }
}
