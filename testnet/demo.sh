#!/usr/bin/env bash
# Four banks, one ledger: builds everything, starts a network on this machine and plays the demo on it.
# Options: --story default, --exit, --json FILE, --invoices DIR; all of them: testnet/demo.sh --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
stage "the demo"
# Not in the repository's folder: paths of the command line are the caller's.
exec "$CARGO_TARGET_DIR/debug/tally-testnet" demo \
    --run-dir "$root/testnet/.run" --invoices "$root/testnet/data" "$@"
