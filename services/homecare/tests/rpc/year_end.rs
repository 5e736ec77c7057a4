//! The end of a year: the list, what is decided on it, and where it is shown afterwards.

use contract::{
    common,
    homecare::{
        self as proto, YearEndFindingKind as Kind, YearEndFindingState as State, YearEndTreatment as Treatment,
        event::Fact,
    },
};
use futures::StreamExt;
use testkit::{Engine, on_both_engines};
use tonic::{Code, Status};

use crate::{
    benchmark::{exclude, fit, imported, scores},
    raises::{OTHER, refused_raise, stop},
    support::*,
};

const OLD: &str = "123456782";
const NEW: &str = "111222333";
const LATE: &str = "222222220";

fn care(reference: &str, (bsn, day): (&'static str, &'static str), quantity: u32) -> Line {
    Line { bsn, days: (day, day), ..debit(reference, quantity) }
}

/// 19 hours of ceiling, 4 hours per client per month agreed; a client stop from 15 October, and a year in which everything
/// went otherwise. It is 1 March 2025.
async fn broken(engine: Engine) -> World {
    let world = World::open(engine).await;
    world.set("2024-10-01T09:00:00Z");
    let four = Some(common::Decimal { value: "4".to_owned() });
    let request =
        proto::ConcludeAgreementRequest { hours_per_client_month: four, ..world.agreement(2024, 19 * TARIFF) };
    world.client().conclude_agreement(request).await.unwrap();
    let other = proto::ConcludeAgreementRequest { agb: OTHER.to_owned(), ..world.agreement(2024, 100_000) };
    world.client().conclude_agreement(other).await.unwrap();
    let first = file_until("F1", ("2024-09-30", "2024-09-30"), &[care("R1", (OLD, "2024-03-04"), 14)]);
    send(world.client(), first).await.unwrap();
    let raise = refused_raise(&world).await;
    let proposed = world.client().start_client_stop(stop(&world, &raise.raise_id, &[OTHER])).await.unwrap();
    world.take(&proposed.into_inner().proposal.unwrap().proposal_id).await;
    world.set("2025-03-01T10:00:00Z");
    let lines = [
        care("R2", (OLD, "2024-10-20"), 1),
        care("R3", (NEW, "2024-10-20"), 2),
        care("R4", (LATE, "2024-10-14"), 1),
        // Taken back: as if it was never there.
        care("R5", (LATE, "2024-10-12"), 1),
    ];
    world.submit("F2", &lines).await;
    let back = Line { bsn: LATE, days: ("2024-10-12", "2024-10-12"), ..credit("C5", 1, "R5") };
    // One hour is left of the ceiling.
    let answer = world.submit("F3", &[back, care("R6", (LATE, "2024-12-01"), 3)]).await;
    assert_eq!(answer.lines().last().unwrap().1, TARIFF);
    world
}

fn subcontracting(world: &World, share: &str) -> proto::RecordSubcontractingRequest {
    proto::RecordSubcontractingRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        share_percentage: Some(common::Decimal { value: share.to_owned() }),
        source: "DigiMV 2024".to_owned(),
        source_day: Some(common::Date { year: 2025, month: 2, day: 20 }),
    }
}

async fn prepare(world: &World, year: i32) -> Result<proto::PrepareYearEndResponse, Status> {
    let request = proto::PrepareYearEndRequest { office: "vgz".to_owned(), year, ..Default::default() };
    Ok(world.client().prepare_year_end(request).await?.into_inner())
}

fn closing(world: &World) -> proto::CloseYearRequest {
    proto::CloseYearRequest { request_id: world.id(), office: "vgz".to_owned(), year: 2024, cut_off_time: None }
}

async fn close(world: &World) -> proto::YearEnd {
    world.client().close_year(closing(world)).await.unwrap().into_inner().year_end.unwrap()
}

