/** Returns milliseconds on the monotonic clock that all processes of a machine share. */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

const ROUNDS = 40;
const TRIES = 25;

/** Returns the time of a fixed piece of work in ms. Run beside a measurement, it shows the machine's current speed. */
export function calibrate(): number {
  const list = Array.from({ length: 200 }, (_, i) => ({ i, name: `n${i}` }));
  const sample = { text: '楼道里堆了纸箱'.repeat(20), list };
  const times = Array.from({ length: TRIES }, () => {
    const began = nowMs();
    for (let i = 0; i < ROUNDS; i += 1) JSON.parse(JSON.stringify(sample));
    return nowMs() - began;
  });
  // The fastest try counts: an interrupted one says nothing about the machine.
  return Math.min(...times);
}
