import { phraseIndex } from '../engine/phrase-index.ts';
import { soundsOf, soundsOfEach } from '../engine/sounds.ts';
import { foldText } from '../engine/tidy-text.ts';
import { normaliseAddress } from './address.ts';

/** A named place: a housing estate, a road, a landmark. `words` are its other names. */
export type KnownPlace = {
  readonly id: string;
  readonly name: string;
  readonly words?: readonly string[];
  readonly region: string;
};

/** The search over a city's named places. */
export type PlaceBook = {
  /** Places that match the text, best first. */
  readonly find: (text: string) => readonly KnownPlace[];
};

const FOUND_MAX = 4;
/** A search takes time with the length of the words; an address is shorter. Characters. */
const SEARCHED_MAX = 200;

/** What stands beside a road and is named after it: 人民路小学 is not 人民路. */
const NAMED_AFTER =
  /^(?:第[一二三四五六七八九十]+|实验|中心|附属|外国语|机关|街道|社区)*(?:小学|中学|初中|高中|学校|学院|大学|幼儿园|医院|卫生院|派出所|消防站|支行|分行|银行|邮局|菜场|菜市场|农贸市场|市场|超市|商场|商城|广场|大厦|大楼|公园|车站|地铁站|桥|花园|小区|新村|家园|公寓|苑|社区|居委会|饭店|酒店|宾馆|药店|公司|书店|影院|图书馆|体育馆|加油站|店)/;
const ESTATE =
  /(?:小区|花园|新村|家园|公寓|宿舍|大院|新城|雅居|[苑里坊府庭邸湾])[东南西北中一二三四五六七八九十\d]*[区期园院]?$/u;
const ROAD = /(?:路|街|道|巷|弄)$/;
/** Letters of a typed pinyin name at least. */
const PINYIN_MIN = 6;

/** True if the name is that of a housing estate. */
export function isEstate(name: string): boolean {
  return ESTATE.test(name);
}

/** Builds the search: by exact name, else by its sound or pinyin, else by a name with one wrong character. */
export function placeBook(places: readonly KnownPlace[]): PlaceBook {
  const named = places.flatMap((place) =>
    [place.name, ...(place.words ?? [])].map((name) => ({ name: normaliseAddress(name), place })),
  );
  const find = (text: string): readonly KnownPlace[] => {
    const said = normaliseAddress(text.slice(0, SEARCHED_MAX));
    const whole = namedIn(said);
    // The longest name wins, so that 锦绣花园东区 does not match 锦绣花园.
    const longest = Math.max(0, ...whole.map(({ name }) => name.length));
    const exact = whole.filter(({ name }) => name.length === longest);
    // A name that is only the beginning of a longer one is not close either.
    const close = () => [...findBySound(said), ...similar(said)].filter(({ name }) => !said.includes(name));
    return distinct((exact.length > 0 ? exact : close()).map(({ place }) => place)).slice(0, FOUND_MAX);
  };
  const namedIn = exactNames(named);
  const similar = similarNames(named);
  let sounds: ReturnType<typeof listen> | undefined;
  const listen = () => {
    const chinese = named.filter(({ name }) => /^\p{Script=Han}+$/u.test(name) && name.length >= SOUND_MIN);
    const heard = soundsOfEach(chinese.map(({ name }) => name));
    const all = chinese.map((one, i) => ({ one, first: heard[i]?.[0] ?? '', sound: (heard[i] ?? []).join('-') }));
    return { all, byFirst: Map.groupBy(all, ({ first }) => first) };
  };
  /** Names that are typed in pinyin, or with other characters of the same sound. */
  const findBySound = (said: string) => {
    const letters = said.replace(/[^\p{Script=Han}]/gu, '');
    const typed = said.replace(/[^a-z]/g, '');
    if (letters.length < SOUND_MIN && typed.length < PINYIN_MIN) return [];
    sounds ??= listen();
    const { all, byFirst } = sounds;
    const syllables = soundsOf(letters);
    const heard = `-${syllables.join('-')}-`;
    const spoken = [...new Set(syllables)].flatMap((first) => byFirst.get(first) ?? []);
    const inPinyin =
      typed.length < PINYIN_MIN ? [] : all.filter(({ sound }) => typed.includes(sound.replaceAll('-', '')));
    return [...spoken.filter(({ sound }) => heard.includes(`-${sound}-`)), ...inPinyin]
      .sort((a, b) => b.sound.length - a.sound.length)
      .map(({ one }) => one);
  };
  return { find };
}

/** Characters of a name that is found by its sound at least. */
const SOUND_MIN = 3;

/** Builds the search for whole names that are not the first part of a longer name. */
function exactNames<Named extends { readonly name: string }>(named: readonly Named[]) {
  const namesIn = phraseIndex(named, ({ name }) => name);
  return (said: string): readonly Named[] => {
    const whole = namesIn(said).filter(
      ({ phrase: { name }, at }) => !ROAD.test(name) || !NAMED_AFTER.test(said.slice(at + name.length)),
    );
    return [...new Set(whole.map(({ phrase }) => phrase))];
  };
}

/** Characters of a name that is found with one wrong character at least. */
const SIMILAR_MIN = 4;

/**
 * Builds the search for names with at most one wrong character: 锦秀花园. One half of such a name is right, so only names
 * with a half in the words are compared.
 */
function similarNames<Named extends { readonly name: string }>(named: readonly Named[]) {
  type Half = { readonly one: Named; readonly at: number };
  const halves = new Map<string, Half[]>();
  for (const one of named) {
    if (one.name.length < SIMILAR_MIN) continue;
    for (const at of [0, Math.floor(one.name.length / 2)]) {
      const pair = one.name.slice(at, at + 2);
      halves.set(pair, [...(halves.get(pair) ?? []), { one, at }]);
    }
  }
  return (said: string): readonly Named[] => {
    const off = new Map<Named, number>();
    for (let i = 0; i + 2 <= said.length; i += 1) {
      for (const { one, at } of halves.get(said.slice(i, i + 2)) ?? []) {
        const wrong = wrongLetters(said, i - at, one.name);
        if (wrong <= 1) off.set(one, Math.min(wrong, off.get(one) ?? 1));
      }
    }
    return [...off].sort(([a, m], [b, n]) => m - n || b.name.length - a.name.length).map(([one]) => one);
  };
}

/** Counts the letters of a name that differ from the words from a place on; more than one if the name does not fit there. */
function wrongLetters(said: string, from: number, name: string): number {
  if (from < 0 || from + name.length > said.length) return 2;
  let wrong = 0;
  for (let i = 0; i < name.length && wrong <= 1; i += 1) if (said[from + i] !== name[i]) wrong += 1;
  return wrong;
}

function distinct(places: readonly KnownPlace[]): readonly KnownPlace[] {
  return [...new Map(places.map((place) => [place.id, place])).values()];
}

/** Derives a place's id from name and region, so that a repeated import finds the same record. */
export function placeId(name: string, region: string): string {
  return `${region}.${[...foldText(name)].reduce((sum, c) => (Math.imul(sum, 31) + (c.codePointAt(0) ?? 0)) >>> 0, 7).toString(36)}`;
}
