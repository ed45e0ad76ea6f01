"""Fills a column of a table in several ways, alone and beside a steady load, and prints a Markdown table. Latencies are those that
pgbench logs under --rate: from the moment at which a request should have begun. Called by bench/backfill/run."""
import argparse
import glob
import os
import statistics
import subprocess
import time

TABLE = """
CREATE TABLE public.bf (id bigint PRIMARY KEY, a int NOT NULL, pad text NOT NULL, n bigint);
INSERT INTO public.bf SELECT i, i % 1000, repeat(md5(i::text), 2), NULL FROM generate_series(1, {rows}) i;
CREATE INDEX bf_a ON public.bf (a);
ALTER TABLE public.bf OWNER TO ferry_migrate;
"""
FILL = "UPDATE bf SET n = id * 2 WHERE n IS NULL"
MIGRATION = """-- migration: 1.0.0 fill
-- description: bench
-- author: bench
-- date: 2026-11-27
-- breaking: no

-- ferry:backfill table=bf batch={batch}
{fill};

-- ferry:down irreversible reason=bench
"""
SLICE = 3000
READ = "\\set id random(1, {rows})\nSELECT a FROM public.bf WHERE id = :id;\n"
WRITE = "\\set id random(1, {rows})\nUPDATE public.bf SET a = a + 1 WHERE id = :id;\n"


class Bench:
    def __init__(self, options):
        self.o = options
        self.port = os.environ["PGPORT"]
        for name, text in (("read", READ), ("write", WRITE)):
            with open(f"{options.work}/{name}.sql", "w") as file:
                file.write(text.format(rows=options.rows))
        for batch in (1000, 5000, 50000):
            os.mkdir(f"{options.work}/plan{batch}")
            with open(f"{options.work}/plan{batch}/1.0.0_fill.sql", "w") as file:
                file.write(MIGRATION.format(batch=batch, fill=FILL))
        url = lambda user: f"postgresql://{user}@127.0.0.1:{self.port}/b?passfile={os.environ['PGPASSFILE']}"
        ours = lambda batch, how: [options.bench, "apply", url("ferry_migrate"), url("ferry_observe"),
                                   f"{options.work}/plan{batch}", how]
        # What slices cost the server, whoever sends them: with nothing recorded, looked at or waited for.
        with open(f"{options.work}/slices.sql", "w") as file:
            file.write("SET synchronous_commit = off;\n")
            for low in range(0, options.rows, SLICE):
                file.write(f"{FILL} AND id > {low} AND id <= {low + SLICE};\n")
        psql = [f"{options.pg_bin}/psql", "-Xqw", "-U", "ferry_migrate", "-d", "b"]
        self.ways = {
            "one UPDATE": psql + ["-c", FILL],
            f"psql, slices of {SLICE:,} rows": psql + ["-f", f"{options.work}/slices.sql"],
            "batches of 1,000 rows": ours(1000, "fixed"),
            "batches of 5,000 rows": ours(5000, "fixed"),
            "ours": ours(50000, ""),
            "ours, async_commit: false": ours(50000, "sync"),
        }

    def psql(self, database, *arguments):
        return subprocess.run([f"{self.o.pg_bin}/psql", "-XqwAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database,
                               *arguments], check=True, capture_output=True, text=True).stdout.strip()

    def fresh(self):
        self.psql("postgres", "-c", "DROP DATABASE IF EXISTS b")
        self.psql("postgres", "-c", "CREATE DATABASE b TEMPLATE empty")
        self.psql("b", "-c", TABLE.format(rows=self.o.rows))
        self.psql("b", "-c", "VACUUM ANALYZE public.bf", "-c", "CHECKPOINT")

    def fill(self, way):
        before = self.psql("b", "-c", "SELECT pg_current_wal_insert_lsn()")
        began = time.monotonic()
        subprocess.run(self.ways[way], check=True, capture_output=True)
        took = time.monotonic() - began
        wal = int(self.psql("b", "-c", f"SELECT pg_current_wal_insert_lsn() - '{before}'"))
        if self.psql("b", "-c", "SELECT count(*) FROM public.bf WHERE n IS NULL") != "0":
            raise SystemExit(f"{way} left rows")
        return took, wal

    # Latencies in milliseconds of the requests that began while `way` ran; without a way: in ten seconds.
    def beside(self, way):
        log = f"{self.o.work}/latency"
        for old in glob.glob(log + "*"):
            os.remove(old)
        load = subprocess.Popen([f"{self.o.pg_bin}/pgbench", "-n", "-M", "simple", "-c", "8", "-j", "2", "-R", str(self.o.rate),
                                 "-T", "600", "-U", "postgres", "-f", f"{self.o.work}/read.sql@7", "-f",
                                 f"{self.o.work}/write.sql@3", "-l", "--log-prefix", log, "b"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(2)
        began = time.time()
        if way is None:
            time.sleep(10)
        else:
            subprocess.run(self.ways[way], check=True, capture_output=True)
        ended = time.time()
        time.sleep(0.5)
        load.terminate()
        load.wait()
        out = []
        for path in glob.glob(log + "*"):
            with open(path) as file:
                for line in file:
                    parts = line.split()
                    if len(parts) < 6:
                        continue
                    done, latency = int(parts[4]) + int(parts[5]) / 1e6, int(parts[2]) / 1000
                    if began <= done - latency / 1000 <= ended:
                        out.append(latency)
        return sorted(out)

    def report(self):
        alone = {way: [] for way in self.ways}
        load = {way: [] for way in [None, *self.ways]}
        for _ in range(self.o.rounds):
            for way in self.ways:
                self.fresh()
                alone[way].append(self.fill(way))
            for way in load:
                self.fresh()
                load[way].append(self.beside(way))
        share = lambda values, p: values[min(len(values) - 1, int(len(values) * p))] if values else float("nan")
        median = lambda runs, p: statistics.median(share(run, p) for run in runs)
        base = {p: median(load[None], p) for p in (0.5, 0.99)}
        print(f"\n{self.o.rows} rows, {self.o.rounds} rounds; the application alone: p50 {base[0.5]:.2f} ms, p99 {base[0.99]:.1f} ms, "
              f"longest {max(run[-1] for run in load[None]):.0f} ms\n")
        print("| way | s, median (min to max) | times one UPDATE | WAL MB | times | application p50 ms | p99 ms | times alone | "
              "longest ms |")
        print("|---|---|---|---|---|---|---|---|---|")
        floor = statistics.median(t for t, _ in alone["one UPDATE"])
        floor_wal = statistics.median(w for _, w in alone["one UPDATE"])
        for way, runs in alone.items():
            times, wal = [t for t, _ in runs], statistics.median(w for _, w in runs)
            p99 = median(load[way], 0.99)
            longest = max(run[-1] for run in load[way] if run)
            print(f"| {way} | {statistics.median(times):.2f} ({min(times):.2f} to {max(times):.2f}) | "
                  f"{statistics.median(times) / floor:.2f} | {wal / 1e6:.0f} | {wal / floor_wal:.3f} | "
                  f"{median(load[way], 0.5):.2f} | {p99:.1f} | {p99 / base[0.99]:.2f} | {longest:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("bench", "pg-bin", "work"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("rows", "rounds", "rate"):
        parser.add_argument(f"--{name}", type=int, required=True)
    Bench(parser.parse_args()).report()


main()
