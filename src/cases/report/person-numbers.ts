import type { PersonMark, Span } from './person-span.ts';
import { spansOf } from './person-span.ts';

// --- Numbers: runs of digits, typed with blanks or dashes between groups, or in Chinese digits.

/** Digits, their look-alikes (l, I, O) and spoken forms (幺, 洞, 拐, 勾, 两). */
const DIGIT = '[0-9OLI|〇零一二三四五六七八九幺腰洞拐勾两壹贰叁肆伍陆柒捌玖]';
/** Blanks, line ends, dashes and emoji between digits. */
const BETWEEN = '[ \\n\\-—.()*_#/·~+=\ud800-\udfff\u2600-\u27bf]';
/** The letters that end a word before a number are none of its digits: call 138…. */
const DIGIT_RUN = new RegExp(`(?!(?<=[A-Z])[OLI])${DIGIT}(?:${BETWEEN}{0,3}${DIGIT}){6,}[ -]?X?`, 'g');
const BETWEEN_ALL = new RegExp(BETWEEN, 'g');
/** yaosanjiu lingling… */
const PINYIN_DIGITS = /(?<![A-Z])(?:(?:YAO|YI|ER|LIANG|SAN|SI|WU|LIU|QI|BA|JIU|LING|DONG)[ ]*){7,}(?![A-Z])/g;
const CARD_WORDS = /卡|账|帐|户头|转|打钱|汇|打款|打到|退|[工农建中招交]行|银行|邮储|信用社|收款|付款|赔|补偿|押金/;
const ID_WORDS = /身份证|证件|有证|SFZ|实名|老号|一代证|二代证|十五位|十八位|证号/;

/** 工单13805710012, 许可证 320102…: the number of a thing or a paper. */
const OF_A_THING =
  /(?:许可证|合格证|登记证|注册代?码?|工单|订单|报修单|单号|流水号|编号|序列号|条码|型号|设备号|设备代码|出厂号|铭牌[^，,。]{0,4}|杆号|表号|刻着)[号是为上：: ]{0,3}$/;

export function findNumbers(text: string): readonly Span[] {
  const spelt = spansOf(PINYIN_DIGITS, text, 'phone');
  // `matchAll` copies the pattern.
  const runs = text.search(DIGIT_RUN) < 0 ? [] : [...text.matchAll(DIGIT_RUN)];
  const typed = runs.flatMap(({ 0: run, index }) => {
    const digits = [...run.replaceAll(BETWEEN_ALL, '')].map(digitOf).join('');
    const near = text.slice(Math.max(0, index - 20), index + run.length + 20);
    const what = OF_A_THING.test(text.slice(0, index)) ? undefined : markOf(digits, near, text[index - 1] ?? '');
    return what ? [{ what, from: index, to: index + run.trimEnd().length }] : [];
  });
  return [
    ...typed,
    ...spelt,
    ...spansOf(PASSPORT, text, 'passport'),
    ...spansOf(ID_MASKED, text, 'identity_number'),
    ...spansOf(ID_PARTS, text, 'identity_number'),
    ...spansOf(ID_TAIL, text, 'identity_number'),
    ...spansOf(OTHER_IDS, text, 'identity_number'),
    ...spansOf(CARD_TAIL, text, 'bank_card'),
    ...spansOf(SAID_PHONE, text, 'phone'),
    ...spansOf(BACKWARDS, text, 'phone'),
    ...spansOf(PHONE_ENGLISH, text, 'phone'),
    ...spansOf(PHONE_PARTS, text, 'phone'),
    ...spansOf(PHONE_MASKED, text, 'phone'),
    ...spansOf(HOMOPHONES, text, 'phone'),
    ...spansOf(PHONE_TOLD, text, 'phone'),
  ];
}

const ID_TAIL =
  /(?:身份证|证件|证号|ID卡)[^。！!？?\d]{0,8}(?:后|尾|末|结尾)(?:[几三四五六3456]?位|号|几个)?(?:数|号)?(?:是|为|[:： ]){0,2}\d{3,6}X?/g;