async fn list(world: &World, findings_only: bool) -> proto::ListYearEndResponse {
    let office = "vgz".to_owned();
    let request = proto::ListYearEndRequest { office, year: 2024, findings_only, ..Default::default() };
    world.client().list_year_end(request).await.unwrap().into_inner()
}

async fn entry(world: &World, agb: &str) -> Result<proto::GetYearEndEntryResponse, Status> {
    let request = proto::GetYearEndEntryRequest { office: "vgz".to_owned(), agb: agb.to_owned(), year: 2024 };
    Ok(world.client().get_year_end_entry(request).await?.into_inner())
}

fn decision(world: &World, outcome: proto::YearEndOutcome, cents: Option<i64>) -> proto::DecideYearEndRequest {
    proto::DecideYearEndRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        outcome: outcome.into(),
        amount: cents.map(|cents| common::Money { cents }),
        motivation: "spoken with the board".to_owned(),
    }
}

type Short = (Kind, State, Option<i64>, i64, Treatment);

fn short(findings: &[proto::YearEndFinding]) -> Vec<Short> {
    let cents = |amount: common::Money| amount.cents;
    let one = |one: &proto::YearEndFinding| {
        (one.kind(), one.state(), one.amount.map(cents), one.at_stake.map_or(0, cents), one.treatment())
    };
    findings.iter().map(one).collect()
}

fn kept(kind: Kind) -> Short {
    (kind, State::Kept, None, 0, Treatment::Unspecified)
}

/// What is found of [`broken`] with 40% subcontracted: 21 hours over 5 client-months, 19 of them paid.
fn found() -> Vec<Short> {
    let talk = |kind, amount, at_stake| (kind, State::Breached, Some(amount), at_stake, Treatment::Talk);
    vec![
        talk(Kind::OverCeiling, 2 * TARIFF, 0),
        talk(Kind::Hours, 19 * TARIFF / 21, 19 * TARIFF / 21),
        talk(Kind::Subcontracting, 19 * TARIFF * 7 / 100, 19 * TARIFF * 7 / 100),
        (Kind::ClientStop, State::Breached, Some(2 * TARIFF), 2 * TARIFF, Treatment::Reclaim),
    ]
}

fn at_stake() -> i64 {
    found().iter().map(|one| one.3).sum()
}

/// The facts made known about the end of the year.
async fn made_known(world: &World) -> Vec<(bool, proto::YearEndEntry)> {
    let last = world.client().get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().last_sequence;
    let mut events = world
        .client()
        .watch(proto::WatchRequest { after_sequence: 0, ..Default::default() })
        .await
        .unwrap()
        .into_inner();
    let mut told = Vec::new();
    loop {
        let event = events.next().await.unwrap().unwrap().event.unwrap();
        match event.fact {
            Some(Fact::YearEndListed(entry)) => told.push((false, entry)),
            Some(Fact::YearEndDecided(entry)) => told.push((true, entry)),
            _ => {}
        }
        if event.sequence >= last {
            return told;
        }
    }
}

