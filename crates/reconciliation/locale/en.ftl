# Reconciliation
error-statement-unreadable = The file could not be opened: { $reason }. Nothing was brought in; check it and try again.
error-statement-unknown = The file is in no format that is known, or empty. Nothing was brought in; say which format it is, or ask the bank for camt.053, MT940, OFX or CSV.
error-statement-broken = The file cannot be read: { statement-fault } Nothing was brought in; fetch it from the bank once more.
error-statement-broken-at = The file cannot be read at line { $place }: { statement-fault } Nothing was brought in; fetch it from the bank once more.
error-statement-line-without-day = Line { $place } has no day on which it was booked. Nothing was brought in; ask the bank for the file again.
error-import-under-way = A statement of this account is being brought in at this moment. Wait until it is there, then try again; what is there is not taken twice.
error-bank-number-elsewhere = The bank's account { $number } belongs to { $account } in the books. Nothing was brought in; choose that account.
error-statement-not-found = There is no such statement; perhaps it was closed in another window. Go back to the list.
error-settlement-not-found = There is no such pay-out; perhaps the bank sent it back. Go back to the list.
field-too-many-days = Choose at most 200 days, the first before the last
error-statement-line-not-found = There is no such line; perhaps the page is old. Load it again.
error-lines-of-two-accounts = These lines are of two accounts or currencies and cannot be one match. Nothing was changed; choose lines of one account.
error-statement-closed = The statement is closed, so nothing was changed. Match in a statement that is open.
error-line-matched = The line is matched already, so nothing was changed. Undo that match first.
error-line-not-matched = The line is in no match, so there is nothing to undo.
error-entry-matched = One of these entries was matched with another line already, so nothing was changed. Choose another, or undo that match first.
error-match-differs = The lines come to { $lines }, and what they are matched with to { $entries }; nothing was changed. Choose entries that come to the same, or say what the difference is: a fee that the bank kept, or an account that takes it.
error-money-went-out = Money went out here, so it is no payment of a customer. Nothing was changed; choose a refund that is there, or an account.
field-account-takes-no-lines = No lines may be posted to this account; choose another
error-columns-unsure = The table does not say all that must be known to read it. Nothing was brought in; say which column is what, and send it again.
error-columns-need-day = No column is the booking day. Nothing was brought in; choose which it is.
error-columns-need-amount = No column is the amount. Nothing was brought in; choose one column of amounts, or one for money in and one for money out.
error-upload-gone = The file is not kept any more, because another was sent after it or it was read in. Nothing was changed; choose it again.
field-no-column-map = This is no map of columns; take the one that the refusal shows
error-statement-too-large = The file is larger than 256 MB. Nothing was brought in; ask the bank for a shorter time.
field-one-of-three = Say one of three: entries, a customer, or an account
field-not-said-with-the-rest = This does not go with what else is said of the line; leave it out
field-nothing-beside = The entries come to what the line does, so nothing is left for an account; leave it out
error-entry-stands-in-match = A line of a bank statement is matched with this, so the bank says that it happened, and nothing was changed. Undo the match first; where the statement is closed, open it again before.

match-reason-number = It names { $about } ({ $how })
match-reason-account = Paid from an account of this customer
match-reason-name = The payer's name fits: { $how }
match-reason-other-name = The payer's name is somebody else's
match-reason-amount = The amount is what is open
match-reason-together = { $about } lines together come to the invoice
match-reason-parts = { $about } lines together come to the entry
match-reason-sum = { $about } together come to the amount
match-reason-short = Less came than is open
match-reason-over = More came than is open
match-reason-days = { $about } days apart
match-reason-later = Dated after the line
match-reason-own = The other side is an account of our own
match-reason-rule = The rule “{ $about }” says so
match-how-weak = in part
match-how-last-run = its last digits
match-how-continued = out of a list
match-how-without-zeros = without zeros
match-how-short-year = with another year's form
match-how-further = by another number that belongs with it
match-how-without-prefix = without its letters
match-how-full = in full
match-how-different = not alike
match-how-sister = a sister company
match-how-close = nearly the same
match-how-truncated = cut off
match-how-abbreviated = shortened
match-how-transliterated = in another script
match-how-reordered = in another order
match-how-same-without-form = the same without its legal form
match-how-same = the same

