//! Whether a step of a schema only adds to it, so that the version before it works on.
//!
//! What may be in a step is listed, rather than what may not: a statement that nobody thought of is asked about.

use std::collections::BTreeSet;

/// The steps that no released version has, one after the other.
#[derive(Debug, Default)]
pub struct Later {
    /// What they made: it is theirs alone, and they may do with it what they like.
    tables: BTreeSet<String>,
    triggers: BTreeSet<String>,
}

impl Later {
    /// What is wrong with a step.
    pub fn step(&mut self, text: &str) -> Vec<String> {
        statements(text).iter().filter_map(|statement| self.problem(statement)).collect()
    }

    fn problem(&mut self, statement: &[String]) -> Option<String> {
        let words: Vec<&str> = statement.iter().map(String::as_str).collect();
        let told = || words.iter().take(8).copied().collect::<Vec<_>>().join(" ");
        match words.as_slice() {
            ["CREATE", "TABLE", name, rest @ ..] => {
                self.tables.insert((*name).to_owned());
                let referred = rest.windows(2).filter(|pair| pair[0] == "REFERENCES").map(|pair| pair[1]);
                let mut earlier = referred.filter(|table| !self.tables.contains(*table));
                earlier.next().map(|table| format!("{}: the earlier version removes rows of {table}, unaware", told()))
            }
            ["CREATE", "FUNCTION", ..] => None,
            ["INSERT", "INTO", table, ..] | ["ALTER", "TABLE", table, ..] if self.tables.contains(*table) => None,
            ["ALTER", "TABLE", _, "ADD", "COLUMN", _, _, rest @ ..] => {
                (!is_left_out(rest)).then(|| format!("{}: the earlier version leaves the column out", told()))
            }
            ["CREATE", "INDEX", "IF", "NOT", "EXISTS", ..] => None,
            ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] | ["CREATE", "INDEX", _, "ON", table, ..] => {
                let problem =
                    || format!("{}: it keeps writers out while it is made, or refuses what they write", told());
                (!self.tables.contains(*table)).then(problem)
            }
            ["CREATE", "TRIGGER", name, rest @ ..] => {
                let on = rest.iter().position(|word| *word == "ON").and_then(|at| rest.get(at + 1));
                self.triggers.insert((*name).to_owned());
                let is_own = on.is_some_and(|table| self.tables.contains(*table));
                (!is_own).then(|| format!("{}: the earlier version writes that table otherwise", told()))
            }
            ["DROP", "TRIGGER", name, ..] if self.triggers.contains(*name) => None,
            _ => Some(format!("{}: nobody said that this only adds", told())),
        }
    }
}

/// Whether a row may be written without a column: it may be empty, or says itself what it holds. A value that is computed
/// would have every row written anew.
fn is_left_out(column: &[&str]) -> bool {
    let is_fixed = |value: &str| value.starts_with(['\'', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    match column {
        [] => true,
        ["DEFAULT", value] | ["NOT", "NULL", "DEFAULT", value] | ["DEFAULT", value, "NOT", "NULL"] => {
            is_fixed(value) || matches!(*value, "TRUE" | "FALSE")
        }
        _ => false,
    }
}

/// The statements of a text, each as its words in capitals. Comments are left out; a text in quotes is one word.
fn statements(text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    let mut depth = 0_usize;
    for word in words(text) {
        let Some(statement) = found.last_mut() else { continue };
        // The body of a trigger of SQLite has statements of its own.
        let in_trigger = statement.get(1).is_some_and(|second| second == "TRIGGER");
        match word.as_str() {
            "BEGIN" | "CASE" if in_trigger => depth += 1,
            "END" if in_trigger => depth = depth.saturating_sub(1),
            _ => {}
        }
        match word == ";" && depth == 0 {
            true => found.push(Vec::new()),
            false => statement.push(word),
        }
    }
    found.retain(|statement| !statement.is_empty());
    found
}

fn words(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split_once("--").map_or(line, |(before, _)| before));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = match first {
            _ if rest.starts_with("$$") => rest[2..].find("$$").map(|end| end + 4),
            '\'' => rest[1..].find('\'').map(|end| end + 2),
            _ if is_word(first) => rest.find(|letter| !is_word(letter)),
            other => Some(other.len_utf8()),
        };
        let (word, after) = rest.split_at(length.unwrap_or(rest.len()));
        words.push(word.to_uppercase());
        rest = after.trim_start();
    }
    words
}

#[test]
fn what_only_adds_is_let_through() {
    let mut later = Later::default();
    for fine in [
        "ALTER TABLE feed ADD COLUMN trace_parent TEXT -- a comment; with a stop",
        "ALTER TABLE feed ADD COLUMN weight BIGINT NOT NULL DEFAULT 0;
         ALTER TABLE feed ADD COLUMN word TEXT DEFAULT 'a;b' NOT NULL; ALTER TABLE feed ADD COLUMN open BOOLEAN DEFAULT TRUE",
        "CREATE TABLE note (note_id TEXT NOT NULL PRIMARY KEY, words TEXT NOT NULL CHECK (words <> ''));
         CREATE TABLE answer (note_id TEXT NOT NULL REFERENCES note (note_id));
         CREATE UNIQUE INDEX answer_once ON answer (note_id); CREATE INDEX answers ON answer (note_id)",
        "INSERT INTO note (note_id, words) VALUES ('a', 'b')",
        "CREATE TRIGGER note_no_delete BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'no'); SELECT 1; END;
         DROP TRIGGER note_no_delete; ALTER TABLE note DROP COLUMN words",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE feed; END $$",
        "CREATE INDEX IF NOT EXISTS decision_by_time ON decision (decided_time)",
    ] {
        assert_eq!(later.step(fine), [""; 0], "{fine}");
    }
}

#[test]
fn what_breaks_the_earlier_version_is_told() {
    for wrong in [
        "DROP TABLE feed",
        "ALTER TABLE feed DROP COLUMN kind",
        "ALTER TABLE feed RENAME COLUMN kind TO sort",
        "ALTER TABLE feed RENAME TO events",
        "ALTER TABLE feed ALTER COLUMN kind TYPE BIGINT",
        "ALTER TABLE feed ADD COLUMN weight BIGINT NOT NULL",
        "ALTER TABLE feed ADD COLUMN made_time TIMESTAMPTZ NOT NULL DEFAULT now()",
        "ALTER TABLE feed ADD COLUMN weight BIGINT CHECK (weight > 0)",
        "ALTER TABLE feed ADD COLUMN cause BIGINT REFERENCES audit (sequence)",
        "ALTER TABLE feed ADD CONSTRAINT kinds CHECK (kind <> '')",
        "CREATE TABLE note (feed_sequence BIGINT REFERENCES feed (sequence))",
        "CREATE TRIGGER feed_no_update BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TRIGGER audit_append_only ON audit",
        "CREATE INDEX feed_kind ON feed (kind)",
        "CREATE UNIQUE INDEX feed_kind ON feed (kind)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "UPDATE feed SET kind = 'x'",
        "DELETE FROM feed",
        "INSERT INTO feed (sequence) VALUES (1)",
        "/* hidden */ CREATE TABLE other (id BIGINT)",
    ] {
        let told =
            Later::default().step(&format!("CREATE TABLE own (id BIGINT); {wrong}; CREATE TABLE more (id BIGINT)"));
        assert_eq!(told.len(), 1, "{wrong}: {told:?}");
    }
}
