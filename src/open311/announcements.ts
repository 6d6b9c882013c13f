import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { localizedContent } from '../broadcasts/broadcast.ts';
import type { PublicRun } from '../broadcasts/public-runs.ts';
import { loadPublicRuns } from '../broadcasts/public-runs.ts';
import { clockAt } from '../calendar.ts';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import { keptAnswers } from './kept-answers.ts';
import type { PublicAddress } from './public-address.ts';
import { sharedReads } from './shared-reads.ts';
import type { ResponseNode } from './xml.ts';
import { toXml } from './xml.ts';

type AnnouncementsSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly address: PublicAddress;
  readonly timings: Timings['open311'];
};

/** Path of the feed on the web server. */
const ANNOUNCED_AT = '/announcements';
/** RFC 4151. The id of the feed outlives every address, so it names none. */
const TAG = 'tag:anlin,2026-11-26';
/** Our topics in CAP's categories (section 3.2.2). */
const CATEGORIES: Readonly<Record<Broadcast['topic'], string>> = {
  fraud: 'Security',
  fire: 'Fire',
  flood: 'Met',
  notices: 'Safety',
  urgent: 'Safety',
};

/** Serves public broadcasts as an Atom feed (RFC 4287) and as CAP 1.2 alerts. */
export function announcements({ store, wording, city, address, timings }: AnnouncementsSettings): Hono {
  const app = new Hono();
  app.use(sharedReads());
  app.use(keptAnswers({ ...timings, origin: address.origin }));
  app.get('/feed.atom', async (c) => {
    const all = await loadPublicRuns(store);
    return xml(c, 'application/atom+xml', 'feed', feedOf(all, address.origin(c), store, wording));
  });
  app.get('/:file{.+\\.cap}', async (c) => {
    const run = c.req.param('file').replace(/\.cap$/, '');
    const found = (await loadPublicRuns(store)).find((one) => one.run === run);
    return found ? xml(c, 'application/cap+xml', 'alert', alertOf(found, store, city())) : c.notFound();
  });
  return app;
}

function xml(c: Context, type: string, root: string, node: ResponseNode): Response {
  return c.body(toXml(root, node), 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'max-age=60' });
}

function feedOf(all: readonly PublicRun[], origin: string, { city }: Store, wording: Wording): ResponseNode {
  const say = wording.in('zh-CN');
  const at = (ms: number) => new Date(ms).toISOString();
  return {
    '@xmlns': 'http://www.w3.org/2005/Atom',
    '@xml:lang': 'zh-CN',
    id: `${TAG}:${city}:announcements`,
    title: say('flows/my-broadcasts:title'),
    updated: at(all[0]?.slot ?? 0),
    author: { name: city },
    link: { '@rel': 'self', '@href': `${origin}${ANNOUNCED_AT}/feed.atom` },
    'entry*': all.map(({ run, slot, record, corrects }) => ({
      id: `tag:anlin,${at(slot).slice(0, 10)}:${run}`,
      title: corrects ? say('common:broadcast.corrected', { title: record.content.title }) : record.content.title,
      updated: at(slot),
      link: { '@rel': 'alternate', '@type': 'application/cap+xml', '@href': `${origin}${ANNOUNCED_AT}/${run}.cap` },
      content: { '@type': 'text', '': localizedContent(record.content).text },
    })),
  };
}

/** Returns a run as an alert (CAP 1.2, section 3.2). An urgent run is immediate and severe; any other is expected and minor. */
function alertOf({ run, slot, record, corrects }: PublicRun, { city: sender }: Store, { regions }: City): ResponseNode {
  const { content, kind, topic, staleAfterMs } = record;
  const { audience } = (corrects ?? { record }).record;
  const urgent = kind === 'urgent';
  const covered = audience.type === 'people' ? [audience.region, ...(audience.also ?? [])] : [];
  return {
    '@xmlns': 'urn:oasis:names:tc:emergency:cap:1.2',
    identifier: run,
    sender,
    sent: capTime(slot),
    status: 'Actual',
    msgType: corrects ? 'Update' : 'Alert',
    scope: 'Public',
    ...(corrects ? { references: `${sender},${corrects.run},${capTime(corrects.slot)}` } : {}),
    'info*': Object.entries(content.words).map(([language, words]) => ({
      language,
      category: CATEGORIES[topic],
      event: content.title,
      urgency: urgent ? 'Immediate' : 'Expected',
      severity: urgent ? 'Severe' : 'Minor',
      certainty: urgent ? 'Observed' : 'Likely',
      expires: capTime(slot + staleAfterMs),
      headline: content.title,
      description: words,
      ...(content.link ? { web: content.link } : {}),
      'area*': covered.map((region) => ({
        areaDesc: Object.values(regions.nameOf(region) ?? {})[0] ?? region,
        geocode: { valueName: 'GB/T 2260', value: region },
      })),
    })),
  };
}

/** China's time with its offset: CAP forbids Z (section 3.3.2). */
function capTime(at: number): string {
  return `${clockAt(at)}+08:00`;
}
