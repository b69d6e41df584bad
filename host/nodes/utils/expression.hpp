// Arithmetic as Python writes it, and no more than that: nothing in it can call, read or write
// anything.
//
//   test:    or ['if' or 'else' test]        or: and {'or' and}        and: not {'and' not}
//   not:     'not' not | sum {('<' | '<=' | '>' | '>=' | '==' | '!=') sum}
//   sum:     product {('+' | '-') product}
//   product: unary {('*' | '/' | '//' | '%') unary}
//   unary:   ('+' | '-') unary | power       power: atom ['**' unary]
//   atom:    number | name | 'values' '[' test ']' | function '(' [test {',' test}] ')' | '(' test ')'
#ifndef KSAMPLER_NODES_UTILS_EXPRESSION_HPP
#define KSAMPLER_NODES_UTILS_EXPRESSION_HPP

#include "host/nodes/utils/python_number.hpp"

#include <map>
#include <string>

namespace ksampler {

// The value of an expression over named numbers. `values` in it is the list of them all, which sum(),
// min() and max() take. Only what Python would compute is: `a / b if b else 0` divides by no zero.
// Throws Error that says what is wrong, and where.
Number evaluated(const std::string& expression, const std::map<std::string, Number>& names);

}  // namespace ksampler

#endif
