import { CHECKERS, ITEMS_BY_LOT } from './draw-visits.ts';

/**
 * The rules of `drawVisits` as a program of sh and awk: it draws the whole list from the frame's file with sha256sum alone.
 * It needs one call for each lot, some thousands for a city.
 */
export function drawAgain(id: string, seed: string): readonly string[] {
  const [frame, list] = [`${id}-frame.txt`, `${id}-list-again.txt`];
  return [
    'export LC_ALL=C',
    `lot() { printf %s "${seed} $1" | sha256sum | cut -c1-64; }`,
    '# Names in the order of their lots; $1 stands before each name.',
    `by_lot() { while read -r name; do echo "$(lot "$1$name") $name"; done | sort | cut -d' ' -f2; }`,
    `each=$(awk '$1 == "each" { print $2 }' ${frame})`,
    '{',
    `  awk '$1 == "premises" && $5 == "named" { print $2 }' ${frame} | by_lot ''`,
    `  awk '$1 == "premises" && $5 == "lot" { print $3, $4 }' ${frame} | sort -u | while read -r series street; do`,
    `    awk -v s="$series" -v t="$street" '$1 == "premises" && $5 == "lot" && $3 == s && $4 == t { print $2 }' ${frame} |`,
    `      by_lot '' | head -n "$each"`,
    '  done',
    `} > ${id}-order.txt`,
    `: > ${id}-loads.txt`,
    'while read -r p; do',
    `  set -- $(awk -v p="$p" '$1 == "premises" && $2 == p { print $3, $5 }' ${frame})`,
    '  chosen=',
    `  for n in ${Array.from({ length: CHECKERS }, (_, i) => i + 1).join(' ')}; do`,
    '    # Those without a conflict who have the fewest visits.',
    '    chosen="$chosen $(awk -v p="$p" -v chosen=" $chosen " \'',
    '      loads { load[$1] += 1; next }',
    '      $1 == "checker" {',
    '        free = index(chosen, " " $2 " ") == 0',
    '        for (i = 3; i <= NF; i += 1) if ($i == p) free = 0',
    '        if (free) found[$2] = load[$2] + 0',
    '      }',
    '      END {',
    '        least = -1',
    '        for (c in found) if (least < 0 || found[c] < least) least = found[c]',
    '        for (c in found) if (found[c] == least) print c',
    `      }' loads=1 ${id}-loads.txt loads=0 ${frame} | by_lot "$p " | head -n 1)"`,
    '  done',
    `  for c in $chosen; do echo "$c" >> ${id}-loads.txt; done`,
    '  items=$(',
    `    awk -v s="$1" '$1 == "item" && $2 == s && $4 == "key" { print $3 }' ${frame}`,
    `    awk -v s="$1" '$1 == "item" && $2 == s && $4 != "key" { print $3 }' ${frame} | by_lot "$p " | head -n ${ITEMS_BY_LOT}`,
    '  )',
    `  echo "$p $2 $(echo $chosen | tr ' ' ',') $(echo $items | tr ' ' ',')"`,
    `done < ${id}-order.txt > ${list}`,
    `printf %s "$(cat ${list})" | sha256sum`,
  ];
}
