const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Matches a date like 2027-03-15 in any usual way of writing it. */
export function datePattern(iso: string): RegExp {
  const [, month = 0, day = 0] = iso.split('-').map(Number);
  const name = `${months[month - 1]}[a-z]*\\.?,?`;
  const ways = [
    iso,
    `\\b0?${day}(st|nd|rd|th)?( of)? ${name}`,
    `${name} (the )?0?${day}(?!\\d)`,
    `\\b0?${day}[./-]0?${month}[./-]`,
    `\\b0?${month}/0?${day}\\b`,
  ];
  return new RegExp(ways.join('|'), 'i');
}
