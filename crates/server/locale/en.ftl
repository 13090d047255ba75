home-record-payment = Record a payment
home-new-order = New order
home-open = To collect
home-open-note = { $n ->
    [one] { $n } invoice
   *[other] { $n } invoices
}
home-overdue = Overdue
home-received = Received this month
home-received-note = { $n ->
    [one] { $n } payment
   *[other] { $n } payments
}
home-in-doubt = Unconfirmed
home-in-doubt-note = online payments and refunds without an answer
home-to-do = To do
home-nothing-to-do = Nothing waits for you.
home-do-overdue = { $n ->
    [one] { $n } invoice is overdue
   *[other] { $n } invoices are overdue
}
home-do-on-hold = { $n ->
    [one] { $n } order is on hold
   *[other] { $n } orders are on hold
}
home-do-in-doubt = { $n ->
    [one] { $n } payment or refund is unconfirmed
   *[other] { $n } payments or refunds are unconfirmed
}
home-do-disputed = { $n ->
    [one] One dispute waits for evidence
   *[other] { $n } disputes wait for evidence
}
home-do-asked = { $n ->
    [one] A colleague asks you about one line of a bank statement
   *[other] Colleagues ask you about { $n } lines of bank statements
}
home-do-dead-jobs = { $n ->
    [one] { $n } background job gave up
   *[other] { $n } background jobs gave up
}
search-what = What
search-detail = Detail
search-kind-cus = Customer
search-kind-ord = Order
search-kind-inv = Invoice
search-kind-crn = Credit note
search-kind-pay = Payment
search-kind-itm = Item
search-kind-usr = User
search-places = Go to
search-recent = Latest documents
search-found = Found
jobs-title = Background work
jobs-waiting = { $n ->
    [one] { $n } job waits for its turn.
   *[other] { $n } jobs wait for their turn.
}
jobs-none = Nothing gave up
jobs-none-next = Work that fails is tried again by itself, later each time; what still fails after twelve tries appears here.
jobs-kind = Work
jobs-age = Since
jobs-attempts = Tries
jobs-error = Last error
jobs-what-to-do = What to do
jobs-retry = Try again
jobs-discard = Discard
job-search-index = Search index
job-payments-poll-refund = Asking a provider about a refund
done-job-retried = It is tried again from now on.
done-job-discarded = It was discarded; what it was to do is not done.
error-job-not-found = There is no such job that gave up, so nothing was changed. It may have been retried or discarded; reload the list.
error-audit-row-not-sealed = This row is not sealed yet. Nothing is wrong; it takes some seconds. Ask again.
audit-when = When
audit-who = Who
audit-what = What
audit-subject = Of what
audit-actor = By
audit-command = What was done
audit-subject-typed = Number or name
audit-somebody-else = Somebody else
audit-from-cli = Command line
audit-from-demo = Demonstration data
audit-from = From
audit-actor-id = Who (ID)
audit-subject-id = Subject ID
audit-place = Place in the chain
audit-not-sealed = not sealed yet
audit-all-of-it = all of it
audit-none = Nothing was done here
audit-none-next = Every change leaves a row; clear the filters to see them all.
audit-kind-cus = Customer
audit-kind-ord = Order
audit-kind-inv = Invoice
audit-kind-crn = Credit note
audit-kind-pay = Payment
audit-kind-ref = Refund
audit-kind-ent = Journal entry
audit-kind-prd = Month
audit-kind-itm = Item
audit-kind-usr = User
audit-kind-key = API key
audit-kind-org = Company
audit-kind-ckt = Online payment
audit-kind-gwc = Payment provider
audit-kind-bdf = Difference to a bill
audit-kind-pyo = Pay-out
audit-kind-ses = Session
audit-kind-job = Background work
audit-kind-con = Contact
audit-kind-adr = Address
did-account-change-password = Changed the password
did-account-update = Changed the account
did-address-create = Added an address
did-address-delete = Removed an address
did-address-update = Changed an address
did-api-key-create = Made an API key
did-api-key-limit = Limited an API key
did-api-key-revoke = Revoked an API key
did-checkout-answer = Provider answered
did-checkout-open = Opened an online payment
did-checkout-settle = Settled an online payment
did-contact-create = Added a contact
did-contact-delete = Removed a contact
did-contact-update = Changed a contact
did-customer-archive = Archived the customer
did-customer-create = Added a customer
did-customer-update = Changed a customer
did-dispute-follow = Followed a dispute
did-dispute-note = Noted something about a dispute
did-entry-post = Posted an entry
did-entry-revalue = Revalued balances in other currencies
did-entry-reverse = Reversed an entry
did-exchange-rate-set = Set an exchange rate
did-exchange-rate-take = Took in exchange rates from a file
did-gateway-await-bill = Waits for a provider’s bill
did-gateway-compare-bill = Compared a provider’s bill with the books
did-gateway-connect = Connected a payment provider
did-gateway-learn-fees = Learnt fees from a provider’s bill
did-gateway-offer = Said how a way to pay is offered
did-gateway-payout = Took in a pay-out
did-gateway-set-difference-aside = Set a difference to a provider’s bill aside
did-import-balances = Brought in opening balances
did-import-customers = Brought in customers
did-import-invoices = Brought in open invoices
did-import-items = Brought in items
did-invoice-create = Wrote an invoice
did-invoice-credit = Wrote a credit note
did-invoice-delete = Removed a draft of an invoice
did-invoice-deliver = Recorded a delivery
did-invoice-issue = Issued an invoice
did-invoice-note-official = Noted the official invoice
did-invoice-reverse-write-off = Took a write-off back
did-invoice-send = Handed over an invoice
did-invoice-update = Changed a draft of an invoice
did-invoice-void = Made an invoice void
did-invoice-write-off = Wrote off
did-item-create = Added an item
did-item-price = Set a price
did-item-update = Changed an item
did-job-discard = Discarded background work
did-job-retry = Retried background work
did-order-bill-rest = Issued the final invoice of an order
did-order-cancel = Cancelled an order
did-order-create = Wrote an order
did-order-release = Released an order
did-order-submit = Submitted an order
did-order-withdraw = Took an order back to be changed
did-order-update = Changed an order
did-organisation-logo = Changed the logo
did-organisation-set-up = Founded the company
did-organisation-second-factor = Changed who needs a second factor
did-organisation-second-person = Changed when a second person is needed
did-organisation-update = Changed the settings
did-payment-allocate = Applied a payment
did-payment-cheque-bounce = Cheque bounced
did-payment-cheque-clear = Cleared a cheque
did-payment-cheque-deposit = Deposited a cheque
did-payment-cheque-present = Presented a cheque again
did-payment-conclude-refund = Concluded a refund
did-payment-number-receipt = Numbered a receipt
did-payment-record = Recorded a payment
did-credit-note-allocate = Applied a credit note
did-credit-note-refund = Refunded a credit note
did-payment-refund = Refunded
did-mail-note = Followed a mail
did-mail-send-again = Sent a mail again
did-mail-set = Set what is sent by itself
did-mail-test = Sent a test mail
did-payment-send-receipt = Had a receipt sent
did-payment-reverse = Reversed a payment
did-period-close = Closed a month
did-period-reopen = Reopened a month
did-second-factor-enrol = Set up a second factor
did-second-factor-remove = Removed their second factor
did-second-factor-renew-recovery-codes = Drew new recovery codes
did-second-factor-wrong-code = Gave a wrong code
did-session-begin = Gave the password to sign in
did-session-confirm = Confirmed who they are
did-session-end = Signed out
did-session-end-all = Signed out everywhere
did-session-open = Signed in
did-tax-code-create = Added a tax code
did-tax-code-rate = Set a tax rate
did-tax-code-update = Changed a tax code
did-match-rule-remove = Took a match rule out of use
did-match-rule-replay = Replayed a match rule
did-match-rule-switch = Switched a match rule on or off
did-match-rule-write = Wrote a match rule, or put it in another place
did-statement-begin = Began to read a bank statement
did-statement-close = Closed a bank statement
did-statement-discard = Took away a statement that could not be read
did-statement-import = Brought in a bank statement
did-statement-keep-columns = Said which columns a bank’s table has
did-statement-match = Matched lines of a statement
did-statement-note = Wrote beside a line of a statement
did-statement-propose = Compared lines of a statement with the books again
did-statement-reopen = Reopened a bank statement
did-statement-set-aside = Set lines of a statement aside
did-statement-set-posting = Chose from where on lines are posted by themselves
did-statement-store-lines = Kept lines of a statement
did-statement-take-fee = Took the fee of a provider's report
did-statement-tell-import = Answered whoever sent a bank statement
did-statement-tell-lines = Answered whoever asked for many lines of a bank statement
did-statement-unmatch = Undid a match
did-till-count = Counted a till
did-till-deposit = Took cash to the bank
did-view-remove = Removed a view of a list
did-view-save = Saved a view of a list
did-user-create = Added a user
did-user-remove-second-factor = Removed somebody’s second factor
did-user-reset-password = Reset a password
did-user-update = Changed a user
home-ages = Receivables by age
home-age-not-due = Not due
home-age-month = 1–30 days late
home-age-two-months = 31–60 days late
home-age-older = More than 60 days late
home-late = Overdue invoices
home-came = Last payments
home-all = All
home-none-late = No invoice is overdue.
home-none-came = No payments yet.

## A customer
customer-open-invoices = Open invoices
customer-all-invoices = All invoices
customer-no-open-invoices = Nothing is open.
customer-no-orders = No orders yet.
customer-no-payments = No payments yet.
