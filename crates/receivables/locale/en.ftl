error-allocation-exceeds-balance = This is more than the invoice’s open { $balance }, so nothing was allocated. Allocate at most that; the rest stays as the customer’s credit.
error-allocation-exceeds-credit = Only { $available } of the payment is left, so nothing was allocated. Allocate at most that.
error-allocation-too-large = The amounts are too large together, so nothing was allocated. Split them and send again.
error-amount-exceeds-open = Only { $open } is open, so nothing was changed. Use at most that amount.
error-credit-not-found = There is no such credit. Nothing was changed; look for it in the list.
error-open-item-not-found = There is no such open item. Nothing was changed; look for it in the list.
error-reduction-not-found = This amount was not taken out before, so nothing was put back. Reload to see how it stands now.
field-named-twice = This one is named twice; put both amounts together
