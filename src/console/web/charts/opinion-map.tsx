import { scaleLinear } from 'd3-scale';
import type { TopicPage } from '../../pages/topics.ts';
import { word } from '../words.ts';
import { useWidth } from './charts.tsx';

const HEIGHT = 260;
const EDGE = 14;
const RADIUS = 5;

/** Voters of a discussion as dots: near ones think alike. Clusters differ by shape and colour. */
export function OpinionMap({ dots, parted }: Pick<TopicPage, 'dots' | 'parted'>) {
  const [box, width] = useWidth();
  const extent = (values: readonly number[]) => [Math.min(-1, ...values), Math.max(1, ...values)] as const;
  const x = scaleLinear(extent(dots.map((dot) => dot.x)), [EDGE, Math.max(EDGE, width - EDGE)]);
  const y = scaleLinear(extent(dots.map((dot) => dot.y)), [HEIGHT - EDGE, EDGE]);
  const clusters = new Set(dots.map(({ cluster }) => cluster)).size;
  return (
    <figure class="chart">
      <figcaption>{word('topics.map.title')}</figcaption>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={word('topics.map.title')}>
            {dots.map(({ x: left, y: top, cluster = 0 }, i) => (
              <Dot key={`${i} ${left} ${top}`} x={x(left)} y={y(top)} cluster={cluster} />
            ))}
          </svg>
        )}
      </div>
      <p>{parted ? word('topics.map.parted', { n: clusters }) : word('topics.map.one')}</p>
    </figure>
  );
}

function Dot({ x, y, cluster }: { readonly x: number; readonly y: number; readonly cluster: number }) {
  const name = `voter c${cluster}`;
  const side = RADIUS * 1.7;
  if (cluster % 2 === 0) return <circle class={name} cx={x} cy={y} r={RADIUS} />;
  return <rect class={name} x={x - side / 2} y={y - side / 2} width={side} height={side} />;
}
