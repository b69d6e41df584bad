#!/usr/bin/env bash
# build.sh FOLDER: what made built/client; FOLDER holds libks_pipeline.so.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
cc -std=c11 -O1 -Wall -Wextra -Iinclude client.c -L"$1" -lks_pipeline -s -o built/client
