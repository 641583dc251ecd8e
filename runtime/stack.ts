/**
 * Where an error came from, without its message, which may quote a phone or a text, and of which a line may look like one
 * of these.
 */
export function framesOf(err: Error): string[] {
  const { stack = '', message } = err;
  const begins = stack.indexOf(message);
  if (begins < 0) return [];
  return stack
    .slice(begins + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
