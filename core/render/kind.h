// How each kind of object is written as SQL: one table of functions a kind, in a file of its own
// (table.cc, column.cc, …). They write what concerns the body alone; owner, grants, comment and labels follow
// from Reference for all kinds alike (access.cc). Pure; any thread.
#ifndef FERRY_CORE_RENDER_KIND_H_
#define FERRY_CORE_RENDER_KIND_H_

#include <string>
#include <utility>
#include <vector>

#include "core/diff/changes.h"
#include "core/render/render.h"

namespace ferry::render {

struct Context {
  const schema::Snapshot& from;
  const schema::Snapshot& to;
  const diff::ChangeList& list;
  const Options& options;
  std::vector<std::string>& remarks;

  // Created by this script, so that no application uses it and it holds no rows yet.
  bool IsNew(const schema::ObjectId& id) const { return list.created.count(id) > 0; }
  // The table (or view, domain, type) that `child` belongs to, as it is afterwards.
  bool IsOfNewParent(const schema::ObjectId& child) const;
};

using Statements = std::vector<Statement>;

// A statement about `object`; the other fields are the caller's to set.
Statement Make(const schema::ObjectId& object, std::string sql, Lock lock = Lock::kNone,
               std::vector<Hazard> hazards = {});

struct KindWriter {
  void (*create)(const schema::Object& object, const Context& context, Statements& out);
  // Null where nothing can be altered (diff::VerdictOf says so).
  void (*alter)(const schema::Object& from, const schema::Object& to, const Context& context,
                Statements& out);
  void (*drop)(const schema::Object& object, const Context& context, Statements& out);
};
const KindWriter& WriterFor(schema::ObjectKind kind);

// What COMMENT ON, ALTER … OWNER TO, SECURITY LABEL ON and GRANT … ON take for an object.
struct Reference {
  std::string type;     // "TABLE", "COLUMN", "MATERIALIZED VIEW", "CONSTRAINT"
  std::string name;     // "public.prices", "public.prices.close", "prices_close_check ON public.prices"
  std::string on_type;  // GRANT's words: "TABLE" for views too
  std::string on_name;  // an aggregate's without its ORDER BY
};
Reference ReferenceTo(const schema::Object& object);
// "schema.name" and "schema.parent", quoted as needed; without a schema only the name.
std::string QualifiedName(const schema::ObjectId& id);
std::string QualifiedParent(const schema::ObjectId& id);
// "name=value" entries as `OPTIONS (name 'value', …)`, and as the difference `OPTIONS (ADD …, SET …, DROP …)`
// of two lists; empty when there is nothing to say. Masked ones ("name=***") are left out.
std::string OptionList(const std::vector<std::string>& options);
std::string OptionChanges(const std::vector<std::string>& from, const std::vector<std::string>& to);

// Owner, grants, comment and labels of an object that was created (`from` null) or that stays; grants of a
// created one start from what PostgreSQL and the default privileges of `context.from` give it. access.cc
void WriteTraits(const schema::Object* from, const schema::Object& to, const Context& context,
                 Statements& out);

namespace internal {
extern const KindWriter kSchemaNamespaceWriter, kTableWriter, kColumnWriter, kConstraintWriter, kIndexWriter,
    kSequenceWriter, kViewWriter, kFunctionWriter, kTriggerWriter, kEnumWriter, kDomainWriter,
    kCompositeTypeWriter, kRangeTypeWriter, kBaseTypeWriter, kPolicyWriter, kRuleWriter, kStatisticsWriter,
    kOperatorWriter, kOperatorClassWriter, kOperatorFamilyWriter, kCastWriter, kConversionWriter,
    kCollationWriter, kTextSearchParserWriter, kTextSearchTemplateWriter, kTextSearchDictionaryWriter,
    kTextSearchConfigurationWriter, kExtensionWriter, kLanguageWriter, kAccessMethodWriter, kTransformWriter,
    kForeignDataWrapperWriter, kForeignServerWriter, kUserMappingWriter, kPublicationWriter,
    kSubscriptionWriter, kEventTriggerWriter, kDefaultPrivilegesWriter, kRoleWriter, kSettingWriter,
    kTablespaceWriter;
}  // namespace internal

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_KIND_H_
