#!/usr/bin/env bash
# Every relative link in a Markdown file leads to something that is there.
set -eu
cd "$1"
broken=0
while read -r file; do
  while read -r target; do
    if [ ! -e "$(dirname "$file")/${target%%#*}" ]; then
      echo "$file: link to $target, which is not there"
      broken=1
    fi
  done < <(grep -o '](\([^):]*\))' "$file" | sed 's/^](//; s/)$//; /^#/d')
done < <(find README.md docs configs -name '*.md')
exit $broken
