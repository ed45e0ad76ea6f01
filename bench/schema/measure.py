"""Measures whole commands in turn, several rounds, and prints a Markdown table of medians: wall seconds, CPU seconds of the client
and of the server, and the ratio to the raw catalog queries of the same rounds. Called by bench/schema/run."""
import argparse
import os
import re
import resource
import statistics
import subprocess
import time

OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'"
JOIN = "JOIN pg_namespace n ON n.oid = {} WHERE " + OURS
KINDS = "relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"
# What any reader has to ask at least: one query a kind, deparsed by the server, copied out raw.
FULL = [
    "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace n WHERE " + OURS,
    "SELECT c.oid, relnamespace, relname, relkind, relpersistence, relowner, relacl, reloptions, relrowsecurity, relispartition,"
    " reltablespace FROM pg_class c " + JOIN.format("relnamespace") + " AND " + KINDS,
    "SELECT a.attrelid, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attcollation,"
    " attstorage, attacl, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND " + KINDS
    + " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum " + JOIN.format("c.relnamespace")
    + " AND attnum > 0 AND NOT attisdropped",
    "SELECT o.oid, conname, conrelid, contype, convalidated, confrelid, conindid, conkey, confkey, pg_get_constraintdef(o.oid)"
    " FROM pg_constraint o " + JOIN.format("o.connamespace"),
    "SELECT indexrelid, indrelid, c.relname, indisunique, indisprimary, indisvalid, indkey, pg_get_indexdef(indexrelid)"
    " FROM pg_index i JOIN pg_class c ON c.oid = indexrelid " + JOIN.format("c.relnamespace"),
    "SELECT c.oid, pg_get_viewdef(c.oid) FROM pg_class c " + JOIN.format("relnamespace") + " AND relkind IN ('v', 'm')",
    "SELECT p.oid, proname, pronamespace, prokind, pg_get_function_identity_arguments(p.oid),"
    " CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END FROM pg_proc p " + JOIN.format("pronamespace"),
    "SELECT t.oid, typname, typtype, typbasetype, (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum e"
    " WHERE e.enumtypid = t.oid) FROM pg_type t " + JOIN.format("typnamespace") + " AND typtype IN ('e', 'd', 'r')",
    "SELECT s.*, c.relname FROM pg_sequence s JOIN pg_class c ON c.oid = seqrelid " + JOIN.format("c.relnamespace"),
    "SELECT t.oid, tgrelid, tgname, tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal",
    "SELECT classid, objid, objsubid, refobjid, refobjsubid, deptype FROM pg_depend"
    " WHERE deptype IN ('a', 'i', 'e') AND classid = 'pg_class'::regclass",
    "SELECT objoid, classoid, objsubid, description FROM pg_description WHERE objoid >= 16384",
    "SELECT polrelid, polname, polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy",
    "SELECT extname, extversion, extnamespace FROM pg_extension",
]
# The cheapest answer to "has anything changed": a hash over the versions of rows.
COUNTED = {
    "pg_class": "oid >= 16384", "pg_attribute": "attrelid >= 16384", "pg_attrdef": "true", "pg_constraint": "oid >= 16384",
    "pg_index": "indexrelid >= 16384", "pg_rewrite": "oid >= 16384", "pg_proc": "oid >= 16384", "pg_type": "oid >= 16384",
    "pg_trigger": "oid >= 16384", "pg_description": "objoid >= 16384", "pg_enum": "true", "pg_namespace": "true",
    "pg_policy": "true", "pg_sequence": "true", "pg_extension": "true"}
MIGRA_LIMIT = 1000  # tables: beyond, it does not end within minutes


