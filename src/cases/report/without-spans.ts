import type { Span } from './person-span.ts';

/** A private-use character in the place of each removed person, and of each number; no text that people type has them. */
const [PERSON, NUMBER] = ['\uE000', '\uE001'];
const NAMELESS = ['accused_person', 'nickname', 'person_trait'];

/**
 * Rules in order that make a sentence of what is left: a removed person becomes 有人, 别人 or nothing, as the words around
 * ask for. None leaves a word that says there was a name.
 */
const RULES: readonly (readonly [pattern: RegExp, written: string])[] = [
  [
    /P(?:他们|她们|那家伙|这家伙|那小子|这个人|那个人|这人|那人|本人|同志|夫妻俩?|两口子|小两口|一伙|一帮|等人|等)+/g,
    'P',
  ],
  [/P(?:先生|女士|小姐|师傅|阿姨|大爷|大妈|那位|这位|那个(?=[,，。把在又])|[他她](?!家|们|的))/g, 'P'],
  [/P(?:\s*(?:[、,，/]|和|跟|与|及|还有)?\s*P)+/g, 'P'],
  [
    /(?:真名|大名|本名|原名|全名|名叫|绰号|外号|小名|人称|网名)(?:就?是|叫)?[:：]?[ “"「]*P[”"」]?的(?:那个人?|那位|那家伙|人|家伙)/g,
    '有人',
  ],
  [
    /(?:真名|大名|本名|原名|全名|姓名|名字|名叫|叫做|叫作|绰号|外号|小名|人称|网名)(?:就?是|叫)?[:：]?[ “"「]*P[”"」]?的?/g,
    '',
  ],
  [/的(?:就|都|肯定|一定|应该|可能)?(?:是|叫)P(?![\u4e00-\u9fff])/g, '的'],
  [/的人叫P/g, '的人'],
  [/([一两几这那哪有][个位家户])叫?P的?(?=人|男|女|老|邻居|住户|业主|房东|租客|家伙|小子|司机|师傅)/g, '$1'],
  [/([一两几哪][个位])叫?P(?:的(?!东西|车|家))?/g, '$1人'],
  [/(?:有[个位]|[这那](?:[个位家户些帮伙几群]|几个)?)叫?P(?:的(?!东西|车|家))?/g, '有人'],
  [
    /(邻居|老板娘?|房东|业主|门岗|门卫|保安|司机|住户|租客|租户|工头|包工头|老公|老婆|丈夫|妻子|儿子|女儿|同事|经理|店主|户主|家长|电工|水电工|负责人|责任人|联系人|当事人)(?:叫|姓|是)?P/g,
    '$1',
  ],
  [/(?<=[被给让叫])P/g, '人'],
  [/(?<=[跟和与对向找把替帮问请同由靠])P/g, '别人'],
  [/(?<=[有的])P(?!家)/g, '人'],
  [/P[他她]家/g, 'P家'],
  [/(?<=[\u4e00-\u9fff＊][^。！!？?\n]*)[,，、；; ]+P(?=[,，。！!？?；;]|$)/g, ''],
  [/P[,，](?=又|天天|每天|经常|老|总|把|在|往|还|就|一直|半夜|晚上|夜里|动不动|住|家里?)/g, 'P'],
  [/(^|[,，。！!？?；;])P[,，](?=[\u4e00-\u9fff]{2})/g, '$1'],
  [/P/g, '有人'],
  [/N/g, '＊＊＊'],
  [/[“"「『‘]有人[”"」』’]/g, '有人'],
  [/(有人)+/g, '有人'],
  [/[(（]\s*[)）]/g, ''],
  [/([,，。！!？?、；;])[,，、；;]+/g, '$1'],
  [/^[,，、；;。\s]+/g, ''],
];

/** The text with every span replaced, as a sentence that still reads well. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  let rest = text;
  for (const { from, to, what } of spans.toReversed())
    rest = `${rest.slice(0, from)}${NAMELESS.includes(what) ? PERSON : NUMBER}${rest.slice(to)}`;
  return MARKED_RULES.reduce((said, [pattern, written]) => said.replace(pattern, written), rest);
}

/** The rules are written with P and N, which a text may have itself. */
function mark(rule: string): string {
  return rule.replaceAll('P', PERSON).replaceAll('N', NUMBER);
}
const MARKED_RULES = RULES.map(
  ([pattern, written]) => [new RegExp(mark(pattern.source), pattern.flags), mark(written)] as const,
);
