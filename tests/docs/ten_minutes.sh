#!/usr/bin/env bash
# The shell commands of the first part of writing-a-sampler.md, in their order, in an empty folder, with an
# installed KSampler and nothing of this tree.
set -eu
root=$1 build=$2 folder=$3 cmake=$4
rm -rf "$folder"
mkdir -p "$folder/work"
"$cmake" --install "$build" --prefix "$folder/prefix" >/dev/null
export PATH=$folder/prefix/bin:$PATH

{
  echo 'set -eu'
  awk '$0 == "```sh" { inside = 1; next } /^```/ { inside = 0 } inside' "$root/docs/writing-a-sampler.md"
} >"$folder/commands.sh"
[ "$(grep -c ksampler "$folder/commands.sh")" -ge 7 ] # the page has commands, and they were found
cd "$folder/work"
timeout 240 bash "$folder/commands.sh"

# What the page says is there.
cd my_sampler
[ -s card.html ]
[ -s out/old_new_00001_.png ]
! cmp -s out/my_sampler_00002_.png out/my_sampler_00003_.png
# Pixels; the records in the files tell which was isolated.
python3 - out/my_sampler_00001_.png apart/my_sampler_00001_.png <<'PYTHON'
import sys, zlib

def pixels(file):
    data, at, image = open(file, "rb").read(), 8, b""
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            image += data[at + 8:at + 8 + size]
        at += size + 12
    return zlib.decompress(image)

if pixels(sys.argv[1]) != pixels(sys.argv[2]):
    sys.exit("the isolated picture is another")
PYTHON
