/** That of times and numbers. English dates are written the way that most of the world reads. */
export function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : language;
}
