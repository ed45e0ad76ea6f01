#include "core/schema/object.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::schema {
namespace {

constexpr char kFormat[] = "ferry/object/v2";
constexpr char kAccessFormat[] = "ferry/access/v2";

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

// `kStructure`: the body and what the structure has besides; `kAccess`: owner and grants.
FieldList Collected(const Body& body, const Traits& traits, Part part, bool compared_only) {
  Collect collect{compared_only, {}};
  if (part == Part::kAccess) {
    Traits::VisitAccess(traits, collect);
  } else {
    std::visit([&](const auto& typed) { typed.VisitFields(typed, collect); }, body);
    Traits::VisitStructure(traits, collect);
  }
  return std::move(collect.out);
}

FieldList AllFields(const Object& object, bool compared_only) {
  FieldList all = Collected(object.body, object.traits, Part::kStructure, compared_only);
  for (auto& field : Collected(object.body, object.traits, Part::kAccess, compared_only)) {
    all.push_back(std::move(field));
  }
  return all;
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

// Of one kind, by kind and part; built once.
const FieldList& Defaults(size_t kind, Part part) {
  static const auto* const kDefaults = [] {
    auto* out = new std::vector<std::array<FieldList, 2>>();
    for (size_t i = 0; i < std::variant_size_v<Body>; ++i) {
      const Body empty = EmptyBody(static_cast<ObjectKind>(i));
      out->push_back(
          {Collected(empty, {}, Part::kStructure, true), Collected(empty, {}, Part::kAccess, true)});
    }
    return out;
  }();
  return (*kDefaults)[kind][part == Part::kAccess ? 1 : 0];
}

FieldList ChangedFromDefault(const Object& object, Part part) {
  const FieldList& defaults = Defaults(object.body.index(), part);
  FieldList all = Collected(object.body, object.traits, part, true);
  FieldList out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i] != defaults[i]) out.push_back(std::move(all[i]));
  }
  std::sort(out.begin(), out.end());
  return out;
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
    if (found == given.end()) return;
    if (!DecodeField(found->second, value)) {
      status = Refuse(id, "malformed value of field", name);
    } else {
      ++used;
    }
  }
};

// The field that is unknown or given twice; only called when there is one.
absl::Status RefuseExtra(const ObjectId& id, const Body& body, const FieldList& given) {
  FieldList known = AllFields(Object{id, body, {}, {}, "", ""}, false);
  for (const auto& field : given) {
    const auto at =
        std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == field.first; });
    if (at == known.end()) return Refuse(id, "unknown or repeated field", field.first);
    known.erase(at);
  }
  return absl::OkStatus();
}

}  // namespace

Object MakeObject(ObjectId id, Body body, Traits traits, std::vector<Dependency> dependencies) {
  id.kind = static_cast<ObjectKind>(body.index());
  std::sort(dependencies.begin(), dependencies.end());
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
  Object object{std::move(id), std::move(body), std::move(traits), std::move(dependencies), "", ""};
  object.fingerprint = Fingerprint(object, Part::kStructure);
  object.access_fingerprint = Fingerprint(object, Part::kAccess);
  return object;
}

std::string CanonicalBytes(const Object& object, Part part) {
  std::string out;
  AppendFramed(out, part == Part::kAccess ? kAccessFormat : kFormat);
  AppendFramed(out, KindName(object.id.kind));
  AppendFramed(out, object.id.schema);
  AppendFramed(out, object.id.parent);
  AppendFramed(out, object.id.name);
  for (const auto& [name, value] : ChangedFromDefault(object, part)) {
    AppendFramed(out, name);
    AppendFramed(out, value);
  }
  return out;
}

std::string Fingerprint(const Object& object, Part part) { return Sha256Hex(CanonicalBytes(object, part)); }

FieldList Fields(const Object& object) { return AllFields(object, false); }

FieldList ComparedFields(const Object& object) { return AllFields(object, true); }

FieldList FieldsToSend(const Object& object) {
  static const auto* const kDefaults = [] {
    auto* out = new std::vector<FieldList>();
    for (size_t i = 0; i < std::variant_size_v<Body>; ++i) {
      out->push_back(AllFields({{}, EmptyBody(static_cast<ObjectKind>(i)), {}, {}, "", ""}, false));
    }
    return out;
  }();
  const FieldList& defaults = (*kDefaults)[object.body.index()];
  FieldList all = AllFields(object, false);
  FieldList out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i] != defaults[i]) out.push_back(std::move(all[i]));
  }
  return out;
}

absl::StatusOr<Object> ObjectFromFields(const ObjectId& id, const FieldList& fields,
                                        std::vector<Dependency> dependencies) {
  Body body = EmptyBody(id.kind);
  Traits traits;
  Assign assign{id, fields, 0, absl::OkStatus()};
  std::visit([&](auto& typed) { typed.VisitFields(typed, assign); }, body);
  Traits::VisitStructure(traits, assign);
  Traits::VisitAccess(traits, assign);
  RETURN_IF_ERROR(assign.status);
  if (assign.used != fields.size()) RETURN_IF_ERROR(RefuseExtra(id, body, fields));
  return MakeObject(id, std::move(body), std::move(traits), std::move(dependencies));
}

}  // namespace ferry::schema
