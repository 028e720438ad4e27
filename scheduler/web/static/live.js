// Brings the parts marked `data-live` up to date every second. Without it the page reloads.
"use strict";

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    const busy = part.contains(document.activeElement) || part.matches(":hover");
    if (next && !(busy && part.id !== "band") && next.innerHTML !== part.innerHTML) {
      part.innerHTML = next.innerHTML;
    }
  }
}

async function follow() {
  try {
    await renew();
  } catch {
    // The service has stopped or restarts: try again at the next turn.
  }
  setTimeout(follow, 1000);
}

setTimeout(follow, 1000);
