//! A part of an XML document, small enough to be held.

use crate::note::{Fault, Note};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{self, BufRead, Read, Take};

/// How much of a document is held at once: an entry with thirty thousand payments fits.
const HELD_BYTES_MAX: usize = 128 * 1024 * 1024;
/// What an element takes beside its letters.
const NODE_BYTES: usize = 128;
/// One tag, or one text.
const EVENT_BYTES_MAX: u64 = 1024 * 1024;
/// Deeper is no statement.
pub(super) const DEPTH_MAX: usize = 64;

/// The events of a document, none of which is longer than a megabyte.
pub(super) struct Events<R> {
    reader: Reader<Take<Counted<R>>>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Events<R> {
    pub fn new(input: R) -> Events<R> {
        let input = Counted { input, lines: 0 };
        Events { reader: Reader::from_reader(input.take(EVENT_BYTES_MAX)), buffer: Vec::new() }
    }

    /// The line of the file, counted from one, that the last event ends on.
    pub fn line(&self) -> u64 {
        self.reader.get_ref().get_ref().lines + 1
    }

    pub fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().set_limit(EVENT_BYTES_MAX);
        let event = self.reader.read_event_into(&mut self.buffer);
        let is_cut = self.reader.get_ref().limit() == 0;
        let place = self.reader.get_ref().get_ref().lines + 1;
        match event {
            _ if is_cut => Err(Fault::too_long(place, "value")),
            Ok(event) => Ok(event),
            Err(error) => Err(Fault::at(place, Note::of("xml_broken").with("error", error))),
        }
    }
}

/// Counts the lines of what is taken of a file.
struct Counted<R> {
    input: R,
    lines: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(room)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        // What is at hand is given again as it is; who consumes has seen it.
        if let Ok(at_hand) = self.input.fill_buf() {
            let ends = at_hand[..bytes.min(at_hand.len())].iter().filter(|byte| **byte == b'\n').count();
            self.lines += ends as u64;
        }
        self.input.consume(bytes);
    }
}

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

    /// Takes the elements at a path of local names out of it.
    pub fn take(&mut self, path: &[&str]) -> Vec<Node> {
        match path {
            [] => Vec::new(),
            [last] => self.children.extract_if(.., |child| child.name == *last).collect(),
            [first, rest @ ..] => {
                let within = self.children.iter_mut().filter(|child| child.name == *first);
                within.flat_map(|child| child.take(rest)).collect()
            }
        }
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
pub(super) fn rest<R: BufRead>(events: &mut Events<R>, begun: Node) -> Result<Node, Fault> {
    let place = events.line();
    let (mut open, mut held) = (vec![begun], 0);
    loop {
        let event = events.next()?;
        held += event.len() + NODE_BYTES;
        if held > HELD_BYTES_MAX || open.len() > DEPTH_MAX {
            return Err(Fault::too_long(place, "transaction"));
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
                    return Err(Fault::at(place, "xml_unbalanced"));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Eof => return Err(Fault::at(place, "cut_off")),
            other => {
                if let Some(node) = open.last_mut() {
                    say(&other, &mut node.text);
                }
            }
        }
    }
}

/// Adds the characters that an event stands for.
fn say(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(said) => text.push_str(said),
        Event::CData(said) => text.push_str(said),
        Event::GeneralRef(reference) => {
            if let Ok(Some(character)) = reference.resolve_char_ref() {
                text.push(character);
                return;
            }
            text.push_str(match &reference[..] {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            });
        }
        _ => {}
    }
}
