## 登录
sign-in-to-go-on = 请登录后继续，什么都没有丢。
done-not-sent = 登录已过期，刚才提交的内容没有收到。请登录后回到原来的页面重新提交。
done-signed-out = 您已退出登录。

## 我的账户
account-title = 我的账户
account-data = 基本资料
account-password = 密码
account-password-change = 修改密码
account-sessions = 已登录的设备
account-sessions-hint = 不认识的设备请退出，并修改密码。
account-device = 设备
account-device-unknown = 未知
account-here = 本设备
account-seen = 最近使用
account-sign-out-everywhere = 退出所有设备
label-address-network = 网络地址
label-old-password = 当前密码
label-new-password = 新密码
password-hint = 至少十个字，最好是几个只有您才会想到的词。
done-account-saved = 已保存。
done-password-changed = 密码已修改，其他设备均已退出。
done-session-ended = 该设备已退出。

## 两步验证
factor-title = 两步验证
factor-on = 生效中
factor-why = 除密码外还需手机上的验证码：即使密码泄露，他人也无法登录，更动不了资金。
factor-set-up = 开启
factor-since = 开启时间
factor-other = 换用另一部手机
factor-remove = 关闭
factor-needed = 公司要求凡经手资金进出或更改资金去向的人开启两步验证。刚才的操作没有执行；请先开启，再做一次。
factor-replaces = 您已开启两步验证。新的验证码首次验证成功之前，原有的仍然有效。
factor-scan = 请用手机上的身份验证器应用扫描，然后输入应用显示的验证码。
factor-picture = 供应用扫描的二维码
factor-type = 无法扫描
factor-type-hint = 请在应用中手动输入此密钥，类型为基于时间的六位验证码。
factor-code-hint = 六位数字
factor-enrol = 从现在起启用
label-second-factor-code = 应用中的验证码
recovery-title = 恢复码
recovery-why = 手机不在身边时，每个恢复码可代替验证码使用一次。请与重要物品一起保管，不要存在同一部手机里。
recovery-copy = 全部复制
recovery-print = 也可以打印本页。
recovery-left = 剩余恢复码
recovery-renew = 重新生成恢复码
done-second-factor-removed = 两步验证已移除。
factor-policy-title = 资金操作的身份验证
label-second-factor-required = 两步验证
factor-policy-hint = 尚未开启的人在退款、更改资金去向或决定谁有此权限之前，会先被引导开启。
factor-policy-own = 由每个人自行决定
factor-policy-all = 凡经手资金进出或更改资金去向的人必须开启
factor-policy-own-means = 是否开启两步验证由每个人自行决定。资金进出或更改去向之前，已开启的人须输入验证码，其他人须再次输入密码。
factor-policy-all-means = 凡退款、更改资金去向或决定谁有此权限的人，必须开启两步验证。
user-factor-remove = 移除两步验证
user-factor-hint = 供手机和恢复码均已丢失的人使用。请先确认确为本人提出。该用户将退出所有设备，重新开启之前仅凭密码登录。

## 设置
settings-company = 公司
settings-api-keys = API 密钥
settings-lines-hint = 按单据上的写法，每行一项
label-settings-bank-account = 银行账户
settings-bank-account-hint = 客户付款的账户，印在账单上
label-settings-locale = 语言
label-settings-colour = 主色
colour-jade = 玉绿
colour-seal = 印红
colour-indigo = 靛蓝
colour-plum = 梅紫
colour-ochre = 赭黄
colour-slate = 石青
settings-numbers = 单据编号
settings-numbers-hint = {"{"}year{"}"} 为年份，{"{"}yy{"}"} 为年份后两位，{"{"}number:05{"}"} 为至少五位的序号。修改从下一张单据起生效。
label-invoice-pattern = 账单
label-order-pattern = 订单
label-credit-note-pattern = 红字账单
label-settings-tax-rounding = 税额取整
tax-rounding-line = 逐行取整
tax-rounding-document = 按单据每个税率取整一次
label-settings-revenue-at = 收入确认
settings-revenue-at-hint = 选择交货时确认，则交货前已开账单的金额先记为合同负债。
revenue-at-invoice = 开账单时
revenue-at-delivery = 交货时
settings-fixed = 不可更改
settings-fixed-hint = 账簿以此为基础，设立后不再改变。
settings-time-zone = 时区
settings-chart = 会计科目
chart-cn-small = 小企业会计准则
chart-international = 国际通用
label-settings-fiscal-year-month = 会计年度
settings-fiscal-year-hint = 单据编号按会计年度重新开始，报表也由此计算本年累计。本年度已有单据编号后不能再改。
error-fiscal-year-numbered = { $year } 会计年度已有单据编号，起始月份不能再改。未作任何改动；请在新年度首张单据之前设置。
settings-fiscal-year-from = 从 { $month } 月开始
done-settings-saved = 设置已保存。

