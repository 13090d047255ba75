"""The scorer's verdicts, on truths small enough to see through."""

import contextlib
import copy
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import score


def fact(ordinal, customer, invoices, **more):
    line = {
        "line": f"B{ordinal:07}",
        "ordinal": ordinal,
        "date": "2025-01-02",
        "amount": "100.00",
        "kind": "payment",
        "customer": customer,
        "invoices": [{"number": number, "amount": amount} for number, amount in invoices],
        "difference": {"kind": "none", "amount": "0.00"},
        "ambiguous": False,
        "demanded": True,
        "how": "exact",
        "settles": "full",
    }
    return line | more


def paid(number, customer, *lines):
    return {"number": number, "customer": customer, "lines": [{"line": f"B{line:07}", "amount": "1"} for line in lines]}


TRUTH = {
    "customers": [
        {"code": "C1", "name": "Nordlicht GmbH", "tax_number": "DE111111117"},
        {"code": "C2", "name": "上海远航贸易有限公司", "tax_number": None},
    ],
    "lines": [
        fact(1, "C1", [("SF-1", "100.00")]),
        fact(2, "C1", [("SF-2", "60.00"), ("SF-3", "40.00")], how="listed", settles="combined"),
        fact(3, "C2", [("SF-4", "50.00")], how="exact", settles="part", difference={"kind": "short", "amount": "50.00"}),
        fact(4, "C2", [("SF-5", "100.00")], how="name_only", ambiguous=True, demanded=False),
        fact(5, None, [], kind="fee", how="charges", demanded=False),
        fact(6, "C2", [], kind="refund", how="refund", demanded=False),
        fact(7, "C2", [("SF-6", "100.00")], how="name_only", demanded=False),
    ],
    "invoices": [
        paid("SF-1", "C1", 1),
        paid("SF-2", "C1", 2),
        paid("SF-3", "C1", 2),
        paid("SF-4", "C2", 3),
        paid("SF-5", "C2", 4),
        paid("SF-6", "C2", 7),
        paid("SF-7", "C2"),
    ],
}


def answer(ordinal, state="posted", customer=None, invoices=(), **more):
    told = {
        "line": f"B{ordinal:07}",
        "ordinal": ordinal,
        "state": state,
        "tier": "reference",
        "score": 985,
        "customer": customer,
        "invoices": [{"number": number, "amount": amount} for number, amount in invoices],
        "difference": None,
        "candidates": 1,
    }
    return told | more


GOOD = {
    1: answer(1, customer="C1", invoices=[("SF-1", "100.00")]),
    2: answer(2, customer="C1", invoices=[("SF-3", "40.00"), ("SF-2", "60.00")]),
    3: answer(3, customer="C2", invoices=[("SF-4", "50.0")], difference={"kind": "short", "amount": "50.00"}),
    4: answer(4, "proposed", "C2", [("SF-5", "100.00")], score=500, tier="payer"),
    5: answer(5, tier="rule"),
    6: answer(6, "open", tier=None),
    7: answer(7, "open", tier="none"),
}


def scored(**changes):
    """The score of the good answers, some of them changed: `line_3=…`; None leaves one out."""
    answers = copy.deepcopy(GOOD)
    for name, changed in changes.items():
        answers[int(name.removeprefix("line_"))] = changed
    score_of = score.Score()
    score_of.add(score.Truth(TRUTH), [one for one in answers.values() if one is not None])
    return score_of


