import described from './person-descriptions.json' with { type: 'json' };
import type { Rule, Span } from './person-span.ts';
import { findAll, rule } from './person-span.ts';
import words from './person-words.json' with { type: 'json' };

// --- Names, unless they are praised.

const CLEAR_SURNAMES = [...words.surnames].filter((letter) => !words.doubtful.includes(letter)).join('');
const SURNAME = `(?:${words.compound}|[${words.surnames}])`;
const GIVEN = `[${words.given}]`;
/** Contexts before a name; without them the match may be inside a word: 雷雨天. */
const NAME_START =
  '(?<=^|[\\s,，。.！!？?、；;:：（(“"是叫个吧让给找跟和被的了说管把对问]|就是|有个|那个|这个|一个|楼上|楼下|隔壁|对门|[楼室栋幢号户]|单元|小区|同事|物业|我家|举报|投诉|查处|业主|保洁|水电工|前台|客服|邻居|邻居讲|怀疑|发现|看到|看见|老板|工头|房东|门岗|保安|司机|住户|租客|前夫|儿子|女儿|老公|老婆|丈夫|因为|由于|一下|请)';
/** Contexts after a name: a person who does, has or is something. */
const NAME_CONTEXT =
  '(?=$|[(先家\\s吧啊呢嘛了呀,，。.！!？?、；;:：）)的是把又在天总每经常他她你我就那这个人半夜昨今前私故乱偷打骂扔丢抛堆占堵停拿用往从跟和不也都还一喝带收砸撬剪拧拉养搭弄干叫被给晚早上下放摆挂烧改接盖开连老有没先男女住两修签喷闻做办说讲管负骑踩推挖锯吵闹撞踢吃睡站坐走跑倒泼撒晒锁绑焊摸抽吸点赌藏抢骗欠赖霸圈种动害摞搬嫌非硬自只明已却刚才要想敢会能去来玩遛威图溜送投挖拆飙藏喂伙态玩遛威图溜投挖])';
const PERSON_ACTION =
  '(?=把|又在|又把|又拿|天天|每天|总是|老是|偷|拿着|拿|私自|私拉|乱|故意|不准|不让|不肯|不给|不管|老是把|经常|整天|整夜|成天|一天到晚|上个?[月周]|昨[天晚]|前天|今天|刚才|领着|带人|带着|在楼|在小区|在门|在路|在家|往|用|养|收|开着|骑|开车|停车|倒|泼|锁|堵|占|搭|拆|砸|砍|剪|扔|丢|抛|撬|偷偷|给|让|叫|故|跟|和|擅自|半夜|夜里|晚上|威胁|骂人|打人|霸占|喝多|喝醉|酒后|砸了|往楼|那家伙|这家伙|这个人|那个人|他[又天老家]|她[又天老家]|图省事|图快|耍|威胁|'.concat(
    described.deed,
    '|',
    described.crime,
    '|[(（]|态度)',
  );
/** 在楼道充电 */
const IN_DEED = `(?=[又老总也还]?在[\\p{Script=Han}0-9]{1,6}?(?:${described.deed}|${described.crime}|停车|修))`;
/** Excludes roads, shops and schools that are named like a person. */
const NOT_SHOP = `(?!(?![在把往从到去跟和给拿又的])\\p{Script=Han}{0,3}?(?:${words.places_near}))`;
const NOT_PLACE = `(?!(?:${words.places_next})|(?![在把往从到去跟和给拿又])\\p{Script=Han}{0,3}?(?:${words.places_near}))`;
/** Excludes 谢谢, 上周, 保安 and brand names. */
const SURNAME_GUARD = `(?<!谢)(?!(?<=[感多道致答])谢)(?!(?<=(?<!楼)[上下本这每几一二两三四五六七八九十])周|(?<=[保公治平])安)(?!${words.brands})`;
/** A name. Its characters are looked for first: to look for its context at each character of a text would cost more. */
function name(letters: string, context: string, after: string): string {
  return `(?=${letters})${context}${SURNAME_GUARD}${letters}${after}`;
}
/** Words that a name is said with. */
const TOLD =
  '[人的位个男女]叫|名叫|名字[叫是]|姓名是?|叫做|举报|投诉|查处|查查|查一下|曝光|控告|检举|起诉|处罚|处理一下|管管|联系|认识';
const HONORIFIC = '老板娘?|师傅|阿姨|大妈|大爷|经理|主任|医生|老师|奶奶|爷爷|大叔|大姐|大哥';
const COMMON_NAME =
  '建国|国强|志强|秀英|桂英|建军|海涛|丽娟|志明|建华|国庆|国华|小明|小红|小军|小刚|大伟|志刚|文斌|俊杰|浩然|子轩|秀兰|玉兰|桂兰|淑芬|美玲|晓明|晓东|晓军|春梅|春花|翠花|富贵|铁柱|大山|二狗|志国|卫国|卫东|爱国|红梅|玉梅|丽华|秀珍|玉珍|凤英|永强|永福|大勇|小勇';

