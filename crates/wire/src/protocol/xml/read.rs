//! Reads XML by the shapes of a model.
//!
//! Hardened: no document type, hence no entities beyond XML's own five; elements that the model
//! does not know are passed over but counted. Namespaces and attributes that the model does not
//! know mean nothing.

use std::borrow::Cow;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::fault::Fault;
use crate::model::{Kind, Location, Member, Service};
use crate::protocol::budget::Budget;
use crate::protocol::{Limits, scalar};
use crate::value::{Members, Value};

/// What S3 says of every body that is not what it should be.
pub(crate) const MALFORMED: &str = "The XML you provided was not well-formed or did not validate against our \
    published schema";

/// Returns the value in a document whose outermost element is `member`.
///
/// # Errors
/// `MalformedXML` when it is no such document or asks for more than `limits`.
pub(in crate::protocol) fn document(
    service: &Service,
    member: &Member,
    body: &[u8],
    limits: &Limits,
) -> Result<Value, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| malformed())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut inner = quick_xml::Reader::from_str(text);
    inner.config_mut().expand_empty_elements = true;
    let mut reader = Reader { service, inner, budget: Budget::new(*limits) };
    let root = reader.root(member.wire_name)?;
    let value = reader.element(member, &root, 0)?;
    reader.end()?;
    Ok(value)
}

fn malformed() -> Fault {
    Fault::new("MalformedXML", MALFORMED)
}

/// What a document is made of, once comments are left out and entities are resolved.
enum Token<'t> {
    Open(BytesStart<'t>),
    Close,
    Text(Cow<'t, str>),
    End,
}

struct Reader<'m, 't> {
    service: &'m Service,
    inner: quick_xml::Reader<&'t [u8]>,
    budget: Budget,
}

impl<'m, 't> Reader<'m, 't> {
    fn token(&mut self) -> Result<Token<'t>, Fault> {
        loop {
            return Ok(match self.inner.read_event().map_err(|_| malformed())? {
                Event::Start(start) | Event::Empty(start) => Token::Open(start),
                Event::End(_) => Token::Close,
                Event::Text(text) => Token::Text(text.xml10_content().map_err(|_| malformed())?),
                Event::CData(text) => Token::Text(text.xml10_content().map_err(|_| malformed())?),
                Event::GeneralRef(reference) => Token::Text(resolved(&reference)?),
                Event::DocType(_) => return Err(malformed()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof => Token::End,
            });
        }
    }

    /// Reads up to the outermost element, which must be `name`.
    fn root(&mut self, name: &str) -> Result<BytesStart<'t>, Fault> {
        loop {
            match self.token()? {
                Token::Open(root) if is_named(&root, name) => return Ok(root),
                Token::Text(text) if is_space(&text) => {}
                _ => return Err(malformed()),
            }
        }
    }

    /// Checks that nothing follows the outermost element.
    fn end(&mut self) -> Result<(), Fault> {
        loop {
            match self.token()? {
                Token::End => return Ok(()),
                Token::Text(text) if is_space(&text) => {}
                _ => return Err(malformed()),
            }
        }
    }

    /// Reads what is left of an element that has just been opened.
    fn element(
        &mut self,
        member: &Member,
        start: &BytesStart<'_>,
        depth: usize,
    ) -> Result<Value, Fault> {
        self.take(depth)?;
        match &self.service.shape(member.shape).kind {
            Kind::Structure { members, .. } => self.structure(members, start, depth),
            Kind::List { member: item, .. } => self.list(item, depth),
            Kind::Map { .. } | Kind::Document => Err(malformed()),
            kind => self.scalar(kind),
        }
    }

    fn structure(
        &mut self,
        members: &'m [Member],
        start: &BytesStart<'_>,
        depth: usize,
    ) -> Result<Value, Fault> {
        let mut found: Vec<(&'static str, Value)> = attributes(self.service, members, start)?;
        while let Some(child) = self.child()? {
            let Some(member) = members.iter().find(|member| is_element(member, &child)) else {
                self.skip(depth + 1)?;
                continue;
            };
            let there = found.iter_mut().find(|(name, _)| *name == member.name);
            match (self.flattened(member), there) {
                (None, None) => {
                    found.push((member.name, self.element(member, &child, depth + 1)?));
                }
                (None, Some(_)) => return Err(malformed()),
                (Some(item), Some((_, Value::List(items)))) => {
                    items.push(self.element(item, &child, depth + 1)?);
                }
                (Some(item), _) => {
                    let first = self.element(item, &child, depth + 1)?;
                    found.push((member.name, Value::List(vec![first])));
                }
            }
        }
        let found = found.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
        Ok(Value::Map(found.collect::<Members>()))
    }

    /// Returns the item of a list that has no element of its own.
    fn flattened(&self, member: &Member) -> Option<&'m Member> {
        match &self.service.shape(member.shape).kind {
            Kind::List { member: item, flattened, .. } if *flattened || member.flattened => {
                Some(item)
            }
            _ => None,
        }
    }

    fn list(&mut self, item: &Member, depth: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        while let Some(child) = self.child()? {
            if is_named(&child, item.wire_name) {
                items.push(self.element(item, &child, depth + 1)?);
            } else {
                self.skip(depth + 1)?;
            }
        }
        Ok(Value::List(items))
    }

    /// Reads up to the next child; `None` when the element ends.
    fn child(&mut self) -> Result<Option<BytesStart<'t>>, Fault> {
        loop {
            match self.token()? {
                Token::Open(child) => return Ok(Some(child)),
                Token::Close => return Ok(None),
                Token::Text(text) if is_space(&text) => {}
                Token::Text(_) | Token::End => return Err(malformed()),
            }
        }
    }

    fn scalar(&mut self, kind: &Kind) -> Result<Value, Fault> {
        let mut text = String::new();
        loop {
            match self.token()? {
                Token::Text(piece) => text.push_str(&piece),
                Token::Close => break,
                Token::Open(_) | Token::End => return Err(malformed()),
            }
        }
        let text = if matches!(kind, Kind::String { .. }) { &*text } else { text.trim() };
        scalar::plain(kind, text).map_err(|_| malformed())
    }

    fn skip(&mut self, depth: usize) -> Result<(), Fault> {
        self.take(depth)?;
        loop {
            match self.token()? {
                Token::Open(_) => self.skip(depth + 1)?,
                Token::Text(_) => {}
                Token::Close => return Ok(()),
                Token::End => return Err(malformed()),
            }
        }
    }

    fn take(&self, depth: usize) -> Result<(), Fault> {
        self.budget.take(depth).map_err(|text| Fault::new("MalformedXML", text))
    }
}

