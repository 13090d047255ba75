# 对账
error-statement-unreadable = 文件无法打开：{ $reason }。尚未导入任何内容；请检查后重试。
error-statement-unknown = 文件格式无法识别，或文件为空。尚未导入任何内容；请指定格式，或向银行索取 camt.053、MT940、OFX 或 CSV 文件。
error-statement-broken = 文件无法读取：{ statement-fault } 尚未导入任何内容；请从银行重新下载。
error-statement-broken-at = 文件第 { $place } 行无法读取：{ statement-fault } 尚未导入任何内容；请从银行重新下载。
error-statement-line-without-day = 第 { $place } 行没有记账日期。尚未导入任何内容；请向银行重新索取文件。
error-import-under-way = 该账户的对账单正在导入。请稍候再试；已导入的不会重复。
error-bank-number-elsewhere = 银行账号 { $number } 在账簿中属于 { $account }。尚未导入任何内容；请选择该账户。
error-statement-not-found = 没有这份对账单，可能已在其他窗口处理。请返回列表。
error-settlement-not-found = 没有这笔结算，可能已被银行退回。请返回列表。
field-too-many-days = 请选择不超过 200 天的区间，起始日不晚于截止日
error-statement-line-not-found = 没有这一行，页面可能已过期。请重新载入。
error-lines-of-two-accounts = 这些行属于两个账户或币种，不能合为一次匹配。未作任何更改；请选择同一账户的行。
error-statement-closed = 对账单已结，未作任何更改。请在未结的对账单中匹配。
error-line-matched = 该行已匹配，未作任何更改。请先撤销原匹配。
error-line-not-matched = 该行尚未匹配，无可撤销。
error-entry-matched = 其中一笔分录已与其他行匹配，未作任何更改。请另选，或先撤销那次匹配。
error-match-differs = 所选行合计 { $lines }，对应内容合计 { $entries }，未作任何更改。请选择合计相同的分录，或说明差额：银行扣下的手续费，或记入哪个科目。
error-money-went-out = 此处是支出，不是客户付款。未作任何更改；请选择已有的退款，或一个科目。
field-account-takes-no-lines = 该科目不能记账，请另选
error-columns-unsure = 表格未说明读取所需的全部信息，未导入任何内容。请指明各列的含义后重新发送。
error-columns-need-day = 没有指定记账日期列，未导入任何内容。请选择是哪一列。
error-columns-need-amount = 没有指定金额列，未导入任何内容。请选择一个金额列，或分别选择收入列和支出列。
error-upload-gone = 该文件已不再保留：之后又上传了别的文件，或已经导入。未作任何更改，请重新选择文件。
field-no-column-map = 这不是列对应关系，请使用拒绝时返回的那一份
error-statement-too-large = 文件超过 256 MB。尚未导入任何内容；请向银行索取较短期间的文件。
field-one-of-three = 请三选一：分录、客户或科目
field-not-said-with-the-rest = 此项与本行的其他内容不能同时填写，请去掉
field-nothing-beside = 所选分录与本行金额相同，没有余额可记入科目，请去掉
error-entry-stands-in-match = 银行对账单中有一行已与此匹配，说明银行确有这笔往来，因此未作任何更改。请先撤销该匹配；若对账单已结，请先重新打开。

match-reason-number = 写明 { $about }（{ $how }）
match-reason-account = 由该客户的账户付款
match-reason-name = 付款人名称相符：{ $how }
match-reason-other-name = 付款人名称属于他人
match-reason-amount = 金额等于未付余额
match-reason-together = { $about } 行合计等于该发票金额
match-reason-parts = { $about } 行合计等于该分录金额
match-reason-sum = { $about } 笔合计等于金额
match-reason-short = 少于未付余额
match-reason-over = 多于未付余额
match-reason-days = 相隔 { $about } 天
match-reason-later = 日期在该行之后
match-reason-own = 对方是本公司账户
match-reason-rule = 依规则“{ $about }”
match-how-weak = 部分
match-how-last-run = 末尾数字
match-how-continued = 由列举得出
match-how-without-zeros = 省略零
match-how-short-year = 年份写法不同
match-how-further = 属于它的另一编号
match-how-without-prefix = 省略字母
match-how-full = 完整
match-how-different = 不同
match-how-sister = 关联公司
match-how-close = 几乎相同
match-how-truncated = 被截断
match-how-abbreviated = 简称
match-how-transliterated = 另一种文字
match-how-reordered = 次序不同
match-how-same-without-form = 除公司形式外相同
match-how-same = 相同