export const NAMES: readonly Rule[] = [
  // 欧阳明, 王建国: a surname with one or two characters that are common in given names.
  rule([words.compound], `(?:${words.compound})${GIVEN}{1,2}${NOT_PLACE}`),
  rule([], name(`[${CLEAR_SURNAMES}][家${words.given}]${GIVEN}`, '', NOT_PLACE)),
  rule([], name(`[${words.doubtful}]${GIVEN}{2}`, NAME_START, `${NOT_PLACE}${NAME_CONTEXT}`)),
  rule([], name(`${SURNAME}${GIVEN}`, NAME_START, `${NOT_PLACE}${NAME_CONTEXT}`)),
  // A rare given name, if only a person can do what follows.
  rule([], name(`[${CLEAR_SURNAMES}]`, NAME_START, `\\p{Script=Han}{1,2}?${PERSON_ACTION}`)),
  // 流德华, 章建锅: a character that sounds like a surname or a given name
  rule(
    [],
    name(
      `[网旺汪忘里理礼章彰流留硫沉晨臣羊扬洋找照兆州洲粥五武无许需徐损主珠株乎湖胡吾郭国合何核高糕林临淋锣宋送糖汤塘](?:${GIVEN}{2}|小${GIVEN})`,
      NAME_START,
      `(?:${PERSON_ACTION}|${IN_DEED})`,
    ),
  ),
  rule(
    [],
    name(
      `[${words.surnames}][建国志文小晓海春秀玉德永大美丽]`,
      NAME_START,
      `\\p{Script=Han}(?:${PERSON_ACTION}|${IN_DEED})`,
    ),
  ),
  // 投诉段志鹏, 名叫段志鹏: any given name behind a word that names are said with
  rule(
    [TOLD],
    `(?<=${TOLD})[:： ]?${SURNAME_GUARD}[${CLEAR_SURNAMES}]\\p{Script=Han}{1,2}(?=$|[，,。.！!？?；;、\\s（(]|家|的|把|将|又|在|天天|私|乱|这|那|他|她)`,
  ),
  // 陈经理, 赵大妈, 孙胖子, 程工
  rule(
    [words.titles],
    `(?=(?:${words.compound}|[${words.surnames}${words.doubtful}])(?:${words.titles}))${SURNAME_GUARD}(?:${words.compound}|[${CLEAR_SURNAMES}]|${NAME_START}[${words.doubtful}])(?:${words.titles})${NOT_SHOP}`,
  ),
  rule(['[工队总]'], `${NAME_START}[${CLEAR_SURNAMES}][工队总]${NOT_PLACE}${NAME_CONTEXT}`),
  rule(
    [HONORIFIC],
    `[石高方金江毛万段钱易常武文安温左谷单解华任白向项甘景时平施龙马黄田余夏汤黎兰季庄盛童康乔柳米丘付代盖莫连卓蓝练桑牧仲仇祖闻劳宰冀容居弘国沃融丰红权海帅墨展焦姬麦](?:${HONORIFIC})${PERSON_ACTION}`,
  ),
  // 老孙, 小吴, 阿强, 大壮, 强子
  rule(
    ['[老小]'],
    `[老小](?:[${CLEAR_SURNAMES}]|[${words.surnames}](?=[他她家又把在总就偷打骂扔丢喝头]))${NOT_PLACE}${NAME_CONTEXT}`,
  ),
  rule(['老.头'], `老[${words.surnames}]头`),
  // 保安老郑值班
  rule(
    ['[老小]'],
    `(?<=保安|老板|邻居|房东|门卫|门岗|司机|业主|物业|电工|工头|楼长|店主|摊主|师傅|经理|主任|队长|管家|保洁|网格员|中介|水电工|维修工|快递员?|外卖员?|医生|护士|老师|同事|前台|客服|组长|文员|会计|厨师|技师|学徒|伙计|店员)[老小][${words.surnames}](?![区孩人偷门贩楼车])${NOT_PLACE}`,
  ),
  // 网建国: a common given name behind any character
  rule([COMMON_NAME], `${NAME_START}\\p{Script=Han}(?:${COMMON_NAME})${NAME_CONTEXT}`),
  rule(
    ['阿|[大二三小][壮宝强军刚勇毛牛虎龙伟明]'],
    `${NAME_START}(?:阿|[大二三小](?=[壮宝强军刚勇毛牛虎龙伟明]))${GIVEN}${NOT_PLACE}${NAME_CONTEXT}`,
  ),
  rule(['[强军刚勇磊雷涛波辉伟斌彪]子'], `${NAME_START}[强军刚勇磊雷涛波辉伟斌彪]子${NOT_PLACE}${NAME_CONTEXT}`),
  // 孙某, 刘姓男子, 姓周的
  rule(
    ['[某姓]'],
    `${SURNAME}某{1,2}|${SURNAME}姓(?:男|女|住|业|村|老|房|商|车|邻|员|工|青|中)\\p{Script=Han}?|姓\\p{Script=Han}的(?!人家?都|村|多|少)`,
  ),
  // 买买提江·艾力
  rule(['[·•]'], String.raw`\p{Script=Han}{2,6}[·•]\p{Script=Han}{2,6}`),
  rule(
    [words.minority],
    `${NAME_START}\\p{Script=Han}{0,3}?(?:${words.minority})\\p{Script=Han}{0,3}?${NOT_PLACE}(?:${NAME_CONTEXT}|${PERSON_ACTION})`,
  ),
];
/** Pinyin: the common surnames, and a syllable. The normalised text is in capitals. */
const SURNAME_PINYIN =
  '(?:WANG|LI|ZHANG|LIU|CHEN|YANG|HUANG|ZHAO|WU|ZHOU|XU|SUN|ZHU|HU|GUO|HE|GAO|LIN|LUO|ZHENG|LIANG|XIE|SONG|TANG|FENG|DENG|HAN|CAO|ZENG|PENG|XIAO|CAI|PAN|TIAN|DONG|YUAN|YU|JIANG|DU|YE|CHENG|WEI|SU|LU|DING|REN|SHEN|YAO|SHI|CUI|TAN|FAN|QIN|HOU|BAI|MENG|LONG|WAN|DUAN|QIAN|GU|SHAO|XIONG|KONG|MA)';
