# Turns the comments of the SDK's headers into Doxygen's: a comment above a declaration describes it, one behind
# it on its line too. `size` and `reserved`, which every struct has, get the sentence of the conventions. Functions that
# follow each other without an empty line share the comment above the first.
FNR == 1 { print "/** @file */" }

# The licence line is no description.
/SPDX-License-Identifier/ && /\*\/ *$/ { print ""; next }
/^\/\/ SPDX-License-Identifier/ { print ""; next }

{
  line = $0
  gsub(/@/, "\\@", line)
  if (line == "") {
    shared = ""
  } else if (line ~ /^\/\//) {
    shared = (before ~ /^\/\// ? shared : "") substr(line, 3)
  } else if (shared != "" && line ~ /^(inline|constexpr|template) / && before ~ /^}|^inline .*}$/) {
    line = "/*" shared " */ " line
  }
  before = $0
  if (line ~ /^ *uint32_t size;$/) {
    line = line " /**< How large its maker has this struct, in bytes; what is further back does not exist. */"
  } else if (line ~ /^ *uint32_t reserved;$/) {
    line = line " /**< 0. */"
  } else if (line ~ /^ *\/\*/) {
    sub(/\/\*/, "/**", line)
  } else if (line ~ /^ *\/\//) {
    sub(/\/\//, "///", line)
  } else if (line ~ /[;,{)0-9A-Za-z_"] *\/\* /) {
    sub(/\/\* /, "/**< ", line)
  } else if (line ~ /[;,{)0-9A-Za-z_] *\/\/ /) {
    sub(/\/\/ /, "///< ", line)
  }
  print line
}
