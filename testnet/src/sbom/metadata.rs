//! What `cargo metadata` says, as far as it is needed (format version 1).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// All packages and how they depend on one another.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Every package of the lock file that this platform needs.
    pub packages: Vec<Package>,
    /// Ids of our own ones.
    pub workspace_members: Vec<String>,
    /// Who needs whom.
    pub resolve: Resolve,
}

/// One crate.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// As `resolve` names it.
    pub id: String,
    /// Of the crate.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// SPDX expression, in old crates with a slash for OR.
    pub license: Option<String>,
    /// Registry or repository; none for our own crates.
    pub source: Option<String>,
    /// One line.
    pub description: Option<String>,
    /// Where its sources are kept.
    pub repository: Option<String>,
}

/// The graph.
#[derive(Debug, Deserialize)]
pub struct Resolve {
    /// One for each package.
    pub nodes: Vec<Node>,
}

/// A package in the graph.
#[derive(Debug, Deserialize)]
pub struct Node {
    /// Of the package.
    pub id: String,
    /// What it needs.
    pub deps: Vec<Dependency>,
}

/// An edge of the graph.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// Id of what is needed.
    pub pkg: String,
    /// What for; several where it is needed for several things.
    pub dep_kinds: Vec<Kind>,
}

/// What a dependency is needed for.
#[derive(Debug, Deserialize)]
pub struct Kind {
    /// None for the program itself, else `build` or `dev`.
    pub kind: Option<String>,
}

impl Dependency {
    fn is_shipped(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
    }
}

impl Metadata {
    /// What goes into the binaries or into building them: ids with the ids of what they need.
    pub fn shipped(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let nodes: BTreeMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut found = BTreeMap::new();
        let mut waiting: Vec<&str> = self.workspace_members.iter().map(String::as_str).collect();
        while let Some(id) = waiting.pop() {
            if found.contains_key(id) {
                continue;
            }
            let deps = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
            let needed: BTreeSet<&str> =
                deps.iter().filter(|dep| dep.is_shipped()).map(|dep| dep.pkg.as_str()).collect();
            waiting.extend(&needed);
            found.insert(id, needed);
        }
        found
    }
}
