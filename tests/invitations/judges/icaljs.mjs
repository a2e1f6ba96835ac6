// node icaljs.mjs FILE…: parses each calendar strictly with ical.js (Thunderbird, Nextcloud) and prints, as JSON, what each says:
// its times in UTC (by the zone that the file itself carries), its texts, and what is wrong with it.
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../package.json", import.meta.url));
const ICAL = (await import(require.resolve("ical.js"))).default;
const ONCE = ["uid", "dtstamp", "dtstart", "dtend", "organizer", "attendee", "sequence", "summary", "status"];

function judged(file) {
  const problems = [];
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(file, "utf8")));
  const zones = calendar.getAllSubcomponents("vtimezone");
  zones.forEach((zone) => ICAL.TimezoneService.register(zone));
  const known = new Set(zones.map((zone) => zone.getFirstPropertyValue("tzid")));
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length !== 1) problems.push(`${events.length} events`);
  const [component] = events;
  for (const name of ONCE) {
    const count = component.getAllProperties(name).length;
    if (count !== 1) problems.push(`${name} occurs ${count} times`);
  }
  for (const property of component.getAllProperties()) {
    const zone = property.getParameter("tzid");
    if (zone && !known.has(zone)) problems.push(`zone ${zone} is not described`);
  }
  for (const name of ["attendee", "organizer"]) {
    const value = component.getFirstPropertyValue(name);
    if (!/^mailto:[^@\s<>]+@[^@\s<>]+$/.test(value)) problems.push(`${name} is ${value}`);
  }
  const event = new ICAL.Event(component);
  const attendee = component.getFirstProperty("attendee");
  return {
    method: calendar.getFirstPropertyValue("method"),
    starts_at: event.startDate.toJSDate().toISOString(),
    ends_at: event.endDate.toJSDate().toISOString(),
    summary: event.summary,
    location: event.location,
    description: event.description,
    name: attendee.getParameter("cn"),
    partstat: attendee.getParameter("partstat"),
    sequence: event.sequence,
    problems,
  };
}

function judgedSafely(file) {
  try {
    return judged(file);
  } catch (error) {
    return { problems: [String(error)] };
  }
}

console.log(JSON.stringify(process.argv.slice(2).map(judgedSafely)));
