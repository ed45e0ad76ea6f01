#include "core/render/render.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/render/fill.h"
#include "core/render/kind.h"
#include "core/render/lookup.h"
#include "core/render/range_type.h"
#include "core/render/repeatable.h"
#include "core/render/table_parts.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using diff::Change;
using diff::Facet;
using diff::Operation;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

ObjectId AsideId(ObjectId id) {
  id.name = diff::AsideName(id);
  return id;
}

void SetAside(const Object& type, const Context& context, Statements& out) {
  const auto rename = [&](const std::string& what, const std::string& name, const std::string& aside) {
    out.push_back(Make(type.id, absl::StrCat("ALTER ", what, " ", name, " RENAME TO ", aside), Lock::kNone,
                       {Hazard::kGap}));
  };
  const auto* domain = std::get_if<schema::Domain>(&type.body);
  if (domain != nullptr && !domain->default_expression.empty())
    out.push_back(Make(type.id, AlterSql(type, "DROP DEFAULT")));  // what it calls may go before the domain
  rename(ReferenceTo(type).type, QualifiedName(type.id), QuoteName(diff::AsideName(type.id)));
  if (type.id.kind == ObjectKind::kRangeType) SetRangePartsAside(type, context, out);
}

// An owned sequence has the owner of its table, always.
Object WithTablesOwner(const Object& from, const Object& to) {
  const auto* before = std::get_if<schema::Sequence>(&from.body);
  const auto* after = std::get_if<schema::Sequence>(&to.body);
  if (before == nullptr || after == nullptr || before->owned_by.empty() ||
      before->owned_by != after->owned_by)
    return from;
  Object out = from;
  out.traits.owner = to.traits.owner;
  return out;
}

class Renderer {
 public:
  explicit Renderer(const Context& context) : context_(context), filling_(context) {}

  Statements Run() {
    for (const Change& change : context_.list.changes) Write(change);
    filling_.Write(out_);
    for (const Change& change : context_.list.changes) {
      const bool becomes = change.facet == Facet::kObject && change.operation != Operation::kDrop;
      if (becomes && filling_.Delays(change.id())) Access(change);
    }
    return std::move(out_);
  }

 private:
  void Write(const Change& change) {
    switch (change.facet) {
      case Facet::kObject:
        Whole(change);
        break;
      case Facet::kDefault:
        out_.push_back(DefaultStatement(change.id(),
                                        change.operation == Operation::kDrop
                                            ? ""
                                            : std::get<schema::Column>(change.to->body).default_expression));
        break;
      case Facet::kOwnedBy: {
        const std::string& owner = std::get<schema::Sequence>(change.to->body).owned_by;
        const bool released = change.operation == Operation::kDrop;
        out_.push_back(Make(change.id(), absl::StrCat("ALTER SEQUENCE ", QualifiedName(change.id()),
                                                      " OWNED BY ", released ? "NONE" : owner)));
        break;
      }
      case Facet::kPartition:
        change.operation == Operation::kDrop ? WriteDetach(change, out_) : WriteAttach(change, out_);
        break;
      case Facet::kShell:
        out_.push_back(Make(change.id(), absl::StrCat("CREATE TYPE ", QualifiedName(change.id()))));
        break;
      case Facet::kAccess:
        if (!filling_.Delays(change.id())) Access(change);
        break;
      case Facet::kSetAside:
        SetAside(*change.from, context_, out_);
        break;
    }
  }

  void Whole(const Change& change) {
    const KindWriter& writer = WriterFor(change.id().kind);
    if (change.operation == Operation::kDrop) {
      if (context_.list.set_aside.count(change.id()) > 0) {
        out_.push_back(Make(change.id(), absl::StrCat("DROP ", ReferenceTo(*change.from).type, " ",
                                                      QualifiedName(AsideId(change.id())))));
      } else {
        writer.drop(*change.from, context_, out_);
      }
      return;
    }
    if (change.operation == Operation::kCreate) {
      writer.create(*change.to, context_, out_);
    } else if (writer.alter != nullptr) {
      writer.alter(*change.from, *change.to, context_, out_);
    }
    const bool later = filling_.Delays(change.id()) || context_.list.access_apart.count(change.id()) > 0;
    if (!later) Access(change);
  }

  // Owner, grants and comments of an object, and of the columns that come with it.
  void Access(const Change& change) {
    const ObjectKind kind = change.id().kind;
    if (!context_.IsNew(change.id())) {
      const Object before = WithTablesOwner(*change.from, *change.to);
      WriteTraits(&before, *change.to, context_, out_);
      return;
    }
    WriteTraits(nullptr, *change.to, context_, out_);
    if (kind != ObjectKind::kTable && kind != ObjectKind::kCompositeType) return;
    for (const Object* column : ChildrenOf(context_.to, ObjectKind::kColumn, change.id()))
      WriteTraits(nullptr, *column, context_, out_);
  }

  const Context& context_;
  Statements out_;
  const Filling filling_;
};

std::string LossName(const ObjectId& id) {
  if (id.parent.empty()) return QualifiedName(id);
  return absl::StrCat(QualifiedParent(id), ".", QuoteName(id.name));
}

absl::Status CheckLoss(const Statements& statements, const Options& options) {
  std::vector<std::string> lost;
  for (const Statement& statement : statements) {
    if (!statement.Has(Hazard::kDataLoss) || options.allow_data_loss) continue;
    const std::string name = LossName(statement.object);
    if (options.allow_loss_of.count(name) == 0) lost.push_back(name);
  }
  if (lost.empty()) return absl::OkStatus();
  return Error(ErrorCode::kDataLoss, absl::StrCat("this would lose the data of ", absl::StrJoin(lost, ", ")))
      .TargetState("unchanged: nothing was run")
      .Next(absl::StrCat("when that is meant: --allow data-loss:", lost[0], lost.size() > 1 ? ",…" : "",
                         ", or --allow data-loss for all of it"));
}

}  // namespace

absl::StatusOr<Script> Render(const schema::Snapshot& from, const schema::Snapshot& to,
                              const Options& options) {
  Script script;
  const diff::ChangeList list = diff::PlanChanges(from, to, options.compare);
  for (const ObjectId& id : list.circular) {
    script.remarks.push_back(
        absl::StrCat(schema::KindName(id.kind), " ", LossName(id),
                     " and others need each other: the order of the statements is a guess"));
  }
  const Context context{from, to, list, options, script.remarks};
  script.statements = Renderer(context).Run();
  RETURN_IF_ERROR(CheckLoss(script.statements, options));
  if (options.repeatable) MakeRepeatable(script.statements);
  return script;
}

}  // namespace ferry::render
