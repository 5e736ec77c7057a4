//! The ledger, advances and budget that moves, through the public calls.

use chrono::TimeDelta;
use contract::budget as proto;
use testkit::on_both_engines;

use crate::{
    click::{reason, worked},
    office::{Office, VGZ, cents, date, money},
};

/// The balances of a year, checked to add up: each lot's room is in exactly one place, and what was paid is somewhere.
async fn balances(office: &mut Office, as_of: Option<chrono::DateTime<chrono::Utc>>) -> Vec<(String, String, i64)> {
    let as_of_time = as_of.map(|time| prost_types::Timestamp { seconds: time.timestamp(), nanos: 0 });
    let request = proto::GetLedgerRequest { office: VGZ.to_owned(), year: 2023, as_of_time, day: None };
    let ledger = office.budget.get_ledger(request).await.unwrap().into_inner();
    assert_eq!(ledger.balanced, as_of.is_none());
    let sum: i64 = ledger.balances.iter().map(|one| cents(&one.balance)).sum();
    assert_eq!(sum, 0);
    let row = |one: proto::Balance| {
        let account = one.account.unwrap();
        (account.kind().as_str_name().replace("ACCOUNT_KIND_", ""), account.agb, cents(&one.balance))
    };
    ledger.balances.into_iter().map(row).collect()
}

fn row(kind: &str, agb: &str, cents: i64) -> (String, String, i64) {
    (kind.to_owned(), agb.to_owned(), cents)
}