## The desk
statements-none = No bank statement yet
statements-none-next = Bring in a file of your bank; what is sure is posted, and the rest waits here with what it may be.
statement-days = Days
statement-lines = Lines
statement-left = Still open
bank-closing = Closing balance
statement-all-done = All dealt with
statement-open-lines = { $n } open
statement-warnings = { $n ->
    [one] { $n } doubt
   *[other] { $n } doubts
}
statement-bring-in = Bring in a statement
statement-bring-in-do = Bring in
statement-file-hint = camt, MT940, OFX, QIF or a table, up to { $n } MB. The same file may be sent again: no line is taken twice.
statement-format-hint = Only where the file does not say it itself
statement-format-any = As the file says
label-post = Post by itself
statement-post-sure = As the company chose
statement-post-nothing = Nothing: I look at every line
statement-post-hint = What waits can be accepted all at once later
label-post-from = Post by itself
posting-surest = Only what names its invoice in full, with the right amount and payer
posting-usual = What is sure (98% and more)
posting-from = What is { $score } sure
posting-hint = Of files to come, unless whoever brings one in says that nothing is posted. Where two answers are as good as each other, a person decides in any case.
done-posting-set = Chosen. It counts for the next file.
field-post-from-too-small = Nothing less sure than 95.0% (950) is posted by itself
field-post-from-too-large = At most 1001, which posts nothing
format-camt = camt (ISO 20022)
format-mt940 = MT940, MT942 (SWIFT)
format-ofx = OFX
format-qif = QIF
format-csv = Table as text (CSV)
format-workbook = Workbook (XLSX, XLS)
format-alipay = Bill of Alipay
format-wechat = Bill of WeChat Pay
format-stripe = Report of Stripe
format-paypal = Report of PayPal
label-format = Format
label-asked = Ask a colleague
label-text = Note
label-entries = Entries
label-settle = Difference
label-settle-amount = Settled with it
label-fee = Kept by the bank
done-statement-imported = The statement is here. What was sure is posted.
done-statements-imported = The statements are here. What was sure is posted.
done-statement-here = The statement is here. Its lines wait for you.
done-statements-here = The statements are here. Their lines wait for you.
done-statement-known = Every line of this file was here already; nothing was taken twice.
statement-known-lines = { $n ->
    [one] One line of the file was here before and was not taken twice.
   *[other] { $n } lines of the file were here before and were not taken twice.
}
statement-warning-balance-differs = The lines do not come to the difference of the balances. Perhaps a line is missing; compare with the bank.
statement-warning-date-clamped = A date that there is not was taken as the last day of its month.
statement-warning-amount-rounded = An amount has more digits than its currency and was cut.
statement-warning-not-booked = Lines that the bank has not booked yet were left out; they come with a later file.
statement-warning-not-closed = The file says no closing balance, so nothing proves that it is complete.
statement-warning-no-currency = The file says no currency; that of the books was taken.
statement-warning-date-order = Day and month may stand the other way round; look at the dates.
statement-warning-gap-between-statements = The statement before this one ends at another balance than this one begins with. Perhaps one between them is missing.
statement-warning-balance-breaks = A balance does not follow from the amounts; perhaps a row is missing. Compare with the bank.
statement-warning-payments-differ = The payments of an entry do not come to its amount, so it was taken as one line.
statement-warning-sheet-left-out = Another sheet of the workbook looks like a statement and was not read. Send it as a file of its own if it is one.
statement-warning-other = Something in the file was doubtful and was read all the same.
# Why a file cannot be read: a sentence for each name of `statements::Fault`.
statement-fault = { $reason ->
    [empty] The file is empty.
    [unreadable] The file could not be read ({ $error }).
    [stranger] { $what ->
        [html] It is a page of the web (HTML), whatever its name says; ask for CSV, XLSX, camt, MT940 or OFX.
        [pdf] It is a PDF, whatever its name says; ask for CSV, XLSX, camt, MT940 or OFX.
        [zip] It is an archive (ZIP) and no workbook; unpack it and take what is in it.
       *[other] It is JSON, whatever its name says; ask for CSV, XLSX, camt, MT940 or OFX.
    }
    [unread] { statement-fault-what } cannot be read.
    [unread_in] { statement-fault-what } cannot be read: { $text }
    [too_long] { $what ->
        [line] The line is longer than a megabyte; this is no statement.
        [row] The row is longer than a megabyte; a quotation mark may be missing.
        [value] A value is longer than any bank writes one.
       *[other] The transaction is longer than any bank writes one.
    }
    [too_many] { $what ->
        [accounts] The file has more accounts and currencies than are read of one.
       *[other] The file has more movements than can be read of this format.
    }
    [cut_off] The file ends before its statement does.
    [no_statement] The file has no statement of an account in it.
    [no_ofx] The file has no <OFX> in it.
    [no_currency] The file names no currency; say which it is.
    [no_headers] { $of ->
        [alipay] The file has none of the headers of Alipay’s bills.
        [wechat] The file has none of the headers of WeChat’s bills.
        [stripe] The file has none of the headers of Stripe’s reports.
       *[other] The file has none of the headers of PayPal’s reports.
    }
    [row_above_header] A row stands above its header.
    [no_columns] No columns with days and amounts were found in the table; say which they are.
    [columns_missing] No row of the file has all the columns that are read: { $names }.
    [left_open] Say what the file leaves open.{ $date_order ->
        [yes] {" "}{ bank-column-doubt-date-order }
       *[no] {""}
    }{ $sign ->
        [yes] {" "}{ bank-column-doubt-sign }
       *[no] {""}
    }{ $decimal_mark ->
        [yes] {" "}{ bank-column-doubt-decimal-mark }
       *[no] {""}
    }{ $currency ->
        [yes] {" "}{ bank-column-doubt-currency }
       *[no] {""}
    }{ $text ->
        [yes] {" "}{ bank-column-doubt-text }
       *[no] {""}
    }
    [delimiter] Columns are told apart by a character that is not ASCII.
    [dates_unordered] The dates of the file are in no order of day, month and year.
    [dates_without_year] The dates name no year, and nothing above them does.
    [only_a_workbook] The file is a workbook, and nothing else can be read from it.
    [quote_not_closed] A quotation mark opens here that nothing closes, so that the rows below it are lost; the file may be cut off.
    [no_workbook] The file is of an older Office program, and no workbook.
    [workbook_empty] The workbook has no sheet with anything in it.
    [workbook_too_much] The workbook has more in it than is read of one; save the sheet as CSV.
    [workbook_torn] The parts of the workbook do not fit together.
    [workbook_broken] The workbook is damaged ({ $error }).
    [xml_broken] The XML is damaged ({ $error }).
    [xml_deep] The XML is deeper than any statement.
    [xml_unbalanced] The XML ends what it did not begin.
   *[unknown] It is in no format that is known: camt, MT940, OFX, QIF, CSV, XLSX, XLS, bills of Alipay, WeChat, Stripe and PayPal.
}
statement-fault-what = { $what ->
    [amount] The amount
    [gross_amount] The gross amount
    [net_amount] The net amount
    [fee] The fee
    [currency] The currency
    [date] The date
    [value_date] The value date
    [mark] The mark of credit or debit
    [balance] The balance
   *[row] The row
}
# What was doubtful: a sentence for each name of `statements::Note`.
statement-note = { $code ->
    [balance_differs] From { $opening } to { $closing } is { $wanted }; the lines come to { $moved }.
    [balance_breaks] { statement-note-line } the balance does not follow from the amounts.
    [pages_differ] A page begins with { $amount }, where the one before ended otherwise.
    [payments_differ] Line { $line }: the payments come to { $came } and the entry to { $amount }; it was taken as one line.
    [date_clamped] { $text } is no day; { $taken } was taken.
    [date_order] Every date could have its day first as well; the month was taken first.
    [amount_rounded] { $text } has more digits than its currency; { $taken } was taken.
    [other_currency] Line { $line } is of { $amount }, the account of { $currency }.
    [left_out] { $count ->
        [one] One entry of another kind than money’s was left out.
       *[other] { $count } entries of another kind than money’s were left out.
    }
    [not_booked] { $count ->
        [one] One entry is not booked yet.
       *[other] { $count } entries are not booked yet.
    }
    [not_closed] The bank says no closing balance.
    [more_warnings] There is more to note than { $most } times; the rest is not told.
    [row_skipped] { statement-note-line } the row is no movement and was passed over: { $text }
    [trade_closed] { statement-note-line } the trade was closed and moved nothing.
    [direction_unknown] { statement-note-line } the row does not say which way money went, and was left out: { $text }
    [sheet_left_out] { $more ->
        [0] The sheet { $sheet } has days and amounts as well, under other headings, and was not read.
       *[other] The sheet { $sheet } and { $more } more have days and amounts as well, under other headings, and were not read.
    }
    [total_differs] The file says { $said } of { $of }; its rows come to { $came }.
    [gap_between_statements] It begins with { $opening }; the one before ended with { $closing }.
   *[other] { $code }
}
statement-note-line = Line { $line }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}:

