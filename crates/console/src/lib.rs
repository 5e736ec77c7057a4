//! The console: pages that show where the money of an office is, to people.
//!
//! It has no database and decides nothing: every figure is what a service answers, and only calls that look are made.
//! Whoever asks is passed on to the services, which say what may be seen; a refusal is shown as one. Pages are made on
//! the server from [maud] templates, need no script, and ask nothing of other machines.
//!
//! - [`start`]: listens on this machine, and turns away what does not belong here (`guard`).
//! - `asker`: who asks, and in which language.
//! - `calls`: the services' clients; `problem`: what goes wrong, for people.
//! - `words`: every word in both languages; `show`: amounts, dates and times as they are written; `terms`: the names of
//!   states and kinds; `bars`: figures drawn.
//! - `pages`: one module per page.

mod asker;
mod bars;
mod calls;
mod guard;
mod layout;
mod pages;
mod problem;
mod server;
mod show;
mod terms;
mod words;

pub use calls::{Service, Services, Shown};
pub use server::{Console, Now, Running, StartError, start};