fn resolved<'t>(reference: &BytesRef<'t>) -> Result<Cow<'t, str>, Fault> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| malformed())? {
        return Ok(Cow::Owned(character.to_string()));
    }
    let name = reference.decode().map_err(|_| malformed())?;
    resolve_predefined_entity(&name).map(Cow::Borrowed).ok_or_else(malformed)
}

/// Reads the attributes that are members, whatever their prefix is called here.
fn attributes(
    service: &Service,
    members: &[Member],
    start: &BytesStart<'_>,
) -> Result<Vec<(&'static str, Value)>, Fault> {
    let mut found = Vec::new();
    for member in members.iter().filter(|member| member.attribute) {
        let name = local_name(member.wire_name).as_bytes();
        let mut given = start.attributes();
        let attribute = given
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().as_ref() == name);
        if let Some(attribute) = attribute {
            let text = attribute.unescape_value().map_err(|_| malformed())?;
            let kind = &service.shape(member.shape).kind;
            found.push((member.name, scalar::plain(kind, &text).map_err(|_| malformed())?));
        }
    }
    Ok(found)
}

/// Returns whether an element is this member of a body.
fn is_element(member: &Member, start: &BytesStart<'_>) -> bool {
    member.location == Location::Body && !member.attribute && is_named(start, member.wire_name)
}

fn is_named(start: &BytesStart<'_>, name: &str) -> bool {
    start.local_name().as_ref() == local_name(name).as_bytes()
}

fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_space(text: &str) -> bool {
    text.chars().all(|character| matches!(character, ' ' | '\t' | '\r' | '\n'))
}
