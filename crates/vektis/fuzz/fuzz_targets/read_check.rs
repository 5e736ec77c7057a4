//! Reads and checks arbitrary bytes in chunks of a size the first byte decides, and answers them.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use vektis::{
    aw320,
    check::{Checked, Checker},
    framing::{Frame, Splitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

fuzz_target!(|data: &[u8]| {
    let Some((first, file)) = data.split_first() else {
        return;
    };
    let today = NaiveDate::default();
    let mut findings = Vec::new();
    let mut checker = Checker::new(today);
    let mut splitter: Splitter = Splitter::new();
    let mut work = |frame: Frame<'_>| match checker.check(&frame, &mut findings) {
        Checked::Header(header) => drop(HeaderFields::read(header)),
        Checked::Insured(insured, _) => drop(InsuredFields::read(insured)),
        Checked::Performance(line, _) => drop(PerformanceFields::read(line)),
        Checked::Comment(..) | Checked::Trailer(_) | Checked::Unreadable => {}
    };
    for chunk in file.chunks(1 + usize::from(*first) * 3) {
        splitter.feed(chunk, &mut work);
    }
    splitter.finish(&mut work);
    let summary = checker.finish(&mut findings);
    let mut out = Vec::new();
    aw320::write_rejected(&mut out, &summary, "R", today).unwrap();
});
