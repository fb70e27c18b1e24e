import { z } from 'zod';
import { type Tool, tool } from '../../src/tool/tool.ts';

/** Fifteen services with five things each. With four actions on each thing that makes 300 tools. */
const services: Readonly<Record<string, readonly (readonly [thing: string, about: string])[]>> = {
  github: [
    ['issue', 'a bug report or a task in a repository'],
    ['pull_request', 'a proposed change of code with its reviews'],
    ['branch', 'a line of development in a repository'],
    ['release', 'a published version with its notes and files'],
    ['workflow', 'an automatic build or test of a repository'],
  ],
  calendar: [
    ['meeting', 'an appointment with guests, a place and a time'],
    ['reminder', 'a note that appears at a given time'],
    ['room', 'a conference room that can be booked'],
    ['holiday', 'a day on which nobody works'],
    ['availability', 'the free and busy hours of a person'],
  ],
  mail: [
    ['message', 'an email with recipients, a subject and a body'],
    ['draft', 'an email that was not sent yet'],
    ['label', 'a category of emails'],
    ['attachment', 'a file that belongs to an email'],
    ['signature', 'the text at the end of every email'],
  ],
  crm: [
    ['contact', 'a person with a phone number and an address'],
    ['company', 'an organisation that buys from us'],
    ['deal', 'a possible sale with its amount and stage'],
    ['campaign', 'a marketing action for many people'],
    ['lead', 'somebody who may become a customer'],
  ],
  billing: [
    ['invoice', 'a bill for a customer with its amount and due date'],
    ['refund', 'money that is paid back to a customer'],
    ['subscription', 'a plan that a customer pays each month'],
    ['coupon', 'a discount code'],
    ['tax_rate', 'the percentage of tax of a country'],
  ],
  warehouse: [
    ['shipment', 'a parcel on its way, with a carrier and a tracking number'],
    ['product', 'an article with its price and weight'],
    ['stock_level', 'how many pieces of an article are on the shelf'],
    ['supplier', 'a firm that delivers articles to us'],
    ['return', 'an article that a customer sends back'],
  ],
  hr: [
    ['employee', 'a person who works here, with position and salary'],
    ['vacation_request', 'days off that somebody asks for'],
    ['job_opening', 'a position that is advertised'],
    ['applicant', 'a person who wants to work here'],
    ['payslip', 'the monthly statement of a salary'],
  ],
  weather: [
    ['forecast', 'temperature, rain and wind of the coming days'],
    ['storm_warning', 'an official alert about dangerous weather'],
    ['station', 'a place that measures temperature and humidity'],
    ['pollen_report', 'how much pollen is in the air'],
    ['tide_table', 'the times of high and low water'],
  ],
  travel: [
    ['flight', 'a connection of an airline between two airports'],
    ['hotel', 'a place to stay overnight with its rating'],
    ['rental_car', 'a car for some days'],
    ['visa', 'a permission to enter a country'],
    ['itinerary', 'the plan of a journey, day by day'],
  ],
  music: [
    ['playlist', 'a list of songs'],
    ['song', 'a piece of music with its artist'],
    ['concert', 'a live show of an artist'],
    ['podcast', 'a series of spoken episodes'],
    ['lyrics', 'the words of a song'],
  ],
  database: [
    ['table', 'rows and columns of a database'],
    ['index', 'what makes queries of a table fast'],
    ['backup', 'a copy of a database'],
    ['migration', 'a change of the structure of tables'],
    ['slow_query', 'a query that takes too long'],
  ],
  cloud: [
    ['server', 'a virtual machine with processors and memory'],
    ['bucket', 'a storage of files'],
    ['certificate', 'what proves the identity of a domain with TLS'],
    ['dns_record', 'the address of a domain name'],
    ['alert_rule', 'a condition on a metric that wakes somebody up'],
  ],
  school: [
    ['course', 'lessons of a subject during a term'],
    ['exam', 'a test with a date and marks'],
    ['student', 'a person who learns here'],
    ['homework', 'a task that is done at home'],
    ['library_book', 'a book that can be borrowed'],
  ],
  home: [
    ['lamp', 'a light in a room with brightness and colour'],
    ['thermostat', 'the heating of a room'],
    ['camera', 'a video camera at a door'],
    ['scene', 'several settings of devices with one name'],
    ['vacuum_robot', 'a robot that cleans the floor'],
  ],
  health: [
    ['prescription', 'a medicine that a doctor orders for a patient'],
    ['lab_result', 'values of a blood test'],
    ['vaccination', 'a protection against a disease'],
    ['allergy', 'a substance that a patient must avoid'],
    ['doctor_visit', 'an appointment with a doctor'],
  ],
};

