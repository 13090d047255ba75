# Reconciliation
error-statement-unreadable = The file could not be opened: { $reason }. Nothing was brought in; check it and try again.
error-statement-unknown = The file is in no format that is known, or empty. Nothing was brought in; say which format it is, or ask the bank for camt.053, MT940, OFX or CSV.
error-statement-broken = The file cannot be read: { $reason } Nothing was brought in; fetch it from the bank once more.
error-statement-broken-at = The file cannot be read at line { $place }: { $reason } Nothing was brought in; fetch it from the bank once more.
error-statement-line-without-day = Line { $place } has no day on which it was booked. Nothing was brought in; ask the bank for the file again.
error-import-under-way = A statement of this account is being brought in at this moment. Wait until it is there, then try again; what is there is not taken twice.
error-bank-number-elsewhere = The bank's account { $number } belongs to { $account } in the books. Nothing was brought in; choose that account.
error-statement-not-found = There is no such statement; perhaps it was closed in another window. Go back to the list.
error-statement-line-not-found = There is no such line; perhaps the page is old. Load it again.
error-lines-of-two-accounts = These lines are of two accounts or currencies and cannot be one match. Nothing was changed; choose lines of one account.
error-statement-closed = The statement is closed, so nothing was changed. Match in a statement that is open.
error-line-matched = The line is matched already, so nothing was changed. Undo that match first.
error-line-not-matched = The line is in no match, so there is nothing to undo.
error-entry-matched = One of these entries was matched with another line already, so nothing was changed. Choose another, or undo that match first.
error-match-differs = The lines come to { $lines }, and what they are matched with to { $entries }; nothing was changed. Say what the difference is: a fee, a discount, or a credit of the customer.
error-money-went-out = Money went out here, so it is no payment of a customer. Nothing was changed; choose a refund that is there, or an account.
field-account-takes-no-lines = No lines may be posted to this account; choose another
