//! What the checks report.

use crate::{
    code_list::{CodeEntry, CodeList},
    codes::{Codes, Ground, Level, ReturnCode},
    framing::Place,
};

/// Something that is wrong with a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The return code that reports it.
    pub code: ReturnCode,
    /// What it does.
    pub level: Level,
    /// The record it is about.
    pub place: Place,
    /// Number of the field, for example `0426`; none if it's about the record as a whole.
    pub field: Option<&'static str>,
}

impl Finding {
    /// The texts of the code.
    #[must_use]
    pub fn describe<'l>(&self, list: &'l CodeList) -> Option<&'l CodeEntry> {
        list.get(self.code)
    }
}

/// The grounds found in one record, in order, each field once. Lives on the stack.
#[derive(Clone, Copy)]
pub(super) struct Grounds {
    list: [Option<(Ground, &'static str)>; Self::ROOM],
}

impl Grounds {
    /// More than a record's three codes, few enough to clear for each record.
    const ROOM: usize = 6;

    pub(super) const fn none() -> Self {
        Self { list: [None; Self::ROOM] }
    }

    #[cold]
    pub(super) fn add(&mut self, ground: Ground, field: &'static str) {
        for place in &mut self.list {
            match place {
                None => {
                    *place = Some((ground, field));
                    return;
                }
                // the first thing that is wrong with a field says enough
                Some((_, known)) if *known == field => return,
                Some(_) => {}
            }
        }
        // a file-level ground must never get lost behind line-level ones
        if ground.level == Level::File && self.list.iter().flatten().all(|(known, _)| known.level != Level::File) {
            self.list[Self::ROOM - 1] = Some((ground, field));
        }
    }

    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.list[0].is_none()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Ground, &'static str)> + '_ {
        self.list.iter().flatten().copied()
    }

    pub(super) fn codes(&self) -> Codes {
        self.iter().map(|(ground, _)| ground.code).collect()
    }
}
