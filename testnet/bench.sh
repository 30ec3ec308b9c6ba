#!/usr/bin/env bash
# A load on a fresh network of real nodes: builds, makes and starts it, runs `tally bench`, prints one report, ends it.
# Options: --validators, --workload, --outstanding, --rate, --seconds, --json FILE, --record; all: --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
build_binaries
commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
changed=$(git -C "$root" status --porcelain --untracked-files=no -- . ':!testnet/bench/history.jsonl' 2>/dev/null || true)
[ -z "$changed" ] || commit=$commit-changed
stage "the load"
# Not in the repository's folder: paths of the command line are the caller's.
exec "$CARGO_TARGET_DIR/debug/tally-testnet" bench --run-dir "$root/testnet/.bench" \
    --history "$root/testnet/bench/history.jsonl" --commit "$commit" --rocksdb "$rocksdb_build" "$@"