on_both_engines! {
    async fn bud_14_every_euro_is_in_one_account_now_and_at_any_moment_in_the_past(engine) {
        let mut office = worked(engine).await;
        let filed = [
            row("ROOM", "", -1_000_000_000),
            row("RESERVE", "", 20_000_000),
            row("AGREED", "41410001", 400_000_000),
            row("AGREED", "41410002", 300_000_000),
            row("AGREED", "41410003", 260_000_000),
            row("FREE", "", 20_000_000),
        ];
        assert_eq!(balances(&mut office, None).await, filed);
        let before = office.clock.now();
        office.clock.advance(TimeDelta::hours(1));
        office.commit_round(proto::RoundKind::Click).await;
        let clicked = [
            row("ROOM", "", -1_000_000_000),
            row("RESERVE", "", 20_000_000),
            row("AGREED", "41410001", 425_000_000),
            row("AGREED", "41410002", 270_000_000),
            row("AGREED", "41410003", 285_000_000),
        ];
        assert_eq!(balances(&mut office, None).await, clicked);
        assert_eq!(balances(&mut office, Some(before)).await, filed);

        let request = proto::ListLedgerEntriesRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
        let entries = office.budget.list_ledger_entries(request.clone()).await.unwrap().into_inner().entries;
        let kinds: Vec<proto::EntryKind> = entries.iter().map(proto::LedgerEntry::kind).collect();
        use proto::EntryKind::{Established, Reserved, Round};
        assert_eq!(kinds, [Established, Reserved, Round, Round]);
        for entry in &entries {
            assert_eq!(entry.postings.iter().map(|posting| cents(&posting.amount)).sum::<i64>(), 0);
        }
        // Every entry of a decision leads to its explanation.
        assert!(!office.explain(&entries[3].decision_id).await.steps.is_empty());
        let of_one = proto::ListLedgerEntriesRequest { agb: "41410002".to_owned(), page_size: 1, ..request };
        let page = office.budget.list_ledger_entries(of_one.clone()).await.unwrap().into_inner();
        assert_eq!(cents(&page.entries[0].postings[0].amount), 300_000_000);
        let of_one = proto::ListLedgerEntriesRequest { page_token: page.next_page_token, ..of_one };
        let page = office.budget.list_ledger_entries(of_one).await.unwrap().into_inner();
        assert_eq!(page.entries[0].postings.iter().map(|one| cents(&one.amount)).collect::<Vec<_>>(), [-30_000_000]);
        office.close().await;
    }

    async fn bud_14_budget_moves_between_providers_with_four_eyes_and_never_beyond_it(engine) {
        let mut office = worked(engine).await;
        let request = |office: &Office, amount| proto::MoveBudgetRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            from_agb: "41410002".to_owned(),
            to_agb: "41410001".to_owned(),
            amount: money(amount),
            motivation: "a location goes over".to_owned(),
        };
        let too_much = request(&office, 300_000_001);
        let status = office.budget.move_budget(too_much).await.unwrap_err();
        assert_eq!(reason(&status), "BUDGET_EXCEEDED");
        let asked = request(&office, 100_000_000);
        let proposed = office.budget.move_budget(asked).await.unwrap().into_inner();
        assert!(proposed.entry.is_none());
        office.take(&proposed.proposal.unwrap()).await;
        let now = balances(&mut office, None).await;
        assert_eq!(now[2..4], [row("AGREED", "41410001", 500_000_000), row("AGREED", "41410002", 200_000_000)]);

        // A round that was opened before can't be committed over it.
        let simulation = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        let asked = request(&office, 1);
        let proposed = office.budget.move_budget(asked).await.unwrap().into_inner();
        office.take(&proposed.proposal.unwrap()).await;
        let status = office.propose(&simulation).await.unwrap_err();
        assert_eq!(reason(&status), "ROUND_STALE");
        office.close().await;
    }

    async fn bud_12_an_advance_is_paid_and_settled_against_claims(engine) {
        let mut office = Office::open(engine).await;
        office.room(1_000_000_000).await;
        let pay = proto::PayAdvanceRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: "41410001".to_owned(),
            amount: money(5_000_000),
            day: date("2023-02-01"),
            motivation: "eleven clients in care until the first payment".to_owned(),
        };
        let paid = office.budget.pay_advance(pay.clone()).await.unwrap().into_inner();
        assert_eq!(cents(&paid.outstanding), 5_000_000);
        assert_eq!(office.budget.pay_advance(pay).await.unwrap().into_inner(), paid);
        let settle = |office: &Office, amount| proto::SettleAdvanceRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: "41410001".to_owned(),
            amount: money(amount),
            day: date("2023-03-20"),
            motivation: "claims of February".to_owned(),
        };
        let request = settle(&office, 2_000_000);
        let settled = office.budget.settle_advance(request).await.unwrap().into_inner();
        assert_eq!(cents(&settled.outstanding), 3_000_000);
        let request = settle(&office, 3_000_001);
        let status = office.budget.settle_advance(request).await.unwrap_err();
        assert_eq!(reason(&status), "ADVANCE_EXCEEDED");
        let paid = proto::RecordPaymentsRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            day: date("2023-03-28"),
            payments: vec![proto::Payment { agb: "41410001".to_owned(), amount: money(7_000_000) }],
            reference: "CAK 2023-03".to_owned(),
        };
        office.budget.record_payments(paid).await.unwrap();
        let found = balances(&mut office, None).await;
        let payment: Vec<_> = found.into_iter().filter(|(kind, ..)| ["PAID", "ADVANCE", "SETTLED"].contains(&kind.as_str())).collect();
        assert_eq!(payment, [
            row("PAID", "41410001", -12_000_000),
            row("ADVANCE", "41410001", 3_000_000),
            row("SETTLED", "41410001", 9_000_000),
        ]);
        office.close().await;
    }

    async fn bud_14_every_wrong_field_of_a_payment_is_named_and_nothing_is_recorded(engine) {
        let mut office = Office::open(engine).await;
        office.room(1_000_000_000).await;
        let payment = |agb: &str, amount| proto::Payment { agb: agb.to_owned(), amount: money(amount) };
        let request = proto::RecordPaymentsRequest {
            request_id: "?".to_owned(),
            office: VGZ.to_owned(),
            year: 2023,
            day: None,
            payments: vec![payment("41410001", 0), payment("1", 5), payment("41410001", 1)],
            reference: String::new(),
        };
        let status = office.budget.record_payments(request).await.unwrap_err();
        let details = tonic_types::StatusExt::get_error_details(&status);
        let fields: Vec<&str> =
            details.bad_request().unwrap().field_violations.iter().map(|one| one.field.as_str()).collect();
        for field in ["request_id", "day", "payments", "payments[0].amount", "payments[1].agb", "reference"] {
            assert!(fields.contains(&field), "{field} of {fields:?}");
        }
        assert_eq!(balances(&mut office, None).await.len(), 3);
        office.close().await;
    }
}
