entry-new = 录凭证
entry-title = 凭证
entry-post = 记账
entry-reverse = 红字冲销
entry-reverses = 冲销
entry-reversed-by = 被冲销于
entry-the-other = 查看该凭证
entry-document = 查看单据
entries-of-document = 仅显示一张单据的凭证
entry-posted-at = 记账时间
entry-lines-hint = 每行只填借方或贷方；负数为红字。空行不计。
entries-none = 这里没有凭证
entries-none-next = 账单与收款会自动记账，其他凭证可手工录入。
entry-kind-invoice = 账单
entry-kind-delivery = 交货
entry-kind-credit-note = 红字账单
entry-kind-payment = 收款
entry-kind-application = 预收冲应收
entry-kind-refund = 退款
entry-kind-fee = 手续费
entry-kind-transfer = 转账
entry-kind-write-off = 核销
entry-kind-count = 现金盘点
entry-kind-bank = 银行对账单
entry-kind-opening = 期初余额
entry-kind-revaluation = 期末调汇
entry-kind-reversal = 冲销
entry-kind-manual = 手工凭证
voucher-number = 记-{ $number }
action-show = 查看
label-date = 日期
label-memo = 摘要
label-voucher = 凭证号
label-document = 单据
label-original = 原币金额
label-debit = 借方
label-credit = 贷方
label-balance = 余额
label-from = 从
label-to = 到
label-as-of = 截至
label-month = 月份
label-status = 状态
label-form-line = 项目
label-line-number = 行次
periods-title = 会计期间
periods-lead = 首次记账时自动开启当月。须按月份顺序结账；结账时为凭证编号。
periods-none = 还没有会计期间
periods-none-next = 录入第一张凭证后自动开启。
period-open = 未结账
period-closed = 已结账
period-close = 结账
period-reopen = 反结账
done-entry-posted = 凭证已记账。
done-entry-reversed = 已用本凭证冲销原凭证。
closing-entries = 本月分录
closing-unnumbered = 将编号的凭证
closing-note = 结账后，账单、收款、分录和尚未开具的草稿都不能再记入本月。较晚月份未结账时可以反结账。
done-period-closed = 已结账，凭证已编号。
done-period-reopened = 已反结账。
report-trial-balance = 科目余额表
report-trial-balance-lead = 各科目累计借贷发生额与余额
report-profit-and-loss = 利润表
report-profit-and-loss-lead = 本月金额与本年累计金额
report-balance-sheet = 资产负债表
report-balance-sheet-lead = 期末余额与年初余额
report-general-ledger = 明细账
report-brought-forward = 上页结转
report-carried-forward = 结转下页
report-this-period = 本期金额
report-year-to-date = 本年累计金额
report-at-end = 期末余额
report-at-year-begin = 年初余额
error-period-closed = { $date } 所在期间已结账，未记任何账。请改用未结账期间的日期，或先反结账。
error-period-not-found = 没有这个会计期间。未作任何改动；请在列表中查找。
error-period-already-closed = 该期间已经结账，未作任何改动。
error-period-already-open = 该期间本来就未结账，未作任何改动。
error-period-earlier-open = { $month } 起的期间尚未结账，本期间未结账。请先结较早的期间。
error-period-later-closed = { $month } 起的期间已结账，本期间未反结账。请先反结较晚的期间。
error-entry-not-found = 没有这张凭证。未作任何改动；请在凭证列表中查找。
error-entry-already-reversed = 该凭证此前已冲销，未再记账。可在凭证页查看冲销凭证。
error-period-still-runs = 本期间到 { $until } 才结束，期间内仍有业务，未结账。请在期末之后再结账。
error-entry-is-reversal = 该凭证是冲销凭证，不再冲销，未记任何账。请重新录入凭证。
error-entry-not-manual = 该凭证随单据而生，未作冲销。请作废账单或冲回收款。
error-entry-unbalanced = 借方比贷方多 { $difference }，未记账。请更正金额后重新提交。
error-entry-too-few-lines = 凭证至少两行，未记账。请补齐对方科目后重新提交。
error-entry-empty = 金额均为零，未记账。请填写金额后重新提交。
error-entry-too-large = 金额合计过大，未记账。请拆分后重新提交。
error-exchange-rate-missing = 没有 { $on } 的 { $from } 兑 { $to } 汇率，未记账。请先录入汇率再提交。
error-account-not-found = 没有这个科目。未作任何改动；请在科目表中查找。
field-unknown-account = 科目表中没有这个科目
field-account-not-postable = 该科目有明细科目，请选择明细科目
field-control-account = 该科目按客户核算，请通过账单、收款或红字账单入账
field-value-disagrees = 原币金额与本位币金额不符
field-before-the-books = 不能早于建账所在会计年度
field-before-the-entry = 不能早于被冲销的凭证
field-two-lines = 至少两行
field-too-many-entry-lines = 行数过多，请拆分凭证
field-one-column = 只能填借方或贷方之一
field-not-zero = 不能为零
field-same-currency = 须为两种不同币种
field-before-from = 不能早于起始日期
field-limit-range = 1 到 200 之间的数
field-cursor-unknown = 不是本列表的游标，请从第一页开始

