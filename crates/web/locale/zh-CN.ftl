### 每个页面都用到的文字。术语见术语表：账单、收款、核销、预收款、未收、逾期、凭证。

product = 顺付
product-mark = 顺

## 导航
nav-main = 主导航
nav-menu = 菜单
nav-skip = 跳到内容
nav-home = 首页
nav-group-collect = 收款
nav-orders = 订单
nav-invoices = 账单
nav-payments = 收款
nav-statements = 银行对账
nav-group-dealings = 往来
nav-customers = 客户
nav-catalog = 商品与税
nav-group-books = 账务
nav-entries = 凭证
nav-reports = 报表
nav-ageing = 应收账龄
nav-audit = 审计日志
nav-group-settings = 设置
nav-settings = 设置
nav-users = 用户
nav-portal-open = 应付账单
nav-portal-history = 付款记录
nav-account = 我的账户
nav-breadcrumb = 当前位置
nav-pages = 分页

## 按钮与操作
action-save = 保存
action-cancel = 取消
action-close = 关闭
action-confirm = 确认
action-continue = 继续
action-back = 返回
action-edit = 编辑
action-delete = 删除
action-add = 添加
action-add-line = 添加一行
action-remove-line = 删除此行
action-search = 搜索
action-filter = 筛选
action-clear = 清除筛选
filter-all = 全部
action-export = 导出
action-import = 导入
action-print = 打印
action-download = 下载
action-send = 发送
action-copy = 复制
action-copied = 已复制
action-more = 更多
action-retry = 重试
action-sign-in = 登录
action-sign-out = 退出登录
action-pay = 付款
action-select-all = 全选
action-select-row = 选择此行
why-entries = 查看记账凭证

## 谁做的
actor-house = 系统自动
actor-pay-link = 付款链接持有人
actor-key = API 密钥 { $name }
actor-somebody = 已删除的用户
action-previous = 上一页
action-next = 下一页
action-choose-file = 选择文件
action-home = 回到首页
action-reload = 重新载入

## 搜索面板与列表
palette-label = 搜索或跳转
palette-short = 搜索或跳转…
palette-placeholder = 搜索或跳转…
palette-keys = ↑ ↓ 选择，Enter 打开，Esc 关闭
palette-nothing = 没有找到，换个词试试
list-columns = 列
list-columns-show = 显示
list-columns-usual = 恢复默认
view-title = 我的视图
view-all = 全部
view-save = 存为视图
view-name = 视图名称
view-name-hint = 只有您自己看得到；同名的视图会被替换
view-remove = 删除视图“{ $name }”
list-selected = 已选 { $n } 项
list-selected-js = 已选 {"{"}n{"}"} 项
list-range = 第 { $from }–{ $to } 条，共 { $total } 条
list-all = 共 { $n } 条
list-range-more = 第 { $from }–{ $to } 条，共超过 { $total } 条
list-range-open = 第 { $from }–{ $to } 条，后面还有
list-keys = j k 移动，Enter 打开，x 选择，/ 搜索

## 外观
look-theme = 外观
look-light = 浅色
look-dark = 深色
look-system = 跟随系统
look-density = 行距
look-comfortable = 宽松
look-compact = 紧凑
look-language = 语言

## 角色
role-owner = 所有者
role-finance-manager = 财务经理
role-accountant = 会计
role-cashier = 出纳
role-sales = 销售
role-auditor = 审计
role-customer = 客户

## 日期
today = 今天
yesterday = 昨天
days-ago = { $days } 天前
due-today = 今天到期
due-in = { $days } 天后到期
overdue-by = 逾期 { $days } 天

## 状态
status-draft = 草稿
status-open = 未收
status-partially-paid = 部分收款
status-paid = 已收
status-overdue = 逾期
status-in-doubt = 支付待确认
status-disputed = 有争议
status-void = 已作废
status-credited = 已冲红
status-written-off = 坏账核销
status-uncleared = 未到账
status-succeeded = 已到账
status-reversed = 已冲销
status-failed = 未成功
status-expired = 已过期
status-processing = 处理中
status-confirmed = 已确认
status-pending-approval = 待审批
status-on-hold = 已暂挂
status-cancelled = 已取消
status-posted = 已记账

## 表单
form-required = 必填
form-optional = 选填
form-faults = 请改正 { $n } 处后再提交，已填内容都还在
form-lost = 网络断开，尚未提交。已填内容都在此页，恢复后请再点一次。
form-sending = 正在提交…
form-choose = 请选择
form-drop = 拖到这里，或点击选择文件
file-limit = 支持 { $kinds }，不超过 { $size }
why-title = 为什么是这个余额？
timeline-title = 经过
total = 合计

form-fault = { $label }：{ $fault }
form-fault-of = { $label }（{ $name }）：{ $fault }
form-fault-line = { $label }（第 { $line } 行）：{ $fault }