/** 300 tools of fifteen services; `executed` gets the name of each that runs. */
export function manyTools(executed: string[] = []): Tool[] {
  return Object.entries(services).flatMap(([service, things]) =>
    things.flatMap(([thing, about]) => {
      const label = thing.replaceAll('_', ' ');
      const make = (action: string, description: string, parameters: z.ZodObject) => {
        const name = `${service}.${action}`;
        return tool({
          name,
          description,
          parameters,
          execute: () => {
            executed.push(name);
            return 'Done.';
          },
        });
      };
      const id = z.string().describe(`The id of the ${label}`);
      return [
        make(
          `create_${thing}`,
          `Creates a ${label}: ${about}.`,
          z.object({
            title: z.string().describe(`The title of the ${label}`),
            details: z.string().optional(),
            owner: z.string().optional().describe('Who is responsible'),
          }),
        ),
        make(
          `list_${thing}s`,
          `Lists and searches ${label}s: ${about}.`,
          z.object({
            filter: z.string().optional().describe('Words that must occur'),
            limit: z.int().min(1).max(100).default(20),
          }),
        ),
        make(
          `update_${thing}`,
          `Changes a ${label}: ${about}.`,
          z.object({ id, changes: z.record(z.string(), z.string()) }),
        ),
        make(`delete_${thing}`, `Deletes a ${label}: ${about}.`, z.object({ id })),
      ];
    }),
  );
}

/** Questions of users, and the tool that each needs. */
export const questions: readonly (readonly [question: string, tool: string])[] = [
  ['Please open a bug report that the login page is blank', 'github.create_issue'],
  ['Which pull requests are waiting for a review?', 'github.list_pull_requests'],
  ['Set up a meeting with Ada and Grace on Friday at ten', 'calendar.create_meeting'],
  ['When is Bob free tomorrow?', 'calendar.list_availabilitys'],
  ['Search my emails for the message about the offer', 'mail.list_messages'],
  ['Throw away the draft to the landlord, delete it', 'mail.delete_draft'],
  ['Change the phone number of the contact Meyer', 'crm.update_contact'],
  ['Write an invoice for the customer with 300 euros', 'billing.create_invoice'],
  ['Give the customer the money back, a refund of 20 euros', 'billing.create_refund'],
  ['Where is my parcel? The tracking number is 1Z99', 'warehouse.list_shipments'],
  ['How many pieces of article 4711 are left in stock?', 'warehouse.list_stock_levels'],
  ['I want to ask for vacation from Monday to Wednesday', 'hr.create_vacation_request'],
  ['Will it rain in Hamburg in the coming days?', 'weather.list_forecasts'],
  ['Find flights from Berlin to Lisbon', 'travel.list_flights'],
  ['Make a playlist with songs for running', 'music.create_playlist'],
  ['Why is the database slow, which query takes too long?', 'database.list_slow_querys'],
  ['Create a backup of the production database', 'database.create_backup'],
  ['Change the DNS record of shop.example to a new address', 'cloud.update_dns_record'],
  ['Make the lamp in the kitchen brighter, change its brightness', 'home.update_lamp'],
  ['Show the values of my last blood test', 'health.list_lab_results'],
];
