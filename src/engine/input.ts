/** A file that a person sent. The channel fetches it by `file`; `same` is equal for equal files. */
export type Media = { readonly file: string; readonly same: string };

/** Emphasis in a text; offset and length in UTF-16 code units. */
export type Mark =
  | { readonly type: (typeof MARKS)[number]; readonly offset: number; readonly length: number }
  | { readonly type: 'link'; readonly url: string; readonly offset: number; readonly length: number };
export const MARKS = ['bold', 'italic', 'underline', 'strikethrough', 'code'] as const;

/** A position in degrees, WGS-84. */
export type Point = { readonly latitude: number; readonly longitude: number };

/** One input of a person. `choice` is a tapped button, bound to its session (`talk`) and step. */
export type Input =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  | {
      readonly type: 'choice';
      readonly talk: string;
      readonly step: string;
      readonly option: string;
      readonly seal?: string;
      /** The text that the button stands for, if it suggests one. */
      readonly says?: string;
    }
  /** `caption`: its name or address. `exact`: the channel knows the datum of the point. */
  | { readonly type: 'location'; readonly point: Point; readonly caption?: string; readonly exact?: true }
  | { readonly type: 'photo'; readonly photo: Media; readonly caption?: string; readonly album?: string }
  | { readonly type: 'voice'; readonly voice: Media; readonly seconds: number }
  | { readonly type: 'contact'; readonly phone: string }
  | { readonly type: 'other' };
