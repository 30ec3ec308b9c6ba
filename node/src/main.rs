//! `tallyd`: the node and its operator's commands.

fn main() -> std::process::ExitCode {
    tally_node::commands::main()
}
