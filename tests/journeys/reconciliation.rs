//! The end of a year: reconciliation, forms and signatures, overruns, publication; through the public calls.

use contract::budget as proto;
use sha2::{Digest, Sha256};
use testkit::on_both_engines;

use crate::{
    click::{reason, worked},
    office::{Line, Office, VGZ, cents, claim_file, date, money},
};

const AGB: &str = "41410001";

/// An office of which the year 2023 is over: a provider with a budget of 100.00 and, at a cent each, 120.00 of claims,
/// of which 20.00 was wrongful; 90.00 was paid.
async fn year_over(engine: testkit::Engine) -> Office {
    let mut office = Office::open(engine).await;
    office.import_tariffs().await;
    office.contract(AGB).await;
    office.caught_up().await;
    office.room(1_000_000_000).await;
    office.base(AGB, 10_205).await;
    let (filed, _) = office.file_budgets().await;
    assert_eq!(cents(&filed[0].filed), 10_000);
    office.set("2023-03-10");
    let pieces =
        |quantity| Line { product: "CENT", unit: 82, tariff: 1, ..Line::hours(quantity, "2023-02-01", "2023-02-01") };
    let lines = [("r1", pieces(9_999)), ("r2", pieces(1)), ("r3", pieces(2_000))];
    let file = claim_file(AGB, "F1", &lines);
    assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 3);
    pay(&mut office, 9_000).await;
    office.set("2024-04-10");
    office
}

async fn pay(office: &mut Office, amount: i64) {
    let request = proto::RecordPaymentsRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        day: date("2023-04-01"),
        payments: vec![proto::Payment { agb: AGB.to_owned(), amount: money(amount) }],
        reference: "CAK".to_owned(),
    };
    office.budget.record_payments(request).await.unwrap();
}

async fn wrongful(office: &mut Office, reference: &str, amount: i64) -> proto::RecordWrongfulPaymentResponse {
    let request = proto::RecordWrongfulPaymentRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        reference: reference.to_owned(),
        amount: money(amount),
        motivation: "not delivered".to_owned(),
    };
    office.budget.record_wrongful_payment(request).await.unwrap().into_inner()
}

/// The amounts of a provider: budget, production, acceptable, net paid, settlement.
async fn reconciled(office: &mut Office) -> ([i64; 5], proto::Simulation) {
    let simulation = office.simulated(proto::RoundKind::Reconciliation, false).await.unwrap().simulation.unwrap();
    let provider = office.providers(&simulation).await.remove(0);
    let settlement = provider.settlement.unwrap();
    let amounts = [&provider.before, &provider.asked, &provider.after, &settlement.net_paid, &settlement.settlement];
    (amounts.map(cents), simulation)
}

async fn form(office: &mut Office, kind: proto::FormKind) -> proto::Form {
    let request = proto::ListFormsRequest {
        office: VGZ.to_owned(),
        year: 2023,
        kind: kind.into(),
        agb: AGB.to_owned(),
        ..Default::default()
    };
    office.budget.list_forms(request).await.unwrap().into_inner().forms.remove(0)
}

fn sign(
    office: &Office,
    kind: proto::FormKind,
    side: proto::Side,
    sha256: &str,
    one_sided: bool,
) -> proto::SignFormRequest {
    proto::SignFormRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        kind: kind.into(),
        agb: AGB.to_owned(),
        side: side.into(),
        signed_by: "A. Jansen, bestuurder".to_owned(),
        sha256: sha256.to_owned(),
        one_sided,
    }
}

