#include "core/config/config_node.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"

namespace ferry::config {

struct TreeNode {
  struct Key {
    std::string name;
    int line = 0, column = 0;
  };
  enum class Kind { kEmpty, kText, kMap, kList };
  Kind kind = Kind::kEmpty;
  int line = 0, column = 0;
  std::string text;
  std::vector<Key> keys;           // of a map, beside `children`
  std::vector<TreeNode> children;  // of a map or a list
};

struct ConfigNode::Tree {
  std::string file;
  TreeNode root;
};

namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;
constexpr int kMaxNodes = 100000;  // aliases can make a small file a large tree

absl::Status Complaint(absl::string_view file, int line, int column, absl::string_view message) {
  return Error(ErrorCode::kConfig, message).At(file, line, column);
}

const char* KindName(TreeNode::Kind kind) {
  switch (kind) {
    case TreeNode::Kind::kEmpty:
      return "nothing";
    case TreeNode::Kind::kText:
      return "a single value";
    case TreeNode::Kind::kMap:
      return "a map";
    case TreeNode::Kind::kList:
      return "a list";
  }
  return "";
}

// Copies yaml-cpp's tree into ours, refusing what cannot be meant.
class Builder {
 public:
  explicit Builder(absl::string_view file) : file_(file) {}

  absl::StatusOr<TreeNode> Build(const YAML::Node& node, int line, int column) {
    if (++count_ > kMaxNodes) return Complaint(file_, line, column, "too many values");
    TreeNode out;
    const bool placed = !node.IsNull() && !node.Mark().is_null();  // of nothing, the place is what follows it
    out.line = placed ? node.Mark().line + 1 : line;
    out.column = placed ? node.Mark().column + 1 : column;
    const std::string& tag = node.Tag();
    if (!tag.empty() && tag != "?" && tag != "!") {
      return Complaint(file_, out.line, out.column, absl::StrCat("the tag \"", tag, "\" is not known"));
    }
    if (node.IsScalar()) {
      out.kind = TreeNode::Kind::kText;
      out.text = node.Scalar();
    } else if (node.IsSequence()) {
      out.kind = TreeNode::Kind::kList;
      for (const YAML::Node& item : node) {
        ASSIGN_OR_RETURN(TreeNode child, Build(item, out.line, out.column));
        out.children.push_back(std::move(child));
      }
    } else if (node.IsMap()) {
      out.kind = TreeNode::Kind::kMap;
      for (const auto& entry : node) RETURN_IF_ERROR(AddEntry(out, entry.first, entry.second));
    }
    return out;
  }

 private:
  absl::Status AddEntry(TreeNode& map, const YAML::Node& key, const YAML::Node& value) {
    const int line = key.Mark().is_null() ? map.line : key.Mark().line + 1;
    const int column = key.Mark().is_null() ? map.column : key.Mark().column + 1;
    if (!key.IsScalar()) return Complaint(file_, line, column, "a key must be a single word");
    const std::string& name = key.Scalar();
    for (const TreeNode::Key& other : map.keys) {
      if (other.name == name) {
        return Complaint(file_, line, column, absl::StrCat("key \"", name, "\" is repeated"));
      }
    }
    ASSIGN_OR_RETURN(TreeNode child, Build(value, line, column));
    map.keys.push_back({name, line, column});
    map.children.push_back(std::move(child));
    return absl::OkStatus();
  }

  std::string file_;
  int count_ = 0;
};

}  // namespace

ConfigNode::ConfigNode(std::shared_ptr<const Tree> tree, const TreeNode* node)
    : tree_(std::move(tree)), node_(node) {}

absl::StatusOr<ConfigNode> ConfigNode::Parse(absl::string_view file, absl::string_view text) {
  if (text.size() > kMaxBytes) return Complaint(file, 1, 1, "the file is larger than 1 MiB");
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return Complaint(file, 1, 1, "the file is empty");
    auto tree = std::make_shared<Tree>();
    tree->file = std::string(file);
    Builder builder(file);
    ASSIGN_OR_RETURN(tree->root, builder.Build(documents[0], 1, 1));
    if (documents.size() > 1) {
      const YAML::Mark mark = documents[1].Mark();
      return Complaint(file, mark.line + 1, mark.column + 1, "the file holds a second document");
    }
    if (tree->root.kind == TreeNode::Kind::kEmpty) return Complaint(file, 1, 1, "the file is empty");
    if (tree->root.kind != TreeNode::Kind::kMap) {
      return Complaint(file, tree->root.line, tree->root.column, "expected lines of \"key: value\"");
    }
    const TreeNode* root = &tree->root;
    return ConfigNode(std::move(tree), root);
  } catch (const YAML::Exception& e) {
    return Complaint(file, e.mark.line + 1, e.mark.column + 1, absl::StrCat("not valid YAML: ", e.msg));
  } catch (const std::exception& e) {
    return Complaint(file, 1, 1, absl::StrCat("cannot be read: ", e.what()));
  }
}

