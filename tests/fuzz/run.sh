#!/usr/bin/env bash
# Runs a fuzzer for some seconds from its seeds, and says how far it came. A finding is kept in FOLDER, and
# printed, so that it can be made a file of the corpus and a test. Without SEED each run takes the same way: what a
# test finds, its next run finds again, and who looks for more gives other numbers.
#
#   run.sh FUZZER SEEDS FOLDER SECONDS [SEED]
set -eu
fuzzer=$1 seeds=$2 folder=$3 seconds=$4 seed=${5:-1}
name=$(basename "$fuzzer")
mkdir -p "$folder/corpus" "$folder/found"
# Where files are made for each input, half of the time went to the disk.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# Of a longer seed, the fuzzer would see the beginning alone.
longest=$(find "$seeds" -type f -printf '%s\n' | sort -n | tail -n 1)
options=(-seed="$seed" -max_total_time="$seconds" -max_len=$((longest > 1024 ? longest : 1024))
  -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 -artifact_prefix="$folder/found/")
dictionary=$(dirname "$seeds")/../${name%_fuzz}.dict
[ ! -e "$dictionary" ] || options+=(-dict="$dictionary")
if "$fuzzer" "${options[@]}" "$folder/corpus" "$seeds" >"$folder/log" 2>&1; then
  grep -E 'number_of_executed_units|average_exec_per_sec' "$folder/log" | sed "s/^stat::/$name: /"
  exit
fi
tail -n 60 "$folder/log" | cut -c 1-200
for input in "$folder"/found/*; do
  echo "The input: $input, in base64"
  base64 "$input"
done
exit 1
