//! A connection of a caller, plain or TLS, and what is known of the peer.

use std::{
    io::{self, IoSlice},
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use crate::{authenticator::Refusal, caller::Caller, subject::Validity};

/// The peer of a connection; every request of the connection has it among its extensions.
#[derive(Clone, Debug)]
pub struct PeerInfo(Arc<Peer>);

#[derive(Debug)]
struct Peer {
    address: SocketAddr,
    chain: Vec<CertificateDer<'static>>,
    /// What the check of the chain gave, kept as long as it holds.
    checked: Mutex<Option<Arc<Checked>>>,
}

/// What a certificate gave when it was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Of the data it was checked against.
    pub(crate) generation: u64,
    /// When it holds.
    pub(crate) holds: Validity,
    /// Who it is; a certificate can be in order without the map knowing it.
    pub(crate) caller: Result<Arc<Caller>, Refusal>,
}

impl PeerInfo {
    /// A peer at an address, with the certificates it showed, its own first.
    pub fn new(address: SocketAddr, chain: Vec<CertificateDer<'static>>) -> PeerInfo {
        PeerInfo(Arc::new(Peer { address, chain, checked: Mutex::default() }))
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// The host it is at.
    pub fn ip(&self) -> IpAddr {
        self.0.address.ip()
    }

    /// The certificates it showed, its own first; none when it showed none. The peer holds the key of the first, and
    /// nothing else about them was checked.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.0.chain
    }

    pub(crate) fn checked(&self) -> Option<Arc<Checked>> {
        self.0.checked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep(&self, checked: &Arc<Checked>) {
        *self.0.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(checked.clone());
    }
}

/// A connection that was accepted.
#[derive(Debug)]
pub struct Connection {
    stream: Either,
    peer: PeerInfo,
}

#[derive(Debug)]
enum Either {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    pub(crate) fn plain(stream: TcpStream, address: SocketAddr) -> Connection {
        Connection { stream: Either::Plain(stream), peer: PeerInfo::new(address, Vec::new()) }
    }

    pub(crate) fn tls(stream: TlsStream<TcpStream>, address: SocketAddr) -> Connection {
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default().to_vec();
        Connection { stream: Either::Tls(Box::new(stream)), peer: PeerInfo::new(address, chain) }
    }
}

impl Connected for Connection {
    type ConnectInfo = PeerInfo;

    fn connect_info(&self) -> PeerInfo {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Either::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Either::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Either::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Either::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Either::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Either::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Either::Plain(stream) => stream.is_write_vectored(),
            Either::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Either::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Either::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Either::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Either::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