/** 33010219900307****: place and day of birth. */
const ID_MASKED = /(?<!\d)\d{6}(?:19|20)\d{6}[*×X]{3,4}(?![A-Z0-9])/g;
const ID_PARTS = /前(?:六|6)位(?:是|为|[:： ])?\d{6}[^。！!？?]{0,30}?后(?:四|4)位(?:是|为|[:： ])?\d{3}[\dX]/g;
/** Numbers that are told in words around them: four zeros, read backwards, the last four. */
const SAID_PHONE =
  /(?<=(?:手机|电话|号码|打给他|打他|打她)[^。！!？?]{0,8})(?:[0-9零一二三四五六七八九幺洞拐勾](?:个)?[,，、 ]?){7,}/g;
const BACKWARDS = /(?<=(?:倒着|倒过来|反着|反过来)[^。！!？?\d]{0,4})[\d ]{8,14}/g;
const ENGLISH = '(?:[0-9]|ZERO|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE)';
const PHONE_ENGLISH = new RegExp(
  `(?<![A-Z0-9])(?=[0-9 -]{0,14}[A-Z])(?:1|ONE)(?:[ -]{0,2}${ENGLISH}){10}(?![0-9])`,
  'g',
);
/** 158****6632 */
const PHONE_MASKED =
  /(?<!\d)1[3-9]\d[*×X]{2,6}\d{4}(?!\d)|(?<=(?:固话|座机|电话|号码)[^。！!？?\d]{0,3})\d{4}(?:开头)?(?:后面|接着|再来?|然后)(?:是)?\d{4}/g;
const PHONE_PARTS =
  /(?:前|开头)[^。！!？?\d]{0,4}[\d一二三四五六七八九零]{3}[^。！!？?\d]{0,6}中间[^。！!？?\d]{0,4}[\d一二三四五六七八九零]{4}[^。！!？?\d]{0,6}(?:后|尾|末)[^。！!？?\d一二三四五六七八九零]{0,4}四?位?[是为]?[\d一二三四五六七八九零]{4}/g;
/** 依伞酒…: eleven characters that sound like digits. */
const HOMOPHONES =
  /(?<![0-9])(?=[0-9]{0,10}[^0-9])[1一壹幺妖腰依衣医伊易益姨要][0-9零灵令另铃洞一壹幺妖腰依衣医伊易益姨要二贰两尔而儿耳三叁伞散山四肆斯死丝寺五伍屋武舞午吴六陆溜柳刘流七柒拐起齐妻期旗八捌爸吧扒巴九玖勾酒久旧救]{10}(?![0-9])/g;
/** 139，后面1234，再5678 */
const PHONE_TOLD = new RegExp(
  `(?<!${DIGIT})[1一幺壹]${DIGIT}{2}(?:后面|然后|再来?|接着|中间|最后|跟着|尾号|横?杠|减|空格|是|[ ,，、.·—-]){1,3}${DIGIT}{4}(?:后面|然后|再来?|接着|最后|跟着|尾号|横?杠|减|空格|是|[ ,，、.·—-]){0,3}${DIGIT}{4}(?!${DIGIT})`,
  'g',
);
const OTHER_IDS =
  /(?:残疾证|社保卡?|医保卡?|驾照|驾驶证|军官证|工作证|学生证|学号|工号|工牌|员工号|警号|骑手号?|外卖员|快递员|抄表员|协管员|收费员|保安|城管)(?:档案)?(?:编号|工号|号码|号)?(?:是|为|[:： ]){0,2}(?<part>[A-Z]{0,2}\d{3,20})|[军警政]字第?\d{4,}号?/g;
const CARD_TAIL =
  /卡号?[:： ]?\d{4,6}[^。！!？?，,\d]{0,4}(?:结尾|尾号|后面|末尾)[^。！!？?，,\d]{0,2}\d{3,5}|(?<=卡号?)[是的]?(?:尾号|末尾|后四位|末四位|尾数)(?:是|为|[:： ])?[\d零一二三四五六七八九]{3,6}/g;
