import type { CDPSession } from 'playwright-core';

/** Slow 4G: 150 ms and 1.6 Mbit/s. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
export const SLOW_CPU = { rate: 4 };
export const PHONE = { width: 390, height: 844 };

/** Gives a page the network and the processor of a slow phone, without a cache. */
export async function slowDown(cdp: CDPSession): Promise<void> {
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
  await cdp.send('Emulation.setCPUThrottlingRate', SLOW_CPU);
}
