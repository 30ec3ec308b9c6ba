//! The tree that the UBL rooms walk: elements of the three UBL namespaces, nothing else.

use crate::import::error::ImportError;

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
const AGGREGATE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASIC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// Which of the two document roots of UBL 2.1 this file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum RootKind {
    Invoice,
    CreditNote,
}

impl RootKind {
    /// The root's kind, or `NotUbl`.
    pub(super) fn of(namespace: Option<&str>, name: &str) -> Result<Self, ImportError> {
        match (namespace, name) {
            (Some(INVOICE), "Invoice") => Ok(Self::Invoice),
            (Some(CREDIT_NOTE), "CreditNote") => Ok(Self::CreditNote),
            _ => Err(ImportError::NotUbl {
                root: name.to_owned(),
                namespace: namespace.unwrap_or_default().to_owned(),
            }),
        }
    }
}

/// Where an element's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Root,
    Aggregate,
    Basic,
    /// Extensions and strangers: checked for form, then dropped.
    Other,
}

impl Space {
    pub(super) fn of(namespace: Option<&str>) -> Self {
        match namespace {
            Some(AGGREGATE) => Self::Aggregate,
            Some(BASIC) => Self::Basic,
            Some(INVOICE | CREDIT_NOTE) => Self::Root,
            Some(_) | None => Self::Other,
        }
    }
}

/// One element with what the importer reads of it.
#[derive(Debug)]
pub(in crate::import) struct Element {
    pub(super) space: Space,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The local name.
    pub(in crate::import) fn name(&self) -> &str {
        &self.name
    }

    /// The text without surrounding white space.
    pub(in crate::import) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute without prefix, `None` if absent or empty.
    pub(in crate::import) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Child aggregates (`cac:`) of this name.
    pub(in crate::import) fn aggregates<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.space == Space::Aggregate && child.name == name)
    }

    /// Child values (`cbc:`) of this name.
    pub(in crate::import) fn basics<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.space == Space::Basic && child.name == name)
    }

    /// The only child aggregate at `path`, whose last part is its name.
    pub(in crate::import) fn aggregate(&self, path: &'static str) -> Result<Option<&Element>, ImportError> {
        at_most_one(path, self.aggregates(last_part(path)))
    }

    /// The only child value at `path`, whose last part is its name; an empty one counts as absent.
    pub(in crate::import) fn basic(&self, path: &'static str) -> Result<Option<&Element>, ImportError> {
        let found = at_most_one(path, self.basics(last_part(path)))?;
        Ok(found.filter(|element| !element.text().is_empty()))
    }
}

fn last_part(path: &'static str) -> &'static str {
    path.rsplit('/').next().unwrap_or(path)
}

fn at_most_one<'a>(
    path: &'static str,
    mut found: impl Iterator<Item = &'a Element>,
) -> Result<Option<&'a Element>, ImportError> {
    let first = found.next();
    match found.count() {
        0 => Ok(first),
        more => Err(ImportError::Repeated { element: path, count: more + 1 }),
    }
}
