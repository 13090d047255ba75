### Words that every page uses. Terms follow the glossary: invoice, payment, allocation, customer credit, open, overdue, journal entry.

product = Shunfu
product-mark = 顺

## Navigation
nav-main = Main
nav-menu = Menu
nav-skip = Skip to content
nav-home = Home
nav-group-collect = Receivables
nav-orders = Orders
nav-invoices = Invoices
nav-payments = Payments
nav-statements = Bank statements
nav-group-dealings = Trade
nav-customers = Customers
nav-catalog = Items and tax
nav-group-books = Books
nav-entries = Journal
nav-reports = Reports
nav-ageing = Receivables by age
nav-audit = Audit trail
nav-group-settings = Settings
nav-settings = Settings
nav-users = Users
nav-portal-open = To pay
nav-portal-history = History
nav-account = My account
nav-breadcrumb = You are here
nav-pages = Pages

## Buttons and actions
action-save = Save
action-cancel = Cancel
action-close = Close
action-confirm = Confirm
action-continue = Continue
action-back = Back
action-edit = Edit
action-delete = Delete
action-add = Add
action-add-line = Add a line
action-remove-line = Remove this line
action-search = Search
action-filter = Filter
action-clear = Clear filters
filter-all = All
action-export = Export
action-import = Import
action-print = Print
action-download = Download
action-send = Send
action-copy = Copy
action-copied = Copied
action-more = More
action-retry = Try again
action-sign-in = Sign in
action-sign-out = Sign out
action-pay = Pay
action-select-all = Select all
action-select-row = Select this row
why-entries = Entries in the books

## Who did it
actor-house = Automatic
actor-pay-link = Holder of a pay link
actor-key = API key { $name }
actor-somebody = Somebody who is gone
action-previous = Previous
action-next = Next
action-choose-file = Choose a file
action-home = Go to the home page
action-reload = Reload

## Palette and lists
palette-label = Search or go to
palette-short = Search…
palette-placeholder = Search or go to…
palette-keys = ↑ ↓ to choose, Enter to open, Esc to close
palette-nothing = Nothing found, try another word
list-columns = Columns
list-columns-show = Show
list-columns-usual = Default columns
view-title = My views
view-all = All
view-save = Save view
view-name = Name of the view
view-name-hint = Only you see it. A view of the same name is replaced.
view-remove = Remove “{ $name }”
list-selected = { $n ->
    [one] { $n } selected
   *[other] { $n } selected
 }
list-selected-js = {"{"}n{"}"} selected
list-range = { $from }–{ $to } of { $total }
list-all = { $n } in all
list-range-more = { $from }–{ $to } of more than { $total }
list-range-open = { $from }–{ $to }, more follow
list-keys = j k to move, Enter to open, x to select, / to search

## Look
look-theme = Appearance
look-light = Light
look-dark = Dark
look-system = As the system
look-density = Spacing
look-comfortable = Comfortable
look-compact = Compact
look-language = Language

## Roles
role-owner = Owner
role-finance-manager = Finance manager
role-accountant = Accountant
role-cashier = Cashier
role-sales = Sales
role-auditor = Auditor
role-customer = Customer

## Dates
today = today
yesterday = yesterday
days-ago = { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
 }
due-today = due today
due-in = { $days ->
    [one] due in { $days } day
   *[other] due in { $days } days
 }
overdue-by = { $days ->
    [one] { $days } day overdue
   *[other] { $days } days overdue
 }

## Status
status-draft = Draft
status-open = Open
status-partially-paid = Part paid
status-paid = Paid
status-overdue = Overdue
status-in-doubt = Payment unconfirmed
status-disputed = Disputed
status-void = Void
status-credited = Credited
status-written-off = Written off
status-uncleared = Uncleared
status-succeeded = Received
status-reversed = Reversed
status-failed = Failed
status-expired = Expired
status-processing = Processing
status-confirmed = Confirmed
status-pending-approval = Awaiting approval
status-on-hold = On hold
status-cancelled = Cancelled
status-posted = Posted

## Forms
form-required = required
form-optional = optional
form-faults = { $n ->
    [one] One thing to correct before this can be sent; what you typed is kept
   *[other] { $n } things to correct before this can be sent; what you typed is kept
 }
form-lost = The connection was lost and nothing has been sent. What you typed is still here; press the button again once you are back online.
form-sending = Sending…
form-choose = Choose
form-drop = Drop a file here, or choose one
file-limit = { $kinds }, at most { $size }
why-title = Why this balance?
timeline-title = History
total = Total

form-fault = { $label }: { $fault }
form-fault-of = { $label }, { $name }: { $fault }
form-fault-line = { $label }, line { $line }: { $fault }

