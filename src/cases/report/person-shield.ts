import type { Screen, Screened } from '../../engine/screen.ts';
import words from './person-words.json' with { type: 'json' };

/** Kinds of text that may identify a person. */
type PersonMark = 'identity_number' | 'bank_card' | 'phone' | 'plate' | 'accused_person';

type Span = { readonly what: PersonMark; readonly from: number; readonly to: number };

const FINDERS: readonly ((text: string) => readonly Span[])[] = [findNumbers, findPlates, findAccounts, findNames];

/**
 * Detects text that identifies a person; reports are about things and places. Finds resident ids (GB 11643), bank cards,
 * phones, plates, accounts, and names unless they are praised. The result also has the text with these parts replaced.
 */
export const personShield: Screen = (text) => {
  const cached = cache.get(text);
  if (cached !== undefined || cache.has(text)) return cached;
  if (cache.size >= CACHE_MAX) cache.clear();
  const screened = screen(text);
  cache.set(text, screened);
  return screened;
};

/** Results by text: each step of a flow screens the same answers again. */
const cache = new Map<string, Screened | undefined>();
const CACHE_MAX = 1000;

function screen(text: string): Screened | undefined {
  const spans = findSpans(text);
  const [first] = spans;
  if (!first) return undefined;
  return {
    found: text.slice(first.from, first.to).trim(),
    what: first.what,
    without: replaceSpans(text, spans),
  };
}