const PASSPORT =
  /(?:护照|HU照|通行证|台胞证|回乡证|港澳证|居留证|居留许可|签证|PASSPORT|PASPORT|PP)(?:编号|号码|号|NO|是|为|[:：，,. ]){0,5}(?<part>[A-Z]{1,2}[ -]?(?:[0-9零一二三四五六七八九幺洞][ -]?){6,9}|(?:[0-9零一二三四五六七八九幺洞][ -]?){7,9})/g;

function digitOf(letter: string): string {
  const alike = { O: '0', L: '1', I: '1', '|': '1', 腰: '1', 洞: '0', 拐: '7', 勾: '9', 两: '2' }[letter];
  if (alike !== undefined) return alike;
  const spoken = '零一二三四五六七八九〇幺　　　　　　　　零壹贰叁肆伍陆柒捌玖'.indexOf(letter);
  return spoken >= 0 ? String(spoken % 10) : letter;
}

function markOf(digits: string, near: string, before: string): PersonMark | undefined {
  if (/[A-Z]/.test(before) && !ID_WORDS.test(near)) return undefined; // a serial number of a thing: XHS0032…
  if (/^\d{17}[\dX]$/.test(digits) && isDay(digits.slice(6, 14))) return 'identity_number';
  const plain = digits.replace(/X$/, '');
  if (/^\d{15}$/.test(plain) && ID_WORDS.test(near) && isDay(`19${plain.slice(6, 12)}`)) return 'identity_number';
  if (/^[1-9]\d{16,17}$/.test(plain) && ID_WORDS.test(near)) return 'identity_number';
  if (/^[3-6]\d{15,18}$/.test(plain) && (CARD_WORDS.test(near) || isLuhn(plain))) return 'bank_card';
  if (/^(?:86|0086)?1[3-9]\d{9}$/.test(plain)) return 'phone';
  // From abroad, an area code has no zero: +86 25.
  const fixed = plain.replace(before === '+' ? /^860?/ : /^00860?/, '0');
  if (/^0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}$/.test(fixed)) return 'phone';
  if (/电话|座机|打我|号码|联系|手机/.test(near) && /^[2-8]\d{6,7}$/.test(plain) && !isHotline(plain)) return 'phone';
  return undefined;
}

function isHotline(digits: string): boolean {
  return /^(?:400|800|95|96|12)/.test(digits);
}

function isDay(day: string): boolean {
  const [year, month, date] = [day.slice(0, 4), day.slice(4, 6), day.slice(6, 8)].map(Number);
  return (
    (year ?? 0) >= 1900 &&
    (year ?? 0) <= 2030 &&
    (month ?? 0) >= 1 &&
    (month ?? 0) <= 12 &&
    (date ?? 0) >= 1 &&
    (date ?? 0) <= 31
  );
}

/** The check digit of payment cards (ISO/IEC 7812). */
function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

// --- Plates (GA 36) and accounts.

const PLATE =
  /(?<!\d)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-NP-Z][ ·•.\-—_/,]{0,2}(?=[A-Z0-9 ·•]*\d)(?:[A-Z0-9][ ·•]?){4,5}[A-Z0-9挂学警港澳领使](?![A-Z0-9])/g;
/** Plates of the armed police. */
const PLATE_WJ =
  /(?<![A-Z0-9])WJ[ ·-]?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]?[ ·-]?\d{4}[A-Z0-9](?![A-Z0-9])/g;
/** Plates of embassies and of the army. A unit behind the number counts people or things: 使123456人受益. */
const PLATE_STATE =
  /(?:(?<![致促迫即驱行大天特公])使[ ·-]?\d{3}[ ·-]?\d{3}|(?<!\p{Script=Han})[军空海][A-Z][ ·-]?\d{5})(?![\dA-Z人名个户元块次台辆吨米斤千万室号])/gu;
const PLATE_SAID =
  /(?:车牌|牌照|牌号|车号|尾号)(?:号码|号)?(?:是|为|[:：])? ?(?<part>\p{Script=Han}{0,3}(?=[A-Z0-9]*\d)[A-Z0-9]{4,10})(?![A-Z0-9])/gu;
