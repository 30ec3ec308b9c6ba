//! The document itself: CycloneDX 1.6, everything in the order of package URLs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::lock::Checksums;
use super::metadata::{Metadata, Package};

/// Everything that is shipped, with licences, checksums and who needs whom.
pub fn document(metadata: &Metadata, checksums: &Checksums) -> Value {
    let packages: BTreeMap<&str, &Package> =
        metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let url = |id: &str| packages.get(id).map(|package| package_url(package));
    let mut components = BTreeMap::new();
    let mut dependencies = BTreeMap::new();
    for (id, needs) in metadata.shipped() {
        let Some(package) = packages.get(id) else { continue };
        let mut needed: Vec<String> = needs.iter().filter_map(|id| url(id)).collect();
        needed.sort();
        components.insert(package_url(package), component(package, checksums));
        dependencies.insert(package_url(package), needed);
    }
    let own: Vec<String> = {
        let mut own: Vec<String> = metadata.workspace_members.iter().filter_map(|id| url(id)).collect();
        own.sort();
        own
    };
    let mut dependencies: Vec<Value> =
        dependencies.into_iter().map(|(of, on)| json!({ "ref": of, "dependsOn": on })).collect();
    dependencies.insert(0, json!({ "ref": "tallystick", "dependsOn": own }));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": "application",
            "bom-ref": "tallystick",
            "name": "tallystick",
            "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": "Apache-2.0" }],
        } },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    })
}

fn component(package: &Package, checksums: &Checksums) -> Value {
    let mut component = Map::new();
    let url = package_url(package);
    component.insert("type".to_owned(), "library".into());
    component.insert("bom-ref".to_owned(), url.clone().into());
    component.insert("name".to_owned(), package.name.clone().into());
    component.insert("version".to_owned(), package.version.clone().into());
    component.insert("purl".to_owned(), url.into());
    if let Some(description) = &package.description {
        component.insert("description".to_owned(), description.trim().into());
    }
    if let Some(license) = &package.license {
        let expression = license.replace('/', " OR ");
        component.insert("licenses".to_owned(), json!([{ "expression": expression }]));
    }
    if let Some(checksum) = checksums.of(&package.name, &package.version) {
        component.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    if let (Some(repository), Some(_)) = (&package.repository, &package.source) {
        component.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
    }
    component.into()
}

/// A package URL of type cargo; build metadata of a version is escaped.
fn package_url(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        serde_json::from_value(json!({
            "packages": [
                { "id": "own", "name": "tally-own", "version": "0.1.0", "license": "Apache-2.0" },
                { "id": "b", "name": "bee", "version": "1.0.0+z", "license": "MIT/Apache-2.0", "source": "registry" },
                { "id": "a", "name": "ant", "version": "2.0.0", "license": "MIT", "source": "registry" },
                { "id": "t", "name": "test-only", "version": "3.0.0", "source": "registry" },
            ],
            "workspace_members": ["own"],
            "resolve": { "nodes": [
                { "id": "own", "deps": [
                    { "pkg": "b", "dep_kinds": [{ "kind": null }, { "kind": "dev" }] },
                    { "pkg": "t", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "b", "deps": [{ "pkg": "a", "dep_kinds": [{ "kind": "build" }] }] },
                { "id": "a", "deps": [] },
                { "id": "t", "deps": [] },
            ] },
        }))
        .unwrap()
    }

    #[test]
    fn everything_that_is_shipped_is_listed_in_order_and_nothing_that_only_tests_use() {
        let lock = "[[package]]\nname = \"bee\"\nversion = \"1.0.0+z\"\nchecksum = \"ab\"\n";
        let document = document(&metadata(), &Checksums::parse(lock).unwrap());
        let names: Vec<&str> = document["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["ant", "bee", "tally-own"]);
        let bee = &document["components"][1];
        assert_eq!(bee["purl"], "pkg:cargo/bee@1.0.0%2Bz");
        assert_eq!(bee["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(bee["hashes"][0]["content"], "ab");
        assert_eq!(document["dependencies"][0]["dependsOn"], json!(["pkg:cargo/tally-own@0.1.0"]));
        assert_eq!(document["dependencies"][2]["dependsOn"], json!(["pkg:cargo/ant@2.0.0"]));
    }

    #[test]
    fn the_workspace_has_a_document_whose_references_all_exist_and_that_is_the_same_twice() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = crate::sbom::of_workspace(root).unwrap();
        assert_eq!(text, crate::sbom::of_workspace(root).unwrap());
        let document: Value = serde_json::from_str(&text).unwrap();
        let refs: std::collections::BTreeSet<&str> = document["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["bom-ref"].as_str().unwrap())
            .collect();
        assert!(refs.len() > 100 && refs.contains("pkg:cargo/tally-node@0.1.0"), "{}", refs.len());
        for dependency in document["dependencies"].as_array().unwrap() {
            for on in dependency["dependsOn"].as_array().unwrap() {
                assert!(refs.contains(on.as_str().unwrap()), "{on} is not listed");
            }
        }
        assert!(document["components"].as_array().unwrap().iter().all(|one| one["licenses"].is_array()));
    }
}
