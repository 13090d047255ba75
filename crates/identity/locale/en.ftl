## Signing in
sign-in-to-go-on = Sign in to go on; nothing is lost.
done-not-sent = Your session had ended, so what you sent was not taken in. Sign in and send it again from the page you were on.
done-signed-out = You are signed out.

## One's own account
account-title = My account
account-data = About me
account-password = Password
account-password-change = Change password
account-sessions = Signed in here
account-sessions-hint = What you do not recognise, sign out, and change your password.
account-device = Device
account-device-unknown = Unknown
account-here = This one
account-seen = Last seen
account-sign-out-everywhere = Sign out everywhere
label-address-network = Network address
label-old-password = Present password
label-new-password = New password
password-hint = Ten characters or more; a few words that belong only to you are best.
done-account-saved = Saved.
done-password-changed = Your password is changed; every other device is signed out.
done-session-ended = That device is signed out.

## The second factor
factor-title = Second factor
factor-on = In force
factor-why = A code of your telephone beside your password: whoever learns the password alone does not get in, and moves no money.
factor-set-up = Set it up
factor-since = Since
factor-other = Use another telephone
factor-remove = Remove it
factor-needed = Your company wants a second factor of everybody who moves or redirects money. What you were about to do was not done; set up yours, then do it again.
factor-replaces = You have a second factor already. It counts until the new one has shown its first code.
factor-scan = Scan this with an authenticator app on your telephone, then type the code that the app shows.
factor-picture = QR code for the app
factor-type = I cannot scan
factor-type-hint = Enter this key by hand in the app. It makes codes of six digits by the time.
factor-code-hint = Six digits
factor-enrol = Use it from now on
label-second-factor-code = Code of the app
recovery-title = Recovery codes
recovery-why = Without the telephone, each of these gets you in once in the place of its code. Keep them where you keep what you cannot lose, not on that telephone.
recovery-copy = Copy all
recovery-print = You can also print this page.
recovery-left = Recovery codes left
recovery-renew = Draw new recovery codes
done-second-factor-removed = The second factor is removed.
factor-policy-title = Who moves money
label-second-factor-required = A second factor
factor-policy-hint = Those who have none are led to set one up before they pay money back, change where money goes, or decide who may.
factor-policy-own = is everybody’s own choice
factor-policy-all = everybody needs who moves or redirects money
factor-policy-own-means = Whether to have a second factor is everybody’s own choice. Who has one proves by a code who they are before money is moved or redirected, others by the password.
factor-policy-all-means = Everybody needs a second factor who pays money back, changes where money goes, or decides who may.
user-factor-remove = Remove the second factor
user-factor-hint = For somebody who has lost the telephone and the recovery codes. Make sure that it is they who ask. They are signed out everywhere, and sign in by the password alone until they set up another.

## Settings
settings-company = Company
settings-api-keys = API keys
settings-lines-hint = As it stands on documents, one entry a line
label-settings-bank-account = Bank account
settings-bank-account-hint = Where customers pay to, as it stands on invoices
label-settings-locale = Language
label-settings-colour = Colour
colour-jade = Jade
colour-seal = Seal red
colour-indigo = Indigo
colour-plum = Plum
colour-ochre = Ochre
colour-slate = Slate
settings-numbers = Numbers of documents
settings-numbers-hint = {"{"}year{"}"} is the year, {"{"}yy{"}"} its last two digits, {"{"}number:05{"}"} the number with at least five digits. A change counts from the next document.
label-invoice-pattern = Invoices
label-order-pattern = Orders
label-credit-note-pattern = Credit notes
label-settings-tax-rounding = Tax is rounded
tax-rounding-line = on every line
tax-rounding-document = once per rate of a document
label-settings-revenue-at = Revenue is recognised
settings-revenue-at-hint = At delivery, what was invoiced before is kept as a contract liability until then.
revenue-at-invoice = when invoiced
revenue-at-delivery = when delivered
settings-fixed = Fixed
settings-fixed-hint = The books rest on these; they stay as they were set up.
settings-time-zone = Time zone
settings-chart = Accounts
chart-cn-small = China, small enterprises
chart-international = International
label-settings-fiscal-year-month = Fiscal year
settings-fiscal-year-hint = Numbers begin anew with it, and reports count from it. It stays once documents are numbered in the year that runs.
error-fiscal-year-numbered = Documents are numbered in fiscal year { $year } already, so it cannot begin with another month. Nothing was changed; set the month in a new year, before its first document.
settings-fiscal-year-from = from month { $month }
done-settings-saved = The settings are saved.

## One person or two
second-person-title = Nobody decides alone
second-person-on = In force
second-person-off = Switched off
second-person-on-means = Up to { $limit } one person may do everything. Above it, a payment is paid back by somebody else than whoever recorded it, an invoice is written off by somebody else than whoever issued it, and an order on hold is released by somebody else than whoever submitted it.
second-person-off-means = The owner switched the second person off. Above { $limit }, whoever recorded a payment, issued an invoice or submitted an order may pay back, write off or release it too, after giving the password again; the audit trail says that one person decided.
second-person-change = Change
second-person-limit = Up to this one person may do everything ({ $currency })
second-person-limit-hint = What was paid back or written off of the same document before counts too.
label-settings-single-person = Above it
second-person-above-hint = One person alone is for companies of one. Every page then says so, each such act takes the password again, and auditors see who decided alone.
second-person-two = somebody else has to do it
second-person-one = one person may do it
single-person-notice = One person may do here what otherwise takes two; the owner switched the second person off.

