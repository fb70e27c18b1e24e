import { rowsBy } from './simple-tool.ts';

interface Plant {
  readonly sku: string;
  readonly name: string;
  readonly light: string;
  readonly pricePerPot: number;
  potsInStock: number;
  readonly bed: string;
}

interface Delivery {
  readonly ref: string;
  readonly customerNo: number;
  readonly sku: string;
  readonly pots: number;
  date: string;
  readonly driver: string | null;
  readonly status: string;
}

interface Complaint {
  readonly complaintNo: number;
  readonly customerNo: number;
  readonly topic: string;
  readonly details: unknown;
  outcome: string | null;
}

/** Everything that the tools of the plant nursery read and change. */
export interface NurseryState {
  readonly plants: Record<string, Plant>;
  readonly beds: Record<
    string,
    { readonly bed: string; readonly gardener: string; wateringsPerWeek: number }
  >;
  readonly customers: Record<
    string,
    {
      readonly customerNo: number;
      readonly name: string;
      readonly town: string;
      readonly owesEuros: number;
    }
  >;
  readonly deliveries: Record<string, Delivery>;
  readonly complaints: Record<string, Complaint>;
}

/** A plant nursery before the first customer of the day. */
export function makeNurseryState(): NurseryState {
  return {
    plants: rowsBy('sku', [
      plant(['LAV210', 'Lavender Hidcote', 'sun'], 4.8, 36, 'N3'),
      plant(['FRN044', 'Lady Fern', 'shade'], 7.25, 17, 'S1'),
      plant(['ROS118', 'Climbing Rose Amber', 'sun'], 19.5, 12, 'E2'),
      plant(['HOS073', 'Blue Hosta', 'shade'], 11, 29, 'S1'),
      plant(['OLV009', 'Dwarf Olive', 'sun'], 64, 23, 'G4'),
      plant(['MNT301', 'Apple Mint', 'sun'], 3.6, 50, 'N3'),
    ]),
    beds: rowsBy('bed', [
      { bed: 'N3', gardener: 'Malik', wateringsPerWeek: 3 },
      { bed: 'S1', gardener: 'Ottilie', wateringsPerWeek: 6 },
      { bed: 'E2', gardener: 'Malik', wateringsPerWeek: 4 },
      { bed: 'G4', gardener: 'Sunniva', wateringsPerWeek: 1 },
    ]),
    customers: rowsBy('customerNo', [
      { customerNo: 4071, name: 'Marit Solberg', town: 'Ashford', owesEuros: 0 },
      { customerNo: 4088, name: 'Deniz Kaya', town: 'Millbrook', owesEuros: 73.4 },
      { customerNo: 4102, name: 'Hotel Linde', town: 'Ashford', owesEuros: 210 },
    ]),
    deliveries: rowsBy('ref', [
      {
        ...plannedDelivery('DL-0109', 4071, ['HOS073', 8], ['2026-11-19', 'Benno']),
        status: 'delivered',
      },
      plannedDelivery('DL-0118', 4088, ['LAV210', 24], ['2026-11-30', 'Wanda']),
      plannedDelivery('DL-0121', 4102, ['ROS118', 5], ['2026-12-07', 'Kofi']),
      plannedDelivery('DL-0124', 4071, ['MNT301', 16], ['2026-12-09', 'Wanda']),
    ]),
    complaints: rowsBy('complaintNo', [
      openComplaint(31, 4102, 'late delivery', 'Came at seven in the evening.'),
      openComplaint(34, 4071, 'damaged plants', 'Three hostas were snapped.'),
      openComplaint(35, 4102, 'other', 'The van blocked the hotel entrance.'),
    ]),
  };
}

function plant(
  [sku, name, light]: readonly [sku: string, name: string, light: string],
  pricePerPot: number,
  potsInStock: number,
  bed: string,
): Plant {
  return { sku, name, light, pricePerPot, potsInStock, bed };
}

/** A delivery of one kind of plant that is not on its way yet. */
export function plannedDelivery(
  ref: string,
  customerNo: number,
  [sku, pots]: readonly [sku: string, pots: number],
  [date, driver]: readonly [date: string, driver: string | null],
): Delivery {
  return { ref, customerNo, sku, pots, date, driver, status: 'planned' };
}

/** A complaint without an outcome. */
export function openComplaint(
  complaintNo: number,
  customerNo: number,
  topic: string,
  details: unknown,
): Complaint {
  return { complaintNo, customerNo, topic, details, outcome: null };
}
