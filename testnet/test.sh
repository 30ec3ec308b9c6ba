#!/usr/bin/env bash
# Everything that must pass, in the order of what tells most soonest. The last line is "N passed, N failed, N skipped".
set -uo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root" || exit 1

passed=0
failed=0
failures=()
skipped=()
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# One check: a name and a command.
check() {
    local name=$1
    shift
    stage "$name"
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        failures+=("$name: $*")
    fi
}

# A check that this machine cannot make: told at once and again at the end.
skip() {
    say "skipped: $*"
    skipped+=("$*")
}

# Every test of the workspace, each counted by itself; those of testnet/tests start real networks.
run_tests() {
    local log=$scratch/tests.log status line
    stage "tests: unit, tables, properties, cluster, faults"
    cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    while read -r line; do
        [[ $line =~ ([0-9]+)\ passed\;\ ([0-9]+)\ failed ]] || continue
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    done < <(grep '^test result:' "$log")
    if [ "$status" -ne 0 ]; then
        failures+=("cargo test --workspace")
        # A test that does not compile is in no result line.
        grep -q '^test result: FAILED' "$log" || failed=$((failed + 1))
    fi
}

# The demo on a fresh run directory, and what its JSON promises.
run_demo() {
    check "demo: our own invoices" "$CARGO_TARGET_DIR/debug/tally-testnet" demo --exit \
        --json "$scratch/own.json" --run-dir "$scratch/own" --invoices testnet/data
    check "demo: its summary keeps its promises" "$CARGO_TARGET_DIR/debug/tally-testnet" check-summary "$scratch/own.json"
    if [ -d ../shared/data/ubl ]; then
        check "demo: other people's invoices" "$CARGO_TARGET_DIR/debug/tally-testnet" demo --exit \
            --json "$scratch/other.json" --run-dir "$scratch/other" --invoices ../shared/data/ubl
        check "demo: its summary too" "$CARGO_TARGET_DIR/debug/tally-testnet" check-summary "$scratch/other.json"
    else
        skip "../shared/data/ubl is not there, so the demo played on our own invoices only"
    fi
    check "demo: an anchor fails" "$CARGO_TARGET_DIR/debug/tally-testnet" demo --story default --exit \
        --json "$scratch/default.json" --run-dir "$scratch/default"
    check "demo: its figures can be recomputed" "$CARGO_TARGET_DIR/debug/tally-testnet" check-summary "$scratch/default.json"
}

# A few seconds of load on a fresh network, and what its report promises whatever the machine's speed.
run_bench() {
    check "load: everything mixed, for three seconds" "$CARGO_TARGET_DIR/debug/tally-testnet" bench --workload mixed \
        --outstanding 64 --seconds 3 --warmup 1 --tranches 1000 --members 8 --json "$scratch/bench.json" --run-dir "$scratch/bench"
    check "load: its report keeps its promises" "$CARGO_TARGET_DIR/debug/tally-testnet" check-report "$scratch/bench.json"
}

check_scripts() {
    local scripts
    scripts=(testnet/*.sh testnet/fuzz/*.sh .ci/run)
    for script in "${scripts[@]}"; do
        bash -n "$script" || return 1
    done
    if command -v shellcheck >/dev/null; then
        shellcheck -x "${scripts[@]}"
    fi
}

# Advisories need their database: fetched where the network allows it, else the copy that is there.
run_deny() {
    if ! install_deny; then
        skip "advisories, licences, sources, cryptography: cargo-deny $deny_version could not be installed"
        return
    fi
    cargo deny --config .deny.toml fetch db >/dev/null 2>&1 || say "advisories: not fetched, the copy on this machine counts"
    # an attempt to fetch leaves a lock beside it, which is no database
    if compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/crates" >/dev/null; then
        check "advisories" cargo deny --offline --locked --config .deny.toml check advisories
    else
        skip "advisories: their database is not on this machine and could not be fetched"
    fi
    check "licences, sources, cryptography" cargo deny --locked --config .deny.toml check licenses bans sources
}

prepare
check "format" cargo fmt --all --check
check "scripts" check_scripts
check "build" build_binaries
check "lints" cargo clippy --workspace --all-targets --locked -- -D warnings
run_tests
run_demo
run_bench
check "instructions of the parts" count_instructions
run_deny

stage "summary"
for failure in "${failures[@]}"; do
    say "failed: $failure"
done
for reason in "${skipped[@]}"; do
    say "skipped: $reason"
done
echo "$passed passed, $failed failed, ${#skipped[@]} skipped"
[ "$failed" -eq 0 ]
