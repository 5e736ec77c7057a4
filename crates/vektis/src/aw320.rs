//! Writes and reads AW320, the return on a claim file.
//!
//! A return repeats every record of the claim file and adds the decision on it. The first 310 bytes stay
//! as they came, message code included: the standard calls them the unchanged heenbericht. Writers add to
//! a buffer, record by record, so that a return of any size can be sent while it is written.
//!
//! | file | header | insured | line |
//! |---|---|---|---|
//! | accepted | 0200 | 0200 | granted in full: 8001; refused: its codes and 0 granted |
//! | rejected | 0001 and two codes | - | - |

use chrono::NaiveDate;

use crate::{
    Sign,
    check::{Summary, neutral_header},
    codes::{Codes, ReturnCode},
    layout::{
        Comment, DoesNotFit, Header, Insured, Performance, RECORD, RETURN_RECORD, ReturnComment, ReturnHeader,
        ReturnInsured, ReturnPerformance, ReturnTrailer, Trailer, TrailerFields,
    },
    value::{cents, date, sign, text},
};

/// What the return says of the file as a whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderAnswer {
    /// The insurer's own reference (referentienummer zorgverzekeraar), at most 24 characters.
    pub insurer_reference: String,
    /// Date of the return (dagtekening retourbericht).
    pub return_date: NaiveDate,
    /// 0200 for an accepted file.
    pub codes: Codes,
}

/// What the return says of a claim line. Amounts are eurocents with their sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LineAnswer {
    /// What the insurer calculated (berekend bedrag zorgverzekeraar).
    pub insurer_cents: i64,
    /// What is granted (toegekend bedrag).
    pub granted_cents: i64,
    /// Why.
    pub codes: Codes,
}

impl LineAnswer {
    /// The line is granted as claimed: 8001.
    #[must_use]
    pub fn granted(line: Performance<'_>) -> Self {
        let insurer_cents = line.calculated_cents().unwrap_or(0);
        let granted_cents = line.claimed_cents().unwrap_or(0);
        Self { insurer_cents, granted_cents, codes: Codes::one(ReturnCode::GRANTED) }
    }

    /// Another amount is granted than was claimed.
    #[must_use]
    pub const fn partly(insurer_cents: i64, granted_cents: i64, codes: Codes) -> Self {
        Self { insurer_cents, granted_cents, codes }
    }

    /// Nothing is granted.
    #[must_use]
    pub const fn refused(codes: Codes) -> Self {
        Self { insurer_cents: 0, granted_cents: 0, codes }
    }
}

/// Adds the header.
///
/// # Errors
/// The reference doesn't fit; nothing is written then.
pub fn write_header(out: &mut Vec<u8>, sent: Header<'_>, answer: &HeaderAnswer) -> Result<(), DoesNotFit> {
    let mut record = echo(sent.bytes());
    fit(text::put(&answer.insurer_reference, &mut record[310..334]), "0181")?;
    fit(date::put(&Some(answer.return_date), &mut record[334..342]), "0182")?;
    put_codes(answer.codes, &mut record[342..354]);
    push(out, &record);
    Ok(())
}

/// Adds an insured record. An accepted one has code 0200.
pub fn write_insured(out: &mut Vec<u8>, sent: Insured<'_>, codes: Codes) {
    let mut record = echo(sent.bytes());
    put_codes(codes, &mut record[310..322]);
    push(out, &record);
}

/// Adds a claim line with what it is granted.
///
/// # Errors
/// An amount has more than eight digits; nothing is written then.
pub fn write_performance(out: &mut Vec<u8>, sent: Performance<'_>, answer: LineAnswer) -> Result<(), DoesNotFit> {
    let mut record = echo(sent.bytes());
    put_signed(answer.insurer_cents, &mut record[310..319], "0481")?;
    put_signed(answer.granted_cents, &mut record[319..328], "0483")?;
    put_codes(answer.codes, &mut record[328..340]);
    push(out, &record);
    Ok(())
}

/// Adds a comment. One without remark has code 0200.
pub fn write_comment(out: &mut Vec<u8>, sent: Comment<'_>, codes: Codes) {
    let mut record = echo(sent.bytes());
    put_codes(codes, &mut record[310..322]);
    push(out, &record);
}

/// Adds the trailer, with the totals of what was claimed and what is granted, in eurocents.
///
/// # Errors
/// A total has more than eleven digits; nothing is written then.
pub fn write_trailer(
    out: &mut Vec<u8>,
    sent: Trailer<'_>,
    submitted_cents: i64,
    granted_cents: i64,
) -> Result<(), DoesNotFit> {
    let mut record = [b' '; RETURN_RECORD];
    // the counts stay; amounts and reserve are those of the return
    record[..33].copy_from_slice(&sent.bytes()[..33]);
    put_signed(submitted_cents, &mut record[33..45], "9907")?;
    put_signed(granted_cents, &mut record[45..57], "9909")?;
    push(out, &record);
    Ok(())
}

