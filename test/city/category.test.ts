import { describe, expect, test } from 'vitest';
import { categoryTree, QUESTIONS_MAX } from '../../src/city/category.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { wordIndexOf } from '../../src/city/word-index.ts';
import { soundsOf, soundsOfEach } from '../../src/engine/sounds.ts';

const tree = categoryTree(NEW_CITY.categories);
const leaves = NEW_CITY.categories.filter(({ group }) => group !== undefined);

describe('everyday words find their category among the first three', () => {
  test.each([
    ['电瓶车楼道充电', 'e_bike_indoors'],
    ['有人从楼上拉根线下来给电瓶车充电', 'e_bike_wire_charging'],
    ['飞线', 'e_bike_wire_charging'],
    ['井盖没了', 'manhole_cover'],
    ['窨井盖翘起来一块，电瓶车差点翻掉', 'manhole_cover'],
    ['楼道里堆满了纸箱', 'stairwell_clutter'],
    ['消防车进不来，路上停满了车', 'fire_lane_blocked'],
    ['灭火器过期了', 'fire_equipment_broken'],
    ['安全门锁着打不开', 'exit_locked'],
    ['马路塌了一个大坑', 'road_collapse'],
    ['人行道砖头翘起来', 'pothole'],
    ['红绿灯不亮了', 'traffic_light'],
    ['路边护栏倒了', 'guardrail_sign'],
    ['盲道上停满共享单车', 'footpath_blocked'],
    ['天桥的栏杆松了', 'bridge_tunnel'],
    ['路灯好几天不亮', 'street_light'],
    ['电线掉下来拖在地上', 'wire_exposed'],
    ['电线杆歪了要倒', 'pole_leaning'],
    ['配电箱的门敞开着', 'power_box'],
    ['我们这里一片没电', 'power_cut'],
    ['闻到煤气味', 'gas_leak'],
    ['楼道里一股天然气味道', 'gas_leak'],
    ['饭店后门囤了好多煤气罐', 'gas_bottles'],
    ['自来水管爆了，水喷得老高', 'water_pipe'],
    ['一下雨路上就积水', 'flooding'],
    ['化粪池冒出来臭死了', 'sewage'],
    ['自来水发黄', 'water_quality'],
    ['河边没有护栏，小孩危险', 'waterside_guard'],
    ['外墙瓷砖往下掉', 'falling_facade'],
    ['楼上的空调外机快掉了', 'loose_sign'],
    ['老房子墙裂了好大一条缝', 'unsafe_house'],
    ['电梯老是一抖一抖', 'lift_fault'],
    ['有人在公共绿地搭棚子', 'illegal_structure'],
    ['工地围挡被风吹倒', 'site_fence'],
    ['挖开的路没填上', 'excavation'],
    ['渣土车一路掉土', 'spilled_soil'],
    ['学校门口放学的时候堵得厉害', 'school_gate_traffic'],
    ['学校旁边小店卖三无食品', 'school_shop'],
    ['超市卖过期牛奶', 'expired_food'],
    ['饭店后厨有老鼠', 'kitchen_hygiene'],
    ['小区健身器材坏了', 'playground'],
    ['有刺鼻的化工味道', 'chemicals'],
    ['单元门禁坏了谁都能进', 'camera_gate'],
    ['围墙破了个洞', 'wall_gap'],
    ['大树倒了挡着路', 'fallen_tree'],
    ['枯树枝要掉下来', 'dead_branch'],
    ['树枝把红绿灯挡住了', 'hidden_signal'],
    ['manhole cover is missing', 'manhole_cover'],
  ])('%s', (words, code) => {
    const found = tree.find(words).map(({ id }) => id);
    expect(found.slice(0, 3)).toContain(code);
  });
});

test.each(['今天天气不错', '谢谢您', '我想问一下', '你们几点上班', '好的', '哈哈哈', '123456', 'ok', '吃饭了吗'])(
  '“%s” is taken for no hazard',
  (words) => expect(tree.find(words)).toEqual([]),
);

test('every leaf has words, a lead unit, a duplicate rule, and few questions', () => {
  const units = new Set(NEW_CITY.units.map(({ id }) => id));
  const groups = new Set(NEW_CITY.categories.filter(({ group }) => !group).map(({ code }) => code));
  expect(leaves).toHaveLength(56);
  const lacking = leaves.filter(
    ({ group, lead, words, kind, duplicate, names, questions = [] }) =>
      !groups.has(group ?? '') ||
      !units.has(lead ?? '') ||
      !words?.length ||
      !kind ||
      !duplicate ||
      !names.en ||
      questions.length > QUESTIONS_MAX,
  );
  expect(lacking).toEqual([]);
});

test('a very long text is searched by its first 300 characters: one message must not keep all others waiting', () => {
  expect(tree.isNamedIn(`井盖没了${'好'.repeat(4000)}`)).toBe(true);
  expect(tree.isNamedIn(`${'好'.repeat(300)}井盖没了`)).toBe(false);
});

test('sounds of many texts at once equal those of each', () => {
  const names = NEW_CITY.categories.flatMap((category) => [category.names['zh-CN'] ?? '', ...(category.words ?? [])]);
  const texts = names.filter((text) => /^\p{Script=Han}+$/u.test(text));
  expect(texts.length).toBeGreaterThan(20);
  expect(soundsOfEach(texts)).toEqual(texts.map((text) => [...soundsOf(text)]));
});

test('the search by words is built again only for other words', () => {
  const before = wordIndexOf([{ id: 'a', phrases: ['井盖没了'] }]);
  expect(wordIndexOf([{ id: 'a', phrases: ['井盖没了'] }])).toBe(before);
  const after = wordIndexOf([{ id: 'b', phrases: ['井盖没了', '路灯不亮'] }]);
  expect([before, after].map(({ surely }) => surely('井盖没了'))).toEqual([['a'], ['b']]);
});