## Users
user-name = Name
label-account-name = Name
label-users-name = Name
user-new = New user
user-create = Create, and show the password
label-users-customer = For
user-for-hint = Somebody of a customer sees that customer’s orders and invoices alone, and has no role of ours.
user-for-us = Our own company
user-inactive = Deactivated
user-deactivate = Deactivated
user-deactivate-hint = Signed out everywhere at once and cannot sign in; what they did stays under their name
user-reset = Give a new password
user-reset-hint = They are signed out everywhere. You see the new password once.
user-password-told = Temporary password
user-password-next = Hand it over in person or by telephone, and ask them to change it under “My account”.
told-once = It is shown now and never again; nobody can look it up later.
told-done = I have noted it
done-user-saved = The user is saved.
label-roles = Roles
role-owner-does = everything, and who may do what
role-finance-manager-does = everything that moves money or closes books
role-accountant-does = the books and the documents behind them
role-cashier-does = takes payments and matches them to invoices
role-sales-does = customers, and orders up to submission
role-auditor-does = sees everything, changes nothing

## API keys
keys-none = No API keys yet
keys-none-next = A key lets one of your programs work here under roles of its own.
key-new = New key
key-create = Create, and show the key
key-name-hint = What uses it, such as “Web shop”
key-expires-hint = Left empty: until it is revoked
label-expires-in-days = Days until it ends
key-narrow = Narrow down what it may do
key-narrow-hint = Nothing ticked: all that its roles allow
label-scopes = Permissions
label-requests-per-minute = Requests per minute
key-limit-hint = Left empty: as many as it likes. Above it, it is told to wait
key-limit-named = Requests per minute of { $name }
key-limit-set = Set
key-limit-set-named = Set the limit of { $name }
key-unlimited = no limit
key-made = Made
key-ends = Ends
key-never-ends = when revoked
key-revoke = Revoke
key-revoke-named = Revoke { $name }
key-revoked = Revoked
key-told = The new key
key-next = The program sends it with every request as “Authorization: Bearer”.
done-key-limited = The limit counts from now on.
done-key-revoked = The key is revoked; requests with it are refused from now on.

## When something goes wrong
error-second-factor-needed = Your company wants a second factor of everybody who does this. Nothing was done; set yours up under “My account”, then do it again.
error-no-second-factor = There is no second factor. Nothing was changed.
error-sign-in-expired = It took too long to give the code, or it was given already. Sign in once more.
field-code-wrong = This code is not right, or was used already. Wait for the app to show the next one and type that
error-confirm-identity = This needs your password or code once more and nothing was done. Confirm that it is you, then do it again.
error-people-only = This belongs to a person’s account, which a program does not have. Nothing was changed.
error-owner-only = Only an owner who signed in can do this. Nothing was changed; ask one of them.
error-write-off-not-allowed = Giving up more than { $limit } of an invoice, or letting a bank keep as much, takes somebody who may write off. Nothing was changed; ask a finance manager or an owner.
error-second-person-needed = { $act ->
    [refund] Paying back more than { $limit } takes somebody else than whoever recorded the payment. Nothing was paid back; ask a finance manager or an owner who did not record it.
    [write_off] Writing off more than { $limit } takes somebody else than whoever issued the invoice or submitted its order. Nothing was written off; ask a finance manager or an owner who did neither.
    [close_statement] Closing with a difference of more than { $limit } takes somebody else than whoever brought the statement in or matched its lines. It is still open; ask a finance manager or an owner who did neither.
    [match] Matching with more than { $limit } less than the books have takes somebody else than whoever recorded the payment. Nothing was matched; ask a finance manager or an owner who did not record it.
   *[release] Releasing an order over more than { $limit } takes somebody else than whoever submitted it. The order still waits; ask a finance manager or an owner who did not submit it.
}
error-beyond-own-rights = You cannot give rights that you do not have yourself. Nothing was changed; ask an owner.
error-last-owner = Somebody must own the company, and this is the last active owner. Nothing was changed; make somebody else an owner first.
error-user-not-found = There is no such user. Nothing was changed; look for them in the list.
error-api-key-not-found = There is no such key. Nothing was changed; look for it in the list.
field-too-many-lines = At most six lines
field-not-a-pattern = The pattern needs {"{"}number{"}"} once and a year apart from it, with letters, digits and - / . _ between
field-role-missing = Choose at least one role
field-role-needs-customer = This role is for people of a customer
field-role-mixed = Somebody of a customer has no role in the company
field-user-customer-fixed = Whom somebody belongs to stays; create another user
field-password-wrong = This is not your present password
field-password-personal = Too close to your name or mail; choose something else
settings-logo = Logo
label-settings-logo = Picture
settings-logo-save = Upload the logo
settings-logo-remove = Remove it
settings-logo-hint = Shown on documents, in the portal and on the pay page. Issued documents keep the logo of their day.
label-logo = Logo
field-logo-too-heavy = The picture weighs more than 512 KB; compress it and try again
field-logo-too-large = At most 4000 pixels on a side; make the picture smaller and try again
field-logo-not-a-picture = This is no whole PNG, JPEG or SVG picture; choose another file
field-logo-svg-unsafe = This SVG has scripts, style sheets or content from elsewhere and cannot be used; export it as plain shapes or as PNG

## Views of lists
done-view-saved = The view is saved.
done-view-removed = The view is removed.
field-view-empty = Filter the list or choose columns first
field-view-too-long = These filters are too long to keep
field-too-many-views = A list has at most { $max } views; remove one first
label-users-locale = Language
label-views-name = Name of the view
label-account-locale = Language
