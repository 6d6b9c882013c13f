/** A file that a person sent, as the channel names it; `file` fetches it, `same` is equal for equal files. */
export type Media = { readonly file: string; readonly same: string };

/** Emphasis by position in UTF-16 units. */
export type Mark =
  | { readonly type: (typeof MARKS)[number]; readonly offset: number; readonly length: number }
  | { readonly type: 'link'; readonly url: string; readonly offset: number; readonly length: number };
export const MARKS = ['bold', 'italic', 'underline', 'strikethrough', 'code'] as const;

/** A place on the globe, WGS-84, degrees. */
export type Point = { readonly latitude: number; readonly longitude: number };

/** One thing that a person did in a talk. `choice` is a tapped button, bound to its talk and step. */
export type Input =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  | {
      readonly type: 'choice';
      readonly talk: string;
      readonly step: string;
      readonly option: string;
      readonly seal?: string;
      /** The words that the button stands for, where it stands for some. */
      readonly says?: string;
    }
  | { readonly type: 'location'; readonly point: Point }
  | { readonly type: 'photo'; readonly photo: Media; readonly caption?: string; readonly album?: string }
  | { readonly type: 'voice'; readonly voice: Media; readonly seconds: number }
  | { readonly type: 'contact'; readonly phone: string }
  | { readonly type: 'other' };
