//! One pass over the XML events, refusing what an invoice never needs before it costs anything.

use quick_xml::XmlVersion;
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::decode::{decode, is_allowed, is_utf8_label};
use super::element::{Element, RootKind, Space};
use crate::import::error::ImportError;
use crate::import::limits::Limits;

/// Base64 of a scanned document; the importer never looks inside.
const SKIPPED_TEXT: &str = "EmbeddedDocumentBinaryObject";

/// Reads a UBL document into its tree. Memory is bounded by `limits`.
pub(in crate::import) fn read(bytes: &[u8], limits: &Limits) -> Result<(RootKind, Element), ImportError> {
    let size = bytes.len() as u64;
    if size > limits.file_bytes {
        return Err(ImportError::TooLarge { bytes: size, limit: limits.file_bytes });
    }
    let mut reader = NsReader::from_str(decode(bytes)?);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_comments = true;
    reader.resolver_mut().set_max_namespace_bindings(limits.namespaces);
    let mut tree = Tree::new(limits);
    while tree.take(&mut reader)? {}
    tree.finish()
}

struct Tree<'l> {
    limits: &'l Limits,
    kind: Option<RootKind>,
    root: Option<Element>,
    open: Vec<Element>,
    elements: usize,
}

impl<'l> Tree<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { limits, kind: None, root: None, open: Vec::new(), elements: 0 }
    }

    /// Takes one event; `false` at the end of the file.
    fn take(&mut self, reader: &mut NsReader<&[u8]>) -> Result<bool, ImportError> {
        let offset = reader.buffer_position();
        let (namespace, event) = match reader.read_resolved_event() {
            Ok(read) => read,
            Err(source) => return Err(refusal(source, reader.error_position())),
        };
        match event {
            Event::Start(start) => self.start(bound(&namespace)?, &start, offset)?,
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content(), offset)?,
            Event::CData(text) => self.text(&text.xml10_content(), offset)?,
            Event::GeneralRef(reference) => self.text(&resolve(&reference, offset)?, offset)?,
            Event::Decl(declaration) => check_declaration(&declaration, offset)?,
            Event::DocType(_) => return Err(ImportError::DoctypeRefused { offset }),
            Event::Comment(_) | Event::PI(_) => {}
            // The reader expands empty elements into a start and an end.
            Event::Empty(start) => {
                self.start(bound(&namespace)?, &start, offset)?;
                self.end();
            }
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn start(
        &mut self,
        namespace: Option<&str>,
        start: &BytesStart<'_>,
        offset: u64,
    ) -> Result<(), ImportError> {
        let name = start.local_name().into_inner().to_owned();
        if self.open.is_empty() {
            if self.root.is_some() {
                return Err(ImportError::OutsideRoot { offset });
            }
            self.kind = Some(RootKind::of(namespace, &name)?);
        }
        if self.open.len() >= self.limits.depth {
            return Err(ImportError::TooDeep { limit: self.limits.depth });
        }
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(ImportError::TooManyElements { limit: self.limits.elements });
        }
        let attributes = attributes(start, &name, self.limits, offset)?;
        let space = Space::of(namespace);
        self.open.push(Element { space, name, text: String::new(), attributes, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            None => self.root = Some(element),
            Some(parent) if element.space != Space::Other => parent.children.push(element),
            Some(_) => {}
        }
    }

    fn text(&mut self, text: &str, offset: u64) -> Result<(), ImportError> {
        let Some(element) = self.open.last_mut() else {
            let is_space = text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            return if is_space { Ok(()) } else { Err(ImportError::OutsideRoot { offset }) };
        };
        if element.name == SKIPPED_TEXT || element.space == Space::Other {
            return Ok(());
        }
        let bytes = element.text.len() + text.len();
        if bytes > self.limits.text_bytes {
            let element = element.name.clone();
            return Err(ImportError::TextTooLong { element, bytes, limit: self.limits.text_bytes });
        }
        element.text.push_str(text);
        Ok(())
    }

    fn finish(mut self) -> Result<(RootKind, Element), ImportError> {
        if let Some(element) = self.open.pop() {
            return Err(ImportError::Truncated { element: element.name });
        }
        match (self.kind, self.root) {
            (Some(kind), Some(root)) => Ok((kind, root)),
            (_, _) => Err(ImportError::Empty),
        }
    }
}

fn bound<'n>(namespace: &'n ResolveResult<'n>) -> Result<Option<&'n str>, ImportError> {
    match namespace {
        ResolveResult::Unbound => Ok(None),
        ResolveResult::Bound(namespace) => Ok(Some(namespace.into_inner())),
        ResolveResult::Unknown(prefix) => Err(ImportError::PrefixUnbound { prefix: prefix.clone() }),
    }
}

/// The attributes without prefix. All are read, so that a duplicate or a bad reference is found anywhere.
fn attributes(
    start: &BytesStart<'_>,
    element: &str,
    limits: &Limits,
    offset: u64,
) -> Result<Vec<(String, String)>, ImportError> {
    let mut kept = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| refusal(error.into(), offset))?;
        let bytes = attribute.value.len();
        if bytes > limits.attribute_bytes {
            let limit = limits.attribute_bytes;
            return Err(ImportError::TextTooLong { element: element.to_owned(), bytes, limit });
        }
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| refusal(error, offset))?
            .into_owned();
        if let Some(c) = value.chars().find(|&c| !is_allowed(c)) {
            return Err(ImportError::CharacterRefused { code: u32::from(c) });
        }
        let name = attribute.key.as_ref();
        if !name.contains(':') && name != "xmlns" {
            kept.push((name.to_owned(), value));
        }
    }
    Ok(kept)
}

/// A character reference or one of the five predefined entities.
fn resolve(reference: &BytesRef<'_>, offset: u64) -> Result<String, ImportError> {
    let resolved = reference.resolve_char_ref().map_err(|source| refusal(source, offset))?;
    if let Some(c) = resolved {
        return if is_allowed(c) {
            Ok(c.to_string())
        } else {
            Err(ImportError::CharacterRefused { code: u32::from(c) })
        };
    }
    let name = reference.xml10_content();
    match resolve_predefined_entity(&name) {
        Some(text) => Ok(text.to_owned()),
        None => Err(ImportError::EntityRefused { name: name.into_owned() }),
    }
}

fn check_declaration(declaration: &BytesDecl<'_>, offset: u64) -> Result<(), ImportError> {
    let version = declaration.version().map_err(|source| refusal(source, offset))?;
    if version != "1.0" {
        return Err(ImportError::VersionUnsupported { found: version.into_owned() });
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Err(error)) => Err(refusal(error.into(), offset)),
        Some(Ok(label)) if is_utf8_label(&label) => Ok(()),
        Some(Ok(label)) => Err(ImportError::EncodingUnsupported { found: label.into_owned() }),
    }
}

fn refusal(source: quick_xml::Error, offset: u64) -> ImportError {
    if let quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(_, name)) = source {
        return ImportError::EntityRefused { name };
    }
    ImportError::Malformed { offset, source }
}
