#!/usr/bin/env bash
# What each part of a node costs in instructions, beside the recorded values; README.md has the same by the clock.
# Options: [PART], --record, --keep FOLDER; all: --help
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare
count_instructions "$@"
