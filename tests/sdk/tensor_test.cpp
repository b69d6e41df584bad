// What an expression becomes: one lincomb, of the right terms.
#include <ks/tensor.hpp>

#include <gtest/gtest.h>

#include <string>

struct ks_tensor {
  int number;
};

namespace {

// A host whose tensors are numbers and hold nothing: it writes down what it is asked for.
class Scribe {
 public:
  Scribe() {
    ops_.size = sizeof ops_;
    ops_.create = [](const ks_run* run, ks_tensor** tensor) {
      Scribe& scribe = self(run);
      if (scribe.out_of_memory) return ks_status{KS_OUT_OF_MEMORY};
      *tensor = new ks_tensor{++scribe.created};
      return ks_status{KS_OK};
    };
    ops_.release = [](const ks_run* run, ks_tensor* tensor) {
      ++self(run).released;
      delete tensor;
    };
    ops_.lincomb = [](const ks_run* run, ks_tensor* dst, std::uint32_t count,
                      const double* coefficients, ks_tensor* const* terms) {
      std::string line = std::to_string(dst->number) + " =";
      for (std::uint32_t i = 0; i < count; ++i) {
        char text[64];
        std::snprintf(text, sizeof text, " %+g*%d", coefficients[i], terms[i]->number);
        line += text;
      }
      self(run).lincombs.push_back(line);
      return ks_status{KS_OK};
    };
    run_.size = sizeof run_;
    run_.tensors = &ops_;
    run_.context = this;
  }
  Scribe(const Scribe&) = delete;

  const ks_run* run() const { return &run_; }
  ks::Tensor tensor() { return ks::Tensor(run()); }

  // The lincombs since the last call.
  std::vector<std::string> taken() { return std::exchange(lincombs, {}); }

  std::vector<std::string> lincombs;
  int created = 0;
  int released = 0;
  bool out_of_memory = false;

 private:
  static Scribe& self(const ks_run* run) { return *static_cast<Scribe*>(run->context); }

  ks_tensor_ops ops_{};
  ks_run run_{};
};

using Lines = std::vector<std::string>;

class TensorTest : public testing::Test {
 protected:
  Scribe scribe_;
  ks::Tensor a_ = scribe_.tensor();  // 1
  ks::Tensor b_ = scribe_.tensor();  // 2
  ks::Tensor c_ = scribe_.tensor();  // 3
};

TEST_F(TensorTest, AnAssignmentIsOneLincomb) {
  c_ = a_ + 0.25 * (b_ - a_) / 2 - b_ * 3;
  EXPECT_EQ(scribe_.taken(), Lines{"3 = +0.875*1 -2.875*2"});
}

TEST_F(TensorTest, ATargetMayBeAmongTheTerms) {
  a_ = b_ + 0.5 * (a_ - b_);
  EXPECT_EQ(scribe_.taken(), Lines{"1 = +0.5*2 +0.5*1"});
}

TEST_F(TensorTest, ATermThatCancelsIsNotRead) {
  c_ = a_ + b_ - a_;
  EXPECT_EQ(scribe_.taken(), Lines{"3 = +1*2"});
  c_ = a_ - a_;
  EXPECT_EQ(scribe_.taken(), Lines{"3 ="});
}

TEST_F(TensorTest, MinusAndCompoundAssignments) {
  c_ = -a_;
  c_ += a_;
  c_ -= 2 * b_;
  c_ *= 3;
  EXPECT_EQ(scribe_.taken(), (Lines{"3 = -1*1", "3 = +1*3 +1*1", "3 = +1*3 -2*2", "3 = +3*3"}));
}

TEST_F(TensorTest, AnExpressionMakesATensorOfItsOwn) {
  const ks::Tensor d = a_ - b_;
  EXPECT_EQ(scribe_.taken(), Lines{"4 = +1*1 -1*2"});
}

TEST_F(TensorTest, CopyingIsALincombAndMovingIsNothing) {
  c_ = a_;
  EXPECT_EQ(scribe_.taken(), Lines{"3 = +1*1"});
  c_ = std::move(b_);
  EXPECT_EQ(scribe_.taken(), Lines{});
  EXPECT_EQ(c_.handle()->number, 2);
}

TEST_F(TensorTest, MovingIntoTheCallersLatentCopies) {
  ks_tensor latent{100};
  ks::Tensor x(scribe_.run(), &latent, /*borrowed=*/true);
  x = std::move(a_);
  EXPECT_EQ(scribe_.taken(), Lines{"100 = +1*1"});
  EXPECT_EQ(x.handle(), &latent);
}

TEST_F(TensorTest, EveryTensorIsReleasedOnceAndTheCallersNever) {
  {
    ks_tensor latent{100};
    ks::Tensor x(scribe_.run(), &latent, /*borrowed=*/true);
    ks::Tensor d = a_ + b_;
    ks::Tensor e = std::move(d);
    e = a_ - b_;
    x = std::move(e);
  }
  EXPECT_EQ(scribe_.created, 4);
  EXPECT_EQ(scribe_.released, 1);
}

TEST_F(TensorTest, ASumOfAnyLengthIsOneLincomb) {
  ks::Sum sum(a_);
  for (int i = 0; i < 3; ++i) sum += 2.0 * b_ - c_;
  sum *= 0.5;
  c_ = sum;
  EXPECT_EQ(scribe_.taken(), Lines{"3 = +0.5*1 +3*2 -1.5*3"});
}

TEST_F(TensorTest, AFailureOfTheHostIsThrownWithItsStatus) {
  scribe_.out_of_memory = true;
  try {
    const ks::Tensor d = a_ + b_;
    FAIL() << "nothing was thrown";
  } catch (const ks::Failure& failure) {
    EXPECT_EQ(failure.status(), KS_OUT_OF_MEMORY);
  }
}

}  // namespace