## 工作台
statements-none = 还没有银行对账单
statements-none-next = 导入银行文件：确定的自动过账，其余在此等待处理，并列出可能的对应。
statement-days = 日期
statement-lines = 行数
statement-left = 待处理
bank-closing = 期末余额
statement-all-done = 全部处理完毕
statement-open-lines = { $n } 行待处理
statement-warnings = { $n } 处存疑
statement-bring-in = 导入对账单
statement-bring-in-do = 导入
statement-file-hint = camt、MT940、OFX、QIF 或表格，不超过 { $n } MB。同一文件可重复上传，不会重复记入。
statement-format-hint = 仅在文件本身无法识别时选择
statement-format-any = 按文件识别
label-post = 自动过账
statement-post-sure = 按公司设置
statement-post-nothing = 不过账，逐行由我确认
statement-post-hint = 待确认的行以后可一次全部接受
label-post-from = 自动入账
posting-surest = 仅限完整写明发票号，且金额与付款人相符的
posting-usual = 可以确定的（98% 及以上）
posting-from = 把握达到 { $score } 的
posting-hint = 对以后导入的文件生效，除非导入人选择不入账。两个答案同样合适时，一律由人决定。
done-posting-set = 已设置，从下一个文件起生效。
field-post-from-too-small = 把握低于 95.0%（950）的不会自动入账
field-post-from-too-large = 最大为 1001，表示不自动入账
format-camt = camt（ISO 20022）
format-mt940 = MT940、MT942（SWIFT）
format-ofx = OFX
format-qif = QIF
format-csv = 文本表格（CSV）
format-workbook = 工作簿（XLSX、XLS）
format-alipay = 支付宝账单
format-wechat = 微信支付账单
format-stripe = Stripe 报告
format-paypal = PayPal 报告
label-format = 格式
label-asked = 请教同事
label-text = 备注
label-entries = 分录
label-settle = 差额
label-settle-amount = 一并结清
label-fee = 银行扣费
done-statement-imported = 对账单已导入，确定的行已过账。
done-statements-imported = 各份对账单已导入，确定的行已过账。
done-statement-here = 对账单已导入，各行待您确认。
done-statements-here = 各份对账单已导入，各行待您确认。
done-statement-known = 该文件的每一行都已导入过，没有重复记入。
statement-known-lines = 文件中有 { $n } 行以前已导入，没有重复记入。
statement-warning-balance-differs = 各行合计与期初、期末余额之差不符，可能缺行；请与银行核对。
statement-warning-date-clamped = 有一个不存在的日期，已按当月最后一天处理。
statement-warning-amount-rounded = 有一个金额的小数位多于币种允许的位数，已截取。
statement-warning-not-booked = 银行尚未入账的行已略过，会随以后的文件到来。
statement-warning-not-closed = 文件没有期末余额，无法证明其完整。
statement-warning-no-currency = 文件没有注明币种，已按记账本位币处理。
statement-warning-date-order = 日和月的次序可能相反，请核对日期。
statement-warning-gap-between-statements = 上一份对账单的期末余额与本份的期初余额不符，中间可能缺少一份。
statement-warning-balance-breaks = 有余额与金额对不上，可能缺行；请与银行核对。
statement-warning-payments-differ = 有一条记录的各笔付款合计与其金额不符，已按一行处理。
statement-warning-sheet-left-out = 工作簿中还有一张工作表像是对账单，未读取。如果是，请另存为单独的文件后再导入。
statement-warning-other = 文件中有存疑之处，仍已读入。
# Why a file cannot be read: a sentence for each name of `statements::Fault`.
statement-fault = { $reason ->
    [empty] 文件是空的。
    [unreadable] 读取文件时出错（{ $error }）。
    [stranger] { $what ->
        [html] 无论文件名如何，它其实是网页（HTML）；请索取 CSV、XLSX、camt、MT940 或 OFX 文件。
        [pdf] 无论文件名如何，它其实是 PDF；请索取 CSV、XLSX、camt、MT940 或 OFX 文件。
        [zip] 它是压缩包（ZIP）而不是工作簿；请解压后取用其中的文件。
       *[other] 无论文件名如何，它其实是 JSON；请索取 CSV、XLSX、camt、MT940 或 OFX 文件。
    }
    [unread] { statement-fault-what }无法识别。
    [unread_in] { statement-fault-what }无法识别：{ $text }。
    [too_long] { $what ->
        [line] 这一行超过一兆字节，不会是对账单。
        [row] 这一行超过一兆字节，可能缺少引号。
        [value] 有一项内容过长，银行不会这样写。
       *[other] 这笔交易的内容过长，银行不会这样写。
    }
    [too_many] { $what ->
        [accounts] 文件中的账户和币种过多，无法一次读取。
       *[other] 文件中的交易过多，这种格式无法读取。
    }
    [cut_off] 对账单尚未结束，文件就到头了。
    [no_statement] 文件中没有任何账户的对账单。
    [no_ofx] 文件中没有 <OFX>。
    [no_currency] 文件未注明币种；请说明币种。
    [no_headers] { $of ->
        [alipay] 文件中没有支付宝账单的表头。
        [wechat] 文件中没有微信支付账单的表头。
        [stripe] 文件中没有 Stripe 报表的表头。
       *[other] 文件中没有 PayPal 报表的表头。
    }
    [row_above_header] 有数据行出现在表头之前。
    [no_columns] 表格中找不到日期列和金额列；请说明是哪几列。
    [columns_missing] 文件中没有哪一行包含所需的全部列：{ $names }。
    [left_open] 请说明文件未注明之处：{ $date_order ->
        [yes] { bank-column-doubt-date-order }
       *[no] {""}
    }{ $sign ->
        [yes] { bank-column-doubt-sign }
       *[no] {""}
    }{ $decimal_mark ->
        [yes] { bank-column-doubt-decimal-mark }
       *[no] {""}
    }{ $currency ->
        [yes] { bank-column-doubt-currency }
       *[no] {""}
    }{ $text ->
        [yes] { bank-column-doubt-text }
       *[no] {""}
    }
    [delimiter] 分隔各列的字符不是 ASCII 字符。
    [dates_unordered] 文件中的日期不符合任何一种年月日次序。
    [dates_without_year] 日期没有年份，上方也没有注明。
    [only_a_workbook] 文件是工作簿，不能按其他格式读取。
    [quote_not_closed] 此处的引号没有闭合，其下各行都无法读取；文件可能不完整。
    [no_workbook] 文件出自旧版 Office 程序，但不是工作簿。
    [workbook_empty] 工作簿中没有任何有内容的工作表。
    [workbook_too_much] 工作簿内容过多，无法读取；请把工作表另存为 CSV。
    [workbook_torn] 工作簿的各部分对不上。
    [workbook_broken] 工作簿已损坏（{ $error }）。
    [xml_broken] XML 已损坏（{ $error }）。
    [xml_deep] XML 的层次过深，不会是对账单。
    [xml_unbalanced] XML 中有结束标记找不到开始标记。
   *[unknown] 不是已知的格式：camt、MT940、OFX、QIF、CSV、XLSX、XLS，以及支付宝、微信支付、Stripe 和 PayPal 的账单。
}
statement-fault-what = { $what ->
    [amount] 金额
    [gross_amount] 总额
    [net_amount] 净额
    [fee] 手续费
    [currency] 币种
    [date] 日期
    [value_date] 起息日
    [mark] 借贷标记
    [balance] 余额
   *[row] 这一行
}
# What was doubtful: a sentence for each name of `statements::Note`.
statement-note = { $code ->
    [balance_differs] 从 { $opening } 到 { $closing } 相差 { $wanted }，而各行合计为 { $moved }。
    [balance_breaks] { statement-note-line }余额与金额对不上。
    [pages_differ] 有一页从 { $amount } 开始，与前一页的结尾不同。
    [payments_differ] 第 { $line } 行：各笔付款合计为 { $came }，而该条记录为 { $amount }；已按一行处理。
    [date_clamped] { $text } 不存在，已按 { $taken } 处理。
    [date_order] 每个日期都可能是日在前；已按月在前处理。
    [amount_rounded] { $text } 的小数位多于币种允许的位数，已按 { $taken } 处理。
    [other_currency] 第 { $line } 行的金额为 { $amount }，而账户币种为 { $currency }。
    [left_out] 有 { $count } 条与资金无关的记录已略过。
    [not_booked] 有 { $count } 条尚未入账。
    [not_closed] 银行没有注明期末余额。
    [more_warnings] 存疑之处超过 { $most } 处，其余不再列出。
    [row_skipped] { statement-note-line }不是收支记录，已略过：{ $text }
    [trade_closed] { statement-note-line }交易已关闭，没有资金变动。
    [direction_unknown] { statement-note-line }没有注明是收入还是支出，已略过：{ $text }
    [sheet_left_out] 工作表“{ $sheet }”{ $more ->
        [0] {""}
       *[other] 及另外 { $more } 张工作表
    }也有日期和金额，但表头不同，未读取。
    [total_differs] 文件注明{ $of }为 { $said }，而各行合计为 { $came }。
    [gap_between_statements] 本份期初余额为 { $opening }，上一份期末余额为 { $closing }。
   *[other] { $code }
}
statement-note-line = 第 { $line } 行{ $more ->
    [0] {""}
   *[other] 及另外 { $more } 行
}：