asked-of-me = Asked of you
answered-to-me = Answers to what you asked
tier-reference = Reference
tier-payer = Payer and amount
tier-sum = Sum of several
tier-own = Own accounts
tier-rule = Rule
tier-hand = By hand
tier-none = Nothing proposed

bench-progress = Progress
bench-done-of = { $done } of { $all } lines dealt with, { $left } left.
bench-left = What is left
bench-lines-of = { $n ->
    [one] { $n } line
   *[other] { $n } lines
}
bench-posted = What is matched
bench-accept = Accept all: { $tier }
bench-filters = Which lines
bench-find = Text, payer or amount
bench-found-elsewhere = { $n ->
    [one] One more line in another state fits. Show all
   *[other] { $n } more lines in other states fit. Show all
}
bench-lines = Lines
bench-all-done = Everything is dealt with
bench-all-done-next = Each line of this statement is matched or set aside.
bench-back = All statements
bench-show-all = Show all lines
bench-keys = Enter accepts, 1–9 choose, j next, k previous, ? all keys
bench-keys-all = Keys
bench-together = Taken together
bench-together-sum = Together
bench-together-do = Take the marked lines together
bench-marked = { $n ->
    [one] One line is marked, { $sum }.
   *[other] { $n } lines are marked, { $sum } together.
}
bench-alone = Only this line
bench-unmark = Take the marks away
bench-key-next = next line
bench-key-previous = previous line
bench-key-choose = go to the proposal of that number
bench-key-accept = accept what has the focus
bench-key-tier = look at all lines like this one, to accept them at once
bench-key-pay = a customer’s payment, by hand
bench-key-link = an entry that is there already
bench-key-post = book it to an account
bench-key-aside = set the line aside
bench-key-note = write a note or ask a colleague
bench-key-row = show what the bank wrote
bench-key-mark = mark the line to take it together with others, and go to the next
bench-key-together = take the marked lines together
bench-key-undo = undo what was done last, or this match
bench-key-find = search the lines
bench-key-leave = leave a field, so that the keys work again
bench-key-help = these keys
line-mark = Take together:
line-mark-next = Mark, and next line
line-unmark-next = Take the mark away, and next line
line-undo-last = Undo what was done last
bench-offers = What it may be
bench-no-offer = Nothing in the books fits. Say below what it is.
bench-tied = Two of these are as good as each other; you decide.
bench-score = { $score } sure
bench-offer-account = To account { $account }
bench-compare = Compare with the books again
bench-offer-link = In the books already
bench-difference-fee = { $amount } are missing as a bank’s fee; they are posted as that.
bench-difference-discount = { $amount } are missing as a discount; they are settled with it.
bench-difference-short = { $amount } are missing; they stay open.
bench-difference-over = { $amount } are too much; they become the customer’s credit.
bench-by-hand = By hand