const SYLLABLE =
  '(?:(?:ZH|CH|SH|[BPMFDTNLGKHJQXRZCSYW])?(?:IANG|IONG|UANG|ANG|ENG|ING|ONG|IAN|IAO|UAI|UAN|AI|AO|AN|EI|EN|ER|IA|IE|IN|IU|OU|UA|UI|UN|UO|UE|VE|A|E|I|O|U|V))';
/** Hazards and places that people type in pinyin. */
const NOT_PINYIN_NAME =
  '(?!LUDENG|LUMIAN|LUKOU|LUPAI|LUBIAN|LOUDAO|SHUIGUAN|SHUIJING|XIAOFANG|XIAOQU|GAODIAN|GAOKONG|DIANTI|WEIQI|MALU|WEIJIAN|WEIQIANG|HEBIAN|FANGZI|SHITOU|YUSHUI|WUSHUI|WUYE|CHENGGUAN|XIAOSHI)';
const LATIN_DEED =
  '(?=[ ]?(?:你|又|老|总|天天|每天|整天|经常|一直|昨|今|前天|半夜|晚上|在|(?:ZAI|BA|TOU|JIA)(?![A-Z])|把|往|将|跟|和|给|让|叫|偷|抢|骗|打|骂|砸|扔|丢|倒|堆|占|堵|拆|停|养|放|抽|乱|故意|私|他|她|家|的|不|没|开|敲|弄|搞|是|说|那|这|从|用|拿|住|先生|女士|,|，))';
const LATIN = '[A-Z]';
/** Surnames that are told by the parts of their character. */
const SURNAME_PARTS = '耳东|木子|弓长|立早|双木|口天|古月|言午|走肖';
const SURNAME_TOLD = `${SURNAME_PARTS}|人可|日月明|三横一竖|三横王|草头黄|人未余|干勾于|双口吕|走之底?边|双人旁`;

