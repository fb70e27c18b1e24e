import { writeFileSync } from 'node:fs';
import { PNG } from 'pngjs';

type Colour = readonly [red: number, green: number, blue: number];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const width = 320;
const height = 200;
const sky: Colour = [190, 196, 255];
const axis: Colour = [40, 44, 52];
const bars: readonly Colour[] = [
  [66, 133, 244],
  [52, 101, 196],
  [38, 70, 150],
  [24, 45, 110],
];

/** Draws the image of the example as a PNG: four growing bars in shades of blue. */
export function drawChart(): Buffer {
  const image = new PNG({ width, height });
  fill(image, { left: 0, top: 0, width, height }, sky);
  for (const [index, colour] of bars.entries()) {
    const tall = 35 * (index + 1);
    fill(image, { left: 40 + 65 * index, top: 170 - tall, width: 45, height: tall }, colour);
  }
  fill(image, { left: 28, top: 20, width: 2, height: 152 }, axis);
  fill(image, { left: 28, top: 170, width: 270, height: 2 }, axis);
  return PNG.sync.write(image);
}

function fill({ data }: PNG, box: Box, [red, green, blue]: Colour): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      data.set([red, green, blue, 255], (y * width + x) * 4);
    }
  }
}

// `pnpm draw` in this folder writes the image again.
const [, started, target] = process.argv;
if (started?.endsWith('draw-chart.ts') === true && target !== undefined) {
  writeFileSync(target, drawChart());
}
