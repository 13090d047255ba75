# Words on printed documents.
title-invoice = Invoice
title-deposit = Deposit invoice
title-credit-note = Credit note
title-order-confirmation = Order confirmation
title-receipt = Payment receipt
title-statement = Statement of account

bill-to = Bill to
received-from = Received from
account-of = Account of
tax-number = Tax no. { $number }
logo-of = Logo of { $name }

issued = Issued
deliver-on = Delivery date
due = Due
credits = Credits invoice
order = Order
your-reference = Your reference
currency = Currency
received = Received
method = Paid by
reference = Reference
period-from = From
period-to = To
official-invoice = Fapiao
official-not-requested = not requested
official-pending = to be issued
official-issued = issued, { $number }
official-not-needed = not required

amount-due = Amount due
amount-credited = Amount credited
amount-received = Amount received
amount-total = Total
balance-due = Balance
due-on = due { $date }
settled = settled, thank you

item = Item
quantity = Qty
unit = Unit
unit-price = Unit price
discount = Discount
tax-rate = Tax
tax-code = Tax code
net-amount = Net { $currency }
tax-amount = Tax { $currency }
gross-amount = Gross { $currency }
amount-in = Amount { $currency }
lines-heading = Items

subtotal = Net
tax-of = { $name } { $rate }%
tax-on-base = on { $base }
total = Total
paid = Paid
still-due = Still to pay
in-words = In words

date = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 } { $year }

instalments = Instalments
how-to-pay = How to pay
bank-transfer = Bank transfer
payment-reference = Payment reference
pay-online = Pay online
scan-to-pay = Scan or open the link
qr-of = QR code of the payment link { $url }
notes = Notes

invoice = Invoice
invoice-date = Date
invoice-total = Invoice total { $currency }
applied = Applied { $currency }
allocations-heading = Settled with this payment
unapplied = Kept as credit

movements-heading = Movements
movement-date = Date
movement = Description
movement-reference = Document
debit = Debit { $currency }
credit = Credit { $currency }
balance = Balance { $currency }
opening = Opening balance
closing = Closing balance
ageing = By age
not-due = Not due
days-1-30 = 1–30 days
days-31-60 = 31–60 days
days-61-90 = 61–90 days
days-over-90 = Over 90 days

page-of = Page { $page } of { $pages }
void = VOID
seller = Seller
buyer = Buyer
number = Number
detail = Detail
tax-percent = Tax %
instalment-on = Instalment { $date }
