/** Hazards at one kind of place. Each place, hazard and risk of a group go together. */
type Group = {
  readonly places: readonly string[];
  readonly hazards: readonly string[];
  readonly risks: readonly string[];
};

const TIMES = [
  '',
  '从昨天起',
  '已经三天了',
  '都一个星期了',
  '今天早上刚发现',
  '前天下雨以后',
  '半个月没修',
  '这两天越来越厉害',
  '晚上更明显',
  '上个月就这样',
  '放假前就有了',
  '刚才路过看见的',
  '好几天没动静',
];

const ENDINGS = ['', '谢谢。', '打过一次电话，还没有人来修。', '邻居们都很担心，麻烦您安排师傅来看一下。'];

const GROUPS: readonly Group[] = [
  {
    places: ['楼道口', '楼梯间', '电梯厅门口', '地下车库入口', '单元门里面', '防火门后面', '顶楼过道', '连廊拐角'],
    hazards: [
      '堆满了纸箱和旧家具',
      '停着几辆电瓶车',
      '灯全都不亮',
      '灭火器没有压力了',
      '疏散指示牌掉下来了',
      '地砖翘起来一大片',
      '墙皮大块往下掉',
      '扶手松了，一碰就晃',
    ],
    risks: [
      '一旦起烟跑不出去',
      '老人上下楼容易绊倒',
      '晚上什么也看不清',
      '孩子天天从这里过',
      '担架都抬不出来',
      '搬东西的时候很危险',
      '万一砸下来不得了',
      '请尽快来看看',
    ],
  },
  {
    places: [
      '小区东门外',
      '菜场门口',
      '学校门前',
      '公交站旁边',
      '桥头的人行道上',
      '十字路口',
      '河边步道',
      '停车场出口',
    ],
    hazards: [
      '井盖没有了',
      '路面塌了一个大坑',
      '积水没过脚踝',
      '路灯坏了一排',
      '护栏断了一截',
      '信号灯一直不变',
      '指示牌歪倒在地上',
      '盲道被砖头压住',
    ],
    risks: [
      '骑车的很容易摔',
      '上下学的孩子很多',
      '天黑了看不见',
      '车子只好绕到对面去',
      '轮椅过不去',
      '下雨天更危险',
      '已经有人崴了脚',
      '请放个警示牌',
    ],
  },
  {
    places: [
      '自行车棚',
      '配电房外墙',
      '物业仓库旁',
      '商铺后门',
      '小广场北面',
      '门卫室后面',
      '垃圾房旁边',
      '健身器材边上',
    ],
    hazards: [
      '电线拖在地上',
      '有人从窗口拉线充电',
      '插座烧黑了',
      '配电箱门敞开着',
      '电缆外皮破了',
      '有一股焦糊味',
      '充电桩在漏电',
      '电表箱一直在响',
    ],
    risks: [
      '怕引起火灾',
      '下雨容易触电',
      '旁边就是煤气管',
      '小孩老在那里玩',
      '晚上没人看着',
      '碰一下手都发麻',
      '旁边堆着干柴',
      '麻烦派电工来查',
    ],
  },
  {
    places: [
      '临街的外墙',
      '老居民楼顶上',
      '围墙拐角',
      '阳台下面',
      '空调架下方',
      '广告牌底下',
      '工地围挡外',
      '雨棚边上',
    ],
    hazards: [
      '瓷砖松动要掉了',
      '裂了一条很长的缝',
      '玻璃碎了还挂着',
      '铁架子锈断了',
      '花盆摆在外沿',
      '水泥块往下落',
      '螺丝少了好几颗',
      '整块板子被风吹斜了',
    ],
    risks: [
      '下面就是人行道',
      '风一大就往下掉',
      '昨天差点砸到车',
      '底下常有老人晒太阳',
      '正对着幼儿园大门',
      '没有拉警戒线',
      '看着一天比一天歪',
      '希望早点加固',
    ],
  },
  {
    places: ['河堤边', '绿化带里', '大树下面', '小区水池旁', '排水沟边', '儿童乐园', '篮球场旁边', '公园入口'],
    hazards: [
      '栏杆倒了几根',
      '一根大树枝断了悬着',
      '沟盖板碎成两半',
      '秋千的链子快断了',
      '地垫烂了露出钉子',
      '木栈道烂穿了',
      '水管爆了往外喷水',
      '化粪池盖子翘着',
    ],
    risks: [
      '孩子跑过去容易掉下去',
      '散步的人很多',
      '草长得高，根本看不见',
      '地上又湿又滑',
      '风大的时候很吓人',
      '没有围起来',
      '晚上跳舞的人都在这里',
      '请先围一下再修',
    ],
  },
];

/** Number of different sentences. */
export const SENTENCES = GROUPS.length * 8 ** 3 * TIMES.length * ENDINGS.length;
/** A prime that shares no factor with `SENTENCES`: neighbours get sentences that differ in all parts. */
const STRIDE = 7919;

/** Returns the n-th description of a hazard, 10 to 60 characters. Sentences repeat after `SENTENCES`. */
export function sentenceAt(n: number): string {
  let rest = (n * STRIDE) % SENTENCES;
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[rest % list.length] as T; // no list is empty
    rest = Math.floor(rest / list.length);
    return chosen;
  };
  const { places, hazards, risks } = pick(GROUPS);
  const parts = [`${pick(places)}${pick(hazards)}`, pick(TIMES), pick(risks)].filter((part) => part !== '');
  return `${parts.join('，')}。${pick(ENDINGS)}`;
}
