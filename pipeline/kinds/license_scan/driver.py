"""Run scancode-toolkit 32.5.0 with the same output in a fraction of its time.

    <venv>/bin/python -I driver.py <arguments of the scancode command>

Contract: what scancode writes with these arguments, byte for byte except for the times in its
header, and scancode's exit code. Exit 2 with one line on stderr, before anything is scanned, if
this is not the very scancode whose source was read for the proofs below, or if its license index
can't be loaded as installed (scancode alone would spend minutes on building a new one).

scancode compares each run of tokens in a file with each of some 30,000 rules, in Python, and drops
nearly all of them. Each function replaced here returns the value of the one that it replaces:

- `compute_candidates` is still scancode's, called with fewer rules. Its first step refuses a rule
  unless the query shares enough legalese tokens and enough tokens with it, both against thresholds
  that depend on the rule alone (see `RuleFilter`), and of the rest it keeps the `top * 10` best.
  The rules left out are exactly those refused there or ranked below that cut.
- `QueryRun`: the same sets and tokens, without a walk through the whole file for each run, and
  without a new union of two sets for each token.
- `Span.__and__` and `overlap`: the same set, not copied through a list.
- `reportable_tokens` skips tokens outside the lines of a match. It now starts next to those lines,
  found by bisection, rather than at the start of the file.

They are replaced before scancode forks its workers, which so inherit them.
"""

import gc
import multiprocessing
import sys
from bisect import bisect_left, bisect_right
from hashlib import sha256
from heapq import nlargest
from importlib.metadata import version
from pathlib import Path

VERSION = "32.5.0"

# sha256 of each module that a proof above speaks of
SOURCES = {
    "cache.py": "b2a8a53485f24fb16d6aaad80e5673579c04b892e07d3bf9c1b788f68b9aac7c",
    "index.py": "25bb4ae6740b83d3372515047d863e132d93b011b456f1d9295321a64d240bb9",
    "match.py": "6333da46fc64784877c886a241a33f89fb2f1e60e1f98a43187c91ea976dc9ae",
    "match_set.py": "4657448a9a3a2dbdfd09a288c54bef55a960d14376c5faba1eb682eb2abb07c0",
    "models.py": "84c26f48e69dee271cb55cacaf80e7d139454f30e4cff33708bc47e80656841e",
    "query.py": "40f61cb7bc720f46abe3ef73801f0f11ff53af54ca2bd3189df25fcf6a6e81bf",
    "spans.py": "7bcd2406524cfc5d3eb35c88c5456e337f722f74d2e15bffaf24eb38d6367559",
}


def main():
    """Check, accelerate, and hand over to scancode's command line, which ends the process."""
    check_sources()
    # other start methods would give workers that neither share the index nor these functions
    multiprocessing.set_start_method("fork")
    from scancode.cli import scancode

    accelerate(load_index())
    scancode(prog_name="scancode")


def check_sources():
    """Exit 2 unless the installed scancode is the one that was read for this file."""
    found = version("scancode-toolkit")
    if found != VERSION:
        refuse(f"scancode-toolkit is {found}, expected {VERSION}: install {VERSION}")
    import licensedcode

    for name, expected in SOURCES.items():
        path = Path(licensedcode.__file__).with_name(name)
        digest = sha256(path.read_bytes()).hexdigest()
        if digest != expected:
            refuse(f"{path}: sha256 is {digest}, expected {expected}: reinstall scancode-toolkit {VERSION}")


def load_index():
    """Return scancode's LicenseIndex from its cache file, loaded once for this process and its
    workers. Exit 2 if there is none or it does not load: scancode would silently build a new one."""
    from licensedcode import cache

    path = Path(cache.licensedcode_cache_dir, cache.LICENSE_INDEX_DIR, cache.LICENSE_INDEX_FILENAME)
    # millions of objects that all stay: collecting while they load doubles the time
    gc.disable()
    try:
        cache._LICENSE_CACHE = cache.load_cache_file(path)
    except Exception as error:
        refuse(f"{path}: license index does not load ({error.__cause__ or error}): reinstall scancode-toolkit {VERSION}")
    gc.enable()
    return cache._LICENSE_CACHE.index


def accelerate(index):
    """Replace scancode's slow functions by ones that return the same, for this LicenseIndex."""
    from intbitset import intbitset
    from licensedcode import match, match_set
    from licensedcode.query import QueryRun
    from licensedcode.spans import Span

    rule_filter = RuleFilter(index)
    gc.freeze()
    compute_candidates, reportable_tokens = match_set.compute_candidates, match.reportable_tokens
    last_tokens, last_lines = None, None

    def fewer_candidates(query_run, idx, matchable_rids, top=50, high_resemblance=False,
                         high_resemblance_threshold=0.8, _use_bigrams=False):
        if idx is index and matchable_rids is index.approx_matchable_rids:
            tokens, _ = match_set.build_set_and_mset(query_run.matchable_tokens(), _use_bigrams)
            matchable_rids = rule_filter.best(
                tokens, top * 10, high_resemblance, high_resemblance_threshold)
            if not matchable_rids:
                return []
        return compute_candidates(query_run, idx, matchable_rids, top, high_resemblance,
                                  high_resemblance_threshold, _use_bigrams)

    def matchable_tokens(run):
        if not run.high_matchables:
            return []
        matchables = run.matchables
        return [tid if pos in matchables else -1 for pos, tid in run.tokens_with_pos()]

    def is_digits_only(run):
        return all(tid in run.digit_only_tids for tid in run.tokens)

    def positions_within_run(name):
        def positions(run):
            if not getattr(run, "_" + name):
                own = intbitset(range(run.start, run.end + 1))
                setattr(run, "_" + name, getattr(run.query, name) & own)
            return getattr(run, "_" + name)
        return property(positions)

    def intersection(span, *others):
        both = Span.__new__(Span)
        both._set = span._set.intersection(*[other._set for other in others])
        return both

    def nearby_tokens(tokens, match_qspan, start_line, end_line, **options):
        nonlocal last_tokens, last_lines
        if tokens is not last_tokens:
            lines = [token.line_num for token in tokens]
            last_tokens, last_lines = tokens, lines if lines == sorted(lines) else None
        if last_lines:
            # one token more before those lines: position 0 has a meaning of its own there
            first = max(bisect_left(last_lines, start_line) - 1, 0)
            tokens = tokens[first:bisect_right(last_lines, end_line)]
        return reportable_tokens(tokens, match_qspan, start_line, end_line, **options)

    match_set.compute_candidates = fewer_candidates
    match.reportable_tokens = nearby_tokens
    QueryRun.matchable_tokens = matchable_tokens
    QueryRun.is_digits_only = is_digits_only
    QueryRun.low_matchables = positions_within_run("low_matchables")
    QueryRun.high_matchables = positions_within_run("high_matchables")
    Span.__and__ = intersection
    Span.overlap = lambda span, other: len(span._set & other._set)


class RuleFilter:
    """The rules that the first step of `compute_candidates` keeps, for all rules at once.

    A set of rules is an int whose bit number `rid` stands for the rule with that id. Shared tokens
    are counted for all rules in parallel in such ints: number k holds bit k of every rule's
    counter. Counters start at 2**n - threshold, so a rule has reached its threshold when its
    counter runs over.
    """

    def __init__(self, index):
        self.rules, self.sets = index.rules_by_rid, index.sets_by_rid
        self.len_legalese = index.len_legalese
        rids = sorted(index.approx_matchable_rids)
        postings = {}
        for rid in rids:
            for tid in self.sets[rid]:
                postings.setdefault(tid, []).append(rid)
        self.postings = {tid: rule_set(rids) for tid, rids in postings.items()}
        self.high_start = counters(
            {rid: max(1, self.rules[rid].get_min_high_matched_length(True)) for rid in rids})
        self.start = counters({rid: min_matched(self.rules[rid]) for rid in rids})

    def best(self, tokens, limit, high_resemblance, threshold):
        """Return the ids of at most `limit` rules, those ranked highest for this set of tokens."""
        known = [tid for tid in tokens if tid in self.postings]
        found = reached(self.high_start, [self.postings[tid] for tid in known if tid < self.len_legalese])
        rids = rule_ids(found and found & reached(self.start, [self.postings[tid] for tid in known]))
        if high_resemblance or len(rids) > limit:
            ranks = (self.rank(tokens, rid, high_resemblance, threshold) for rid in rids)
            rids = [rank[-1] for rank in nlargest(limit, filter(None, ranks))]
        return set(rids)

    def rank(self, tokens, rid, high_resemblance, threshold):
        """Return the sort key of `compute_candidates`, made flat, or None where it drops the rule."""
        matched, length = len(tokens & self.sets[rid]), self.rules[rid].length_unique
        resemblance, containment = matched / (len(tokens) + length - matched), matched / length
        high = round(resemblance, 1) >= threshold, resemblance >= threshold
        if high_resemblance and not all(high):
            return None
        amplified = resemblance ** 2
        return (high[0], round(containment, 1), round(amplified, 1), round(matched / 20, 1),
                high[1], containment, amplified, matched, rid)


def min_matched(rule):
    """Return how many distinct tokens a query must share with the rule, containment included."""
    count, length = max(1, rule.get_min_matched_length(True)), rule.get_length(True)
    while rule._minimum_containment and count / length < rule._minimum_containment:
        count += 1
    return count


def counters(thresholds):
    """Return the start state of counters that run over at these thresholds, given by rule id."""
    size = max(thresholds.values()).bit_length()
    return [rule_set([rid for rid, n in thresholds.items() if (2 ** size - n) >> bit & 1])
            for bit in range(size)]


def reached(start, postings):
    """Return the set of rules whose counter runs over once each posting has counted one up."""
    state, over = start[:], 0
    for carry in postings:
        for bit, value in enumerate(state):
            state[bit] = value ^ carry
            carry &= value
            if not carry:
                break
        else:
            over |= carry
    return over


def rule_set(rids):
    """Return the set of these rule ids (ascending) as an int."""
    bits = bytearray(rids[-1] // 8 + 1 if rids else 0)
    for rid in rids:
        bits[rid // 8] |= 1 << rid % 8
    return int.from_bytes(bits, "little")


def rule_ids(found):
    """Return the rule ids in a set of rules, ascending."""
    return [rid for rid, digit in enumerate(bin(found)[:1:-1]) if digit == "1"]


def refuse(reason):
    """Say why, and exit 2."""
    print(f"license scan: {reason}", file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