## 一人或两人
second-person-title = 不由一人决定
second-person-on = 生效中
second-person-off = 已关闭
second-person-on-means = { $limit } 以内，一个人可以完成全部操作。超过此金额：退款须由登记收款以外的人办理，核销坏账须由开具账单以外的人办理，放行暂挂订单须由提交订单以外的人办理。
second-person-off-means = 所有者已关闭第二人复核。超过 { $limit } 时，登记收款、开具账单或提交订单的人也可以自己退款、核销或放行，但每次须重新输入密码；审计记录会注明由一人决定。
second-person-change = 更改
second-person-limit = 一人可自行办理的上限（{ $currency }）
second-person-limit-hint = 同一单据此前已退或已核销的金额一并计入。
label-settings-single-person = 超过上限时
second-person-above-hint = 一人决定只适用于只有一个人的公司：每个页面都会提示，每次操作须重新输入密码，审计可看到由谁一人决定。
second-person-two = 须由另一人办理
second-person-one = 一人即可办理
single-person-notice = 目前一个人即可完成本需两人的操作：所有者已关闭第二人复核。

## 用户
user-name = 姓名
label-account-name = 姓名
label-users-name = 姓名
user-new = 新建用户
user-create = 创建并显示密码
label-users-customer = 所属
user-for-hint = 客户方人员只能看到该客户的订单和账单，没有本公司的角色。
user-for-us = 本公司
user-inactive = 已停用
user-deactivate = 停用
user-deactivate-hint = 立即退出所有设备，不能再登录；其经手的记录仍保留姓名
user-reset = 设置新密码
user-reset-hint = 该用户将退出所有设备。新密码只显示一次。
user-password-told = 临时密码
user-password-next = 请当面或电话告知，并请对方在“我的账户”中修改。
told-once = 仅此一次显示，以后无法再查看。
told-done = 已记下
done-user-saved = 用户已保存。
label-roles = 角色
role-owner-does = 全部操作，并决定谁能做什么
role-finance-manager-does = 一切资金进出与结账
role-accountant-does = 账簿及其单据
role-cashier-does = 收款并核销账单
role-sales-does = 客户，以及提交前的订单
role-auditor-does = 查看一切，不作改动

## API 密钥
keys-none = 还没有 API 密钥
keys-none-next = 密钥让您的程序以自己的角色在这里工作。
key-new = 新建密钥
key-create = 创建并显示密钥
key-name-hint = 供什么使用，如“网上商城”
key-expires-hint = 不填则到吊销为止
label-expires-in-days = 有效天数
key-narrow = 缩小权限范围
key-narrow-hint = 不勾选则拥有角色的全部权限
label-scopes = 权限
label-requests-per-minute = 每分钟请求数
key-limit-hint = 留空则不限。超过时会要求稍候再试
key-limit-named = { $name } 的每分钟请求数
key-limit-set = 设定
key-limit-set-named = 设定 { $name } 的限制
key-unlimited = 不限
key-made = 创建于
key-ends = 失效于
key-never-ends = 吊销时
key-revoke = 吊销
key-revoke-named = 吊销 { $name }
key-revoked = 已吊销
key-told = 新的密钥
key-next = 程序每次请求以“Authorization: Bearer”发送此密钥。
done-key-limited = 新的限制已生效。
done-key-revoked = 密钥已吊销，此后使用它的请求一律拒绝。

