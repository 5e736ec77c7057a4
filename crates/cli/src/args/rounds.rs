//! What `zorginkoop rounds` is told.

use clap::{Subcommand, ValueEnum};

use super::YearArguments;

/// What a round is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoundKind {
    /// Base production and the budgets that are filed
    BaseProduction,
    /// The click of June
    Click,
    /// The reallocation (herschikking) of September and October
    Reallocation,
}

/// What can be done with rounds.
#[derive(Debug, Subcommand)]
pub enum RoundsCommand {
    /// Opens a round: freezes what it is computed from
    Open {
        /// Which year
        #[command(flatten)]
        year: YearArguments,
        /// What it is about
        #[arg(long, value_enum)]
        kind: RoundKind,
        /// UUID of the request: the same id again gives the same answer
        #[arg(long)]
        request_id: Option<uuid::Uuid>,
    },
    /// Lists the rounds of a year
    List {
        /// Which year
        #[command(flatten)]
        year: YearArguments,
    },
    /// Computes a round and keeps the outcome; budgets stay as they are
    Simulate {
        /// The round
        round_id: String,
        /// Leaves over-production unfunded
        #[arg(long)]
        no_funding: bool,
    },
    /// Shows how two simulations differ
    Compare {
        /// The one
        simulation_id: String,
        /// The other
        other_simulation_id: String,
    },
    /// Proposes a simulation; somebody else takes it, once per year and kind of round
    Commit {
        /// The simulation
        simulation_id: String,
        /// UUID of the request: the same id again gives the same answer
        #[arg(long)]
        request_id: Option<uuid::Uuid>,
    },
    /// Shows a round and what its simulation does to each provider
    Show {
        /// The round
        round_id: String,
    },
    /// Computes a committed round again and tells whether every cent is the same
    Replay {
        /// The round
        round_id: String,
    },
}
