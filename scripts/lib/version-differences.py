"""MAJOR SEED DIFF.json: whether what `ferry diff 15 MAJOR -o json` found is what that version makes by itself. Exit 1 if not."""
import json
import sys

# (versions, kind, field, why). A field that is "*" stands for all of them.
KNOWN = [
    ((13, 14, 16, 17, 18), "extension", "version", "each version comes with its own versions of the extensions"),
]


def reason(major, kind, field):
    for versions, known_kind, known_field, why in KNOWN:
        if major in versions and kind == known_kind and known_field in (field, "*"):
            return why
    return None


def main(major, seed, path):
    with open(path, encoding="utf-8") as text:
        differences = json.load(text)["differences"]
    known, unknown = {}, []
    for difference in differences:
        name = ".".join(part for part in (difference["schema"], difference["parent"], difference["name"]) if part)
        fields = difference["fields"] or [{"field": "*", "values": ["absent" if f is None else "there" for f in difference["fingerprints"]]}]
        for field in fields:
            why = reason(major, difference["kind"], field["field"])
            if why:
                known[why] = known.get(why, 0) + 1
            else:
                unknown.append("%s %s: %s\n    15: %s\n    %d: %s" % (difference["kind"], name, field["field"], field["values"][0], major, field["values"][1]))
    print("seed %d: %d differences of its own, %d unexplained" % (seed, sum(known.values()), len(unknown)))
    for why, count in sorted(known.items()):
        print("  %d: %s" % (count, why))
    for line in unknown:
        print("  " + line)
    return 1 if unknown else 0


sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
