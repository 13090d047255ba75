"""Compares what the product says of bank lines with what they are in truth.

    python score.py TRUTH ANSWER [TRUTH ANSWER ...] [--min-posts N] [--strict-differences]

TRUTH is the truth.json of `cargo xtask generate bank`; ANSWER is what `shunfu reconcile FILE --account CODE --json` wrote: an object
with `lines`, or one line's object to a line of text. Exit status: 0 passed, 1 failed, 2 usage.

Passed is: no post is wrong, nothing is posted where the truth is ambiguous, and of the invoices that were paid by lines that tell it,
at least 95 of 100 are settled right. A post is right only when customer, invoices and the amount of each are those of the truth. Lines
that tell what they are only to more than is asked of a product (`demanded` is false) may be posted, and must be right then.
"""

import argparse
import collections
import decimal
import json
import pathlib
import sys

RECALL_PERCENT = 95
# Scores are thousandths.
BUCKET = 25


def read_answer(path):
    """The lines of an answer, whichever of the two shapes it has."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        told = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(told, dict):
        told = told["lines"] if "lines" in told else [told]
    return [line for one in told for line in (one["lines"] if "lines" in one else [one])]


def amount(text):
    return decimal.Decimal(str(text))


class Truth:
    """What the lines are, by reference and by place."""

    def __init__(self, told):
        self.lines = told["lines"]
        self.invoices = told["invoices"]
        self.by_reference = {line["line"]: line for line in self.lines}
        self.by_ordinal = {line["ordinal"]: line for line in self.lines}
        self.codes = collections.defaultdict(set)
        for customer in told["customers"]:
            for name in ("code", "name", "tax_number"):
                if customer.get(name):
                    self.codes[customer[name]].add(customer["code"])

    def line_of(self, answer):
        known = self.by_reference.get(answer.get("line"))
        return known or self.by_ordinal.get(answer.get("ordinal"))

    def is_customer(self, code, said):
        """Whether what the answer calls a customer, by code, name or tax number, may be the one of this code."""
        return code in self.codes.get(said, set())


def parts(invoices):
    """Number to amount, the sign left out: a return may be told either way."""
    told = collections.Counter()
    for one in invoices or []:
        told[one["number"]] += abs(amount(one["amount"]))
    return dict(told)


def is_right(truth, fact, answer):
    """Whether an answer, a post or a proposal, says what the line is."""
    said, wanted = parts(answer.get("invoices")), parts(fact["invoices"])
    customer = answer.get("customer")
    if fact["kind"] == "payment":
        # Where invoices are named, they tell the customer; an id of the product's own is no contradiction.
        known = customer in truth.codes
        named = truth.is_customer(fact["customer"], customer) if known or not wanted else customer is not None
        return named and said == wanted
    if fact["customer"] is None:
        return customer is None and not said
    return (customer is None or customer not in truth.codes or truth.is_customer(fact["customer"], customer)) and (
        not said or said == wanted
    )


def verdict(truth, fact, answer):
    """`right`, `wrong`, `ambiguous` of a post; the state of everything else."""
    if answer is None:
        return "missing"
    if answer.get("state") != "posted":
        return answer.get("state", "open")
    if fact["ambiguous"]:
        return "ambiguous"
    return "right" if is_right(truth, fact, answer) else "wrong"


class Score:
    """Counts over all pairs of files."""

    def __init__(self):
        self.verdicts = collections.Counter()
        self.tiers = collections.defaultdict(collections.Counter)
        self.buckets = collections.defaultdict(collections.Counter)
        self.recall = collections.defaultdict(lambda: [0, 0])
        self.by_settlement = collections.defaultdict(lambda: [0, 0])
        self.differences = 0
        self.unknown = 0
        self.posts = 0
        self.faults = []

    def add(self, truth, answers):
        answered = {}
        for answer in answers:
            fact = truth.line_of(answer)
            if fact is None or fact["line"] in answered:
                self.unknown += 1
                self.faults.append(f"{answer.get('line')}: no such line, or told twice")
                continue
            answered[fact["line"]] = answer
        found = {}
        for fact in truth.lines:
            found[fact["line"]] = self.line(truth, fact, answered.get(fact["line"]))
        for invoice in truth.invoices:
            self.invoice(truth, invoice, found)

    def line(self, truth, fact, answer):
        found = verdict(truth, fact, answer)
        self.verdicts[found] += 1
        if answer is None:
            return found
        tier = answer.get("tier") or "none"
        self.tiers[tier][found] += 1
        if found in ("right", "wrong", "ambiguous"):
            self.posts += 1
        if found in ("wrong", "ambiguous"):
            said = {name: answer.get(name) for name in ("tier", "score", "customer", "invoices")}
            wanted = {name: fact[name] for name in ("kind", "how", "customer", "invoices")}
            self.faults.append(f"{fact['line']}: {found}: said {said}, truth {wanted}")
        if found == "right":
            said = (answer.get("difference") or {"kind": "none"})["kind"]
            self.differences += fact["kind"] == "payment" and said != fact["difference"]["kind"]
        if answer.get("state") in ("posted", "proposed") and isinstance(answer.get("score"), int):
            bucket = answer["score"] // BUCKET * BUCKET
            # What nobody can know is not known, even where the guess is lucky.
            good = not fact["ambiguous"] and is_right(truth, fact, answer)
            self.buckets[bucket]["right" if good else "wrong"] += 1
        return found

    def invoice(self, truth, invoice, found):
        paying = [truth.by_reference[one["line"]] for one in invoice["lines"]]
        if not paying or not all(fact["kind"] == "payment" and fact["demanded"] for fact in paying):
            return
        good = all(found[fact["line"]] == "right" for fact in paying)
        for counts in (self.recall[paying[0]["how"]], self.by_settlement[paying[0]["settles"]]):
            counts[0] += good
            counts[1] += 1

    def settled(self):
        return [sum(counts[place] for counts in self.recall.values()) for place in (0, 1)]

    def failures(self, min_posts, strict_differences):
        """A sentence for each thing that was not reached."""
        good, wanted = self.settled()
        said = []
        if self.verdicts["wrong"]:
            said.append(f"{self.verdicts['wrong']} posts are wrong")
        if self.verdicts["ambiguous"]:
            said.append(f"{self.verdicts['ambiguous']} posts are on lines that nobody can know")
        if good * 100 < wanted * RECALL_PERCENT:
            said.append(f"{good} of {wanted} invoices are settled right, fewer than {RECALL_PERCENT} of 100")
        if self.unknown:
            said.append(f"{self.unknown} answers are of no line")
        if self.verdicts["missing"]:
            said.append(f"{self.verdicts['missing']} lines have no answer")
        if self.posts < min_posts:
            said.append(f"{self.posts} posts are fewer than {min_posts}")
        if strict_differences and self.differences:
            said.append(f"{self.differences} differences have another name in truth")
        return said

    def tell(self):
        print("lines:", ", ".join(f"{name} {count}" for name, count in sorted(self.verdicts.items())))
        print(f"differences named otherwise than in truth: {self.differences}")
        for title, table in (("how", self.recall), ("settles", self.by_settlement)):
            print(f"\ninvoices settled right, by {title}")
            for name, (good, wanted) in sorted(table.items()):
                print(f"  {name:<18}{good:>8} of {wanted:>8}  {share(good, wanted)}")
        good, wanted = self.settled()
        print(f"  {'all':<18}{good:>8} of {wanted:>8}  {share(good, wanted)}")
        print("\nverdicts by tier")
        for tier, counts in sorted(self.tiers.items()):
            print(f"  {tier:<12}", ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
        print("\nright by score, proposals included")
        for bucket, counts in sorted(self.buckets.items(), reverse=True):
            sum_of = counts["right"] + counts["wrong"]
            print(f"  {bucket:>3}–{bucket + BUCKET - 1:<3} {counts['right']:>8} of {sum_of:>8}  {share(counts['right'], sum_of)}")


def share(good, wanted):
    return f"{decimal.Decimal(100 * good) / wanted:.2f} %" if wanted else "-"


def main(words):
    parser = argparse.ArgumentParser(description="Compares answers about bank lines with the truth.")
    parser.add_argument("files", nargs="+", help="TRUTH ANSWER [TRUTH ANSWER ...]")
    parser.add_argument("--min-posts", type=int, default=0)
    parser.add_argument("--strict-differences", action="store_true")
    asked = parser.parse_args(words)
    if len(asked.files) % 2:
        parser.error("files come in pairs: the truth, and the answer to it")
    score = Score()
    for told, answer in zip(asked.files[::2], asked.files[1::2]):
        score.add(Truth(json.loads(pathlib.Path(told).read_text(encoding="utf-8"))), read_answer(answer))
    score.tell()
    for fault in score.faults[:20]:
        print(fault)
    failures = score.failures(asked.min_posts, asked.strict_differences)
    print("\n" + ("; ".join(failures) if failures else "passed"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
