//! A part of an XML document, small enough to be held.

use crate::piece::Fault;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::BufRead;

/// How much of a document is held at once: an entry with a hundred thousand payments fits.
const HELD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Deeper is no statement.
const DEPTH_MAX: usize = 64;

/// An element by its local name: banks choose their prefixes.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: String,
    /// The attribute `Ccy`, the only one that counts.
    pub currency: Option<String>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// The elements at a path of local names.
    pub fn all<'a>(&'a self, path: &'a [&'a str]) -> Vec<&'a Node> {
        let Some((first, rest)) = path.split_first() else { return vec![self] };
        self.children.iter().filter(|child| child.name == *first).flat_map(|child| child.all(rest)).collect()
    }

    /// The first element at a path.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        self.children.iter().filter(|child| child.name == *first).find_map(|child| child.at(rest))
    }

    /// The text at the first of some paths that has any.
    pub fn text_at(&self, paths: &[&[&str]]) -> Option<&str> {
        let text = |path: &&[&str]| self.at(path).map(|node| node.text.trim()).filter(|text| !text.is_empty());
        paths.iter().find_map(text)
    }
}

/// The local name of an element, and its currency.
pub(super) fn started(start: &BytesStart<'_>) -> Node {
    let currency = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "Ccy");
    Node {
        name: start.local_name().as_ref().to_owned(),
        currency: currency.map(|attribute| attribute.value.into_owned()),
        ..Node::default()
    }
}

/// Reads on to the end of an element that was begun.
pub(super) fn rest<R: BufRead>(reader: &mut Reader<R>, begun: Node, place: u64) -> Result<Node, Fault> {
    let (mut open, mut held) = (vec![begun], 0);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| broken(place, &error))?;
        held += event.len() + 32;
        if held > HELD_BYTES_MAX || open.len() > DEPTH_MAX {
            return Err(Fault::at(place, "The entry is larger than any bank writes one."));
        }
        match event {
            Event::Start(start) => open.push(started(&start)),
            Event::Empty(start) => {
                if let Some(parent) = open.last_mut() {
                    parent.children.push(started(&start));
                }
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(Fault::at(place, "The XML ends what it did not begin."));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Eof => return Err(Fault::at(place, "The file ends within an element.")),
            other => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&said(&other));
                }
            }
        }
    }
}

/// The characters that an event stands for.
fn said(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) => text.to_string(),
        Event::CData(text) => text.to_string(),
        Event::GeneralRef(reference) => {
            if let Ok(Some(character)) = reference.resolve_char_ref() {
                return character.to_string();
            }
            match &reference[..] {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }
            .to_owned()
        }
        _ => String::new(),
    }
}

pub(super) fn broken(place: u64, error: &quick_xml::Error) -> Fault {
    Fault::at(place, format!("The XML is broken: {error}."))
}
