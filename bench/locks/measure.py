"""Runs each kind of DDL beside a steady load and a ten-second reader, by psql and by ours in turn, and prints a Markdown table. Latencies
are those that pgbench logs under --rate: from the moment at which a request should have begun. Called by bench/locks/run."""
import argparse
import glob
import json
import os
import statistics
import subprocess
import threading
import time

READER = 10.0  # seconds
WINDOW = 14.0  # seconds from the DDL's begin: the requests that count

SETUP = """
CREATE TABLE parent (id bigint PRIMARY KEY, v text);
INSERT INTO parent SELECT i, md5(i::text) FROM generate_series(1, 100000) i;
CREATE TABLE acc (id bigint PRIMARY KEY, parent_id bigint, v int, pad text, e int, spare int);
INSERT INTO acc SELECT i, 1 + i % 100000, i % 1000, md5(i::text), 1, 1 FROM generate_series(1, {rows}) i;
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""
# Name, what must be there before, and segments: each is a transaction of its own.
KINDS = [
    ("ADD COLUMN, constant default", [], ["ALTER TABLE acc ADD COLUMN nc int NOT NULL DEFAULT 7"]),
    ("DROP COLUMN", [], ["ALTER TABLE acc DROP COLUMN spare"]),
    ("RENAME COLUMN", [], ["ALTER TABLE acc RENAME COLUMN spare TO other"]),
    ("SET DEFAULT", [], ["ALTER TABLE acc ALTER e SET DEFAULT 1"]),
    ("SET NOT NULL", [], ["ALTER TABLE acc ALTER e SET NOT NULL"]),
    ("SET NOT NULL, in three steps", [],
     ["ALTER TABLE acc ADD CONSTRAINT nn CHECK (e IS NOT NULL) NOT VALID", "ALTER TABLE acc VALIDATE CONSTRAINT nn",
      "ALTER TABLE acc ALTER e SET NOT NULL; ALTER TABLE acc DROP CONSTRAINT nn"]),
    ("ADD CHECK, NOT VALID", [], ["ALTER TABLE acc ADD CONSTRAINT pos CHECK (v >= 0) NOT VALID"]),
    ("ADD FOREIGN KEY, NOT VALID and VALIDATE", [],
     ["ALTER TABLE acc ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent (id) NOT VALID",
      "ALTER TABLE acc VALIDATE CONSTRAINT fk"]),
    ("CREATE TRIGGER", [], ["CREATE TRIGGER g BEFORE INSERT ON acc FOR EACH ROW EXECUTE FUNCTION same()"]),
    ("DROP INDEX", ["CREATE INDEX acc_pad ON acc (pad)"], ["DROP INDEX acc_pad"]),
    ("CREATE INDEX", [], ["CREATE INDEX acc_v ON acc (v)"]),
    ("CREATE INDEX CONCURRENTLY", [], ["CREATE INDEX CONCURRENTLY acc_v ON acc (v)"]),
]
RESET = """
ALTER TABLE acc DROP COLUMN IF EXISTS nc, DROP COLUMN IF EXISTS other, ADD COLUMN IF NOT EXISTS spare int DEFAULT 1,
  DROP CONSTRAINT IF EXISTS nn, DROP CONSTRAINT IF EXISTS pos, DROP CONSTRAINT IF EXISTS fk, ALTER e DROP NOT NULL,
  ALTER e DROP DEFAULT;
DROP TRIGGER IF EXISTS g ON acc;
DROP INDEX IF EXISTS acc_v, acc_pad;
"""
HEADER = """-- migration: {version} bench
-- description: bench
-- author: bench
-- date: 2026-11-27
-- breaking: no

