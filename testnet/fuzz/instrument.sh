#!/usr/bin/env bash
# Stands between cargo and rustc for our own crates (RUSTC_WORKSPACE_WRAPPER): counts which edges run and what is compared,
# for libFuzzer. Third-party code stays as the tests have it, so that nothing of it is compiled again.
set -euo pipefail

case " $* " in
    # what runs while compiling is no target
    *" --crate-name build_script_"* | *" --crate-type proc-macro "*) exec "$@" ;;
    # cargo asks what rustc is
    *" --crate-name ___ "* | *" -vV "*) exec "$@" ;;
esac
exec "$@" \
    -C passes=sancov-module -C lto=no -C embed-bitcode=no \
    -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters \
    -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares
