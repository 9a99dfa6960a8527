// Keeps a table or list the answer to its form: refreshes it, asks again after a failure, and marks it while it is not.
'use strict';

(() => {
  const slowest = 5 * 60 * 1000;
  const unlessSet = 15 * 1000;
  const soon = 2 * 1000; // a person waits
  const lost = ['htmx:sendError', 'htmx:timeout', 'htmx:responseError'];
  const tryLater = [408, 425, 429];

  let form = null;
  let answered = ''; // the question that the part on the screen answers
  let lastChosen = null;
  let timer = 0;
  let due = 0;
  let failures = 0;
  let stopped = false;

  const part = () => document.querySelector(form.getAttribute('hx-target'));
  const pause = () => Number(part().dataset.refreshSeconds || 0) * 1000;
  const isBehind = () => questions.now(form) !== answered;
  const isOurs = (detail) => form && [form.id, part().id].includes(detail.requestConfig?.elt.id);

  function mark() {
    if (isBehind()) part().setAttribute('aria-busy', 'true');
    else part().removeAttribute('aria-busy');
  }

  // Asking without a person: only what is looked at, slower after failures, and never while an answer is awaited:
  // the element's hx-sync drops it then, and the answer that comes plans the next.

  function plan(wait) {
    clearTimeout(timer);
    due = stopped || !wait ? 0 : Date.now() + wait;
    if (due) timer = setTimeout(ask, wait);
  }

  function ask() {
    if (stopped || document.hidden) return;
    for (const name of ['hx-push-url', 'hx-replace-url']) {
      if (form.hasAttribute(name)) part().setAttribute(name, String(isBehind()));
    }
    htmx.trigger(part(), 'refresh');
  }

  function askAtOnce() {
    form.requestSubmit();
  }

  // Requests and answers

  document.addEventListener('htmx:configRequest', ({detail}) => {
    if (!form || ![form.id, part().id].includes(detail.elt.id)) return;
    const {parameters, headers} = detail;
    for (const name of new Set([...parameters.keys()])) {
      const kept = parameters.getAll(name).filter((value) => value !== '');
      parameters.delete(name);
      kept.forEach((value) => parameters.append(name, value));
    }
    const known = part().dataset.version;
    if (known && detail.elt.id === part().id && !isBehind()) headers['If-None-Match'] = `"${known}"`;
  });

  document.addEventListener('htmx:beforeSwap', ({detail}) => {
    if (!isOurs(detail) || !detail.shouldSwap || detail.serverResponse.includes(` id="${part().id}"`)) return;
    detail.shouldSwap = false; // somebody else answered in the server's place
    detail.isError = true;
  });

  document.addEventListener('htmx:afterRequest', ({detail}) => {
    if (isOurs(detail) && detail.successful) succeeded(detail);
  });

  function succeeded({xhr, requestConfig}) {
    const question = questions.asked(requestConfig.parameters.entries());
    const byPerson = requestConfig.elt.id === form.id || question !== answered;
    answered = question;
    failures = 0;
    stopped = false;
    if (notices.clear()) (lastChosen || form.elements[0]).focus();
    mark();
    if (xhr.status !== 204) said(byPerson);
    plan(isBehind() ? soon : pause());
  }

  function said(byPerson) {
    const {summary} = part().dataset;
    if (summary) notices.announce(byPerson ? summary : `The table has changed: ${summary}`);
    const clear = form.querySelector('.clear');
    if (clear) clear.hidden = !answered;
  }

  for (const name of lost) {
    document.addEventListener(name, ({detail}) => {
      if (isOurs(detail)) failed(detail.xhr);
    });
  }

  function failed(xhr) {
    failures += 1;
    stopped = xhr.status >= 400 && xhr.status < 500 && !tryLater.includes(xhr.status);
    if (stopped) {
      if (xhr.status === 401) return; // htmx follows HX-Redirect
      questions.takeBack(form, answered);
      mark();
      notices.alert(reason(xhr));
    } else {
      notices.alert(words(xhr), askAtOnce);
    }
    const asked = Number(xhr.getResponseHeader('Retry-After')) * 1000 || 0;
    const first = Math.min(pause() || unlessSet, isBehind() ? soon : slowest);
    const slower = first * 2 ** Math.min(failures - 1, 8);
    plan(Math.min(slowest, Math.max(asked, slower)) * (1 + Math.random() / 4)); // not all tables at once
  }

  function words(xhr) {
    if (!isBehind()) return `${reason(xhr)} What you see may be old; it is tried again by itself.`;
    return `${unanswered()} ${reason(xhr)} It is tried again by itself.`;
  }

  function unanswered() {
    if (form.elements.q) return `Could not search for “${form.elements.q.value}”; the students below were found before.`;
    const chosen = questions.added(form, answered).join(', ') || 'your choice';
    return `Could not apply ${chosen}; the classes below are still those from before.`;
  }

  function reason(xhr) {
    if (!xhr.status) return 'The connection is lost.';
    const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector('[role=alert]');
    return answer ? answer.textContent : 'The server cannot answer now.';
  }

  // What happens meanwhile

  function changed(event) {
    if (!form || event.target.form !== form) return;
    lastChosen = event.target;
    mark();
  }

  document.addEventListener('input', changed);
  document.addEventListener('change', changed);

  document.addEventListener('visibilitychange', () => {
    if (form && !document.hidden && due && Date.now() >= due) ask();
  });

  window.addEventListener('online', () => {
    if (form && failures) plan(1); // at once, or when the page is looked at again
  });

  document.addEventListener('DOMContentLoaded', () => {
    form = document.querySelector('form[hx-target]');
    if (!form) return;
    answered = questions.atFirst(form);
    mark();
    if (isBehind()) askAtOnce(); // chosen before scripts ran
    else plan(pause());
  });
})();
