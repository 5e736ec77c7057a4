//! Rolling upgrades: an older and a newer version of a service side by side on one database.
//!
//! One build holds one version. So it plays both parts: the newer one, on a schema that the first version left and goes on
//! writing to; and the older one, on a schema that a later version expanded, beside a feed with kinds it doesn't know.
//! `cargo xtask upgrade --from REVISION` has two real versions do the same.
#![cfg(test)]

mod ahead;
mod calls;
mod expanding;
mod first_version;
mod steps;
mod unknown;
mod world;
