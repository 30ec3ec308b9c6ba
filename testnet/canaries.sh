#!/usr/bin/env bash
# A thousand secrets among twenty members of a real network, and a search for each of them wherever it must not be.
# Options: --canaries, --members, --seed, --json FILE, --also MEMBER=DIR; all: --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
stage "the canaries"
# Not in the repository's folder: paths of the command line are the caller's.
exec "$CARGO_TARGET_DIR/debug/tally-testnet" canaries --run-dir "$root/testnet/.canaries" "$@"