asked-of-me = 向您请教
answered-to-me = 对您所问的答复
tier-reference = 单号
tier-payer = 付款人与金额
tier-sum = 多笔合计
tier-own = 本公司账户
tier-rule = 规则
tier-hand = 人工
tier-none = 暂无建议

bench-progress = 进度
bench-done-of = 共 { $all } 行，已处理 { $done } 行，剩余 { $left } 行。
bench-left = 剩余
bench-lines-of = { $n } 行
bench-posted = 已匹配
bench-accept = 全部接受：{ $tier }
bench-filters = 显示哪些行
bench-find = 摘要、付款人或金额
bench-found-elsewhere = 其他状态中另有 { $n } 行相符，显示全部
bench-lines = 对账单行
bench-all-done = 全部处理完毕
bench-all-done-next = 这份对账单的每一行都已匹配或搁置。
bench-back = 全部对账单
bench-show-all = 显示全部行
bench-keys = Enter 接受，1–9 选择建议，j 下一行，k 上一行，按 ? 查看全部快捷键
bench-keys-all = 快捷键
bench-together = 合并处理
bench-together-sum = 合计
bench-together-do = 合并处理所选各行
bench-marked = 已选中 { $n } 行，合计 { $sum }。
bench-alone = 只处理这一行
bench-unmark = 取消全部选中
bench-key-next = 下一行
bench-key-previous = 上一行
bench-key-choose = 转到该序号的建议
bench-key-accept = 接受当前焦点所在的建议
bench-key-tier = 查看同类各行，一次全部接受
bench-key-pay = 人工登记客户收款
bench-key-link = 关联已有的凭证
bench-key-post = 记入某个科目
bench-key-aside = 搁置这一行
bench-key-note = 写备注或询问同事
bench-key-row = 查看银行原文
bench-key-mark = 选中这一行以便合并处理，并转到下一行
bench-key-together = 合并处理所选各行
bench-key-undo = 撤销上一步，或撤销这笔匹配
bench-key-find = 搜索对账单行
bench-key-leave = 离开输入框，恢复快捷键
bench-key-help = 显示这些快捷键
line-mark = 合并处理：
line-mark-next = 选中并转到下一行
line-unmark-next = 取消选中并转到下一行
line-undo-last = 撤销上一步
bench-offers = 可能的对应
bench-no-offer = 账簿中没有相符的内容。请在下面说明。
bench-tied = 其中两条同样可能，请您决定。
bench-score = 把握 { $score }
bench-offer-account = 记入科目 { $account }
bench-compare = 重新与账簿比对
bench-offer-link = 账簿中已有
bench-difference-fee = 少 { $amount }，为银行手续费，将如此入账。
bench-difference-discount = 少 { $amount }，为折扣，将一并结清。
bench-difference-short = 少 { $amount }，仍未付。
bench-difference-over = 多 { $amount }，转为客户贷方余额。
bench-by-hand = 人工处理

