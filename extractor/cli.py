"""The commands."""
import sys
from extractor.pipeline import load
from extractor.errors import RulesError
from extractor.audit.check import check
def main() -> None:
    try:
        pipe = load()
    except RulesError as e:
        print(e, file=sys.stderr); sys.exit(2)
    if sys.argv[1:3] == ["rules", "check"]:
        r = check(pipe, only=[a for a in sys.argv[3:] if a[0] != "-"], growth="--no-growth" not in sys.argv)
        for p in r.problems: print(p)
        print(r.rules, "rules", r.examples, "examples", r.counterexamples, "counterexamples", len(r.problems), "problems")
        sys.exit(bool(r.problems))
    if sys.argv[1] == "text":
        res = pipe(sys.argv[2], published=sys.argv[3] if len(sys.argv) > 3 else None)
        for f in res.facts: print(f.model_dump_json(exclude_none=True))
        for d in res.dropped: print("DROPPED", d.match.rule.id, res.context.view.text[d.match.start:d.match.end], d.reason, d.by)
main() if __name__ == "__main__" else None
