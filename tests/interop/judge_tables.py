"""Tables are read by Python's csv, openpyxl and xlrd too: as many movements and the same sum of each currency must come of them.

What a column means is said here once more, by hand and by its number, so that nothing of our guesses is taken over.
"""

import collections
import csv
import datetime
import decimal
import io
import json
import os
import pathlib
import subprocess
import tempfile

import openpyxl
import xlrd
from house import run

FILES = pathlib.Path(__file__).resolve().parents[1] / "statements"
PROGRAM = os.environ["SHUNFU_PROGRAM"]
CHINESE = {"人民币": "CNY", "人民币元": "CNY", "美元": "USD"}


def number(text):
    """An amount in plain digits; nothing is nought."""
    text = str(text).strip(" \t`'")
    return decimal.Decimal(text.replace(",", "").lstrip("¥")) if any(c.isdigit() for c in text) else decimal.Decimal(0)


def rows(name, encoding, delimiter=","):
    text = (FILES / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def told(moved):
    """How many movements of each currency, and their sum."""
    sums = collections.defaultdict(lambda: [0, decimal.Decimal(0)])
    for currency, amount in moved:
        sums[currency][0] += 1
        sums[currency][1] += amount
    return {currency: tuple(sum) for currency, sum in sums.items()}


def ours(file, *options):
    command = [PROGRAM, "statement", file, "--json", *options]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    lines = [line for statement in answer["statements"] for line in statement["lines"]]
    # A row is a movement; what its fee took is a line of its own.
    moved = collections.defaultdict(decimal.Decimal)
    for line in lines:
        moved[line["place"], line["currency"]] += decimal.Decimal(line["amount"])
    return told((currency, amount) for (_, currency), amount in moved.items())


def in_and_out(name, encoding, skipped, into, out, currency, mark=None):
    found = [row for row in rows(name, encoding) if len(row) > max(into, out)][skipped:]
    coin = (lambda row: CHINESE.get(row[mark].strip(), row[mark].strip())) if mark is not None else lambda row: currency
    return told((coin(row), number(row[into]) - number(row[out])) for row in found)


def signed(name, encoding, skipped, at, currency, delimiter=",", mark=None):
    found = [row for row in rows(name, encoding, delimiter) if len(row) > at and row[0].strip()][skipped:]
    amounts = [row[at] for row in found]
    if delimiter == ";":
        amounts = [amount.replace(".", "").replace(",", ".") for amount in amounts]
    signs = [-1 if mark is not None and row[mark].startswith("借") else 1 for row in found]
    return told((currency, sign * number(amount)) for sign, amount in zip(signs, amounts))


def stated():
    """A statement of a card, where what was spent is above zero."""
    moved = rows("cmb_credit.csv", "utf-8")[2:]
    return told(("CNY", -number(row[3])) for row in moved)


def ccb():
    sheet = xlrd.open_workbook(FILES / "ccb.xls").sheet_by_index(0)
    amounts = [sheet.cell_value(row, 5) for row in range(6, sheet.nrows)]
    return told(("CNY", decimal.Decimal(str(amount))) for amount in amounts)


def alipay():
    moved = []
    for row in rows("alipay.csv", "gb18030"):
        cells = [cell.strip() for cell in row]
        if len(cells) < 12 or cells[0] == "交易时间" or cells[8] == "交易关闭":
            continue
        out = cells[5] == "支出" or cells[4] == "信用卡还款"
        if out or cells[5] == "收入" or cells[8] == "退款成功":
            moved.append(("CNY", number(cells[6]) * (-1 if out else 1)))
    return told(moved)


def alipay_trades():
    moved = [row for row in rows("alipay_trades.csv", "gb18030") if len(row) == 25][1:]
    return told(("CNY", number(row[12]) + number(row[22])) for row in moved)


def alipay_funds():
    moved = [row for row in rows("alipay_funds.csv", "gb18030") if len(row) == 12][1:]
    return told(("CNY", number(row[6]) + number(row[7])) for row in moved)


def wechat(rows):
    moved = []
    for cells in rows:
        way, kind = str(cells[4]), str(cells[1])
        if way in ("收入", "支出") or kind == "零钱提现":
            moved.append(("CNY", number(cells[5]) * (1 if way == "收入" else -1)))
    return told(moved)


def wechat_trades():
    moved = []
    for row in rows("wechat_trades.csv", "utf-8-sig"):
        cells = [cell.strip("`") for cell in row]
        if len(cells) == 27 and cells[0] != "交易时间":
            fee = number(cells[22]).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
            moved.append(("CNY", (-number(cells[16]) if cells[9] == "REFUND" else number(cells[12])) - fee))
    return told(moved)


def wechat_funds():
    moved = [row for row in rows("wechat_funds.csv", "utf-8-sig") if len(row) == 11][1:]
    return told(("CNY", number(row[6]) * (1 if row[5].strip("`") == "收入" else -1)) for row in moved)


def nets(name, encoding, currency, net, counts=lambda row: True):
    found = rows(name, encoding)[1:]
    return told((row[currency].upper(), number(row[net])) for row in found if counts(row))


def settlement():
    cents, moved = {"DR": -1, "CR": 1, "": 1}, []
    for row in rows("paypal_settlement.csv", "utf-8"):
        if row[0] == "SB":
            moved.append((row[10], (cents[row[8]] * number(row[9]) + cents[row[11]] * number(row[12])) / 100))
    return told(moved)


# A file, what is said beside it, and what others read in it.
TABLES = [
    ("icbc_1.csv", [], lambda: in_and_out("icbc_1.csv", "utf-8", 1, 8, 9, "CNY")),
    ("icbc_2.csv", [], lambda: in_and_out("icbc_2.csv", "utf-8", 1, 9, 10, "CNY")),
    ("icbc_3.csv", [], lambda: in_and_out("icbc_3.csv", "utf-8", 1, 8, 9, None, 10)),
    ("hsbc_hk.csv", [], lambda: in_and_out("hsbc_hk.csv", "utf-8", 1, 3, 4, None, 2)),
    ("td.csv", ["--currency", "CAD"], lambda: in_and_out("td.csv", "utf-8", 0, 3, 2, "CAD")),
    ("cmb_debit.csv", [], lambda: told(("CNY", number(row[2])) for row in rows("cmb_debit.csv", "utf-8")[5:7])),
    ("bocom.csv", [], lambda: signed("bocom.csv", "utf-8", 1, 5, "CNY", mark=4)),
    ("abc.csv", [], lambda: signed("abc.csv", "utf-8", 1, 2, "CNY")),
    ("boc.csv", [], lambda: signed("boc.csv", "utf-8", 1, 3, "CNY")),
    ("huaxi.xls", ["--currency", "CNY"], lambda: signed("huaxi.xls", "gbk", 1, 4, "CNY", "\t")),
    ("bmo.csv", ["--currency", "CAD"], lambda: signed("bmo.csv", "utf-8", 1, 3, "CAD")),
    ("sparkasse.csv", [], lambda: signed("sparkasse.csv", "cp1252", 1, 11, "EUR", ";")),
    ("cmb_credit.csv", ["--columns"], stated),
    ("ccb.xls", [], ccb),
    ("alipay.csv", [], alipay),
    ("alipay_trades.csv", [], alipay_trades),
    ("alipay_funds.csv", [], alipay_funds),
    ("wechat.csv", [], lambda: wechat(rows("wechat.csv", "utf-8-sig")[17:])),
    ("wechat_trades.csv", [], wechat_trades),
    ("wechat_funds.csv", [], wechat_funds),
    ("stripe.csv", [], lambda: nets("stripe.csv", "utf-8", 3, 6)),
    ("stripe_history.csv", [], lambda: nets("stripe_history.csv", "utf-8", 6, 5)),
    ("paypal.csv", [], lambda: nets("paypal.csv", "utf-8-sig", 6, 9, lambda row: row[5] == "Completed")),
    ("paypal_settlement.csv", [], settlement),
]

CARD = {
    "booked_on": "记账日",
    "amount": {"signed": {"column": "人民币金额", "is_turned": True}},
    "currency": "CNY",
    "dates": "md",
}


def same(mine, theirs):
    assert mine == theirs, f"ours {mine}, theirs {theirs}"


def compared(name, options, theirs):
    def story():
        with tempfile.TemporaryDirectory() as folder:
            columns = pathlib.Path(folder) / "columns.json"
            columns.write_text(json.dumps(CARD))
            said = [*options, columns] if options == ["--columns"] else options
            same(ours(FILES / name, *said), theirs())

    return f"{name} comes to what others read in it", story


def workbook():
    """A bill of WeChat as openpyxl writes it, with amounts and days that are numbers."""
    at = datetime.datetime(2026, 2, 3, 10, 30)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["微信支付账单明细"])
    sheet.append([])
    header = "交易时间 交易类型 交易对方 商品 收/支 金额(元) 支付方式 当前状态 交易单号 商户单号 备注"
    sheet.append(header.split())
    sheet.append([at, "转账", "云山示例店", "货款", "收入", 88.8, "/", "已存入零钱", "1000000009\t", "/", "/"])
    sheet.append([at, "商户消费", "示例面馆", "午餐", "支出", 12.34, "零钱", "支付成功", "4200000008\t", "M-8", "/"])
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "wechat.xlsx"
        book.save(file)
        read = openpyxl.load_workbook(file, read_only=True).active.iter_rows(min_row=4, values_only=True)
        same(ours(file), wechat(list(read)))


def all_judged():
    """A table that is in the folder and not here is judged by nobody."""
    files = {file.name for file in FILES.iterdir() if file.suffix in (".csv", ".xls", ".xlsx")}
    same(files, {name for name, _, _ in TABLES})


run(
    [compared(*table) for table in TABLES]
    + [("a workbook of openpyxl is read as openpyxl reads it", workbook), ("every table is judged", all_judged)]
)