/** Its letter or digits are spoken, or the province is written by another character of the same sound. */
const PLATE_SPOKEN =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?(?:[A-HJ-NP-Z]|诶|欸|比|必|西|迪|伊|易|艾弗|吉|埃尺|爱尺)[ ]?[0-9零一二三四五六七八九幺洞拐勾两]{5,6}(?![0-9])/g;
const PLATE_ALIKE =
  /(?<![A-Z0-9])[这折哲户书酥晚经路玉][A-HJ-NP-Z](?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z0-9]{5})[A-Z0-9]{5}(?![A-Z0-9])/g;
const PLATE_LONG =
  /(?:北京|天津|上海|重庆|江苏|浙江|安徽|山东|福建|江西|河南|河北|湖北|湖南|广东|广西|四川|云南|贵州|山西|陕西|辽宁|吉林|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])[A-HJ-NP-Z](?=[A-Z]*[0-9零一二三四五六七八九幺])[A-Z0-9零一二三四五六七八九幺洞拐]{5,7}(?![A-Z0-9])/g;
const PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]';
const SPOKEN_DIGIT = '[0-9零一二三四五六七八九幺洞拐勾两]';
const PLATES_TOLD: readonly RegExp[] = [
  new RegExp(
    `(?:${PROVINCE}|浙江|江苏|安徽|上海|山东|河南)(?:牌照?|[-. ])[-. ]?[A-HJ-NP-Z](?:[ ·.-]*(?:[A-Z]|${SPOKEN_DIGIT})){4,6}(?![A-Z0-9])`,
    'gu',
  ),
  new RegExp(`(?<=车牌|车号|牌照|牌号)(?:号码|号|是|[:： ]){0,2}${PROVINCE}(?:[A-HJ-NP-Z]|${SPOKEN_DIGIT}{3,})`, 'gu'),
  new RegExp(`${PROVINCE}(?:[A-Z]|\\p{Script=Han})${SPOKEN_DIGIT}{5}(?!\\d)`, 'gu'),
  new RegExp(`${PROVINCE}[A-HJ-NP-Z](?:[ ·*]*[A-Z0-9]){4,6}(?![A-Z0-9])`, 'gu'),
  /尾号(?:是|为|[:： ])?[A-Z0-9零一二三四五六七八九]{2,6}(?=的?\p{Script=Han}{0,4}(?:车|宝马|奔驰|奥迪|大众|丰田|本田|比亚迪|特斯拉|摩托|货车|轿车))/gu,
];
const PLATE_PARTS =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z](?:的|牌|开头)[^。！!？?]{0,16}尾号[ ]?[A-Z0-9]{3,6}/g;
const PLATFORM =
  '(?<![A-Z0-9./_])(?:微信|[微薇威徽][-_. ❤♥心]?(?:信|号|博号)|[WV][-_. ]?信|徽信|威信|维信|伟信|卫星|威芯|微[❤♥心]|绿泡泡|绿色泡泡|小绿|[VW薇威]❤|WEI信|WECHAT|VX|WX|V信|加V|加微|威|薇|QQ|Q号|Q群|扣扣|扣号|叩叩|球球|企鹅号?|抖音|抖Y|DOUYIN|DY|快手|KS|小红书|红薯号?|微博|WEIBO|WB|支付宝|ZFB|闲鱼|咸鱼|陌陌|探探|SOUL|B站|哔哩哔哩|BILIBILI|贴吧|邮箱|邮件|EMAIL|E-MAIL|MAIL|阿里旺旺|旺旺|知乎|豆瓣|钉钉|飞书|微视|西瓜视频|视频号|头条号?|百家号|INSTAGRAM|INS|FACEBOOK|FB|脸书|TWITTER|推特|TELEGRAM|TG|电报|纸飞机|LINE|WHATSAPP|SKYPE|YY|DISCORD|STEAM|游戏ID|网名|用户名|账号名|(?<![A-Z])[VQ](?=[:：]))';
