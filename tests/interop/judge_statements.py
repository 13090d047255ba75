"""Readers of bank statements that others wrote read the same files as we do: what they agree on we must say too.

Each file is told in a few facts: how many lines, their signed sum, currency, first and last day, opening and closing balance, and the
numbers by which its lines are known, by who gave them. A reader that says nothing of a fact leaves it out. Where one reads otherwise
than we do stands below with its reason; a reason that is not needed any more is wrong.
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

# What another reader says otherwise, or nothing where it cannot follow at all, and why.
EXPLAINED = {
    ("blocks.sta", "mt-940", None): "a reference longer than sixteen characters is an error to it",
    ("expected.sta", "mt-940", None): "the mark of an expected entry (EC) is an error to it",
    ("mark.sta", "mt-940", "first"): "every year of two digits is one of this century to it, and no bank had marks in 2099",
    ("mark.sta", "mt-940", "last"): "every year of two digits is one of this century to it, and no bank had marks in 2099",
    ("mbank.sta", "mt-940", "bank"): "it reads no numbers within the details",
    ("rabobank.sta", "mt-940", "own"): "the number before the name is the other side's account",
    ("camt053_04.xml", "pycamt", "lines"): "it makes a line of every payment of a batch",
    ("camt053_04.xml", "pycamt", "sum"): "it takes the amount of a batch for each payment that tells none",
    ("camt053_04.xml", "pycamt", "bank"): "it repeats the number of a batch for each of its payments",
    ("camt053_04.xml", "pycamt", "end_to_end"): "it reads no details that stand where no schema has them",
    ("camt053_06.xml", "pycamt", "bank"): "it knows a payment by the number of its entry, whatever number it has itself",
    ("camt053_none.xml", "pycamt", "opening"): "it keeps five decimals of a euro, we round with a warning",
    ("camt053_none.xml", "pycamt", "closing"): "it keeps five decimals of a euro, we round with a warning",
    ("camt054_04.xml", "pycamt", None): "it reads no notifications",
    ("camt054_08.xml", "pycamt", None): "it reads no notifications",
    ("europe.ofx", "ofxtools", None): "two lists of transactions and a missing balance are errors to it",
    ("one_line.ofx", "ofxtools", None): "an element that closes itself makes it lose what follows",
    ("one_line.ofx", "ofxparse", None): "it takes XML of several bytes a character for ASCII",
}


def facts(amounts, currency, days, opening=None, closing=None, **references):
    """What a reader says of a file; of each kind of references all, with those that say that there is none."""
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
    # Banks write that there is no reference, or which word of the details has it.
    none = ("", "NONREF", "NOTPROVIDED", "EREF")
    for kind, values in references.items():
        told[kind] = tuple(sorted(value.strip() for value in values if value and value.strip() not in none))
    return {name: value for name, value in told.items() if value is not None}


def ours(file):
    answer = subprocess.run([PROGRAM, "statement", file, "--json"], capture_output=True, check=True, text=True).stdout
    told = json.loads(answer)
    statements = told["statements"]
    lines = [line for statement in statements for line in statement["lines"]]
    first, last = statements[0], statements[-1]
    references = collections.defaultdict(list)
    for one in (one for line in lines for one in line["references"]):
        references[one["kind"]].append(one["value"])
    # OFX has the day when money is there beside the one of the entry, and others read the latter alone.
    day = "booking_date" if told["format"] == "ofx" else "value_date"
    return facts(
        [line["amount"] for line in lines],
        first["currency"],
        [line[day] for line in lines],
        first["opening"] and decimal.Decimal(first["opening"]),
        last["closing"] and decimal.Decimal(last["closing"]),
        **{kind: references[kind] for kind in ("own", "bank", "end_to_end", "cheque")},
    )


def by_mt940(file):
    read = mt940.parse(str(file))
    moved = [one.data for one in read.transactions]
    # A report within a day has no balance.
    closing = read.data.get("final_closing_balance")
    # Of several statements in a file it keeps the last alone, so its opening balance is not the file's.
    days, amounts = [str(one["date"]) for one in moved], [one["amount"].amount for one in moved]
    return facts(
        amounts,
        moved[0]["amount"].currency,
        days,
        closing=closing and closing.amount.amount,
        own=[one["customer_reference"] for one in moved],
        bank=[one["bank_reference"] for one in moved],
    )


def by_ofxtools(file):
    tree = OFXTree()
    tree.parse(str(file))
    statement = tree.convert().statements[0]
    moved = statement.transactions
    return facts(
        [one.trnamt for one in moved],
        statement.curdef,
        [str(one.dtposted.date()) for one in moved],
        closing=statement.ledgerbal.balamt,
        own=[one.refnum for one in moved],
        bank=[one.fitid for one in moved],
        cheque=[one.checknum for one in moved],
    )


def by_ofxparse(file):
    with warnings.catch_warnings(action="ignore"), file.open("rb") as opened:
        statement = ofxparse.OfxParser.parse(opened).account.statement
    moved = statement.transactions
    return facts(
        [one.amount for one in moved],
        statement.currency.upper(),
        [str(one.date.date()) for one in moved],
        closing=getattr(statement, "balance", None),
        bank=[one.id for one in moved],
        cheque=[one.checknum for one in moved],
    )


def by_pycamt(file):
    reader = Camt053Parser(file.read_bytes())
    # It gives what is not booked too.
    moved = [one for one in reader.get_transactions() if one["Status"] == "BOOK"]
    head = reader.get_statement_info()[0]
    signs = {"CRDT": 1, "DBIT": -1}
    amounts = [signs[one["CreditDebitIndicator"]] * decimal.Decimal(one["Amount"]) for one in moved]
    stood = [head[name] and decimal.Decimal(head[name]) for name in ("OpeningBalance", "ClosingBalance")]
    days = [one["ValueDate"][:10] for one in moved]
    numbers = {"bank": "TransactionID", "end_to_end": "EndToEndId"}
    references = {kind: [one.get(name) for one in moved] for kind, name in numbers.items()}
    return facts(amounts, head["Currency"], days, *stood, **references)


READERS = {
    ".sta": {"mt-940": by_mt940},
    ".ofx": {"ofxtools": by_ofxtools, "ofxparse": by_ofxparse},
    ".xml": {"pycamt": by_pycamt},
}


def compared(file):
    def story():
        mine, said = ours(file), collections.defaultdict(dict)
        for name, reader in READERS[file.suffix].items():
            if (file.name, name, None) in EXPLAINED:
                continue
            for fact, value in reader(file).items():
                if (file.name, name, fact) not in EXPLAINED:
                    said[fact][name] = value
        for fact, values in said.items():
            # Two who differ judge nobody.
            if len(set(values.values())) == 1:
                assert mine.get(fact) == next(iter(values.values())), f"{fact}: ours {mine.get(fact)}, theirs {values}"

    return f"{file.name} is read as others read it", story


def explained():
    """An explanation that is not needed any more is wrong."""
    for name, reader, fact in EXPLAINED:
        file = FILES / name
        try:
            theirs = READERS[file.suffix][reader](file)
        except Exception:
            assert fact is None, f"{reader} reads nothing of {name}"
            continue
        assert fact is not None, f"{reader} reads {name} now"
        assert theirs.get(fact) != ours(file).get(fact), f"{reader} says the same of {name} now: {fact}"


files = sorted(file for file in FILES.iterdir() if file.suffix in READERS)
run([compared(file) for file in files] + [("what others cannot read, or read otherwise, is still so", explained)])