## 字段名称
label-name = 名称
label-email = 邮箱
label-phone = 电话
label-password = 密码
label-amount = 金额
label-currency = 币种
label-customer = 客户
label-country = 国家或地区
label-tax-number = 税号
label-address = 地址
label-payment-terms-days = 付款期限（天）
label-credit-limit = 信用额度
label-code = 代码
label-unit = 单位
label-price = 单价
label-unit-price = 单价
label-tax-code = 税码
label-rate = 税率
label-quantity = 数量
label-item = 商品
label-description = 说明
label-discount = 折扣
label-lines = 明细
label-deliver-on = 交货日期
label-due-on = 到期日
label-issued-on = 开具日期
label-received-on = 收款日期
label-method = 收款方式
label-reference = 参考号
label-account = 科目
label-invoice = 账单
label-allocations = 核销
label-note = 备注
label-file = 文件
label-role = 角色

## 字段错误
field-required = 请填写此项
field-too-short = 至少 { $min } 个字
field-too-long = 最多 { $max } 个字
field-control-characters = 含有不可见的控制字符，请删除后重新输入
field-not-a-code = 只能用字母、数字和 - _ . /
field-not-an-email = 邮箱格式不对，应如 name@example.com
field-not-a-country = 请填两位国家或地区代码，如 CN
field-unknown-currency = 没有这个币种，请填三位代码，如 CNY
field-currency-mismatch = 币种与此单据不一致
field-amount-too-large = 金额过大
field-not-a-number = 请填数字，如 1234.50
field-too-many-digits = 小数点后最多 { $max } 位
field-out-of-range = 超出允许的范围
field-not-a-date = 请填日期，如 2026-11-28
field-not-found = 没有找到，请重新选择
field-not-a-choice = 请从列出的选项中选择
field-already-exists = 已经存在，请换一个
field-not-positive = 必须大于零
field-in-the-future = 不能晚于今天
field-too-weak = 太容易被猜到，请换长一些的密码
field-file-too-large = 文件过大
field-file-unreadable = 无法读取此文件

## 出错时：发生了什么、有没有丢失、下一步
error-title-invalid = 有些内容需要改正
error-title-unauthenticated = 请登录
error-title-forbidden = 没有权限
error-title-not-found = 没有找到
error-title-conflict = 现在不能这样做
error-title-too-large = 内容过大
error-title-too-many = 请求过于频繁
error-title-unavailable = 暂时无法处理
error-title-outcome-unknown = 结果尚未确认
error-invalid = 有些内容不对，什么都没有保存。请改正标出的地方后再提交。
error-not-json = 收到的不是有效的 JSON，什么都没有保存。请检查格式后再发送。
error-unsupported-media-type = 不支持这种内容类型，什么都没有保存。请换用文档中列出的类型。
error-method-not-allowed = 这个地址不支持此操作，什么都没有改变。请从页面上的按钮重新进入。
error-unauthenticated = 您尚未登录，什么都没有改变。请登录后继续。
error-session-expired = 登录已过期，什么都没有丢。请重新登录，再继续刚才的操作。
error-form-of-another = 您已登录。此前在这里填写的内容属于另一位用户，因此没有提交。请回到您自己的页面。
error-sign-in-failed = 邮箱或密码不对。请检查后再试。
error-forbidden = 您没有做这件事的权限，什么都没有改变。如确有需要，请联系管理员。
error-cross-origin = 请求来自别的网站，已被拒绝，什么都没有改变。请从本页面重新操作。
error-not-found = 没有找到，可能已被移走，或属于别的账户。请检查地址，或回到首页查找。
error-conflict = 情况已经变化，这一步没有执行，什么都没有丢。请刷新后查看最新状态。
error-stale-form = 您填写期间，别人改动了这条记录。您填的内容还在，请对照最新内容后再保存。
error-too-large = 内容超过了一次能处理的大小，什么都没有保存。请拆小后再试。
error-too-many = 请求过于频繁，这一次没有执行。请在 { $seconds } 秒后再试。
error-unavailable = 暂时无法处理，什么都没有改变。请稍后再试。
error-outcome-unknown = 可能已经完成，也可能没有，正在确认。请勿另做一次：在此页重试不会重复扣款或记账。
error-idempotency-key-required = 缺少 Idempotency-Key，什么都没有改变。请为每个操作带上一个新的键。
error-idempotency-key-reused = 这个键已用于另一项操作，这一次没有执行。请换一个新键再发送。
error-idempotency-in-flight = 同一操作正在处理，没有执行第二次。请稍候再查看结果。
error-help = 如果一再出现，请把编号 { $reference } 告诉我们。

