#!/usr/bin/env bash
# The long form of fuzzing: libFuzzer on one target after the other, each for so many executions; prints a row for each and,
# with --record, writes it to fuzz/figures.tsv. A crash is kept in fuzz/found/TARGET and ends the run of its target.
# Options: [TARGET...] [--executions N] [--seconds N] [--record] [--list]
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    say "usage: testnet/fuzz.sh [TARGET...] [--executions N] [--seconds N] [--record] [--list]"
    say "  --executions N  of each target (default 10000000, what is recorded)"
    say "  --seconds N     at most, of each target (default 0: as long as it takes)"
    say "  --record        figures go to testnet/fuzz/figures.tsv, one row a target"
    say "  --list          the targets"
    exit 1
}

fuzz=$root/testnet/fuzz
figures=$fuzz/figures.tsv
# What a run found worth keeping, from which the next one goes on.
inputs=${XDG_CACHE_HOME:-$HOME/.cache}/tallystick/fuzz
header=$'target\texecutions\tseconds\tCPU seconds\texecutions a CPU second\tedges\tfeatures\tinputs kept\tpeak MiB\tcrashes\tcommit\tdate'

targets_of_table() { sed -n 's/^    "\([a-z_]*\)", ".*;$/\1/p' "$fuzz/src/table.rs"; }

# Bytes of the longest input, as the table has it.
bytes_max() {
    local expression
    expression=$(sed -n "s/^    \"$1\", \".*, \([^,]*\);\$/\1/p" "$fuzz/src/table.rs")
    echo $((${expression//KIB/1024}))
}

# The harness with our crates counted; prints its path.
build_engine() {
    (cd "$root" && RUSTC_WORKSPACE_WRAPPER="$fuzz/instrument.sh" cargo test --workspace --locked --no-run \
        --features tally-fuzz/engine --test engine --message-format json) |
        sed -n 's/.*"executable":"\([^"]*engine-[^"]*\)".*/\1/p' | tail -n 1
}

# A number from libFuzzer's last words.
final() { sed -n "s/^stat::$2: *\([0-9]*\).*/\1/p" "$1" | tail -n 1; }

# The last number after a word in libFuzzer's reports, such as cov: 217.
told() { grep -oE "$2: *[0-9]+" "$1" | tail -n 1 | grep -oE '[0-9]+$' || echo 0; }

run_target() {
    local target=$1 log=$scratch/$1.log kept=$inputs/$1 status=0 crashes real cpu executions
    mkdir -p "$kept" "$fuzz/found/$target"
    { time fuzz_target "$target" "$kept" >"$log" 2>&1 || status=$?; } 2>"$scratch/time"
    read -r real cpu <"$scratch/time"
    crashes=$(find "$fuzz/found/$target" -type f | wc -l)
    rmdir "$fuzz/found/$target" 2>/dev/null || true
    executions=$(final "$log" number_of_executed_units)
    row=$(printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s' "$target" "${executions:-0}" "$real" "$cpu" \
        "$((${executions:-0} / (cpu > 0 ? cpu : 1)))" "$(told "$log" cov)" "$(told "$log" ft)" \
        "$(told "$log" corp)" "$(final "$log" peak_rss_mb)" "$crashes" "$commit" "$(date -u +%F)")
    printf '%s\n' "$row"
    if [ "$status" -ne 0 ] || [ "$crashes" -ne 0 ]; then
        grep -aE 'panicked at|assertion|ERROR|SUMMARY' "$log" | head -n 5 >&2 || true
        say "$target: what it ended on is in $fuzz/found/$target (README.md says what to do)"
        failed=$((failed + 1))
    fi
    [ "$record" = no ] || keep_row "$target" "$row"
}

# Whole seconds of the clock and of the processor, for `read`.
TIMEFORMAT='%0R %0U'

fuzz_target() {
    TALLY_FUZZ_TARGET=$1 "$engine" "$2" "$fuzz/corpus/$1" -runs="$executions_max" -max_total_time="$seconds_max" \
        -max_len="$(bytes_max "$1")" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$fuzz/found/$1/" "${dictionary[@]}"
}

# The row of a target replaces its earlier one; the rest stays, in the table's order.
keep_row() {
    local draft=$scratch/figures target
    [ -e "$figures" ] || printf '%s\n' "$header" >"$figures"
    printf '%s\n' "$header" >"$draft"
    for target in $(targets_of_table); do
        if [ "$target" = "$1" ]; then
            printf '%s\n' "$2"
        else
            grep -P "^$target\t" "$figures" || true
        fi
    done >>"$draft"
    cp "$draft" "$figures"
}

executions_max=10000000
seconds_max=0
record=no
chosen=()
while [ $# -gt 0 ]; do
    case $1 in
        --executions) executions_max=${2:?$(usage)} && shift ;;
        --seconds) seconds_max=${2:?$(usage)} && shift ;;
        --record) record=yes ;;
        --list) targets_of_table && exit 0 ;;
        -*) usage ;;
        *) targets_of_table | grep -qx "$1" || fail "$1 is no target: testnet/fuzz.sh --list" && chosen+=("$1") ;;
    esac
    shift
done
[ ${#chosen[@]} -gt 0 ] || mapfile -t chosen < <(targets_of_table)

prepare
stage "building the engine (our crates once more, with counters)"
engine=${TALLY_FUZZ_ENGINE:-$(build_engine)}
[ -x "$engine" ] || fail "the engine was not built"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
failed=0
stage "fuzzing: ${chosen[*]}"
printf '%s\n' "$header"
for target in "${chosen[@]}"; do
    dictionary=()
    [ ! -e "$fuzz/dictionaries/$target" ] || dictionary=("-dict=$fuzz/dictionaries/$target")
    run_target "$target"
done
[ "$failed" -eq 0 ]
