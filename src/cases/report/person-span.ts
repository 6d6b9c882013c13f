/** Kinds of text that may identify a person. */
export type PersonMark =
  | 'identity_number'
  | 'passport'
  | 'bank_card'
  | 'phone'
  | 'account'
  | 'plate'
  | 'accused_person'
  | 'nickname'
  | 'person_trait';

/** A part of a text, by UTF-16 units. */
export type Span = { readonly what: PersonMark; readonly from: number; readonly to: number };

/** What a finder looks for; see `rule`. */
export type Rule = { readonly needs: readonly RegExp[]; readonly pattern: () => RegExp };

/** By flags and source: rules that need the same part share it, so that a text is tested once for it. */
const PARTS = new Map<string, RegExp>();

/**
 * `needs`: what any match of the pattern holds. Nearly every report lacks some of it, and to test a part costs less than
 * to run a long pattern. The pattern is made for the first text that holds them all: a start makes none.
 */
export function rule(needs: readonly string[], pattern: string, flags: 'g' | 'gu' = 'gu'): Rule {
  const once = flags === 'gu' ? 'u' : '';
  const parts = needs.map((source) => {
    const key = `${once} ${source}`;
    const part = PARTS.get(key) ?? new RegExp(source, once);
    PARTS.set(key, part);
    return part;
  });
  let made: RegExp | undefined;
  return { needs: parts, pattern: () => (made ??= new RegExp(pattern, flags)) };
}

/** The spans of all rules in a text. */
export function findAll(rules: readonly Rule[], text: string, what: PersonMark): readonly Span[] {
  const tested = new Map<RegExp, boolean>();
  const has = (part: RegExp) => {
    const known = tested.get(part) ?? part.test(text);
    tested.set(part, known);
    return known;
  };
  return rules.flatMap(({ needs, pattern }) => (needs.every(has) ? spansOf(pattern(), text, what) : []));
}

/**
 * The spans of a global pattern: of its group `part` where it has one, else of the whole match. `matchAll` would copy the
 * pattern, and a copy of these long ones is compiled again for each text.
 */
export function spansOf(pattern: RegExp, text: string, what: PersonMark): readonly Span[] {
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole] = match;
    const part = match.groups?.part;
    const from = match.index + (part === undefined ? 0 : whole.indexOf(part));
    spans.push({ what, from, to: from + (part ?? whole).trimEnd().length });
    if (whole === '') pattern.lastIndex++;
  }
  return spans;
}

/** True if the words after a span make it the name of a shop or place: 四川妹子火锅, 大胡子烧烤. */
export function isShop(text: string, to: number): boolean {
  return SHOP.test(text.slice(to, to + 12));
}
const SHOP =
  /^(?![在把往从到去跟和给拿又的开占租卖堵砸拆锁偷]|烧(?![烤饼鸡鹅腊卖麦]))(?:(?!的)[\u4e00-\u9fff]){0,4}?(?:店|馆|铺|烧饼|烧鸡|火锅|饺子|面(?![前上对包])|卤味|凉皮|米线|包子|馄饨|炸鸡|鸡排|奶茶|烤肉|烤鱼|龙虾|串串|烧烤(?!架|炉|$|到)|超市|广场|公园|餐厅|食堂|理发|煲|酒楼|小吃|主题|大道|大桥|路口)/u;

/** A part of the body that is said of a thing: 瘸腿的凳子, 驼背的路灯杆. What a person may own or ride stays a person's. */
const FIXTURE =
  /^(?:缺腿|断腿|瘸腿|跛脚|歪脖子?|歪嘴|豁牙|驼背|弓背|罗锅|大肚子?)(?:的(?![一-鿿]{0,3}(?:家|车|狗|摊|店))[一-鿿]{0,3}?)?(?:灯|杆|柱|管|墙|树|凳|椅|桌|柜|梯|栏|桥|牌|墩|雕像|器材|[水油]箱|线|塔|坡|井|石)/u;

/** Returns true if the text at a span describes a fixture. */
export function isFixture(text: string, from: number): boolean {
  return FIXTURE.test(text.slice(from));
}
