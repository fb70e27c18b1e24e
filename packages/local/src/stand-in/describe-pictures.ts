import type { Picture } from '../pictures.ts';

/** Says what the stand-in can see of pictures: their size and their colour on average. */
export function describePictures(pictures: readonly Picture[]): string {
  return pictures.map(describePicture).join(' ');
}

function describePicture({ format, width, height, colour }: Picture, index: number): string {
  const label = index === 0 ? 'The picture' : `Picture ${index + 1}`;
  const size = `${label} is a ${format.toUpperCase()} of ${width} by ${height} pixels`;
  return colour === undefined ? `${size}.` : `${size}, on average ${nameColour(colour)}.`;
}

function nameColour({ red, green, blue }: NonNullable<Picture['colour']>): string {
  const brightest = Math.max(red, green, blue);
  const darkest = Math.min(red, green, blue);
  if (brightest - darkest < 24) return nameGrey(brightest);
  if (darkest === blue && Math.abs(red - green) < 48) return 'yellow';
  if (darkest === red && Math.abs(green - blue) < 48) return 'cyan';
  if (darkest === green && Math.abs(red - blue) < 48) return 'magenta';
  if (brightest === red) return 'red';
  return brightest === green ? 'green' : 'blue';
}

function nameGrey(brightness: number): string {
  if (brightness < 48) return 'black';
  return brightness > 207 ? 'white' : 'grey';
}
