entry-new = New entry
entry-title = Journal entry
entry-post = Post
entry-reverse = Reverse
entry-reverses = Reverses
entry-reversed-by = Reversed by
entry-the-other = Show that entry
entry-document = Show the document
entries-of-document = Entries of one document
entry-posted-at = Posted
entry-lines-hint = An amount in one of the two columns; a negative amount is red-letter. Empty lines are left out.
entries-none = No entries here
entries-none-next = Invoices and payments post theirs by themselves; others are written by hand.
entry-kind-invoice = Invoice
entry-kind-delivery = Delivery
entry-kind-credit-note = Credit note
entry-kind-payment = Payment
entry-kind-application = Credit applied
entry-kind-refund = Refund
entry-kind-fee = Fee
entry-kind-transfer = Transfer
entry-kind-write-off = Write-off
entry-kind-count = Cash count
entry-kind-bank = Bank statement
entry-kind-opening = Opening balance
entry-kind-revaluation = Revaluation
entry-kind-reversal = Reversal
entry-kind-manual = Manual entry
voucher-number = 记-{ $number }
action-show = Show
label-date = Date
label-memo = Memo
label-voucher = Voucher no.
label-document = Document
label-original = Original amount
label-debit = Debit
label-credit = Credit
label-balance = Balance
label-from = From
label-to = To
label-as-of = As of
label-month = Month
label-status = Status
label-form-line = Item
label-line-number = Line
periods-title = Periods
periods-lead = A month opens when something is first posted into it. Months are closed in the order of time; closing numbers the vouchers.
periods-none = No periods yet
periods-none-next = The first one opens with the first entry.
period-open = Open
period-closed = Closed
period-close = Close
period-reopen = Reopen
done-entry-posted = The entry is posted.
done-entry-reversed = The entry is reversed by this one.
closing-entries = Entries of the month
closing-unnumbered = Vouchers that get their numbers
closing-note = Nothing can be dated into the month any more: no invoice, payment or entry, and no draft that still waits. It can be opened again as long as no later month is closed.
done-period-closed = The month is closed and its vouchers are numbered.
done-period-reopened = The month is open again.
report-trial-balance = Trial balance
report-trial-balance-lead = Every account with its debits and credits so far
report-profit-and-loss = Profit and loss
report-profit-and-loss-lead = Income and expense of a month, beside the year so far
report-balance-sheet = Balance sheet
report-balance-sheet-lead = Assets, liabilities and equity, beside the beginning of the year
report-general-ledger = General ledger
report-brought-forward = Brought forward
report-carried-forward = Carried forward
report-this-period = This period
report-year-to-date = Year to date
report-at-end = At the end
report-at-year-begin = At the beginning of the year
error-period-closed = The period that holds { $date } is closed, so nothing was posted. Use a date in an open period, or have the period reopened.
error-period-not-found = There is no such period. Nothing was changed; look for it in the list.
error-period-already-closed = This period is closed already. Nothing was changed.
error-period-already-open = This period is open already. Nothing was changed.
error-period-earlier-open = The period from { $month } is still open, so this one was not closed. Close that one first.
error-period-later-closed = The period from { $month } is closed, so this one was not reopened. Reopen that one first.
error-entry-not-found = There is no such entry. Nothing was changed; look for it in the journal.
error-entry-already-reversed = This entry was reversed before, so nothing was posted. Its page names the other one.
error-period-still-runs = This period runs until { $until }, and business goes on in it, so it was not closed. Close it afterwards.
error-entry-is-reversal = This entry takes another one back and stays. Nothing was posted; write the entry anew instead.
error-entry-not-manual = This entry belongs to a document and goes with it; nothing was posted. Void the invoice or reverse the payment instead.
error-entry-unbalanced = Debits exceed credits by { $difference }, so nothing was posted. Correct the amounts and send again.
error-entry-too-few-lines = An entry has at least two lines; nothing was posted. Add the other side and send again.
error-entry-empty = Every amount is zero, so nothing was posted. Fill in amounts and send again.
error-entry-too-large = The amounts are too large together, so nothing was posted. Split the entry and send again.
error-exchange-rate-missing = There is no rate from { $from } to { $to } for { $on }, so nothing was posted. Add the exchange rate and send again.
error-account-not-found = There is no such account. Nothing was changed; look for it in the chart of accounts.
field-unknown-account = There is no such account in the chart
field-account-not-postable = This account has sub-accounts; choose one of them
field-control-account = This account is kept per customer; use invoices, payments and credit notes
field-value-disagrees = The amount and its value in the books disagree
field-before-the-books = It cannot lie before the fiscal year in which the books begin
field-before-the-entry = It cannot lie before the entry it takes back
field-two-lines = At least two lines
field-too-many-entry-lines = Too many lines; split the entry
field-one-column = An amount in one of the two columns only
field-not-zero = It must not be zero
field-same-currency = Two different currencies are needed
field-before-from = It must not lie before the first day
field-limit-range = A number from 1 to 200
field-cursor-unknown = This is no cursor of this list; begin at the first page

