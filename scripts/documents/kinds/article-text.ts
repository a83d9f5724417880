/** The article that is set in two columns. The study, its numbers and its references are invented. */
export const ARTICLE = {
  journal: 'Proceedings of the Society for Small Boats',
  issue: 'Volume 12, Number 3',
  title: 'How Long Does a Tarred Rope Last? A Nine-Year Study of Mooring Lines in a Tidal Harbour',
  authors: 'Philippa Ravensdale and Tobias Merrow',
  abstract:
    'Mooring lines of hemp, manila and polyester were kept in the same tidal harbour for nine years and were broken, a few each spring, on a test bench. Tarred hemp kept half of its strength for six years when it was washed once a month, and for less than four when it was not. Polyester lost strength more slowly than either, but failed without warning.',
  sections: [
    {
      heading: '1. Introduction',
      paragraphs: [
        'A mooring line is the cheapest part of a boat and the one whose failure costs the most. Handbooks advise to replace natural fibre every three years and synthetic fibre every seven, yet none of the handbooks we consulted says how these numbers were found [1, 2].',
        'Earlier tests were made with new rope that had been aged in a chamber [3]. A chamber can supply salt, light and heat, but it has no tide: a line in a harbour is wetted and dried twice a day, it chafes on stone, and algae grow in its lay. We therefore left our lines where lines are used, and waited.',
        'Our question was a practical one. After how many years does a line that is treated as a careful owner would treat it fall below half of its first strength, and can the owner see it coming?',
      ],
    },
    {
      heading: '2. Material',
      paragraphs: [
        'In March 2014 we bought 240 lines of twelve metres from three ropewalks. Eighty were of hemp, laid in three strands and tarred with pine tar; eighty were of manila without treatment; eighty were of polyester. All had a diameter of sixteen millimetres.',
        'Ten lines of each kind were broken when new. The means were 21.4 kilonewtons for hemp, 23.9 for manila and 46.2 for polyester. The others were made fast along the inner quay, where the tide rises and falls by 3.6 metres at springs.',
        'Half of the lines of each kind were washed with fresh water on the first day of every month. The other half were left alone. Nobody was told which was which, except the one of us who did the washing.',
      ],
    },
    {
      heading: '3. Method',
      paragraphs: [
        'Every April, before the season, we drew lots and took four washed and four unwashed lines of each kind to the test bench. A line was dried for a week under cover, soaked for one hour in sea water, and then pulled at a steady ten millimetres per second until it parted.',
        'We noted the greatest force, the place of the break, and how far the line had stretched. Before each test two skippers who did not know its history looked at the line and said whether they would still moor their own boat with it.',
        'Chafe would have hidden what we wished to see. All lines ran through leather sleeves where they touched the quay, and a line whose sleeve had slipped was left out. This happened eleven times in nine years.',
      ],
    },
    {
      heading: '4. Results',
      paragraphs: [
        'Washed hemp lost about eight per cent of its strength in each year, and reached one half after 6.1 years. Unwashed hemp lost little in the first two years and then fell quickly; it reached one half after 3.8 years. The tar had by then become brittle, and salt had crept between the yarns.',
        'Manila behaved alike in both halves. It reached one half after 3.2 years washed and 3.0 years unwashed, a difference no greater than that between two lines from one coil.',
        'Polyester was still at 71 per cent of its first strength when the study ended. Washing made no difference that we could measure. What weakened it was light: the strands on the upper side of a line were always the first to part.',
        'The skippers judged hemp and manila well. Of the natural lines that broke below half strength, they had refused 88 per cent. Of the polyester lines that broke below four fifths, they had refused only one in seven.',
      ],
    },
    {
      heading: '5. Discussion',
      paragraphs: [
        'The advice to replace natural fibre every three years is sound for manila and wasteful for tarred hemp, provided that somebody washes it. A bucket of fresh water a month bought more than two years, which is a better return than any tar we know of.',
        'For polyester the advice of seven years looks cautious, but we would keep it. A natural line shows its age: it turns grey, it sheds, it smells. A synthetic line looks the same on the day before it parts. Where the eye cannot warn, the calendar must.',
        'Two limits of our study should be kept in mind. The harbour is a cool one, and lines in the tropics will age faster. And our lines lay still for most of the year; a line that works in a swell every night grows tired in ways that no quay can show.',
        'It would be worth while to repeat the test with lines that are turned end for end each autumn, as fishermen in this harbour have always done. We began to do so too late to report on it here.',
      ],
    },
    {
      heading: '6. Conclusion',
      paragraphs: [
        'Wash your hemp, distrust your manila, and write the date on your polyester. The whole of our nine years can be put into that sentence, and we would be glad if others put it to the test.',
      ],
    },
  ],
  references: [
    'Ashdown, M. The Yachtsman’s Cordage. Pilot Press, 1988.',
    'Kettering, J. and Low, S. Lines and Lashings. Third edition, Harbour Books, 2003.',
    'Oduya, F. Accelerated ageing of natural fibre rope. Journal of Marine Trials 41, 1999.',
    'Ravensdale, P. Notes on the tides of the inner quay. Privately printed, 2013.',
  ],
} as const;
