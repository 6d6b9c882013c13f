/** Addresses of the product's pages, and of the simulator of WeChat, for the phones page. */
export type Neighbours = { readonly console: string; readonly webChat?: string; readonly wechat?: string };
