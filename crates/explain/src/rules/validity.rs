//! Gaps and overlaps in validity.

use super::{
    Fault,
    entry::{Content, Entry, Version},
};

/// Sorts every parameter's versions by time and its statements by precedence, and notes gaps, overlaps and
/// parameters that are both stated and said to be unset.
pub(super) fn check(content: &mut Content) {
    let mut faults = Vec::new();
    for (name, entries) in &mut content.entries {
        entries.sort_by_key(|entry: &Entry| entry.scope.precedence());
        for entry in entries {
            entry.versions.sort_by_key(|version| version.from);
            if let (Some((file, line)), Some(_)) = (&entry.unset, entry.versions.first()) {
                let message = format!("parameter {name} is said to be unset and has a value for the same scope");
                faults.push(Fault { file: file.to_string(), line: *line, message });
            }
            faults.extend(entry.versions.windows(2).filter_map(|pair| between(name, &pair[0], &pair[1])));
        }
    }
    content.faults.append(&mut faults);
}

fn between(name: &str, earlier: &Version, later: &Version) -> Option<Fault> {
    let fault = |message: String| Fault { file: later.file.to_string(), line: later.line, message };
    match earlier.until {
        Some(until) if until >= later.from => {
            Some(fault(format!("parameter {name}: the version from {} overlaps the one until {until}", later.from)))
        }
        Some(until) if until.succ_opt() != Some(later.from) => {
            Some(fault(format!("parameter {name}: no version is in force between {until} and {}", later.from)))
        }
        Some(_) => None,
        None => Some(fault(format!(
            "parameter {name}: the version from {} overlaps the open one from {}",
            later.from, earlier.from
        ))),
    }
}