/// Writes the whole return of a rejected file: header and trailer, nothing granted.
///
/// A header or trailer that couldn't be read is replaced by a neutral one: codes and dates zero, and the
/// counts and total of what was read.
///
/// # Errors
/// The reference doesn't fit; nothing is written then.
pub fn write_rejected(
    out: &mut Vec<u8>,
    summary: &Summary,
    insurer_reference: &str,
    return_date: NaiveDate,
) -> Result<(), DoesNotFit> {
    let header = summary.header.unwrap_or_else(|| neutral_header(summary.message.map_or(0, crate::Message::code)));
    let answer =
        HeaderAnswer { insurer_reference: insurer_reference.to_owned(), return_date, codes: summary.file_codes };
    write_header(out, Header::new(&header), &answer)?;

    let trailer = summary.trailer.unwrap_or_else(|| neutral_trailer(summary));
    // what the sender says to have submitted, as far as it is a number; otherwise what was read of it
    let submitted = Trailer::new(&trailer).total_cents().unwrap_or(summary.claimed_cents);
    write_trailer(out, Trailer::new(&trailer), submitted.clamp(-MOST, MOST), 0)
}

/// The largest total a trailer has room for.
const MOST: i64 = 99_999_999_999;

fn neutral_trailer(summary: &Summary) -> [u8; RECORD] {
    let small = |count: u64, most: u32| u32::try_from(count).unwrap_or(most).min(most);
    let total = summary.claimed_cents.clamp(-MOST, MOST);
    TrailerFields {
        insured_count: small(summary.counts.insured, 999_999),
        performance_count: small(summary.counts.performances, 999_999),
        comment_count: small(summary.counts.comments, 999_999),
        detail_count: small(summary.counts.details(), 9_999_999),
        total_amount: total.abs(),
        total_sign: Sign::of(total),
        ..TrailerFields::default()
    }
    .write()
    // can't be, since every number was made to fit
    .unwrap_or([b' '; RECORD])
}

/// A record of a return file.
#[derive(Clone, Copy, Debug)]
pub enum ReturnRecord<'a> {
    /// 01.
    Header(ReturnHeader<'a>),
    /// 02.
    Insured(ReturnInsured<'a>),
    /// 04.
    Performance(ReturnPerformance<'a>),
    /// 98.
    Comment(ReturnComment<'a>),
    /// 99.
    Trailer(ReturnTrailer<'a>),
}

impl<'a> ReturnRecord<'a> {
    /// The record by its mark; none for an unknown mark.
    #[must_use]
    pub fn read(bytes: &'a [u8; RETURN_RECORD]) -> Option<Self> {
        Some(match &bytes[..2] {
            b"01" => Self::Header(ReturnHeader::new(bytes)),
            b"02" => Self::Insured(ReturnInsured::new(bytes)),
            b"04" => Self::Performance(ReturnPerformance::new(bytes)),
            b"98" => Self::Comment(ReturnComment::new(bytes)),
            b"99" => Self::Trailer(ReturnTrailer::new(bytes)),
            _ => return None,
        })
    }
}

impl ReturnHeader<'_> {
    /// What the return says of the file; none if a field isn't well formed.
    #[must_use]
    pub fn answer(self) -> Option<HeaderAnswer> {
        Some(HeaderAnswer {
            insurer_reference: self.insurer_reference().to_string(),
            return_date: self.return_date()?,
            codes: self.codes(),
        })
    }
}

impl ReturnPerformance<'_> {
    /// What the return says of the line; none if a field isn't well formed.
    #[must_use]
    pub fn answer(self) -> Option<LineAnswer> {
        Some(LineAnswer {
            insurer_cents: self.insurer_cents()?,
            granted_cents: self.granted_cents()?,
            codes: self.codes(),
        })
    }
}

fn echo(sent: &[u8; RECORD]) -> [u8; RETURN_RECORD] {
    let mut record = [b' '; RETURN_RECORD];
    record[..RECORD].copy_from_slice(sent);
    record
}

fn put_codes(codes: Codes, field: &mut [u8]) {
    for (place, code) in field.chunks_mut(4).zip(codes.iter()) {
        place.copy_from_slice(code.as_bytes());
    }
}

/// An amount and, in the last byte, its sign.
fn put_signed(amount: i64, field: &mut [u8], number: &'static str) -> Result<(), DoesNotFit> {
    let last = field.len() - 1;
    sign::put(&Sign::of(amount), &mut field[last..]);
    fit(cents::put(&amount.saturating_abs(), &mut field[..last]), number)
}

const fn fit(fits: bool, field: &'static str) -> Result<(), DoesNotFit> {
    if fits { Ok(()) } else { Err(DoesNotFit { field }) }
}

fn push(out: &mut Vec<u8>, record: &[u8; RETURN_RECORD]) {
    out.extend_from_slice(record);
    out.extend_from_slice(b"\r\n");
}
