//! The policy in OpenFisca-Core: `policy/openfisca_quotes.py`, in a Python of the environment.

use std::{
    env,
    io::{BufRead, BufReader, Lines, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::Failure;

/// The variable that names a Python with OpenFisca-Core.
const PYTHON: &str = "ZORGINKOOP_OPENFISCA_PYTHON";

/// The running script, which measures when it is its turn.
pub struct OpenFisca {
    child: Child,
    turns: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl OpenFisca {
    /// Starts the script with a file of facts and tells how its results compare; `None` where no Python is named.
    ///
    /// # Errors
    /// When it doesn't start, or says that its results are not those of the file.
    pub fn start(facts: &Path) -> Result<Option<OpenFisca>, Failure> {
        let Some(python) = env::var_os(PYTHON) else {
            println!("policy: left out OpenFisca-Core, {PYTHON} names no Python that has it");
            return Ok(None);
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy/openfisca_quotes.py");
        let mut command = Command::new(python);
        command.arg(script).arg(facts).arg("--turns").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let turns = child.stdin.take().ok_or("no way to ask the script")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way to hear the script")?).lines();
        let mut openfisca = OpenFisca { child, turns, answers };
        println!("policy: OpenFisca-Core: {}", openfisca.answer()?);
        Ok(Some(openfisca))
    }

    /// Quotes per second in one round of a way of asking.
    ///
    /// # Errors
    /// When the script ended or answered something else.
    pub fn rate(&mut self, way: &str) -> Result<f64, Failure> {
        writeln!(self.turns, "{way}")?;
        Ok(self.answer()?.parse()?)
    }

    fn answer(&mut self) -> Result<String, Failure> {
        Ok(self.answers.next().ok_or("the script of OpenFisca ended; what it wrote says why")??)
    }
}

impl Drop for OpenFisca {
    fn drop(&mut self) {
        // Nothing is lost with it, and it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
