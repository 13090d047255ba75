"""Readers of bank statements that others wrote read the same files as we do: what they agree on we must say too.

Each file is told in a few facts: how many lines, their signed sum, currency, first and last day, opening and closing balance. A reader
that says nothing of a fact leaves it out.
"""

import collections
import decimal
import json
import os
import pathlib
import subprocess
import warnings

import mt940
import ofxparse
from house import run
from ofxtools.Parser import OFXTree
from pycamt.parser import Camt053Parser

FILES = pathlib.Path(__file__).resolve().parents[1] / "statements"
PROGRAM = os.environ["SHUNFU_PROGRAM"]

# Where another reader cannot follow, and why.
EXPLAINED = {
    ("blocks.sta", "mt-940"): "a reference longer than sixteen characters is an error to it",
}


def facts(amounts, currency, days, opening=None, closing=None):
    """What a reader says of a file."""
    amounts = [decimal.Decimal(amount) for amount in amounts]
    told = {
        "lines": len(amounts),
        "sum": sum(amounts, decimal.Decimal(0)),
        "currency": currency,
        "first": min(days, default=None),
        "last": max(days, default=None),
        "opening": opening,
        "closing": closing,
    }
    return {name: value for name, value in told.items() if value is not None}


def ours(file):
    answer = subprocess.run([PROGRAM, "statement", file, "--json"], capture_output=True, check=True, text=True).stdout
    told = json.loads(answer)
    statements = told["statements"]
    lines = [line for statement in statements for line in statement["lines"]]
    first, last = statements[0], statements[-1]
    return facts(
        [line["amount"] for line in lines],
        first["currency"],
        [line["value_date"] for line in lines],
        first["opening"] and decimal.Decimal(first["opening"]),
        last["closing"] and decimal.Decimal(last["closing"]),
    )


def by_mt940(file):
    read = mt940.parse(str(file))
    moved = [one.data for one in read.transactions]
    closing = read.data["final_closing_balance"].amount
    # Of several statements in a file it keeps the last alone, so its opening balance is not the file's.
    days, amounts = [str(one["date"]) for one in moved], [one["amount"].amount for one in moved]
    return facts(amounts, closing.currency, days, None, closing.amount)


def by_ofxtools(file):
    tree = OFXTree()
    tree.parse(str(file))
    statement = tree.convert().statements[0]
    moved = statement.transactions
    days, amounts = [str(one.dtposted.date()) for one in moved], [one.trnamt for one in moved]
    return facts(amounts, statement.curdef, days, None, statement.ledgerbal.balamt)


def by_ofxparse(file):
    with warnings.catch_warnings(action="ignore"), file.open("rb") as opened:
        statement = ofxparse.OfxParser.parse(opened).account.statement
    moved = statement.transactions
    days, amounts = [str(one.date.date()) for one in moved], [one.amount for one in moved]
    return facts(amounts, statement.currency.upper(), days, None, statement.balance)


def by_pycamt(file):
    reader = Camt053Parser(file.read_bytes())
    moved, head = reader.get_transactions(), reader.get_statement_info()[0]
    signs = {"CRDT": 1, "DBIT": -1}
    amounts = [signs[one["CreditDebitIndicator"]] * decimal.Decimal(one["Amount"]) for one in moved]
    stood = [head[name] and decimal.Decimal(head[name]) for name in ("OpeningBalance", "ClosingBalance")]
    return facts(amounts, head["Currency"], [one["ValueDate"] for one in moved], *stood)


READERS = {
    ".sta": {"mt-940": by_mt940},
    ".ofx": {"ofxtools": by_ofxtools, "ofxparse": by_ofxparse},
    ".xml": {"pycamt": by_pycamt},
}


def compared(file):
    def story():
        mine, said = ours(file), collections.defaultdict(dict)
        for name, reader in READERS[file.suffix].items():
            if (file.name, name) not in EXPLAINED:
                for fact, value in reader(file).items():
                    said[fact][name] = value
        for fact, values in said.items():
            # Two who differ judge nobody.
            if len(set(values.values())) == 1:
                assert mine.get(fact) == next(iter(values.values())), f"{fact}: ours {mine.get(fact)}, theirs {values}"

    return f"{file.name} is read as others read it", story


def explained():
    """An explanation that is not needed any more is wrong."""
    for name, reader in EXPLAINED:
        try:
            READERS[pathlib.Path(name).suffix][reader](FILES / name)
        except Exception:
            continue
        raise AssertionError(f"{reader} reads {name} now")


files = sorted(file for file in FILES.iterdir() if file.suffix in READERS)
run([compared(file) for file in files] + [("what others cannot read is still so", explained)])
