//! The README says what the code says: its table of rejections and the crate's dependencies.
use expect_test::expect_file;
use tally_contracts::Rejection;

const README: &str = include_str!("../README.md");
const BEGIN: &str = "<!-- rejections -->\n";
const END: &str = "<!-- /rejections -->\n";

/// `UPDATE_EXPECT=1` rewrites the table.
#[test]
fn the_readme_lists_every_rejection() {
    let (before, rest) = README.split_once(BEGIN).expect("the table begins");
    let (_, after) = rest.split_once(END).expect("the table ends");
    let row = |kind: &tally_contracts::rejection::RejectionKind| {
        format!("| {} | `{}` | {} |\n", kind.number, kind.reason, kind.explanation)
    };
    let rows: String = Rejection::ALL.iter().map(row).collect();
    let table = format!("| number | reason | explanation |\n|---|---|---|\n{rows}");
    expect_file!["../README.md"].assert_eq(&format!("{before}{BEGIN}{table}{END}{after}"));
}

#[test]
fn explanations_are_one_line_that_ends() {
    for kind in Rejection::ALL {
        assert!(kind.explanation.ends_with('.') && !kind.explanation.contains('\n'), "{}", kind.reason);
        let upper_snake = kind.reason.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        assert!(upper_snake, "{}", kind.reason);
    }
}

#[test]
fn contracts_depend_on_nothing_that_does_io() {
    let manifest = include_str!("../Cargo.toml");
    let (_, section) = manifest.split_once("[dependencies]\n").expect("a list of dependencies");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let names: Vec<&str> =
        lines.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|it| !it.is_empty()).collect();
    assert_eq!(names, ["borsh", "sha2", "thiserror"]);
    assert!(!manifest.contains("build-dependencies"));
}
