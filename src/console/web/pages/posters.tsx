import type { Poster, PostersPage } from '../../pages/posters.ts';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { word } from '../words.ts';

const STEPS = ['scan', 'say', 'number'] as const;
const NUMBERS = [
  ['119', 'fire'],
  ['120', 'injured'],
  ['110', 'crime'],
] as const;

/** QR posters for the stairwells of a community, one a sheet. The browser's print makes the PDF. */
export default function Posters() {
  const { params } = route.value;
  const [region, stairs] = [params.get('region') ?? '', params.get('stairs') ?? ''];
  const list = useData<PostersPage>('posters');
  const door = params.get('premises') ?? '';
  const query = door ? { premises: door } : { region, stairs };
  const made = useData<PostersPage>(door || region ? `posters?${new URLSearchParams(query)}` : undefined);
  const doors = Map.groupBy(list.data?.premises ?? [], ({ series }) => series);
  const communities = Map.groupBy(list.data?.communities ?? [], ({ street }) => street);
  const failed = made.failed || made.missing;
  // A sheet of the community before must not be printed for this one.
  const posters = (door || region) && !failed && !made.loading ? (made.data?.posters ?? []) : [];
  const printedOnly = posters.filter(({ stairs: name, knowsStairs }) => name && !knowsStairs);
  return (
    <section class="posters">
      <form
        class="controls"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          setParams({
            region: String(form.get('region')),
            stairs: String(form.get('stairs')).trim(),
            premises: undefined,
          });
        }}
      >
        <h1>{word('pages.posters')}</h1>
        <p>{word('posters.intro')}</p>
        {list.failed && <Failed onRetry={list.load} />}
        <label>
          <span>{word('posters.community')}</span>
          <select name="region" required value={region} key={list.data ? 'loaded' : 'empty'}>
            <option value="">{word('posters.choose')}</option>
            <Options groups={communities} />
          </select>
        </label>
        <label>
          <span>{word('posters.stairs')}</span>
          <textarea name="stairs" rows={5} placeholder={word('posters.example')} defaultValue={stairs} />
        </label>
        {doors.size > 0 && (
          <label>
            <span>{word('posters.premises')}</span>
            <select
              value={door}
              key={list.data ? 'doors' : 'no doors'}
              onChange={(event) => setParams({ premises: event.currentTarget.value || undefined })}
            >
              <option value="">{word('posters.choose')}</option>
              <Options groups={doors} />
            </select>
          </label>
        )}
        <p>{word('posters.too_many')}</p>
        <button type="submit">{word('posters.make')}</button>
        {posters.length > 0 && (
          <button type="button" onClick={() => print()}>
            {word('print')}
          </button>
        )}
        {failed && <p role="alert">{word('posters.failed')}</p>}
        {printedOnly.map(({ stairs: name = '' }) => (
          <p key={name}>{word('posters.printed_only', { stairs: name })}</p>
        ))}
      </form>
      {posters.map((poster) => (
        <Sheet key={poster.link + poster.stairs} {...poster} />
      ))}
    </section>
  );
}

type Groups = ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>;

/** The options of a choice, by group. */
function Options({ groups }: { readonly groups: Groups }) {
  return (
    <>
      {[...groups].map(([group, some]) => (
        <optgroup key={group} label={group}>
          {some.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

function Sheet({ place, stairs, isNotice, size, path }: Poster) {
  const kind = isNotice ? 'notice_steps' : 'steps';
  return (
    <article class="poster">
      <h2>{word(isNotice ? 'posters.notice_headline' : 'posters.headline')}</h2>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" shape-rendering="crispEdges">
        <title>{word('posters.code', { place: `${place} ${stairs ?? ''}` })}</title>
        <path d={path} />
      </svg>
      <p class="poster-place">
        {place} {stairs}
      </p>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>{word(`posters.${kind}.${step}`)}</li>
        ))}
      </ol>
      <p class="poster-numbers">
        {NUMBERS.map(([number, what]) => (
          <span key={number}>
            {word(`posters.emergency.${what}`)} <strong>{number}</strong>{' '}
          </span>
        ))}
      </p>
    </article>
  );
}
