error-allocation-exceeds-balance = 超过账单未收余额 { $balance },未作核销。请至多核销该金额,余款留作客户预收。
error-allocation-exceeds-credit = 该笔款项仅剩 { $available },未作核销。请至多核销该金额。
error-allocation-too-large = 金额合计过大,未作核销。请拆分后重新提交。
error-amount-exceeds-open = 未结余额仅 { $open },未作任何改动。请至多使用该金额。
error-credit-not-found = 没有这笔可用款项。未作任何改动;请在列表中查找。
error-open-item-not-found = 没有这笔往来款项。未作任何改动;请在列表中查找。
error-reduction-not-found = 此前没有扣减过该金额,未作恢复。请刷新查看最新情况。
field-named-twice = 重复填写,请合并金额
