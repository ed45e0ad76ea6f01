// The one reader of our YAML files: strict, and pure over bytes that the caller has read. It refuses what
// other readers pass over in silence (a repeated key, a second document, an unknown tag, a key nobody asks
// for), and every complaint is kConfig with the file, line and column of the place.
//   ASSIGN_OR_RETURN(const ConfigNode root, ConfigNode::Parse("agent.yaml", text));
//   RETURN_IF_ERROR(root.RefuseUnknown({"name", "state"}));
//   ASSIGN_OR_RETURN(const std::string name, root.String("name"));
// Values only; any thread.
#ifndef FERRY_CORE_CONFIG_CONFIG_NODE_H_
#define FERRY_CORE_CONFIG_CONFIG_NODE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::config {

// A node of the parsed tree; config_node.cc builds it.
struct TreeNode;

// A value somewhere in the file. Copies are cheap and share the tree.
class ConfigNode {
 public:
  // The text of one file, at most 1 MiB: one document whose root is a map. `file` is how complaints name it.
  static absl::StatusOr<ConfigNode> Parse(absl::string_view file, absl::string_view text);

  // Complains about the first key that is not among `known`, and names those that are.
  absl::Status RefuseUnknown(std::initializer_list<absl::string_view> known) const;

  bool Has(absl::string_view key) const;
  // The keys as written, in order. Empty unless this is a map.
  std::vector<std::string> Keys() const;

  // Values by key. A value of another type is a complaint, and so is a key without a value; a key that is not
  // there is one where no fallback is given. Numbers and booleans are text to String.
  absl::StatusOr<std::string> String(absl::string_view key) const;
  absl::StatusOr<std::string> StringOr(absl::string_view key, absl::string_view fallback) const;
  absl::StatusOr<int64_t> IntOr(absl::string_view key, int64_t fallback, int64_t least, int64_t most) const;
  absl::StatusOr<ConfigNode> Map(absl::string_view key) const;
  absl::StatusOr<std::optional<ConfigNode>> OptionalMap(absl::string_view key) const;
  // The items of a list. Empty when the key is not there.
  absl::StatusOr<std::vector<ConfigNode>> List(absl::string_view key) const;

  // Of an item of a list: its text.
  absl::StatusOr<std::string> AsString() const;

  // A complaint at this node, and one at the value of `key` (at this node when there is no such key).
  absl::Status Complain(absl::string_view message) const;
  absl::Status Complain(absl::string_view key, absl::string_view message) const;
  // `status` said again as kConfig at the value of `key`. OK stays OK.
  absl::Status At(absl::string_view key, const absl::Status& status) const;

  const std::string& file() const;

 private:
  struct Tree;
  ConfigNode(std::shared_ptr<const Tree> tree, const TreeNode* node);
  const TreeNode* Find(absl::string_view key) const;
  absl::StatusOr<const TreeNode*> Need(absl::string_view key) const;
  absl::Status ComplainAt(const TreeNode& node, absl::string_view message) const;

  std::shared_ptr<const Tree> tree_;
  const TreeNode* node_;  // inside tree_
};

}  // namespace ferry::config

#endif  // FERRY_CORE_CONFIG_CONFIG_NODE_H_
