//! [`Reader`]: from bytes to clients, with everything that is wrong.

use identifiers::Bsn;

use crate::{
    faults::{Faults, Problem},
    message::{Client, Header, MessageKind},
    record::Values,
    schema::{self, Content, Element, Group, Meaning, Occurs},
    tokens::{Space, Token, Tokens},
    value::{MAX_TEXT, Type, Value},
};

/// The most bytes of a message: the standard's operational rule allows files of 5 Mb at most.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most records about one client. Few have more than ten.
pub const MAX_RECORDS: usize = 1_000;
/// The most elements within each other; the deepest of the schema is 9.
const MAX_DEPTH: usize = 32;

/// Reads a message: an iterator over the clients of which everything is right.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    tokens: Option<Tokens<'a>>,
    kind: Option<MessageKind>,
    header: Option<Header>,
    frames: Vec<Frame>,
    leaf: Option<Leaf>,
    /// How deep it is in an element that isn't looked at.
    skipping: usize,
    client: Option<Reading>,
    ready: Option<Client>,
    faults: Faults,
}

/// An element with elements in it.
#[derive(Debug)]
struct Frame {
    name: &'static str,
    number: Option<u32>,
    group: &'static Group,
    /// How often each element of the group stood there.
    counts: Vec<u32>,
    /// The last of them.
    last: usize,
    values: Values,
}

/// An element with a text in it.
#[derive(Debug)]
struct Leaf {
    name: &'static str,
    kind: Type,
    byte: u64,
    text: String,
}

/// The client that is being read.
#[derive(Debug)]
struct Reading {
    client: Client,
    faults_before: u64,
    records: usize,
}

impl Frame {
    fn new(name: &'static str, number: Option<u32>, group: &'static Group) -> Frame {
        Frame { name, number, group, counts: vec![0; group.elements.len()], last: 0, values: Values::default() }
    }
}

