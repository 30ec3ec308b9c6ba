# shellcheck shell=bash
# What demo.sh and test.sh share: packages, the target directory, RocksDB, stages. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tallystick/target}"
export CARGO_TERM_PROGRESS_WHEN="${CARGO_TERM_PROGRESS_WHEN:-auto}"

# The crate's minimum, and the first version of RocksDB that it is known not to fit.
rust_minimum=1.90
rocksdb_first=708
rocksdb_beyond=800

# Where rocksdb.sh puts the crate's RocksDB, compiled without assertions; another version lies elsewhere.
rocksdb_release=${XDG_CACHE_HOME:-$HOME/.cache}/tallystick/rocksdb-$(
    sed -n '/^name = "librocksdb-sys"/{n;s/^version = "\(.*\)"/\1/p}' "$root/Cargo.lock"
)

# Which cargo-deny the tests use, and where it is installed, once a machine.
deny_version=0.20.2
tools=${XDG_CACHE_HOME:-$HOME/.cache}/tallystick/tools

say() { printf '%s\n' "$*" >&2; }

# Begins a stage; the time is since the script began.
stage() { printf '== %s (%ss)\n' "$*" "$SECONDS" >&2; }

fail() {
    say "$0: $*"
    exit 1
}

# libclang-cpp, which other packages bring alone, is another library.
have_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    local folder
    for folder in '/usr/lib/llvm-*/lib' '/usr/lib/*'; do
        if compgen -G "$folder/libclang.so*" >/dev/null || compgen -G "$folder/libclang-[0-9]*.so*" >/dev/null; then
            return 0
        fi
    done
    return 1
}

# The module that keys in hardware are tested with.
have_softhsm() { command -v softhsm2-util >/dev/null; }

have_rocksdb_headers() { [ -e /usr/include/rocksdb/version.h ]; }

missing_packages() {
    command -v g++ >/dev/null || echo g++
    command -v make >/dev/null || echo make
    command -v pkg-config >/dev/null || echo pkg-config
    have_libclang || echo libclang-dev
    have_softhsm || echo softhsm2
    if ! have_rocksdb_headers && [ "$(apt-cache policy librocksdb-dev 2>/dev/null | rocksdb_of_policy)" = fits ]; then
        echo librocksdb-dev
    fi
}

# Whether the distribution's candidate fits, so that nothing is installed in vain.
rocksdb_of_policy() {
    local version major minor
    version=$(sed -n 's/^ *Candidate: *\([0-9]*\.[0-9]*\).*/\1/p')
    major=${version%%.*} minor=${version#*.}
    [ -n "$version" ] && rocksdb_fits "$((10#$major * 100 + 10#$minor))" && echo fits
    return 0
}

rocksdb_fits() { [ "$1" -ge "$rocksdb_first" ] && [ "$1" -lt "$rocksdb_beyond" ]; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs what is missing, and nothing else. Idempotent.
install_packages() {
    command -v cargo >/dev/null || fail "cargo is not there: install Rust $rust_minimum or newer (rustup)"
    command -v apt-get >/dev/null || return 0
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    stage "installing: ${missing//$'\n'/ }"
    # shellcheck disable=SC2086 # one word for each package
    as_root apt-get install -y --no-install-recommends $missing >&2 ||
        { as_root apt-get update >&2 && as_root apt-get install -y --no-install-recommends $missing >&2; } ||
        fail "install these packages, then run this again: ${missing//$'\n'/ }"
    # The candidate of a fresh machine is known only after its first update.
    missing=$(missing_packages)
    [ -z "$missing" ] || as_root apt-get install -y --no-install-recommends "$missing" >&2
}

# The RocksDB of rocksdb.sh where it was run, else the distribution's where it fits the crate (a build of minutes), else the
# crate's own (half an hour).
choose_rocksdb() {
    # set by the caller, or by a script of ours that called this one
    if [ -n "${ROCKSDB_LIB_DIR:-}" ] && [ "$ROCKSDB_LIB_DIR" != "$rocksdb_release" ]; then
        rocksdb_build="the caller's"
        say "RocksDB: the one of ROCKSDB_LIB_DIR=$ROCKSDB_LIB_DIR"
        return 0
    fi
    if [ -e "$rocksdb_release/librocksdb.a" ]; then
        export ROCKSDB_LIB_DIR=$rocksdb_release ROCKSDB_STATIC=1 ROCKSDB_INCLUDE_DIR=$rocksdb_release/include
        rocksdb_build="the crate's, without assertions"
        say "RocksDB: $rocksdb_build"
        return 0
    fi
    local header=/usr/include/rocksdb/version.h major minor library
    if [ -e "$header" ]; then
        major=$(sed -n 's/^#define ROCKSDB_MAJOR *//p' "$header")
        minor=$(sed -n 's/^#define ROCKSDB_MINOR *//p' "$header")
        library=$(find /usr/lib -name librocksdb.so 2>/dev/null | head -n 1)
        if [ -n "$library" ] && rocksdb_fits "$((major * 100 + minor))"; then
            ROCKSDB_LIB_DIR=$(dirname "$library")
            export ROCKSDB_LIB_DIR ROCKSDB_INCLUDE_DIR=/usr/include
            rocksdb_build="the distribution's $major.$minor"
            say "RocksDB: $rocksdb_build"
            return 0
        fi
        say "RocksDB: the distribution's ${major:-?}.${minor:-?} does not fit the crate"
    fi
    rocksdb_build="the crate's"
    say "RocksDB: the crate's bundled one; its first build takes about half an hour on two cores"
}

# Installs cargo-deny unless it is there: without optimisation, because it runs for seconds and compiles for minutes.
install_deny() {
    export PATH="$tools/bin:$PATH"
    cargo deny --version >/dev/null 2>&1 && return 0
    stage "installing cargo-deny $deny_version, once a machine (minutes)"
    (cd / && CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_DEV_DEBUG=0 \
        cargo install --locked --debug --root "$tools" "cargo-deny@$deny_version") >&2
    local status=$?
    rm -rf "$tools/build"
    return "$status"
}

# Everything before cargo.
prepare() {
    stage "system packages"
    install_packages
    choose_rocksdb
    say "target directory: $CARGO_TARGET_DIR"
}

build_binaries() {
    stage "building (a first build takes minutes)"
    (cd "$root" && cargo build --workspace --bins --locked)
}

# One table; says so and goes on where valgrind is missing. Third-party code is compiled once for tests and this.
count_instructions() {
    stage "counting instructions"
    (cd "$root" && cargo bench --profile dev --workspace --locked --bench parts -- instructions "$@")
}