/** Finds all spans in a text, in order and without overlaps. */
function findSpans(text: string): readonly Span[] {
  const letters = normalise(text);
  const folded = letters.map(({ letter }) => letter).join('');
  const found = FINDERS.flatMap((find) => find(folded))
    .map(({ what, from, to }) => ({ what, from: letters[from]?.from ?? 0, to: letters[to - 1]?.to ?? 0 }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  return found.filter((span, i) => !found.slice(0, i).some((before) => before.to > span.from));
}

/** One UTF-16 unit of the normalised text, and the range of the original text that it stands for. */
type Letter = { readonly letter: string; readonly from: number; readonly to: number };

/** Characters that a reader does not see (Unicode: default ignorable), and marks on the letter before. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{M}\u2800]/u;
/** Blanks inside a name (孟 庆 祥). */
const NAME_BLANK =
  /(?<=(?:^|[^\p{Script=Han}])\p{Script=Han}) (?=\p{Script=Han}(?: |$))|(?<= \p{Script=Han}) (?=\p{Script=Han})/gu;

/** Normalises a text: half width, upper case, without unseen characters and without blanks inside a name. */
function normalise(text: string): readonly Letter[] {
  const letters: Letter[] = [];
  let from = 0;
  for (const point of text) {
    const to = from + point.length;
    if (!UNSEEN.test(point)) {
      const folded = toHalfWidth(point);
      for (const letter of folded.split('')) letters.push({ letter, from, to });
    }
    from = to;
  }
  const blanks = new Set(
    [
      ...letters
        .map(({ letter }) => letter)
        .join('')
        .matchAll(NAME_BLANK),
    ].map(({ index }) => index),
  );
  return blanks.size === 0 ? letters : letters.filter((_, i) => !blanks.has(i));
}

/** Converts a full-width, styled or circled character to its plain form if that is a single one. */
function toHalfWidth(point: string): string {
  const folded = point.normalize('NFKC').toUpperCase();
  return folded.length === 1 ? folded : point;
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let rest = text;
  for (const { from, to, what } of spans.toReversed()) {
    rest = `${rest.slice(0, from)}${what === 'accused_person' ? PERSON_REPLACEMENT : NUMBER_REPLACEMENT}${rest.slice(to)}`;
  }
  return rest;
}
const PERSON_REPLACEMENT = '有人';
const NUMBER_REPLACEMENT = '＊＊＊';

// --- Numbers: runs of digits, typed with blanks or dashes between groups, or in Chinese digits.

const DIGIT_RUN =
  /[0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖](?:[ \-—.()]{0,2}[0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){6,}[ -]?X?/g;
const CARD_WORDS = /卡|账|帐|户头|转|打钱|汇|打款|打到|退|[工农建中招交]行|银行|邮储|信用社|收款|付款|赔|补偿|押金/;
const ID_WORDS = /身份证|证件|有证|SFZ|实名|老号|一代证|二代证|十五位|十八位|证号/;

function findNumbers(text: string): readonly Span[] {
  return [...text.matchAll(DIGIT_RUN)].flatMap(({ 0: run, index }) => {
    const digits = [...run.replace(/[ \-—.()]/g, '')].map(digitOf).join('');
    const near = text.slice(Math.max(0, index - 20), index + run.length + 20);
    const what = markOf(digits, near, text[index - 1] ?? '');
    return what ? [{ what, from: index, to: index + run.trimEnd().length }] : [];
  });
}

function digitOf(letter: string): string {
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
const PLATE_SAID = /(?:车牌|牌照)(?:号码|号)?(?:是|为|[:：])? ?((?=[A-Z0-9]*\d)[A-Z0-9]{5,7})(?![A-Z0-9])/g;
const ACCOUNT =
  /(?:微信号?|QQ号?|VX号?|WX号?|V信|威信|扣扣|企鹅号?|(?<![A-Z])Q(?=[:：]))(?:号码|号|就?是|为|[:：,， ]|搜|加){0,3}((?=[A-Z0-9_-]*\d)[A-Z0-9_-]{5,20}|[A-Z][A-Z0-9_-]{5,19})/g;

function findPlates(text: string): readonly Span[] {
  return [...spansOf(PLATE, text, 'plate'), ...spansOf(PLATE_SAID, text, 'plate')];
}

function findAccounts(text: string): readonly Span[] {
  return spansOf(ACCOUNT, text, 'phone');
}

function spansOf(pattern: RegExp, text: string, what: PersonMark): readonly Span[] {
  return [...text.matchAll(pattern)].map(({ 0: whole, 1: part, index }) => {
    const from = index + (part === undefined ? 0 : whole.indexOf(part));
    return { what, from, to: from + (part ?? whole).trimEnd().length };
  });
}

// --- Names, unless they are praised.

const CLEAR_SURNAMES = [...words.surnames].filter((letter) => !words.doubtful.includes(letter)).join('');
const SURNAME = `(?:${words.compound}|[${words.surnames}])`;
const GIVEN = `[${words.given}]`;
/** Contexts before a name; without them the match may be inside a word: 雷雨天. */
const NAME_START =
  '(?<=^|[\\s,，。.！!？?、；;:：（(“"是叫个吧让给找跟和被的了说管把对问]|就是|有个|那个|这个|一个|[楼室栋幢号户]|业主|邻居|邻居讲|怀疑|发现|看到|看见|老板|工头|房东|门岗|保安|司机|住户|租客|前夫|儿子|女儿|老公|老婆|丈夫)';
/** Contexts after a name: a person who does, has or is something. */
const NAME_CONTEXT =
  '(?=$|[\\s吧啊呢嘛了呀,，。.！!？?、；;:：）)的是把又在天总每经常他她你我就那这个人半夜昨今前私故乱偷打骂扔丢抛堆占堵停拿用往从跟和不也都还一喝带收砸撬剪拧拉养搭弄干叫被给晚早上下放摆挂烧改接盖开连老有没先男女住两修签喷闻做办说讲管负骑踩推挖锯吵闹撞踢吃睡站坐走跑倒泼撒晒锁绑焊摸抽吸点赌藏抢骗欠赖霸圈种动害摞搬嫌非硬自只明已却刚才要想敢会能去来])';
const PERSON_ACTION =
  '(?=把|又在|又把|又拿|天天|每天|总是|老是|偷|拿着|拿|私自|私拉|乱|故意|不准|不让|不肯|不给|不管|老是把|经常|整天|整夜|成天|一天到晚|上个?[月周]|昨[天晚]|前天|今天|刚才|领着|带人|带着|在楼|在小区|在门|在路|在家|往|用|养|收|开着|骑|开车|停车|倒|泼|锁|堵|占|搭|拆|砸|砍|剪|扔|丢|抛|撬|偷偷|给|让|叫|故|跟|和|擅自|半夜|夜里|威胁|骂人|打人|霸占|喝多|喝醉|酒后|砸了|往楼|那家伙|这家伙|这个人|那个人|他[又天老家]|她[又天老家]|图省事|图快|耍)';
/** Excludes roads, shops and schools that are named like a person. */
const NOT_SHOP = `(?!(?![在把往从到去跟和给拿又])\\p{Script=Han}{0,3}?(?:${words.places_near}))`;
const NOT_PLACE = `(?!(?:${words.places_next})|(?![在把往从到去跟和给拿又])\\p{Script=Han}{0,3}?(?:${words.places_near}))`;
/** Excludes 谢谢, 上周, 保安 and brand names. */
const SURNAME_GUARD = `(?<!谢)(?!(?<=[上下本这每几一二两三四五六七八九十])周|(?<=[保公治平])安)(?!${words.brands})`;
const NAMES: readonly RegExp[] = [
  // 欧阳明, 王建国: a surname with one or two characters that are common in given names.
  new RegExp(`(?:${words.compound})${GIVEN}{1,2}${NOT_PLACE}`, 'gu'),
  new RegExp(`${SURNAME_GUARD}[${CLEAR_SURNAMES}][家${words.given}]${GIVEN}${NOT_PLACE}`, 'gu'),
  new RegExp(`${NAME_START}${SURNAME_GUARD}[${words.doubtful}]${GIVEN}{2}${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
  new RegExp(`${NAME_START}${SURNAME_GUARD}${SURNAME}${GIVEN}${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
  // A rare given name, if only a person can do what follows.
  new RegExp(`${NAME_START}${SURNAME_GUARD}[${CLEAR_SURNAMES}]\\p{Script=Han}{1,2}?${PERSON_ACTION}`, 'gu'),
  // 陈经理, 赵大妈, 孙胖子, 程工
  new RegExp(
    `${SURNAME_GUARD}(?:${words.compound}|[${CLEAR_SURNAMES}]|${NAME_START}[${words.doubtful}])(?:${words.titles})${NOT_SHOP}`,
    'gu',
  ),
  new RegExp(`${NAME_START}[${CLEAR_SURNAMES}][工队总]${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
  // 老孙, 小吴, 阿强, 大壮, 强子
  new RegExp(
    `[老小](?:[${CLEAR_SURNAMES}]|[${words.surnames}](?=[他她家又把在总就偷打骂扔丢喝头]))${NOT_PLACE}${NAME_CONTEXT}`,
    'gu',
  ),
  new RegExp(`老[${words.surnames}]头`, 'gu'),
  new RegExp(`${NAME_START}(?:阿|[大二三小](?=[壮宝强军刚勇毛牛虎龙伟明]))${GIVEN}${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
  new RegExp(`${NAME_START}[强军刚勇磊雷涛波辉伟斌彪]子${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
  // 孙某, 刘姓男子, 姓周的
  new RegExp(`${SURNAME}某{1,2}|${SURNAME}姓(?:男|女|住|业|村|老|房|商|车|邻)\\p{Script=Han}?|姓${SURNAME}的`, 'gu'),
  // 买买提江·艾力
  /\p{Script=Han}{2,6}[·•]\p{Script=Han}{2,6}/gu,
  new RegExp(`(?:${words.minority})\\p{Script=Han}{0,2}?${NOT_PLACE}${NAME_CONTEXT}`, 'gu'),
];
/** Words that look like a name but are none. */
const NOT_A_NAME =
  /^(?:[\p{Script=Han}](?:天天|年年)|[车房水路花石金管]子|[车房]主|[老小](?:孙[子女]|胡同|程序|范围|陈旧|杨树))/u;
const PRAISED = new RegExp(words.praise);

function findNames(text: string): readonly Span[] {
  const spans = NAMES.flatMap((pattern) => spansOf(pattern, text, 'accused_person'));
  return spans
    .filter(({ from, to }) => !NOT_A_NAME.test(text.slice(from, to)))
    .filter(({ from, to }) => !PRAISED.test(`${text.slice(Math.max(0, from - 8), from)} ${text.slice(to, to + 12)}`));
}
