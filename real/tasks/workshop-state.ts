interface Bike {
  readonly id: string;
  readonly make: string;
  readonly colour: string;
  readonly hook: number;
  readonly customer: string;
  /** Whether the bicycle is in the workshop. */
  readonly isHere: boolean;
  pickup: string | null;
}

interface Job {
  readonly id: string;
  readonly bike: string;
  readonly work: string;
  readonly waitsForPart: string | null;
  done: boolean;
}

/** Everything that the tools of the workshop read and change. */
export interface WorkshopState {
  readonly bikes: Readonly<Record<string, Bike>>;
  readonly customers: Readonly<
    Record<string, { readonly name: string; readonly phone: string; debt: number }>
  >;
  readonly parts: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly stock: number;
        readonly price: number;
        readonly isMade: boolean;
      }
    >
  >;
  readonly jobs: Job[];
  readonly orders: { part: string; quantity: number }[];
  readonly payments: { customer: string; amount: number }[];
  readonly messages: { customer: string; message: string }[];
}

/** The workshop at the start of a day. */
export function firstState(): WorkshopState {
  return {
    bikes: {
      'k-12': {
        id: 'k-12',
        make: 'Corvo Sprint',
        colour: 'red',
        hook: 7,
        customer: 'u-1',
        isHere: true,
        pickup: null,
      },
      'k-14': {
        id: 'k-14',
        make: 'Halden City',
        colour: 'green',
        hook: 3,
        customer: 'u-2',
        isHere: true,
        pickup: null,
      },
      'k-15': {
        id: 'k-15',
        make: 'Mistral Cargo',
        colour: 'grey',
        hook: 11,
        customer: 'u-3',
        isHere: true,
        pickup: null,
      },
      'k-16': {
        id: 'k-16',
        make: 'Halden Trail',
        colour: 'green',
        hook: 5,
        customer: 'u-4',
        isHere: true,
        pickup: null,
      },
      'k-19': {
        id: 'k-19',
        make: 'Bora Junior',
        colour: 'yellow',
        hook: 0,
        customer: 'u-2',
        isHere: false,
        pickup: null,
      },
    },
    customers: {
      'u-1': { name: 'Milena', phone: '555-0147', debt: 64 },
      'u-2': { name: 'Anselm', phone: '555-0162', debt: 0 },
      'u-3': { name: 'Rukmini', phone: '555-0118', debt: 18.5 },
      'u-4': { name: 'Teodor', phone: '555-0193', debt: 7 },
    },
    parts: {
      'p-31': { name: 'chain', stock: 9, price: 22.9, isMade: true },
      'p-44': { name: 'saddle', stock: 2, price: 41, isMade: true },
      'p-52': { name: 'dynamo hub', stock: 0, price: 78, isMade: true },
      'p-60': { name: 'drum brake', stock: 1, price: 35, isMade: false },
    },
    jobs: [
      { id: 'j-1', bike: 'k-12', work: 'brakes', waitsForPart: null, done: false },
      { id: 'j-2', bike: 'k-15', work: 'lights', waitsForPart: 'p-52', done: false },
      { id: 'j-3', bike: 'k-16', work: 'gears', waitsForPart: null, done: true },
    ],
    orders: [],
    payments: [],
    messages: [],
  };
}

/** What tasks change. */
function changesOf({ bikes, jobs, orders, payments, messages }: WorkshopState): string {
  const pickups = Object.values(bikes).flatMap(({ id, pickup }) =>
    pickup === null ? [] : [`${id} ${pickup}`],
  );
  return JSON.stringify([
    jobs.map(({ id, bike, work, done }) => [id, bike, work, done]),
    orders,
    payments,
    messages,
    pickups,
  ]);
}

/** Whether nothing differs from the start of the day. */
export function isUnchanged(state: WorkshopState): boolean {
  return changesOf(state) === changesOf(firstState());
}

/** Whether nothing differs from the start of the day except for this change. */
export function isOnlyChange(
  state: WorkshopState,
  change: (expected: WorkshopState) => void,
): boolean {
  const expected = firstState();
  change(expected);
  return changesOf(state) === changesOf(expected);
}
