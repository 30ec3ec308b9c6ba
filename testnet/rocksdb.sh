#!/usr/bin/env bash
# Compiles RocksDB without assertions, once for this machine: what production and benchmarks run on. Every script here takes it
# from then on. The distribution's library is compiled with assertions, and each row written costs it twice as much
# (node/docs/adr/0051). About 15 minutes on two cores; run again after a stop, it goes on where it was.
set -euo pipefail

# shellcheck source=testnet/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

install_packages
cd "$root"
sources=$(cargo metadata --locked --format-version 1 |
    grep -o '"manifest_path":"[^"]*/librocksdb-sys-[^"]*/Cargo.toml"' | head -n 1 | cut -d '"' -f 4)
[ -n "$sources" ] || fail "the sources of RocksDB are not among the crates: run cargo fetch, then this again"
sources=$(dirname "$sources")
objects=$rocksdb_release/objects
mkdir -p "$objects"
cd "$sources"

flags=(-O2 -fPIC -std=c++17 -w -include cstdint -DNDEBUG=1 -DOS_LINUX -DROCKSDB_PLATFORM_POSIX -DROCKSDB_LIB_IO_POSIX
    -DROCKSDB_SUPPORT_THREAD_LOCAL -Irocksdb/include -Irocksdb -I.
    # what its own build finds on every Linux: files that are written out as they grow, and a processor's number without a trap
    -DROCKSDB_FALLOCATE_PRESENT -DROCKSDB_RANGESYNC_PRESENT -DROCKSDB_SCHED_GETCPU_PRESENT)
if grep -qw sse4_2 /proc/cpuinfo 2>/dev/null && [ "$(uname -m)" = x86_64 ]; then
    flags+=(-msse4.2 -mpclmul -DHAVE_SSE42=1 -DHAVE_PCLMUL=1)
fi

# One object, under another name until it is whole.
compile() {
    local file=$1 object=$objects/${1//\//_}.o
    shift
    [ -e "$object" ] || { g++ "$@" -c "$file" -o "$object.part" && mv "$object.part" "$object"; }
}

mapfile -t files < <(sed 's#^ *#rocksdb/#' rocksdb_lib_sources.txt | grep -v 'util/build_version.cc')
files+=(build_version.cc)
stage "compiling RocksDB: ${#files[@]} files"
workers=$(nproc) done_files=0
for file in "${files[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$workers" ]; do wait -n; done
    compile "$file" "${flags[@]}" &
    done_files=$((done_files + 1))
    [ $((done_files % 20)) -ne 0 ] || say "$done_files of ${#files[@]} files (${SECONDS}s)"
done
wait
[ "$(find "$objects" -name '*.o' | wc -l)" -eq "${#files[@]}" ] || fail "not every file compiled: see above, then run this again"
rm -f "$rocksdb_release/librocksdb.part"
ar crs "$rocksdb_release/librocksdb.part" "$objects"/*.o
cp -r rocksdb/include "$rocksdb_release/"
mv "$rocksdb_release/librocksdb.part" "$rocksdb_release/librocksdb.a"
rm -rf "$objects"
stage "done: $rocksdb_release/librocksdb.a"