## 汇率
rates-title = 汇率
rates-lead = 单据按其日期的汇率折算，此后不变。两种货币之间没有直接汇率时，按各自对欧元的汇率套算。
rates-none = 还没有汇率
rates-none-next = 可导入欧洲中央银行的文件，也可手工录入。
rates-one-of = 一单位
rates-rate = 汇率
rates-of-file = 从文件导入汇率
rates-file-hint = 欧洲中央银行的文件（eurofxref，XML 或 CSV）或本系统模板；不超过 16 MB、50,000 条
rates-from-hint = 更早的汇率略过；欧洲中央银行的数据始于 1999 年
rates-look = 预览结果
rates-template = 模板
rates-by-hand = 手工录入
rates-source-hint = 由谁公布
rates-source-manual = 手工录入
rates-source-ecb = 欧洲中央银行
label-settings-base = 一单位货币
label-settings-quote = 兑换为
label-settings-rate = 汇率
label-settings-valid-from = 生效日期
label-settings-source = 来源
label-settings-from = 从哪一天起
rates-found = { $n ->
   *[other] 文件中有 { $n } 条汇率
 }
rates-nothing-yet = 尚未保存任何内容。请核对后确认；要么全部导入，要么一条也不导入。
rates-added = { $n ->
   *[other] 新增 { $n } 条
 }
rates-changed = { $n ->
   *[other] 替换当日已有汇率 { $n } 条
 }
rates-same = { $n ->
   *[other] 已有且相同 { $n } 条
 }
rates-before = { $n ->
   *[other] 早于所选日期、略过 { $n } 条
 }
rates-unknown = 本系统没有下列货币，其汇率略过：{ $currencies }
rates-take = 导入
rates-other-file = 换一个文件
rates-more = { $n ->
   *[other] 另有 { $n } 条
 }
rates-faults = { $n ->
   *[other] 文件中有 { $n } 处错误，未保存任何内容
 }
rates-more-faults = { $n ->
   *[other] 另有 { $n } 处未列出
 }
rates-faults-table = 逐行错误
rates-row = 行
rates-column = 列
rates-fault = 错误
done-rate-set = 汇率已保存。
done-rates-taken = 汇率已导入。
error-rate-not-found = 这两种货币在该日及以前没有汇率。请先录入汇率再查询。
error-rates-faulty = 文件中的汇率有错误，未保存任何内容。{ $more ->
    [0] 请更正所列各处后重新提交。
   *[other] 除所列之外还有 { $more } 处；请更正后重新提交。
 }
error-rates-too-large = 文件超过 16 MB，未保存任何内容。请拆分文件。
error-rates-not-text = 文件不是 UTF-8 文本，未保存任何内容。请另存为 UTF-8 编码的 CSV 后再选择。
error-rates-unknown-form = 无法识别这个汇率文件，未保存任何内容。请使用欧洲中央银行的文件或模板。
error-rates-unreadable = 文件不完整，无法读到末尾，未保存任何内容。请重新下载。
error-rates-with-entities = 文件含有文档类型或实体，汇率文件不需要这些，未保存任何内容。请从发布方重新下载。
error-rates-column-missing = 表头缺少 { $column } 列，未保存任何内容。请从模板开始。
error-rates-too-many = 文件超过 { $max } 条汇率，未保存任何内容。请选择更晚的起始日期，或拆分文件。
error-rates-all-before = 文件中的汇率都早于所选日期，未保存任何内容。请选择更早的日期。
error-rates-none = 文件中没有汇率，未保存任何内容。请选择其他文件。
field-rate-twice = 文件中这两种货币当日已有汇率

## 期末调汇
revalue-title = 期末调汇
period-revalue = 调汇
revalue-lead = 外币货币资金、债权和债务按月末汇率折算。凭证在次日自动冲回，因此每张账单在收款时一次确认全部汇兑损益。预收预付、递延收益和税费保持原值。
revalue-rates = 期末汇率
revalue-book = 账面价值
revalue-value = 按期末汇率
revalue-difference = 差额
revalue-post = 记账
revalue-done = 余额已按期末汇率折算，无须再记账。
revalue-closed = 本月已结账，不能记账。请先反结账。
revalue-runs = 本月尚未结束，所示为目前余额；请在月末之后记账。
revalue-none = 没有外币余额
revalue-none-next = 本月无须调汇。
done-revalued = 已调汇，次日的冲回凭证也已记账。
closing-not-revalued = 外币余额尚未按月末汇率折算，请先调汇。
closing-statements-open = 本月还有 { $n } 份银行对账单尚未对完。
closing-no-rate = 本月没有 { $currency } 的汇率，该币种余额尚未调汇。请先录入汇率。
warning-not-revalued = 截至 { $on } 的外币余额未调汇。本月已结账；如需调汇，请先反结账。
warning-statements-open = 本月还有 { $n } 份银行对账单尚未对完。本月已结账；以后对账时可能需要重新打开。
warning-closing-rate-missing = 截至 { $on } 的 { $currency } 余额未调汇，因为本月没有该币种汇率。本月已结账；请录入汇率并反结账后调汇。
error-closing-rate-missing = 截至 { $on } 的当月没有 { $from } 兑 { $to } 的汇率，未记账。请先录入汇率再试。
field-not-a-month-end = 须为某月最后一天
