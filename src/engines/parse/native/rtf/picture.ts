import type { PictureBlock } from '../../items/picture.ts';

/** Collects one picture while its group goes by (RTF 1.9.1, pictures). */
export class RtfPicture {
  readonly #hex: string[] = [];
  #raw: string | undefined;
  #isShown = false;

  /** Metafiles and bitmaps of Windows are kinds that nobody else shows. */
  word(name: string): void {
    if (name === 'pngblip' || name === 'jpegblip') this.#isShown = true;
  }

  /** Its bytes as hexadecimal digits. */
  text(digits: string): void {
    this.#hex.push(digits);
  }

  /** Its bytes as they are, one sign each. */
  raw(bytes: string): void {
    this.#raw ??= bytes;
  }

  /** The picture, which has no caption; undefined for a kind that nobody shows, or one without bytes. */
  block(): PictureBlock | undefined {
    const [hex, raw] = [this.#hex, this.#raw];
    if (!this.#isShown || (hex.length === 0 && raw === undefined)) return undefined;
    const bytes = () =>
      raw === undefined
        ? Buffer.from(hex.join('').replaceAll(/\s+/g, ''), 'hex')
        : Buffer.from(raw, 'latin1');
    return { kind: 'image', caption: '', source: { bytes }, isWithin: true };
  }
}
