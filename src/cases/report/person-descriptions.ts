import words from './person-descriptions.json' with { type: 'json' };
import type { Rule, Span } from './person-span.ts';
import { findAll, isFixture, isShop, rule } from './person-span.ts';

/*
 * People who are described instead of named: who (a door, a neighbour, a look, an origin, a relative), then what is said
 * of them: a trait, a deed, a crime. Each part has a length limit and no part repeats itself, so a search stays linear.
 */

const HAN = '[\\u4e00-\\u9fff]';
const DIGIT = '[0-9零一二三四五六七八九十]';
/** A whole number, in digits or in words: 502三年 is two. */
function number(least: number, most: number): string {
  return `(?:[0-9]{${least},${most}}(?![0-9])|[零一二三四五六七八九十]{${least},${most}}(?![零一二三四五六七八九十]))`;
}
const UNIT = '(?:幢|栋|座|号楼|号院|单元|弄|室|号|楼|层|户)';
const SIDE = '(?:[东西南北左右中][边户头手首侧间厢屋]{1,2}|[东西]头第[一二三四]家|最[东西南北里][边头面])';
/** The door of a household: 404室, 3栋2单元402, 7-1-302, 四楼东户. A building or a floor alone is none. */
const DOOR = `我?(?<!${DIGIT})(?<![A-Z\\-])(?:(?:${number(1, 4)}[ ]?(?:${UNIT}|[-—]))[ ]?){0,3}(?:(?:底楼|一楼|顶楼|阁楼|地下室)[ ]?)?(?:${number(3, 4)}(?:室|号|户)?|${number(1, 4)}(?:室|户|号(?!楼|院|线|门|桥|坑|井)))${SIDE}?(?![年元块路次人米个件吨度天多公线万只辆平毫千克升伏%.:：]|小时|分|开头|打头|区号)`;
const BUILDING = `(?<!${DIGIT})(?:${number(1, 3)}${UNIT}){1,2}${SIDE}?`;
const NEXT_DOOR =
  '(?:我们?家?|咱家?|住我)?(?:楼上|楼下|隔壁|对门|对面|对过|斜对面|对楼|正上方|正下方|顶楼|底楼|阁楼|邻居|后楼|前楼)(?:邻居|单元|人家)?';
const THAT =
  '(?:(?:那|这|有|某|一|两|俩|几|那几|那两|这几|好几|这两)(?:个|位|家|户|对|帮|伙|群|些|名|男|女|俩|窝|间|户人家))';
const PERSON = `(?:${words.person})`;
const ANYONE = `(?:${words.person}|${words.role})`;
const TRAIT = `(?:${[words.faith, words.health, words.family, words.sexuality, words.record, words.money, words.politics, words.police].join('|')})`;
/** 精神病院, 清真寺: a place whose name holds a trait. */
const NO_PLACE =
  '(?![院寺堂街路庙桥店馆科室局办站市园楼所]|医院|门诊|中心|大厦|小区|公园|广场|宣传|接待|学校|中学|小学|食堂|超市|协会|热线|检测|疫苗|防治|电话|号码|登记)';
const ORIGIN = `(?:${words.origin})`;
const LOOK = `(?:${words.look})`;
/** Words between who and what is said of them; a person who comes to harm or speaks is not accused. */
const gap = (most: number) => `(?:(?!${words.harm})[^。！!？?；;\\n]){0,${most}}?`;
const MOD = '[^，,。！!？?；;\\n]';
/** The writer and the writer's family may say what they suffer from. */
const NOT_MINE = '(?<!我|我们|俺|咱|自己|本人|我家)';

/** A household or a person that neighbours can tell from all others. */
const HOME = `(?:${NEXT_DOOR}|${DOOR})`;
const THAT_ONE = `(?:(?:那|这)(?:个|位|家|户|对|帮|伙|群|些|几个|两个|俩)?)`;
const KNOWN = `(?:${HOME}|${BUILDING})?[ ]?(?:住的?|的|里|家里?)?${THAT_ONE}?(?:${MOD}{0,8}?的)?(?:那个|那位|那对)?`;

/** What people do for a living: 卖菜, 修车. */
const WORKS = '[卖摆收修开送跳教捡遛钓扫看烤理补擦弹唱骑住养拉推做带练当]';

/** What a person is accused of. */
const DEED = `(?:${words.deed}|${words.crime}|${words.habit})`;

/** People of a household, by whom they belong to. */
const RELATIVE = '儿子|女儿|闺女|孙子|孙女|老公|老婆|媳妇|丈夫|爸|妈';
const FOREIGN = '黑人|老外|洋人|外国(?:人|佬|小|男|女|留?学生|租客)';
const LOOKS = `${LOOK}|穿`;
const SOMEONE = '他|她';
const WORK = `${WORKS}${HAN}{1,7}?的`;

const said = `(?:过|了|的)?`;