on_both_engines! {
    async fn bud_11_the_worked_reconciliation_is_signed_by_both_sides_and_settled(engine) {
        let mut office = year_over(engine).await;
        assert_eq!(wrongful(&mut office, "r3", 2_000).await.year, 2023);
        let (amounts, simulation) = reconciled(&mut office).await;
        assert_eq!(amounts, [10_000, 12_000, 10_000, 9_000, 1_000]);
        let proposal = office.propose(&simulation).await.unwrap().proposal.unwrap();
        office.take(&proposal).await;

        let kind = proto::FormKind::Reconciliation;
        let unsigned = form(&mut office, kind).await;
        assert_eq!(unsigned.sha256, hex::encode(Sha256::digest(&unsigned.csv)));
        assert_eq!(String::from_utf8(unsigned.csv).unwrap().lines().last().unwrap(), "vgz,2023,41410001,te verrekenen,,,,10.00");
        let other = sign(&office, kind, proto::Side::Office, &"0".repeat(64), false);
        assert_eq!(reason(&office.budget.sign_form(other).await.unwrap_err()), "OTHER_FORM");
        let first = sign(&office, kind, proto::Side::Provider, &unsigned.sha256, false);
        let signed = office.budget.sign_form(first).await.unwrap().into_inner();
        assert!(!signed.settled && !signed.form.unwrap().r#final);
        let second = sign(&office, kind, proto::Side::Office, &unsigned.sha256, false);
        let signed = office.budget.sign_form(second).await.unwrap().into_inner();
        assert!(signed.settled);
        let signed = signed.form.unwrap();
        assert!(signed.r#final && signed.signatures.len() == 2);
        let again = sign(&office, kind, proto::Side::Office, &unsigned.sha256, false);
        assert_eq!(reason(&office.budget.sign_form(again).await.unwrap_err()), "ALREADY_SIGNED");

        let request = proto::GetProviderUseRequest {
            office: VGZ.to_owned(),
            year: 2023,
            agb: AGB.to_owned(),
            as_of_time: None,
        };
        let used = office.budget.get_provider_use(request).await.unwrap().into_inner();
        assert_eq!([&used.agreed, &used.realised, &used.settled, &used.advance].map(cents), [10_000, 12_000, 10_000, 0]);
        office.close().await;
    }

    async fn bud_11_a_credit_that_came_before_is_not_reclaimed_again_and_an_advance_counts_as_paid(engine) {
        let mut office = year_over(engine).await;
        wrongful(&mut office, "r3", 2_000).await;
        let credit = Line {
            product: "CENT", unit: 82, tariff: 1, credits: Some("r3".to_owned()),
            ..Line::hours(2_000, "2023-02-01", "2023-02-01")
        };
        let file = claim_file(AGB, "F2", &[("c3", credit)]);
        assert_eq!(cents(&office.submit(&file).await.unwrap().0.granted), -2_000);
        let advance = proto::PayAdvanceRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: AGB.to_owned(),
            amount: money(400),
            day: date("2023-02-01"),
            motivation: "a first month".to_owned(),
        };
        office.budget.pay_advance(advance).await.unwrap();
        let (amounts, simulation) = reconciled(&mut office).await;
        assert_eq!(amounts, [10_000, 10_000, 10_000, 9_400, 600]);
        let proposal = office.propose(&simulation).await.unwrap().proposal.unwrap();
        office.take(&proposal).await;
        let request = proto::GetRoundRequest { round_id: simulation.round_id.clone() };
        let round = office.budget.get_round(request).await.unwrap().into_inner().round.unwrap();
        assert!(!office.explain(&round.decision_id).await.steps.is_empty());
        let own = office.providers(&simulation).await.remove(0);
        let steps = office.explain(&own.decision_id).await.steps;
        assert!(steps[0].text_en.contains("was credited already"), "{}", steps[0].text_en);
        office.close().await;
    }

    async fn bud_11_claims_after_the_cut_off_ask_for_a_new_round_and_after_the_commitment_are_corrections(engine) {
        let mut office = year_over(engine).await;
        let (_, simulation) = reconciled(&mut office).await;
        office.clock.advance(chrono::TimeDelta::hours(1));
        let late = |reference, invoice| claim_file(AGB, invoice, &[(reference, Line::hours(1, "2023-02-03", "2023-02-03"))]);
        assert_eq!(office.submit(&late("late", "F2")).await.unwrap().0.granted_lines, 1);
        assert_eq!(reason(&office.propose(&simulation).await.unwrap_err()), "ROUND_STALE");
        let (amounts, simulation) = reconciled(&mut office).await;
        assert_eq!(amounts[1], 12_000 + 6_794);
        let proposal = office.propose(&simulation).await.unwrap().proposal.unwrap();
        office.take(&proposal).await;
        office.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(office.submit(&late("later", "F3")).await.unwrap().0.granted_lines, 1);
        assert_eq!(cents(&office.lot(None).await.realised), 12_000 + 6_794);
        let request = proto::ListCorrectionsRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
        let corrections = office.budget.list_corrections(request).await.unwrap().into_inner().corrections;
        assert_eq!(corrections.len(), 1);
        let request = proto::ReplayRoundRequest { round_id: simulation.round_id };
        assert!(office.budget.replay_round(request).await.unwrap().into_inner().same);
        office.close().await;
    }

    async fn bud_11_the_office_signs_alone_only_while_an_investigation_is_open(engine) {
        let mut office = year_over(engine).await;
        let (_, simulation) = reconciled(&mut office).await;
        let proposal = office.propose(&simulation).await.unwrap().proposal.unwrap();
        office.take(&proposal).await;
        let kind = proto::FormKind::Reconciliation;
        let sha256 = form(&mut office, kind).await.sha256;
        let alone = sign(&office, kind, proto::Side::Office, &sha256, true);
        assert_eq!(reason(&office.budget.sign_form(alone.clone()).await.unwrap_err()), "NOT_INVESTIGATED");
        let request = proto::OpenInvestigationRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: AGB.to_owned(),
            kind: proto::InvestigationKind::MaterialControl.into(),
            motivation: "file 17".to_owned(),
        };
        let opened = office.budget.open_investigation(request).await.unwrap().into_inner().investigation.unwrap();
        let close = proto::CloseInvestigationRequest {
            request_id: office.id(),
            investigation_id: opened.investigation_id,
            motivation: "nothing found".to_owned(),
        };
        assert!(office.budget.sign_form(alone).await.unwrap().into_inner().settled);
        let closed = office.budget.close_investigation(close).await.unwrap().into_inner().investigation.unwrap();
        assert!(closed.closed_time.is_some());
        office.close().await;
    }

    async fn bud_11_a_year_that_is_not_over_is_not_reconciled(engine) {
        let mut office = worked(engine).await;
        let status = office.simulated(proto::RoundKind::Reconciliation, false).await.unwrap_err();
        assert_eq!(reason(&status), "YEAR_NOT_OVER");
        office.close().await;
    }

    async fn bud_11_no_more_than_was_granted_on_a_line_was_paid_wrongfully(engine) {
        let mut office = year_over(engine).await;
        let request = |office: &Office, reference: &str, amount| proto::RecordWrongfulPaymentRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            agb: AGB.to_owned(),
            reference: reference.to_owned(),
            amount: money(amount),
            motivation: "not delivered".to_owned(),
        };
        let asked = request(&office, "r3", 2_001);
        assert_eq!(reason(&office.budget.record_wrongful_payment(asked).await.unwrap_err()), "LINE_EXCEEDED");
        let asked = request(&office, "unknown", 1);
        let status = office.budget.record_wrongful_payment(asked).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::NotFound);
        wrongful(&mut office, "r3", 2_000).await;
        // Lifted again.
        wrongful(&mut office, "r3", 0).await;
        assert_eq!(reconciled(&mut office).await.0[2], 10_000);
        office.close().await;
    }

    async fn bud_04_the_budget_form_has_a_checksum_and_is_signed_off_by_both_sides(engine) {
        let mut office = worked(engine).await;
        let kind = proto::FormKind::Budget;
        let filed = form(&mut office, kind).await;
        let text = String::from_utf8(filed.csv.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "zorgkantoor,jaar,agb,regel,prestatie,volume,tarief,bedrag");
        assert_eq!(lines[1], "vgz,2023,41410001,prestatie,CENT,408163266,0.01,4081632.66");
        assert_eq!(lines[4], "vgz,2023,41410001,in te dienen budget,,,,4000000.00");
        assert_eq!(filed.sha256, hex::encode(Sha256::digest(&filed.csv)));
        for side in [proto::Side::Office, proto::Side::Provider] {
            let request = sign(&office, kind, side, &filed.sha256, false);
            office.budget.sign_form(request).await.unwrap();
        }
        let signed = form(&mut office, kind).await;
        assert!(signed.r#final);
        assert_eq!(signed.csv, filed.csv);
        let missing = proto::ListFormsRequest {
            office: VGZ.to_owned(),
            year: 2023,
            kind: proto::FormKind::Reconciliation.into(),
            ..Default::default()
        };
        assert_eq!(reason(&office.budget.list_forms(missing).await.unwrap_err()), "ROUND_NOT_COMMITTED");
        office.close().await;
    }

    async fn bud_08_an_overrun_is_escalated_in_the_order_of_the_policy(engine) {
        let mut office = worked(engine).await;
        let step = |office: &Office, step: proto::EscalationStep, amount| proto::EscalateRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            step: step.into(),
            amount: money(amount),
            motivation: "decided on 12 June".to_owned(),
        };
        use proto::EscalationStep::{Consultation, OfficeTransfer, PgbTransfer, Unpaid};
        let early = step(&office, OfficeTransfer, 1);
        assert_eq!(reason(&office.budget.escalate(early).await.unwrap_err()), "ESCALATION_ORDER");
        // The PGB lot of this office is empty.
        let empty = step(&office, PgbTransfer, 1);
        assert_eq!(reason(&office.budget.escalate(empty).await.unwrap_err()), "ROOM_EXCEEDED");
        let tried = step(&office, PgbTransfer, 0);
        let told = office.budget.escalate(tried).await.unwrap().into_inner().escalation.unwrap();
        // Forecasts of 990,000,001 against 980,000,000.
        assert_eq!((told.number, cents(&told.overrun)), (1, 10_000_001));
        assert_eq!(office.explain(&told.decision_id).await.steps.len(), 2);
        for (next, amount) in [(OfficeTransfer, 4_000_000), (Consultation, 5_000_000), (Unpaid, 1_000_001)] {
            let request = step(&office, next, amount);
            office.budget.escalate(request).await.unwrap();
        }
        assert_eq!(cents(&office.lot(None).await.room), 1_009_000_000);
        let request = proto::ListEscalationsRequest { office: VGZ.to_owned(), year: 2023 };
        let steps = office.budget.list_escalations(request).await.unwrap().into_inner().escalations;
        let overruns: Vec<i64> = steps.iter().map(|one| cents(&one.overrun)).collect();
        assert_eq!(overruns, [10_000_001, 10_000_001, 6_000_001, 1_000_001]);
        let more = step(&office, OfficeTransfer, 2_000_000);
        office.budget.escalate(more).await.unwrap();
        let none = step(&office, OfficeTransfer, 1);
        assert_eq!(reason(&office.budget.escalate(none).await.unwrap_err()), "NO_OVERRUN");
        office.close().await;
    }

    async fn bud_09_public_figures_name_no_provider_and_are_known_as_of_any_moment(engine) {
        let mut office = worked(engine).await;
        let request = |format: proto::PublicationFormat| proto::GetPublicationRequest {
            office: VGZ.to_owned(),
            year: 2023,
            as_of_time: None,
            format: format.into(),
        };
        let csv = office.budget.get_publication(request(proto::PublicationFormat::Csv)).await.unwrap().into_inner();
        let text = String::from_utf8(csv.content.clone()).unwrap();
        assert_eq!(csv.file_name, "vgz-2023-2023-06.csv");
        assert_eq!(csv.sha256, hex::encode(Sha256::digest(&csv.content)));
        let zin = text.lines().nth(1).unwrap();
        assert!(zin.ends_with(",zin,10000000.00,200000.00,9600000.00,0.00,9900000.01,200000.00,0.00"), "{zin}");
        assert!(!text.contains("4141"));
        // All three have agreements in one of the regions of the room, and no others.
        let region = text.lines().nth(3).unwrap();
        assert!(region.starts_with("vgz,5508,2023,") && region.ends_with(",zin,,,9600000.00,0.00,9900000.01,,"), "{region}");
        assert_eq!(text.lines().count(), 4);
        let json = office.budget.get_publication(request(proto::PublicationFormat::Json)).await.unwrap().into_inner();
        let room: serde_json::Value = serde_json::from_slice(&json.content).unwrap();
        assert_eq!(room["lots"][0]["agreed"], "9600000.00");
        assert_eq!(room["by_region"][0]["region"], "5508");
        assert_eq!(room["by_region"][0]["agreed"], "9600000.00");
        let before = proto::GetPublicationRequest {
            as_of_time: Some(prost_types::Timestamp { seconds: 1_675_000_000, nanos: 0 }),
            ..request(proto::PublicationFormat::Json)
        };
        let before = office.budget.get_publication(before).await.unwrap().into_inner();
        let room: serde_json::Value = serde_json::from_slice(&before.content).unwrap();
        assert_eq!(room["lots"][0]["room"], "0.00");
        let own = proto::GetProviderUseRequest {
            office: VGZ.to_owned(),
            year: 2023,
            agb: AGB.to_owned(),
            as_of_time: None,
        };
        let own = office.budget.get_provider_use(own).await.unwrap().into_inner();
        assert_eq!([&own.agreed, &own.forecast].map(cents), [400_000_000, 430_000_000]);
        office.close().await;
    }
}
