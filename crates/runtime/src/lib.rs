//! What every service process needs around its own work.
//!
//! - [`Settings`]: where to listen, which database, which peers; from a file, the environment and the command line,
//!   in that order, unknown keys refused.
//! - [`check`]: what is wrong with a settings file and the files it names, without starting anything.
//! - [`Clock`] and [`Ids`]: time and randomness, handed in so that tests and replays decide what they are.
//! - [`Server`]: the gRPC server with health, reflection, deadlines and an orderly end.
//! - [`follow`]: keeps a local projection of another service's feed, exactly once per fact.
//! - [`Peer`]: a channel to another service, on which calls are traced and measured.

mod check;
mod deadline;
pub mod follow;
mod peer;
mod process;
mod server;
mod settings;
mod time;

pub use check::check;
pub use peer::{Peer, peer};
pub use process::{StartError, run, with_causes};
pub use server::{Running, Server, ServerError};
pub use settings::{Limits, Settings, SettingsError};
pub use time::{Clock, Ids};
