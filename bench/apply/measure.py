"""Applies N small migrations with each tool in turn, on fresh databases, then runs it again where nothing is left to do, and prints
Markdown tables of medians. Called by bench/apply/run."""
import argparse
import os
import shutil
import statistics
import subprocess
import time


def statement(i):
    k, g = i % 3, i - i % 3
    if k == 0:
        return (f"CREATE TABLE t_{i} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL, b int, "
                "created_at timestamptz NOT NULL DEFAULT now());\n")
    if k == 1:
        return f"ALTER TABLE t_{g} ADD COLUMN c_{i} int NOT NULL DEFAULT 0;\n"
    return f"CREATE INDEX t_{g}_b_idx ON t_{g} (b);\n"


OURS = """-- migration: 1.0.{i} m{i}
-- description: bench
-- author: bench
-- date: 2026-11-27
-- breaking: no

-- ferry:up
{sql}
-- ferry:down irreversible reason=bench
"""


class Bench:
    def __init__(self, options):
        self.options = options
        self.port = os.environ["PGPORT"]
        self.password = {}
        with open(os.environ["PGPASSFILE"]) as passfile:
            for line in passfile:
                parts = line.strip().split(":")
                self.password[parts[3]] = parts[4]

    def psql(self, database, *arguments, user="postgres"):
        return subprocess.run([f"{self.options.pg_bin}/psql", "-Xqw", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database,
                               *arguments], check=True, capture_output=True, text=True).stdout.strip()

    def url(self, user, database, password=False):
        secret = f":{self.password[user]}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def ours(self, user, database):
        return f"{self.url(user, database)}?passfile={os.environ['PGPASSFILE']}"

    def fresh(self, database):
        self.psql("postgres", "-c", f"DROP DATABASE IF EXISTS {database}")
        self.psql("postgres", "-c", f"CREATE DATABASE {database} TEMPLATE empty", "-c", "CHECKPOINT")

    def write(self, n):
        base = f"{self.options.work}/plan{n}"
        for folder in ("ours", "dbmate", "npm", "sqitch/deploy"):
            os.makedirs(f"{base}/{folder}")
        with open(f"{base}/all.sql", "w") as whole, open(f"{base}/each.sql", "w") as each, \
                open(f"{base}/sqitch/sqitch.plan", "w") as plan:
            each.write("CREATE TABLE IF NOT EXISTS hist (version text PRIMARY KEY, at timestamptz DEFAULT now());\n")
            plan.write("%syntax-version=1.0.0\n%project=bench\n\n")
            for i in range(n):
                sql, stamp = statement(i), 20200101000000 + i
                whole.write(sql)
                each.write(f"BEGIN;\n{sql}INSERT INTO hist (version) VALUES ('{stamp}');\nCOMMIT;\n")
                plan.write(f"m{i} 2020-01-01T00:00:00Z bench <b@example.org> # m{i}\n")
                for path, text in ((f"ours/1.0.{i}_m{i}.sql", OURS.format(i=i, sql=sql)),
                                   (f"dbmate/{stamp}_m{i}.sql", f"-- migrate:up\n{sql}\n-- migrate:down\n"),
                                   (f"npm/{1500000000000 + i}_m{i}.sql", f"-- Up Migration\n{sql}\n-- Down Migration\n"),
                                   (f"sqitch/deploy/m{i}.sql", f"-- Deploy bench:m{i} to pg\nBEGIN;\n{sql}COMMIT;\n")):
                    with open(f"{base}/{path}", "w") as file:
                        file.write(text)
        with open(f"{base}/sqitch/sqitch.conf", "w") as file:
            file.write(f'[core]\n\tengine = pg\n[engine "pg"]\n\tclient = {self.options.pg_bin}/psql\n')
        return base

    def contestants(self, base):
        psql = [f"{self.options.pg_bin}/psql", "-Xqw", "-v", "ON_ERROR_STOP=1", "-U", "ferry_migrate"]
        out = {
            "psql, one transaction": lambda db: (psql + ["-1", "-d", db, "-f", f"{base}/all.sql"], None, {}),
            "psql, a transaction and a history row each": lambda db: (psql + ["-d", db, "-f", f"{base}/each.sql"], None, {}),
            "ours": lambda db: ([self.options.bench, "apply", self.ours("ferry_migrate", db), self.ours("ferry_observe", db),
                                 f"{base}/ours"], None, {}),
        }
        npm = self.options.npm
        if npm:
            url = lambda db: self.url("ferry_migrate", db, True) + "?sslmode=disable"
            out["dbmate"] = lambda db: ([f"{npm}/node_modules/.bin/dbmate", "-d", f"{base}/dbmate", "--no-dump-schema",
                                         "migrate"], base, {"DATABASE_URL": url(db)})
            out["node-pg-migrate"] = lambda db: ([f"{npm}/node_modules/.bin/node-pg-migrate", "up", "-m", f"{base}/npm",
                                                  "--verbose=false", "--single-transaction=false"], npm,
                                                 {"DATABASE_URL": url(db)})
        if shutil.which("sqitch"):
            out["sqitch"] = lambda db: (["sqitch", "deploy", "-t", f"db:pg://ferry_migrate@127.0.0.1:{self.port}/{db}"],
                                        f"{base}/sqitch", {"SQITCH_FULLNAME": "b", "SQITCH_EMAIL": "b@example.org",
                                                           "TZ": "UTC"})
        return out

    def run(self, command, folder, environment):
        began = time.monotonic()
        done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
        took = time.monotonic() - began
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed: {done.stdout[-400:]} {done.stderr[-400:]}")
        return took

    def measure(self, n):
        base = self.write(n)
        contestants = self.contestants(base)
        applied = {name: [] for name in contestants}
        again = {name: [] for name in contestants if not name.startswith("psql")}
        for _ in range(self.options.rounds):
            for name, command in contestants.items():
                if name == "sqitch" and n > 100 and applied[name]:
                    continue  # once: it takes most of a minute
                database = "b_" + "".join(c if c.isalnum() else "_" for c in name)[:40].lower()
                self.fresh(database)
                applied[name].append(self.run(*command(database)))
                tables = int(self.psql(database, "-Atc", "SELECT count(*) FROM pg_tables WHERE tablename LIKE 't\\_%'"))
                if tables != (n + 2) // 3:
                    raise SystemExit(f"{name} made {tables} tables")
                if name in again:
                    again[name].append(self.run(*command(database)))
        return applied, again

    def report(self):
        for n in self.options.counts:
            applied, again = self.measure(n)
            floor = statistics.median(applied["psql, a transaction and a history row each"])
            print(f"\n{n} migrations, {self.options.rounds} rounds\n")
            print("| tool | s, median (min to max) | times psql, each | nothing to do, s |")
            print("|---|---|---|---|")
            for name, times in applied.items():
                nothing = f"{statistics.median(again[name]):.3f}" if name in again else ""
                print(f"| {name} | {statistics.median(times):.3f} ({min(times):.3f} to {max(times):.3f}) | "
                      f"{statistics.median(times) / floor:.2f} | {nothing} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("bench", "pg-bin", "work", "npm"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("counts", type=int, nargs="+")
    Bench(parser.parse_args()).report()


main()
