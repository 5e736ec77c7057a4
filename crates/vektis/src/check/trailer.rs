use super::{Checker, Finding, Grounds, Stage, scan};
use crate::{
    Sign, codes,
    framing::Place,
    layout::{RECORD, Trailer},
};

impl Checker {
    /// Checks the trailer against what was counted.
    #[cold]
    pub(super) fn check_trailer(&mut self, place: Place, record: &[u8; RECORD], findings: &mut Vec<Finding>) {
        let mut grounds = Grounds::none();
        self.step(&[Stage::Line], Stage::End, "9901", &mut grounds);
        scan::TRAILER_FORM.check(record, &mut grounds);
        let trailer = Trailer::new(record);
        if self.trailer.is_none() {
            self.trailer = Some(*record);
        }
        if !self.lost {
            let counts = [
                (trailer.insured_count(), self.counts.insured, codes::COUNT_INSURED, "9902"),
                (trailer.performance_count(), self.counts.performances, codes::COUNT_PERFORMANCES, "9904"),
                (trailer.comment_count(), self.counts.comments, codes::COUNT_COMMENTS, "9905"),
                (trailer.detail_count(), self.counts.details(), codes::COUNT_DETAILS, "9906"),
            ];
            for (said, counted, ground, field) in counts {
                if said.map(u64::from) != Some(counted) {
                    grounds.add(ground, field);
                }
            }
            if trailer.total_cents() != Some(self.claimed_cents) {
                grounds.add(codes::TOTAL, "9907");
            } else if trailer.total_sign() != Some(Sign::of(self.claimed_cents)) {
                // a total of zero is debit
                grounds.add(codes::TOTAL, "9908");
            }
        }
        for (ground, field) in grounds.iter() {
            self.report_file(place, ground, Some(field), findings);
        }
    }
}
