imports-title = Imports
imports-intro = Bring in what the program before had. First you see what would come of the file, row by row; nothing is stored until you confirm, and then all of it or nothing.
label-settings-kind = What the file brings
label-settings-on = First day of these books
import-on-hint = For balances and open invoices: opening entries get this date
import-file-hint = CSV with a head row in English or Chinese, at most 10,000 rows and 5 MB
import-text = Or paste the rows here
label-settings-text = Or paste the rows here
import-text-hint = Cells copied from a spreadsheet will do
import-text-again = Correct the rows here, or choose another file
import-look = See what would come of it
import-apply = Take it in
import-other-file = Another file
import-templates = Templates
import-customers = Customers
import-customers-hint = Names, tax numbers, terms, billing addresses
import-items = Items
import-items-hint = Codes, names, units, prices
import-balances = Balances of accounts
import-balances-hint = Without what customers owe; a row of the account of opening balances without an amount takes the difference
import-invoices = Open invoices
import-invoices-hint = With their old numbers; they can be paid like any other. A total below zero is a customer’s credit.
import-customers-made = { $n ->
    [one] { $n } customer would be taken up
   *[other] { $n } customers would be taken up
 }
import-items-made = { $n ->
    [one] { $n } item would be taken up
   *[other] { $n } items would be taken up
 }
import-balances-made = { $n ->
    [one] One entry with { $n } line would be posted
   *[other] One entry with { $n } lines would be posted
 }
import-invoices-made = { $n ->
    [one] { $n } open invoice or credit would be brought forward
   *[other] { $n } open invoices and credits would be brought forward
 }
import-nothing-yet = Nothing has been stored yet. Look through the rows, then confirm.
import-ignored = These columns are not known and are left out: { $columns }
import-rows = Rows of the file
import-row = Row
import-column = Column
import-cell = What stands there
import-fault = What is wrong
import-faults-table = Faults by row
import-faults = { $n ->
    [one] One thing is wrong in this file; nothing was stored
   *[other] { $n } things are wrong in this file; nothing was stored
 }
import-more = { $n ->
    [one] and { $n } more row
   *[other] and { $n } more rows
 }
import-more-faults = { $n ->
    [one] and one more thing, not named here
   *[other] and { $n } more things, not named here
 }
import-invoice-line = Balance brought forward
import-balances-memo = Opening balances
done-import-customers = The customers are taken up.
done-import-items = The items are taken up.
done-import-balances = The opening balances are posted.
done-import-invoices = The open invoices and credits are brought forward.

## Columns
import-column-account = Account
import-column-address = Address
import-column-city = Town
import-column-code = Code
import-column-country = Country
import-column-credit = Credit
import-column-credit-limit = Credit limit
import-column-currency = Currency
import-column-customer = Customer
import-column-debit = Debit
import-column-description = Description
import-column-due-on = Due date
import-column-email = E-mail
import-column-issued-on = Issue date
import-column-kind = Kind
import-column-language = Language
import-column-name = Name
import-column-name-en = English name
import-column-name-zh = Chinese name
import-column-number = Number
import-column-open = Still open
import-column-payment-terms-days = Payment terms (days)
import-column-phone = Telephone
import-column-postal-code = Postal code
import-column-price = Price
import-column-reference = Reference
import-column-region = Province or state
import-column-tax-code = Tax code
import-column-tax-number = Tax number
import-column-total = Total
import-column-unit = Unit
import-column-valid-from = Valid from

## Faults of rows
field-too-few-cells = This row has { $found } cells where the head has { $wanted }: it may be torn by a line break, which quotes around the cell keep inside
field-too-many-cells = This row has { $found } cells where the head has { $wanted }: put quotes around what holds the separator, as in "1,000.00"
field-quote-not-closed = The quote that opens a cell in line { $line } does not close it; end the cell with a quote, and write a quote inside it twice
field-torn-amount = This looks like what is left of an amount that its comma tore apart: put quotes around the amount, as in "1,000.00"
field-differs-from-row = Row { $row } says otherwise of this code; rows of one code differ in price, currency and first day only
field-customer-exists = A customer of this name and tax number is there already, or stands in this file twice
field-customer-unknown = No customer has this name, tax number or id; bring the customers in first
field-customer-ambiguous = Several customers are called so; write the tax number or the id
field-comes-with-invoices = What customers owe comes with the open invoices, and so does what they have to their credit, with a total below zero; take this row out
field-credit-not-negative = The total is below zero, a customer’s credit; write what is left of it below zero too
field-account-twice = This account stands in the file twice; put the rows together
field-one-side-only = An amount on one side only, debit or credit
field-balances-differ = Debits exceed credits by { $difference }; correct the rows, or add a row of account { $account } without an amount to take the difference

## Refusals of files
error-import-faulty = Rows of this file have faults, and nothing was stored. { $more ->
    [0] Correct what is named and send the file again.
   *[other] Beside those that are named there are { $more } more; correct them and send the file again.
 }
error-import-empty = There are no rows in this file, and nothing was stored. It needs a head row and at least one more.
error-import-unreadable = The file cannot be read as rows, and nothing was stored. Save it as CSV once more.
error-import-not-text = This file is no text, and nothing was stored. Save the sheet as CSV and choose that.
error-import-too-large = The file is larger than 5 MB, and nothing was stored. Split it.
error-import-too-many-rows = The file has more than { $max } rows, and nothing was stored. Split it.
error-import-column-missing = The column { $column } is missing from the head row, and nothing was stored. Start from the template.
error-import-column-twice = The column { $column } stands in the head row twice, and nothing was stored. Take one out.
error-import-balances-there = Opening balances were posted before, and nothing was stored. Reverse that entry in the journal first.
error-import-balances-nothing = No row has an amount, and nothing was stored. Fill in debit or credit.
