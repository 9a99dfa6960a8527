// What a page says besides its content: one alert above the table or list, and polite words for screen readers.
'use strict';

window.notices = (() => {
  const byId = (id) => document.getElementById(id);

  // An alert that stands there already is left alone, so that it is announced once.
  function alert(words, again) {
    const place = byId('notice');
    if (place.querySelector('[role=alert]')?.textContent === words) return;
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = words;
    const box = document.createElement('div');
    box.append(line);
    if (again) box.append(button(again));
    place.replaceChildren(box);
  }

  function button(again) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = 'Try again';
    made.addEventListener('click', again);
    return made;
  }

  // Take the alert away; whether the focus was on its button.
  function clear() {
    const place = byId('notice');
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren();
    return hadFocus;
  }

  function announce(words) {
    byId('announcer').textContent = words;
  }

  return {alert, clear, announce};
})();