class Verdicts(unittest.TestCase):
    def test_good_answers_pass(self):
        good = scored()
        self.assertEqual(good.failures(0, True), [])
        self.assertEqual(dict(good.verdicts), {"right": 4, "proposed": 1, "open": 2})
        self.assertEqual(good.settled(), [4, 4])
        self.assertEqual(good.buckets[975], {"right": 4})
        self.assertEqual(good.buckets[500], {"wrong": 1}, "a lucky guess is not known")

    def test_each_fault_is_found(self):
        one = [("SF-1", "100.00")]
        for line, changed, expected in [
            (1, answer(1, customer="C2", invoices=one), "wrong"),
            (1, answer(1, customer=None, invoices=one), "wrong"),
            (1, answer(1, customer="C1", invoices=[("SF-2", "100.00")]), "wrong"),
            (1, answer(1, customer="C1", invoices=[("SF-1", "99.99")]), "wrong"),
            (1, answer(1, customer="C1"), "wrong"),
            (2, answer(2, customer="C1", invoices=[("SF-2", "60.00")]), "wrong"),
            (3, answer(3, customer="C2", invoices=[("SF-4", "100.00")]), "wrong"),
            (4, answer(4, customer="C2", invoices=[("SF-5", "100.00")]), "ambiguous"),
            (4, answer(4, customer="C1", invoices=one), "ambiguous"),
            (5, answer(5, customer="C1", invoices=one), "wrong"),
            (5, answer(5, customer="C1"), "wrong"),
            (6, answer(6, customer="C1"), "wrong"),
            (7, answer(7, customer="C2", invoices=[("SF-7", "100.00")]), "wrong"),
        ]:
            with self.subTest(line=line, changed=changed):
                found = scored(**{f"line_{line}": changed})
                self.assertEqual(found.verdicts[expected], 1)
                self.assertIn("1 posts are", found.failures(0, False)[0])

    def test_what_is_allowed(self):
        for line, changed in [
            (1, answer(1, customer="Nordlicht GmbH", invoices=[("SF-1", "100.00")])),
            (1, answer(1, customer="DE111111117", invoices=[("SF-1", "100.00")])),
            (6, answer(6, customer="C2")),
            (7, answer(7, customer="C2", invoices=[("SF-6", "100.00")])),
            (4, answer(4, "open")),
        ]:
            with self.subTest(changed=changed):
                self.assertEqual(scored(**{f"line_{line}": changed}).failures(0, True), [])

    def test_what_is_missing_counts(self):
        self.assertIn("2 of 4 invoices", scored(line_2=answer(2, "proposed", "C1")).failures(0, False)[0])
        self.assertIn("1 lines have no answer", scored(line_6=None).failures(0, False))
        self.assertIn("1 answers are of no line", scored(line_8=answer(8)).failures(0, False))
        self.assertIn("4 posts are fewer than 5", scored().failures(5, False))

    def test_differences_may_be_asked_for(self):
        named = scored(line_3=GOOD[3] | {"difference": {"kind": "fee", "amount": "50.00"}})
        self.assertEqual(named.failures(0, False), [])
        self.assertEqual(named.failures(0, True), ["1 differences have another name in truth"])


class Files(unittest.TestCase):
    def run_on(self, text, *more):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out:
            truth, told = pathlib.Path(folder, "truth.json"), pathlib.Path(folder, "answer.json")
            truth.write_text(json.dumps(TRUTH), encoding="utf-8")
            told.write_text(text, encoding="utf-8")
            return score.main([str(truth), str(told), *more]), out.getvalue()

    def test_both_shapes_are_read(self):
        lines = list(GOOD.values())
        for text in (
            json.dumps({"lines": lines}),
            json.dumps({"lines": lines}, indent=1),
            "\n".join(json.dumps(line) for line in lines) + "\n",
        ):
            status, out = self.run_on(text)
            self.assertEqual(status, 0, out)
            self.assertIn("passed", out)
            self.assertIn("975–999", out)

    def test_failures_are_told(self):
        wrong = GOOD | {1: answer(1, customer="C2", invoices=[("SF-1", "100.00")])}
        status, out = self.run_on(json.dumps({"lines": list(wrong.values())}))
        self.assertEqual(status, 1)
        self.assertIn("B0000001: wrong", out)
        self.assertEqual(self.run_on(json.dumps({"lines": list(GOOD.values())}), "--min-posts", "9")[0], 1)


if __name__ == "__main__":
    unittest.main()