{segments}
-- ferry:down irreversible reason=bench
"""


class Bench:
    def __init__(self, options):
        self.options = options
        self.version = 0
        self.psql = [options.pg_bin + "/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "ferry_migrate"]
        self.env = dict(os.environ)

    def url(self, login):
        e = self.env
        return "postgresql://%s@%s:%s/%s?passfile=%s" % (login, e["PGHOST"], e["PGPORT"], e["PGDATABASE"], e["PGPASSFILE"])

    def sql(self, text):
        subprocess.run(self.psql, input=text, text=True, check=True, stdout=subprocess.DEVNULL)

    def prepare(self):
        self.sql(SETUP.format(rows=self.options.rows))
        self.sql("VACUUM (FREEZE, ANALYZE) acc, parent")
        subprocess.run([self.options.bench, "install", self.url("ferry_setup")], check=True)
        rows = self.options.rows
        scripts = {"read": "SELECT v, pad FROM acc WHERE id = :id;", "write": "UPDATE acc SET pad = md5(pad) WHERE id = :id;"}
        for name, statement in scripts.items():
            with open(self.path(name + ".sql"), "w", encoding="utf-8") as out:
                out.write("\\set id random(1, %d)\n%s\n" % (rows, statement))

    def path(self, name):
        return os.path.join(self.options.work, name)

    def load(self):
        return subprocess.Popen(
            [self.options.pg_bin + "/pgbench", "-n", "-M", "simple", "-c", "8", "-j", "2", "-R", str(self.options.rate), "-T", str(int(WINDOW) + 5),
             "-f", self.path("read.sql") + "@7", "-f", self.path("write.sql") + "@3", "-l", "--log-prefix", self.path("load"),
             "-U", "ferry_migrate"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def commands(self, contestant, segments):
        """What runs the segments, as a list of argument vectors."""
        if contestant == "psql":
            out = []
            for segment in segments:
                inside = [] if "CONCURRENTLY" in segment else ["-1"]
                out.append(self.psql + inside + [x for s in segment.split("; ") for x in ("-c", s)])
            return out
        self.version += 1
        version = "1.0.%d" % self.version
        text = "".join("-- ferry:up\n%s;\n" % segment for segment in segments)
        file = self.path(version + "_bench.sql")
        with open(file, "w", encoding="utf-8") as out:
            out.write(HEADER.format(version=version, segments=text))
        return [[self.options.bench, "apply", self.url("ferry_migrate"), self.url("ferry_observe"), file]]

    def run(self, contestant, before, segments):
        self.sql(RESET + "".join(s + ";\n" for s in before))
        self.sql("VACUUM acc")
        commands = self.commands(contestant, segments)
        for log in glob.glob(self.path("load.*")):
            os.unlink(log)
        load = self.load()
        time.sleep(2)
        reader = subprocess.Popen(self.psql + ["-c", "BEGIN", "-c", "SELECT count(*) FROM acc WHERE id < 10", "-c",
                                               "SELECT pg_sleep(%f)" % READER, "-c", "COMMIT"], stdout=subprocess.DEVNULL)
        left = []
        gone = threading.Thread(target=lambda: (reader.wait(), left.append(time.monotonic())))
        gone.start()
        time.sleep(0.3)
        begun, wall, retries = time.monotonic(), time.time(), 0
        for command in commands:
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            if said.startswith("{"):
                retries = json.loads(said)["lock_retries"]
        done = time.monotonic()
        gone.join()
        time.sleep(max(0.5, WINDOW - (time.monotonic() - begun)))
        load.wait()
        latencies = self.latencies(wall, wall + WINDOW)
        return {"ddl": done - begun, "after": max(0.0, done - left[0]), "retries": retries, "latencies": latencies}

    def latencies(self, begin, end):
        """Milliseconds of the requests that should have begun between the two."""
        out = []
        for log in glob.glob(self.path("load.*")):
            with open(log, encoding="utf-8") as lines:
                for line in lines:
                    words = line.split()
                    if len(words) < 6 or not words[2].isdigit():
                        continue
                    latency = int(words[2]) / 1e3
                    if begin <= int(words[4]) + int(words[5]) / 1e6 - latency / 1e3 <= end:
                        out.append(latency)
        return sorted(out)


def row(name, contestant, runs):
    every = sorted(x for r in runs for x in r["latencies"])

    def quantile(part):
        return every[min(len(every) - 1, int(len(every) * part))]

    def share(limit):
        return 100.0 * sum(x > limit for x in every) / len(every)

    def median(key):
        return statistics.median(r[key] for r in runs)
    ddl = "–" if name == "no DDL" else "%.1f" % median("ddl")
    after = "–" if name == "no DDL" else "%.2f" % median("after")
    print("| %s | %s | %s | %s | %.1f | %.0f | %.0f | %.2f %% | %.2f %% |"
          % (name, contestant, ddl, after, quantile(0.5), quantile(0.99), every[-1], share(50), share(1000)), flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bench", "--pg-bin", "--work"):
        parser.add_argument(name, required=True)
    for name in ("--rows", "--rounds", "--rate"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    bench = Bench(options)
    bench.prepare()
    kinds = [("no DDL", [], [])] + [k for k in KINDS if not options.only or any(o in k[0] for o in options.only)]
    runs = {}
    load = os.getloadavg()[0]
    for _ in range(options.rounds):
        for name, before, segments in kinds:
            for contestant in ("psql", "ours") if segments else ("–",):
                runs.setdefault((name, contestant), []).append(bench.run(contestant if segments else "psql", before, segments))
    print("%s; load %.1f when it began; %d rows, %d requests a second, %d rounds\n"
          % (time.strftime("%Y-%m-%d"), load, options.rows, options.rate, options.rounds))
    print("| DDL | by | DDL s | s after the reader | p50 ms | p99 ms | max ms | > 50 ms | > 1 s |\n|---|---|---|---|---|---|---|---|---|")
    for (name, contestant), all_ in runs.items():
        row(name, contestant, all_)


main()
