/** A file that a person sent, as the channel names it; `file` fetches it, `same` is equal for equal files. */
export type Media = { readonly file: string; readonly same: string };

/** A place on the globe, WGS-84, degrees. */
export type Point = { readonly latitude: number; readonly longitude: number };

/** One thing that a person did in a talk. `choice` is a tapped button, bound to its talk and step. */
export type Input =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'choice';
      readonly talk: string;
      readonly step: string;
      readonly option: string;
      readonly seal?: string;
    }
  | { readonly type: 'location'; readonly point: Point }
  | { readonly type: 'photo'; readonly photo: Media; readonly caption?: string; readonly album?: string }
  | { readonly type: 'voice'; readonly voice: Media; readonly seconds: number }
  | { readonly type: 'contact'; readonly phone: string }
  | { readonly type: 'other' };
