//! The `tally` program.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    tally_client::commands::main(std::env::args_os()).into()
}