line-filter-open = Open
line-filter-asked = Asked
line-filter-matched = Matched
line-filter-ignored = Set aside
line-filter-all = All
line-filter-tier = { $tier } ✕
line-matched = Matched
line-ignored = Set aside
line-ignored-note = It is dealt with elsewhere, or is none of the company’s business.
line-tied = Undecided
line-again = Twice?
line-again-note = Another file has a line of { $day } that may be the same movement, so nothing is posted by itself. If it is the same, set this one aside.
line-again-look = Look at it
line-nobody = Nobody named
line-payer = Payer
line-score = Sure
line-booked-on = Booked on
line-value-on = valued { $day }
line-text = Text
line-other-account = Other account
line-as-written = As the bank wrote it
line-previous = Previous line
line-next = Next line
line-match = Match
line-matched-by = Matched: { $tier }
line-matched-together = Matched together with:
line-paid = Paid with it:
line-settled-fee = { $invoice }: the bank kept { $amount }; it is posted as a bank fee.
line-settled-discount = { $invoice }: { $amount } settled as a discount.
line-settled-small-difference = { $invoice }: { $amount } settled as a small difference.
line-matched-meanwhile = { $name } matched this line on { $at }, so that yours was not taken. Nothing is left to do here.
line-unmatch = Undo the match
line-unmatch-hint = What the match made is taken back; what it linked is free again.
line-take-up = Take up again
line-notes = Notes
line-note-new = Write a note or ask
line-note-keep = Keep the note
line-ask-hint = Whoever is asked sees the line under bank statements until they write a note beside it, or it is dealt with.
line-ask-nobody = Nobody
line-asked-whom = asks { $name }
field-no-colleague = This person cannot match lines; choose another
field-not-a-sha256 = A SHA-256 of a file: 64 hexadecimal digits
field-too-many-at-once = At most { $max } at once