export const DESCRIPTIONS: readonly Rule[] = [
  // 404室信教, 楼上男的网贷逾期, 那小孩有多动症
  rule([TRAIT], `(?:${HOME}|${BUILDING})${gap(9)}${TRAIT}${NO_PLACE}${said}${ANYONE}?`, 'g'),
  rule(
    [TRAIT, PERSON],
    `${NOT_MINE}(?:${THAT}?${MOD}{0,6}?的?${THAT_ONE})?${PERSON}${gap(6)}${TRAIT}${NO_PLACE}${said}(?:人|那个)?`,
    'g',
  ),
  rule(
    [TRAIT],
    `(?:他|她|那人|这人|此人|人家|那家|这家|那户|这户)(?:们)?(?:家)?${gap(8)}${TRAIT}${NO_PLACE}${said}(?:人|那个)?`,
    'g',
  ),
  // 信教的那家, 离婚女人
  rule(
    [TRAIT],
    `${THAT}?${TRAIT}${NO_PLACE}${said}的?${THAT_ONE}?(?:${PERSON}|住户|租客|邻居|业主|房东|老板娘?|店主|摊主|司机|保安|师傅|人家|那家|那户|那个(?=又|把|在|天天|老))`,
    'g',
  ),
  rule([TRAIT], `${THAT_ONE}(?:刚|以前)?${TRAIT}${NO_PLACE}${said}`, 'g'),
  // 楼上那女的天天往下倒, 502那个男的把…
  rule([PERSON, DEED], `(?<part>(?:${HOME}|${BUILDING})${MOD}{0,6}?${PERSON})${gap(12)}${DEED}`, 'g'),
  rule(
    [`${PERSON}|[那这此]人`, DEED],
    `(?<part>(?:${THAT_ONE}${MOD}{0,8}?${PERSON}|[那这此]人|(?:主任|经理|书记|队长|老板|房东|保安|村长|校长|所长|局长|邻居|业主|户主)(?:他|她|的|家)${PERSON}))${gap(12)}${DEED}`,
    'g',
  ),
  // 我婆婆的妹夫把…
  rule(
    [words.kin],
    `(?<part>(?:我|他|她|${HAN}{2,4}(?:他|她|的|家))?(?:${PERSON}的?)?(?:${words.kin}))${gap(10)}(?:${DEED}|开的|包的)`,
    'g',
  ),
  // 搞传销的住在8栋301
  rule([TRAIT], `${TRAIT}的(?:就?住在?)(?:${HOME}|${BUILDING})`, 'g'),
  // 大叔家的小儿子在楼道放炮
  rule([RELATIVE, DEED], `(?<part>${ANYONE}家?的?[大小二三]?(?:${RELATIVE}))${gap(8)}${DEED}`, 'g'),
  // 那个送水的偷…
  rule(
    [words.crime],
    `(?<part>(?:${THAT_ONE}|${DOOR}的?)${MOD}{1,8}?(?:的|${ANYONE}))${gap(6)}(?:${words.crime})`,
    'g',
  ),
  rule([PERSON, words.crime], `(?<part>(?:有个|一个|有位|几个)${MOD}{0,8}?${PERSON})${gap(8)}(?:${words.crime})`, 'g'),
  // 卖袜子的老头把
  rule([PERSON, DEED], `(?<part>(?:${WORKS}${HAN}{1,8}?的(?:那[个位对])?${PERSON}))${gap(10)}${DEED}`, 'g'),
  rule(
    [WORK, DEED],
    `(?<part>(?:${HOME}|${BUILDING}|${THAT_ONE})(?:那[个位对])?${WORK})(?=[^，,。！!？?]{0,6}?${DEED})`,
    'g',
  ),
  rule([words.money], `(?:老板娘?|房东|租客|摊主|店主|司机)${gap(3)}(?:${words.money})`, 'g'),
  rule([ORIGIN], `(?:${HOME}|${BUILDING})${gap(6)}${ORIGIN}族?(?<=族)(?:人|一家)?`, 'g'),
  rule([TRAIT], `${THAT_ONE}(?:${words.role})${gap(4)}${TRAIT}${NO_PLACE}`, 'g'),
  rule([words.money], `(?:${words.money})的?(?:就?是)(?:${HOME}|${BUILDING})(?:那家|那户)?`, 'g'),
  rule(
    [words.corruption],
    `(?<part>(?:物业|村|居委会?|社区|街道|小区|学校|工地)?(?:项目)?(?:经理|主任|书记|村长|校长|院长|队长|所长|厂长|站长|主管|会计|保安|房东|负责人|领导))${gap(6)}(?:${words.corruption})`,
    'g',
  ),
  rule(
    [TRAIT],
    `(?:${words.role})${gap(3)}(?:${[words.faith, words.record, words.sexuality, words.police].join('|')})${NO_PLACE}${said}`,
    'g',
  ),
  // 有个男的在楼下转悠
  rule(
    [words.lurking],
    `(?<part>(?:(?:${KNOWN}|${THAT}${MOD}{0,8}?)(?:${PERSON})|[那这此]人|不认识的(?:人|男的|女的)?))${gap(12)}(?:${words.lurking})`,
    'g',
  ),
  rule([words.slur], words.slur, 'g'),
  // 就是他偷的, 她老公打人
  rule(
    [SOMEONE],
    `(?:就是|肯定是|一定是|是|怪)(?<part>(?:他|她)(?:们)?(?:家)?(?:${PERSON})?)${HAN}{0,5}?(?:干|弄|偷|搞|砸|撬|扔|放|拿|烧|堆|丢|倒|拆|搬|泼|锁|点|踢|剪|摔|关|开)的`,
    'g',
  ),
  rule([SOMEONE, PERSON, DEED], `(?<part>(?:他|她)(?:们)?(?:家)?的?(?:${PERSON}))${gap(8)}${DEED}`, 'g'),
  // 鬼鬼祟祟, 陌生男的
  rule([words.suspicion], `(?:${KNOWN}${PERSON}${gap(6)})?(?:${words.suspicion})(?:的)?(?:人|男的|女的|样子)?`, 'g'),
  rule(
    [words.assembly],
    `(?:${HOME}|${BUILDING})?(?:${THAT_ONE}${MOD}{0,6}?(?:的|${ANYONE})${gap(6)})?(?:${words.assembly})`,
    'g',
  ),
  rule([words.face], words.face, 'g'),
  // 四川来的, 那帮外地人
  rule(
    [ORIGIN],
    `${KNOWN}(?:是)?(?:一口|满口|从)?${ORIGIN}(?:(?:搬|跑)?过?来的(?![大小]?(?:货|车|卡车|快递|水|狗|猫|船|树|菜|土|沙|游客))|口音的?|籍的?|话(?!剧)的?)(?:那个|几个)?(?:${ANYONE})?`,
    'g',
  ),
  rule([ORIGIN], `${THAT}${MOD}{0,2}?${ORIGIN}(?:${ANYONE}|的)(?!${MOD}{0,8}(?:${words.harm}|不认路|撞上))`, 'g'),
  rule(
    [ORIGIN],
    `(?:${HOME}|${BUILDING}|那家|那户)${MOD}{0,5}?(?:都|全|全都)?是${ORIGIN}(?:${ANYONE}|的|(?<=族))?`,
    'g',
  ),
  rule(
    [ORIGIN, DEED],
    `(?<!我们|咱们|俺们)(?<part>${ORIGIN}(?:的)?(?:那家|那户|那帮)?(?:${PERSON}|人|租客|房东|老板))(?![口民行工大])${gap(10)}${DEED}`,
    'g',
  ),
  rule(
    [ORIGIN],
    `(?:${KNOWN}|(?:新|刚)搬来的)?${ORIGIN}(?:的)?(?:那[家户帮个]人?|${PERSON}|[仔妞崽婆娃])(?!${gap(5)}(?:${words.harm}))`,
    'g',
  ),
  rule([FOREIGN, DEED], `${KNOWN}(?:${FOREIGN})(?:${ANYONE})?(?=${gap(10)}${DEED})`, 'g'),
  rule(['口音'], `操?着?(?:${ORIGIN}|一?口)${MOD}{0,4}?口音的?${MOD}{0,3}?(?:${ANYONE})`, 'g'),
  // 满脸横肉那个, 秃顶、开五金店的那位, 染黄头发的送水工把
  rule([LOOKS], `(?:${LOOK}[、，,又还]?)+${MOD}{0,10}?的?那[个位]`, 'g'),
  rule(
    [LOOKS, DEED],
    `(?<part>(?:染|留|扎|戴|有)?(?:穿${MOD}{1,6}|${LOOK})的(?:${ANYONE}|${HAN}{1,3}[工员师傅贩客]))${gap(6)}${DEED}`,
    'g',
  ),
  // 胖老板把, 那个光头保安收
  rule([LOOKS, DEED], `(?<part>${LOOK}(?:老板娘?|摊主|店主|房东|保安|门卫|司机|师傅))${gap(6)}${DEED}`, 'g'),
  // 穿黑衣服的高个子男人
  rule(
    [LOOKS],
    `(?:${THAT}${MOD}{0,3}?)?(?:穿${MOD}{1,8}?的|${LOOK}[、，,又还]?)${MOD}{0,8}?(?:${PERSON}|(?<![没有行路工])人)`,
    'g',
  ),
];

/** Who comes to harm by a hazard, between no deed and no trait: 东北大娘在结冰的台阶滑倒. */
const HURT = new RegExp(`^(${MOD}{0,12}?)(?:${words.hurt})`);
const ACCUSED = new RegExp([DEED, TRAIT, words.lurking, words.slur, words.suspicion, words.corruption].join('|'));

function isHurt(text: string, { from, to }: Pick<Span, 'from' | 'to'>): boolean {
  const between = HURT.exec(text.slice(to, to + 20))?.[1];
  return between !== undefined && !ACCUSED.test(`${text.slice(from, to)} ${between}`);
}

/** Finds people who are described by home, family, origin, look, faith, health, past, money or suspicion. */
export function findDescriptions(text: string): readonly Span[] {
  return findAll(DESCRIPTIONS, text, 'person_trait').filter(
    ({ from, to }) => !isShop(text, to) && !isFixture(text, from) && !isHurt(text, { from, to }),
  );
}
