/** What SMS Traffic makes of a text: letters, parts and where it is cut. */

export interface Written {
  text: string;
  parts: number;
}

/** `rus=0` writes Cyrillic in Latin letters; with 1 and 5 also a Latin text has Unicode's lengths. */
export function written(message: string, isUnicode: boolean, twoByteConcat: boolean, maxParts: number): Written {
  const text = isUnicode ? message : inLatin(message);
  const [single, chained] = isUnicode ? [70, twoByteConcat ? 66 : 67] : [160, twoByteConcat ? 152 : 153];
  if (text.length <= single) return { text, parts: 1 };
  const parts = Math.ceil(text.length / chained);
  if (parts <= maxParts) return { text, parts };
  return { text: text.slice(0, maxParts === 1 ? single : maxParts * chained), parts: maxParts };
}

export function inLatin(text: string): string {
  return text.replace(/\p{Script=Cyrillic}/gu, (letter) => {
    const latin = LETTERS[letter.toLowerCase()] ?? '?';
    return letter === letter.toLowerCase() ? latin : latin.charAt(0).toUpperCase() + latin.slice(1);
  });
}

const LETTERS: Record<string, string> = Object.fromEntries(
  'а:a б:b в:v г:g д:d е:e ё:yo ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:sch ъ: ы:y ь: э:e ю:yu я:ya'
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(2)]),
);
