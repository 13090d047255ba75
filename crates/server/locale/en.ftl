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
home-in-doubt-note = online payments without an answer
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
    [one] { $n } payment is unconfirmed
   *[other] { $n } payments are unconfirmed
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