export const LATIN_NAMES: readonly Rule[] = [
  rule([LATIN], `(?<![A-Z])${NOT_PINYIN_NAME}${SURNAME_PINYIN}[ .·]?${SYLLABLE}(?:[ -]?${SYLLABLE})?${LATIN_DEED}`),
  // 张san, 王Wei, zhang三, 陈X明
  rule(
    ['[A-Z*×]'],
    `[${words.surnames}](?:[A-Z]{2,8}|[A-Z*×](?=\\p{Script=Han}))(?:${GIVEN})?(?:${LATIN_DEED}|(?=[（(]))`,
  ),
  rule([LATIN], `[${CLEAR_SURNAMES}][A-Z]{1,6}\\p{Script=Han}(?:${LATIN_DEED}|(?=[（(]))`),
  // Tony总, Linda姐
  rule(
    [LATIN],
    '(?<![A-Z])(?!KTV|LED|WIFI|APP|ATM|VIP|BBQ|SPA|SOHO|DIY|CBD|GPS)[A-Z]{3,10}(?:总|哥|姐|老师|老板娘?|经理|先生|女士|师傅|阿姨)',
  ),
  rule([LATIN], `(?<![A-Z])${SURNAME_PINYIN}\\p{Script=Han}{1,2}?${LATIN_DEED}`),
  // z j g 那家伙, 小Z, W某
  rule([LATIN], '(?<![A-Z])(?:[A-Z][ .]?){1,3}(?:那家伙|这家伙|那小子|那个人|这个人|那人|某)'),
  rule([LATIN], '(?<=叫)[A-Z]{2,12}(?=的|先生|女士|那)'),
  rule(
    [LATIN],
    '(?<![A-Z])(?!KTV|LED|WIFI|APP|ATM|VIP|BBQ|SPA|SUV|GPS|CBD|PVC|UPS)[A-Z]{2,4}(?=[ ]?(?:住|天天|老是|总是|他|她|家里|你|又|把|偷|昨晚|半夜))',
  ),
  rule(
    [LATIN],
    '(?<![A-Z])(?!WIFI|LED|BRT|KTV|PPR|GPS|APP|MINI|SPA|POLO)[A-Z]{3,10}(?=[ ]?(?:老往|老把|总把|天天把|又把|又往|往下|往楼|天天往|半夜|把))',
  ),
  rule([LATIN], '阿[A-Z](?![A-Z])'),
  rule([LATIN], '(?<![A-Z])(?:MR|MRS|MS|MISS|DR)[. ]{1,2}[A-Z]{2,12}'),
  rule([LATIN], '(?:老|小|姓)[A-Z](?:的|姓)?(?=[^A-Z0-9])'),
  // A surname by the parts of its character: 耳东先生
  rule([SURNAME_PARTS], String.raw`(?:${SURNAME_PARTS})\p{Script=Han}{1,2}(?=[,，：:]|你|又|天天|老是|把|在)`),
  rule(
    [SURNAME_TOLD],
    `(?:姓)?(?:${SURNAME_TOLD})(?:陈|李|张|章|林|吴|胡|许|赵|何|王|徐|黄|于|余|吕)?(?:的|师傅|先生|女士|小姐|那位|那家|那户|那个|老板|家|姓)`,
  ),
];
/** Words that look like a name but are none. */
const NOT_A_NAME =
  /^(?:康师傅|胡子|班主任|班长|安保|祖传|华丽|路一|时常|明明|平时|\p{Script=Han}{1,2}[风水车树灯路墙井桥沟狗猫坑洞火烟电](?!\p{Script=Han}$)|鲁班|张飞|钱大妈|关公|水喷|[兰温常徐郑苏扬杭柳福广贵赣惠梅潮汕][州]|老[\p{Script=Han}](?=(?:烧饼|面馆|火锅|包子|铺|饭店|馆))|常(?:年|常|见|用|规|温|备)|成(?:品|堆|片|群|排|天|年|套|捆|箱)|(?:李|杨|柳|石榴|梅|桃|江|方|高|白|金)[子]?树|顾客|戴(?:安全|口罩|帽)|[\p{Script=Han}](?:天天|年年)|\p{Script=Han}家(?:大院?|影)|\p{Script=Han}家[园院岭湾村桥坪坡塘墩沟滩]|[车房水路花石金管叶林沙柱梯板]子|赖床|红头|宣传|[车房]主|[老小](?:孙[子女]|胡同|程序|范围|陈旧|杨树))/u;
/** Shops and places that are named after a person: 老王家饺子馆, 陈毅广场. */
const NAMED_PLACE =
  /^(?:老\p{Script=Han}家?\p{Script=Han}{0,4}(?:馆|店|铺|摊位|坊|面条|火锅|烧饼|包子|理发|超市)|\p{Script=Han}{1,2}[城山桥湖江河村庄镇州塘浜湾岭洲岛港园寺庙塔堡坝](?:的(?![人儿女老车狗电摩]|孩子|家)|[门口里路旁边]|[上下]面)|\p{Script=Han}{2,3}(?:广场|公园|纪念|故居|中学|大学|小学|大厦|大桥|图书馆|路口))/u;
/** Provinces and cities that begin like a surname: 山东, 安庆. */
const ORIGIN_NAME = new RegExp(`^(?:${described.origin})$`);
const PRAISED = new RegExp(words.praise);

const ALL_NAMES = [...NAMES, ...LATIN_NAMES];

export function findNames(text: string): readonly Span[] {
  const spans = findAll(ALL_NAMES, text, 'accused_person');
  return spans
    .filter(({ from, to }) => !ORIGIN_NAME.test(text.slice(from, to)))
    .filter(({ from, to }) => !NOT_A_NAME.test(text.slice(from, to)) && !NAMED_PLACE.test(text.slice(from)))
    .filter(({ from, to }) => !PRAISED.test(`${text.slice(Math.max(0, from - 8), from)} ${text.slice(to, to + 12)}`));
}
