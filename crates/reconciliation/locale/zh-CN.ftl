# 对账
error-statement-unreadable = 文件无法打开：{ $reason }。尚未导入任何内容；请检查后重试。
error-statement-unknown = 文件格式无法识别，或文件为空。尚未导入任何内容；请指定格式，或向银行索取 camt.053、MT940、OFX 或 CSV 文件。
error-statement-broken = 文件无法读取：{ $reason } 尚未导入任何内容；请从银行重新下载。
error-statement-broken-at = 文件第 { $place } 行无法读取：{ $reason } 尚未导入任何内容；请从银行重新下载。
error-statement-line-without-day = 第 { $place } 行没有记账日期。尚未导入任何内容；请向银行重新索取文件。
error-import-under-way = 该账户的对账单正在导入。请稍候再试；已导入的不会重复。
error-bank-number-elsewhere = 银行账号 { $number } 在账簿中属于 { $account }。尚未导入任何内容；请选择该账户。
error-statement-not-found = 没有这份对账单，可能已在其他窗口处理。请返回列表。
error-statement-line-not-found = 没有这一行，页面可能已过期。请重新载入。
error-lines-of-two-accounts = 这些行属于两个账户或币种，不能合为一次匹配。未作任何更改；请选择同一账户的行。
error-statement-closed = 对账单已结，未作任何更改。请在未结的对账单中匹配。
error-line-matched = 该行已匹配，未作任何更改。请先撤销原匹配。
error-line-not-matched = 该行尚未匹配，无可撤销。
error-entry-matched = 其中一笔分录已与其他行匹配，未作任何更改。请另选，或先撤销那次匹配。
error-match-differs = 所选行合计 { $lines }，对应内容合计 { $entries }，未作任何更改。请说明差额：手续费、折扣，或客户预收款。
error-money-went-out = 此处是支出，不是客户付款。未作任何更改；请选择已有的退款，或一个科目。
field-account-takes-no-lines = 该科目不能记账，请另选
