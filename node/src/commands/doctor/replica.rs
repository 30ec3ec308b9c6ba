//! What a member node caught full nodes at.
use super::finding::Finding;
use crate::config::{Config, Role};

/// Where `node/` puts the files.
const FOLDER: &str = "evidence";

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    if config.role != Role::Member {
        return Vec::new();
    }
    let folder = config.data_dir.join(FOLDER);
    let files = std::fs::read_dir(&folder).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>());
    let mut names: Vec<String> = files
        .unwrap_or_default()
        .iter()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let several = (config.member.validators().len() < 2).then(|| {
        Finding::soon(
            "full nodes",
            "one full node is asked: if it keeps something back, nobody else is there to ask",
            "list several in member.validators, of different operators",
        )
    });
    let caught = match names.last() {
        None => Finding::well("full nodes", "none was caught at a lie"),
        Some(last) => Finding::now(
            "full nodes",
            format!("{} answers did not hold, the last one in {last}", names.len()),
            format!(
                "read {}, ask its operator, show it to the others; move it away when done",
                folder.display()
            ),
        ),
    };
    several.into_iter().chain([caught]).collect()
}
