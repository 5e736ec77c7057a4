//! Who is calling.
//!
//! - [`Caller`]: an identity with what it may be, for which offices and, for adapters, for which providers.
//! - [`Authenticator`]: from a connection and a request's headers to a caller, or a [`Refusal`] with a reason.
//! - [`incoming`] and [`Tls`]: accepts connections; [`PeerInfo`] is what is known of the peer of one.
//! - [`Connector`]: the other side, towards services that ask for a certificate.
//! - [`TlsSettings`], [`IdentitySettings`], [`ClientSettings`]: how all this is configured; [`check`] finds their faults.
//!
//! A certificate proves itself in the handshake and is judged at each call (see the `certificate` module for why); a
//! token is judged at each call. What they are granted stands in the identity map. The map, the CAs, the lists of revoked
//! certificates, the keys of the token issuer and the service's own certificate are read again when they change.

mod algorithm;
mod authenticator;
mod caller;
mod certificate;
mod check;
mod client;
mod connection;
#[cfg(feature = "dev")]
pub mod dev;
mod fault;
mod fetch;
mod key_source;
mod keys;
mod map;
mod map_reader;
mod pem;
mod reason;
mod settings;
mod subject;
mod tls;
mod token;
mod tokens;
mod watch;

use std::sync::{Arc, LazyLock};

pub use algorithm::Algorithm;
pub use authenticator::{Authenticator, LOCAL_IDENTITY, Now, Refusal};
pub use caller::{Authentication, Caller, Grant, Offices};
pub use check::{check, open_to_others};
pub use client::{ClientFiles, ConnectError, Connector};
pub use connection::{Connection, PeerInfo};
pub use fault::{Fault, Faults};
pub use map::is_office;
use rustls::crypto::CryptoProvider;
pub use settings::{ClientSettings, IdentitySettings, Revocation, TlsSettings, TokenSettings, UnknownRevocation};
pub use tls::{Tls, incoming};

/// The protocol of gRPC, as TLS names it.
const H2: &[u8] = b"h2";

/// The cryptography of TLS and certificates.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> =
        LazyLock::new(|| Arc::new(rustls::crypto::ring::default_provider()));
    PROVIDER.clone()
}
