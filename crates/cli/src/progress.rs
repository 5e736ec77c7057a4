//! Progress of what takes longer than a second: a bar on a terminal, plain lines elsewhere.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// How far something is.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    name: String,
    total: u64,
    done: u64,
    told: u64,
}

impl Progress {
    /// `total` steps of `unit`; a bar only when standard error is a terminal.
    pub fn new(name: &str, total: u64, unit: &str) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let template = format!("{{msg:28}} {{bar:40}} {{pos}}/{{len}} {unit} {{elapsed}}");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
            bar.set_message(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Progress { bar, name: name.to_owned(), total, done: 0, told: 0 }
    }

    /// The number of steps done so far.
    pub fn set(&mut self, done: u64) {
        self.done = done;
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None => self.tell(),
        }
    }

    /// One step more.
    pub fn step(&mut self) {
        self.set(self.done + 1);
    }

    /// A line per quarter, so that a log stays readable.
    fn tell(&mut self) {
        let quarter = (self.done * 4).checked_div(self.total).unwrap_or(4);
        if quarter > self.told {
            self.told = quarter;
            let _ = writeln!(std::io::stderr(), "{}: {} of {}", self.name, self.done, self.total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