/** 微信支付, 抖音打卡墙: a platform in the name of a thing. */
const NOT_HANDLE = '(?!支付|扫|充|小程序|公众号|群里|柜|桩|店|馆|墙|上看|打卡|上报|报修|缴|推送|通知|收款码)';
/** A name of letters and digits, a number, or digits in groups. */
const TOKEN =
  '(?:(?=[A-Z0-9_.-]*[0-9])[A-Z0-9_.-]{5,24}|[A-Z][A-Z0-9_.-]{4,23}|[0-9](?:[ -]?[0-9]){5,12}|[零一二三四五六七八九幺两]{5,12})';
const ACCOUNT = new RegExp(
  `${PLATFORM}(?:${NOT_HANDLE}[^。！!？?;；\\n0-9A-Z@]){0,6}?(?:UID|ID|NO|账号|号)?[:：,， _-]{0,3}(?<part>${TOKEN})`,
  'g',
);
const SEARCHED = /搜(?:一下)?[:：,， “"]{0,2}(?<part>[A-Z][A-Z0-9_.-]{5,24})/g;
/** A handle in quotes, and an address that is spelt out. */
const QUOTED =
  /(?<=(?:抖音|快手|微信|QQ|B站|小红书|微博|知乎|豆瓣|陌陌|贴吧|用户|UP主|主播|群里|网名|昵称|账号)[^。！!？?“"「]{0,6})[“"「『《][^”"」』》]{2,20}[”"」』》]/g;
/** 抖音叫糖糖不吃糖 */
const NAMED_ACCOUNT =
  /(?:(?:抖音|快手|微博|小红书|B站|知乎|豆瓣|贴吧|视频号|直播间?|陌陌)(?:账号|帐号|昵称|号|名字?)?(?:就?叫|叫做|名叫)|(?:微信|QQ|群里?|网上|抖音|快手|微博|小红书|B站|知乎|豆瓣|贴吧|论坛|业主群|业主论坛)(?:里|的|上)?(?:吧友|网友|博主|主播|UP主|昵称|网名|名字|用户名|用户|账号名|群名片|ID)(?:就?是|叫|[:： ])?)[:： @]?(?<part>[\p{Script=Han}A-Z0-9_]{2,10}?)(?=[,，。！!？?\s]|$|的|天天|这人|这个人|那个|就是|直播|发的)/gu;
const SPELT_EMAIL =
  /[A-Z0-9零一二三四五六七八九幺](?:[A-Z0-9._零一二三四五六七八九幺-]|点|下划线)*[ ]?(?:艾特|爱特|\(AT\)|\[AT\]|\{AT\}|AT|@|#|圈A|小老鼠)[ ]?[A-Z0-9]+[ ]?(?:点|\.|DOT|\(DOT\))[ ]?(?:COM|CN|NET|ORG|EDU|ME|CC)/g;
const HANDLE =
  /(?:微博|抖音|快手|B站|小红书|TELEGRAM|TG|电报|推特|INS|FB|脸书)[ ]?@[^\s,，。！!？?]{2,20}|(?<![A-Z0-9._-])@[A-Z0-9_\p{Script=Han}]{3,20}/gu;
const EMAIL = /[A-Z0-9._%+-]+ ?(?:@|＠|\(AT\)|AT(?= ?(?:QQ|163|126|GMAIL)))[ ]?[A-Z0-9-]+(?: ?\. ?[A-Z]{2,})+/g;

export function findPlates(text: string): readonly Span[] {
  return [
    PLATE,
    PLATE_WJ,
    PLATE_STATE,
    PLATE_SAID,
    PLATE_SPOKEN,
    PLATE_ALIKE,
    PLATE_LONG,
    PLATE_PARTS,
    ...PLATES_TOLD,
  ].flatMap((pattern) => spansOf(pattern, text, 'plate'));
}

export function findAccounts(text: string): readonly Span[] {
  return [
    ...spansOf(EMAIL, text, 'account'),
    ...spansOf(SPELT_EMAIL, text, 'account'),
    ...spansOf(QUOTED, text, 'account'),
    ...spansOf(SEARCHED, text, 'account'),
    ...spansOf(NAMED_ACCOUNT, text, 'account'),
    ...spansOf(HANDLE, text, 'account'),
    ...spansOf(ACCOUNT, text, 'account'),
  ];
}
