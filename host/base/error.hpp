// How the host fails: an Error with one or more diagnostics, each a place and a sentence that says what
// was found and what would be accepted.
#ifndef KSAMPLER_BASE_ERROR_HPP
#define KSAMPLER_BASE_ERROR_HPP

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#define KSAMPLER_VISIBLE __attribute__((visibility("default")))

namespace ksampler {

// A place in a file that the user wrote. Line and column count from 1; 0 means not known.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Diagnostic {
  // What is wrong, for code that acts on it or passes it on. The message is for people: no code reads
  // it.
  enum class Kind {
    other,
    syntax,         // no YAML, or no pipeline
    unknown_type,   // of a node
    unknown_input,  // of a node, or parameter of a sampler or scheduler
    missing_input,
    wrong_type,      // another kind of value than the input takes
    too_small,       // below the input's range
    too_large,       // above it
    unknown_choice,  // none of those that the input takes; an unknown sampler or scheduler
    bad_link,        // to no node, to no output, or in a circle
    wrong_link,      // to an output of another type
    no_file,         // a file or folder that is not there
    no_output,       // nothing would be written
    bad_file,        // a file that is there and of no use: damaged, of another format or network
    not_written,     // an output: the disk is full, there is no right to write
    out_of_memory,   // the device's, or what a limit leaves
    plugin,          // one failed, crashed or hung
    unavailable,     // what the machine lacks: LibTorch, a GPU
    not_allowed,     // what the program that runs it, or the node, does not let a pipeline do
    stopped,         // the run, from outside
    bad_argument,    // a mistake in how the host's interface was called
  };

  Place place;
  std::string message;
  Kind kind = Kind::other;
  std::string node = {};   // what it is about, by its name in the pipeline
  std::string input = {};  // of that node
  std::string what = {};   // of what is not there: its name, as it was asked for

  // "file:line:column: message", without the parts that are not known.
  std::string text() const;
};

// Visible, because it is thrown in the LibTorch half of the host and caught in the program.
class KSAMPLER_VISIBLE Error : public std::exception {
 public:
  explicit Error(std::string message);
  Error(Place place, std::string message);
  Error(Diagnostic::Kind kind, std::string message);
  Error(Diagnostic::Kind kind, Place place, std::string message);
  explicit Error(std::vector<Diagnostic> diagnostics);

  const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }
  // All diagnostics, a line each.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<Diagnostic> diagnostics_;
  std::string text_;
};

// The same failure, in which what had no kind is of this one.
Error of_kind(Diagnostic::Kind kind, const Error& error);

// What `body` returns. What it throws, and has no kind, is of this one: so that what reads a file, say,
// need not tell at each of a hundred places that it is about a file.
template <typename Body>
auto failing_as(Diagnostic::Kind kind, const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Error& error) {
    throw of_kind(kind, error);
  }
}

// "unknown_type", ...
const std::string& kind_name(Diagnostic::Kind kind);

// The user cancelled; not an error.
class KSAMPLER_VISIBLE Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

// The candidate nearest to `name` by edit distance, or empty where none is near.
std::string_view nearest(std::string_view name, const std::vector<std::string>& candidates);

// What to say after "unknown sampler 'x'": "; did you mean 'y'?" or "; known are: a, b, c" (at most 12,
// then "and N more"), or nothing where there are no candidates.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace ksampler

#endif
