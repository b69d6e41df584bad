#include "host/graph/execute.hpp"

#include "tests/graph/pipeline_case.hpp"

#include <map>
#include <memory>

namespace ksampler::test {
namespace {

using Cloud = std::shared_ptr<const std::string>;

Value cloud(const std::string& text) { return Cloud(std::make_shared<const std::string>(text)); }

}  // namespace

class Execute : public PipelineCase {
 protected:
  Execute() {
    functions_["Source"] = [this](const Inputs& in) -> std::vector<Value> {
      log_.push_back(in.node().name);
      return {cloud(in.node().name)};
    };
    functions_["Mix"] = [this](const Inputs& in) -> std::vector<Value> {
      log_.push_back(in.node().name);
      std::string text = *in.link<Cloud>("a");
      if (in.has("b")) text += "+" + *in.link<Cloud>("b");
      return {cloud("(" + text + ")"), cloud("rest")};
    };
    functions_["Switch"] = [](const Inputs& in) -> std::vector<Value> {
      return {in.linked(in.boolean("on") ? "yes" : "no")};
    };
    functions_["Save"] = [this](const Inputs& in) -> std::vector<Value> {
      log_.push_back(in.node().name + "=" + *in.link<Cloud>("cloud"));
      return {};
    };
  }

  void run(const std::string& text) {
    const Pipeline pipeline = load(text);
    execute(pipeline,
            [this](const std::string& type) -> const NodeFunction& { return functions_.at(type); });
  }
  std::string error_of(const std::string& text) {
    try {
      run(text);
    } catch (const Error& error) {
      return relative(error.what());
    }
    return "";
  }

  std::map<std::string, NodeFunction> functions_;
  std::vector<std::string> log_;
};

constexpr const char* kTwoSources =
    "nodes:\n"
    "  save: { type: Save, cloud: $mix }\n"
    "  mix: { type: Mix, a: $a, b: $b }\n"
    "  a: { type: Source }\n"
    "  b: { type: Source }\n";

TEST_F(Execute, RunsEachNodeOnceAndPassesValuesOn) {
  run(kTwoSources);
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "b", "mix", "save=(a+b)"}));
}

TEST_F(Execute, RunsOnlyWhatAnOutputNodeNeeds) {
  run("nodes:\n"
      "  a: { type: Source }\n"
      "  idle: { type: Source }\n"
      "  idle2: { type: Mix, a: $idle, b: $a }\n"
      "  save: { type: Save, cloud: $a }\n");
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "save=a"}));
}

// A switch between nodes a and b.
std::string switching(const std::string& on) {
  return "nodes:\n"
         "  save: { type: Save, cloud: $pick }\n"
         "  pick: { type: Switch, on: " +
         on +
         ", no: $a, yes: $second }\n"
         "  a: { type: Source }\n"
         "  b: { type: Source }\n"
         "  second: { type: Mix, a: $b }\n"
         "  count: { type: Values }\n";
}

TEST_F(Execute, ComputesOnlyTheBranchThatASwitchTakes) {
  run(switching("false"));
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "save=a"}));
  log_.clear();
  run(switching("true"));
  EXPECT_EQ(log_, (std::vector<std::string>{"b", "second", "save=(b)"}));
}

TEST_F(Execute, ComputesWhatASwitchIsLinkedToBeforeItsBranches) {
  for (const bool on : {false, true}) {
    functions_["Values"] = [&](const Inputs& in) -> std::vector<Value> {
      log_.push_back(in.node().name);
      return {std::int64_t{0}, 0.0, on, std::string()};
    };
    run(switching("$count.flag"));
    EXPECT_EQ(log_, on ? (std::vector<std::string>{"count", "b", "second", "save=(b)"})
                       : (std::vector<std::string>{"count", "a", "save=a"}));
    log_.clear();
  }
}