# 外壳与存储的拒绝
error-storage-full = 磁盘已满。未作任何改动；请腾出空间后再试。
error-storage-unavailable = 无法连接数据库。未作任何改动；请稍后再试。
error-database-damaged = 数据库已损坏。未作任何改动；请用 `shunfu restore` 恢复备份。
error-database-unusable = 无法打开数据库 { $file }。未作任何改动；请检查该文件及其目录的权限。
error-schema-newer = 更新的版本用过此数据库（步骤 { $step }）。未作任何改动；请安装该版本。
error-schema-changed = 此数据库由本程序的另一发行版建立（步骤 { $step }）。未作任何改动；请安装该发行版。
error-desk-only = 此页仅供本公司人员使用。未作任何改动；请前往客户门户。
error-portal-only = 此页仅供客户使用。未作任何改动；请前往工作台。
error-internal = 系统出了问题。未作任何改动；请重试，若仍如此请告知支持人员。
error-busy = 当前请求过多。未作任何改动；请稍后再试。
error-closing = 系统正在关闭。未作任何改动；请稍后再试。
error-bad-request = 请求无法识别。未作任何改动；请查看接口文档。
error-idempotency-key-malformed = 幂等键须为 1 到 255 个可打印字符。未作任何改动；请换一个键。
error-nul-character = 请求中含有字符 U+0000，任何文字都不能包含它。没有更改任何内容；请去掉后再试。
error-form-malformed = 表单在传输中损坏。未作任何改动；请返回后重新提交。
error-body-unreadable = 请求内容未能完整读取。未作任何改动；请重新发送。
field-negative = 不能小于零
field-not-in-range = 须在 { $min } 到 { $max } 之间
field-unknown-field = 没有这个字段
field-unknown-parameter = 没有这个参数，请查看该接口的说明
field-wrong-type = 类型不符
done-saved = 已保存。

# 备份
error-backup-running = 另一备份正在进行。未作任何改动；请等它完成。
error-backup-would-overwrite = 文件 { $file } 已存在。未作任何改动；请换一个文件名。
error-backup-nothing-there = 这里没有可备份的数据。请指明数据目录。
error-backup-file-unusable = 文件 { $file } 无法使用：{ $reason }。未作任何改动。
error-backup-unknown-file = 这不是顺付的备份文件。未作任何改动。
error-backup-newer-version = 此备份由更新的版本制作。未作任何改动；请先安装该版本。
error-backup-other-master-key = 此备份使用另一主密钥。未作任何改动；请用 SHUNFU_MASTER_KEY_FILE 指明该密钥。
error-backup-other-engine = 此备份来自另一种数据库。未作任何改动；请恢复到同种数据库。
error-backup-damaged = 备份已损坏或不完整。未作任何改动；请换一个备份。
error-restore-data-there = 这里已有数据。未作任何改动；加 --force 才会替换。
error-restore-foreign-tables = 数据库中有不属于顺付的表。未作任何改动；请换一个数据库。
error-restore-in-use = 另一进程正在使用数据库。未作任何改动；请先结束它。
error-amount-too-large = 金额过大。未作任何改动；请拆成几张单据。
error-currency-mismatch = 不同币种的金额不能合并。未作任何改动；请使用同一币种。

## 选择客户
picker-search = 按名称搜索
picker-more = 还有更多，请输入名称缩小范围
picker-nothing = 没有找到，换个词试试

## 再次确认身份
confirm-title = 确认是您本人
confirm-why = 接下来的操作影响重大，请再输入一次密码，随后回到刚才的地方。
confirm-why-code = 接下来的操作影响重大，请输入身份验证器应用中的验证码，随后回到刚才的地方。
code-title = 请输入验证码
code-why = 密码正确。请打开手机上的身份验证器应用，输入其中显示的验证码。
code-label = 验证码
code-hint = 应用中的六位数字，或一个恢复码
code-lost = 手机丢失且没有恢复码？请管理用户的同事移除您的两步验证。
confirm-kept = 您刚才填写的内容都还在，确认后会继续提交。
confirm-left-out = 您刚才填写的内容都还在，确认后会继续提交；密码和密钥出于安全未保留，请届时重新填写。
sign-in-expired = 登录已过期，刚才填写的内容尚未提交，请重新登录。
sign-in-kept = 什么都没有丢：您填写的内容都还在，登录后会接着提交。
sign-in-forgotten = 忘记密码？请管理用户的同事为您设置新密码。

## 计量单位
unit-pcs = 件
unit-set = 套
unit-box = 箱
unit-h = 小时
unit-day = 天
unit-month = 月
unit-year = 年
unit-m = 米
unit-kg = 千克
unit-l = 升

## 客户看到的说法
portal-status-open = 待付
portal-status-partially-paid = 部分已付
portal-status-paid = 已付清
portal-status-overdue = 已逾期
portal-status-written-off = 已免除
portal-status-succeeded = 已到账
portal-nav-payments = 付款记录
portal-label-received-on = 付款日期
portal-label-method = 付款方式
portal-status-reversed = 已撤销
portal-status-on-hold = 待我们确认
portal-status-pending-approval = 待我们确认
bulk-preview = 可执行 { $good } 项，不能执行 { $bad } 项。尚未执行任何操作。
bulk-done = 已完成 { $good } 项，未执行 { $bad } 项。
bulk-detail = 说明
bulk-then = 执行后
bulk-now = 结果
bulk-refused = 不能执行
bulk-back = 返回列表
bulk-run = { $act }（{ $n } 项）
error-bulk-nothing-chosen = 请先选择 1 到 { $max } 行。未执行任何操作，返回列表勾选后再试。
list-nothing = 没有符合条件的记录
list-nothing-next = 换个条件，或清除筛选查看全部。
