/** Other simulators whose phones the page shows. Their calls go through this server, below `/<name>/`. */
export const PLATFORMS = ['wechat', 'wecom'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Addresses of the product's pages, and of the other simulators, for the phones page. */
export type Neighbours = {
  readonly console: string;
  readonly webChat?: string;
  /** The address in the QR code of a stairwell. */
  readonly stairwell?: string;
} & {
  readonly [platform in Platform]?: string;
};
