//! The decision on one line, and its row.

use database::Rows;
use vektis::{
    Sign, Text,
    codes::{self, Codes, ReturnCode},
    layout::Performance,
};

use crate::{
    batch::Line,
    days::Days,
    decider::{ClaimLine, Decider, LineDecision},
    history::{History, bytes},
    insured::Insured,
    results::{Decided, Outcome, granted_otherwise},
    store::LineKey,
};

/// Decides about a line: technical checks, then its references, then whether the client is insured, then the service.
pub(crate) fn judge(
    line: &Line,
    record: Performance<'_>,
    (history, days, insured): (&History, &Days, &Insured),
    decider: &mut impl Decider,
) -> Decided {
    if !line.codes.is_empty() {
        return Decided::refused(line.codes);
    }
    let refused = |code| Decided::refused(Codes::one(code));
    if history.has(&bytes(record.reference().padded())) {
        return refused(codes::REFERENCE.code);
    }
    let Some(product) = record.product().as_ascii() else {
        return refused(codes::PRODUCT.code);
    };
    let Some(claim) = claim_line(line, record, product) else {
        return refused(codes::OTHER.code);
    };
    if record.claimed_sign() == Some(Sign::Credit) {
        let Some(granted) = history.debit_of(record) else {
            // 8017: no debit line is known for this credit line
            return refused(ReturnCode::parse("8017").unwrap_or(codes::PREVIOUS_REFERENCE.code));
        };
        decider.take_back(&claim, -granted);
        let code = if -granted == claim.claimed_cents { ReturnCode::GRANTED } else { granted_otherwise() };
        return Decided { outcome: Outcome::Credit, granted_cents: -granted, codes: Codes::one(code) };
    }
    if let Err(code) = insured.approve(&claim) {
        return refused(code);
    }
    if days.overlap(line, record, |reference| history.stands(reference)) {
        // 0587: the performance was claimed before
        return refused(ReturnCode::parse("0587").unwrap_or(codes::OTHER.code));
    }
    let in_full =
        Decided { outcome: Outcome::Debit, granted_cents: claim.claimed_cents, codes: Codes::one(ReturnCode::GRANTED) };
    match decider.decide(&claim) {
        LineDecision::Granted => in_full,
        LineDecision::Partly { granted_cents, .. } if granted_cents >= claim.claimed_cents => in_full,
        LineDecision::Partly { granted_cents, codes } if granted_cents > 0 => {
            Decided { outcome: Outcome::Debit, granted_cents, codes: some(codes, granted_otherwise()) }
        }
        LineDecision::Partly { codes, .. } | LineDecision::Refused(codes) => {
            Decided::refused(some(codes, codes::OTHER.code))
        }
    }
}

/// Refuses a line of care in a time of which files were removed: whether it was granted before can't be told any more.
pub(crate) fn too_late(line: &Line) -> Decided {
    if !line.codes.is_empty() {
        return Decided::refused(line.codes);
    }
    // 0586: the claim came too late
    Decided::refused(Codes::one(ReturnCode::parse("0586").unwrap_or(codes::OTHER.code)))
}

/// A refusal always says something.
fn some(codes: Codes, otherwise: ReturnCode) -> Codes {
    if codes.is_empty() { Codes::one(otherwise) } else { codes }
}

fn claim_line<'a>(line: &Line, record: Performance<'a>, product: &'a str) -> Option<ClaimLine<'a>> {
    Some(ClaimLine {
        record,
        detail_number: record.detail_number()?,
        client: line.client,
        first_day: record.begin()?,
        last_day: record.end()?,
        product,
        function_code: record.function_code()?,
        care_profile: record.care_profile()?,
        quantity: record.quantity()?,
        time_unit: record.time_unit()?,
        tariff_cents: record.tariff_cents()?,
        claimed_cents: record.claimed_cents()?,
    })
}

/// Adds the row of a line.
pub(crate) fn write_row(rows: &mut Rows, key: &LineKey, line: &Line, record: Performance<'_>, decided: &Decided) {
    let number = |value: Option<u32>| i64::from(value.unwrap_or(0));
    rows.text(&key.office).text(&key.agb).int(key.file_number);
    rows.int(record.detail_number().unwrap_or(0).cast_signed());
    match line.client {
        Some(client) => rows.text(&client.to_string()),
        None => rows.text(""),
    };
    write_text(rows, record.product());
    rows.int(number(record.function_code())).int(number(record.care_profile()));
    for day in [record.begin(), record.end()] {
        match day {
            Some(day) => rows.date(day),
            None => rows.null(),
        };
    }
    rows.int(number(record.quantity())).int(number(record.time_unit()));
    rows.int(record.tariff_cents().unwrap_or(0)).int(record.claimed_cents().unwrap_or(0));
    rows.int(decided.granted_cents).int(decided.outcome as i64);
    rows.int((line.days_once && decided.outcome == Outcome::Debit).into());
    write_text(rows, record.reference());
    write_text(rows, record.previous_reference());
    if decided.is_granted_in_full() {
        rows.text("")
    } else {
        rows.text(&code_text(decided.codes))
    };
    rows.end_row();
}

fn write_text(rows: &mut Rows, text: Text<'_>) {
    match text.as_ascii() {
        Some(plain) if !plain.contains('\0') => rows.text(plain),
        // only a refused line can hold a NUL, which no text column takes
        _ => rows.text(&text.to_string().replace('\0', "\u{fffd}")),
    };
}

/// Codes with spaces between them.
pub(crate) fn code_text(codes: Codes) -> String {
    let texts: Vec<String> = codes.iter().map(|code| code.to_string()).collect();
    texts.join(" ")
}
