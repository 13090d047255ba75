# 单据上的文字。
title-invoice = 账单
title-deposit = 预收款账单
title-credit-note = 红字账单
title-order-confirmation = 订单确认书
title-receipt = 收款收据
title-statement = 对账单

bill-to = 购买方
received-from = 付款方
account-of = 往来单位
tax-number = 税号 { $number }
logo-of = { $name }的标志

issued = 日期
deliver-on = 交货日期
due = 到期
credits = 冲减账单
order = 订单
your-reference = 贵方编号
currency = 币种
received = 到账
method = 付款方式
reference = 流水号
period-from = 自
period-to = 至
official-invoice = 发票
official-not-requested = 未申请
official-pending = 待开
official-issued = 已开 { $number }
official-not-needed = 免开

amount-due = 应付
amount-credited = 冲减金额
amount-received = 收到
amount-total = 总额
balance-due = 余额
due-on = { $date }到期
settled = 已结清，谢谢

item = 项目
quantity = 数量
unit = 单位
unit-price = 单价
discount = 折扣
tax-rate = 税率
tax-code = 税码
net-amount = 不含税金额 { $currency }
tax-amount = 税额 { $currency }
gross-amount = 含税金额 { $currency }
amount-in = 金额 { $currency }
lines-heading = 明细

subtotal = 不含税小计
tax-of = { $name } { $rate }%
tax-on-base = 计税金额 { $base }
total = 合计
paid = 已付
still-due = 未付
in-words = 人民币大写

date = { $year }年{ $month }月{ $day }日

instalments = 分期
how-to-pay = 付款方法
bank-transfer = 银行转账
payment-reference = 转账附言
pay-online = 在线付款
scan-to-pay = 扫码或打开链接
qr-of = 付款链接的二维码 { $url }
notes = 备注

invoice = 账单
invoice-date = 日期
invoice-total = 账单金额 { $currency }
applied = 本次核销 { $currency }
allocations-heading = 本次结算的账单
unapplied = 留作预收

movements-heading = 往来明细
movement-date = 日期
movement = 摘要
movement-reference = 单据
debit = 借方 { $currency }
credit = 贷方 { $currency }
balance = 余额 { $currency }
opening = 期初余额
closing = 期末余额
ageing = 账龄
not-due = 未到期
days-1-30 = 1–30 天
days-31-60 = 31–60 天
days-61-90 = 61–90 天
days-over-90 = 90 天以上

page-of = 第 { $page } 页，共 { $pages } 页
void = 作废
seller = 销售方
buyer = 购买方
number = 编号
detail = 说明
tax-percent = 税率 %
instalment-on = { $date }分期
