// mailparser (Nodemailer's) and PostalMime (of mail programs in the browser), as judges of mails:
// one request a line of JSON on standard input, one answer a line on standard output. See
// `programs.py` for what is asked and answered.

import { createInterface } from "node:readline";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";

const NONE = { text: null, html: null };

function people(list) {
  return (list ?? []).map((one) => [one.name ?? "", one.address ?? ""]);
}

async function byMailparser(octets) {
  const mail = await simpleParser(octets, { skipHtmlToText: true, skipTextToHtml: true });
  const list = mail.headers.get("list") ?? {};
  return {
    ...NONE,
    subject: mail.subject,
    from: people(mail.from?.value),
    to: people(mail.to?.value),
    replyTo: people(mail.replyTo?.value),
    id: mail.messageId,
    answers: mail.inReplyTo ?? null,
    thread: [mail.references ?? []].flat(),
    date: mail.date.toISOString(),
    text: mail.text ?? null,
    html: mail.html || null,
    list: list.id?.name ?? list.id?.id ?? null,
    unsubscribe: list.unsubscribe?.url ?? null,
    headers: Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line])),
    parts: mail.attachments.map((one) => ({
      type: one.contentType,
      name: one.filename ?? null,
      disposition: one.contentDisposition ?? null,
      content: one.content.toString("base64"),
    })),
  };
}

async function byPostalMime(octets) {
  const mail = await PostalMime.parse(octets, { attachmentEncoding: "base64" });
  const said = (key) => mail.headers.find((one) => one.key === key)?.value ?? null;
  return {
    ...NONE,
    subject: mail.subject,
    from: people(mail.from ? [mail.from] : []),
    to: people(mail.to?.flatMap((one) => one.group ?? [one])),
    replyTo: people(mail.replyTo),
    id: mail.messageId,
    answers: mail.inReplyTo ?? null,
    thread: (mail.references ?? "").split(/\s+/).filter(Boolean),
    date: mail.date,
    text: mail.text ?? null,
    html: mail.html ?? null,
    list: said("list-id")?.replace(/^<|>$/g, "") ?? null,
    unsubscribe: said("list-unsubscribe")?.replace(/^<|>$/g, "") ?? null,
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, `${key}: ${value}`])),
    parts: mail.attachments.map((one) => ({
      type: one.mimeType,
      name: one.filename ?? null,
      disposition: one.disposition ?? null,
      content: one.content,
    })),
  };
}

const READERS = { mailparser: byMailparser, PostalMime: byPostalMime };

for await (const line of createInterface({ input: process.stdin })) {
  const { question, mail } = JSON.parse(line);
  const answer = await READERS[question](Buffer.from(mail, "base64"));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