const std::string& ConfigNode::file() const { return tree_->file; }

absl::Status ConfigNode::ComplainAt(const TreeNode& node, absl::string_view message) const {
  return Complaint(tree_->file, node.line, node.column, message);
}

absl::Status ConfigNode::Complain(absl::string_view message) const { return ComplainAt(*node_, message); }

absl::Status ConfigNode::Complain(absl::string_view key, absl::string_view message) const {
  const TreeNode* found = Find(key);
  return ComplainAt(found == nullptr ? *node_ : *found, message);
}

absl::Status ConfigNode::At(absl::string_view key, const absl::Status& status) const {
  return status.ok() ? status : Complain(key, absl::StrCat("\"", key, "\": ", status.message()));
}

const TreeNode* ConfigNode::Find(absl::string_view key) const {
  for (size_t i = 0; i < node_->keys.size(); ++i) {
    if (node_->keys[i].name == key) return &node_->children[i];
  }
  return nullptr;
}

absl::StatusOr<const TreeNode*> ConfigNode::Need(absl::string_view key) const {
  const TreeNode* found = Find(key);
  if (found == nullptr) return Complain(absl::StrCat("key \"", key, "\" is missing"));
  return found;
}

bool ConfigNode::Has(absl::string_view key) const { return Find(key) != nullptr; }

std::vector<std::string> ConfigNode::Keys() const {
  std::vector<std::string> names;
  for (const TreeNode::Key& key : node_->keys) names.push_back(key.name);
  return names;
}

absl::Status ConfigNode::RefuseUnknown(std::initializer_list<absl::string_view> known) const {
  if (node_->kind != TreeNode::Kind::kMap) {
    return Complain(absl::StrCat("expected a map, found ", KindName(node_->kind)));
  }
  for (const TreeNode::Key& key : node_->keys) {
    if (std::find(known.begin(), known.end(), key.name) != known.end()) continue;
    return Complaint(
        tree_->file, key.line, key.column,
        absl::StrCat("key \"", key.name, "\" is not known here; known are: ", absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ConfigNode::String(absl::string_view key) const {
  ASSIGN_OR_RETURN(const TreeNode* found, Need(key));
  if (found->kind != TreeNode::Kind::kText || found->text.empty()) {
    const char* got = found->kind == TreeNode::Kind::kText ? "nothing" : KindName(found->kind);
    return ComplainAt(*found, absl::StrCat("\"", key, "\" must be a single value, found ", got));
  }
  return found->text;
}

absl::StatusOr<std::string> ConfigNode::StringOr(absl::string_view key, absl::string_view fallback) const {
  if (!Has(key)) return std::string(fallback);
  return String(key);
}

absl::StatusOr<int64_t> ConfigNode::IntOr(absl::string_view key, int64_t fallback, int64_t least,
                                          int64_t most) const {
  if (!Has(key)) return fallback;
  ASSIGN_OR_RETURN(const std::string text, String(key));
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < least || value > most) {
    return Complain(key, absl::StrCat("\"", key, "\" must be a whole number from ", least, " to ", most,
                                      ", found \"", text, "\""));
  }
  return value;
}

absl::StatusOr<ConfigNode> ConfigNode::Map(absl::string_view key) const {
  ASSIGN_OR_RETURN(const TreeNode* found, Need(key));
  if (found->kind != TreeNode::Kind::kMap) {
    return ComplainAt(*found, absl::StrCat("\"", key, "\" must be a map, found ", KindName(found->kind)));
  }
  return ConfigNode(tree_, found);
}

absl::StatusOr<std::optional<ConfigNode>> ConfigNode::OptionalMap(absl::string_view key) const {
  if (!Has(key)) return std::optional<ConfigNode>();
  ASSIGN_OR_RETURN(ConfigNode map, Map(key));
  return std::optional<ConfigNode>(std::move(map));
}

absl::StatusOr<std::vector<ConfigNode>> ConfigNode::List(absl::string_view key) const {
  std::vector<ConfigNode> items;
  const TreeNode* found = Find(key);
  if (found == nullptr) return items;
  if (found->kind != TreeNode::Kind::kList) {
    return ComplainAt(*found, absl::StrCat("\"", key, "\" must be a list, found ", KindName(found->kind)));
  }
  for (const TreeNode& child : found->children) items.push_back(ConfigNode(tree_, &child));
  return items;
}

absl::StatusOr<std::string> ConfigNode::AsString() const {
  if (node_->kind != TreeNode::Kind::kText || node_->text.empty()) {
    return Complain(absl::StrCat("expected a single value, found ",
                                 node_->kind == TreeNode::Kind::kText ? "nothing" : KindName(node_->kind)));
  }
  return node_->text;
}

}  // namespace ferry::config