def script(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write("SET search_path = '';\nSET jit = off;\n" + text)
    return path


def floors(work):
    full = "".join("COPY (%s) TO STDOUT;\n" % query for query in FULL)
    digest = ", ".join("(SELECT sum(hashint8(xmin::text::bigint)::bigint # hashtid(ctid)) FROM %s WHERE %s)" % c for c in COUNTED.items())
    return (script(work + "/full.sql", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n" + full + "COMMIT;\n"),
            script(work + "/digest.sql", "COPY (SELECT %s) TO STDOUT;\n" % digest))


class Server:
    """CPU seconds of a postmaster, its children and those that have ended."""

    def __init__(self, pid_file):
        with open(pid_file, encoding="utf-8") as lines:
            self.pid = int(lines.readline())

    @staticmethod
    def ticks(pid, first, last):
        try:
            with open("/proc/%s/stat" % pid, encoding="utf-8", errors="replace") as stat:
                return sum(int(x) for x in stat.read().rsplit(")", 1)[1].split()[first:last])
        except OSError:
            return 0

    def cpu(self):
        with open("/proc/%d/task/%d/children" % (self.pid, self.pid), encoding="utf-8") as children:
            running = children.read().split()
        return (self.ticks(self.pid, 11, 15) + sum(self.ticks(pid, 11, 13) for pid in running)) / os.sysconf("SC_CLK_TCK")


def measure(command, server):
    before, server_before, start = resource.getrusage(resource.RUSAGE_CHILDREN), server.cpu(), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=900, check=False)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    time.sleep(0.05)  # the backend ends a little later
    if done.returncode != 0:
        raise SystemExit("%s failed: %s" % (command, done.stderr.decode(errors="replace")[:2000]))
    client = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "client": client, "server": server.cpu() - server_before}


def contestants(options, database):
    full, digest = floors(options.work)
    psql = [options.pg_bin + "/psql", "-XqAt", "-d", database, "-o", "/dev/null", "-f"]
    url = "postgresql://postgres@127.0.0.1:%s/%%s" % os.environ["PGPORT"]
    ours = url + "?passfile=" + os.environ["PGPASSFILE"]
    both = [ours % database, ours % (database + "_b")]
    out = {
        "raw floor": psql + [full],
        "read": [options.bench, "read", both[0], "1"],
        "no-op diff, two databases": [options.bench, "diff", *both, "1"],
        "pg_dump -s": [options.pg_bin + "/pg_dump", "-s", "-f", "/dev/null", database],
        "digest floor": psql + [digest],
        "digest": [options.bench, "digest", both[0], "1"],
    }
    made = re.fullmatch(r"made_(\d+)", database)
    if options.migra and (not made or int(made.group(1)) <= MIGRA_LIMIT):
        out["migra, two databases"] = [options.migra, "run", url % database, url % (database + "_b")]
    return out


def own(options, command, database):
    """Median seconds of CPU inside one process, after everything was read."""
    url = "postgresql://postgres@127.0.0.1:%s/%s?passfile=%s" % (os.environ["PGPORT"], database, os.environ["PGPASSFILE"])
    text = subprocess.run([options.bench, command, url, "5"], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r'"cpu": \[([^]]*)\], "objects": (\d+), "peak_kb": (\d+)', text)
    return statistics.median(float(x) for x in numbers.group(1).split(",")), int(numbers.group(2)), int(numbers.group(3))


def report(options, database, server):
    commands = contestants(options, database)
    rounds = min(options.rounds, 3) if database in ("made_10000",) else options.rounds
    figures = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in list(commands.items()):
            try:
                figures[name].append(measure(command, server))
            except (SystemExit, subprocess.TimeoutExpired) as problem:
                if not name.startswith("migra"):
                    raise
                print("migra is left out: %s" % str(problem)[:200])
                del commands[name], figures[name]
    median = {name: {key: statistics.median(x[key] for x in all_) for key in ("wall", "client", "server")}
              for name, all_ in figures.items() if all_}
    print("\n### %s\n\n| | wall s | x raw floor | client CPU s | server CPU s |\n|---|---|---|---|---|" % database)
    for name, m in median.items():
        floor = median["digest floor" if name == "digest" else "raw floor"]
        print("| %s | %.3f | %.2f | %.2f | %.2f |" % (name, m["wall"], m["wall"] / floor["wall"], m["client"], m["server"]))
    fingerprint, objects, _ = own(options, "fingerprint", database)
    compare, _, _ = own(options, "compare", database)
    _, _, peak = own(options, "read", database)
    print("\n%d objects; fingerprinting them %.3f s of CPU, comparing three such snapshots %.3f s; peak of a reading %.0f MB"
          % (objects, fingerprint, compare, peak / 1024), flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bench", "--pg-bin", "--work", "--server", "--migra"):
        parser.add_argument(name, default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("databases", nargs="+")
    options = parser.parse_args()
    server = Server(options.server)
    print("%s; load %.1f when it began; medians of %d rounds, all in turn" % (time.strftime("%Y-%m-%d"), os.getloadavg()[0], options.rounds))
    for database in options.databases:
        report(options, database, server)


main()