line-filter-open = 待处理
line-filter-asked = 请教中
line-filter-matched = 已匹配
line-filter-ignored = 已搁置
line-filter-all = 全部
line-filter-tier = { $tier } ✕
line-matched = 已匹配
line-ignored = 已搁置
line-ignored-note = 已在别处处理，或与本公司无关。
line-tied = 难以判定
line-again = 疑似重复
line-again-note = 另一份文件中 { $day } 的一行可能是同一笔款项，因此未自动过账。如确为同一笔，请搁置本行。
line-again-look = 查看那一行
line-nobody = 未注明付款人
line-payer = 付款人
line-score = 把握
line-booked-on = 记账日
line-value-on = 起息日 { $day }
line-text = 摘要
line-other-account = 对方账号
line-as-written = 银行原文
line-previous = 上一行
line-next = 下一行
line-match = 匹配
line-matched-by = 已匹配：{ $tier }
line-matched-together = 一并匹配的还有：
line-paid = 支付的账单：
line-settled-fee = { $invoice }：银行扣收 { $amount }，记为银行手续费。
line-settled-discount = { $invoice }：{ $amount } 作为折扣结清。
line-settled-small-difference = { $invoice }：{ $amount } 作为小额差异结清。
line-matched-meanwhile = { $name } 已于 { $at } 匹配此行，您的处理未执行。这里无需再做什么。
line-unmatch = 撤销匹配
line-unmatch-hint = 匹配所生成的将被撤回，所关联的恢复可用。
line-take-up = 重新处理
line-notes = 备注
line-note-new = 写备注或请教
line-note-keep = 保存备注
line-ask-hint = 被请教者会在“银行对账”中看到该行，直到写下备注或处理完毕。
line-ask-nobody = 不请教
line-asked-whom = 请教 { $name }
field-no-colleague = 此人无权匹配，请另选
field-not-a-sha256 = 应为文件的 SHA-256：64 位十六进制数字
field-too-many-at-once = 一次最多 { $max } 个

