//! Pages of a list.

use crate::Fields;

const DEFAULT_SIZE: u32 = 100;
const LARGEST_SIZE: u32 = 1_000;
/// Between the parts of a token; no key holds it.
const SEPARATOR: char = '\u{1f}';
/// Beyond every year of a contract, so that what is left after taking one off sorts the newest first.
const BEYOND: i64 = 9_999;

/// A page that was asked for: what comes after a key, in a stable order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most this many.
    pub size: u32,
    /// The key of the last item of the page before; empty parts before the first page.
    pub after: Vec<String>,
}

impl Page {
    /// Reads `page_size` and `page_token` of a list ordered by a key of `parts` parts.
    pub fn read(fields: &mut Fields, size: i32, token: &str, parts: usize) -> Option<Page> {
        let size = match u32::try_from(size) {
            Ok(0) => Some(DEFAULT_SIZE),
            Ok(size) if size <= LARGEST_SIZE => Some(size),
            _ => None,
        };
        fields.check(size.is_some(), "page_size", format!("expected 1 to {LARGEST_SIZE}, or 0 for {DEFAULT_SIZE}"));
        let after = if token.is_empty() { Some(vec![String::new(); parts]) } else { decode(token, parts) };
        fields.check(after.is_some(), "page_token", "is not one this call gave out");
        Some(Page { size: size?, after: after? })
    }

    /// How many rows to ask the store for: one more than the page, to see whether another page follows.
    pub fn limit(&self) -> i64 {
        i64::from(self.size) + 1
    }

    /// Cuts the rows to the page and gives the token of the next one, empty when there is none.
    pub fn cut<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> Vec<String>) -> String {
        let size = self.size as usize;
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last().map(|row| encode(&key(row))).unwrap_or_default()
    }
}

/// The part of a key by which the newest year of a list comes first.
pub fn newest_first(year: impl Into<i64>) -> String {
    format!("{:04}", BEYOND - year.into())
}

fn encode(key: &[String]) -> String {
    hex::encode(key.join(&SEPARATOR.to_string()))
}

fn decode(token: &str, parts: usize) -> Option<Vec<String>> {
    let text = String::from_utf8(hex::decode(token).ok()?).ok()?;
    let key: Vec<String> = text.split(SEPARATOR).map(str::to_owned).collect();
    // A NUL stands in no key, and PostgreSQL takes none in a text.
    (key.len() == parts && !text.contains('\0')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_the_one_after() {
        let mut fields = Fields::new();
        let page = Page::read(&mut fields, 2, "", 2).unwrap();
        let mut rows = vec!["a", "b", "c"];
        let token = page.cut(&mut rows, |row| vec![(*row).to_owned(), "x".to_owned()]);
        assert_eq!(rows, ["a", "b"]);
        let next = Page::read(&mut fields, 2, &token, 2).unwrap();
        assert_eq!(next.after, ["b", "x"]);
        assert_eq!(next.cut(&mut vec!["c"], |row| vec![(*row).to_owned()]), "");
        assert!(fields.all((Some(()),)).is_ok());
    }

    #[test]
    fn years_sort_the_newest_first() {
        let keys = [2024, 2023, 1999, 999].map(newest_first);
        assert!(keys.is_sorted(), "{keys:?}");
        assert!(newest_first(9_999) > String::new(), "the first page begins before every year");
    }

    #[test]
    fn tokens_of_others_are_refused() {
        let mut fields = Fields::new();
        assert_eq!(Page::read(&mut fields, 5000, "zz", 1), None);
        assert_eq!(Page::read(&mut fields, 0, &encode(&["a".to_owned(), "b".to_owned()]), 1), None);
        assert_eq!(Page::read(&mut fields, 0, "00", 1), None);
        assert!(fields.all((Some(()),)).is_err());
    }
}
