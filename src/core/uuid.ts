/** How a version 4 UUID is spelled (RFC 9562), wherever its bits come from. */

const digits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const pattern = '00000000-0000-0000-0000-000000000000';
/** Where the digits stand in it, and the characters of the one that is being made. */
const places = Array.from(pattern).flatMap((mark, place) => (mark === '0' ? [place] : []));
const characters = Array.from(pattern, (mark) => mark.charCodeAt(0));

/** Made of four draws; all but the six bits that say what it is are theirs. */
export function uuidOf(uint32: () => number): string {
  spell(0, uint32());
  spell(8, (uint32() & 0xffff_0fff) | 0x4000);
  spell(16, (uint32() & 0x3fff_ffff) | 0x8000_0000);
  spell(24, uint32());
  // Made at once rather than added up, which would keep every part of it alive.
  return String.fromCharCode(...characters);
}

/** Puts 32 bits in their place, as the digits from one of its 32 on. */
function spell(firstDigit: number, bits: number): void {
  for (let digit = 0; digit < 8; digit += 1) {
    const place = places[firstDigit + digit] as number;
    characters[place] = digits[(bits >>> (28 - 4 * digit)) & 15] as number;
  }
}
