#include "host/files/torch/pickle_machine.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/torch/pickle_names.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using Kind = PickleValue::Kind;
using Storages = std::map<std::string, TorchStorage>;

constexpr std::size_t kMostMemos = 1'000'000;  // what is kept to be taken again, by its number

// One pickle: a stack, marks in it, and a memo.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, PickleHeap& heap, Storages& storages)
      : bytes_(bytes), heap_(heap), storages_(storages) {}

  const PickleValue& run();
  std::size_t position() const { return at_; }

 private:
  struct Opcode {
    unsigned char code = 0;
    void (Machine::*run)() = nullptr;
  };
  static const std::array<Opcode, 50> kOpcodes;
  static std::array<void (Machine::*)(), 256> by_code();

  // The bytes of the instruction.
  std::span<const std::byte> take(std::uint64_t count) {
    if (count > bytes_.size() - at_) throw Error("is cut short: its pickle ends within an instruction");
    const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(count));
    at_ += taken.size();
    return taken;
  }
  template <typename T>
  T number() {
    T value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text(std::uint64_t size) {
    const auto taken = take(size);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  std::string line() {
    const auto left = bytes_.subspan(at_);
    const auto end = std::find(left.begin(), left.end(), std::byte{'\n'});
    std::string found = text(static_cast<std::uint64_t>(end - left.begin()));
    take(1);
    return found;
  }

  // The stack.
  void push(PickleValue* value) { stack_.push_back(value); }
  void push(PickleValue value) { push(heap_.make(std::move(value))); }
  PickleValue& top() {
    if (stack_.size() <= floor()) throw Error("has a pickle that takes a value where none is");
    return *stack_.back();
  }
  PickleValue& pop() {
    PickleValue& value = top();
    stack_.pop_back();
    return value;
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  std::vector<PickleValue*> pop_to_mark() {
    if (marks_.empty()) throw Error("has a pickle that takes values since a mark where none is");
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleValue*> values(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    return values;
  }

  // What an instruction does. The names are pickletools'.
  void proto() {
    const auto protocol = number<std::uint8_t>();
    if (protocol < 2 || protocol > 5) {
      throw Error(sentence("has a pickle of protocol {}; 2 to 5 are read", std::int64_t{protocol}));
    }
  }
  void frame() { take(8); }
  void stop() { done_ = true; }
  void mark() { marks_.push_back(stack_.size()); }
  void pop_one() { pop(); }
  void pop_mark() { pop_to_mark(); }

  template <Kind kind>
  void constant() {
    push({.kind = kind});
  }
  void new_true() { push({.kind = Kind::boolean, .integer = 1}); }
  template <typename T>
  void integer() {
    push({.kind = Kind::integer, .integer = number<T>()});
  }
  template <typename Size>
  void long_integer() {
    const auto size = number<Size>();
    if constexpr (std::is_signed_v<Size>) {
      if (size < 0) throw Error("has a pickle with a number of less than no bytes");
    }
    const auto digits = take(static_cast<std::uint64_t>(size));
    if (digits.size() > sizeof(std::int64_t)) return push({.kind = Kind::number});
    std::int64_t value = !digits.empty() && (digits.back() & std::byte{0x80}) != std::byte{} ? -1 : 0;
    if (!digits.empty()) std::memcpy(&value, digits.data(), digits.size());
    push({.kind = Kind::integer, .integer = value});
  }
  void float_number() {
    take(8);
    push({.kind = Kind::number});
  }
  template <typename Size, Kind kind = Kind::text>
  void text_of() {
    std::uint64_t size = 0;
    size = number<Size>();
    push({.kind = kind, .text = text(size)});
  }

  template <std::size_t count>
  void tuple_of() {
    PickleValue value{.kind = Kind::tuple, .items = std::vector<PickleValue*>(count)};
    for (std::size_t i = count; i-- > 0;) value.items[i] = &pop();
    push(std::move(value));
  }
  template <Kind kind>
  void since_mark() {
    push({.kind = kind, .items = pop_to_mark()});
  }

  // Puts `items` into a container, or beside what an opaque value was given.
  void add(PickleValue& to, Kind kind, const std::vector<PickleValue*>& items) {
    if (to.kind != kind && to.kind != Kind::opaque) {
      throw Error(sentence("has a pickle that puts items into {}", described(to)));
    }
    if (kind == Kind::dictionary && items.size() % 2 != 0)
      throw Error("has a dictionary with half a pair");
    to.items.insert(to.items.end(), items.begin(), items.end());
  }
  template <Kind kind>
  void add_since_mark() {
    const auto items = pop_to_mark();
    add(top(), kind, items);
  }
  void append() {
    PickleValue& item = pop();
    add(top(), Kind::list, {&item});
  }
  void set_item() {
    PickleValue& value = pop();
    PickleValue& key = pop();
    add(top(), Kind::dictionary, {&key, &value});
  }

  template <typename Index>
  void put() {
    put_at(number<Index>());
  }
  void memoize() { put_at(next_memo_); }
  void put_at(std::size_t index) {
    if (index >= kMostMemos) throw Error("has a pickle with more memos than any model file");
    if (index >= memo_.size()) memo_.resize(std::max(index + 1, 2 * memo_.size()));
    if (memo_[index] == nullptr) ++next_memo_;
    memo_[index] = &top();
  }
  template <typename Index>
  void get() {
    const std::size_t index = number<Index>();
    if (index >= memo_.size() || memo_[index] == nullptr) {
      throw Error(sentence("has a pickle that takes memo {}, which is not there", index));
    }
    push(memo_[index]);
  }

  void global() {
    const std::string module = line();
    push(value_of_name(module, line()));
  }
  void stack_global() {
    const PickleValue& name = pop();
    const PickleValue& module = pop();
    if (name.kind != Kind::text || module.kind != Kind::text) {
      throw Error(sentence("has a pickle that names {} of {}", described(name), described(module)));
    }
    push(value_of_name(module.text, name.text));
  }
  void reduce() {
    PickleValue& arguments = pop();
    PickleValue& callable = pop();
    push(called(heap_, callable, arguments));
  }
  void new_object_with_names() {
    PickleValue& names = pop();
    PickleValue& arguments = pop();
    PickleValue& callable = pop();
    PickleValue* made = called(heap_, callable, arguments);
    if (made->kind == Kind::opaque) made->items.push_back(&names);
    push(made);
  }
  // Of a dictionary's attributes, such as a state_dict's _metadata, nothing is wanted.
  void build() {
    PickleValue& state = pop();
    PickleValue& object = top();
    if (object.kind == Kind::opaque) {
      object.items.push_back(&state);
    } else if (object.kind != Kind::dictionary) {
      throw Error(sentence("has a pickle that gives {} a state", described(object)));
    }
  }

  // ("storage", its type, its key, the device that it was on, how many elements[, what it is a view
  // of])
  void persistent() {
    const PickleValue& id = pop();
    const auto is = [&id](std::size_t at, Kind kind) {
      return at < id.items.size() && id.items[at]->kind == kind;
    };
    if (id.kind != Kind::tuple || !is(0, Kind::text))
      throw Error("has a pickle that refers to no storage");
    if (id.items[0]->text != "storage") {
      throw Error(
          sentence("refers to a {}; only storages are read. Save a model's state_dict(), not the model",
                   quote(id.items[0]->text)));
    }
    if (!is(1, Kind::name) || !is(2, Kind::text) || !is(4, Kind::integer)) {
      throw Error("has a storage without a type, key and size");
    }
    if (id.items.size() > 5 && !is(5, Kind::none)) {
      throw Error(
          "has a storage that is a view of another, as torch before 0.4 wrote them; `torch.load` it "
          "and `torch.save` it again");
    }
    push({.kind = Kind::storage,
          .storage = &storage(*id.items[1], id.items[2]->text, id.items[4]->integer)});
  }
  const TorchStorage& storage(const PickleValue& type, const std::string& key, std::int64_t count) {
    if (type.name != PickleName::element && type.name != PickleName::untyped) {
      throw Error(sentence("has a storage of {}, which is no type of elements", quote(type.text)));
    }
    std::uint64_t bytes = 0;
    if (count < 0 ||
        __builtin_mul_overflow(static_cast<std::uint64_t>(count), type.element.bytes, &bytes)) {
      throw Error(sentence("has a storage of {} elements", count));
    }
    const auto [found, added] = storages_.emplace(key, TorchStorage{key, type.element, bytes});
    if (!added && (found->second.bytes != bytes || found->second.element.type != type.element.type)) {
      throw Error(sentence("has the storage {} with two types or sizes", quote(key)));
    }
    return found->second;
  }

  std::span<const std::byte> bytes_;
  PickleHeap& heap_;
  Storages& storages_;
  std::size_t at_ = 0;
  bool done_ = false;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::vector<PickleValue*> memo_;
  std::size_t next_memo_ = 0;
};

constexpr std::array<Machine::Opcode, 50> Machine::kOpcodes = {{
    {0x80, &Machine::proto},
    {0x95, &Machine::frame},
    {'.', &Machine::stop},
    {'(', &Machine::mark},
    {'0', &Machine::pop_one},
    {'1', &Machine::pop_mark},
    {'N', &Machine::constant<Kind::none>},
    {0x88, &Machine::new_true},
    {0x89, &Machine::constant<Kind::boolean>},
    {'J', &Machine::integer<std::int32_t>},
    {'K', &Machine::integer<std::uint8_t>},
    {'M', &Machine::integer<std::uint16_t>},
    {0x8a, &Machine::long_integer<std::uint8_t>},
    {0x8b, &Machine::long_integer<std::int32_t>},
    {'G', &Machine::float_number},
    {0x8c, &Machine::text_of<std::uint8_t>},
    {'X', &Machine::text_of<std::uint32_t>},
    {0x8d, &Machine::text_of<std::uint64_t>},
    {'U', &Machine::text_of<std::uint8_t>},  // Python 2's str
    {'T', &Machine::text_of<std::uint32_t>},
    {'C', &Machine::text_of<std::uint8_t, Kind::bytes>},
    {'B', &Machine::text_of<std::uint32_t, Kind::bytes>},
    {0x8e, &Machine::text_of<std::uint64_t, Kind::bytes>},
    {0x96, &Machine::text_of<std::uint64_t, Kind::bytes>},
    {')', &Machine::constant<Kind::tuple>},
    {0x85, &Machine::tuple_of<1>},
    {0x86, &Machine::tuple_of<2>},
    {0x87, &Machine::tuple_of<3>},
    {'t', &Machine::since_mark<Kind::tuple>},
    {']', &Machine::constant<Kind::list>},
    {0x8f, &Machine::constant<Kind::list>},    // a set
    {0x91, &Machine::since_mark<Kind::list>},  // a frozenset
    {'a', &Machine::append},
    {'e', &Machine::add_since_mark<Kind::list>},
    {0x90, &Machine::add_since_mark<Kind::list>},
    {'}', &Machine::constant<Kind::dictionary>},
    {'s', &Machine::set_item},
    {'u', &Machine::add_since_mark<Kind::dictionary>},
    {'q', &Machine::put<std::uint8_t>},
    {'r', &Machine::put<std::uint32_t>},
    {0x94, &Machine::memoize},
    {'h', &Machine::get<std::uint8_t>},
    {'j', &Machine::get<std::uint32_t>},
    {'c', &Machine::global},
    {0x93, &Machine::stack_global},
    {'R', &Machine::reduce},
    {0x81, &Machine::reduce},  // cls.__new__(*arguments) and a call are the same here
    {0x92, &Machine::new_object_with_names},
    {'b', &Machine::build},
    {'Q', &Machine::persistent},
}};

std::array<void (Machine::*)(), 256> Machine::by_code() {
  std::array<void (Machine::*)(), 256> table{};
  for (const Opcode& opcode : kOpcodes) {
    table[opcode.code] = opcode.run;
  }
  return table;
}

const PickleValue& Machine::run() {
  static const auto table = by_code();
  if (bytes_.empty()) throw Error("is cut short: its pickle ends within an instruction");
  if (bytes_[0] != std::byte{0x80}) {
    throw Error("has a pickle of protocol 0 or 1, or none; 2 to 5 are read");
  }
  while (!done_) {
    const auto code = number<std::uint8_t>();
    if (table[code] == nullptr) {
      throw Error(
          sentence("has a pickle with the instruction 0x{:02x} at its byte {}, which is none that "
                   "torch.save writes",
                   std::uint64_t{code}, at_ - 1));
    }
    (this->*table[code])();
  }
  return pop();
}

}  // namespace

const PickleValue& PickleReader::next() {
  Machine machine(bytes_.subspan(position_), heap_, storages_);
  const PickleValue& value = machine.run();
  position_ += machine.position();
  return value;
}

}  // namespace ksampler
