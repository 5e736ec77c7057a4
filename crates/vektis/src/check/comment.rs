use super::{Checker, Finding, Grounds, Stage, scan};
use crate::{
    codes::{self, Codes},
    framing::Place,
    layout::{Comment, RECORD},
    number::{value, value12},
};

impl Checker {
    /// Checks a comment: it repeats the number of the record before it and counts its lines from 1.
    pub(super) fn comment(&mut self, place: Place, record: &[u8; RECORD], findings: &mut Vec<Finding>) -> Codes {
        let mut grounds = Grounds::none();
        // a comment leaves the file where it was
        let stage = self.stage;
        self.step(&[Stage::Insured, Stage::Line], stage, "9801", &mut grounds);
        scan::COMMENT_FORM.check(record, &mut grounds);
        self.counts.comments += 1;
        if self.group.is_some_and(|group| group != value12::<2>(record)) {
            grounds.add(codes::DETAIL_NUMBER, "9802");
        }
        let line = value::<14, 4>(record);
        if self.group.is_some() && line != self.next_comment {
            grounds.add(codes::COMMENT_NUMBER, "9803");
        }
        self.next_comment = line.wrapping_add(1);
        if Comment::new(record).text().is_empty() {
            grounds.add(codes::COMMENT_TEXT, "9804");
        }
        if grounds.is_empty() {
            return Codes::none();
        }
        self.report(place, &grounds, findings);
        grounds.codes()
    }
}