TEST_F(Execute, ComputesABranchThatIsNeededOtherwise) {
  run(switching("false") + "  other: { type: Save, cloud: $second }\n");
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "b", "second", "save=a", "other=(b)"}));
}

TEST_F(Execute, SaysWhereASwitchIsLinkedToNoValue) {
  functions_["Values"] = [](const Inputs&) { return std::vector<Value>(4); };
  EXPECT_EQ(error_of(switching("$count.flag")),
            "pipeline.yaml:3:3: node 'pick' (Switch): 'on' is linked to an output that has no value in "
            "this run");
}

TEST_F(Execute, ShowsWhatEachNodeGave) {
  const Pipeline pipeline = load(kTwoSources);
  ExecuteHooks hooks;
  std::vector<std::string> gave;
  hooks.done = [&](const Node& node, const std::vector<Value>& values) {
    gave.push_back(node.name + "=" + (values.empty() ? "" : *std::any_cast<Cloud>(values[0])));
  };
  execute(
      pipeline, [this](const std::string& type) -> const NodeFunction& { return functions_.at(type); },
      hooks);
  EXPECT_EQ(gave, (std::vector<std::string>{"a=a", "b=b", "mix=(a+b)", "save="}));
}

TEST_F(Execute, GivesAnOutputToAllItsReaders) {
  run("nodes:\n"
      "  a: { type: Source }\n"
      "  one: { type: Save, cloud: $a }\n"
      "  mix: { type: Mix, a: $a, b: $a }\n"
      "  two: { type: Save, cloud: $mix }\n");
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "one=a", "mix", "two=(a+a)"}));
}

TEST_F(Execute, LetsAValueGoWithItsLastReader) {
  std::weak_ptr<const std::string> value;
  functions_["Source"] = [&](const Inputs&) -> std::vector<Value> {
    auto made = std::make_shared<const std::string>("x");
    value = made;
    return {Cloud(made)};
  };
  long owners_in_last_reader = 0;
  functions_["Mix"] = [&](const Inputs& in) -> std::vector<Value> {
    owners_in_last_reader = in.link<Cloud>("a").use_count();
    return {cloud("y"), cloud("z")};
  };
  bool gone_at_the_end = false;
  functions_["Save"] = [&](const Inputs&) -> std::vector<Value> {
    gone_at_the_end = value.expired();
    return {};
  };
  run("nodes:\n"
      "  a: { type: Source }\n"
      "  mix: { type: Mix, a: $a }\n"
      "  save: { type: Save, cloud: $mix }\n");
  EXPECT_EQ(owners_in_last_reader, 1);
  EXPECT_TRUE(gone_at_the_end);
}

TEST_F(Execute, KeepsNoOutputThatNobodyReads) {
  std::weak_ptr<const std::string> rest;
  functions_["Mix"] = [&](const Inputs&) -> std::vector<Value> {
    auto made = std::make_shared<const std::string>("rest");
    rest = made;
    return {cloud("y"), Cloud(made)};
  };
  bool gone = false;
  functions_["Save"] = [&](const Inputs&) -> std::vector<Value> {
    gone = rest.expired();
    return {};
  };
  run("nodes:\n"
      "  a: { type: Source }\n"
      "  mix: { type: Mix, a: $a }\n"
      "  save: { type: Save, cloud: $mix }\n");
  EXPECT_TRUE(gone);
}

TEST_F(Execute, GivesAnErrorTheNameAndPlaceOfItsNode) {
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> { throw Error("they do not mix"); };
  EXPECT_EQ(error_of(kTwoSources), "pipeline.yaml:3:3: node 'mix' (Mix): they do not mix");
}

TEST_F(Execute, NamesTheNodeBehindAnErrorThatHasAPlaceOfItsOwn) {
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> {
    throw Error(std::vector<Diagnostic>{{{"clouds.dat", 3, 1}, "no rain"}, {{}, "no sun"}});
  };
  EXPECT_EQ(error_of(kTwoSources),
            "clouds.dat:3:1: no rain (node 'mix' (Mix), pipeline.yaml:3)\npipeline.yaml:3:3: node "
            "'mix' (Mix): no sun");
}

