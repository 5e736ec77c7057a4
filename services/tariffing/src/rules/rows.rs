//! The rows of tariffing: where a percentage starts, what may be added to it, within which range it stays, and which
//! conditions an office sets on care.

use explain::{FieldKind, Row, RowKind};

/// Whom a row is for.
const WHOM: FieldKind = FieldKind::Choices(&["new", "existing"]);

/// `[[start]]`: where a derivation starts. The first row that applies holds, by `order`; when none does, the guide
/// percentage holds (TAR-06).
///
/// - `order`: its place among the starts, lowest first.
/// - `for`: new or existing providers; all when not stated.
/// - `begin`: `stated` (the `percentage` of the row), `guide` (moved by `points`), `previous` (the percentage of the
///   year before), `line` (the falling line of a multi-year agreement), `interview` (what a person entered after the
///   interview) or `bid` (a lower percentage that was agreed).
/// - `if`: `granted` when somebody established it for the provider under the key of the row; `lower_than_guide` when
///   the percentage of the year before lies below the guide percentage.
/// - `unset`: that no source states the value. What starts here is not determined.
pub const START: RowKind = RowKind {
    name: "start",
    fields: &[
        ("order", FieldKind::Count),
        ("for", WHOM),
        ("begin", FieldKind::Choice(&["stated", "guide", "previous", "line", "interview", "bid"])),
        ("if", FieldKind::Choice(&["granted", "lower_than_guide"])),
        ("percentage", FieldKind::Percent),
        ("points", FieldKind::Points),
        ("unset", FieldKind::Flag),
    ],
    inputs: &["guide", "previous", "points", "year"],
    faults: start_faults,
};

/// `[[adjustment]]`: what may be added to a percentage or taken from it, by theme or by another ground, in percentage
/// points. It only happens when it was granted.
///
/// - `points`: a fixed number; or `lowest` and `highest`: any number between them, asked for; or `bespoke`: any
///   number; or `none`: nothing, whatever is asked; or `unset`: no source states it.
/// - `basis`: `proposal` when a provider asks for it and the checks of the theme are to be met, `judgement` when the
///   office establishes it.
/// - `for` and `forms`: the providers and the delivery forms; all when not stated.
/// - `closed_by`: keys of starts from which nothing is added.
/// - `instead_of`: keys of adjustments beside which it isn't granted.
/// - `agreed_by_month`: agreed at the latest in this month of the year; 0 is before the year.
/// - `obligation`: that the result is an obligation, so that it can be reclaimed (TAR-16).
pub const ADJUSTMENT: RowKind = RowKind {
    name: "adjustment",
    fields: &[
        ("basis", FieldKind::Choice(&["proposal", "judgement"])),
        ("for", WHOM),
        ("forms", FieldKind::List),
        ("points", FieldKind::Points),
        ("lowest", FieldKind::Points),
        ("highest", FieldKind::Points),
        ("bespoke", FieldKind::Flag),
        ("none", FieldKind::Flag),
        ("unset", FieldKind::Flag),
        ("closed_by", FieldKind::List),
        ("instead_of", FieldKind::List),
        ("agreed_by_month", FieldKind::Count),
        ("obligation", FieldKind::Flag),
    ],
    inputs: &["percentage", "points", "initiative"],
    faults: adjustment_faults,
};

/// `[[range]]`: how far an office goes; what lies outside moves to the border.
///
/// - `around`, `lowest` and `highest`: points below and above the guide percentage or that of the year before;
/// - or `at_most`: the highest percentage there is.
pub const RANGE: RowKind = RowKind {
    name: "range",
    fields: &[
        ("around", FieldKind::Choice(&["guide", "previous"])),
        ("for", WHOM),
        ("lowest", FieldKind::Points),
        ("highest", FieldKind::Points),
        ("at_most", FieldKind::Percent),
    ],
    inputs: &["percentage", "lowest", "highest"],
    faults: range_faults,
};

/// `[[condition]]`: what an office says of care beside its tariff.
///
/// - `effect`: `excluded` when it isn't bought, `noted` when it goes with the tariff.
/// - `for`, `forms`, `profiles` (care profiles by the code of list COD163), `treatment = "with"` and `clients = "new"`:
///   the care it is about; all when not stated.
/// - `unless`: the key under which somebody established that it doesn't hold.
pub const CONDITION: RowKind = RowKind {
    name: "condition",
    fields: &[
        ("effect", FieldKind::Choice(&["excluded", "noted"])),
        ("for", WHOM),
        ("forms", FieldKind::List),
        ("profiles", FieldKind::List),
        ("treatment", FieldKind::Choice(&["with"])),
        ("clients", FieldKind::Choice(&["new"])),
        ("unless", FieldKind::Text),
    ],
    inputs: &["product", "form"],
    faults: |row| match row.has("effect") {
        true => Vec::new(),
        false => vec![("effect", "excluded or noted".to_owned())],
    },
};

/// All kinds.
pub(super) const ALL: [RowKind; 4] = [START, ADJUSTMENT, RANGE, CONDITION];

fn start_faults(row: &Row) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if !row.has("order") || !row.has("begin") {
        faults.push(("begin", "a start has order and begin".to_owned()));
    }
    let stated = row.word("begin") == "stated";
    if stated && !row.flag("unset") && !row.has("percentage") || row.has("percentage") && !stated {
        faults.push(("percentage", "a percentage where, and only where, begin is stated".to_owned()));
    }
    if row.has("points") && row.word("begin") != "guide" {
        faults.push(("points", "points only where begin is guide".to_owned()));
    }
    if row.word("if") == "lower_than_guide" && row.word("begin") != "previous" {
        faults.push(("if", "lower_than_guide only where begin is previous".to_owned()));
    }
    faults
}

fn range_faults(row: &Row) -> Vec<(&'static str, String)> {
    let around = ["around", "lowest", "highest"].map(|field| row.has(field));
    let bounds = around.iter().all(|has| *has) && row.points("lowest") <= row.points("highest");
    let sound = if row.has("at_most") { !around.contains(&true) } else { bounds };
    let expected = "around, lowest and highest, the lowest not above the highest; or at_most alone";
    if sound { Vec::new() } else { vec![("at_most", expected.to_owned())] }
}

fn adjustment_faults(row: &Row) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if row.has("lowest") != row.has("highest") || row.points("lowest") > row.points("highest") {
        faults.push(("lowest", "lowest and highest together, the lowest not above the highest".to_owned()));
    }
    let ways = [row.has("points"), row.has("lowest"), row.flag("bespoke"), row.flag("none"), row.flag("unset")];
    if ways.into_iter().filter(|way| *way).count() != 1 {
        let expected = "one of points, lowest and highest, bespoke, none and unset";
        faults.push(("points", expected.to_owned()));
    }
    if !row.has("basis") {
        faults.push(("basis", "proposal or judgement".to_owned()));
    }
    if row.count("agreed_by_month").is_some_and(|month| month > 12) {
        faults.push(("agreed_by_month", "a month, or 0 for before the year".to_owned()));
    }
    faults
}