impl<'a> Reader<'a> {
    /// A reader of a message.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        let mut reader = Reader {
            bytes,
            tokens: None,
            kind: None,
            header: None,
            frames: Vec::new(),
            leaf: None,
            skipping: 0,
            client: None,
            ready: None,
            faults: Faults::default(),
        };
        if bytes.len() > MAX_BYTES {
            reader.fault(0, "", Problem::TooLarge { limit: MAX_BYTES });
            return reader;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => reader.tokens = Some(Tokens::new(text)),
            Err(error) => reader.fault(error.valid_up_to() as u64, "", Problem::Encoding),
        }
        reader
    }

    /// The head of the message, when it was read and is right.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Reads what is left of the message and gives its head.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn finish(mut self) -> Result<Header, Faults> {
        while self.next().is_some() {}
        self.faults.number_lines(self.bytes);
        match self.header {
            Some(header) if self.faults.total == 0 => Ok(header),
            _ => Err(self.faults),
        }
    }

    fn path(&self, last: &str) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            path.push_str(frame.name);
            if let Some(number) = frame.number {
                path.push_str(&format!("[{number}]"));
            }
            path.push('/');
        }
        let path = path + last;
        let path = path.trim_end_matches('/');
        if path.is_empty() { "Bericht".to_owned() } else { path.to_owned() }
    }

    fn fault(&mut self, byte: u64, last: &str, problem: Problem) {
        let client = self.client.as_ref().map(|reading| reading.client.ordinal);
        let mut faults = std::mem::take(&mut self.faults);
        faults.add(|| self.path(last), client, byte, problem);
        self.faults = faults;
    }

    /// Takes the next token; false when there is none any more.
    fn step(&mut self) -> bool {
        let Some(tokens) = &mut self.tokens else { return false };
        let byte = tokens.byte();
        let problem = match tokens.next() {
            Ok(Token::Start { tag, space, has_attribute }) => {
                let name = tag.local_name();
                match self.start(name.as_ref(), space, byte) {
                    Ok(()) if has_attribute && self.skipping == 0 => {
                        let name = self.leaf.as_ref().map_or("", |leaf| leaf.name);
                        self.fault(byte, name, Problem::Attribute);
                        return true;
                    }
                    Ok(()) => return true,
                    Err(problem) => problem,
                }
            }
            Ok(Token::End) => {
                self.end(byte);
                return true;
            }
            Ok(Token::Text(text)) => match self.text(&text, byte) {
                Ok(()) => return true,
                Err(problem) => problem,
            },
            Ok(Token::Eof) => {
                let whole = self.frames.is_empty() && self.leaf.is_none() && self.skipping == 0;
                self.tokens = None;
                match (whole, self.kind) {
                    (true, Some(_)) => return false,
                    (true, None) => Problem::Root,
                    (false, _) => Problem::Malformed,
                }
            }
            Err(problem) => problem,
        };
        self.tokens = None;
        let name = self.leaf.take().map_or("", |leaf| leaf.name);
        self.fault(byte, name, problem);
        false
    }

    /// An element begins. An error ends the reading.
    fn start(&mut self, name: &str, space: Space, byte: u64) -> Result<(), Problem> {
        if self.skipping > 0 || self.leaf.is_some() {
            if self.skipping == 0 {
                let leaf = self.leaf.as_ref().map_or("", |leaf| leaf.name);
                self.fault(byte, leaf, Problem::Unknown);
            }
            self.skipping += 1;
            let depth = self.frames.len() + usize::from(self.leaf.is_some()) + self.skipping;
            return if depth > MAX_DEPTH { Err(Problem::TooDeep { limit: MAX_DEPTH }) } else { Ok(()) };
        }
        let Some(frame) = self.frames.last_mut() else {
            let Space::Message(kind) = space else { return Err(Problem::Root) };
            if name != "Bericht" || self.kind.is_some() {
                return Err(Problem::Root);
            }
            self.kind = Some(kind);
            self.frames.push(Frame::new("Bericht", None, schema::of(kind)));
            return Ok(());
        };
        let Some(place) = frame.group.elements.iter().position(|element| element.name == name) else {
            self.skipping = 1;
            self.fault(byte, "*", Problem::Unknown);
            return Ok(());
        };
        let element = &frame.group.elements[place];
        frame.counts[place] += 1;
        let count = frame.counts[place];
        let too_late = place < frame.last;
        frame.last = frame.last.max(place);
        let wanted = if frame.group.shared { Some(Space::Basis) } else { self.kind.map(Space::Message) };
        let several = element.occurs == Occurs::AtLeastOnce;
        if count > 1 && !several {
            self.fault(byte, element.name, Problem::Twice);
        } else if too_late {
            self.fault(byte, element.name, Problem::Order);
        }
        let faults_before = self.faults.total;
        if wanted != Some(space) {
            self.fault(byte, element.name, Problem::Namespace);
        }
        self.enter(element, several.then_some(count), faults_before, byte);
        Ok(())
    }

    fn enter(&mut self, element: &'static Element, number: Option<u32>, faults_before: u64, byte: u64) {
        match element.content {
            Content::Skipped => self.skipping = 1,
            Content::Value(kind) => {
                self.leaf = Some(Leaf { name: element.name, kind, byte, text: String::new() });
            }
            Content::Inside(group) => {
                self.frames.push(Frame::new(element.name, number, group));
                match group.meaning {
                    Meaning::Client => self.begin_client(number.unwrap_or(1), faults_before),
                    Meaning::Allocation | Meaning::CareStart | Meaning::Mutation => self.count_record(byte),
                    Meaning::None | Meaning::Header => {}
                }
            }
        }
    }

    fn begin_client(&mut self, ordinal: u32, faults_before: u64) {
        let (allocations, starts, mutations) = (Vec::new(), Vec::new(), Vec::new());
        // The number of nobody until its own was read; a client without one is not given.
        let Ok(bsn) = Bsn::parse("999999999") else { return };
        let client = Client { ordinal, bsn, allocations, starts, mutations };
        self.client = Some(Reading { client, faults_before, records: 0 });
    }

    fn count_record(&mut self, byte: u64) {
        let Some(reading) = &mut self.client else { return };
        reading.records += 1;
        if reading.records == MAX_RECORDS + 1 {
            self.fault(byte, "", Problem::TooManyRecords { limit: MAX_RECORDS });
        }
    }

    fn text(&mut self, text: &str, byte: u64) -> Result<(), Problem> {
        let blank = text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        if self.skipping > 0 {
            return Ok(());
        }
        if let Some(leaf) = &mut self.leaf {
            // One byte too many is enough to be too long.
            if leaf.text.len() <= MAX_TEXT {
                leaf.text.push_str(text.get(..=MAX_TEXT).unwrap_or(text));
            }
        } else if self.frames.is_empty() {
            // Beside the one element of a document there is nothing but blanks.
            return if blank { Ok(()) } else { Err(Problem::Malformed) };
        } else if !blank {
            self.fault(byte, "", Problem::Text);
        }
        Ok(())
    }

    /// The element that began last ends.
    fn end(&mut self, byte: u64) {
        if self.skipping > 0 {
            self.skipping -= 1;
            return;
        }
        if let Some(leaf) = self.leaf.take() {
            match leaf.kind.read(&leaf.text) {
                Ok(value) if self.is_of_another(&leaf, &value) => {
                    self.fault(leaf.byte, leaf.name, Problem::OtherProvider);
                }
                Ok(value) => {
                    if let Some(frame) = self.frames.last_mut() {
                        frame.values.add(leaf.name, value);
                    }
                }
                Err(problem) => self.fault(leaf.byte, leaf.name, problem),
            }
            return;
        }
        let Some(frame) = self.frames.last() else { return };
        let missing = frame.group.elements.iter().zip(&frame.counts);
        let missing: Vec<&'static str> = missing
            .filter(|(element, count)| element.occurs != Occurs::Perhaps && **count == 0)
            .map(|(element, _)| element.name)
            .collect();
        let contradiction =
            (frame.group.meaning == Meaning::Allocation).then(|| frame.values.contradiction()).flatten();
        for name in missing {
            self.fault(byte, name, Problem::Missing);
        }
        if let Some((name, problem)) = contradiction {
            self.fault(byte, name, problem);
        }
        if let Some(frame) = self.frames.pop() {
            self.close(frame);
        }
    }

    /// Whether a report is on the care of another provider than its sender.
    fn is_of_another(&self, leaf: &Leaf, value: &Value) -> bool {
        let reports = self.frames.last().map(|frame| frame.group.meaning);
        let reports = matches!(reports, Some(Meaning::CareStart | Meaning::Mutation)) && leaf.name == "Instelling";
        match (value, &self.header) {
            (Value::Agb(provider), Some(header)) => reports && *provider != header.provider,
            _ => false,
        }
    }

    fn close(&mut self, frame: Frame) {
        let values = frame.values;
        match frame.group.meaning {
            Meaning::None => {
                if let Some(around) = self.frames.last_mut() {
                    around.values.append(values);
                }
            }
            Meaning::Header => self.header = self.kind.and_then(|kind| values.header(kind)),
            Meaning::Client => {
                let Some(mut reading) = self.client.take() else { return };
                let sound = self.faults.total == reading.faults_before;
                if let Some(bsn) = values.bsn("Bsn").filter(|_| sound) {
                    reading.client.bsn = bsn;
                    self.ready = Some(reading.client);
                }
            }
            Meaning::Allocation | Meaning::CareStart | Meaning::Mutation => {
                let decision = self.frames.iter().rev().find_map(|frame| frame.values.number("Besluitnummer"));
                let Some(reading) = self.client.as_mut().filter(|reading| reading.records <= MAX_RECORDS) else {
                    return;
                };
                let client = &mut reading.client;
                match frame.group.meaning {
                    Meaning::Allocation => {
                        client.allocations.extend(decision.and_then(|number| values.allocation(number)))
                    }
                    Meaning::CareStart => client.starts.extend(values.care_start()),
                    _ => client.mutations.extend(values.mutation()),
                }
            }
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Client;

    fn next(&mut self) -> Option<Client> {
        loop {
            if let Some(client) = self.ready.take() {
                return Some(client);
            }
            if !self.step() {
                return None;
            }
        }
    }
}
