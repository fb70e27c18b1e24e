import type { Image } from '../images.ts';

/** Describes images by their size and average colour. */
export function describeImages(images: readonly Image[]): string {
  return images.map(describeImage).join(' ');
}

function describeImage({ format, width, height, colour }: Image, index: number): string {
  const label = index === 0 ? 'The image' : `Image ${index + 1}`;
  const size = `${label} is a ${format.toUpperCase()} of ${width} by ${height} pixels`;
  return colour === undefined ? `${size}.` : `${size}, on average ${nameColour(colour)}.`;
}

function nameColour({ red, green, blue }: NonNullable<Image['colour']>): string {
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