hand-pay = A customer’s payment
hand-pay-note = for one or several invoices
hand-show-invoices = Show open invoices
hand-pay-of = { $amount } of { $customer }
hand-no-invoices = No invoice is open in this currency; all of it becomes credit.
hand-balance = Open
hand-amount = Of this line
hand-rest-is-credit = What is for no invoice becomes the customer’s credit.
hand-rest-elsewhere = Unless it is something else
hand-left = For no invoice yet
hand-pay-do = Match as payment
settle-nothing = None
settle-fee = Bank fee
settle-discount = Discount
settle-small-difference = Small difference
hand-link = Entries that are there
hand-link-note = nothing is posted twice
hand-find-entry = Memo or amount of an entry
hand-no-entries = No free entry of this account fits. Look for another amount or a word of its memo.
hand-link-differs = Where the entries do not come to the line
hand-fee-hint = What a bank kept of them
hand-rest-hint = Takes what is left of the line
hand-link-do = Match with these
hand-post = To an account
hand-post-note = fees, interest, transfers
hand-memo-hint = Left out, it is the payer’s name
hand-post-do = Post and match
hand-aside = Set aside
hand-aside-note = nothing is posted
hand-aside-do = Set aside

done-lines-compared = The lines that are left were compared with the books again, and some have new proposals.
done-lines-same = The lines that are left were compared with the books again; nothing changed.
done-line-matched = Matched. This is the next line.
done-line-set-aside = Set aside. This is the next line.
done-line-taken-up = The line is open again.
done-line-unmatched = The match is undone; the line is open again.
done-line-noted = The note is kept.
done-line-asked = The question is kept; your colleague sees it under bank statements.
error-candidate-gone = This proposal is not there any more. Nothing was changed; load the page again.

