#!/usr/bin/env bash
# A hostile minute: builds, starts four validators with TLS, attacks every port and says whether honest members kept their
# service. Options: --seconds, --connections, --addresses, --business, --json FILE; all: --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
stage "the attack"
# Not in the repository's folder: paths of the command line are the caller's.
exec "$CARGO_TARGET_DIR/debug/tally-testnet" hostile --run-dir "$root/testnet/.hostile" "$@"
