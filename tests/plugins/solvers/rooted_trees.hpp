// Rooted trees, which the order conditions of Runge-Kutta methods are numbered by.
#ifndef TESTS_PLUGINS_SOLVERS_ROOTED_TREES_HPP
#define TESTS_PLUGINS_SOLVERS_ROOTED_TREES_HPP

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace solvers {

// A root with trees upon it, which are indices of trees made before. All trees with at most `order`
// nodes, once each: 1, 1, 2, 4, 9, 20 of 1 to 6 nodes.
struct Tree {
  std::vector<std::size_t> children;
  std::uint32_t order = 1;
  double density = 1;  // gamma: of the tree's order and those of all its branches the product
};

inline std::vector<Tree> rooted_trees(std::uint32_t order) {
  std::vector<Tree> trees{Tree{}};
  for (std::uint32_t n = 2; n <= order; ++n) {
    const std::size_t smaller = trees.size();
    // Children in falling order of index, so that none is made twice.
    const std::function<void(Tree, std::size_t)> grow = [&](const Tree& tree, std::size_t most) {
      if (tree.order == n) {
        trees.push_back(tree);
        trees.back().density *= n;
        return;
      }
      for (std::size_t child = 0; child < most; ++child) {
        if (tree.order + trees[child].order > n) continue;
        Tree next = tree;
        next.children.push_back(child);
        next.order += trees[child].order;
        next.density *= trees[child].density;
        grow(next, child + 1);
      }
    };
    grow(Tree{}, smaller);
  }
  return trees;
}

// How far a method is from the condition of each tree with at most `order` nodes, at worst: sum_i b_i
// Phi_i = 1 / gamma, where Phi_i is the product of sum_j a_ij Phi_j over the root's branches.
template <typename A, typename B>
double worst_condition(std::size_t stages, std::uint32_t order, const A& a, const B& b) {
  const std::vector<Tree> trees = rooted_trees(order);
  std::vector<std::vector<double>> phi;
  double worst = 0;
  for (const Tree& tree : trees) {
    std::vector<double> product(stages, 1.0);
    double weight = 0;
    for (std::size_t i = 0; i < stages; ++i) {
      for (const std::size_t child : tree.children) {
        double sum = 0;
        for (std::size_t j = 0; j < stages; ++j) sum += a(i, j) * phi[child][j];
        product[i] *= sum;
      }
      weight += b(i) * product[i];
    }
    phi.push_back(product);
    worst = std::max(worst, std::abs(weight - 1 / tree.density));
  }
  return worst;
}

}  // namespace solvers

#endif
