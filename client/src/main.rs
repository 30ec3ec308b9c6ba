//! The `tally` program.

fn main() -> std::process::ExitCode {
    tally_client::commands::main(std::env::args_os()).into()
}