## Names of fields
label-name = Name
label-email = E-mail
label-phone = Telephone
label-password = Password
label-amount = Amount
label-currency = Currency
label-customer = Customer
label-country = Country
label-tax-number = Tax number
label-address = Address
label-payment-terms-days = Payment terms (days)
label-credit-limit = Credit limit
label-code = Code
label-unit = Unit
label-price = Price
label-unit-price = Unit price
label-tax-code = Tax code
label-rate = Rate
label-quantity = Quantity
label-item = Item
label-description = Description
label-discount = Discount
label-lines = Lines
label-deliver-on = Delivery date
label-due-on = Due date
label-issued-on = Issue date
label-received-on = Date received
label-method = Method
label-reference = Reference
label-account = Account
label-invoice = Invoice
label-allocations = Allocations
label-note = Notes
label-file = File
label-role = Role

## Faults of fields
field-required = Fill this in
field-too-short = At least { $min ->
    [one] { $min } character
   *[other] { $min } characters
 }
field-too-long = At most { $max ->
    [one] { $max } character
   *[other] { $max } characters
 }
field-control-characters = There are invisible control characters in this; delete them and type it again
field-not-a-code = Only letters, digits and - _ . /
field-not-an-email = This is no e-mail address; it looks like name@example.com
field-not-a-country = A country code of two letters, such as CN
field-unknown-currency = No such currency; a code of three letters, such as CNY
field-currency-mismatch = The currency differs from this document’s
field-amount-too-large = The amount is too large
field-not-a-number = A number, such as 1234.50
field-too-many-digits = { $max ->
    [0] No digits after the point
    [one] At most { $max } digit after the point
   *[other] At most { $max } digits after the point
 }
field-out-of-range = Outside the allowed range
field-not-a-date = A date, such as 2026-11-28
field-not-found = Not found; choose again
field-not-a-choice = Choose one of the options
field-already-exists = This exists already; choose another
field-not-positive = It must be more than zero
field-in-the-future = It cannot lie after today
field-too-weak = Too easy to guess; choose a longer password
field-file-too-large = The file is too large
field-file-unreadable = The file cannot be read

## When something goes wrong: what happened, whether anything is lost, what to do next
error-title-invalid = Something needs correcting
error-title-unauthenticated = Please sign in
error-title-forbidden = Not allowed
error-title-not-found = Not found
error-title-conflict = Not possible right now
error-title-too-large = Too large
error-title-too-many = Too many requests
error-title-unavailable = Not available right now
error-title-outcome-unknown = Not yet confirmed
error-invalid = Something is not right and nothing was saved. Correct what is marked and send it again.
error-not-json = This is not valid JSON and nothing was saved. Check the format and send it again.
error-unsupported-media-type = This type of content is not accepted and nothing was saved. Use one of the documented types.
error-method-not-allowed = This address does not take that action and nothing has changed. Start again from the button on the page.
error-unauthenticated = You are not signed in and nothing has changed. Sign in to go on.
error-session-expired = Your session has ended; nothing is lost. Sign in again and carry on where you were.
error-form-of-another = You are signed in. What was filled in here before belongs to somebody else, so it was not sent. Go to your own pages.
error-sign-in-failed = The e-mail address or password is not right. Check both and try again.
error-forbidden = You are not allowed to do this and nothing has changed. If you need to, ask an administrator.
error-cross-origin = The request came from another site and was refused; nothing has changed. Start again from this page.
error-not-found = There is nothing here: it was moved, or belongs to another account. Check the address, or look for it from the home page.
error-conflict = Things have changed, so this was not done and nothing is lost. Reload to see how it stands now.
error-stale-form = Somebody else changed this while you were typing. Your words are still here; compare them with the newest version and save again.
error-too-large = This is more than can be taken at once and nothing was saved. Split it and try again.
error-too-many = Too many requests, so this one was not carried out. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }.
error-unavailable = This cannot be done right now and nothing has changed. Try again in a moment.
error-outcome-unknown = It may or may not have happened; we are finding out. Do not start over: trying again on this page never charges or posts twice.
error-idempotency-key-required = The Idempotency-Key is missing and nothing has changed. Send a fresh key with every action.
error-idempotency-key-reused = This key was used for something else, so this was not carried out. Send it again with a fresh key.
error-idempotency-in-flight = The same action is being worked on and was not started twice. Look for its result in a moment.
error-help = If this keeps happening, tell us the reference { $reference }.

