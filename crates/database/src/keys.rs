//! Many keys in one statement: `WHERE reference IN ({keys})`.
//!
//! The keys travel as one bound parameter (a JSON text on SQLite, a text array on PostgreSQL), so
//! the statement stays one prepared text whatever their number. The two engines' texts are made
//! from one template by the compiler.

/// Fetches rows whose key is among many: the template names them `({keys})`, after the numbered
/// parameters.
///
/// ```ignore
/// const KNOWN: &str = "SELECT reference FROM claim WHERE agb = $1 AND reference IN ({keys})";
/// let known = fetch_in!(tx, KNOWN, keys, agb => (String,))?;
/// ```
///
/// `keys` is a slice (or a reference to a `Vec`) of anything `AsRef<str>`.
#[macro_export]
macro_rules! fetch_in {
    ($tx:expr, $sql:expr, $keys:expr $(, $arg:expr)* => $row:ty) => {{
        $crate::__keyed_texts!($sql $(, $arg)*);
        $crate::__dispatch!($tx, |conn, Engine|
            sqlite: $crate::sqlx::query_as::<Engine, $row>(SQLITE)
                $(.bind($crate::Param::into_param($arg)))*
                .bind($crate::keys_as_json(&$keys[..]))
                .fetch_all(&mut *conn),
            postgres: $crate::sqlx::query_as::<Engine, $row>(POSTGRES)
                $(.bind($crate::Param::into_param($arg)))*
                .bind($crate::keys_as_array(&$keys[..]))
                .fetch_all(&mut *conn),
        )
    }};
}

/// Runs a statement over rows whose key is among many; gives the number of rows affected. See
/// [`fetch_in!`](crate::fetch_in).
#[macro_export]
macro_rules! execute_in {
    ($tx:expr, $sql:expr, $keys:expr $(, $arg:expr)* $(,)?) => {{
        $crate::__keyed_texts!($sql $(, $arg)*);
        $crate::__dispatch!($tx, |conn, Engine|
            sqlite: async {
                $crate::sqlx::query::<Engine>(SQLITE)
                    $(.bind($crate::Param::into_param($arg)))*
                    .bind($crate::keys_as_json(&$keys[..]))
                    .execute(&mut *conn)
                    .await
                    .map(|done| done.rows_affected())
            },
            postgres: async {
                $crate::sqlx::query::<Engine>(POSTGRES)
                    $(.bind($crate::Param::into_param($arg)))*
                    .bind($crate::keys_as_array(&$keys[..]))
                    .execute(&mut *conn)
                    .await
                    .map(|done| done.rows_affected())
            },
        )
    }};
}

/// Declares `SQLITE` and `POSTGRES`, the two texts of one template.
#[doc(hidden)]
#[macro_export]
macro_rules! __keyed_texts {
    ($sql:expr $(, $arg:expr)*) => {
        const TEMPLATE: &str = $sql;
        // The keys come after the other parameters, so their number is one more than those.
        const PARAMETER: usize = [$(stringify!($arg),)* "keys"].len();
        static SQLITE_TEXT: $crate::KeyedText<{ TEMPLATE.len() + 40 }> =
            $crate::KeyedText::new(TEMPLATE, "SELECT value FROM json_each($", PARAMETER, ")");
        static POSTGRES_TEXT: $crate::KeyedText<{ TEMPLATE.len() + 40 }> =
            $crate::KeyedText::new(TEMPLATE, "SELECT unnest($", PARAMETER, "::text[])");
        static SQLITE: &str = SQLITE_TEXT.as_str();
        static POSTGRES: &str = POSTGRES_TEXT.as_str();
    };
}

/// A statement with `{keys}` replaced, made at compile time.
#[doc(hidden)]
pub struct KeyedText<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

#[allow(clippy::panic, reason = "evaluated by the compiler only, where a panic is a compile error")]
impl<const N: usize> KeyedText<N> {
    /// Replaces the one `{keys}` by `head`, the parameter's number and `tail`.
    pub const fn new(template: &str, head: &str, parameter: usize, tail: &str) -> Self {
        let mut text = Self { bytes: [0; N], len: 0 };
        let template = template.as_bytes();
        let mut found = false;
        let mut at = 0;
        while at < template.len() {
            if starts_with(template, at, b"{keys}") {
                assert!(!found, "the template names {{keys}} more than once");
                found = true;
                text.push(head.as_bytes());
                assert!(parameter < 100, "too many parameters");
                if parameter >= 10 {
                    text.push(&[b'0' + (parameter / 10) as u8]);
                }
                text.push(&[b'0' + (parameter % 10) as u8]);
                text.push(tail.as_bytes());
                at += b"{keys}".len();
            } else {
                text.push(&[template[at]]);
                at += 1;
            }
        }
        assert!(found, "the template doesn't name {{keys}}");
        text
    }

    const fn push(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() {
            self.bytes[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
    }

    /// The statement.
    pub const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => panic!("the template was UTF-8 and so are its parts"),
        }
    }
}

const fn starts_with(text: &[u8], at: usize, part: &[u8]) -> bool {
    let mut i = 0;
    while i < part.len() {
        if at + i >= text.len() || text[at + i] != part[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The keys as SQLite reads them: one JSON array.
#[doc(hidden)]
pub fn keys_as_json<K: AsRef<str>>(keys: &[K]) -> String {
    let mut json = Vec::with_capacity(2 + keys.len() * 16);
    json.push(b'[');
    for (i, key) in keys.iter().enumerate() {
        if i > 0 {
            json.push(b',');
        }
        crate::rows::push_json_text(&mut json, key.as_ref());
    }
    json.push(b']');
    // Every part was pushed as whole UTF-8 text; the lossy branch is never taken.
    String::from_utf8(json).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The keys as PostgreSQL reads them: one text array.
#[doc(hidden)]
pub fn keys_as_array<K: AsRef<str>>(keys: &[K]) -> Vec<String> {
    keys.iter().map(|key| key.as_ref().to_owned()).collect()
}
