import { readFileSync } from 'node:fs';
import { createInstance } from 'i18next';
import { dayOf, limitEnd } from '../../../src/calendar.ts';
import { showCaseNumber } from '../../../src/cases/case-number.ts';
import type { Report } from '../../../src/cases/hazard-case.ts';
import type { City } from '../../../src/city/city.ts';
import type { Media } from '../../../src/engine/input.ts';
import type { Place } from '../../../src/engine/place.ts';
import type { Option } from '../../../src/engine/step.ts';
import type { Key, Say } from '../../../src/i18n.ts';
import { dateText, inLanguage } from '../../../src/notify/reader.ts';

/** The answers so far, as the session stores them. */
export type Draft = { category?: string; place?: Place; description?: string; photos?: Media[] };

/** A line of the review card; `add` labels its button while it has no answer. */
type Line = {
  readonly id: string;
  readonly label: string;
  readonly answer?: string | undefined;
  readonly add?: string;
};

const LANGUAGES = ['zh-CN', 'en'];
const NAMESPACES = ['common', 'flows/report-hazard'];
const MENU = ['report-hazard', 'my-cases', 'my-tasks', 'choose-language', 'help'];

/** Opens the product's wording with i18next, which looks every sentence up and fills it in. */
export function openSay(language: string): Say {
  const i18next = createInstance();
  const read = (tag: string, name: string) =>
    JSON.parse(readFileSync(new URL(`../../../locales/${tag}/${name}.json`, import.meta.url), 'utf8'));
  i18next.init({
    resources: Object.fromEntries(
      LANGUAGES.map((tag) => [tag, Object.fromEntries(NAMESPACES.map((name) => [name, read(tag, name)]))]),
    ),
    fallbackLng: 'zh-CN',
    ns: NAMESPACES,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  const t = i18next.getFixedT(language);
  return (key, values = {}) => t(key, values);
}

/** Words the messages of the product's report talk with their buttons. */
export function talkIn(language: string, say: Say, { categories, regions }: City) {
  const flow = (rest: string, values?: object) => say(`flows/report-hazard:${rest}`, { ...values });
  const named = ({ name }: Option) => inLanguage(name ?? {}, language);
  const button = (text: string, callback_data: string) => ({ text, callback_data });
  const control = (name: 'back' | 'leave') => button(say(`common:controls.${name}`), name);
  const inline = (rows: readonly (readonly { text: string; callback_data: string }[])[]) => ({
    link_preview_options: { is_disabled: true },
    reply_markup: { inline_keyboard: rows.map((row) => [...row]) },
  });
  const nameOf = (category: string) => inLanguage(categories.nameOf(category), language);
  const placeText = ({ region = '' }: Place) =>
    inLanguage(regions.nameOf(regions.above(region, 'community') ?? region) ?? {}, language);
  const lines = ({ category = '', place = {}, description, photos = [] }: Draft): readonly Line[] => [
    { id: 'category', label: flow('category.label'), answer: nameOf(category) },
    { id: 'place', label: flow('place.label'), answer: placeText(place) },
    { id: 'description', label: flow('description.label'), answer: description, add: flow('description.add') },
    {
      id: 'photos',
      label: flow('photos.label'),
      answer: photos.length > 0 ? say('common:photos_count' as Key, { count: photos.length }) : undefined,
      add: flow('photos.add'),
    },
    ...(categories.get(category)?.questions ?? []).map(({ id, names }) => {
      const question = inLanguage(names, language);
      return { id, label: flow('extra_1.label', { question }) };
    }),
  ];
  const cardText = (draft: Draft) => {
    const building = regions.hasEstates(draft.place?.region ?? '') ? flow('building') : '';
    const answers = lines(draft).map(({ label, answer = say('common:skipped') }) =>
      say('common:line', { label, answer }),
    );
    return `${flow('review.ask', { building })}\n\n${answers.join('\n')}`;
  };
  const menu = () => ({
    link_preview_options: { is_disabled: true },
    reply_markup: {
      keyboard: inPairs(MENU.map((id) => ({ text: say(`common:buttons.${id}` as Key) }))),
      resize_keyboard: true,
      is_persistent: true,
    },
  });
  return {
    groups: () => {
      const options = categories.groups.map((group) => button(named(group), `group:${group.id}`));
      return { text: flow('category.ask'), extra: inline([...inPairs(options), [control('leave')]]) };
    },
    leaves: (group: string) => {
      const options = categories.leaves(group).map((leaf) => [button(named(leaf), `category:${leaf.id}`)]);
      return { text: flow('category.within'), extra: inline([...options, [control('back'), control('leave')]]) };
    },
    categoryNoted: (category: string) => {
      const noted = say('common:noted_answer', { label: flow('category.label'), answer: nameOf(category) });
      return { text: `${flow('category.within')}\n\n${noted}`, extra: inline([]) };
    },
    askPlace: () => ({
      text: flow('place.ask'),
      extra: {
        link_preview_options: { is_disabled: true },
        reply_markup: {
          keyboard: [
            [{ text: say('common:share_location'), request_location: true }],
            [{ text: flow('place.options.tree') }, { text: flow('place.options.last') }],
            [{ text: say('common:controls.back') }, { text: say('common:controls.leave') }],
          ],
          resize_keyboard: true,
          is_persistent: true,
        },
      },
    }),
    placeNoted: () => ({ text: say('common:noted_place'), extra: menu() }),
    card: (draft: Draft, photoCame: boolean) => {
      const fixes = lines(draft).map(({ id, label, answer, add }) =>
        button(answer === undefined && add ? add : say('common:fix', { label }), `fix:${id}`),
      );
      const ways = ['send', 'send_urgent'].map((way) => [button(flow(`review.options.${way}`), `review:${way}`)]);
      const text = photoCame ? `${say('common:photo_kept')}\n\n${cardText(draft)}` : cardText(draft);
      return { text, extra: inline([...ways, ...inPairs(fixes), [control('back'), control('leave')]]) };
    },
    cardNoted: (draft: Draft) => {
      const sent = say('common:noted', { label: flow('review.options.send').replace(/^[^\p{L}]+/u, '') });
      return { text: `${cardText(draft)}\n\n${sent}`, extra: inline([]) };
    },
    done: ({ number, category, filedAt }: Report) => {
      const cure = categories.get(category)?.cure;
      const promise = cure ? flow('by', { by: dateText(dayOf(limitEnd(filedAt, cure)), language) }) : '';
      const shown = showCaseNumber(number);
      const text = flow('done', { number: shown, promise });
      const code = { type: 'code' as const, offset: text.indexOf(shown), length: shown.length };
      return { text, extra: { ...menu(), entities: [code] } };
    },
  };
}

function inPairs<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, row) => list.slice(row * 2, row * 2 + 2));
}
