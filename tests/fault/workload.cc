#include "tests/fault/workload.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace ferry::test {
namespace {

constexpr int kRows = 40;

std::string Note(const std::string& what) {
  return absl::StrCat("INSERT INTO public.effect VALUES ('", what, "');\n");
}

// A table with rows, a column to fill, and a trigger that counts each row that is changed.
std::string Table(int n) {
  return absl::Substitute(
      "CREATE TABLE public.t$0 (id int PRIMARY KEY, v int);\n"
      "INSERT INTO public.t$0 SELECT g FROM generate_series(1, $1) g;\n"
      "CREATE TRIGGER note AFTER UPDATE ON public.t$0 FOR EACH ROW EXECUTE FUNCTION public.note('row $0');\n",
      n, kRows);
}

std::string Index(int n) { return absl::Substitute("CREATE INDEX CONCURRENTLY i$0 ON public.t$0 (v);\n", n); }

}  // namespace

int Below(Random& random, int end) {
  return static_cast<int>(random() %
                          static_cast<uint64_t>(end));  // the same everywhere, unlike distributions
}

Change Foundation(const std::string& version) {
  Change change;
  change.version = version;
  change.up =
      "CREATE TABLE public.effect (what text);\n"
      "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS\n"
      "  'BEGIN INSERT INTO public.effect VALUES (TG_ARGV[0]); RETURN NEW; END';";
  change.down = "-- ferry:down irreversible reason=everything-stands-on-it";
  change.verify = "SELECT to_regclass('public.effect') IS NOT NULL;";
  return change;
}

Change Make(Shape shape, const std::string& version, int n) {
  const std::string up = absl::StrCat("up ", n), end = absl::StrCat("end ", n),
                    down = absl::StrCat("down ", n);
  Change change;
  change.version = version;
  change.up = Note(up) + Table(n);
  change.down = absl::StrCat("DROP TABLE public.t", n, ";\n", Note(down));
  change.verify = absl::Substitute("SELECT count(*) = $1 FROM public.t$0;", n, kRows);
  change.up_effects = {{up, 1}};
  change.down_effects = {{down, 1}};
  switch (shape) {
    case Shape::kPlain:
      return change;
    case Shape::kTwoSections:
      change.up += absl::StrCat("\n-- ferry:up\nALTER TABLE public.t", n, " ADD COLUMN w int;\n", Note(end));
      break;
    case Shape::kBackfill:
      change.up += absl::Substitute(
          "\n-- ferry:backfill table=public.t$0 batch=7\nUPDATE public.t$0 SET v = 1 WHERE v IS NULL;\n\n"
          "-- ferry:up\n$1",
          n, Note(end));
      change.up_effects[absl::StrCat("row ", n)] = kRows;
      break;
    case Shape::kIndex:
      change.up += Index(n) + Note(end);
      change.down = absl::StrCat("DROP INDEX CONCURRENTLY public.i", n, ";\n", change.down);
      break;
    case Shape::kReindex:
      change.up += Index(n) + absl::Substitute("REINDEX TABLE CONCURRENTLY public.t$0;\n", n) + Note(end);
      break;
    case Shape::kDetach:
      change.up += absl::Substitute(
          "CREATE TABLE public.p$0 (id int) PARTITION BY RANGE (id);\n"
          "CREATE TABLE public.q$0 PARTITION OF public.p$0 FOR VALUES FROM (0) TO (10);\n"
          "ALTER TABLE public.p$0 DETACH PARTITION public.q$0 CONCURRENTLY;\n",
          n);
      change.up += Note(end);
      change.down = absl::Substitute("DROP TABLE public.p$0;\nDROP TABLE public.q$0;\n", n) + change.down;
      break;
  }
  change.up_effects[end] = 1;
  return change;
}

Change Draw(Random& random, const std::string& version, int number) {
  return Make(static_cast<Shape>(Below(random, kShapes)), version, number);
}

void Expected::Applied(const Change& change) {
  versions_.push_back(change.version);
  for (const auto& [what, count] : change.up_effects) effects_[what] += count;
}

void Expected::RolledBack(const Change& change) {
  versions_.erase(std::remove(versions_.begin(), versions_.end(), change.version), versions_.end());
  for (const auto& [what, count] : change.down_effects) effects_[what] += count;
}

std::string Expected::Effects() const {
  std::string out;
  for (const auto& [what, count] : effects_) {
    absl::StrAppend(&out, out.empty() ? "" : "\n", what, " ", count);
  }
  return out;
}

}  // namespace ferry::test
