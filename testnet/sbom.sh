#!/usr/bin/env bash
# What the binaries are made of: a CycloneDX 1.6 document on standard output, the same bytes for the same sources.
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
exec "$CARGO_TARGET_DIR/debug/tally-testnet" sbom --root "$root"
