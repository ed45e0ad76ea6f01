#include "pg/catalog/catalog_fixture.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::pg {

CatalogDatabase::CatalogDatabase()
    : database_(test::PgCluster::Shared().CreateDatabase()), session_(Connect()) {}

std::unique_ptr<Session> CatalogDatabase::Connect() const {
  auto session = Session::Open({database_.superuser}, "catalog_test");
  EXPECT_TRUE(session.ok()) << session.status();
  return std::move(session).value();
}

std::unique_ptr<Session> CatalogDatabase::ConnectAsObserver() const {
  auto session = Session::Open({database_.observe}, "catalog_test");
  EXPECT_TRUE(session.ok()) << session.status();
  return std::move(session).value();
}

void CatalogDatabase::Run(const std::vector<std::string>& statements) const {
  for (const std::string& sql : statements) {
    const auto rows = session_->Query(sql);
    ASSERT_TRUE(rows.ok()) << rows.status() << "\n" << sql;
  }
}

schema::Snapshot CatalogDatabase::ReadWith(Session& session) {
  auto snapshot = ReadSnapshot(session);
  EXPECT_TRUE(snapshot.ok()) << ErrorText(snapshot.status());
  return snapshot.ok() ? *std::move(snapshot) : schema::Snapshot{};
}

const schema::Object& Get(const schema::Snapshot& snapshot, schema::ObjectKind kind,
                          const std::string& parent, const std::string& name, const std::string& space) {
  static const schema::Object kNothing;
  const schema::Object* object = snapshot.Find({kind, space, parent, name});
  EXPECT_NE(object, nullptr) << schema::KindName(kind) << " " << space << "." << parent << "." << name;
  return object == nullptr ? kNothing : *object;
}

std::vector<std::string> Needs(const schema::Object& object) {
  std::vector<std::string> out;
  for (const schema::Dependency& d : object.dependencies) {
    out.push_back(absl::StrCat(schema::KindName(d.on.kind), " ", d.on.parent, d.on.parent.empty() ? "" : ".",
                               d.on.name, d.through_default ? " default" : ""));
  }
  return out;
}

}  // namespace ferry::pg
