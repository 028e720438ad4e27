// ical.js, the parser of Thunderbird, as a judge: one request a line of JSON on standard input,
// one answer a line on standard output. See `programs.py` for what is asked and answered.

import { createInterface } from "node:readline";
import ICAL from "ical.js";

ICAL.design.strict = true;
const KINDS = ["vevent", "vtodo"];
const FAR = 800; // days beyond the span in which a moved occurrence is still looked for

function parsed(body) {
  const calendar = new ICAL.Component(ICAL.parse(body));
  if (calendar.name !== "vcalendar") throw new Error(`this is a ${calendar.name}`);
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar;
}

function plain(time) {
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`${time} has no time zone`);
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
}

function day(text) {
  return ICAL.Time.fromDateString(text);
}

function texts(component) {
  const said = (name) => component.getFirstPropertyValue(name) ?? "";
  return {
    kind: component.name,
    uid: said("uid"),
    title: said("summary"),
    description: said("description"),
    location: said("location"),
    categories: component.getAllProperties("categories").flatMap((one) => one.getValues()),
  };
}

// How far what is shown lies from the start: a to-do is shown on the day on which it is due.
function shift(component) {
  const start = component.getFirstPropertyValue("dtstart");
  const due = component.name === "vtodo" ? component.getFirstPropertyValue("due") : null;
  return due && start ? due.subtractDate(start) : null;
}

function shownAt(component, start) {
  const away = shift(component);
  const at = start.clone();
  if (away) at.addDuration(away);
  return at;
}

function* starts(component, exceptions, last) {
  const single = component.getFirstPropertyValue("dtstart") ?? component.getFirstPropertyValue("due");
  if (!single) return;
  if (!component.hasProperty("rrule") && !component.hasProperty("rdate")) {
    const only = component.hasProperty("dtstart") ? shownAt(component, single) : single;
    yield [component, only];
    return;
  }
  const series = new ICAL.Event(component, { exceptions, strictExceptions: true });
  const iterator = series.iterator();
  const end = day(last);
  end.adjust(FAR, 0, 0, 0);
  for (let next = iterator.next(); next && next.compareDateOnlyTz(end, ICAL.Timezone.utcTimezone) <= 0; next = iterator.next()) {
    const { item, startDate } = series.getOccurrenceDetails(next);
    yield [item.component, shownAt(item.component, startDate)];
  }
}

function read({ body, first, last }) {
  const calendar = parsed(body);
  const all = KINDS.flatMap((kind) => calendar.getAllSubcomponents(kind));
  const shown = [];
  for (const component of all) {
    if (component.hasProperty("recurrence-id")) continue;
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = all.filter(
      (one) => one.hasProperty("recurrence-id") && one.getFirstPropertyValue("uid") === uid,
    );
    for (const [one, at] of starts(component, exceptions, last)) {
      const text = plain(at);
      const title = one.getFirstPropertyValue("summary") ?? "";
      if (first <= text.slice(0, 10) && text.slice(0, 10) <= last) shown.push([title, text]);
    }
  }
  return { shown, texts: all.map(texts) };
}

function offsets({ body, name, times }) {
  parsed(body);
  const zone = ICAL.TimezoneService.get(name);
  if (!zone) throw new Error(`there is no zone ${name}`);
  return { offsets: times.map((time) => zone.utcOffset(ICAL.Time.fromDateTimeString(time))) };
}

const QUESTIONS = { read, offsets };

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = QUESTIONS[asked.question](asked);
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
