//! What is wrong with rule files, all of it at once.

use std::fmt;

/// Something wrong in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when it is about something that is not there.
    pub line: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Every fault of a set of rule files, in order of file and line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RuleFaults(pub Vec<Fault>);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl fmt::Display for RuleFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rule files have {} fault(s)", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}
