"""MAJOR SEED DIFF.json: whether what `ferry diff 15 MAJOR -o json` found is what that version makes by itself. Exit 1 if not."""
import json
import re
import sys

# One word of SQL that may stand before a point: an identifier, quoted or not.
PREFIX = re.compile(r'(?:"(?:[^"]|"")+"|[^\W\d]\w*)\.(?=["\w])')


def public_schema(major, kind, name, field, values):
    """What 15 changed about the schema that every database has."""
    return major < 15 and kind == "schema" and name == "public" and field in ("owner", "grants")


def extension_version(major, kind, name, field, values):
    return kind == "extension" and field == "version"


def column_prefix(major, kind, name, field, values):
    return (major >= 16 and kind == "view" and field == "definition"
            and PREFIX.sub("", values[0]) == PREFIX.sub("", values[1]))


def _items(text):
    """The quoted items of a list."""
    return re.findall(r"'(?:[^']|'')*'", text)


def no_streaming(major, kind, name, field, values):
    return (major < 14 and kind == "subscription" and field == "options"
            and [i for i in _items(values[0]) if i != "'streaming=off'"] == _items(values[1]))


def parallel_streaming(major, kind, name, field, values):
    return (major >= 18 and kind == "subscription" and field == "options"
            and _items(values[0].replace("streaming=off", "streaming=parallel")) == _items(values[1]))


def optional_support(major, kind, name, field, values):
    """amcheckmembers of 14 hangs optional support functions on the family alone."""
    rest = [[i for i in _items(v) if "btequalimage" not in i] for v in values]
    return major < 14 and kind in ("operator class", "operator family") and field == "items" and rest[0] == rest[1]


# Only what is exactly so is forgiven; anything else about the same object is a difference.
KNOWN = {
    public_schema: "before 15 everybody may create in the schema public, and the superuser owns it",
    extension_version: "each version comes with its own versions of the extensions",
    no_streaming: "13 does not stream to subscriptions and has no word for it",
    parallel_streaming: "from 18 on a subscription streams in parallel unless it says otherwise",
    optional_support: "before 14 an optional support function belongs to the operator class, later to its family",
    column_prefix: "from 16 on, columns of a view over one relation are printed without the relation's name",
}


def reason(major, kind, name, field, values):
    for holds, why in KNOWN.items():
        if holds(major, kind, name, field, values):
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
            why = reason(major, difference["kind"], difference["name"], field["field"], field["values"])
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