TEST_F(Execute, TurnsOtherExceptionsIntoErrorsOfTheNode) {
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> { throw std::runtime_error("thunder"); };
  EXPECT_EQ(error_of(kTwoSources), "pipeline.yaml:3:3: node 'mix' (Mix): thunder");
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> { throw std::bad_alloc(); };
  EXPECT_EQ(error_of(kTwoSources), "pipeline.yaml:3:3: node 'mix' (Mix): out of memory");
}

TEST_F(Execute, LetsStoppedThrough) {
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> { throw Stopped(); };
  EXPECT_THROW(run(kTwoSources), Stopped);
}

TEST_F(Execute, TellsWhichNodeBegins) {
  const Pipeline pipeline = load(kTwoSources);
  std::vector<std::string> begun;
  ExecuteHooks hooks;
  hooks.begin = [&](const Node& node) { begun.push_back(node.name); };
  execute(
      pipeline, [this](const std::string& type) -> const NodeFunction& { return functions_.at(type); },
      hooks);
  EXPECT_EQ(begun, (std::vector<std::string>{"a", "b", "mix", "save"}));
}

TEST_F(Execute, CallsAWrongNumberOfOutputsABug) {
  functions_["Mix"] = [](const Inputs&) -> std::vector<Value> { return {cloud("one")}; };
  EXPECT_THROW(run(kTwoSources), std::logic_error);
}

TEST_F(Execute, GivesLiteralsByNameAndKind) {
  functions_["Source"] = [](const Inputs& in) -> std::vector<Value> {
    EXPECT_EQ(in.integer("amount"), 3);
    EXPECT_EQ(in.seed("seed"), 18446744073709551615u);
    EXPECT_EQ(in.number("level"), 0.25);
    EXPECT_EQ(in.boolean("flag"), true);
    EXPECT_EQ(in.text("title"), "t");
    EXPECT_EQ(in.text("mode"), "slow");
    return {cloud("a")};
  };
  functions_["Brew"] = [](const Inputs& in) -> std::vector<Value> {
    EXPECT_EQ(in.plugin("sampler").name, "plain");
    EXPECT_FALSE(in.has("scheduler"));
    return {in.link<Cloud>("cloud")};
  };
  run("nodes:\n"
      "  a: { type: Source, amount: 3, seed: 18446744073709551615, level: 0.25, flag: true, title: t, "
      "mode: slow }\n"
      "  b: { type: Brew, cloud: $a, sampler: plain }\n"
      "  save: { type: Save, cloud: $b }\n");
  EXPECT_EQ(log_, (std::vector<std::string>{"save=a"}));
}

TEST_F(Execute, CallsAskingForWhatIsNotDeclaredABug) {
  const auto message_of = [&](const std::function<void(const Inputs&)>& ask) {
    functions_["Mix"] = [ask](const Inputs& in) -> std::vector<Value> {
      ask(in);
      return {};
    };
    try {
      run(kTwoSources);
    } catch (const std::logic_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message_of([](const Inputs& in) { in.integer("amont"); }),
            "node 'mix' (Mix): input 'amont' is not declared");
  EXPECT_EQ(message_of([](const Inputs& in) { in.integer("a"); }),
            "node 'mix' (Mix): input 'a' is declared as another kind than the node asks for: link");
  EXPECT_EQ(message_of([](const Inputs& in) { in.link<Cloud>("wind"); }),
            "node 'mix' (Mix): input 'wind' is optional, and was not given");
  EXPECT_EQ(message_of([](const Inputs& in) { in.link<int>("a"); }),
            "node 'mix' (Mix): input 'a' is linked to a value of another type than the node asks for");
}

}  // namespace ksampler::test
