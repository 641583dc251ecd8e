/** So many ids of 20 digits (more than a signed 64-bit number holds), 38 or 39; they grow, over restarts too. */
export function nextIds(count: number, digits: 20 | 38 | 39): string[] {
  return Array.from({ length: count }, () => {
    lastSerial = Math.max(lastSerial + 1, Date.now() * 1000 + 7);
    const [head, length] = digits === 20 ? ['1', 19] : ['17', digits - 2];
    return head + String(lastSerial).padStart(length, '0');
  });
}

let lastSerial = 0;
