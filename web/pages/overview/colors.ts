/** Of what is drawn: each has a contrast of 3 at least to the background of either theme, and they differ in lightness. */
export const COLORS = { first: 'blue.6', second: 'teal.8', third: 'orange.8' } as const;
