import { useState } from 'preact/hooks';
import type { Redraw } from '../../inspections/draw/redraw.ts';
import type { DrawPart, PublishedDraw } from '../public/published-draw.ts';
import { DRAW_PARTS } from '../public/published-draw.ts';
import { saveFile } from './api.ts';
import type { Verified } from './verify-draw.ts';
import { verifyDraw } from './verify-draw.ts';
import { word } from './words.ts';

type DrawHashesProps = {
  readonly draw: PublishedDraw;
  /** Name of the saved text. */
  readonly name: string;
  readonly redraw: Redraw;
  readonly part: (part: DrawPart) => string;
  /** The sentence that stands there while the draw is sealed. */
  readonly sealed: string;
};

/** The published hashes of a draw; the browser itself repeats one that is over. */
export function DrawHashes({ draw, name, redraw, part: nameOf, sealed }: DrawHashesProps) {
  const [verified, setVerified] = useState<Verified>();
  const { open, hashes, address } = draw;
  return (
    <section>
      <h3>{word('inspections.hashes')}</h3>
      <dl class="hashes">
        {DRAW_PARTS.map((part) => (
          <div key={part}>
            <dt>
              {nameOf(part)}
              {verified && (
                <span class={verified[part] ? 'good' : 'red'}>
                  {' '}
                  {word(verified[part] ? 'inspections.same' : 'inspections.differs')}
                </span>
              )}
            </dt>
            <dd>
              <code>{hashes[part] ?? word('inspections.not_yet')}</code>
            </dd>
          </div>
        ))}
      </dl>
      {open ? (
        <div class="controls">
          <button type="button" class="main" onClick={() => void verifyDraw(draw, redraw).then(setVerified)}>
            {word('inspections.verify')}
          </button>
          <button type="button" onClick={() => saveFile(new Blob([open.text]), `${name}.txt`)}>
            {word('inspections.text')}
          </button>
        </div>
      ) : (
        <p>{sealed}</p>
      )}
      {address && (
        <p>
          {word('inspections.address')}{' '}
          <a href={address} target="_blank" rel="noopener">
            {location.origin + address}
          </a>
        </p>
      )}
      <p role="status">
        {verified &&
          word(DRAW_PARTS.every((part) => verified[part]) ? 'inspections.verified' : 'inspections.not_verified')}
      </p>
    </section>
  );
}
