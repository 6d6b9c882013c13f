/** The chance that a draw of `drawn` of `items` shows at least one of `wrong` false ones: 1 − C(N−f, d)/C(N, d). */
export function drawPower(items: number, drawn: number, wrong: number): number {
  let missed = 1;
  for (let i = 0; i < drawn; i += 1) missed *= Math.max(0, items - wrong - i) / (items - i);
  return 1 - missed;
}
