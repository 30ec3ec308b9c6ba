//! `tallyd`: the node and its operator's commands.
#![forbid(unsafe_code)]

/// A block is thousands of small allocations, which the system's allocator makes a sixth of the work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tally_node::commands::main()
}
