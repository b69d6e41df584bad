#!/usr/bin/env bash
# rust_example.sh RUSTC SOURCE BUILD OUT: compiles the example against BUILD/lib/libks_host.so, and runs it.
set -eu
"$1" --edition 2021 -O "$2" -L "$3/lib" -C "link-arg=-Wl,-rpath,$3/lib" -o "$4/gaussian_rust"
"$4/gaussian_rust" "$3/plugins"