## 出错时
error-second-factor-needed = 公司要求执行此操作的人开启两步验证。什么都没有执行；请在“我的账户”中开启，再做一次。
error-no-second-factor = 没有开启两步验证。未作任何改动。
error-sign-in-expired = 输入验证码超时，或此次登录已完成。请重新登录。
field-code-wrong = 验证码不对或已经用过，请等应用显示下一个验证码后再输入
error-confirm-identity = 此操作需要再输入一次密码或验证码，什么都没有执行。请确认身份后再做一次。
error-people-only = 这属于个人账户，程序没有个人账户。未作任何改动。
error-owner-only = 只有登录的所有者可以这样做。未作任何改动；请联系所有者。
error-write-off-not-allowed = 放弃账单款项（含由银行扣去的部分）超过 { $limit } 时，须由有核销权限的人办理。未作任何更改；请找财务经理或所有者。
error-second-person-needed = { $act ->
    [refund] 退款超过 { $limit } 时，须由登记该笔收款以外的人办理。款项没有退出；请找没有登记这笔收款的财务经理或所有者。
    [write_off] 核销超过 { $limit } 时，须由开具该账单或提交其订单以外的人办理。没有核销；请找两者均未经手的财务经理或所有者。
    [close_statement] 差额超过 { $limit } 时，须由既未导入该对账单、也未匹配其各行的人结账。对账单仍未结；请找两者均未经手的财务经理或所有者。
    [match] 银行实收比账面少 { $limit } 以上时，须由登记该笔收款以外的人匹配。没有匹配；请找没有登记这笔收款的财务经理或所有者。
   *[release] 放行金额超过 { $limit } 的订单，须由提交该订单以外的人办理。订单仍在等待；请找没有提交该订单的财务经理或所有者。
}
error-beyond-own-rights = 不能授予自己没有的权限。未作任何改动；请联系所有者。
error-last-owner = 公司必须有所有者，这是最后一位有效的所有者。未作任何改动；请先让另一人成为所有者。
error-user-not-found = 没有这个用户。未作任何改动；请在列表中查找。
error-api-key-not-found = 没有这个密钥。未作任何改动；请在列表中查找。
field-too-many-lines = 最多六行
field-not-a-pattern = 须含一个 {"{"}number{"}"} 和与之隔开的年份，其间只能用字母、数字和 - / . _
field-role-missing = 请至少选择一个角色
field-role-needs-customer = 此角色只用于客户方人员
field-role-mixed = 客户方人员没有本公司的角色
field-user-customer-fixed = 所属不能更改，请另建用户
field-password-wrong = 与当前密码不符
field-password-personal = 与姓名或邮箱太接近，请换一个
settings-logo = 公司标志
label-settings-logo = 图片文件
settings-logo-save = 上传标志
settings-logo-remove = 移除
settings-logo-hint = 显示在单据、客户门户和付款页上。已开具的单据保留开具时的标志。
label-logo = 公司标志
field-logo-too-heavy = 图片超过 512 KB，请压缩后再传
field-logo-too-large = 图片每边最多 4000 像素，请缩小后再传
field-logo-not-a-picture = 这不是完整的 PNG、JPEG 或 SVG 图片，请换一个文件
field-logo-svg-unsafe = 此 SVG 含有脚本、样式表或外部内容，不能使用；请导出为普通图形的 SVG 或 PNG

## 列表的视图
done-view-saved = 视图已保存。
done-view-removed = 视图已删除。
field-view-empty = 先筛选或选择列，再存为视图
field-view-too-long = 筛选条件太长，请减少一些
field-too-many-views = 每个列表最多 { $max } 个视图，请先删除一个
label-users-locale = 语言
label-views-name = 视图名称
label-account-locale = 语言
