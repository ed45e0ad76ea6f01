"""RUN=OUT.jsonl…: what the schema judge wrote, as one table and a line for every case that fails. Exit 1 when one does."""
import json
import sys

LEVELS = ("colorder", "priv", "owner")
COLUMNS = ("cases", "pass", "again", *LEVELS, "differs", "sql-error", "crashed", "timeout", "broken", "seconds")


def reason(case):
    """Why a case fails, in one line; None when it passes."""
    if "harness_error" in case:
        return "broken", "cannot be loaded: " + case["harness_error"]
    result = case["r"]["ferry"]
    verdict = result.get("verdict", "?")
    if verdict != "pass":
        why = result.get("err") or ", ".join(result.get("dk", [])) or "; ".join(result.get("first", []))
        return verdict, why
    if result.get("again", 0) != 0:
        return "again", "%d statements are left after applying" % result["again"]
    levels = [level for level in LEVELS if not result.get("lv", {}).get(level, True)]
    if levels:
        return "level", "same schema, different at " + ", ".join(levels) + ": " + ", ".join(result.get("dk", []))
    return None


def main(arguments):
    failures = []
    print("%-17s" % "run" + "".join("%10s" % column for column in COLUMNS))
    for argument in arguments:
        run, path = argument.split("=", 1)
        count = dict.fromkeys(COLUMNS, 0)
        with open(path, encoding="utf-8") as lines:
            cases = [json.loads(line) for line in lines]
        for case in cases:
            result = case.get("r", {}).get("ferry", {})
            passed = result.get("verdict") == "pass"
            count["cases"] += 1
            count["seconds"] += result.get("secs", 0)
            count["again"] += passed and result.get("again", 0) == 0
            for level in LEVELS:
                count[level] += passed and result.get("lv", {}).get(level, True)
            verdict = "broken" if "harness_error" in case else result.get("verdict", "broken")
            count[verdict if verdict in count else "broken"] += 1
            why = reason(case)
            if why:
                failures.append("%s %s  %s: %s" % (run, case["case"], why[0], " ".join(why[1].split())[:300]))
        print("%-17s" % run + "".join("%10d" % round(count[column]) for column in COLUMNS), flush=True)
    print("\n".join([""] + failures + ["", "%d cases fail" % len(failures)]))
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))