# Refusals of the shell and the store
error-storage-full = The disk is full. Nothing was changed; free some space and try again.
error-storage-unavailable = The database cannot be reached. Nothing was changed; try again in a moment.
error-database-damaged = The database is damaged. Nothing was changed; bring a backup back with `shunfu restore`.
error-database-unusable = The database { $file } cannot be opened. Nothing was changed; look at its rights and those of its folder.
error-schema-newer = A newer version has used this database (step { $step }). Nothing was changed; install that version.
error-schema-changed = Another edition of this program has made this database (step { $step }). Nothing was changed; install that edition.
error-desk-only = This page belongs to the company's own people. Nothing was changed; go to the portal instead.
error-portal-only = This page belongs to customers. Nothing was changed; go to the desk instead.
error-internal = Something went wrong on our side. Nothing was changed; try again, and tell support if it stays.
error-busy = Too much is going on at once. Nothing was changed; try again in a moment.
error-closing = The house is closing down. Nothing was changed; try again in a moment.
error-bad-request = The request cannot be read. Nothing was changed; look at the documentation of the call.
error-idempotency-key-malformed = The idempotency key must have 1 to 255 printable characters. Nothing was changed; send another key.
error-nul-character = The request holds the character U+0000, which no text here can have. Nothing was changed; leave it out and ask again.
error-form-malformed = The form arrived damaged. Nothing was changed; go back and send it again.
error-body-unreadable = The body could not be read to its end. Nothing was changed; send it again.
field-negative = Must not be below zero
field-not-in-range = Must be between { $min } and { $max }
field-unknown-field = There is no such field
field-unknown-parameter = There is no such parameter; look at the description of this call
field-wrong-type = Is not of the kind that is expected here
done-saved = Saved.

# Backups
error-backup-running = Another backup is being made. Nothing was changed; wait until it is done.
error-backup-would-overwrite = The file { $file } exists. Nothing was changed; choose another name.
error-backup-nothing-there = There is nothing to back up here. Name the data folder.
error-backup-file-unusable = The file { $file } cannot be used: { $reason }. Nothing was changed.
error-backup-unknown-file = This file is no backup of Shunfu. Nothing was changed.
error-backup-newer-version = A newer version made this backup. Nothing was changed; install that version first.
error-backup-other-master-key = The backup was made under another master key. Nothing was changed; name that key with SHUNFU_MASTER_KEY_FILE.
error-backup-other-engine = The backup is of the other database engine. Nothing was changed; restore it into that one.
error-backup-damaged = The backup is damaged or cut off. Nothing was changed; use another one.
error-restore-data-there = There is data here already. Nothing was changed; add --force to replace it.
error-restore-foreign-tables = The database holds tables that are not Shunfu's. Nothing was changed; choose another database.
error-restore-in-use = Another process is using the database. Nothing was changed; end it first.
error-amount-too-large = An amount is too large. Nothing was changed; split it into several documents.
error-currency-mismatch = Amounts of different currencies cannot be put together. Nothing was changed; use one currency.

## Choosing a customer
picker-search = Search by name
picker-more = There are more; type part of the name
picker-nothing = Nothing found; try another word

## One's password again
confirm-title = It is you?
confirm-why = What you are about to do is grave. Give your password once more; after that you go on where you were.
confirm-why-code = What you are about to do is grave. Give a code of your app; after that you go on where you were.
code-title = The code, please
code-why = Your password is right. Open the authenticator app on your telephone and type the code that it shows.
code-label = Code
code-hint = Six digits of your app, or one of your recovery codes
code-lost = Lost the telephone, and no recovery code left? Somebody who manages users here can remove your second factor.
confirm-kept = What you typed is still there and goes on with you.
confirm-left-out = What you typed is still there and goes on with you, except passwords and keys: those are not kept, so type them again then.
sign-in-expired = Your session has ended, so sign in once more before what you filled in is sent.
sign-in-kept = Nothing is lost: what you typed is still there and is sent as soon as you are signed in.
sign-in-forgotten = Forgotten it? Somebody who manages users here can give you a new password.

## Units of measure
unit-pcs = pcs
unit-set = sets
unit-box = boxes
unit-h = h
unit-day = days
unit-month = months
unit-year = years
unit-m = m
unit-kg = kg
unit-l = l

## In a customer's words
portal-status-open = To pay
portal-status-partially-paid = Partly paid
portal-status-paid = Paid
portal-status-overdue = Overdue
portal-status-written-off = Waived
portal-status-succeeded = Received
portal-nav-payments = Payments
portal-label-received-on = Paid on
portal-label-method = Paid by
portal-status-reversed = Taken back
portal-status-on-hold = Waits for us
portal-status-pending-approval = Waits for us
bulk-preview = { $good } can be done, { $bad } cannot. Nothing was done yet.
bulk-done = { $good } done, { $bad } not.
bulk-detail = Detail
bulk-then = Then
bulk-now = Now
bulk-refused = Not possible
bulk-back = Back to the list
bulk-run = { $act } ({ $n })
error-bulk-nothing-chosen = Choose between 1 and { $max } rows first. Nothing was done; go back to the list and tick what is meant.
list-nothing = Nothing matches
list-nothing-next = Try another filter, or clear it to see everything.