on_both_engines! {
    async fn hom_09_a_year_is_prepared_and_closed_and_late_claims_do_not_change_it(engine) {
        let world = broken(engine).await;
        world.client().record_subcontracting(subcontracting(&world, "12")).await.unwrap();
        world.client().record_subcontracting(subcontracting(&world, "40.00")).await.unwrap();
        let prepared = prepare(&world, 2024).await.unwrap();
        assert_eq!(prepared.entries.len(), 2);
        assert_eq!(short(&prepared.entries[0].findings), found());
        assert_eq!(prepared.entries[0].at_stake.unwrap().cents, at_stake());
        // Nothing was claimed by the other; of its subcontracting nothing is known, which is not nothing.
        let unknown = (Kind::Subcontracting, State::NotKnown, None, 0, Treatment::Unspecified);
        let other = vec![kept(Kind::OverCeiling), kept(Kind::Hours), unknown, kept(Kind::ClientStop)];
        assert_eq!(short(&prepared.entries[1].findings), other);
        let nothing = list(&world, false).await;
        assert_eq!((nothing.year_end, nothing.entries.len()), (None, 0));
        assert_eq!(entry(&world, AGB).await.unwrap_err().code(), Code::NotFound);

        let request = closing(&world);
        let reply = world.client().close_year(request.clone()).await.unwrap().into_inner();
        let closed = reply.year_end.clone().unwrap();
        assert_eq!((closed.providers, closed.with_findings), (2, 2));
        assert_eq!(closed.cut_off_time, prepared.cut_off_time);
        assert_eq!(world.client().close_year(request).await.unwrap().into_inner(), reply);
        let status = world.client().close_year(closing(&world)).await.unwrap_err();
        assert_eq!(status.code(), Code::AlreadyExists);
        let listed = list(&world, false).await;
        assert_eq!((listed.year_end.clone(), listed.entries.len()), (Some(closed), 2));
        let listed_one = proto::YearEndEntry { decision_id: listed.entries[0].decision_id.clone(), ..prepared.entries[0].clone() };
        assert_eq!(listed.entries[0], listed_one);
        let told = made_known(&world).await;
        assert_eq!(told, listed.entries.iter().map(|entry| (false, entry.clone())).collect::<Vec<_>>());

        // A credit and another share come too late.
        world.set("2025-03-02T10:00:00Z");
        let back = Line { bsn: NEW, days: ("2024-10-20", "2024-10-20"), ..credit("C3", 2, "R3") };
        world.submit("F4", &[back]).await;
        world.client().record_subcontracting(subcontracting(&world, "1")).await.unwrap();
        assert_eq!(list(&world, false).await, listed);
    }

    async fn hom_09_every_finding_is_explained_with_rule_and_source(engine) {
        let world = broken(engine).await;
        world.client().record_subcontracting(subcontracting(&world, "40")).await.unwrap();
        close(&world).await;
        let told = entry(&world, AGB).await.unwrap();
        let steps = told.explanation.unwrap().steps;
        assert!(steps.iter().all(|step| step.rule_id == "HOM-09" && !step.source.is_empty()));
        let dutch: Vec<&str> = steps.iter().map(|step| step.text_nl.as_str()).collect();
        assert_eq!(dutch, [
            "De overeenkomst is van het type standard; geteld is wat vastlag op 2025-03-01 10:00:00 UTC.",
            "Boven het zorgkostenplafond van € 1.382,44 is € 145,52 gedeclareerd. Dat is geweigerd en niet betaald: toegekend is € 1.382,44, en meer dan het plafond kan niet worden toegekend.",
            "Voorstel bij over_ceiling, met € 0,00 om terug te vorderen en talk volgens de regel: talk.",
            "Over het hele jaar is 21,00 uur toegekend over 5 cliëntmaanden: gemiddeld 4,20 uur per cliënt per maand.",
            "Afgesproken is ten hoogste 4 uur, gerealiseerd 4,20: 1 uur gaat boven de afspraak. Hun deel van € 1.382,44 toegekend is € 65,83.",
            "Voorstel bij hours, met € 65,83 om terug te vorderen en talk volgens de regel: talk.",
            "Volgens DigiMV 2024 van 20 februari 2025 leverden onderaannemers 40% van de zorg, boven het maximum van 33%. Het deel daarboven van € 1.382,44 toegekend is € 96,77.",
            "Voorstel bij subcontracting, met € 96,77 om terug te vorderen en talk volgens de regel: talk.",
            "Tijdens de cliëntenstop van 15 oktober 2024 tot en met 31 december 2024 kwamen 1 nieuwe cliënten in zorg; voor hun zorg op die dagen is € 145,52 toegekend. Wie al in zorg was telt niet mee.",
            "Voorstel bij client_stop, met € 145,52 om terug te vorderen en reclaim volgens de regel: reclaim.",
            "De bevindingen komen samen op € 308,12; terug te vorderen is ten hoogste wat is toegekend, € 1.382,44: € 308,12.",
        ]);
    }

    async fn hom_09_to_reclaim_takes_four_eyes_and_never_more_than_is_at_stake(engine) {
        use proto::YearEndOutcome::{None as Nothing, Reclaim, Talk};
        let world = broken(engine).await;
        close(&world).await;
        let most = entry(&world, AGB).await.unwrap().entry.unwrap().at_stake.unwrap().cents;
        let status = world.client().decide_year_end(decision(&world, Reclaim, Some(most + 1))).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "ABOVE_STAKE".to_owned()));
        let proposed = world.client().decide_year_end(decision(&world, Reclaim, Some(most))).await.unwrap().into_inner();
        assert_eq!(proposed.entry.unwrap().decision, None);
        assert_eq!(entry(&world, AGB).await.unwrap().entry.unwrap().decision, None);
        world.take(&proposed.proposal.unwrap().proposal_id).await;
        let reclaimed = entry(&world, AGB).await.unwrap().entry.unwrap();
        let decided = reclaimed.decision.clone().unwrap();
        assert_eq!((decided.outcome(), decided.amount.unwrap().cents), (Reclaim, most));
        assert_eq!(world.explained(&decided.decision_id).await, [
            "Of at most EUR 211.35, EUR 211.35 is reclaimed: spoken with the board",
        ]);
        assert_eq!(made_known(&world).await.last().unwrap(), &(true, reclaimed));

        // To talk or to do nothing is not adverse, and takes the place of what was decided.
        let talked = world.client().decide_year_end(decision(&world, Talk, None)).await.unwrap().into_inner();
        assert_eq!((talked.proposal, talked.entry.unwrap().decision.unwrap().outcome()), (None, Talk));
        world.client().decide_year_end(decision(&world, Nothing, None)).await.unwrap();
        let listed = list(&world, true).await.entries.remove(0);
        assert_eq!(listed.decision.unwrap().outcome(), Nothing);
    }

    async fn hom_09_a_year_that_is_not_over_and_every_wrong_field_is_told(engine) {
        let world = World::open(engine).await;
        let status = prepare(&world, 2025).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "YEAR_NOT_OVER".to_owned()));
        // 31 December in the Netherlands until 23:00 UTC.
        world.set("2025-12-31T22:59:59Z");
        assert!(prepare(&world, 2025).await.is_err());
        world.set("2025-12-31T23:00:00Z");
        assert!(prepare(&world, 2025).await.is_ok());
        let cut_off_time = Some(prost_types::Timestamp { seconds: utc("2026-02-01 00:00:00"), nanos: 0 });
        let status = world.client().close_year(proto::CloseYearRequest { cut_off_time, ..closing(&world) }).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["cut_off_time"]);
        let status = world.client().close_year(proto::CloseYearRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "year"]);
        let wrong = proto::RecordSubcontractingRequest { source: String::new(), source_day: None, ..subcontracting(&world, "100.01") };
        let status = world.client().record_subcontracting(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["share_percentage", "source", "source_day"]);
        let wrong = proto::DecideYearEndRequest { motivation: String::new(), ..decision(&world, proto::YearEndOutcome::Talk, Some(1)) };
        let status = world.client().decide_year_end(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["amount", "motivation"]);
        let wrong = decision(&world, proto::YearEndOutcome::Reclaim, Some(0));
        assert_eq!(wrong_fields(&world.client().decide_year_end(wrong).await.unwrap_err()), ["amount"]);
        let wrong = decision(&world, proto::YearEndOutcome::Unspecified, None);
        assert_eq!(wrong_fields(&world.client().decide_year_end(wrong).await.unwrap_err()), ["outcome"]);
        let status = world.client().decide_year_end(decision(&world, proto::YearEndOutcome::Talk, None)).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
    }

    async fn hom_09_what_was_recorded_after_the_cut_off_does_not_count(engine) {
        let world = broken(engine).await;
        let cut_off_time = Some(prost_types::Timestamp { seconds: utc("2025-01-15 00:00:00"), nanos: 0 });
        let request = proto::PrepareYearEndRequest { office: "vgz".to_owned(), year: 2024, cut_off_time, page_size: 1, ..Default::default() };
        let first = world.client().prepare_year_end(request.clone()).await.unwrap().into_inner();
        // Until then there was the first file only: 14 hours in one client-month.
        let findings = short(&first.entries[0].findings);
        assert_eq!((findings[0], findings[3]), (kept(Kind::OverCeiling), kept(Kind::ClientStop)));
        assert_eq!(findings[1].2, Some(14 * TARIFF * 10 / 14));
        let request = proto::PrepareYearEndRequest { page_token: first.next_page_token, ..request };
        let second = world.client().prepare_year_end(request).await.unwrap().into_inner();
        assert_eq!((second.entries[0].agb.as_str(), second.next_page_token.as_str()), (OTHER, ""));
        world.client().close_year(proto::CloseYearRequest { cut_off_time, ..closing(&world) }).await.unwrap();
        assert_eq!(short(&list(&world, false).await.entries[0].findings), findings);
    }

    async fn hom_09_hom_03_the_next_offer_goes_by_the_hours_of_the_closed_year(engine) {
        let world = broken(engine).await;
        let money = |cents| Some(common::Money { cents });
        let inputs = proto::OfferInputs {
            agb: AGB.to_owned(),
            turnover: money(20 * TARIFF),
            forecast: money(19 * TARIFF),
            realised_hours: Some(common::Decimal { value: "3.9".to_owned() }),
            index_percentage: Some(common::Decimal { value: "0".to_owned() }),
            ..Default::default()
        };
        let request = proto::PrepareOfferRequest { office: "vgz".to_owned(), year: 2025, inputs: Some(inputs), ..Default::default() };
        let told = async || {
            let reply = world.client().prepare_offer(request.clone()).await.unwrap().into_inner();
            let steps = reply.explanation.unwrap().steps;
            let base = steps.into_iter().find(|step| step.text_en.contains("the base is")).unwrap();
            (base.text_en, short(&reply.year_end_findings))
        };
        let (before, nothing) = told().await;
        assert!(before.contains("the hours agreement was met (3.9 realised, 4 agreed)"), "{before}");
        assert_eq!(nothing, []);
        close(&world).await;
        let (after, findings) = told().await;
        assert!(after.contains("with 4.20 hours realised and 4 agreed, the base is the lower of both"), "{after}");
        assert_eq!(findings[1], found()[1]);
    }

    async fn hom_09_hom_02_the_findings_stand_beside_the_next_benchmark(engine) {
        let (world, table) = imported(engine).await;
        let run = fit(&world, &table.table_id).await.unwrap();
        let proposed = world.client().exclude_from_benchmark(exclude(&world, AGB)).await.unwrap().into_inner();
        world.take(&proposed.proposal.unwrap().proposal_id).await;
        assert!(scores(&world, &run.run_id).await.iter().all(|score| score.year_end_findings.is_empty()));
        close(&world).await;
        let listed = list(&world, false).await.entries;
        for (score, entry) in std::iter::zip(scores(&world, &run.run_id).await, &listed) {
            assert_eq!((score.agb, score.year_end_findings), (entry.agb.clone(), entry.findings.clone()));
        }
        let request = proto::ListExclusionsRequest { office: "vgz".to_owned(), year: 2025, ..Default::default() };
        let excluded = world.client().list_exclusions(request).await.unwrap().into_inner().exclusions;
        assert_eq!(excluded[0].year_end_findings, listed[0].findings);
    }
}
