#include "core/schema/object.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::schema {
namespace {

constexpr char kFormat[] = "ferry/object/v1";

// Collects fields as text. With `compared_only`, those that make the fingerprint.
struct Collect {
  bool compared_only;
  FieldList out;

  template <class T>
  void operator()(absl::string_view name, const T& value, FieldUse use = FieldUse::kCompared) {
    if (compared_only && use == FieldUse::kDisplayOnly) return;
    out.emplace_back(std::string(name), EncodeField(value));
  }
};

template <class T>
FieldList Collected(const T& body, bool compared_only) {
  Collect collect{compared_only, {}};
  T::VisitFields(body, collect);
  return std::move(collect.out);
}

FieldList Collected(const Body& body, bool compared_only) {
  return std::visit([&](const auto& typed) { return Collected(typed, compared_only); }, body);
}

template <class T>
FieldList ChangedFromDefault(const T& body) {
  static const FieldList defaults = Collected(T{}, true);
  FieldList all = Collected(body, true);
  FieldList out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i] != defaults[i]) out.push_back(std::move(all[i]));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void AppendFramed(std::string& out, absl::string_view piece) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(piece.size()) >> shift));
  }
  out.append(piece.data(), piece.size());
}

Body EmptyBody(ObjectKind kind) {
  switch (kind) {
#define FERRY_KIND_BODY(enumerator, name, type) \
  case ObjectKind::enumerator:                  \
    return type{};
    FERRY_SCHEMA_KINDS(FERRY_KIND_BODY)
#undef FERRY_KIND_BODY
  }
  return SchemaNamespace{};
}

absl::Status Refuse(const ObjectId& id, absl::string_view problem, absl::string_view field) {
  return Error(ErrorCode::kProtocol,
               absl::StrCat(problem, " \"", field, "\" of ", KindName(id.kind), " \"", id.schema, ".",
                            id.parent, id.parent.empty() ? "" : ".", id.name, "\""));
}

// Fills fields from `given`; keeps the first problem.
struct Assign {
  const ObjectId& id;
  const FieldList& given;
  size_t used = 0;
  absl::Status status;

  template <class T>
  void operator()(absl::string_view name, T& value, FieldUse /*use*/ = FieldUse::kCompared) {
    if (!status.ok()) return;
    const auto found =
        std::find_if(given.begin(), given.end(), [&](const auto& field) { return field.first == name; });
    if (found == given.end()) {
      status = Refuse(id, "missing field", name);
    } else if (!DecodeField(found->second, value)) {
      status = Refuse(id, "malformed value of field", name);
    } else {
      ++used;
    }
  }
};

// The field that is unknown or given twice; only called when there is one.
absl::Status RefuseExtra(const ObjectId& id, const Body& body, const FieldList& given) {
  FieldList known = Collected(body, false);
  for (const auto& field : given) {
    const auto at =
        std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == field.first; });
    if (at == known.end()) return Refuse(id, "unknown or repeated field", field.first);
    known.erase(at);
  }
  return absl::OkStatus();
}

}  // namespace

Object MakeObject(ObjectId id, Body body) {
  id.kind = static_cast<ObjectKind>(body.index());
  Object object{std::move(id), std::move(body), ""};
  object.fingerprint = Fingerprint(object);
  return object;
}

std::string CanonicalBytes(const Object& object) {
  std::string out;
  AppendFramed(out, kFormat);
  AppendFramed(out, KindName(object.id.kind));
  AppendFramed(out, object.id.schema);
  AppendFramed(out, object.id.parent);
  AppendFramed(out, object.id.name);
  const FieldList fields =
      std::visit([](const auto& typed) { return ChangedFromDefault(typed); }, object.body);
  for (const auto& [name, value] : fields) {
    AppendFramed(out, name);
    AppendFramed(out, value);
  }
  return out;
}

std::string Fingerprint(const Object& object) { return Sha256Hex(CanonicalBytes(object)); }

FieldList Fields(const Object& object) { return Collected(object.body, false); }

FieldList ComparedFields(const Object& object) { return Collected(object.body, true); }

absl::StatusOr<Object> ObjectFromFields(const ObjectId& id, const FieldList& fields) {
  Body body = EmptyBody(id.kind);
  Assign assign{id, fields, 0, absl::OkStatus()};
  std::visit([&](auto& typed) { typed.VisitFields(typed, assign); }, body);
  RETURN_IF_ERROR(assign.status);
  if (assign.used != fields.size()) RETURN_IF_ERROR(RefuseExtra(id, body, fields));
  return MakeObject(id, std::move(body));
}

}  // namespace ferry::schema