## Exchange rates
rates-title = Exchange rates
rates-lead = A document keeps the rate of its day. Where two currencies are not quoted against each other, their rates for one euro are used.
rates-none = No exchange rates yet
rates-none-next = Bring in the European Central Bank’s file, or set one by hand.
rates-one-of = One of
rates-rate = Rate
rates-of-file = Rates from a file
rates-file-hint = The European Central Bank’s file (eurofxref, XML or CSV) or our template; at most 16 MB and 50,000 rates
rates-from-hint = Earlier rates of the file are passed over; the bank’s go back to 1999
rates-look = See what would come of it
rates-template = Template
rates-by-hand = Set one by hand
rates-source-hint = Who published it
rates-source-manual = By hand
rates-source-ecb = European Central Bank
label-settings-base = One unit of
label-settings-quote = of this currency
label-settings-rate = is so many units
label-settings-valid-from = Valid from
label-settings-source = Source
label-settings-from = First day that is wanted
rates-found = { $n ->
    [one] The file has one rate
   *[other] The file has { $n } rates
 }
rates-nothing-yet = Nothing has been stored yet. Look through the rates, then confirm; all of them are taken, or none.
rates-added = { $n ->
    [one] One is new
   *[other] { $n } are new
 }
rates-changed = { $n ->
    [one] One takes the place of another of its day
   *[other] { $n } take the place of others of their day
 }
rates-same = { $n ->
    [one] One is there already
   *[other] { $n } are there already
 }
rates-before = { $n ->
    [one] One was passed over: it is from before the first day that is wanted
   *[other] { $n } were passed over: they are from before the first day that is wanted
 }
rates-unknown = These currencies are not known here, and their rates are passed over: { $currencies }
rates-take = Take them in
rates-other-file = Another file
rates-more = { $n ->
    [one] and { $n } more rate
   *[other] and { $n } more rates
 }
rates-faults = { $n ->
    [one] One thing is wrong in this file; nothing was stored
   *[other] { $n } things are wrong in this file; nothing was stored
 }
rates-more-faults = { $n ->
    [one] and one more thing, not named here
   *[other] and { $n } more things, not named here
 }
rates-faults-table = Faults by row
rates-row = Row
rates-column = Column
rates-fault = What is wrong
done-rate-set = The exchange rate is set.
done-rates-taken = The exchange rates are taken in.
error-rate-not-found = There is no rate between these currencies for that day or before it. Add the exchange rate and ask again.
error-rates-faulty = Rates of this file have faults, and nothing was stored. { $more ->
    [0] Correct what is named and send the file again.
   *[other] Beside those that are named there are { $more } more; correct them and send the file again.
 }
error-rates-too-large = The file is larger than 16 MB, and nothing was stored. Split it.
error-rates-not-text = This file is no text in UTF-8, and nothing was stored. Save it as CSV in UTF-8 and choose that.
error-rates-unknown-form = This is no file of exchange rates that is known here, and nothing was stored. Use the European Central Bank’s, or the template.
error-rates-unreadable = The file is torn and cannot be read to its end, and nothing was stored. Get it once more.
error-rates-with-entities = The file has a document type or entities, which no file of rates needs, and nothing was stored. Get it from its publisher once more.
error-rates-column-missing = The column { $column } is missing from the head row, and nothing was stored. Start from the template.
error-rates-too-many = The file has more than { $max } rates, and nothing was stored. Name a later first day, or split the file.
error-rates-all-before = All rates of this file are from before the first day that is wanted, and nothing was stored. Name an earlier day.
error-rates-none = There are no rates in this file, and nothing was stored. Choose another.
field-rate-twice = These currencies have a rate of this day in the file already

## Revaluation
revalue-title = Revaluation
period-revalue = Revalue
revalue-lead = Money, claims and debts in other currencies are brought to the rate of the month’s end. The entry is taken back on the next day, so that each invoice realises its whole difference when it is paid. Advances, deferred income and taxes keep their value.
revalue-rates = Closing rates
revalue-book = In the books
revalue-value = At the closing rate
revalue-difference = Difference
revalue-post = Post it
revalue-done = Everything stands at the closing rate; nothing is to be posted.
revalue-closed = The month is closed, so nothing can be posted. Reopen it first.
revalue-runs = The month still runs. What is shown is as of now; post it when the month is over.
revalue-none = Nothing stands in another currency
revalue-none-next = There is nothing to revalue in this month.
done-revalued = The balances are revalued, and the reversal of the next day is posted.
closing-not-revalued = Balances in other currencies are not at the rate of the month’s end yet. Revalue them first.
closing-statements-open = { $n ->
    [one] A bank statement of this month is not reconciled yet.
   *[other] { $n } bank statements of this month are not reconciled yet.
}
closing-no-rate = There is no rate from { $currency } in this month, so balances in it are not revalued. Add the rate first.
warning-not-revalued = Balances in other currencies were not revalued at { $on }. The month is closed; reopen it to revalue them.
warning-statements-open = { $n ->
    [one] A bank statement of the month is not reconciled yet.
   *[other] { $n } bank statements of the month are not reconciled yet.
} The month is closed; a statement that is reconciled later may need it open again.
warning-closing-rate-missing = Balances in { $currency } were not revalued at { $on }, because the month has no rate of it. The month is closed; add the rate and reopen it to revalue them.
error-closing-rate-missing = There is no rate from { $from } to { $to } in the month that ends on { $on }, so nothing was posted. Add the exchange rate and try again.
field-not-a-month-end = It must be the last day of a month
