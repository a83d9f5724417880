import type { RtfBody } from './body.ts';
import type { Destination } from './destinations.ts';
import type { RtfPicture } from './picture.ts';

/** What holds inside a group and ends with it. */
export interface GroupState {
  destination: Destination | 'body';
  body: RtfBody;
  /** The picture that the group is. */
  picture: RtfPicture | undefined;
  bold: boolean;
  italic: boolean;
  strike: boolean;
  hidden: boolean;
  font: number;
  /** Signs that stand behind a Unicode sign for readers that do not know it. */
  fallbackSigns: number;
  field: { url?: string } | undefined;
  url: string | undefined;
  onClose: (() => void) | undefined;
}

/** What holds where a document begins. */
export function firstState(body: RtfBody): GroupState {
  return {
    destination: 'body', body, picture: undefined, bold: false, italic: false, strike: false, hidden: false, font: -1,
    fallbackSigns: 1, field: undefined, url: undefined, onClose: undefined,
  }; // prettier-ignore
}
