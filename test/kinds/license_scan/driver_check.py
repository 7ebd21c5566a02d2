"""Compare scancode's own functions with those of driver.py on the same input.

    <venv>/bin/python -I driver_check.py [SEED [FILE...]]

Input: texts made of scancode's own rules (whole, cut, with words dropped or shuffled, several in
one text, none), and the given files. Prints one line and exits 1 at the first difference.
"""

import importlib.util
import random
import sys
from pathlib import Path

DRIVER = Path(__file__).parents[3] / "pipeline" / "kinds" / "license_scan" / "driver.py"
TEXTS = 8


def main():
    sys.dont_write_bytecode = True
    seed, files = int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.argv[2:]
    spec = importlib.util.spec_from_file_location("driver", DRIVER)
    driver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(driver)
    driver.check_sources()
    index = driver.load_index()
    texts = list(made_texts(index, random.Random(seed), TEXTS))

    plain = replaced()
    driver.accelerate(index)
    fast = replaced()
    unchanged = [key for key in plain if plain[key] is fast[key]]
    if unchanged:
        fail(f"not replaced: {unchanged}")

    counted = 0
    for source in [{"query_string": text} for text in texts] + [{"location": path} for path in files]:
        results = []
        for functions in (plain, fast):
            install(functions)
            results.append(list(candidates(index, source)) + list(matches(index, source)))
        for expected, found in zip(*results, strict=True):
            if expected != found:
                fail(f"{str(source)[:200]}\nscancode: {expected}\ndriver:   {found}")
        counted += len(results[0])
    print(f"license scan driver: {counted} results for {len(texts) + len(files)} texts are the same")


def replaced():
    """Return all that `driver.accelerate` replaces, as {(owner, name): value}."""
    from licensedcode import match, match_set
    from licensedcode.query import QueryRun
    from licensedcode.spans import Span

    names = {match_set: ["compute_candidates"], match: ["reportable_tokens"], Span: ["__and__", "overlap"],
             QueryRun: ["matchable_tokens", "is_digits_only", "low_matchables", "high_matchables"]}
    return {(owner, name): vars(owner)[name] for owner in names for name in names[owner]}


def install(functions):
    for (owner, name), value in functions.items():
        setattr(owner, name, value)


def made_texts(index, rand, count):
    """Yield texts from license rules, changed in every way that matters to the matcher."""
    rules = [index.rules_by_rid[rid] for rid in sorted(index.approx_matchable_rids)]
    words = sorted(index.dictionary)
    yield "x"
    yield " ".join(rand.sample(words, 400))
    yield "\n".join(map(str, range(60)))
    for _ in range(count - 3):
        lines = []
        for rule in rand.sample(rules, rand.randint(1, 4)):
            kept = [word for word in rule.text.split() if rand.random() < rand.choice([1, 0.97, 0.7])]
            if rand.random() < 0.2:
                rand.shuffle(kept)
            start = rand.randrange(len(kept) // 2 + 1) if rand.random() < 0.4 else 0
            for at in range(start, len(kept), 12):
                lines.append(" ".join(kept[at:at + 12]))
            lines += [" ".join(rand.sample(words, 8)), *[""] * rand.choice([1, 20])]
        yield "\n".join(lines)


def candidates(index, source):
    """Yield the result of compute_candidates for the whole text and each run, with its parameters."""
    from licensedcode import match_set
    from licensedcode.query import build_query

    query = build_query(idx=index, **source)
    some_rids = set(sorted(index.approx_matchable_rids)[::3])
    for run in [query.whole_query_run(), *query.query_runs] if query else []:
        yield list(run.matchable_tokens()), run.is_digits_only(), list(run.matchables)
        for top, high, threshold, rids, bigrams in [
            (10, True, 0.8, index.approx_matchable_rids, False),
            (70, False, 0.8, index.approx_matchable_rids, False),
            (1, True, 0.45, index.approx_matchable_rids, False),
            (3, False, 0.3, some_rids, False),
            (70, False, 0.8, index.approx_matchable_rids, True),
        ]:
            found = match_set.compute_candidates(run, index, rids, top, high, threshold, bigrams)
            yield top, high, [(scores, rid, list(tokens)) for scores, rid, _rule, tokens in found]


def matches(index, source):
    """Yield each match of the text: its rule, positions, lines, scores and matched text."""
    for match in index.match(**source):
        texts = [match.matched_text(whole_lines=lines, highlight=lines) for lines in (False, True)]
        yield (match.rule.identifier, str(match.qspan), str(match.ispan), match.start_line,
               match.end_line, match.matcher, match.score(), match.coverage(), texts)


def fail(reason):
    print(f"license scan driver: {reason}")
    raise SystemExit(1)


if __name__ == "__main__":
    main()
