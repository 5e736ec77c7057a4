//! What can be wrong with a message, and where.

use std::fmt;

use identifiers::IdentifierError;

/// The most faults that are kept; [`Faults::total`] counts the others too.
pub const MAX_FAULTS: usize = 1_000;

/// What is wrong. It never holds text of the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// More bytes than a message may have.
    #[error("the message is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("is not text in UTF-8")]
    Encoding,
    /// Not well-formed.
    #[error("is not well-formed XML")]
    Malformed,
    /// There is a document type.
    #[error("a document type (DOCTYPE) is not taken")]
    DocumentType,
    /// An entity other than the five of XML itself.
    #[error("an entity other than those of XML itself is not taken")]
    Entity,
    /// Elements within elements without end.
    #[error("lies deeper than {limit} elements")]
    TooDeep {
        /// The most elements within each other.
        limit: usize,
    },
    /// The namespace is another one.
    #[error("is not in the namespace of its message")]
    Namespace,
    /// The root is another one.
    #[error("expected the element Bericht of an AW33, AW35 or AW39 of release 2.2")]
    Root,
    /// An element that may not be there.
    #[error("is not an element that may stand here")]
    Unknown,
    /// An element that must be there.
    #[error("is missing")]
    Missing,
    /// An element that may be there once.
    #[error("stands there twice")]
    Twice,
    /// Elements in another order.
    #[error("stands there too late: its place is before its predecessor")]
    Order,
    /// Text where elements are expected.
    #[error("text stands where elements are expected")]
    Text,
    /// An attribute.
    #[error("has an attribute, which no element of a message has")]
    Attribute,
    /// More records about a client than are taken.
    #[error("the client has more than {limit} records")]
    TooManyRecords {
        /// The most records.
        limit: usize,
    },
    /// Another text than must be there.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A code that is not in its list.
    #[error("expected a code of {list}: {}", codes.join(", "))]
    Code {
        /// The list.
        list: &'static str,
        /// What is in it.
        codes: &'static [&'static str],
    },
    /// A code or number of a person or provider.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// A number outside its bounds.
    #[error("expected a whole number from {min} to {max}")]
    Number {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A period that ends before it begins.
    #[error("ends before it begins, and was not withdrawn")]
    Reversed,
    /// A report on care that another gives.
    #[error("must be the sender: a provider reports on its own care")]
    OtherProvider,
    /// A withdrawal without its day.
    #[error("must be given where a reason of withdrawal is")]
    WithdrawnWhen,
}

/// Something wrong in a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The element, as names from the root on; one of several has its number, such as `Bericht/Clienten/Client[2]/Bsn`.
    pub path: String,
    /// The client it is about, numbered from 1; none for the message as a whole.
    pub client: Option<u32>,
    /// Where the element begins, in bytes from 0. Of an element that is missing: where the one that lacks it ends.
    pub byte: u64,
    /// The line of that byte, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.path, self.problem)
    }
}

/// Everything wrong in a message, in its order.
#[derive(Clone, Debug, Default, Eq, PartialEq, thiserror::Error)]
#[error("the message has {total} fault(s)")]
pub struct Faults {
    /// The first [`MAX_FAULTS`] of them.
    pub found: Vec<Fault>,
    /// How many there are in all.
    pub total: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, path: impl FnOnce() -> String, client: Option<u32>, byte: u64, problem: Problem) {
        self.total += 1;
        if self.found.len() < MAX_FAULTS {
            self.found.push(Fault { path: path(), client, byte, line: 0, problem });
        }
    }

    /// Numbers the lines, all of them in one pass over the bytes, and puts the faults in their order.
    pub(crate) fn number_lines(&mut self, bytes: &[u8]) {
        self.found.sort_by_key(|fault| fault.byte);
        let (mut line, mut at) = (1, 0);
        for fault in &mut self.found {
            let byte = usize::try_from(fault.byte).unwrap_or(usize::MAX).min(bytes.len());
            line += bytes[at..byte].iter().filter(|byte| **byte == b'\n').count() as u64;
            at = byte;
            fault.line = line;
        }
    }
}
