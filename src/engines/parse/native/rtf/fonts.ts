/** Code pages by the numbers that fonts name their character sets with (RTF 1.9.1, font table). */
const CODE_PAGES: Readonly<Record<number, number>> = {
  77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257,
  204: 1251, 222: 874, 238: 1250, 255: 437,
}; // prettier-ignore

export interface RtfFont {
  readonly name: string;
  /** Undefined: that of the document. */
  readonly codePage: number | undefined;
}

/** Collects the font table while it goes by. */
export class FontTable {
  readonly #fonts = new Map<number, RtfFont>();
  #number = 0;
  #name = '';
  #codePage: number | undefined;

  word(name: string, value: number | undefined): void {
    if (name === 'f') {
      this.#number = value ?? 0;
      this.#name = '';
      this.#codePage = undefined;
    } else if (name === 'fcharset') this.#codePage = CODE_PAGES[value ?? 0];
    else if (name === 'cpg') this.#codePage = value;
    this.#keep();
  }

  text(text: string): void {
    this.#name += text;
    this.#keep();
  }

  font(number: number): RtfFont | undefined {
    return this.#fonts.get(number);
  }

  #keep(): void {
    this.#fonts.set(this.#number, {
      name: this.#name.split(';', 1)[0]?.trim() ?? '',
      codePage: this.#codePage,
    });
  }
}
