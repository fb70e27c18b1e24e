import type { Task } from '../src/solve/task-set.ts';
import { form, isEqual } from './define-task.ts';
import { type FarmShopState, makeFarmShopState } from './farm-shop-tools.ts';
import { refusal, worldTasks } from './world-tasks.ts';

export { makeFarmShop } from './farm-shop-tools.ts';

/** The system text of every task. */
export const instructions =
  'You take care of the orders of a farm shop. Find things out with the tools, never invent anything, and reply briefly.';

const { task, answers, changes, isOnlyChange } = worldTasks(makeFarmShopState);

const writes =
  (customerNumber: string, about: RegExp) =>
  ({ state }: { readonly state: FarmShopState }) => {
    const [message] = state.sent;
    return (
      message !== undefined &&
      about.test(message.text) &&
      isOnlyChange(state, ({ sent }) => sent.push({ customerNumber, text: message.text }))
    );
  };

const setsOrder = (number: number, change: (order: FarmShopState['orders'][number]) => void) =>
  changes(({ orders }) => {
    for (const order of orders) if (order.orderNumber === number) change(order);
  });

/** Tasks in a farm shop. */
export const tasks: readonly Task[] = [
  task('price', ['What do carrots cost?'], answers(/2[.,]40?/)),
  task('stock', ['How many kilos of potatoes do we have left?'], answers('115')),
  task('status', ['where is order 1042 right now'], answers('packed')),
  task(
    'next-delivery',
    ['Bea Lang wants to know when her order comes.'],
    answers(/2026-12-04|december 4|4(th)?( of)? december/i),
  ),
  task(
    'two-totals',
    ['Please give me the totals of orders 1041 and 1043.'],
    answers(/23[.,]80?/, /31[.,]50?/),
  ),
  task(
    'phone-of-orderer',
    ['On what number can I call the customer of order 1043?'],
    answers('0699-1204'),
  ),
  task(
    'cancel',
    ['Please cancel order 1043, the customer is on holiday.'],
    setsOrder(1043, (order) => {
      order.status = 'cancelled';
    }),
  ),
  task('cancel-refused', ['Cancel order 1041.'], answers(refusal)),
  task(
    'place',
    ['K201 would like 3 kg of CAR-01.'],
    changes(({ placed }) =>
      placed.push({ customerNumber: 'K201', items: [{ sku: 'CAR-01', quantity: 3 }] }),
    ),
  ),
  task(
    'place-by-names',
    ['Order 5 kilos of potatoes and 2 kilos of apples for K203.'],
    changes(({ placed }) =>
      placed.push({
        customerNumber: 'K203',
        items: [
          { sku: 'POT-02', quantity: 5 },
          { sku: 'APP-03', quantity: 2 },
        ],
      }),
    ),
  ),
  task(
    'place-refused',
    ['K202 wants 4 boxes of EGG-10.'],
    answers(/\bno\b|not|n['’]t|out of|left|0|unable/i),
  ),
  task(
    'reschedule',
    ['Order 1042 should come on 2026-12-18 in the morning instead.'],
    setsOrder(1042, (order) => {
      order.delivery = { date: '2026-12-18', slot: 'morning' };
    }),
  ),
  task(
    'reschedule-by-name',
    ['Move the delivery of the order of Ines Pohl to 2026-12-19, evening.'],
    setsOrder(1043, (order) => {
      order.delivery = { date: '2026-12-19', slot: 'evening' };
    }),
  ),
  task(
    'refund-part',
    ['The lettuce in order 1041 was bad: give 4 euros back.'],
    changes(({ refunds }) => refunds.push({ orderNumber: 1041, amountEuros: 4 })),
  ),
  task(
    'refund-full',
    ['Refund the full price of order 1041.'],
    changes(({ refunds }) => refunds.push({ orderNumber: 1041, amountEuros: 23.8 })),
  ),
  task(
    'refund-too-much',
    ['Refund 90 euros for order 1042.'],
    answers(/not?\b|n['’]t|only|9[.,]60?|exceed|more than/i),
  ),
  task(
    'address',
    ['Customer K203 moved to Mill Lane 4, 8020 Graz.'],
    changes(({ customers }) => {
      const moved = customers[2];
      if (moved !== undefined)
        moved.address = { street: 'Mill Lane 4', town: 'Graz', postcode: '8020' };
    }),
  ),
  task(
    'then-cancel',
    ['Does K202 have an open order?', 'Cancel it, please.'],
    setsOrder(1044, (order) => {
      order.status = 'cancelled';
    }),
  ),
  task(
    'then-write',
    ['Which customer placed order 1042?', 'Write to them that the apples are sold out.'],
    writes('K201', /apples/i),
  ),
  task(
    'no-such-order',
    ['What is the status of order 2050?'],
    answers(/\bno\b|not\b|n['’]t|unknown|unable|invalid|exist/i),
  ),
  task('no-such-product', ['Do you sell pineapples?'], answers(/\bno\b|not\b|n['’]t|none|unable/i)),
  task(
    'form-product',
    ['Look up APP-03 and fill in the form.'],
    ({ state, output }) =>
      isOnlyChange(state) && isEqual(output, { name: 'Apples', priceEuros: 3.1, inStock: true }),
    {
      output: form({
        name: { type: 'string' },
        priceEuros: { type: 'number' },
        inStock: { type: 'boolean' },
      }),
    },
  ),
  task(
    'form-text',
    ['Mr Adler bought 6 jars of honey for 39 euros in total. Fill in the form.'],
    ({ state, output }) =>
      isOnlyChange(state) && isEqual(output, { product: 'honey', jars: 6, totalEuros: 39 }),
    {
      output: form({
        product: { type: 'string', enum: ['honey', 'jam', 'juice'] },
        jars: { type: 'integer' },
        totalEuros: { type: 'number' },
      }),
      calls: 'optional',
    },
  ),
  task(
    'explain',
    ['What is a sku? Answer in one sentence.'],
    answers(/stock|product|identif|code|unique/i),
    {
      calls: 'wrong',
    },
  ),
  task(
    'thanks',
    ['Perfect, thanks a lot. Bye!'],
    ({ state, text }) => isOnlyChange(state) && text.trim() !== '',
    {
      calls: 'wrong',
    },
  ),
];
