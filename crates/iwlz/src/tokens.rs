//! The XML of a message as tokens: elements with their namespace, and text. What no message may hold ends it here.

use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::{PrefixDeclaration, ResolveResult},
};

use crate::{faults::Problem, message::MessageKind};

/// The namespace of the elements that several messages share.
pub(crate) const BASIS: &str = "http://www.istandaarden.nl/iwlz/2_2/basisschema/schema";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Space {
    /// That of a message.
    Message(MessageKind),
    /// That of what messages share.
    Basis,
    /// Another, or none.
    Other,
}

impl Space {
    fn of(name: &str) -> Space {
        let message = MessageKind::ALL.into_iter().find(|kind| kind.namespace() == name);
        match message {
            Some(kind) => Space::Message(kind),
            None if name == BASIS => Space::Basis,
            None => Space::Other,
        }
    }
}

/// A part of the document.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// An element begins.
    Start { tag: BytesStart<'a>, space: Space, has_attribute: bool },
    /// The element that began last ends.
    End,
    /// Text.
    Text(String),
    /// The document ends.
    Eof,
}

/// The tokens of a document.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    xml: NsReader<&'a [u8]>,
    /// Bytes before the document: a byte order mark.
    before: u64,
    started: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Tokens<'a> {
        let document = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut xml = NsReader::from_str(document);
        let config = xml.config_mut();
        config.check_comments = true;
        config.expand_empty_elements = true;
        Tokens { xml, before: (text.len() - document.len()) as u64, started: false }
    }

    /// Where the next token begins, in bytes.
    pub(crate) fn byte(&self) -> u64 {
        self.before + self.xml.buffer_position()
    }

    /// The next token; after a problem there is none.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Problem> {
        loop {
            let first = !std::mem::replace(&mut self.started, true);
            let (resolved, event) = self.xml.read_resolved_event().map_err(|_| Problem::Malformed)?;
            let space = match resolved {
                ResolveResult::Bound(space) => Space::of(space.as_ref()),
                ResolveResult::Unbound => Space::Other,
                ResolveResult::Unknown(_) => return Err(Problem::Malformed),
            };
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let has_attribute = self.has_attribute(&tag)?;
                    return Ok(Token::Start { tag, space, has_attribute });
                }
                Event::End(_) => return Ok(Token::End),
                Event::Text(text) => return Ok(Token::Text((*text).to_owned())),
                Event::CData(text) => return Ok(Token::Text((*text).to_owned())),
                Event::GeneralRef(entity) => {
                    let letter = match &*entity {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => entity.resolve_char_ref().map_err(|_| Problem::Malformed)?,
                    };
                    return letter.map(|letter| Token::Text(letter.to_string())).ok_or(Problem::Entity);
                }
                Event::DocType(_) => return Err(Problem::DocumentType),
                Event::Decl(declaration) => {
                    if !first {
                        return Err(Problem::Malformed);
                    }
                    let encoding = declaration.encoding().transpose().map_err(|_| Problem::Malformed)?;
                    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8")) {
                        return Err(Problem::Encoding);
                    }
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Ok(Token::Eof),
            }
        }
    }

    /// Whether an element has an attribute beside namespaces and where its schema lies.
    fn has_attribute(&self, tag: &BytesStart<'_>) -> Result<bool, Problem> {
        let mut found = false;
        for attribute in tag.attributes() {
            let key = attribute.map_err(|_| Problem::Malformed)?.key;
            let declares =
                matches!(key.as_namespace_binding(), Some(PrefixDeclaration::Default | PrefixDeclaration::Named(_)));
            let (space, local) = self.xml.resolver().resolve_attribute(key);
            let locates = matches!(space, ResolveResult::Bound(space) if space.as_ref() == INSTANCE)
                && matches!(local.as_ref(), "schemaLocation" | "noNamespaceSchemaLocation");
            found |= !declares && !locates;
        }
        Ok(found)
    }
}