hand-pay = 客户付款
hand-pay-note = 对应一张或多张账单
hand-show-invoices = 显示未付账单
hand-pay-of = { $customer } 付款 { $amount }
hand-no-invoices = 该币种没有未付账单，全部转为客户贷方余额。
hand-balance = 未付
hand-amount = 本行支付
hand-rest-is-credit = 未指定账单的部分转为客户贷方余额。
hand-rest-elsewhere = 剩余部分另有用途时
hand-left = 尚未分配
hand-pay-do = 作为付款匹配
settle-nothing = 无
settle-fee = 银行手续费
settle-discount = 折扣
settle-small-difference = 小额差异
hand-link = 已有分录
hand-link-note = 不会重复过账
hand-find-entry = 分录的摘要或金额
hand-no-entries = 该账户没有相符的未匹配分录。请按其他金额或摘要查找。
hand-link-differs = 所选分录与本行金额不符时
hand-fee-hint = 银行从中扣下的金额
hand-rest-hint = 记入本行剩余的金额
hand-link-do = 与所选分录匹配
hand-post = 记入科目
hand-post-note = 手续费、利息、转账
hand-memo-hint = 留空则用付款人名称
hand-post-do = 过账并匹配
hand-aside = 搁置
hand-aside-note = 不过账
hand-aside-do = 搁置

done-lines-compared = 余下的行已重新与账簿比对，部分行有新的建议。
done-lines-same = 余下的行已重新与账簿比对，没有变化。
done-line-matched = 已匹配。这是下一行。
done-line-set-aside = 已搁置。这是下一行。
done-line-taken-up = 该行重新待处理。
done-line-unmatched = 匹配已撤销，该行重新待处理。
done-line-noted = 备注已保存。
done-line-asked = 问题已保存，您的同事会在“银行对账”中看到。
error-candidate-gone = 该建议已不存在。未作任何更改；请重新载入页面。