accept-preview = { $good ->
    [0] None of these lines is sure enough.
    [one] One line over { $sum } would be posted with its first proposal.
   *[other] { $good } lines over { $sum } would be posted with their first proposals.
}
accept-done = { $good } posted over { $sum }, { $bad } refused.
accept-least = At least so many percent sure
accept-look = Look again
accept-again = { $n ->
    [one] { $n } line is left out: another file may have it as well.
   *[other] { $n } lines are left out: another file may have them as well.
}
accept-tied = { $n ->
    [one] { $n } line is left out: another proposal is as good as the first.
   *[other] { $n } lines are left out: another proposal is as good as the first.
}
accept-unsure = { $n ->
    [one] { $n } line is left out: not sure enough.
   *[other] { $n } lines are left out: not sure enough.
}
accept-gives-up = { $n ->
    [one] { $n } line is left out: a fee or discount would be settled, which a person decides.
   *[other] { $n } lines are left out: a fee or discount would be settled, which a person decides.
}
accept-together = { $n ->
    [one] { $n } line is left out: it belongs together with others, which a person sees to.
   *[other] { $n } lines are left out: they belong together with others, which a person sees to.
}
accept-more = There are more lines of this tier; accept these first.
accept-what = Proposal
accept-total = { $n ->
    [one] { $n } line
   *[other] { $n } lines
}
accept-do = Post what is ticked
accept-unticked = What is not ticked stays open.
accept-undo = Undo these
accept-undo-hint = One reason for all. Lines that somebody has dealt with otherwise since stay as they are.
accept-undo-do = { $n ->
    [one] Undo { $n } line
   *[other] Undo { $n } lines
}
accept-undone = { $good } undone over { $sum }, { $bad } refused.
accept-back = Back to the statement

