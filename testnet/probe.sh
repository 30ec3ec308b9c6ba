#!/usr/bin/env bash
# Ten thousand forbidden and absent ids asked by a stranger: whether contents or times tell one from the other.
# Options: --ids, --seed, --json FILE; all: --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
stage "the probe"
# Not in the repository's folder: paths of the command line are the caller's.
exec "$CARGO_TARGET_DIR/debug/tally-testnet" probe --run-dir "$root/testnet/.probe" "$@"
