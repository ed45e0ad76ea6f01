#include "core/sql/tree.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "absl/strings/match.h"
#include "core/sql/big_stack.h"

namespace ferry::sql {
namespace {

// The memory of `field` inside `message`.
template <typename T>
T* FieldAt(const ProtobufCMessage* message, unsigned offset) {
  auto* base = reinterpret_cast<char*>(const_cast<ProtobufCMessage*>(message));
  return reinterpret_cast<T*>(base + offset);
}

bool IsSet(const ProtobufCMessage* message, const ProtobufCFieldDescriptor& field) {
  if ((field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0) return true;
  return *FieldAt<const uint32_t>(message, field.quantifier_offset) == field.id;
}

absl::Span<const ProtobufCFieldDescriptor> FieldsOf(const ProtobufCMessage* message) {
  return {message->descriptor->fields, message->descriptor->n_fields};
}

void ForEachChild(const ProtobufCMessage* message, absl::FunctionRef<void(const ProtobufCMessage*)> call) {
  for (const ProtobufCFieldDescriptor& field : FieldsOf(message)) {
    if (field.type != PROTOBUF_C_TYPE_MESSAGE || !IsSet(message, field)) continue;
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      const size_t count = *FieldAt<const size_t>(message, field.quantifier_offset);
      ProtobufCMessage* const* items = *FieldAt<ProtobufCMessage** const>(message, field.offset);
      for (size_t i = 0; i < count; ++i) call(items[i]);
    } else if (const ProtobufCMessage* child = *FieldAt<ProtobufCMessage* const>(message, field.offset)) {
      call(child);
    }
  }
}

void ClearPlaces(const ProtobufCMessage* message) {
  for (const ProtobufCFieldDescriptor& field : FieldsOf(message)) {
    const bool number = field.type == PROTOBUF_C_TYPE_INT32 && field.label != PROTOBUF_C_LABEL_REPEATED;
    if (number && (absl::EndsWith(field.name, "location") || absl::string_view(field.name) == "stmt_len")) {
      *FieldAt<int32_t>(message, field.offset) = 0;
    }
  }
  ForEachChild(message, ClearPlaces);
}

std::string Pack(const PgQuery__ParseResult& tree) {
  std::string bytes(pg_query__parse_result__get_packed_size(&tree), '\0');
  pg_query__parse_result__pack(&tree, reinterpret_cast<uint8_t*>(bytes.data()));
  return bytes;
}

}  // namespace

ParsedTree ParseTree(const std::string& sql) {
  ParsedTree parsed;
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql.c_str());
  if (result.error != nullptr) {
    parsed.message = result.error->message;
    parsed.cursor = result.error->cursorpos;
  } else {
    parsed.tree.reset(pg_query__parse_result__unpack(
        nullptr, result.parse_tree.len, reinterpret_cast<const uint8_t*>(result.parse_tree.data)));
    if (parsed.tree == nullptr) parsed.message = "the parse tree cannot be read";
  }
  pg_query_free_protobuf_parse_result(result);
  return parsed;
}

void WithOnlyStatement(absl::string_view text, absl::FunctionRef<void(Node&, PgQuery__ParseResult&)> with) {
  RunOnBigStack([&] {
    const ParsedTree parsed = ParseTree(std::string(text));
    if (parsed.tree == nullptr || parsed.tree->n_stmts != 1 || parsed.tree->stmts[0]->stmt == nullptr) return;
    with(*parsed.tree->stmts[0]->stmt, *parsed.tree);
  }).IgnoreError();  // without a thread nothing can be read: as if the parser had refused
}

std::string Deparse(const PgQuery__ParseResult& tree) {
  std::string bytes = Pack(tree);
  PgQueryProtobuf packed;
  packed.len = bytes.size();
  packed.data = bytes.data();
  const PgQueryDeparseResult result = pg_query_deparse_protobuf(packed);
  std::string sql = result.error == nullptr && result.query != nullptr ? result.query : "";
  pg_query_free_deparse_result(result);
  return sql;
}

std::string BytesWithoutPlaces(PgQuery__ParseResult* tree) {
  ClearPlaces(&tree->base);
  return Pack(*tree);
}

void Walk(const ProtobufCMessage* message, absl::FunctionRef<bool(const ProtobufCMessage&)> visit) {
  if (message == nullptr || !visit(*message)) return;
  ForEachChild(message, [&visit](const ProtobufCMessage* child) { Walk(child, visit); });
}

const ProtobufCMessage* Inner(const Node& node) {
  const ProtobufCMessage* inner = nullptr;
  ForEachChild(&node.base, [&inner](const ProtobufCMessage* child) { inner = child; });
  return inner;
}

absl::string_view StringOf(const Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_STRING) return "";
  return node->string->sval;
}

absl::string_view LastName(Nodes names) { return names.empty() ? "" : StringOf(names.back()); }

const PgQuery__DefElem* FindOption(Nodes options, absl::string_view name) {
  for (const Node* option : options) {
    if (option->node_case == PG_QUERY__NODE__NODE_DEF_ELEM && name == option->def_elem->defname) {
      return option->def_elem;
    }
  }
  return nullptr;
}

bool OptionIsOn(Nodes options, absl::string_view name, bool absent) {
  const PgQuery__DefElem* option = FindOption(options, name);
  if (option == nullptr) return absent;
  if (option->arg == nullptr) return true;
  switch (option->arg->node_case) {
    case PG_QUERY__NODE__NODE_INTEGER:
      return option->arg->integer->ival != 0;
    case PG_QUERY__NODE__NODE_BOOLEAN:
      return option->arg->boolean->boolval != 0;
    default: {
      const absl::string_view text = StringOf(option->arg);
      return !absl::EqualsIgnoreCase(text, "false") && !absl::EqualsIgnoreCase(text, "off");
    }
  }
}

}  // namespace ferry::sql
