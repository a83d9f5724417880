import type { Random } from '../../scripts/documents/random.ts';
import { VOCABULARY } from './vocabulary.ts';

/** Makes text from the vocabulary; what it says is determined by the random numbers alone. */
export interface Prose {
  title(): string;
  heading(): string;
  sentence(): string;
  /** Three to seven sentences. */
  paragraph(): string;
  /** A few words, for list entries and table cells. */
  phrase(): string;
  /** A number as tables print it, such as `1,284` or `17.3`. */
  figure(): string;
}

export function createProse(random: Random): Prose {
  const word = (part: keyof typeof VOCABULARY): string => random.pick(VOCABULARY[part]);
  const sentence = (): string => {
    const end = random.pick(['place', 'time', 'reason'] as const);
    const amount = random.chance(0.6) ? word('number') : String(random.integer(12, 980));
    return `${word('subject')} ${word('verb')} ${amount} ${word('adjective')} ${word('object')} ${word(end)}.`;
  };
  return {
    title: () => `${word('topic')} ${word('aspect')}`,
    heading: () => (random.chance(0.5) ? word('heading') : `${word('topic')} ${word('aspect')}`),
    sentence,
    paragraph: () => Array.from({ length: random.integer(3, 7) }, sentence).join(' '),
    phrase: () => `${word('adjective')} ${word('object')} ${word('place')}`,
    figure: () =>
      random.chance(0.5)
        ? String(random.integer(10, 9_999)).replace(/\B(?=(\d{3})+$)/g, ',')
        : (random.integer(10, 9_990) / 10).toFixed(1),
  };
}
