import type { PersonMark, Span } from './person-span.ts';
import { spansOf } from './person-span.ts';

// --- Numbers: runs of digits, typed with blanks or dashes between groups, or in Chinese digits.

/** Digits, their look-alikes (l, I, O) and spoken forms (幺, 洞, 拐, 勾, 两). */
const DIGIT = '[0-9OLI|〇零一二三四五六七八九幺腰洞拐勾两壹贰叁肆伍陆柒捌玖]';
const DIGIT_RUN = new RegExp(`${DIGIT}(?:[ \\-—.()*_#/·~]{0,2}${DIGIT}){6,}[ -]?X?`, 'g');
/** yaosanjiu lingling… */
const PINYIN_DIGITS = /(?<![A-Z])(?:(?:YAO|YI|ER|LIANG|SAN|SI|WU|LIU|QI|BA|JIU|LING|DONG)[ ]*){7,}(?![A-Z])/g;
const CARD_WORDS = /卡|账|帐|户头|转|打钱|汇|打款|打到|退|[工农建中招交]行|银行|邮储|信用社|收款|付款|赔|补偿|押金/;
const ID_WORDS = /身份证|证件|有证|SFZ|实名|老号|一代证|二代证|十五位|十八位|证号/;

export function findNumbers(text: string): readonly Span[] {
  const spelt = spansOf(PINYIN_DIGITS, text, 'phone');
  const typed = [...text.matchAll(DIGIT_RUN)].flatMap(({ 0: run, index }) => {
    const digits = [...run.replace(/[ \-—.()*_#/·~]/g, '')].map(digitOf).join('');
    const near = text.slice(Math.max(0, index - 20), index + run.length + 20);
    const what = markOf(digits, near, text[index - 1] ?? '');
    return what ? [{ what, from: index, to: index + run.trimEnd().length }] : [];
  });
  return [
    ...typed,
    ...spelt,
    ...spansOf(PASSPORT, text, 'passport'),
    ...spansOf(ID_PARTS, text, 'identity_number'),
    ...spansOf(ID_TAIL, text, 'identity_number'),
    ...spansOf(OTHER_IDS, text, 'identity_number'),
    ...spansOf(CARD_TAIL, text, 'bank_card'),
    ...spansOf(SAID_PHONE, text, 'phone'),
    ...spansOf(BACKWARDS, text, 'phone'),
  ];
}

const ID_TAIL = /身份证[^。！!？?\d]{0,6}(?:后|尾|末)[四五六456]位(?:是|为|[:： ])?\d{3,6}X?/g;
const ID_PARTS = /前(?:六|6)位(?:是|为|[:： ])?\d{6}[^。！!？?]{0,30}?后(?:四|4)位(?:是|为|[:： ])?\d{3}[\dX]/g;
/** Numbers that are told in words around them: four zeros, read backwards, the last four. */
const SAID_PHONE =
  /(?<=(?:手机|电话|号码|打给他|打他|打她)[^。！!？?]{0,8})(?:[0-9零一二三四五六七八九幺洞拐勾](?:个)?[,，、 ]?){7,}/g;
const BACKWARDS = /(?<=(?:倒着|倒过来|反着|反过来)[^。！!？?\d]{0,4})[\d ]{8,14}/g;
const OTHER_IDS =
  /(?:残疾证|社保卡?|医保卡?|驾照|驾驶证|军官证|工作证|学生证|学号|工号|工牌|员工号|警号)(?:编号|号码|号)?(?:是|为|[:： ])?(?<part>[A-Z]{0,2}\d{4,20})/g;
const CARD_TAIL = /(?<=卡)尾号(?:是|为|[:： ])?[\d零一二三四五六七八九]{3,6}(?=的)/g;
const PASSPORT =
  /(?:护照|HU照|通行证|台胞证|回乡证|港澳证|PASSPORT)(?:号码|号|是|为|[:： ]){0,3}(?<part>[A-Z]{1,2}[ -]?(?:[0-9零一二三四五六七八九幺][ -]?){6,9})/g;

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
  if (/^0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}$/.test(plain)) return 'phone';
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
  /(?<!\d)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-NP-Z][ ·•.-]{0,2}(?=[A-Z0-9 ·•]*\d)(?:[A-Z0-9][ ·•]?){4,5}[A-Z0-9挂学警港澳](?![A-Z0-9])/g;
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
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z](?:的|牌|开头)[^。！!？?]{0,4}尾号[ ]?[A-Z0-9]{3,6}/g;
const ACCOUNT =
  /(?:微信|薇信|徽信|威信|维信|伟信|卫星|威芯|微[❤心]|绿泡泡|绿色泡泡|小绿|[VW薇威]❤|WEI信|VX|WX|V信|加V|加微|威|薇|QQ|扣扣|扣号|球球|企鹅|抖音|抖Y|DY|快手|KS|小红书|红薯号|微博|WB|支付宝|ZFB|闲鱼|陌陌|探探|B站|贴吧|邮箱|邮件|E-?MAIL|(?<![A-Z])Q(?=[:：]))(?:账号|帐号|号码|账户|用户名|昵称|ID|号|名|就?是|为|叫|[:：,， ]|搜一?下?|加|找){0,4}(?<part>(?=[A-Z0-9_.-]*\d)[A-Z0-9_.-]{5,24}|[A-Z][A-Z0-9_.-]{4,23}|[零一二三四五六七八九幺两]{6,12})/g;
/** A handle in quotes, and an address that is spelt out. */
const QUOTED =
  /(?<=(?:抖音|快手|微信|QQ|B站|小红书|微博|UP主|主播|群里|网名|昵称|账号)[^。！!？?“"「]{0,6})[“"「『][^”"」』]{2,20}[”"」』]/g;
const SPELT_EMAIL = /[A-Z0-9]+(?:点[A-Z0-9]+)*(?:艾特|AT|@)[A-Z0-9]+点(?:COM|CN|NET|ORG)/g;
const HANDLE =
  /(?:微博|抖音|快手|B站|小红书|TELEGRAM|TG|电报|推特|INS|FB|脸书)[ ]?@[^\s,，。！!？?]{2,20}|(?<![A-Z0-9._-])@[A-Z0-9_\p{Script=Han}]{3,20}/gu;
const EMAIL = /[A-Z0-9._%+-]+ ?(?:@|＠|\(AT\)|AT(?= ?(?:QQ|163|126|GMAIL)))[ ]?[A-Z0-9-]+(?: ?\. ?[A-Z]{2,})+/g;

export function findPlates(text: string): readonly Span[] {
  return [PLATE, PLATE_SAID, PLATE_SPOKEN, PLATE_ALIKE, PLATE_LONG, PLATE_PARTS, ...PLATES_TOLD].flatMap((pattern) =>
    spansOf(pattern, text, 'plate'),
  );
}

export function findAccounts(text: string): readonly Span[] {
  return [
    ...spansOf(EMAIL, text, 'account'),
    ...spansOf(SPELT_EMAIL, text, 'account'),
    ...spansOf(QUOTED, text, 'account'),
    ...spansOf(HANDLE, text, 'account'),
    ...spansOf(ACCOUNT, text, 'account'),
  ];
}