## Rules
error-match-rule-not-found = There is no such rule; it may have been taken out of use. Go back to the list of rules.
error-rule-not-replayed = “{ $name }” was not replayed in this version yet, so it was not switched on. Replay it over the last months, look at what it would have done, then switch it on.
error-rule-not-active = “{ $name }” is off, so nothing was done. Switch it on first.
error-too-many-rules = There are 200 rules already; nothing was written. Take one out of use that is needed no longer.
field-no-conditions = Say at least one thing that a line must have; without it the rule would take every line
field-account-of-ignored = What is set aside is posted to no account; leave it out
field-more-than-a-year = A year at most; choose a later first day
label-conditions = What a line must say
label-conditions-direction = Direction
label-conditions-text = The text has
label-conditions-payer = The payer’s name has
label-conditions-code = Bank’s code
label-conditions-least-amount = Amount from
label-conditions-most-amount = Amount up to
label-conditions-least-currency = Currency of the amounts
label-action = What it is then
label-until = Until
rules-title = Match rules
rules-note = Rules are tried from top to bottom, the first that fits counts. What is as good as another answer waits for a person.
rules-none = No rule yet
rules-none-next = A rule posts what comes again and again, like the bank’s fees, or sets it aside.
rule-new = Write a rule
rule-form = Rule
rule-from-line = Write a rule from this line
rule-name-hint = Its matches show it by this name
rule-text-hint = Words that follow each other; upper and lower case are the same
rule-code-hint = As the bank’s file has it, such as NCHG
rule-account-hint = Only where the other side is posted
rule-both-ways = Money in and out
rule-money-in = Money in
rule-money-out = Money out
rule-text-has = text has “{ $words }”
rule-payer-has = payer has “{ $words }”
rule-code-is = code { $words }
rule-between = { $least } to { $most }
rule-at-least = from { $least }
rule-at-most = up to { $most }
rule-posts = Post to an account
rule-sets-aside = Set aside
rule-new-version-note = A change makes a new version. It is off until it was replayed.
rule-state = State
rule-order = Order and switch
rule-is-on = On
rule-is-off = Off
rule-up = Move { $name } up
rule-down = Move { $name } down
rule-switch-on = Switch on
rule-switch-off = Switch off
rule-switch-on-named = Switch on { $name }
rule-switch-off-named = Switch off { $name }
rule-to-replay = Replay first
rule-last-replay = Last replay
rule-never-replayed = Never
rule-replay-short = { $fits } fit, { $other } of them otherwise dealt with
rule-replay = What it would have done
rule-replayed = { $by } replayed it on { $at } over { $from } to { $until }: { $lines } lines were looked at.
rule-replay-cut = There were more; the oldest statements were left out.
rule-replay-nothing = No line of these days fits.
rule-replay-fits = Lines that fit
rule-replay-lines = { $n ->
    [one] { $n } line fits
   *[other] { $n } lines fit
}
rule-replay-open = Open still
rule-replay-same = Dealt with as the rule says
rule-replay-other = Dealt with in another way
rule-replay-first = “{ $name }” takes first
rule-replay-conflicts = { $n ->
    [one] The rule contradicts what was decided for one line. Look at it before you switch the rule on.
   *[other] The rule contradicts what was decided for { $n } lines. Look at them before you switch the rule on.
}
rule-replay-needed = Before it can be switched on, replay it: see what it would have done with past lines. Nothing is changed by it.
rule-replay-hint = Left empty: the last three months. A year at most.
rule-replay-do = Replay
rule-remove = Take out of use
rule-remove-hint = What the rule did stands; it is only used no longer.
rule-apply = Apply to open lines
rule-would-take = { $n ->
    [0] The rule takes no open line.
    [one] The rule takes one open line.
   *[other] The rule takes { $n } open lines.
}
rule-apply-more = There are more; they are taken the next time.
rule-apply-tied = { $n ->
    [one] { $n } line is left out: another proposal is as good.
   *[other] { $n } lines are left out: another proposal is as good.
}
rule-apply-off = The rule is off; switch it on first.
rule-apply-do = { $n ->
    [one] Apply to { $n } line
   *[other] Apply to { $n } lines
}
rule-apply-back = Back to the rule
rule-applied = { $done } lines dealt with, { $refused } refused.
done-rule-saved = The rule is kept. Replay it, then switch it on.
done-rule-replayed = The rule was replayed; nothing was changed.
done-rule-on = The rule is on; the next statements are compared with it.
done-rule-off = The rule is off. What it did stands.
done-rule-placed = The order is changed.
done-rule-removed = The rule is used no longer. What it did stands.
## The reconciliation report
error-statement-already-closed = The statement is closed already, so nothing was changed. Reload the page.
error-statement-not-closed = The statement is open, so nothing was changed. Reload the page.
error-statement-lines-open = { $n ->
    [one] One line is
   *[other] { $n } lines are
} open, so the statement was not closed. Match them or set them aside first.
error-earlier-statement-open = An earlier statement of this account, up to { $until }, is open, so this one was not closed. Close that one first.
error-closing-needs-reason = The balances do not fully agree (difference { $difference }), so the statement was not closed. Write down why it may be closed all the same.
error-later-statement-closed = A later statement of this account, up to { $until }, is closed, so this one stays closed. Reopen that one first.
error-statement-period-closed = The books are closed up to { $until }, so the statement stays closed. Reopen the accounting period first.
done-statement-closed = The statement is closed and its report is kept.
done-statement-reopened = The statement is open again.
statement-open = Open
statement-closed = Closed
reconciliation-title = Bank reconciliation
reconciliation-item = Item
reconciliation-party = Customer or counterparty
reconciliation-by-bank = By the bank
reconciliation-by-books = By the books
reconciliation-bank-balance = Balance of the bank statement
reconciliation-in-transit = Add: received in the books, not yet by the bank
reconciliation-not-presented = Less: paid in the books, not yet by the bank
reconciliation-adjusted-bank = Adjusted balance of the bank
reconciliation-book-balance = Balance of the books
reconciliation-received = Add: received by the bank, not in the books
reconciliation-charged = Less: paid by the bank, not in the books
reconciliation-adjusted-book = Adjusted balance of the books
reconciliation-difference = Difference
reconciliation-agrees = The adjusted balances agree
reconciliation-others = { $n ->
    [one] One more
   *[other] { $n } more
}
reconciliation-later = In the books later
reconciliation-before = From before the first statement
reconciliation-before-note = The bank and the books began with different balances, or one of them has entries that nobody opened with.
reconciliation-missing-lines = Not in any statement
reconciliation-missing-lines-note = The bank’s balances say more than its lines: a statement may be missing.
reconciliation-not-told = The file names no closing balance. The bank’s balance is worked out from the lines, so it proves nothing by itself.
reconciliation-gap = The statement before ended with { $amount }; this one begins with another balance. One may be missing between them.
reconciliation-changed = The books or the matches have changed since the statement was closed. Shown is what was kept. Reopen the statement to renew the report.
reconciliation-closed-by = Closed by { $name }, { $at }.
reconciliation-because = Reason: { $reason }
reconciliation-left = Left to do
reconciliation-left-lines = Match them or set them aside
reconciliation-left-earlier = Close the statement up to { $until } first
reconciliation-reason-hint = Why it may be closed although the balances do not fully agree. It stands in the report.
reconciliation-close = Close statement
reconciliation-close-note = The report is kept as it stands. Lines of a closed statement are no longer matched, unmatched or set aside.
reconciliation-reopen = Reopen statement
reconciliation-reopen-hint = The kept report is taken back, and made anew when the statement is closed again.
bench-reconcile = Reconciliation
## Settlements
error-fee-unknown = It is not clear what this fee was taken of, or the books have another; nothing was changed. Match the line by hand.
settlements-title = Provider settlements
settlements-none = No pay-out arrived in these days
settlements-none-next = A pay-out stands here once the provider tells of it; choose other days to see earlier ones.
settlement-title = Pay-out
settlement-state = State
settlement-is-agrees = agrees
settlement-is-bank-missing = not at the bank yet
settlement-is-report-missing = no report yet
settlement-is-differs = differs
settlement-differs = What differs
settlement-by-report = Provider's report
settlement-by-books = Books
settlement-by-bank = Bank
settlement-three = What the three say
settlement-part = What
settlement-payments = Payments
settlement-refunds = Refunds
settlement-fees = Fees
settlement-disputes = Disputes
settlement-other = Other
settlement-carried = Brought forward, less what stays
settlement-net = Paid out
settlement-bank = At the bank
settlement-from-to = From and to
settlement-not-matched = not matched
settlement-next = Next
settlement-next-agrees = Nothing is left to do.
settlement-next-bank-missing = Bring in the bank's statement; its line is matched by number, or by amount and payer.
settlement-next-report-missing = Bring in the provider's report for this account.
settlement-next-differs = Look at the rows that are marked: correct the books, or ask the provider.
settlement-items = What it is made of
settlement-no-items = Nothing is known of what it is made of
settlement-no-items-next = Bring in the provider's report for this account.
columns-title = Which column is what
columns-note = Check the columns and the first lines below. What you confirm is kept: files of this account with the same header are read without asking.
columns-file = The first rows of the file
label-dates = Dates are written as
label-decimal-mark = Amounts are written as
label-is-turned = Amounts above zero are
columns-sign-hint = Matters only where one column has the amounts and none says debit or credit.
columns-sign-in = money in
columns-sign-out = money out, as on a card’s statement
columns-as-read = The first lines as they would be read
columns-none-read = With these columns no line can be read.
columns-do = Read the file in
columns-look = Look again
bank-column-number = Column { $n }
bank-column-means = What { $column } is
bank-column-unread = Not read
bank-column-booked-on = Booking day
bank-column-value-on = Value day
bank-column-amount = Amount
bank-column-money-in = Money in
bank-column-money-out = Money out
bank-column-mark = Debit or credit
bank-column-balance = Balance
bank-column-name = Payer or payee
bank-column-text = Text
bank-column-reference = Reference
bank-column-counterparty-account = Their account
bank-column-counterparty-bank = Their bank
bank-column-account = Our account
bank-column-currency = Currency
bank-column-code = Kind of movement
bank-column-dates-ymd = year, month, day
bank-column-dates-dmy = day, month, year
bank-column-dates-mdy = month, day, year
bank-column-dates-md = month and day, without a year
bank-column-doubt-date-order = The dates leave open whether the day or the month stands first.
bank-column-doubt-sign = The file leaves open which amounts are money in and which are money out.
bank-column-doubt-decimal-mark = The amounts leave open whether a point or a comma stands before the decimals.
bank-column-doubt-currency = The file does not say in which currency it is.
bank-column-doubt-text = The file does not say which column has what the payer wrote.