accept-preview = { $good ->
    [0] 没有一行足够确定。
   *[other] 将按第一条建议过账 { $good } 行，共 { $sum }。
}
accept-done = 已过账 { $good } 行，共 { $sum }；被拒绝 { $bad } 行。
accept-least = 把握至少百分之
accept-look = 重新查看
accept-again = { $n } 行除外：另一份文件中可能已有同一笔。
accept-tied = { $n } 行除外：另有一条建议同样可能。
accept-unsure = { $n } 行除外：不够确定。
accept-gives-up = { $n } 行除外：需结清手续费或折扣，由人决定。
accept-together = { $n } 行除外：需与其他行一并匹配，由人决定。
accept-more = 这一类还有更多行，请先接受这些。
accept-what = 建议
accept-total = { $n } 行
accept-do = 过账所选各行
accept-unticked = 未选中的行保持待处理。
accept-undo = 撤销这一批
accept-undo-hint = 这一批用同一个原因。此后已另行处理的行保持不变。
accept-undo-do = 撤销 { $n } 行
accept-undone = 已撤销 { $good } 行，共 { $sum }；被拒绝 { $bad } 行。
accept-back = 返回对账单

## 规则
error-match-rule-not-found = 没有这条规则，可能已停止使用。请返回规则列表。
error-rule-not-replayed = “{ $name }”的这一版本尚未回放，未启用。请先按近几个月的流水回放，核对结果后再启用。
error-rule-not-active = “{ $name }”未启用，未作任何处理。请先启用。
error-too-many-rules = 已有 200 条规则，未保存。请先停用不再需要的规则。
field-no-conditions = 请至少填写一个条件，否则每一行都会符合
field-account-of-ignored = 搁置的行不记入科目，请留空
field-more-than-a-year = 最长一年，请把开始日期改晚
label-conditions = 条件（须同时满足）
label-conditions-direction = 收付方向
label-conditions-text = 摘要包含
label-conditions-payer = 对方户名包含
label-conditions-code = 银行交易码
label-conditions-least-amount = 金额不低于
label-conditions-most-amount = 金额不高于
label-conditions-least-currency = 金额的币种
label-action = 处理方式
label-until = 截止日期
rules-title = 匹配规则
rules-note = 规则自上而下逐条比对，以第一条符合的为准。如另有同样可能的对应，则留待人工决定。
rules-none = 还没有规则
rules-none-next = 规则可将反复出现的流水（如银行手续费）自动入账，或予以搁置。
rule-new = 新建规则
rule-form = 规则
rule-from-line = 按此行新建规则
rule-name-hint = 由该规则完成的匹配会显示此名称
rule-text-hint = 连续的字词，不区分大小写
rule-code-hint = 以银行文件为准，例如 NCHG
rule-account-hint = 仅在选择“记入科目”时填写
rule-both-ways = 收款和付款
rule-money-in = 收款
rule-money-out = 付款
rule-text-has = 摘要含“{ $words }”
rule-payer-has = 户名含“{ $words }”
rule-code-is = 交易码 { $words }
rule-between = { $least } 至 { $most }
rule-at-least = 不低于 { $least }
rule-at-most = 不高于 { $most }
rule-posts = 记入科目
rule-sets-aside = 搁置
rule-new-version-note = 修改后成为新版本，须重新回放才能启用。
rule-state = 状态
rule-order = 顺序与启停
rule-is-on = 已启用
rule-is-off = 未启用
rule-up = 上移 { $name }
rule-down = 下移 { $name }
rule-switch-on = 启用
rule-switch-off = 停用
rule-switch-on-named = 启用 { $name }
rule-switch-off-named = 停用 { $name }
rule-to-replay = 先回放
rule-last-replay = 上次回放
rule-never-replayed = 从未
rule-replay-short = 符合 { $fits } 行，其中 { $other } 行原已另作处理
rule-replay = 回放结果
rule-replayed = { $by } 于 { $at } 回放 { $from } 至 { $until } 的流水，共检查 { $lines } 行。
rule-replay-cut = 行数过多，较早的对账单未检查。
rule-replay-nothing = 这段时间没有符合的行。
rule-replay-fits = 符合的行
rule-replay-lines = 符合 { $n } 行
rule-replay-open = 仍待处理
rule-replay-same = 原处理与规则一致
rule-replay-other = 原处理与规则不同
rule-replay-first = 由“{ $name }”优先处理
rule-replay-conflicts = 有 { $n } 行的原处理与规则不一致，请核对后再启用。
rule-replay-needed = 启用前须先回放，查看它对以往流水会如何处理。回放不改动任何数据。
rule-replay-hint = 留空为最近三个月，最长一年。
rule-replay-do = 回放
rule-remove = 停止使用并移除
rule-remove-hint = 规则已完成的处理保持不变，今后不再使用。
rule-apply = 应用于待处理行
rule-would-take = { $n ->
    [0] 没有待处理行符合该规则。
   *[other] 将按该规则处理 { $n } 行。
}
rule-apply-more = 还有更多行，下次继续处理。
rule-apply-tied = { $n } 行除外：另有一条建议同样可能。
rule-apply-off = 规则未启用，请先启用。
rule-apply-do = 处理 { $n } 行
rule-apply-back = 返回规则
rule-applied = 已处理 { $done } 行，被拒绝 { $refused } 行。
done-rule-saved = 规则已保存。请先回放，再启用。
done-rule-replayed = 回放完成，未改动任何数据。
done-rule-on = 规则已启用，将用于今后导入的对账单。
done-rule-off = 规则已停用，已完成的处理保持不变。
done-rule-placed = 顺序已更改。
done-rule-removed = 规则已移除，已完成的处理保持不变。
## 余额调节表
error-statement-already-closed = 对账单已结，未作任何更改。请重新载入页面。
error-statement-not-closed = 对账单未结，未作任何更改。请重新载入页面。
error-statement-lines-open = 还有 { $n } 行待处理，对账单未能结账。请先匹配或搁置。
error-earlier-statement-open = 该账户截至 { $until } 的对账单尚未结账，本份未能结账。请先结那一份。
error-closing-needs-reason = 余额未完全相符（差额 { $difference }），对账单未能结账。请写明可以结账的原因。
error-later-statement-closed = 该账户截至 { $until } 的后一份对账单已结，本份未能反结账。请先反结后一份。
error-statement-period-closed = 账簿已结账至 { $until }，对账单未能反结账。请先反结该会计期间。
done-statement-closed = 对账单已结，余额调节表已留存。
done-statement-reopened = 对账单已反结账，可继续处理。
statement-open = 未结
statement-closed = 已结
reconciliation-title = 银行存款余额调节表
reconciliation-item = 项目
reconciliation-party = 客户或对方
reconciliation-by-bank = 银行对账单
reconciliation-by-books = 企业账面
reconciliation-bank-balance = 银行对账单余额
reconciliation-in-transit = 加：企业已收、银行未收
reconciliation-not-presented = 减：企业已付、银行未付
reconciliation-adjusted-bank = 调节后的银行余额
reconciliation-book-balance = 企业账面余额
reconciliation-received = 加：银行已收、企业未收
reconciliation-charged = 减：银行已付、企业未付
reconciliation-adjusted-book = 调节后的账面余额
reconciliation-difference = 差额
reconciliation-agrees = 调节后余额相符
reconciliation-others = 其余 { $n } 项
reconciliation-later = 企业在以后日期入账
reconciliation-before = 首份对账单之前
reconciliation-before-note = 银行与账面的期初余额不同，或其中一方有未计入期初的项目。
reconciliation-missing-lines = 不在任何对账单中
reconciliation-missing-lines-note = 银行余额的变动与各行合计不符，可能缺少一份对账单。
reconciliation-not-told = 文件没有期末余额。银行余额由各行推算，本身不能证明完整。
reconciliation-gap = 上一份对账单的期末余额为 { $amount }，与本份期初余额不符，中间可能缺少一份。
reconciliation-changed = 结账之后，账簿或匹配有变动。此处显示结账时留存的数字；如需更新，请反结账后重新结账。
reconciliation-closed-by = { $name } 于 { $at } 结账。
reconciliation-because = 原因：{ $reason }
reconciliation-left = 待办
reconciliation-left-lines = 请匹配或搁置
reconciliation-left-earlier = 请先结截至 { $until } 的对账单
reconciliation-reason-hint = 余额未完全相符仍可结账的原因，将写入调节表。
reconciliation-close = 结账
reconciliation-close-note = 调节表按现状留存。结账后，对账单各行不能再匹配、撤销匹配或搁置。
reconciliation-reopen = 反结账
reconciliation-reopen-hint = 留存的调节表将作废，再次结账时重新生成。
bench-reconcile = 余额调节表
## Settlements
error-fee-unknown = 无法确定该手续费对应哪笔业务，或账上已记其他金额。未作任何更改；请手工匹配该行。
settlements-title = 渠道结算
settlements-none = 所选日期内没有到账的结算
settlements-none-next = 渠道通知提现或结算后会显示在这里；如需查看更早的，请调整日期。
settlement-title = 结算
settlement-state = 状态
settlement-is-agrees = 三方一致
settlement-is-bank-missing = 银行未到账
settlement-is-report-missing = 缺渠道账单
settlement-is-differs = 有差异
settlement-differs = 差异项目
settlement-by-report = 渠道账单
settlement-by-books = 账面
settlement-by-bank = 银行
settlement-three = 三方核对
settlement-part = 项目
settlement-payments = 收款
settlement-refunds = 退款
settlement-fees = 手续费
settlement-disputes = 争议款
settlement-other = 其他
settlement-carried = 期初结转减留存
settlement-net = 结算净额
settlement-bank = 银行到账
settlement-from-to = 转出与转入科目
settlement-not-matched = 未匹配
settlement-next = 下一步
settlement-next-agrees = 无需处理。
settlement-next-bank-missing = 请导入银行对账单；系统将按结算单号，或按金额与付款方匹配。
settlement-next-report-missing = 请为该科目导入渠道账单。
settlement-next-differs = 请查看标出的行：更正账务，或与渠道核实。
settlement-items = 构成明细
settlement-no-items = 暂无构成明细
settlement-no-items-next = 请为该科目导入渠道账单。
columns-title = 确认各列的含义
columns-note = 请核对各列以及下方的前几行。确认后会保存下来：该账户今后表头相同的文件将直接读取，不再询问。
columns-file = 文件的前几行
label-dates = 日期写法
label-decimal-mark = 金额写法
label-is-turned = 正数金额表示
columns-sign-hint = 仅在金额只有一列、且没有借贷标志列时有影响。
columns-sign-in = 收入
columns-sign-out = 支出（如信用卡账单）
columns-as-read = 前几行的读取结果
columns-none-read = 按目前的列设置读不出任何一行。
columns-do = 导入文件
columns-look = 重新查看
bank-column-number = 第 { $n } 列
bank-column-means = “{ $column }”的含义
bank-column-unread = 不读取
bank-column-booked-on = 记账日期
bank-column-value-on = 起息日
bank-column-amount = 金额
bank-column-money-in = 收入金额
bank-column-money-out = 支出金额
bank-column-mark = 借贷标志
bank-column-balance = 余额
bank-column-name = 对方户名
bank-column-text = 摘要
bank-column-reference = 参考号
bank-column-counterparty-account = 对方账号
bank-column-counterparty-bank = 对方开户行
bank-column-account = 本方账号
bank-column-currency = 币种
bank-column-code = 交易类型
bank-column-dates-ymd = 年、月、日
bank-column-dates-dmy = 日、月、年
bank-column-dates-mdy = 月、日、年
bank-column-dates-md = 月、日，不含年份
bank-column-doubt-date-order = 从日期看不出是日在前还是月在前。
bank-column-doubt-sign = 文件未说明哪些金额是收入、哪些是支出。
bank-column-doubt-decimal-mark = 从金额看不出小数点用的是点还是逗号。
bank-column-doubt-currency = 文件未说明币种。
bank-column-doubt-text = 文件未说明哪一列是摘要。
