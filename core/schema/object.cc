#include "core/schema/object.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::schema {
namespace {

constexpr char kFormat[] = "ferry/object/v2";
constexpr char kAccessFormat[] = "ferry/access/v2";

template <class T>
std::string EncodeSet(const T& value) {
  return EncodeField(value);
}
std::string EncodeSet(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  return EncodeField(values);
}

// Collects fields as text. With `compared_only`, those that make the fingerprint.
struct Collect {
  bool compared_only;
  FieldList out;

  template <class T>
  void operator()(absl::string_view name, const T& value, FieldUse use = FieldUse::kCompared) {
    if (compared_only && use == FieldUse::kDisplayOnly) return;
    const bool as_set = compared_only && use == FieldUse::kUnordered;
    out.emplace_back(std::string(name), as_set ? EncodeSet(value) : EncodeField(value));
  }
};

// Calls `visit` for every field of that part.
template <class Visitor>
void VisitPart(const Body& body, const Traits& traits, Part part, Visitor& visit) {
  if (part == Part::kAccess) {
    Traits::VisitAccess(traits, visit);
  } else {
    std::visit([&](const auto& typed) { typed.VisitFields(typed, visit); }, body);
    Traits::VisitStructure(traits, visit);
  }
}

// `kStructure`: the body and what the structure has besides; `kAccess`: owner and grants.
FieldList Collected(const Body& body, const Traits& traits, Part part, bool compared_only) {
  Collect collect{compared_only, {}};
  VisitPart(body, traits, part, collect);
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
  char length[8];
  for (int i = 0; i < 8; ++i)
    length[i] = static_cast<char>(static_cast<uint64_t>(piece.size()) >> (56 - 8 * i));
  out.append(length, sizeof(length));
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

// Where the fields of a default object are, in their order.
struct Places {
  std::vector<const void*> fields;

  template <class T>
  void operator()(absl::string_view /*name*/, const T& value, FieldUse /*use*/ = FieldUse::kCompared) {
    fields.push_back(&value);
  }
};

// Of one kind, by kind and part; built once.
const std::vector<const void*>& Defaults(size_t kind, Part part) {
  static const auto* const kDefaults = [] {
    auto* out = new std::vector<std::array<Places, 2>>(std::variant_size_v<Body>);
    for (size_t i = 0; i < out->size(); ++i) {
      const auto* empty = new Body(EmptyBody(static_cast<ObjectKind>(i)));
      static const auto* const kNoTraits = new Traits();
      VisitPart(*empty, *kNoTraits, Part::kStructure, (*out)[i][0]);
      VisitPart(*empty, *kNoTraits, Part::kAccess, (*out)[i][1]);
    }
    return out;
  }();
  return (*kDefaults)[kind][part == Part::kAccess ? 1 : 0].fields;
}

// The compared fields that do not have their default value.
struct Changed {
  struct Field {
    absl::string_view name;
    const std::string* text;  // null: `encoded` has it
    std::string encoded;
  };
  const std::vector<const void*>& defaults;
  size_t next = 0;
  std::vector<Field> out;

  template <class T>
  void operator()(absl::string_view name, const T& value, FieldUse use = FieldUse::kCompared) {
    const T& usual = *static_cast<const T*>(defaults[next++]);
    if (use == FieldUse::kDisplayOnly || value == usual) return;
    if constexpr (std::is_same_v<T, std::string>) {
      out.push_back({name, &value, {}});
    } else {
      out.push_back({name, nullptr, use == FieldUse::kUnordered ? EncodeSet(value) : EncodeField(value)});
    }
  }
};

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
  Object object{std::move(id), std::move(body), std::move(traits), std::move(dependencies), "", ""};
  Complete(object);
  return object;
}

void Complete(Object& object) {
  object.id.kind = static_cast<ObjectKind>(object.body.index());
  std::vector<Dependency>& dependencies = object.dependencies;
  std::sort(dependencies.begin(), dependencies.end());
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
  object.fingerprint = Fingerprint(object, Part::kStructure);
  object.access_fingerprint = Fingerprint(object, Part::kAccess);
}

std::string CanonicalBytes(const Object& object, Part part) {
  std::string out;
  out.reserve(512);
  AppendFramed(out, part == Part::kAccess ? kAccessFormat : kFormat);
  AppendFramed(out, KindName(object.id.kind));
  AppendFramed(out, object.id.schema);
  AppendFramed(out, object.id.parent);
  AppendFramed(out, object.id.name);
  Changed changed{Defaults(object.body.index(), part), 0, {}};
  VisitPart(object.body, object.traits, part, changed);
  std::sort(changed.out.begin(), changed.out.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& [name, text, encoded] : changed.out) {
    AppendFramed(out, name);
    AppendFramed(out, text != nullptr ? *text : encoded);
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
  traits.beneath.Trim();
  RETURN_IF_ERROR(assign.status);
  if (assign.used != fields.size()) RETURN_IF_ERROR(RefuseExtra(id, body, fields));
  return MakeObject(id, std::move(body), std::move(traits), std::move(dependencies));
}

}  // namespace ferry::schema
